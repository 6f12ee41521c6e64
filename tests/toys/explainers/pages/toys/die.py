"""A loaded die."""

import plotly.graph_objects as go

from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.figure import draw, theme
from explainers.tasks import dice

FACES = ["one", "two", "three", "four", "five", "six"]


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
    panel = draw.Panel("The die", draw.weights(run.chances[None], ["die"], FACES), x="face", height=40, scale=True)
    return draw.panels([panel])


@figure
def as_bars(run: dice.Run) -> go.Figure:
    """The same chances as bars."""
    return draw.panels([draw.Panel("The die", [draw.bars(FACES, run.chances, "chance", theme.MODEL)])])


@claim
def is_loaded(run: dice.Run) -> bool:
    """The die is loaded."""
    return run.chances.max() > 1.2 / 6
