"""What must hold of every published figure. A figure that breaks a rule is not published."""

import re

import numpy as np
import plotly.graph_objects as go

from explainers.kit.figure.known import undrawn_of_layout, undrawn_of_trace
from explainers.kit.figure.tables import panel_of

TOLERANCE = 1e-5
UNRECORDED = "it is not drawn from the record; kit.figure.plot draws what a function marked @recorded returns"


def faults(figure: go.Figure) -> list[str]:
    """Everything that is wrong with a figure, in words; an empty list if it may be published.

    Checked: it was laid out in panels; it has data; every trace names what it shows of the record; nothing is NaN or infinite but masked cells; labels match the axes;
    attention weights lie in 0 to 1 on a scale from 0 to 1 and every row sums to 1; weightings over locations do so column by column;
    the static picture leaves out nothing that Plotly draws.
    """
    if not {"wide", "narrow", "panels"} <= {*(figure.layout.meta or {})}:
        return ["it was not laid out by kit.figure.draw.panels"]
    if not figure.data:
        return ["it has no data"]
    found = _axes(figure)
    for number, trace in enumerate(figure.data):
        name = ": ".join(filter(None, (panel_of(figure, trace), trace.name))) or f"trace {number}"
        found += [f"{name}: {fault}" for fault in undrawn_of_trace(trace) or _trace(trace)]
    return found or undrawn_of_layout(figure)


# A panel that is said to stand left or right: at the start of a part of a sentence, or before a colon.
BESIDE = re.compile(r"(?:^|[.;:,] )(?:left|right)(?=:|,| (?:the|all|what)\b)", re.I)


def untold(figure: go.Figure, caption: str) -> list[str]:
    """What is wrong with a caption: it does not say that numbers are means, or it says where a panel stands, which is elsewhere on a narrow screen."""
    beside = BESIDE.search(caption)
    if beside and len(figure.layout.meta["panels"]) > 1:
        return [
            f"the caption places a panel (“{beside[0].lstrip('.;:, ')}”): on a narrow screen panels stand one below the other, so tell them by what they show"
        ]
    shows = [(panel_of(figure, trace), (trace.meta or {}).get("shows", {})) for trace in figure.data]
    means = {(panel, each["over"]) for panel, each in shows if each.get("statistic") == "mean"}
    if re.search(r"\bmeans?\b", caption, re.I):
        return []
    return [f"{panel}: what is drawn is the mean over the axis {over}, and the caption does not hold the word “mean”" for panel, over in sorted(means)]


def _axes(figure: go.Figure) -> list[str]:
    """Where an axis has more ticks than labels, or fewer."""
    found = []
    for number, panel in enumerate(figure.layout.meta["panels"], 1):
        for side in "xy":
            axis = figure.layout[f"{side}axis{number if number > 1 else ''}"]
            places, labels = axis.tickvals or (), axis.ticktext or ()
            if labels and len(places) != len(labels):
                found.append(f"{panel or f'panel {number}'}: {len(places)} ticks but {len(labels)} tick labels along {side}")
    return found


def _trace(trace) -> list[str]:
    meta = trace.meta or {}
    if "shows" not in meta and meta.get("kind") != "masked":
        return [UNRECORDED]
    return _heatmap(trace) if trace.type == "heatmap" else _curve(trace)


def _heatmap(trace: go.Heatmap) -> list[str]:
    meta, kind = trace.meta, trace.meta["kind"]
    z = np.asarray(trace.z, dtype=float)
    if z.ndim != 2:
        return [f"its values have {z.ndim} axes instead of 2"]
    found = []
    for axis, length, labels in (("row", z.shape[0], meta["rows"]), ("column", z.shape[1], meta["columns"])):
        if len(labels) != length:
            found.append(f"{length} {axis}s but {len(labels)} {axis} labels")
        ticks = meta.get("ticks", {}).get(f"{axis}s", labels)
        if len(ticks) != length:
            found.append(f"{length} {axis}s but {len(ticks)} tick labels of {axis}s")
    if np.isinf(z).any():
        found.append("a value is infinite")
    if np.isnan(z).any() and not meta["masked"]:
        found.append("a value is not a number (NaN), and no cell is declared masked")
    if kind in ("weights", "weightings", "part of weightings"):
        found += _distributions(trace, z, kind)
    return found


def _distributions(trace: go.Heatmap, z: np.ndarray, kind: str) -> list[str]:
    found = []
    if (trace.zmin, trace.zmax) != (0, 1):
        found.append(f"its colour scale runs from {trace.zmin} to {trace.zmax}; weights are drawn from 0 to 1")
    if np.nanmin(z) < 0 or np.nanmax(z) > 1 + TOLERANCE:
        found.append(f"a weight is {np.nanmin(z) if np.nanmin(z) < 0 else np.nanmax(z):.4g}; weights lie between 0 and 1")
    if kind == "part of weightings":  # kit.labelled has seen the whole
        return found
    axis, line = (1, "row") if kind == "weights" else (0, "column")
    sums = np.nansum(z, axis=axis)
    worst = int(np.abs(sums - 1).argmax())
    if abs(sums[worst] - 1) > TOLERANCE:
        labels = trace.meta["rows" if kind == "weights" else "columns"]
        label = labels[worst] if worst < len(labels) else worst
        found.append(f"{line} {label} sums to {sums[worst]:.6g} instead of 1")
    return found


def _curve(trace) -> list[str]:
    found = []
    lengths = []
    for axis in ("x", "y"):
        values = trace[axis]
        if values is None:
            return [f"it has no {axis} values"]
        lengths.append(len(values))
        numbers = [value for value in values if not isinstance(value, str)]
        if any(value is None for value in numbers) or not np.isfinite(np.asarray(numbers, dtype=float)).all():
            found.append(f"an {axis} value is not a number (NaN) or is infinite")
    if lengths[0] != lengths[1]:
        found.append(f"{lengths[0]} x values but {lengths[1]} y values")
    things = "bars" if trace.type == "bar" else "points"
    for kind in ("labels", "ticks"):
        labels = trace.meta.get(kind, ())
        if labels and len(labels) != lengths[0]:
            found.append(f"{lengths[0]} {things} but {len(labels)} {'tick labels' if kind == 'ticks' else 'labels'}")
    return found
