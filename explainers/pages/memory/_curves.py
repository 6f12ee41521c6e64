"""Learning curves of the machines of a task and of the LSTMs beside them."""

from collections.abc import Mapping

import plotly.graph_objects as go
import xarray as xr

from explainers.kit.figure import draw, plot, theme
from explainers.kit.figure.draw import Panel
from explainers.studies.curves import SEEN
from explainers.tasks.common.task import LSTM_NAME

SEED_COLOURS = (theme.MODEL, theme.KEY, theme.READ)  # the colour of each seed
LEARNER_COLOURS = {"Neural Turing Machine": theme.MODEL, LSTM_NAME: theme.CONTROL}


def colours(curves: xr.DataArray) -> Mapping[str, theme.Colour]:
    """A colour for each machine, by its seed, and grey for the LSTMs."""
    names = curves.coords["learner"].values.tolist()
    return {name: SEED_COLOURS[int(name[-1])] if name.startswith("NTM") else theme.CONTROL for name in names}


def figure(curves: xr.DataArray, *marked: Panel) -> go.Figure:
    """The curves in one panel, with a scale of bits in powers of ten.

    Args:
        curves: from `studies.curves`, or made like those.
        marked: points to be marked on the lines.
    """
    panel = plot.lines(curves, 220, by="learner", x=SEEN, colours=colours(curves), log=True)
    return draw.panels([plot.together(panel, *marked)])
