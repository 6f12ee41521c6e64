"""What a live figure needs in the browser, carried in the figure's own data."""

import numpy as np
import plotly.graph_objects as go

from explainers.kit.figure import theme


def with_live(figure: go.Figure, **needs) -> go.Figure:
    """The figure with `needs` under `layout.meta.live`, and the colour scales that the site draws with."""
    scales = {"weights": theme.WEIGHTS, "signed": theme.SIGNED, "greys": theme.GREYS}
    figure.layout.meta = figure.layout.meta | {"live": needs | {"scales": scales}}
    return figure


def array(values) -> dict:
    """An array for the browser: its shape, and its numbers with the digits that a 32-bit float holds."""
    values = np.asarray(values, dtype=np.float32)
    return {"shape": list(values.shape), "data": [float(f"{value:.7g}") for value in values.ravel()]}
