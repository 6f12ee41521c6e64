"""A loaded die."""

import plotly.graph_objects as go

from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.figure import draw, plot, theme
from explainers.tasks import dice


def subject() -> dice.Run:
    """The one recorded run."""
    return dice.run()


@fact
def largest(run: dice.Run) -> float:
    """The largest chance."""
    return run.chances.max()


@fact
def seen(run: dice.Run) -> int:
    """How often the die was thrown."""
    return run.seen


@figure
def chances(run: dice.Run) -> go.Figure:
    """The chance of each face, as one row of weights."""
    panel = plot.heat(dice.chances(run), 40, scale=True)
    return draw.panels([panel])


@figure
def as_bars(run: dice.Run) -> go.Figure:
    """The same chances as bars."""
    return draw.panels([plot.bars(dice.chances(run).sel(die="die"), colours=theme.MODEL)])


@claim
def is_loaded(run: dice.Run) -> bool:
    """The die is loaded."""
    return run.chances.max() > 1.2 / 6
