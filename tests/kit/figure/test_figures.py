"""What may be published: the checks, the static picture, the table, the description."""

import csv
import io
import xml.etree.ElementTree as etree

import numpy as np
import plotly.graph_objects as go
import pytest

from explainers.kit.figure import draw, theme
from explainers.kit.figure.checks import faults
from explainers.kit.figure.svg import svg
from explainers.kit.figure.tables import as_csv, description

WORDS = ["the", "cat", "the", "<pad>"]
MASK = np.array([[False, False, False, True]] * 4)


def weights() -> np.ndarray:
    scores = np.random.default_rng(0).normal(size=(4, 4))
    exponentials = np.exp(scores) * ~MASK
    return (exponentials / exponentials.sum(1, keepdims=True)).astype(np.float32)


def figure() -> go.Figure:
    panels = [
        draw.Panel("weights", draw.weights(weights(), WORDS, WORDS, MASK), x="key", y="query", scale=True),
        draw.Panel("bars", [draw.bars(WORDS, [1, 2, 3, 4], "counts", theme.MODEL, [(0, 2), (1, 3), (2, 4), (3, 5)])]),
        draw.Panel("line", [draw.line([1, 10, 100], [0, -1, 2.5], "bits", theme.READ)], x="length", y="bits"),
    ]
    return draw.panels(panels, 2)


def test_a_sound_figure_has_no_faults():
    assert faults(figure()) == []


def test_a_masked_weight_that_is_not_zero_is_refused():
    with pytest.raises(ValueError, match="not exactly 0"):
        draw.weights(np.full((4, 4), 0.25), WORDS, WORDS, MASK)


def test_a_row_and_its_sink_sum_to_one():
    part = weights() * np.float32([0.9, 0.5, 0.25, 1])[:, None]
    panel = draw.Panel("w", draw.weights(part, WORDS, WORDS, MASK, sink=1 - part.sum(1)), edges=[len(WORDS)])
    drawn = draw.panels([panel])
    assert faults(drawn) == []
    assert drawn.data[0].meta["columns"] == [*WORDS, "sink"]
    rows = list(csv.DictReader(io.StringIO(as_csv(drawn).decode())))
    assert [round(float(row["value"]), 4) for row in rows if row["column"] == "sink"] == [0.1, 0.5, 0.75, 0]


def test_a_row_that_lacks_its_sink_is_refused():
    panel = draw.Panel("w", draw.weights(weights() * np.float32(0.75), WORDS, WORDS, MASK))
    assert any("sums to 0.75 instead of 1" in fault for fault in faults(draw.panels([panel])))


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (lambda trace: trace.update(z=np.asarray(trace.z) * 2), "between 0 and 1"),
        (lambda trace: trace.update(z=np.asarray(trace.z) * 0.99), "instead of 1"),
        (lambda trace: trace.update(zmin=-1), "from -1 to 1"),
        (lambda trace: trace.update(z=np.asarray(trace.z)[:, :3]), "3 columns but 4 column labels"),
        (lambda trace: trace.update(meta=trace.meta | {"masked": False}), "NaN"),
        (lambda trace: trace.update(meta=None), "kit.figure.draw"),
    ],
)
def test_weights_that_are_no_weights_are_refused(broken, word):
    drawn = figure()
    broken(drawn.data[0])
    assert any(word in fault for fault in faults(drawn)), faults(drawn)


def test_weightings_sum_to_one_over_the_locations():
    columns = np.eye(4)
    whole = draw.Panel("w", draw.weightings(columns, [""] * 4, [""] * 4))
    part = draw.Panel("w", draw.weightings(columns, ["1", "2"], [""] * 4, [1, 2]))
    drawn = draw.panels([whole, part])
    assert faults(drawn) == []
    drawn.data[0].z = columns * 0.5
    assert any("sums to 0.5" in fault for fault in faults(drawn))
    with pytest.raises(ValueError, match="not a distribution"):
        draw.weightings(columns * 0.5, [""] * 4, [""] * 4)


def test_swapped_axes_are_refused_where_the_lengths_differ():
    panel = draw.Panel("w", draw.weights(np.full((2, 4), 0.25), WORDS, ["il", "chat"]))
    assert any("rows but" in fault for fault in faults(draw.panels([panel])))


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
    last = next(label for label in labels if label.text == "150000")
    assert float(last.get("x")) + 6 * draw.LETTER / 2 <= draw.NARROW


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
