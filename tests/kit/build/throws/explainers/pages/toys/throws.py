"""A loaded die, thrown many times."""

import plotly.graph_objects as go
from explainers.studies.throws import Throws, throws

from explainers.kit.build.finding import Finding, Measured, share
from explainers.kit.build.marks import fact, figure, finding, invariant, setting
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.figure import draw, plot
from explainers.tasks import dice


def subject(trial: Trial = PUBLISHED) -> Throws:
    """The die, thrown."""
    return throws(trial)


faces = setting("How many faces a die has.", lambda: len(dice.FACES))


@fact
def usual(run: Throws) -> Measured:
    """How often the face came that came most often."""
    most = int(run.counts.argmax())
    return share([face == most for face, count in enumerate(run.counts.tolist()) for _ in range(count)], over="throws")


@figure
def chances(run: Throws) -> go.Figure:
    """The chance of each face, as one row of weights."""
    return draw.panels([plot.heat(dice.chances(run.die), 40, scale=True)])


@finding
def is_loaded(run: Throws) -> Finding:
    """The die is loaded."""
    return usual(run) > 1.5 / 6


@invariant
def comes_up(run: Throws) -> bool:
    """Whatever the die, some face comes up at every throw."""
    return bool(run.counts.sum() == 600)
