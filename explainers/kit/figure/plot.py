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
ARROW, NBSP = "▲", "\u00a0"
SPREAD = 0.6  # how much of a slot the dots that belong to it take


def heat(
    array: xr.DataArray,
    height: int = 220,
    *,
    scale: bool = False,
    like: xr.DataArray | None = None,
    span: int = 1,
    untitled: str = "",
    unlabelled: str = "",
    room: int = 0,
) -> Panel:
    """A heatmap: the first axis down, the second to the right.

    Args:
        array: a recorded one, or a part of it, with two axes.
        scale: whether the scale of the colours stands beside it.
        like: another array of such numbers, on whose scale it is drawn.
        untitled: the sides, of "xy", whose axis keeps its title to itself; with "t", the panel has no title either.
        unlabelled: the sides, of "xy", where no label is written.
        room: the letters that labels of rows have room for at least, so that panels below each other line up.
    """
    shows = labelled.shown(array)
    if like is not None:
        shows |= {"scale": labelled.shown(like)}
        if like.attrs["quantity"] != array.attrs["quantity"]:
            raise ValueError(f"{shows['record']}: its numbers are of another kind than those on whose scale they are drawn")
    rows, columns = _axes(array, 2)
    quantity, masked = array.attrs["quantity"], labelled.MASKED in array.coords and array.coords[labelled.MASKED].values
    gone = np.broadcast_to(masked, array.shape)
    meta = {
        "kind": _kind(array),
        "masked": bool(gone.any()),
        "ticks": {
            "rows": [label.rjust(room, NBSP) for label in _ticks(array, rows, "y" not in unlabelled)],
            "columns": _ticks(array, columns, "x" not in unlabelled),
        },
        "shows": shows | {"rows": rows, "columns": columns},
    }
    axes = labelled.labels(array, rows), labelled.labels(array, columns)
    values = np.where(gone, np.float32("nan"), array.values.astype(np.float32))
    traces = [draw.heatmap(values, *axes, (array if like is None else like).attrs["ends"], SCALES[quantity.colours], meta)]
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
    one: object = None,
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
        one: a place along `over`, of which a bar is the number instead of the mean.
        top: where the axis of values ends; by default where the scale of such numbers does.
        stack: stand the series one on the other instead.
    """
    traces, base = [], 0.0
    (along,) = _axes(array, 1, by, over)
    for name, colour, each, shows in _series(array, by, colours):
        mean = each if not over else each.mean(over) if one is None else each.sel({over: one})
        ends = np.stack([each.min(over), each.max(over)], -1) if over else None
        if over:
            shows |= {"over": over} | ({"statistic": "mean"} if one is None else {"one": one})
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
    across: tuple[float, float] | None = None,
    size: float | None = None,
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
        across: the ends of the axis to the right; by default where the numbers end.
        size: of a point, in pixels.
    """
    (along,) = _axes(array, 1, by)
    named = not x and not array.coords[f"{along} written"].values.all()
    traces = []
    for name, colour, each, shows in _series(array, by, colours):
        there = np.isfinite(each.values)
        points = each.coords[x or along].values
        place = each.coords[by].item() if by else None
        line = draw.line(points[there], each.values[there], name, colour, mode, (dashes or {}).get(place, "solid"))
        if size:
            line.marker.size = size
        line.meta = {"shows": shows | {"columns": along} | ({"x": x} if x else {})}
        if named:
            line.meta |= {"labels": np.array(labelled.labels(each, along))[there].tolist()}
        traces.append(line)
    axes = {"y": {"type": "log", "dtick": 1} if log else {"rangemode": "normal"} if low is None else _range(array, top, low)}
    if named:
        places, ticks = array.coords[along].values.tolist(), _ticks(array, along)
        axes["x"] = draw.named_places(places, ticks) | {"range": [places[0] - 0.5, places[-1] + 0.5], "tickangle": 0}
    if across:
        axes["x"] = axes.get("x", {}) | {"range": list(across)}
    said = array.coords[x].attrs["title"] if x else _title(array, along)
    return _panel(array, traces, along, _unit(array), height, span, untitled, axes=axes, x=said)


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
        texts = [
            ", ".join(str(flat.coords[f"{dim} label"].values[dot]) for dim in (along, *(dim for dim in beside if dim != by))) for dot in np.flatnonzero(chosen)
        ]
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


def rule(number: xr.DataArray, colour: theme.Colour, top: float, low: float = 0) -> Panel:
    """An upright dotted line at a recorded number, from `low` to `top`, under the number's own title; for `together`."""
    shows, _ = labelled.shown(number), _axes(number, 0)
    line = draw.line([number.item()] * 2, [low, top], labelled.title(number), colour, "lines", "dot")
    line.meta = {"shows": shows | {"rule": True}}
    return Panel("", [line])


def together(panel: Panel, *others: Panel) -> Panel:
    """One panel with the traces of several; its axes and words are the first one's."""
    return replace(panel, traces=[*panel.traces, *(trace for other in others for trace in other.traces)])


def _axes(array: xr.DataArray, count: int, *named: str) -> list[str]:
    """The axes that are drawn, beside those that were named.

    Raises:
        ValueError: there are more or fewer, or one that was named is not there.
    """
    drawn = [dim for dim in array.dims if dim not in named]
    if len(drawn) != count or not {*named} <= {*array.dims, ""}:
        asked, has = "".join(f" beside {name}" for name in named if name), ", ".join(array.dims) or "none"
        takes = f"it takes {count} ax{'i' if count == 1 else 'e'}s{asked}, and what was chosen has {has}"
        raise ValueError(f"{labelled.shown(array)['record']}: {takes}; choose from the others by name")
    return drawn


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
    title = "" if "t" in untitled else labelled.title(array)
    return Panel(title, traces, "" if "x" in untitled else across, "" if "y" in untitled else y, height, span=span, **more)


def _ticks(array: xr.DataArray, dim: str, some: bool = True) -> list[str]:
    """The labels that a picture writes along an axis, and arrows at the marked places; an empty one where it writes none."""
    written, marked = (some & array.coords[f"{dim} {what}"].values for what in ("written", "marked"))
    labels = [label if there else "" for label, there in zip(labelled.labels(array, dim), written, strict=True)]
    return [ARROW if here else label for label, here in zip(labels, marked, strict=True)]


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
