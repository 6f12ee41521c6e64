"""Traces as `kit.figure.plot` needs them, and panels that stack on a narrow screen.

A page lays panels out with `panels`; what is in them comes from the record, through `kit.figure.plot`.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
import plotly.graph_objects as go

from explainers.kit.figure import ruler, theme

WIDE, NARROW = 688, 358  # the text column of a desktop and of a phone, so that a letter is as large as it is drawn
LETTER = 6.6  # width of an average letter of a tick label, in pixels
TITLE_SIZES, TITLE_LETTER = (14, 12), 0.48  # pixels; width of an average letter of a title, for each pixel of its size
TITLE, AXIS_TITLE, LEGEND, SCALE = 26, 20, 30, 52
BORDER = 12  # room right of a panel without a scale, in pixels


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    Attributes:
        title: stands above the panel; also names the panel in the table of numbers.
        traces: Plotly traces.
        x, y: what the axes mean, with the unit if there is one.
        height: of the plotting area, in pixels.
        scale: whether the panel shows the colour scale of its heatmap.
        axes: further Plotly axis settings, as `{"x": {...}, "y": {...}}`.
        span: how many columns the panel fills on a wide screen.
        edges: the columns of a heatmap before which a line is drawn.
    """

    title: str
    traces: Sequence[go.Figure]
    x: str = ""
    y: str = ""
    height: int = 220
    scale: bool = False
    axes: dict = field(default_factory=dict)
    span: int = 1
    edges: Sequence[int] = ()


def heatmap(
    numbers,
    rows: Sequence[str],
    columns: Sequence[str],
    limits: tuple[float, float],
    scale: tuple[str, ...],
    meta: dict,
) -> go.Heatmap:
    """One heatmap; rows run downward. `meta` says what its cells are, and which labels are written."""
    return go.Heatmap(
        z=numbers,
        zmin=limits[0],
        zmax=limits[1],
        colorscale=theme.colorscale(scale),
        showscale=False,
        hovertemplate="%{y} → %{x}: %{z:.3f}<extra></extra>",
        hoverongaps=False,
        meta=meta | {"rows": list(rows), "columns": list(columns)},
    )


def mask_overlay(masked, rows: Sequence[str], columns: Sequence[str]) -> go.Heatmap:
    """The look of cells that may not be looked at: grey with a cross, never the colour of zero."""
    flag = np.where(masked, np.float32(1), np.float32("nan"))
    overlay = heatmap(flag, rows, columns, (0, 1), (theme.MASKED.light,) * 2, {"kind": "masked", "masked": True})
    overlay.text = np.where(masked, "×", "").tolist()
    overlay.texttemplate = "%{text}"
    overlay.hovertemplate = "%{y} → %{x}: masked<extra></extra>"
    return overlay


def bars(labels: Sequence[str], heights, name: str, colour: theme.Colour, ends=None) -> go.Bar:
    """Bars of one colour, one a label. Equal labels are allowed: bars stand by number.

    Args:
        ends: lowest and highest value behind each bar, drawn as a line: `[(low, high), …]`.
    """
    heights, error = np.asarray(heights, float), None
    if ends is not None:
        low, high = np.asarray(ends, float).T
        error = {"array": high - heights, "arrayminus": heights - low, "symmetric": False, "color": theme.INK.light}
    return go.Bar(
        x=np.arange(len(labels)),
        y=heights,
        name=name,
        marker={"color": colour.light},
        error_y=error,
        hovertemplate="%{x}: %{y:.4g}<extra>" + name + "</extra>",
        meta={"labels": list(labels), "ticks": list(labels)},
    )


def line(x, y, name: str, colour: theme.Colour, mode: str = "lines+markers", dash: str = "solid") -> go.Scatter:
    """A line or a cloud of points of one colour."""
    return go.Scatter(
        x=np.asarray(x),
        y=np.asarray(y, float),
        name=name,
        mode=mode,
        line={"color": colour.light, "dash": dash, "width": 2},
        marker={"color": colour.light, "size": 7},
        hovertemplate="%{x}: %{y:.4g}<extra>" + name + "</extra>",
    )


def panels(content: Sequence[Panel], columns: int = 1, narrow_columns: int = 1, *, told_by_column: bool = False) -> go.Figure:
    """A figure of panels in rows of `columns`; on a narrow screen, in rows of `narrow_columns`.

    Both arrangements are computed here, so that the static picture and the interactive one agree.

    Args:
        told_by_column: each column is a story of its own, of panels that span one column each; on a narrow screen, one comes after the other.
    """
    figure = go.Figure()
    names: list[str] = []
    edges: list[dict] = []
    titles: list[dict] = []
    for number, panel in enumerate(content):
        suffix = "" if number == 0 else str(number + 1)
        for trace in panel.traces:
            trace.update(xaxis=f"x{suffix}", yaxis=f"y{suffix}")
            if trace.type == "heatmap":
                trace.update(showscale=panel.scale and trace.meta["kind"] != "masked")
            else:
                trace.update(showlegend=bool(trace.name) and trace.name not in names)
                if trace.name:  # the same name in several panels stands in the legend once, and hides them all
                    trace.update(legendgroup=trace.name)
                names += [trace.name] if trace.name and trace.name not in names else []
            figure.add_trace(trace)
        figure.update_layout(_axes(panel, suffix))
        edges += [
            {
                "type": "line", "xref": f"x{suffix}", "yref": f"y{suffix} domain",
                "x0": edge - 0.5, "x1": edge - 0.5, "y0": 0, "y1": 1, "line": {"color": theme.CONTROL.light, "width": 1},
            }
            for edge in panel.edges
        ]  # fmt: skip
        titles.append(
            {
                "text": panel.title, "xref": f"x{suffix} domain", "yref": f"y{suffix} domain",
                "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 4, "showarrow": False,
            }
        )  # fmt: skip
    order = [place for column in range(columns) for place in range(column, len(content), columns)] if told_by_column else range(len(content))
    wide, narrow = _arranged(content, range(len(content)), columns, WIDE, names), _arranged(content, order, narrow_columns, NARROW, names)
    size = min(_title_size(content, wide, WIDE), _title_size(content, narrow, NARROW))
    figure.update_layout(
        template=None,
        font={"size": 12, "color": theme.INK.light},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        barmode="group",
        bargap=0.25,
        legend={"orientation": "h", "x": 0, "y": 0, "yanchor": "bottom", "xanchor": "left"},
        showlegend=bool(names),
        shapes=edges,
        annotations=[title | {"font": {"size": size}} for title in titles],
        meta={"wide": wide, "narrow": narrow, "panels": [panel.title for panel in content]},
        **{key: value for key, value in wide["layout"].items() if "." not in key},
    )
    for place, value in wide["layout"].items():
        if "." in place:
            axis, setting = place.split(".")
            figure.layout[axis][setting] = value
    for trace, position in zip(figure.data, wide["colorbars"], strict=True):
        if position:
            trace.colorbar = position
    return figure


def _axes(panel: Panel, suffix: str) -> dict:
    shared = {
        "showgrid": False, "zeroline": False, "ticks": "", "color": theme.INK.light,
        "linecolor": theme.FAINT.light, "gridcolor": theme.FAINT.light, "fixedrange": False,
    }  # fmt: skip
    heat = next((trace for trace in panel.traces if trace.type == "heatmap"), None)
    x = shared | {"title": {"text": panel.x, "standoff": 6}, "anchor": f"y{suffix}"}
    y = shared | {"title": {"text": panel.y, "standoff": 6}, "anchor": f"x{suffix}"}
    asked = panel.axes.get("x", {}), panel.axes.get("y", {})
    if heat is not None:
        rows, columns = ticks_of(heat)
        x |= _ticks(columns) | {"range": [-0.5, len(columns) - 0.5]}
        y |= _ticks(rows) | {"range": [len(rows) - 0.5, -0.5]}
        x["tickangle"] = -90 if steep(columns, rows) else 0
    else:
        y |= {"showgrid": True, "rangemode": "tozero"}
        labels = bar_labels(panel)
        x["tickangle"] = -90 if labels and upright(labels) else 0
        if labels:
            x |= _ticks(labels) | {"range": [-0.5, len(labels) - 0.5]}
        x = _scaled(x | asked[0], [float(place) for trace in panel.traces for place in trace.x], 6)
        y = _scaled(y | asked[1], [end for trace in panel.traces for both in reach(trace) for end in both], 5)
        return {f"xaxis{suffix}": x, f"yaxis{suffix}": y}
    return {f"xaxis{suffix}": x | asked[0], f"yaxis{suffix}": y | asked[1]}


def _scaled(axis: dict, numbers: Sequence[float], count: int) -> dict:
    """An axis with ends and marks where it has none yet: where these numbers stand, with `count` marks at most."""
    log = axis.get("type") == "log"
    there = [number for number in numbers if math.isfinite(number) and (number > 0 or not log)] or [1.0]  # others are refused later
    low, high = axis.get("range") or ruler.ends(there, log, axis.get("rangemode") == "tozero")
    return axis | {"range": [low, high]} | ({} if "tickvals" in axis else ruler.marks(low, high, count, log))


def feet(trace) -> list[float]:
    """Where each bar begins."""
    return [0.0] * len(trace.y) if trace.type != "bar" or trace.base is None else list(trace.base)


def reach(trace) -> list[tuple[float, float]]:
    """The lowest and the highest value that each point of a curve or bar stands for."""
    tops = [float(foot + y) for foot, y in zip(feet(trace), trace.y, strict=True)]
    if trace.type != "bar" or trace.error_y.array is None:
        return [(top, top) for top in tops]
    return [(top - below, top + above) for top, below, above in zip(tops, trace.error_y.arrayminus, trace.error_y.array, strict=True)]


def ticks_of(heat: go.Heatmap) -> tuple[list[str], list[str]]:
    """The labels that are written beside the rows and under the columns of a heatmap; an empty one is a cell without a tick."""
    return heat.meta["ticks"]["rows"], heat.meta["ticks"]["columns"]


def bar_labels(panel: Panel) -> list[str]:
    """The labels under the bars of a panel; none if it has no bars."""
    return next((trace.meta["ticks"] for trace in panel.traces if trace.type == "bar"), [])


def upright(labels: Sequence[str]) -> bool:
    """Whether labels must stand on end to fit side by side on a narrow screen."""
    return len(labels) * (max(map(len, labels)) * LETTER + 6) > NARROW - 60


def steep(columns: Sequence[str], rows: Sequence[str]) -> bool:
    """Whether the column labels of a heatmap must stand on end to fit on a narrow screen."""
    longest = max(map(len, columns), default=0)
    room = NARROW - SCALE - _row_labels(rows)
    return longest > 3 or sum(map(bool, columns)) * (longest * LETTER + 3) > room


def _row_labels(rows: Sequence[str]) -> float:
    """Room for the row labels of a heatmap, in pixels."""
    return max(map(len, rows), default=0) * LETTER + 8


def _ticks(labels: Sequence[str]) -> dict:
    """Ticks at labelled cells."""
    return named_places(range(len(labels)), labels)


def named_places(places: Sequence[float], labels: Sequence[str]) -> dict:
    """Ticks at places that have a label; an empty one is a place without a tick. Plotly takes labels as HTML.

    Raises:
        ValueError: there are more places than labels, or fewer.
    """
    if len(places) != len(labels):
        raise ValueError(f"{len(places)} places but {len(labels)} labels")
    kept = [(place, escape(label, quote=False)) for place, label in zip(places, labels, strict=True) if label]
    return {"tickmode": "array", "tickvals": [place for place, _ in kept], "ticktext": [label for _, label in kept]}


def _arranged(content: Sequence[Panel], order: Sequence[int], columns: int, width: int, names: Sequence[str]) -> dict:
    """Where everything stands at one width: `{"height", "layout": {axis.domain: …}, "colorbars": [… a trace]}`.

    Args:
        order: the numbers of the panels, in the order in which they fill the rows.
    """
    rows: list[list[int]] = [[]]
    for number in order:
        if sum(min(content[each].span, columns) for each in rows[-1]) + min(content[number].span, columns) > columns:
            rows.append([])
        rows[-1].append(number)
    places = _columns([[content[number] for number in row] for row in rows], columns, width)
    boxes, top = {}, 0.0
    for row in rows:
        pads = [_padding(content[number]) for number in row]
        above, below = max(pad[0] for pad in pads), max(pad[1] for pad in pads)
        first = 0
        for number in row:
            last = first + min(content[number].span, columns)
            boxes[number] = (places[first][0], places[last - 1][1], top + above, top + above + content[number].height)
            first = last
        top += above + max(content[number].height for number in row) + below
    total = top + LEGEND * len(legend_rows(names, width))
    layout: dict = {"height": round(total)}
    colorbars: list[dict | None] = []
    for number, panel in enumerate(content):
        x0, x1, y0, y1 = boxes[number]
        suffix = "" if number == 0 else str(number + 1)
        layout[f"xaxis{suffix}.domain"] = [round(x0 / width, 5), round(x1 / width, 5)]
        layout[f"yaxis{suffix}.domain"] = [round(1 - y1 / total, 5), round(1 - y0 / total, 5)]
        for trace in panel.traces:
            shown = trace.type == "heatmap" and trace.showscale
            colorbars.append(
                {
                    "x": round((x1 + 8) / width, 5), "xanchor": "left", "xpad": 0, "ypad": 0, "thickness": 10,
                    "y": round(1 - y1 / total, 5), "yanchor": "bottom", "len": round((y1 - y0) / total, 5),
                    "outlinewidth": 0, "tickfont": {"size": 11},
                }
                | ruler.marks(trace.zmin, trace.zmax, 4)
                if shown
                else None
            )  # fmt: skip
    return {"height": round(total), "layout": layout, "colorbars": colorbars}


def _title_size(content: Sequence[Panel], arrangement: dict, width: int) -> int:
    """The size of the titles' letters, in pixels: so that none runs into the one beside it, or off the picture.

    Raises:
        ValueError: a title is too long, even in small letters.
    """
    suffixes = ["" if number == 0 else str(number + 1) for number in range(len(content))]
    starts = [(arrangement["layout"][f"yaxis{suffix}.domain"][1], width * arrangement["layout"][f"xaxis{suffix}.domain"][0]) for suffix in suffixes]
    needed = TITLE_SIZES[0]
    for panel, (top, start) in zip(content, starts, strict=True):
        room = min((other for row, other in starts if row == top and other > start), default=width) - start - 4
        letters = len(re.sub("<[^>]*>", "", panel.title))
        fits = [size for size in TITLE_SIZES if letters * size * TITLE_LETTER <= room]
        if not fits:
            raise ValueError(f"{panel.title}: this title is too long for its panel, {room:.0f} pixels; fewer columns, or fewer words")
        needed = min(needed, fits[0])
    return needed


def _columns(rows: Sequence[Sequence[Panel]], columns: int, width: int) -> list[tuple[float, float]]:
    """Where each column's plotting areas begin and end: all of one width, and aligned from row to row, whatever stands beside them."""
    before, after = [0.0] * columns, [0.0] * columns
    for row in rows:
        first = 0
        for panel in row:
            last = first + min(panel.span, columns) - 1
            *_, left, right = _padding(panel)
            before[first], after[last] = max(before[first], left), max(after[last], right)
            first = last + 1
    each = (width - sum(before) - sum(after)) / columns
    starts = [sum(before[: column + 1]) + sum(after[:column]) + column * each for column in range(columns)]
    return [(start, start + each) for start in starts]


def legend_width(name: str) -> float:
    """How much room a name takes in the legend, in pixels."""
    return 48 + len(name) * LETTER


def legend_rows(names: Sequence[str], width: int) -> list[list[str]]:
    """The names of a legend, broken into rows that fit."""
    rows: list[list[str]] = []
    used = 0.0
    for name in names:
        if not rows or used + legend_width(name) > width:
            rows.append([])
            used = 0.0
        rows[-1].append(name)
        used += legend_width(name)
    return rows


def _padding(panel: Panel) -> tuple[float, float, float, float]:
    """Room above, below, left and right of the plotting area, in pixels."""
    heat = next((trace for trace in panel.traces if trace.type == "heatmap"), None)
    if heat is not None:
        rows, columns = ticks_of(heat)
        longest = max((len(label) for label in columns), default=0)
        below = longest * LETTER + 8 if steep(columns, rows) else 18 if longest else 4
        left = _row_labels(rows)
    else:
        labels = bar_labels(panel)
        below, left = (max(map(len, labels)) * LETTER + 10 if labels and upright(labels) else 20), 46
    right = SCALE if any(trace.type == "heatmap" and trace.showscale for trace in panel.traces) else BORDER
    return TITLE, below + (AXIS_TITLE if panel.x else 0) + 6, left + (AXIS_TITLE if panel.y else 0), right
