"""What of Plotly the static picture draws as Plotly does. Anything else is refused by name: only readers with JavaScript would see it."""

from collections.abc import Iterator

import plotly.graph_objects as go

from explainers.kit.figure import ruler, theme
from explainers.kit.figure.svg import DASHES

ANY = "any value"  # drawn, whatever it is; or only told when a reader points at a mark
ONE = "one value for the whole trace"


def _any(names: str, what: str = ANY) -> dict:
    return dict.fromkeys(names.split(), what)


TRACE = _any("type xaxis yaxis name hovertemplate showlegend legendgroup")
TRACES = {
    "heatmap": TRACE | _any("z zmin zmax colorscale showscale colorbar.x colorbar.y colorbar.len colorbar.dtick") | {
        "hoverongaps": [False], "colorbar.xanchor": ["left"], "colorbar.yanchor": ["bottom"], "colorbar.xpad": [0], "colorbar.ypad": [0],
        "colorbar.thickness": [10], "colorbar.outlinewidth": [0], "colorbar.tickfont.size": [11], "colorbar.tickformat": [ruler.PLAIN, ruler.SHORT],
    },
    "bar": TRACE | _any("x y base offsetgroup error_y.array error_y.arrayminus") | _any("marker.color", ONE) | {
        "error_y.symmetric": [False], "error_y.color": [theme.INK.light],
    },
    "scatter": TRACE | _any("x y text") | _any("line.color line.width marker.color marker.size", ONE) | {
        "mode": ["lines", "markers", "lines+markers"], "line.dash": list(DASHES),
    },
}  # fmt: skip
OVERLAY = TRACES["heatmap"] | _any("text texttemplate")  # of masked cells: crosses in one picture, hatched in the other
NEEDED = {
    "heatmap": ("z", "zmin", "zmax", "colorscale"),
    "bar": ("x", "y", "marker.color"),
    "scatter": ("x", "y", "mode", "line.color", "line.width", "line.dash", "marker.color", "marker.size"),
}

AXIS = _any("domain anchor range title.text fixedrange rangemode tickvals ticktext") | {
    "title.standoff": [6], "zeroline": [False], "ticks": [""], "tickmode": ["array"], "showgrid": [False],
    "color": [theme.INK.light], "linecolor": [theme.FAINT.light], "gridcolor": [theme.FAINT.light],
}  # fmt: skip
MEASURED = {"type": ["linear", "log"], "dtick": ANY, "tickformat": [ruler.PLAIN, ruler.SHORT]}
ACROSS = {"tickangle": [0, -90]}

LAYOUT = _any("height showlegend annotations.text annotations.xref annotations.yref shapes.xref shapes.yref shapes.x0 shapes.x1") | {
    "font.size": [12], "font.color": [theme.INK.light], "paper_bgcolor": ["rgba(0,0,0,0)"], "plot_bgcolor": ["rgba(0,0,0,0)"],
    "margin.l": [0], "margin.r": [0], "margin.t": [0], "margin.b": [0], "barmode": ["group"], "bargap": [0.25],
    "legend.orientation": ["h"], "legend.x": [0], "legend.y": [0], "legend.yanchor": ["bottom"], "legend.xanchor": ["left"],
    "annotations.x": [0], "annotations.y": [1], "annotations.xanchor": ["left"], "annotations.yanchor": ["bottom"],
    "annotations.yshift": [4], "annotations.showarrow": [False], "annotations.font.size": [12, 14],
    "shapes.type": ["line"], "shapes.y0": [0], "shapes.y1": [1], "shapes.line.color": [theme.CONTROL.light], "shapes.line.width": [1],
}  # fmt: skip


def undrawn_of_trace(trace) -> list[str]:
    """What the static picture would leave out of a trace, in words."""
    if trace.type not in TRACES:
        return [f"the static picture cannot draw a {trace.type} trace; it knows {', '.join(TRACES)}"]
    known = OVERLAY if (trace.meta or {}).get("kind") == "masked" else TRACES[trace.type]
    given = dict(settings(trace.to_plotly_json()))
    found = [fault for name, value in given.items() for fault in unknown(trace.type, name, value, known)]
    return found + [f"the static picture needs {trace.type}.{name}" for name in NEEDED[trace.type] if name not in given]


def undrawn_of_layout(figure: go.Figure) -> list[str]:
    """What the static picture would leave out of axes, titles, shapes and all that belongs to no trace, in words."""
    layout = figure.layout.to_plotly_json()
    titles = (figure.layout.meta or {}).get("panels")
    if titles is None:
        return ["it is not laid out by kit.figure.draw.panels"]
    axes = {name: layout.pop(name) for name in list(layout) if name[1:].startswith("axis")}
    found = [fault for name, value in settings(layout) for fault in unknown("layout", name, value, LAYOUT)]
    if [each.text for each in figure.layout.annotations] != list(titles):
        found.append("the static picture has no annotations beside the titles of the panels")
    for name, axis in axes.items():
        here = [trace for trace in figure.data if (trace[f"{name[0]}axis"] or name[0])[1:] == name[5:]]
        found += undrawn_of_axis(name, axis, here)
    for shape in figure.layout.shapes:
        heat = any(trace.type == "heatmap" and trace.xaxis == shape.xref for trace in figure.data)
        if not heat or shape.x0 != shape.x1 or shape.yref != f"y{shape.xref[1:]} domain":
            found.append(f"the static picture has no shapes beside upright lines through a heatmap, and {shape.xref} {shape.x0} to {shape.x1} is none")
    return found


def undrawn_of_axis(name: str, axis: dict, traces: list) -> list[str]:
    """What the static picture would leave out of one axis, on which these traces stand."""
    kinds = {trace.type for trace in traces}
    heat = [trace for trace in traces if trace.type == "heatmap"]
    if heat and len(kinds) > 1:
        return [f"{name}: the static picture draws a heatmap, or bars and lines, and not both in one panel"]
    known = AXIS | (ACROSS if name[0] == "x" else {}) | ({} if heat else MEASURED)
    if not heat and name[0] == "y":
        known |= {"showgrid": [True]}
    found = [fault for setting, value in settings(axis) for fault in unknown(name, setting, value, known)]
    low, high = axis.get("range") or (0, 0)
    if heat:
        end = len(heat[0].meta["rows" if name[0] == "y" else "columns"]) - 0.5
        if [low, high] != ([end, -0.5] if name[0] == "y" else [-0.5, end]):
            found.append(f"{name}: the static picture draws all cells of a heatmap, so the axis must end with them, not at {low} and {high}")
    elif not low < high:
        found.append(f"{name}: the static picture needs a range that rises, not {low} to {high}")
    elif axis.get("tickvals") is None and not {"dtick", "tickformat"} <= axis.keys():
        found.append(f"{name}: the static picture needs tickvals, or dtick and tickformat")
    if axis.get("type") == "log":
        if "bar" in kinds:
            found.append(f"{name}: bars begin at 0, which a logarithmic axis does not have")
        if axis.get("dtick", 1) != 1:
            found.append(f"{name}: the static picture marks the powers of ten of a logarithmic axis, dtick 1, not {axis['dtick']!r}")
        if any(value <= 0 for trace in traces for value in trace[name[0]]):
            found.append(f"{name}: a logarithmic axis does not have a number that is not above 0")
    return found


def unknown(where: str, name: str, value, known: dict) -> list[str]:
    """A sentence, if a setting is not one that the static picture draws."""
    if name not in known:
        return [f"the static picture does not know {where}.{name}"]
    allowed = known[name]
    one = isinstance(value, str | int | float)
    if allowed is ANY or (one if allowed is ONE else one and value in allowed):
        return []
    wanted = allowed if allowed is ONE else " or ".join(map(repr, allowed))
    return [f"the static picture draws {where}.{name} as {wanted}, not as {value!r}"]


def settings(part: dict, before: str = "") -> Iterator[tuple[str, object]]:
    """Name and value of each thing that is set: `("line.dash", "dot")`. What is only ours, `meta`, is left out."""
    for name, value in part.items():
        if name == "meta":
            continue
        several = value if isinstance(value, list | tuple) else [value]
        if several and all(isinstance(each, dict) for each in several):
            for each in several:
                yield from settings(each, f"{before}{name}.")
        else:
            yield f"{before}{name}", value
