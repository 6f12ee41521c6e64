"""Panels drawn from labelled arrays: titles, labels, series, units, scales and masked cells are those of the record."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import xarray as xr

from explainers.kit import labelled
from explainers.kit.figure import draw, theme
from explainers.kit.figure.draw import Panel

SCALES = {"weights": theme.WEIGHTS, "greys": theme.GREYS, "signed": theme.SIGNED}
Colours = theme.Colour | Mapping[object, theme.Colour]
SPREAD = 0.6  # how much of a slot the dots that belong to it take


def heat(array: xr.DataArray, height: int = 220, *, scale: bool = False, span: int = 1, untitled: str = "") -> Panel:
    """A heatmap: the first axis down, the second to the right.

    Args:
        array: a recorded one, or a part of it, with two axes.
        scale: whether the scale of the colours stands beside it.
        untitled: the sides, of "xy", whose axis keeps its title to itself.
    """
    shows = labelled.shown(array)
    rows, columns = array.dims
    quantity, masked = array.attrs["quantity"], labelled.MASKED in array.coords and array.coords[labelled.MASKED].values
    gone = np.broadcast_to(masked, array.shape)
    meta = {
        "kind": _kind(array),
        "masked": bool(gone.any()),
        "ticks": {"rows": _ticks(array, rows), "columns": _ticks(array, columns)},
        "shows": shows | {"rows": rows, "columns": columns},
    }
    axes = labelled.labels(array, rows), labelled.labels(array, columns)
    values = np.where(gone, np.float32("nan"), array.values.astype(np.float32))
    traces = [draw.heatmap(values, *axes, array.attrs["ends"], SCALES[quantity.colours], meta)]
    if gone.any():
        overlay = draw.mask_overlay(gone, *axes)
        overlay.meta = overlay.meta | {"ticks": meta["ticks"]}
        traces.append(overlay)
    edges = np.flatnonzero(array.coords[f"{columns} edge"].values).tolist()
    return _panel(array, traces, columns, _title(array, rows), height, span, untitled, scale=scale, edges=edges)


def _kind(array: xr.DataArray) -> str:
    """What the cells are, for the checks: distributions along rows or columns, or a part of them."""
    quantity, whole = array.attrs["quantity"], array.attrs["record"].whole
    over = quantity.sums_over
    if not over:
        return "values"
    if over not in array.dims or array.sizes[over] < whole.sizes[over]:
        return "part of weightings"
    return "weights" if over == array.dims[1] else "weightings"


def bars(
    array: xr.DataArray,
    height: int = 150,
    *,
    colours: Colours,
    by: str = "",
    over: str = "",
    top: float | None = None,
    stack: bool = False,
    span: int = 1,
    untitled: str = "",
) -> Panel:
    """Bars, one for each place.

    Args:
        array: with one axis, and those named next.
        colours: one, or one for each place along `by`.
        by: the axis whose places are series, side by side.
        over: the axis over which a bar is the mean; a thin line goes from the least to the most.
        top: where the axis of values ends; by default where the scale of such numbers does.
        stack: stand the series one on the other instead.
    """
    traces, base = [], 0.0
    (along,) = (dim for dim in array.dims if dim not in (by, over))
    for name, colour, each, shows in _series(array, by, colours):
        mean = each.mean(over) if over else each
        ends = np.stack([each.min(over), each.max(over)], -1) if over else None
        if over:
            shows |= {"over": over, "statistic": "mean"}
        bar = draw.bars(labelled.labels(each, along), mean.values, name, colour, ends)
        bar.meta = bar.meta | {"ticks": _ticks(each, along), "shows": shows | {"columns": along}}
        if stack:
            bar.update(base=np.broadcast_to(base, mean.shape), offsetgroup="stack")
            base = base + mean.values
        traces.append(bar)
    return _panel(array, traces, along, _unit(array), height, span, untitled, axes={"y": _range(array, top)})


def lines(
    array: xr.DataArray,
    height: int = 150,
    *,
    colours: Colours,
    by: str = "",
    x: str = "",
    mode: str = "lines",
    dashes: Mapping[object, str] | None = None,
    log: bool = False,
    top: float | None = None,
    low: float | None = 0,
    span: int = 1,
    untitled: str = "",
) -> Panel:
    """Lines or points over an axis of numbers. Where the record has no number, a line has no point.

    Args:
        array: with one axis, and `by`.
        by: the axis whose places are lines.
        x: a coordinate that says where the points stand, if it is not the axis itself.
        dashes: how the lines of some places along `by` are dashed.
        log: each line of the scale is ten times the one below.
        top, low: the ends of the axis of values. With `low=None` it goes from the least value to the most.
    """
    (along,) = (dim for dim in array.dims if dim != by)
    traces = []
    for name, colour, each, shows in _series(array, by, colours):
        there = np.isfinite(each.values)
        across = each.coords[x or along].values
        place = each.coords[by].item() if by else None
        line = draw.line(across[there], each.values[there], name, colour, mode, (dashes or {}).get(place, "solid"))
        line.meta = {"shows": shows | {"columns": along} | ({"x": x} if x else {})}
        traces.append(line)
    axes = {"y": {"type": "log", "dtick": 1} if log else {"rangemode": "normal"} if low is None else _range(array, top, low)}
    if not x and not array.coords[f"{along} written"].values.all():
        places, ticks = array.coords[along].values.tolist(), _ticks(array, along)
        axes["x"] = draw.named_places(places, ticks) | {"range": [places[0] - 0.5, places[-1] + 0.5], "tickangle": 0}
    across = array.coords[x].attrs["title"] if x else _title(array, along)
    return _panel(array, traces, along, _unit(array), height, span, untitled, axes=axes, x=across)


def dots(
    array: xr.DataArray,
    height: int = 150,
    *,
    along: str,
    by: str,
    colours: Mapping[object, theme.Colour],
    log: bool = False,
    span: int = 1,
    untitled: str = "",
) -> Panel:
    """A dot for each number, in the slot of its place along one axis.

    Args:
        array: with two axes or three.
        along: the axis of the slots. Within a slot the dots stand side by side.
        by: what a dot is coloured by: a third axis, or a coordinate over both.
        colours: one for each value of `by`, in the order of the legend.
    """
    beside = [dim for dim in array.dims if dim != along]
    flat = array.stack(dot=[along, *beside], create_index=False) if beside else array
    shows = labelled.shown(array)
    places = array.coords[along].values.tolist()
    inside = array.sizes[along] and array.size // len(places)
    slots = np.repeat(np.arange(len(places)), inside)
    within = np.tile((np.arange(inside) + 0.5) / inside - 0.5, len(places)) * SPREAD
    kinds = flat.coords[by].values
    if unknown := set(kinds.tolist()) - set(colours):
        raise ValueError(f"{shows['record']}: no colour for {by} {sorted(map(str, unknown))[0]}")
    traces = []
    for kind, colour in colours.items():
        chosen = (kinds == kind) & np.isfinite(flat.values)
        if not chosen.any():
            continue
        name = _label(array, by, kind)
        texts = [", ".join(str(flat.coords[f"{dim} label"].values[dot]) for dim in (along, *(dim for dim in beside if dim != by))) for dot in np.flatnonzero(chosen)]
        points = draw.line((slots + within)[chosen], flat.values[chosen], name, colour, "markers")
        points.update(text=texts, hovertemplate=f"%{{text}}: %{{y:.4g}}<extra>{name}</extra>")
        points.meta = {"labels": texts, "shows": shows | {"along": along, "by": {by: kind}}}
        traces.append(points)
    ticks = draw.named_places(range(len(places)), labelled.labels(array, along)) | {"range": [-0.5, len(places) - 0.5]}
    axes = {"x": ticks, "y": {"type": "log", "dtick": 1} if log else {}}
    return _panel(array, traces, along, _unit(array), height, span, untitled, axes=axes)


def _label(array: xr.DataArray, by: str, kind) -> str:
    """How a value of an axis or of a coordinate is called."""
    return labelled.labels(array.sel({by: [kind]}), by)[0] if by in array.dims else str(kind)


def rule(number: xr.DataArray, colour: theme.Colour, top: float) -> Panel:
    """An upright dotted line at a recorded number, under the number's own title; for `together`."""
    shows = labelled.shown(number)
    line = draw.line([number.item()] * 2, [0, top], labelled.title(number), colour, "lines", "dot")
    line.meta = {"shows": shows | {"rule": True}}
    return Panel("", [line])


def together(panel: Panel, *others: Panel) -> Panel:
    """One panel with the traces of several; its axes and words are the first one's."""
    return replace(panel, traces=[*panel.traces, *(trace for other in others for trace in other.traces)])


def _series(array: xr.DataArray, by: str, colours: Colours) -> Iterator[tuple[str, theme.Colour, xr.DataArray, dict]]:
    """Name, colour, numbers and origin of each series."""
    if not by:
        yield "", colours, array, labelled.shown(array)
        return
    labelled.shown(array)
    for place in array.coords[by].values.tolist():
        each = array.sel({by: place})
        colour = colours if isinstance(colours, theme.Colour) else colours.get(place)
        if colour is None:
            raise ValueError(f"{array.attrs['record'].name}: no colour for {by} {place}")
        yield str(each.coords[f"{by} label"].item()), colour, each, labelled.shown(each) | {"series": by}


def _panel(array: xr.DataArray, traces: list[go.Figure], along: str, y: str, height: int, span: int, untitled: str, x: str | None = None, **more) -> Panel:
    across = _title(array, along) if x is None else x
    return Panel(
        labelled.title(array), traces, "" if "x" in untitled else across, "" if "y" in untitled else y, height, span=span, **more
    )


def _ticks(array: xr.DataArray, dim: str) -> list[str]:
    """The labels that a picture writes along an axis; an empty one where it writes none."""
    written = array.coords[f"{dim} written"].values
    return [label if there else "" for label, there in zip(labelled.labels(array, dim), written, strict=True)]


def _title(array: xr.DataArray, dim: str) -> str:
    return array.coords[dim].attrs["title"]


def _unit(array: xr.DataArray) -> str:
    return array.attrs["quantity"].unit


def _range(array: xr.DataArray, top: float | None, low: float = 0) -> dict:
    """The axis of values: to `top`, or to the end of the scale of such numbers, if there is one."""
    quantity = array.attrs["quantity"]
    if top is None and quantity.high is None:
        return {}
    low = quantity.low if quantity.low is not None and top is None else low
    return {"range": [low, quantity.high if top is None else top]}
