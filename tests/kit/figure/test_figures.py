"""What may be published: the checks, the static picture, the table, the description."""

import csv
import io
import xml.etree.ElementTree as etree

import numpy as np
import plotly.graph_objects as go
import pytest
import xarray as xr

from explainers.kit import labelled
from explainers.kit.figure import draw, plot, theme
from explainers.kit.figure.checks import UNRECORDED, faults, untold
from explainers.kit.figure.svg import svg
from explainers.kit.figure.tables import as_csv, description
from explainers.kit.labelled import WEIGHT, WEIGHTING, Axis, Quantity, recorded

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


def test_a_caption_that_is_silent_about_means_is_refused():
    (fault,) = untold(figure(), "Meanwhile, the largest of the counts.")
    assert fault.startswith("bars: ") and "the mean over the axis seed" in fault
    assert untold(figure(), "Means over the seeds.") == untold(figure(), "The mean.") == []
    one = draw.panels([plot.bars(counts(), by="what", over="seed", one=1, colours=theme.MODEL), plot.heat(looks())])
    assert untold(one, "The counts of one seed.") == []


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


def test_on_a_narrow_screen_panels_stand_one_below_the_other():
    layout = figure().layout.meta["narrow"]["layout"]
    tops = [layout[f"yaxis{suffix}.domain"][1] for suffix in ("", "2", "3")]
    assert tops == sorted(tops, reverse=True)
    assert len({round(layout[f"xaxis{suffix}.domain"][1] > 0.5) for suffix in ("", "2", "3")}) == 1
