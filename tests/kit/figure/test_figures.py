"""What may be published: the checks, the static picture, the table, the description."""

import csv
import io
import xml.etree.ElementTree as etree
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
import xarray as xr

from explainers.kit import labelled
from explainers.kit.figure import draw, plot, ruler, theme
from explainers.kit.figure.checks import UNRECORDED, faults, untold
from explainers.kit.figure.svg import svg
from explainers.kit.figure.tables import as_csv, description
from explainers.kit.labelled import WEIGHT, WEIGHTING, Axis, Quantity, recorded

SHAPE = {
    "type": "line", "xref": "x", "yref": "y domain", "x0": 1.5, "x1": 1.5, "y0": 0, "y1": 1, "line": {"color": theme.CONTROL.light, "width": 1},
}  # fmt: skip
WORDS = ["the", "cat", "the", "<pad>"]
MASK = np.array([[False, False, False, True]] * 4)


def weights() -> np.ndarray:
    scores = np.random.default_rng(0).normal(size=(4, 4))
    exponentials = np.exp(scores) * ~MASK
    return exponentials / exponentials.sum(1, keepdims=True)


@recorded
def looks() -> xr.DataArray:
    return labelled.array(weights(), "query key", WEIGHT, "weights", MASK, query=labelled.words("query", WORDS), key=labelled.words("key", WORDS))


@recorded
def counts() -> xr.DataArray:
    """Two trainings, whose means are 1, 2, 3, 4."""
    axes = {"what": Axis("", ["counts"]), "seed": Axis("", [0, 1]), "word": labelled.words("", WORDS)}
    return labelled.array([[[0, 1, 2, 3], [2, 3, 4, 5]]], "what seed word", Quantity("times"), "bars", **axes)


@recorded
def bits() -> xr.DataArray:
    axes = {"what": Axis("", ["bits"]), "length": Axis("length", [1, 10, 100])}
    return labelled.array([[0, -1, 2.5]], "what length", Quantity("bits"), "line", **axes)


@recorded
def memory() -> xr.DataArray:
    """At each step, the whole weight is at the location of its number."""
    return labelled.array(np.eye(4), "location time", WEIGHTING, "w", location=labelled.count("", 4, 0), time=labelled.count("", 4))


def figure() -> go.Figure:
    panels = [
        plot.heat(looks(), scale=True),
        plot.bars(counts(), by="what", over="seed", colours=theme.MODEL),
        plot.lines(bits(), by="what", colours=theme.READ, mode="lines+markers", low=None),
    ]
    return draw.panels(panels, 2)


def test_a_sound_figure_has_no_faults():
    assert faults(figure()) == []


def test_a_row_and_its_sink_sum_to_one():
    @recorded
    def with_sink() -> xr.DataArray:
        part = weights() * np.array([0.9, 0.5, 0.25, 1])[:, None]
        key = Axis("key", [*range(4), "sink"], [*WORDS, "sink"], edges=["sink"])
        masked = np.column_stack([MASK, [False] * 4])
        return labelled.array(np.column_stack([part, 1 - part.sum(1)]), "query key", WEIGHT, "w", masked, query=labelled.words("", WORDS), key=key)

    drawn = draw.panels([plot.heat(with_sink())])
    assert faults(drawn) == []
    assert drawn.data[0].meta["columns"] == [*WORDS, "sink"]
    assert [shape.x0 for shape in drawn.layout.shapes] == [3.5]
    rows = list(csv.DictReader(io.StringIO(as_csv(drawn).decode())))
    assert [round(float(row["value"]), 4) for row in rows if row["column"] == "sink"] == [0.1, 0.5, 0.75, 0]


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (lambda trace: trace.update(z=np.asarray(trace.z) * 2), "between 0 and 1"),
        (lambda trace: trace.update(z=np.asarray(trace.z) * 0.99), "instead of 1"),
        (lambda trace: trace.update(zmin=-1), "from -1 to 1"),
        (lambda trace: trace.update(z=np.asarray(trace.z)[:, :3]), "3 columns but 4 column labels"),
        (lambda trace: trace.update(z=np.asarray(trace.z)[:3]), "3 rows but 4 row labels"),
        (lambda trace: trace.update(meta=trace.meta | {"masked": False}), "NaN"),
        (lambda trace: trace.update(meta=None), UNRECORDED),
    ],
)
def test_weights_that_are_no_weights_are_refused(broken, word):
    drawn = figure()
    broken(drawn.data[0])
    assert any(word in fault for fault in faults(drawn)), faults(drawn)


@pytest.mark.parametrize(
    ("number", "kind", "names", "said"),
    [
        (0, "ticks", {"rows": WORDS[:3], "columns": WORDS}, "weights: 4 rows but 3 tick labels of rows"),
        (2, "labels", WORDS[:2], "bars: counts: 4 bars but 2 labels"),
        (2, "ticks", WORDS[:1], "bars: counts: 4 bars but 1 tick labels"),
        (3, "labels", WORDS, "line: bits: 3 points but 4 labels"),
    ],
)
def test_labels_that_are_not_as_many_as_what_they_name_are_refused(number, kind, names, said):
    drawn = figure()
    drawn.data[number].meta |= {kind: names}
    assert faults(drawn) == [said]


def test_tick_labels_that_are_not_as_many_as_ticks_are_refused():
    drawn = figure()
    drawn.layout.xaxis2.ticktext = WORDS[:3]
    assert faults(drawn) == ["bars: 4 ticks but 3 tick labels along x"]
    with pytest.raises(ValueError, match="3 places but 4 labels"):
        draw.named_places(range(3), WORDS)


def test_what_was_not_laid_out_in_panels_is_refused():
    assert faults(go.Figure(go.Bar(y=[1, 2]))) == ["it was not laid out by kit.figure.draw.panels"]


@pytest.mark.parametrize(
    "trace",
    [
        draw.heatmap(weights(), WORDS, WORDS, (0, 1), theme.WEIGHTS, {"kind": "weights", "masked": True, "ticks": {"rows": WORDS, "columns": WORDS}}),
        draw.bars(WORDS, [1, 2, 3, 4], "counts", theme.MODEL),
        draw.line([1, 10], [0, 1], "bits", theme.READ),
    ],
    ids=lambda trace: trace.type,
)
def test_what_is_not_drawn_from_the_record_is_refused(trace):
    (fault,) = faults(draw.panels([draw.Panel("by hand", [trace])]))
    assert fault.endswith(UNRECORDED) and fault.startswith("by hand")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda drawn: drawn.update_xaxes(type="date"), "draws xaxis2.type as 'linear' or 'log', not as 'date'"),
        (lambda drawn: drawn.update_xaxes(showspikes=True), "does not know xaxis.showspikes"),
        (lambda drawn: drawn.update_xaxes(tickangle=45), "draws xaxis.tickangle as 0 or -90, not as 45"),
        (lambda drawn: drawn.update_yaxes(range=[2.5, -0.5]), "yaxis: the static picture draws all cells"),
        (lambda drawn: drawn.update_layout(yaxis2_range=[1, 0]), "yaxis2: the static picture needs a range that rises"),
        (lambda drawn: drawn.update_layout(yaxis2_range=None), "yaxis2: the static picture needs a range"),
        (lambda drawn: drawn.update_layout(yaxis2_dtick=None), "yaxis2: the static picture needs tickvals, or dtick"),
        (lambda drawn: drawn.update_layout(yaxis2_type="log"), "yaxis2: bars begin at 0"),
        (lambda drawn: drawn.update_layout(yaxis3_type="log"), "yaxis3: a logarithmic axis does not have"),
        (lambda drawn: drawn.update_layout(xaxis3={"type": "log", "dtick": "D2"}), "the powers of ten of a logarithmic axis"),
        (lambda drawn: drawn.update_layout(barmode="overlay"), "draws layout.barmode as 'group', not as 'overlay'"),
        (lambda drawn: drawn.update_layout(title="More"), "does not know layout.title.text"),
        (lambda drawn: drawn.update_layout(meta=None), "not laid out by kit.figure.draw.panels"),
        (lambda drawn: drawn.add_annotation(drawn.layout.annotations[0]), "no annotations beside the titles"),
        (lambda drawn: drawn.add_shape(SHAPE | {"x1": 2}), "no shapes beside upright lines"),
        (lambda drawn: drawn.add_shape(SHAPE | {"xref": "x2", "yref": "y2 domain"}), "no shapes beside upright lines"),
        (lambda drawn: drawn.data[2].update(width=0.2), "bars: counts: the static picture does not know bar.width"),
        (lambda drawn: drawn.data[2].update(marker_color=["red", "blue", "red", "blue"]), "draws bar.marker.color as one value for the whole trace"),
        (lambda drawn: drawn.data[3].update(line_dash="5px,2px"), "draws scatter.line.dash as 'solid'"),
        (lambda drawn: drawn.data[3].update(line_shape="hv"), "does not know scatter.line.shape"),
        (lambda drawn: drawn.data[3].update(mode=None), "needs scatter.mode"),
        (lambda drawn: drawn.data[3].update(xaxis="x", yaxis="y"), "and not both in one panel"),
        (lambda drawn: drawn.data[0].update(texttemplate="%{z}"), "does not know heatmap.texttemplate"),
        (lambda drawn: drawn.add_trace(go.Box(y=[1, 2])), "cannot draw a box trace; it knows heatmap, bar, scatter"),
    ],
)
def test_what_the_static_picture_would_leave_out_is_refused_by_name(change, word):
    drawn = figure()
    change(drawn)
    assert any(word in fault for fault in faults(drawn)), faults(drawn)


def test_the_legend_shows_how_a_line_is_dashed():
    lines = [draw.line([0, 1], [0, 1], name, theme.MODEL, mode, dash) for name, mode, dash in (("a", "lines", "solid"), ("b", "lines+markers", "dashdot"))]
    bar = draw.bars(["one", "two"], [1, 2], "c", theme.READ)
    root = etree.fromstring(svg(draw.panels([draw.Panel("curves", lines), draw.Panel("bars", [bar])]), "caption", "name", standalone=True))
    legend = root[-1]
    assert [(part.tag.split("}")[1], part.get("stroke-dasharray") or part.text) for part in legend] == [
        ("path", None), ("text", "a"), ("path", "9 3 3 3"), ("circle", None), ("text", "b"), ("rect", None), ("text", "c"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "plain", "short"),
    [
        (0, "0", "0"), (20_000, "20000", "20k"), (-1500, "−1500", "−1.5k"), (0.25, "0.25", "0.25"), (1e6, "1e+6", "1M"),
        (1e-6, "0.000001", "1e−6"), (2.5e-7, "2.5e−7", "2.5e−7"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_d3_writes_them(number, plain, short):
    assert ruler.written(number, ruler.PLAIN) == plain
    assert number < 1 or ruler.written(number, ruler.SHORT) == short


def test_a_caption_that_is_silent_about_means_is_refused():
    (fault,) = untold(figure(), "Meanwhile, the largest of the counts.")
    assert fault.startswith("bars: ") and "the mean over the axis seed" in fault
    assert untold(figure(), "Means over the seeds.") == untold(figure(), "The mean.") == []
    one = draw.panels([plot.bars(counts(), by="what", over="seed", one=1, colours=theme.MODEL), plot.heat(looks())])
    assert untold(one, "The counts of one seed.") == []


@pytest.mark.parametrize("caption", ["Left: a mean.", "Two means: left, of all; right, of some.", "Black is 0. Right the mean."])
def test_a_caption_that_places_its_panels_is_refused(caption):
    (fault,) = untold(figure(), caption)
    assert "narrow screen" in fault
    assert untold(draw.panels([plot.heat(looks())]), caption) == []
    assert untold(figure(), "Means of what is right. Time runs to the right; what is left is the mean, left alone.") == []


def test_weightings_sum_to_one_over_the_locations():
    drawn = draw.panels([plot.heat(memory()), plot.heat(memory().sel(location=[1, 2]))])
    assert faults(drawn) == []
    drawn.data[0].z = np.eye(4) * 0.5
    assert any("sums to 0.5" in fault for fault in faults(drawn))


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_the_static_picture_is_the_same_every_time_and_well_formed(width):
    first, second = (svg(figure(), "A caption & more", "part.page.name", width, standalone=True) for _ in range(2))
    assert first == second
    root = etree.fromstring(first)
    title, desc = root[0], root[1]
    assert title.text == "A caption & more"
    assert desc.text == description(figure())
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"


def test_the_static_picture_draws_masked_cells_as_masked():
    picture = svg(figure(), "caption", "name")
    assert 'fill="url(#name-wide-m)"' in picture
    assert "name-wide-m" in picture.split("</defs>")[0]


def test_the_static_picture_stays_within_its_frame():
    for width, size in (("wide", draw.WIDE), ("narrow", draw.NARROW)):
        root = etree.fromstring(svg(figure(), "caption", "name", width, standalone=True))
        for part in root.iter("{http://www.w3.org/2000/svg}rect"):
            assert 0 <= float(part.get("x")) <= float(part.get("x")) + float(part.get("width")) <= size


def test_a_long_number_at_the_end_of_an_axis_is_not_cut_off():
    curve = draw.line([0, 147_000], [0, 1], "curve", theme.MODEL, "lines")
    drawn = svg(draw.panels([draw.Panel("curve", [curve])], 1), "caption", "name", "narrow", standalone=True)
    labels = etree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")
    last = next(label for label in labels if label.text == "150k")
    assert float(last.get("x")) + 4 * draw.LETTER / 2 <= draw.NARROW


def test_a_curve_that_leaves_its_axis_is_cut_off():
    def drawn(highest: float) -> etree.Element:
        curve = draw.line([0, 1, 2], [0, highest, 0], "curve", theme.MODEL, "lines")
        panel = draw.Panel("curve", [curve], height=100, axes={"y": {"range": [0, 1]}})
        return etree.fromstring(svg(draw.panels([panel]), "caption", "name", standalone=True))

    inner = "{http://www.w3.org/2000/svg}svg"
    assert drawn(1).find(inner) is None
    assert float(drawn(3).find(inner).get("height")) == 100
    assert len(drawn(3).find(inner)) == 1


def test_the_table_holds_every_number():
    rows = list(csv.DictReader(io.StringIO(as_csv(figure()).decode())))
    heat = [row for row in rows if row["panel"] == "weights"]
    assert len(heat) == 16
    assert [row["value"] for row in heat if row["column"] == "<pad>"] == ["masked"] * 4
    shown = np.array([float(row["value"]) for row in heat if row["value"] != "masked"])
    np.testing.assert_allclose(shown, weights()[~MASK], rtol=1e-6)
    assert [(row["column"], row["value"]) for row in rows if row["series"] == "counts"][1] == ("cat", "2")


def test_the_description_tells_size_range_and_place():
    text = description(figure())
    assert "4 rows by 4 columns" in text
    assert "4 cells are masked" in text
    assert "counts, the: 1; cat: 2" in text


def titled(*titles: str, columns: int = 2) -> go.Figure:
    """Heatmaps with these titles."""
    return draw.panels([replace(plot.heat(looks()), title=title) for title in titles], columns)


def test_titles_side_by_side_never_run_into_each_other():
    """Those of a figure get smaller together; what does not fit even so is refused."""
    size = {len(title): titled(title, "b").layout.annotations[1].font.size for title in ("a" * 20, "a" * 48, "a<sub>" + "b" * 20 + "</sub>")}
    assert size == {20: 14, 48: 12, 32: 14}
    with pytest.raises(ValueError, match="too long for its panel"):
        titled("a" * 60, "b")
    assert 'font-size="12">aaaa' in svg(titled("a" * 48, "b"), "caption", "name")


def test_plotting_areas_of_a_column_line_up_and_all_are_equally_wide():
    beside = [
        plot.heat(looks(), scale=True),
        plot.bars(counts(), by="what", over="seed", colours=theme.MODEL),
        plot.heat(looks(), unlabelled="xy"),
        plot.heat(looks()),
    ]
    layout = draw.panels(beside, 2).layout
    ends = [layout[f"xaxis{number}"].domain for number in ("", "2", "3", "4")]
    assert ends[0] == ends[2] and ends[1] == ends[3]
    assert np.ptp([high - low for low, high in ends]) < 1e-4


def test_stories_told_by_column_follow_each_other_on_a_narrow_screen():
    four = [replace(plot.heat(looks()), title=title) for title in ("a1", "b1", "a2", "b2")]
    tops = {
        told: [draw.panels(four, 2, told_by_column=told).layout.meta["narrow"]["layout"][f"yaxis{n}.domain"][1] for n in ("", "2", "3", "4")]
        for told in (False, True)
    }
    assert np.argsort(tops[False])[::-1].tolist() == [0, 1, 2, 3]
    assert np.argsort(tops[True])[::-1].tolist() == [0, 2, 1, 3]


def test_on_a_narrow_screen_panels_stand_one_below_the_other():
    layout = figure().layout.meta["narrow"]["layout"]
    tops = [layout[f"yaxis{suffix}.domain"][1] for suffix in ("", "2", "3")]
    assert tops == sorted(tops, reverse=True)
    assert len({round(layout[f"xaxis{suffix}.domain"][1] > 0.5) for suffix in ("", "2", "3")}) == 1
