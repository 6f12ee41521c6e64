"""Learning curves of the machines of a task and of the LSTMs beside them."""

from collections.abc import Sequence

import plotly.graph_objects as go
from jaxtyping import Float
from torch import Tensor

from explainers.kit.figure import draw, theme

SEED_COLOURS = (theme.MODEL, theme.KEY, theme.READ)  # the colour of each seed
Curves = dict[str, list[Float[Tensor, "point 2"]]]


def lines(curves: Curves, seeds: Sequence[int]) -> list[go.Scatter]:
    """A line for each machine, in the colour of its seed, and grey ones for the LSTMs.

    Args:
        curves: (sequences seen, bits a sequence) from each seed, for "ntm" and for "lstm".
    """
    return [
        draw.line(curve[:, 0], curve[:, 1], f"{name}, seed {seed}", SEED_COLOURS[seed] if kind == "ntm" else theme.CONTROL, "lines")
        for kind, name in (("ntm", "NTM"), ("lstm", "LSTM"))
        for seed, curve in zip(seeds, curves[kind], strict=True)
    ]


def figure(
    curves: Curves, seeds: Sequence[int], each: str = "sequence", marked: Sequence[go.Scatter] = ()
) -> go.Figure:
    """The same lines in one panel, with a scale of bits in powers of ten.

    Args:
        each: what a sequence of the task is called.
        marked: points to be marked on the lines.
    """
    axes = {"y": {"type": "log", "dtick": 1}}
    traces = [*lines(curves, seeds), *marked]
    return draw.panels([draw.Panel(f"Bits a {each}", traces, x=f"{each}s seen", y="bits", height=220, axes=axes)])
