"""Learning curves of the machines of a task and of the LSTMs beside them."""

from collections.abc import Sequence

import plotly.graph_objects as go
from jaxtyping import Float
from torch import Tensor

from explainers.kit import draw, theme

Curves = dict[str, list[Float[Tensor, "point 2"]]]


def lines(curves: Curves, seeds: Sequence[int], colours: Sequence[theme.Colour]) -> list[go.Scatter]:
    """A line for each machine, in the colour of its seed, and grey ones for the LSTMs.

    Args:
        curves: (sequences seen, bits a sequence) from each seed, for "ntm" and for "lstm".
    """
    machines = [
        draw.line(curve[:, 0], curve[:, 1], f"NTM, seed {seed}", colour, "lines")
        for seed, curve, colour in zip(seeds, curves["ntm"], colours, strict=True)
    ]
    return machines + [draw.line(curve[:, 0], curve[:, 1], "LSTMs", theme.CONTROL, "lines") for curve in curves["lstm"]]


def figure(curves: Curves, seeds: Sequence[int], colours: Sequence[theme.Colour], each: str = "sequence") -> go.Figure:
    """The same lines in one panel, with a scale of bits in powers of ten."""
    axes = {"y": {"type": "log", "dtick": 1}}
    traces = lines(curves, seeds, colours)
    return draw.panels([draw.Panel(f"Bits a {each}", traces, x=f"{each}s seen", y="bits", height=220, axes=axes)])
