"""A Plotly figure as a small static SVG, the same bytes every time.

It draws what `kit.figure.draw` makes: heatmaps, bars, lines and points in panels. What it would leave out,
`kit.figure.known` refuses. Colours are CSS variables with the light colour as fallback, so the picture follows the page; as a file of its own it follows the reader's system.
"""

import base64
import math
from collections.abc import Callable
from html import escape, unescape

import numpy as np
import plotly.graph_objects as go

from explainers.kit.figure import ruler, theme
from explainers.kit.figure.draw import BORDER, LEGEND, LETTER, NARROW, WIDE, feet, legend_rows, legend_width, reach, ticks_of
from explainers.kit.figure.png import png
from explainers.kit.figure.tables import description

VARIABLES = {colour.light: f"var({colour.variable}, {colour.light})" for colour in theme.PALETTE}
SHADES = 60  # fewer shades, smaller pictures; the data have the numbers
# Of a unit, which is the width of the line and at least 3 pixels: how long it is drawn, how long not, and again.
DASHES = {"solid": (), "dot": (1, 1), "dash": (3, 3), "longdash": (5, 5), "dashdot": (3, 1, 1, 1), "longdashdot": (5, 2, 1, 2)}
HAIR = 0.05  # what a coordinate is rounded by, in pixels
SAMPLE = 24  # length of a line in the legend, in pixels
INK, FAINT, MASKED = (VARIABLES[colour.light] for colour in (theme.INK, theme.FAINT, theme.MASKED))


def ink(colour: str | None) -> str:
    """A colour of the palette as its CSS variable; any other colour as it is."""
    return VARIABLES.get(colour, colour or INK)


def svg(figure: go.Figure, caption: str, identity: str, width: str = "wide", standalone: bool = False) -> str:
    """The picture.

    Args:
        figure: from `kit.figure.draw.panels`.
        caption: becomes the title of the picture.
        identity: makes the ids in it unique on a page.
        width: `"wide"` or `"narrow"`.
        standalone: a file of its own, with its own colours for a dark screen.
    """
    arrangement = figure.layout.meta[width]
    size = (WIDE if width == "wide" else NARROW), arrangement["height"]
    name = f"{identity}-{width}"
    root = (
        f'<svg class="{width}" viewBox="0 0 {size[0]} {size[1]}" role="img" aria-labelledby="{name}-t {name}-d" '
        f'font-size="12" font-family="inherit" fill="{INK}"'
    )
    if standalone:
        root += ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    parts = [f'{root}><title id="{name}-t">{escape(caption)}</title><desc id="{name}-d">{escape(description(figure))}</desc>']
    if standalone:
        parts.append(f"<style>{_own_colours()}</style>")
    if any(trace.type == "heatmap" and trace.meta["masked"] for trace in figure.data):
        parts.append(
            f'<defs><pattern id="{name}-m" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<path d="M0 6L6 0" stroke="{MASKED}" stroke-width="1.5"/></pattern></defs>'
        )
    panels: dict[str, list] = {}
    for place, trace in enumerate(figure.data):
        panels.setdefault((trace.xaxis or "x")[1:], []).append((place, trace))
    for suffix, traces in panels.items():
        parts.append(_panel(figure, suffix, traces, arrangement, size, f"{name}-m"))
    if figure.layout.showlegend:
        parts.append(_legend(figure, size))
    return "".join(parts) + "</svg>"


def _own_colours() -> str:
    variables = "".join(f"{colour.variable}:{colour.light};" for colour in theme.PALETTE)
    dark = "".join(f"{colour.variable}:{colour.dark};" for colour in theme.PALETTE)
    paper = theme.PAPER.variable
    return f"svg{{{variables}background:var({paper});font-family:system-ui,sans-serif}}@media screen and (prefers-color-scheme:dark){{svg{{{dark}}}}}"


def _panel(figure: go.Figure, suffix: str, traces: list, arrangement: dict, size: tuple[int, int], hatch: str) -> str:
    domain = arrangement["layout"]
    x0, x1 = (part * size[0] for part in domain[f"xaxis{suffix}.domain"])
    y1, y0 = (size[1] * (1 - part) for part in domain[f"yaxis{suffix}.domain"])
    box = (x0, y0, x1, y1)
    across, down = figure.layout[f"xaxis{suffix}"], figure.layout[f"yaxis{suffix}"]
    title = figure.layout.meta["panels"][int(suffix or 1) - 1]
    parts = [f'<text x="{_n(x0)}" y="{_n(y0 - 9)}" font-size="{figure.layout.annotations[0].font.size}">{_words(title)}</text>']
    heat = [(place, trace) for place, trace in traces if trace.type == "heatmap"]
    if heat:
        for place, trace in heat:
            if trace.meta["kind"] == "masked":
                parts.append(_hatched(trace, box, hatch))
            else:
                parts.append(_cells(trace, box))
            if arrangement["colorbars"][place]:
                parts.append(_colorbar(trace, box))
        edges = [shape.x0 for shape in figure.layout.shapes if shape.xref == f"x{suffix}"]
        parts.append(_edges(edges, len(heat[0][1].meta["columns"]), box))
        parts.append(_frame(box))
        parts.append(_cell_labels(across, down, box, heat[0][1]))
        columns = ticks_of(heat[0][1])[1]
    else:
        parts.append(_curves([trace for _, trace in traces], across, down, box))
        columns = across.ticktext or ()
    longest = max((len(unescape(label)) for label in columns), default=0)
    bottom = y1 + (longest * LETTER + 8 if across.tickangle else 18 if longest or not heat else 4)
    if across.title.text:
        middle = (x0 + x1) / 2
        parts.append(f'<text x="{_n(middle)}" y="{_n(bottom + 12)}" text-anchor="middle">{_words(across.title.text)}</text>')
    if down.title.text:
        left = x0 - (max(len(row) for row in ticks_of(heat[0][1])[0]) * LETTER + 8 if heat else 46) - 6
        middle = (y0 + y1) / 2
        parts.append(f'<text transform="translate({_n(left)} {_n(middle)}) rotate(-90)" text-anchor="middle">{_words(down.title.text)}</text>')
    return "".join(parts)


def _cells(trace: go.Heatmap, box) -> str:
    data = _coloured(np.asarray(trace.z, dtype=float), trace.zmin, trace.zmax, trace.colorscale)
    x0, y0, x1, y1 = box
    return (
        f'<image x="{_n(x0)}" y="{_n(y0)}" width="{_n(x1 - x0)}" height="{_n(y1 - y0)}" preserveAspectRatio="none" '
        f'style="image-rendering:pixelated" xlink:href="data:image/png;base64,{data}"/>'
    )


def _coloured(values: np.ndarray, low: float, high: float, scale: tuple[tuple[float, str], ...]) -> str:
    """Rows and columns of values as a picture of one pixel each, a PNG in base64. What is not a number is not drawn."""
    stops = np.array([_rgb(colour) for _, colour in scale])
    shares = np.round(np.clip((np.nan_to_num(values) - low) / (high - low), 0, 1) * SHADES) / SHADES
    places = shares * (len(stops) - 1)
    before = np.minimum(places.astype(int), len(stops) - 2)
    colours = stops[before] + (stops[before + 1] - stops[before]) * (places - before)[..., None]
    pixels = np.concatenate([np.round(colours), np.full((*values.shape, 1), 255)], axis=-1)
    pixels[np.isnan(values)] = 0
    return base64.b64encode(png(pixels.astype(np.uint8))).decode()


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def _hatched(trace: go.Heatmap, box, hatch: str) -> str:
    masked = ~np.isnan(np.asarray(trace.z, dtype=float))
    x0, y0, x1, y1 = box
    high, wide = (y1 - y0) / masked.shape[0], (x1 - x0) / masked.shape[1]
    path = ""
    for row, line in enumerate(masked):
        start = None
        for column, gone in enumerate([*line, False]):
            if gone and start is None:
                start = column
            elif not gone and start is not None:
                path += f"M{_n(x0 + start * wide)} {_n(y0 + row * high)}h{_n((column - start) * wide)}v{_n(high)}"
                path += f"h{_n(-(column - start) * wide)}z"
                start = None
    return f'<path d="{path}" fill="url(#{hatch})"/>'


def _edges(edges: list[float], columns: int, box) -> str:
    if not edges:
        return ""
    x0, y0, x1, y1 = box
    path = "".join(f"M{_n(x0 + (edge + 0.5) * (x1 - x0) / columns)} {_n(y0)}V{_n(y1)}" for edge in edges)
    return f'<path d="{path}" stroke="{VARIABLES[theme.CONTROL.light]}"/>'


def _frame(box) -> str:
    x0, y0, x1, y1 = box
    return f'<rect x="{_n(x0)}" y="{_n(y0)}" width="{_n(x1 - x0)}" height="{_n(y1 - y0)}" fill="none" stroke="{FAINT}"/>'


def _cell_labels(across, down, box, trace) -> str:
    x0, y0, x1, y1 = box
    wide, high = (x1 - x0) / len(trace.meta["columns"]), (y1 - y0) / len(trace.meta["rows"])
    parts = []
    for place, label in zip(across.tickvals, across.ticktext, strict=True):
        parts.append(_below(x0 + (place + 0.5) * wide, y1, label, bool(across.tickangle)))
    for place, label in zip(down.tickvals, down.ticktext, strict=True):
        y = y0 + (place + 0.5) * high + 4
        parts.append(f'<text x="{_n(x0 - 5)}" y="{_n(y)}" text-anchor="end">{label}</text>')
    return "".join(parts)


def _below(x: float, y: float, label: str, upright: bool) -> str:
    """A label under the plotting area; it comes escaped."""
    if upright:
        return f'<text transform="translate({_n(x + 4)} {_n(y + 5)}) rotate(-90)" text-anchor="end">{label}</text>'
    return f'<text x="{_n(x)}" y="{_n(y + 15)}" text-anchor="middle">{label}</text>'


def _colorbar(trace: go.Heatmap, box) -> str:
    _, y0, x1, y1 = box
    data = _coloured(1 - np.arange(64)[:, None] / 63, 0, 1, trace.colorscale)
    parts = [f'<image x="{_n(x1 + 8)}" y="{_n(y0)}" width="10" height="{_n(y1 - y0)}" preserveAspectRatio="none" xlink:href="data:image/png;base64,{data}"/>']
    for value, text in ruler.between(trace.zmin, trace.zmax, trace.colorbar):
        y = y1 - (value - trace.zmin) / (trace.zmax - trace.zmin) * (y1 - y0)
        parts.append(f'<text x="{_n(x1 + 21)}" y="{_n(min(max(y + 4, y0 + 9), y1))}" font-size="11">{text}</text>')
    return "".join(parts)


def _curves(traces: list, across, down, box) -> str:
    x0, y0, x1, y1 = box
    at_x, at_y = _along(across, x0, x1), _along(down, y1, y0)

    def within(y: float) -> float:
        return min(max(y, y0), y1)

    parts = []
    for value, text in ruler.marked(down):
        y = at_y(value)
        parts.append(f'<path d="M{_n(x0)} {_n(y)}H{_n(x1)}" stroke="{FAINT}"/>')
        parts.append(f'<text x="{_n(x0 - 6)}" y="{_n(y + 4)}" text-anchor="end">{text}</text>')
    for value, text in ruler.marked(across):
        last = x1 + BORDER - len(unescape(text)) * LETTER / 2  # a long number at the end must not be cut off
        x = at_x(value) if across.tickangle else min(at_x(value), last)
        parts.append(_below(x, y1, text, bool(across.tickangle)))
    bars = [trace for trace in traces if trace.type == "bar"]
    beside = list(dict.fromkeys(trace.offsetgroup or number for number, trace in enumerate(bars)))
    for number, trace in enumerate(bars):
        slot = at_x(1) - at_x(0)
        place, wide, colour = beside.index(trace.offsetgroup or number), slot * 0.75 / len(beside), ink(trace.marker.color)
        for x, y, foot, (least, most) in zip(trace.x, trace.y, feet(trace), reach(trace), strict=True):
            corner = at_x(x) - slot * 0.375 + place * wide
            top, bottom = sorted(within(at_y(end)) for end in (foot + y, foot))
            parts.append(f'<rect x="{_n(corner)}" y="{_n(top)}" width="{_n(wide)}" height="{_n(bottom - top)}" fill="{colour}"/>')
            if most > least:
                middle = _n(corner + wide / 2)
                parts.append(f'<path d="M{middle} {_n(within(at_y(least)))}V{_n(within(at_y(most)))}" stroke="{INK}" stroke-width="1.5"/>')
    for trace in traces:
        if trace.type == "bar":
            continue
        points = [(at_x(x), at_y(y)) for x, y in zip(trace.x, trace.y, strict=True)]
        seen = [(x, y) for x, y in points if x0 - HAIR <= x <= x1 + HAIR and y0 - HAIR <= y <= y1 + HAIR]
        if "lines" in trace.mode:
            path = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
            curve = f'<path d="{path}" fill="none" {_stroke(trace)}/>'
            parts.append(curve if seen == points else _cut(curve, box))
        if "markers" in trace.mode:
            parts += [_dot(x, y, trace) for x, y in seen]
    return "".join(parts)


def _along(axis, start: float, end: float) -> Callable[[float], float]:
    """Where the numbers of an axis stand between two pixels."""
    low, high = axis.range

    def at(value) -> float:
        place = math.log10(value) if axis.type == "log" else float(value)
        return start + (place - low) / (high - low) * (end - start)

    return at


def _stroke(trace) -> str:
    """How a line is drawn; a dash has the lengths that Plotly gives it."""
    unit = max(trace.line.width, 3)
    dashes = " ".join(f"{part * unit:g}" for part in DASHES[trace.line.dash])
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'stroke="{ink(trace.line.color)}" stroke-width="{trace.line.width:g}"{dash}'


def _dot(x: float, y: float, trace) -> str:
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{trace.marker.size / 2:g}" fill="{ink(trace.marker.color)}"/>'


def _cut(drawn: str, box) -> str:
    """The same, cut off where it leaves the plotting area."""
    x0, y0, x1, y1 = box
    size = f'width="{_n(x1 - x0)}" height="{_n(y1 - y0)}"'
    return f'<svg x="{_n(x0)}" y="{_n(y0)}" {size} viewBox="{_n(x0)} {_n(y0)} {_n(x1 - x0)} {_n(y1 - y0)}">{drawn}</svg>'


def _legend(figure: go.Figure, size: tuple[int, int]) -> str:
    named = {trace.name: trace for trace in figure.data if trace.type != "heatmap" and trace.showlegend}
    rows, parts = legend_rows(list(named), size[0]), []
    for number, row in enumerate(rows):
        x, y = 6.0, size[1] - LEGEND * (len(rows) - number - 0.5)
        for name in row:
            parts.append(_sample(named[name], x, y))
            parts.append(f'<text x="{_n(x + SAMPLE + 5)}" y="{_n(y + 4)}">{escape(name)}</text>')
            x += legend_width(name)
    return f"<g>{''.join(parts)}</g>"


def _sample(trace, x: float, y: float) -> str:
    """What a series looks like, in the legend."""
    if trace.type == "bar":
        return f'<rect x="{_n(x + SAMPLE / 2 - 6)}" y="{_n(y - 6)}" width="12" height="12" fill="{ink(trace.marker.color)}"/>'
    line = f'<path d="M{_n(x)} {_n(y)}h{SAMPLE}" {_stroke(trace)}/>' if "lines" in trace.mode else ""
    return line + (_dot(x + SAMPLE / 2, y, trace) if "markers" in trace.mode else "")


def _words(text: str) -> str:
    """Escaped text; Plotly's `<sub>` becomes a lowered span, and what follows is raised again."""
    lowered = escape(text).replace("&lt;sub&gt;", '<tspan font-size="9" dy="3">').replace("&lt;/sub&gt;", '</tspan><tspan dy="-3">')
    return lowered + "</tspan>" * text.count("</sub>")


def _n(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")
