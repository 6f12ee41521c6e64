"""The numbers of a figure as text: a table for every reader and program, and a description for screen readers. And tables of their own."""

import csv
import io
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go


@dataclass(frozen=True)
class Group:
    """Rows that belong together, under a title and a note. `page` is where the title leads, `part/page`, if there is such a page."""

    title: str
    note: str
    rows: tuple[tuple[str, ...], ...]
    page: str = ""


@dataclass(frozen=True)
class Table:
    """Words in rows. The first cell of a row names it; any other may be empty."""

    head: tuple[str, ...]
    groups: tuple[Group, ...]


def number(value: float) -> str:
    """A number with as many digits as a 32-bit float holds."""
    return f"{float(value):.7g}"


def as_csv(figure: go.Figure) -> bytes:
    """The numbers of a figure as CSV, one value a line. A masked cell says `masked`.

    Columns: `panel, series, row, column, value`; for bars, lines and points, `column` is x and `value` is y.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["panel", "series", "row", "column", "value"])
    for trace in figure.data:
        panel = panel_of(figure, trace)
        if trace.type == "heatmap":
            if trace.meta["kind"] == "masked":
                continue
            for label, row in zip(trace.meta["rows"], np.asarray(trace.z, dtype=float), strict=True):
                for column, value in zip(trace.meta["columns"], row, strict=True):
                    writer.writerow([panel, "", label, column, "masked" if np.isnan(value) else number(value)])
        else:
            for label, y in zip(labels_of(trace), trace.y, strict=True):
                writer.writerow([panel, trace.name or "", "", label, number(y)])
    return text.getvalue().encode()


def labels_of(trace) -> list[str]:
    """What the values of a curve or of bars stand at."""
    return (trace.meta or {}).get("labels") or [number(x) for x in trace.x]


def panel_of(figure: go.Figure, trace) -> str:
    """The title of the panel that a trace is drawn in."""
    titles = (figure.layout.meta or {}).get("panels", [])
    place = int((trace.xaxis or "x")[1:] or 1) - 1
    return titles[place] if place < len(titles) else ""


def description(figure: go.Figure) -> str:
    """What the figure shows, told from its numbers."""
    sentences = []
    for trace in figure.data:
        panel = panel_of(figure, trace)
        name = f"{panel}: " if panel else ""
        if trace.type == "heatmap":
            if trace.meta["kind"] != "masked":
                sentences.append(name + _heatmap(trace))
        else:
            sentences.append(name + _curve(trace))
    return " ".join(sentences)


def _heatmap(trace: go.Heatmap) -> str:
    z = np.asarray(trace.z, dtype=float)
    row, column = np.unravel_index(np.nanargmax(z), z.shape)
    labels = trace.meta["rows"], trace.meta["columns"]
    place = ", ".join(f"{axis} {labels[side][index] or index + 1}" for side, (axis, index) in enumerate((("row", row), ("column", column))))
    masked = int(np.isnan(z).sum())
    rows = f"{z.shape[0]} row{'s' * (z.shape[0] > 1)}"
    text = f"{rows} by {z.shape[1]} columns, from {np.nanmin(z):.3g} to {np.nanmax(z):.3g}, largest at {place}"
    return text + (f"; {masked} cells are masked." if masked else ".")


def _curve(trace) -> str:
    y = np.asarray(trace.y, dtype=float)
    name = f"{trace.name}, " if trace.name else ""
    if len(y) <= 8:
        pairs = (f"{label}: {value:.3g}" for label, value in zip(labels_of(trace), y, strict=True))
        return f"{name}{'; '.join(pairs)}."
    return f"{name}{len(y)} values from {y.min():.3g} to {y.max():.3g}, largest at {labels_of(trace)[int(y.argmax())]}."
