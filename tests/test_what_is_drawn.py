"""Every published figure, trace by trace: what the record holds under the name that the trace gives is what JSON, CSV and static picture show."""

import itertools
from functools import cache
from html import unescape

import numpy as np
import pytest

from explainers.kit import labelled
from explainers.kit.build import project, step
from explainers.kit.figure import theme
from explainers.kit.figure.plot import SPREAD
from tests.drawn import Figure, Trace, numbers

SCALES = {"weights": theme.WEIGHTS, "greys": theme.GREYS, "signed": theme.SIGNED}
FIGURES = [(page.name, marked.name) for page in project.pages() for marked in project.marked(page) if marked.kind == "figure"]
pytestmark = pytest.mark.usefixtures("figures")


@cache
def held(page_name: str) -> dict:
    """All arrays of the record that the figures of a page ask for, by name."""
    (page,) = project.chosen([page_name])
    with labelled.noted() as found:
        module, run = step.recorded(page)
        for marked in project.marked(page):
            if marked.kind == "figure":
                getattr(module, marked.name)(run)
    return found


@cache
def figure(page: str, name: str) -> Figure:
    """A published figure beside the record."""
    return Figure(page, name, held(page))


def traces(page: str, name: str, *kinds: str) -> list[Trace]:
    """The traces of a figure that are of some kind."""
    return [trace for trace in figure(page, name).traces if trace.kind in kinds]


def drawn_over(trace: Trace) -> np.ndarray:
    """The values of a row of bars, or of a line: means where the trace says so."""
    part, over = trace.part, trace.shows.get("over")
    if "one" in trace.shows:
        return part.sel({over: trace.shows["one"]}).values
    return part.mean(over).values if over else part.values


every_figure = pytest.mark.parametrize(("page", "name"), FIGURES)


@every_figure
def test_each_value_is_the_record_s(page, name):
    assert figure(page, name).traces
    for trace in figure(page, name).traces:
        if trace.kind == "heatmap":
            gone = trace.part.coords["masked"].values if "masked" in trace.part.coords else False
            wanted = np.where(gone, np.nan, trace.part.values)
            np.testing.assert_allclose(numbers(trace.data["z"]), wanted, atol=1e-6)
        elif trace.kind == "bar":
            np.testing.assert_array_equal(numbers(trace.data["x"]), range(trace.part.sizes[trace.shows["columns"]]))
            np.testing.assert_allclose(numbers(trace.data["y"]), drawn_over(trace), atol=1e-9)
            if "over" in trace.shows:
                ends, over = trace.data["error_y"], trace.shows["over"]
                y = numbers(trace.data["y"])
                np.testing.assert_allclose(y + numbers(ends["array"]), trace.part.max(over), atol=1e-9)
                np.testing.assert_allclose(y - numbers(ends["arrayminus"]), trace.part.min(over), atol=1e-9)
        elif "rule" in trace.shows:
            assert set(numbers(trace.data["x"])) == {float(trace.part)}
        elif "along" in trace.shows:
            assert_dots(trace)
        else:
            there = np.isfinite(trace.part.values)
            np.testing.assert_allclose(numbers(trace.data["y"]), trace.part.values[there], atol=1e-9)
            across = trace.part.coords[trace.shows.get("x", trace.shows["columns"])]
            np.testing.assert_allclose(numbers(trace.data["x"]), across.values[there])


def assert_dots(trace: Trace) -> None:
    """Each dot stands in the slot of its place, and no dot of its colour is missing."""
    ((by, kind),) = trace.shows["by"].items()
    along = trace.shows["along"]
    slots = np.rint(numbers(trace.data["x"])).astype(int)
    found = sorted(zip(slots.tolist(), numbers(trace.data["y"]).round(9).tolist(), strict=True))
    assert np.abs(numbers(trace.data["x"]) - slots).max() <= SPREAD / 2
    chosen = trace.part.where(trace.part.coords[by] == kind).transpose(along, ...)
    values = chosen.values.reshape(chosen.sizes[along], -1)
    assert found == sorted((slot, round(float(value), 9)) for slot, row in enumerate(values) for value in row if np.isfinite(value))


@every_figure
def test_each_label_title_and_series_is_the_record_s(page, name):
    for trace in figure(page, name).traces:
        shows, across, down = trace.shows, trace.axis("x"), trace.axis("y")
        if trace.panel and "rule" not in shows and trace.title:
            assert trace.panel == trace.title
        if trace.kind == "heatmap":
            meta = trace.data["meta"]
            assert [meta["rows"], meta["columns"]] == [trace.labels(shows[side]) for side in ("rows", "columns")]
            for axis, dim in ((across, shows["columns"]), (down, shows["rows"])):
                assert_ticks(axis, trace, dim)
                assert axis["title"]["text"] in ("", trace.part.coords[dim].attrs["title"])
        elif trace.kind == "bar":
            assert trace.data["meta"]["labels"] == trace.labels(shows["columns"])
            assert_ticks(across, trace, shows["columns"])
        if trace.kind != "heatmap" and "rule" not in shows:
            assert down["title"]["text"] in ("", trace.quantity.unit)
        if "series" in shows:
            assert trace.data["name"] == str(trace.part.coords[f"{shows['series']} label"].item())


def assert_ticks(axis: dict, trace: Trace, dim: str) -> None:
    """What is written along an axis are the labels that the record wants written, each at its place; or none."""
    ticks = [(int(place), unescape(label).strip()) for place, label in zip(axis["tickvals"], axis["ticktext"], strict=True) if label.strip()]
    assert ticks in ([], trace.written(dim))


@every_figure
def test_a_legend_names_each_series_once_and_in_one_colour(page, name):
    curves = [trace.data for trace in figure(page, name).traces if trace.kind != "heatmap" and trace.data.get("name")]
    for named, same in itertools.groupby(sorted(curves, key=lambda trace: trace["name"]), key=lambda trace: trace["name"]):
        same = list(same)
        assert sum(trace["showlegend"] for trace in same) == 1, named
        assert len({trace["marker"]["color"] for trace in same}) == 1, named


@every_figure
def test_a_scale_is_that_of_the_kind_of_number(page, name):
    for trace in traces(page, name, "heatmap"):
        quantity, whole = trace.quantity, trace.whole
        if "scale" in trace.shows:
            whole = trace.figure.held(trace.shows["scale"])
            assert whole.attrs["quantity"] == quantity
        seen = whole.values[~whole.coords["masked"].values] if "masked" in whole.coords else whole.values
        high = np.abs(seen).max() if quantity.high is None else quantity.high
        low = -high if quantity.low is None else quantity.low
        assert (trace.data["zmin"], trace.data["zmax"]) == pytest.approx((low, high))
        assert [colour for _, colour in trace.data["colorscale"]] == list(SCALES[quantity.colours])


@every_figure
def test_the_table_of_numbers_says_the_same(page, name):
    wanted = []
    for trace in figure(page, name).traces:
        if trace.kind == "heatmap":
            gone = np.broadcast_to(trace.part.coords["masked"].values if "masked" in trace.part.coords else False, trace.part.shape)
            for row, column in np.ndindex(trace.part.shape):
                labels = [trace.labels(trace.shows[side])[place] for side, place in (("rows", row), ("columns", column))]
                wanted.append([trace.panel, "", *labels, "masked" if gone[row, column] else trace.part.values[row, column]])
        elif "columns" in trace.shows:
            values, there = drawn_over(trace), np.isfinite(drawn_over(trace))
            if trace.kind == "bar":
                labels = trace.labels(trace.shows["columns"])
            elif not trace.part.coords[f"{trace.shows['columns']} written"].values.all() and "x" not in trace.shows:
                labels = np.array(trace.labels(trace.shows["columns"]), dtype=object)[there]
            else:
                labels = trace.part.coords[trace.shows.get("x", trace.shows["columns"])].values[there]
            wanted += [[trace.panel, trace.data.get("name") or "", "", label, value] for label, value in zip(labels, values[there], strict=True)]
        else:
            across = trace.data["meta"].get("labels") or numbers(trace.data["x"])
            wanted += [[trace.panel, trace.data["name"], "", label, y] for label, y in zip(across, numbers(trace.data["y"]), strict=True)]
    found = figure(page, name).rows
    assert len(found) == len(wanted)
    for told, meant in zip(found, wanted, strict=True):
        for cell, word in zip(told, meant, strict=True):
            assert cell == word if isinstance(word, str) else float(cell) == pytest.approx(word, abs=1e-6, rel=1e-5)


@every_figure
def test_the_static_picture_shows_the_same(page, name):
    published = figure(page, name)
    for number, panel in enumerate(published.picture):
        here = [trace for trace in published.traces if int(trace.suffix or 1) - 1 == number]
        assert panel.title.replace("_", "") == here[0].panel.replace("<sub>", "").replace("</sub>", "")
        if here[0].kind == "heatmap":
            assert_shades(panel, here[0])
            continue
        log = here[0].axis("y").get("type") == "log"
        bars, curves, points = iter(panel.bars), iter(panel.curves), iter(panel.points)
        for trace in here:
            values = numbers(trace.data["y"])
            if trace.kind == "bar":
                drawn = list(itertools.islice(bars, len(values)))
                heights = [panel.height(top) - panel.height(foot) for _, top, foot in drawn]
                step_of_scale = abs(panel.height(0) - panel.height(0.2))  # the picture is written with one decimal
                np.testing.assert_allclose(heights, np.abs(values), atol=step_of_scale)
                assert [left for left, _, _ in drawn] == sorted(left for left, _, _ in drawn)
                continue
            if "lines" in trace.data["mode"]:
                assert_heights(panel, next(curves), values, log)
            if "markers" in trace.data["mode"]:
                assert_heights(panel, list(itertools.islice(points, len(values))), values, log)


def assert_heights(panel, points: list[tuple[float, float]], values: np.ndarray, log: bool) -> None:
    """The points stand at the heights of the values."""
    found = np.array([panel.height(y, log) for _, y in points])
    off = np.array([abs(panel.height(y + 0.3, log) - value) for (_, y), value in zip(points, found, strict=True)])
    assert (np.abs(found - values) <= off + 1e-9).all()


def assert_shades(panel, trace: Trace) -> None:
    """Each cell has the colour of its value, to one of sixty shades; a masked one is clear."""
    values, pixels = numbers(trace.data["z"]), panel.pixels.astype(float)
    assert pixels.shape[:2] == values.shape
    assert ((pixels[..., 3] == 0) == np.isnan(values)).all()
    stops = np.array([[int(colour[place : place + 2], 16) for place in (1, 3, 5)] for _, colour in trace.data["colorscale"]], float)
    shares = np.clip((values - trace.data["zmin"]) / (trace.data["zmax"] - trace.data["zmin"]), 0, 1)
    there = ~np.isnan(values)
    for channel in range(3):
        wanted = np.interp(shares[there] * (len(stops) - 1), range(len(stops)), stops[:, channel])
        slack = np.abs(np.diff(stops[:, channel])).max() * (len(stops) - 1) / 120 + 1
        assert np.abs(pixels[there][:, channel] - wanted).max() <= slack
