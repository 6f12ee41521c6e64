"""Panels from labelled arrays, by hand: every number under its name, and nothing that the record does not hold."""

import numpy as np
import pytest
import xarray as xr

from explainers.kit import labelled
from explainers.kit.figure import draw, plot, theme
from explainers.kit.figure.checks import faults
from explainers.kit.labelled import VALUE, WEIGHT, WEIGHTING, Axis, Quantity, recorded

WORDS = ["the", "cat", "the"]
MASK = np.array([[False, True, True], [False, False, True], [False, False, False]])
LOOKS = np.array([[[1, 0, 0], [0.5, 0.5, 0], [0.2, 0.3, 0.5]], [[1, 0, 0], [0.25, 0.75, 0], [0, 0, 1]]])
COLOURS = {"machine": theme.MODEL, "LSTM": theme.CONTROL}
BITS = Quantity("bits", "greys", 0)


@recorded
def looks() -> xr.DataArray:
    axes = {"query": labelled.words("query word", WORDS), "key": labelled.words("key word", WORDS, edges=[1])}
    return labelled.array(LOOKS, "head query key", WEIGHT, "Head {head}", MASK, head=labelled.count("head", 2), **axes)


@recorded
def vectors(*, which: str = "query") -> xr.DataArray:
    """Two vectors a layer; those of layer 2 are larger."""
    numbers, layers = [[[1, -2, 0], [0, 1, 1]], [[8, 0, 4], [2, -4, 0]]], labelled.count("layer", 2)
    word, feature = labelled.words("word", ["a", "b"], written=[1]), labelled.count("feature", 3, every=2)
    return labelled.array(numbers, "layer word feature", VALUE, "Layer {layer}", layer=layers, word=word, feature=feature)


@recorded
def shares() -> xr.DataArray:
    return labelled.array([[0.5, 1]], "row word", labelled.SHARE, "shares", row=Axis("", [0]), word=Axis("word", "ab"))


@recorded
def memory() -> xr.DataArray:
    axes = {"location": labelled.count("location", 3, 0), "time": labelled.count("step", 3, every=1, first=1)}
    return labelled.array(np.eye(3), "location time", WEIGHTING, "Memory", **axes)


@recorded
def wrong() -> xr.DataArray:
    """Wrong bits of two kinds of learners at two lengths, of three trainings each."""
    numbers = [[[1, 2, 6], [10, 20, 30]], [[0, 0, 3], [5, 5, 5]]]
    axes = {"learner": Axis("", ["machine", "LSTM"]), "length": Axis("length", [20, 120]), "seed": Axis("seed", [0, 1, 2])}
    return labelled.array(numbers, "learner length seed", BITS, "Wrong bits", **axes)


@recorded
def curves() -> xr.DataArray:
    """A learning curve of three points, and one that ends after two; a coordinate says when."""
    numbers, seen = [[8, 4, 2], [9, 3, np.nan]], [[10, 20, 30], [5, 15, np.nan]]
    axes = {"learner": Axis("", ["machine", "LSTM"], ["NTM", "LSTM"]), "point": labelled.count("point", 3)}
    made = labelled.array(numbers, "learner point", BITS, "Bits", **axes)
    return made.assign_coords(seen=(made.dims, seen, {"title": "sequences seen"}), kind=(made.dims, np.array([["a", "b", "a"], ["b", "b", "a"]])))


@recorded
def middle() -> xr.DataArray:
    return labelled.array(2.5, "", BITS, "the middle")


def test_rows_run_down_and_columns_to_the_right_under_their_own_labels():
    panel = plot.heat(vectors().sel(layer=1), 90, scale=True, span=2)
    (trace,) = panel.traces
    assert np.asarray(trace.z).tolist() == [[1, -2, 0], [0, 1, 1]]
    assert (trace.meta["rows"], trace.meta["columns"]) == (["a", "b"], ["1", "2", "3"])
    assert (panel.title, panel.x, panel.y, panel.height, panel.scale, panel.span) == ("Layer 1", "feature", "word", 90, True, 2)
    turned = plot.heat(vectors().sel(layer=1, feature=[3, 1]).T)
    assert np.asarray(turned.traces[0].z).tolist() == [[0, 1], [1, 0]]
    assert (turned.traces[0].meta["rows"], turned.traces[0].meta["columns"]) == (["3", "1"], ["a", "b"])
    assert (turned.x, turned.y) == ("word", "feature")


def test_a_trace_says_what_it_shows():
    shows = plot.heat(vectors(which="key").sel(layer=2, word=[1, 0])).traces[0].meta["shows"]
    assert shows == {"record": f"{__name__}.vectors", "of": {"which": "key"}, "at": {"layer": 2, "word": [1, 0]}, "rows": "word", "columns": "feature"}


def test_labels_are_written_where_the_record_wants_them_and_marks_are_arrows():
    ticks = plot.heat(vectors().sel(layer=1)).traces[0].meta["ticks"]
    assert ticks == {"rows": ["", "b"], "columns": ["", "2", ""]}
    assert plot.heat(vectors().sel(layer=1), unlabelled="y").traces[0].meta["ticks"] == {"rows": ["", ""], "columns": ["", "2", ""]}
    assert plot.heat(vectors().sel(layer=1), unlabelled="xy").traces[0].meta["ticks"]["columns"] == ["", "", ""]

    @recorded
    def marked() -> xr.DataArray:
        return labelled.array([1, 2, 3], "time", VALUE, time=Axis("", [1, 2, 3], written=[1, 2], marked=[2]))

    assert plot.bars(marked(), colours=theme.MODEL).traces[0].meta["ticks"] == ["1", plot.ARROW, ""]


def test_room_for_labels_is_filled_up_from_the_left():
    rows = plot.heat(looks().sel(head=1), room=5).traces[0].meta["ticks"]["rows"]
    assert [row.replace(plot.NBSP, "_") for row in rows] == ["__the", "__cat", "__the"]


def test_words_that_are_said_elsewhere_can_be_left_out():
    panel = plot.heat(vectors().sel(layer=1), untitled="x")
    assert (panel.title, panel.x, panel.y) == ("Layer 1", "", "word")
    panel = plot.bars(wrong().sel(learner="LSTM", seed=0), colours=theme.MODEL, untitled="ty")
    assert (panel.title, panel.x, panel.y) == ("", "length", "")


def test_masked_cells_are_no_numbers_and_have_a_look_of_their_own():
    weights, overlay = plot.heat(looks().sel(head=2)).traces
    z = np.asarray(weights.z)
    assert np.isnan(z).tolist() == MASK.tolist() and z[~MASK].tolist() == [1, 0.25, 0.75, 0, 0, 1]
    assert (np.asarray(overlay.z) == 1).tolist() == MASK.tolist() and overlay.meta["kind"] == "masked"
    assert weights.meta["masked"] and overlay.meta["ticks"] == weights.meta["ticks"]
    assert len(plot.heat(looks().sel(head=2, query=[2])).traces) == 1


def test_a_line_stands_before_an_edge_of_what_is_shown():
    assert plot.heat(looks().sel(head=1)).edges == [1]
    assert plot.heat(looks().sel(head=1, key=[2, 1])).edges == [1] and plot.heat(looks().sel(head=1, key=[0, 2])).edges == []


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        (lambda: looks().sel(head=1), "weights"),
        (lambda: looks().sel(head=1).T, "weightings"),
        (lambda: looks().sel(head=1, query=[1]), "weights"),
        (lambda: looks().sel(head=1, key=[0, 1]), "part of weightings"),
        (lambda: looks().sel(key=0), "part of weightings"),
        (memory, "weightings"),
        (lambda: memory().T, "weights"),
        (shares, "values"),
    ],
)
def test_distributions_are_known_by_their_axis_and_checked(part, kind):
    panel = plot.heat(part(), untitled="t")
    assert panel.traces[0].meta["kind"] == kind
    assert faults(draw.panels([panel])) == []


def test_a_scale_is_shared_over_the_axis_that_panels_are_chosen_from():
    assert [(plot.heat(layer).traces[0].zmin, plot.heat(layer).traces[0].zmax) for layer in vectors()] == [(-8, 8)] * 2
    (trace,) = plot.heat(shares()).traces
    assert (trace.zmin, trace.zmax) == (0, 1) and [colour for _, colour in trace.colorscale] == list(theme.WEIGHTS)


def test_one_array_on_the_scale_of_another():
    @recorded
    def small() -> xr.DataArray:
        return labelled.array([[0.5, 0]], "row word", VALUE, "small", row=Axis("", [0]), word=Axis("", "ab"))

    (trace,) = plot.heat(small(), like=vectors().sel(layer=1)).traces
    assert (trace.zmin, trace.zmax) == (-8, 8) and plot.heat(small()).traces[0].zmax == 0.5
    assert trace.meta["shows"]["scale"]["record"].endswith("vectors")
    with pytest.raises(ValueError, match="small: its numbers are of another kind"):
        plot.heat(small(), like=shares())


def test_bars_stand_in_the_order_of_their_axis_and_series_too():
    panel = plot.bars(wrong().sel(seed=1), by="learner", colours=COLOURS)
    assert [(bar.name, bar.y.tolist(), bar.marker.color) for bar in panel.traces] == [
        ("machine", [2, 20], theme.MODEL.light),
        ("LSTM", [0, 5], theme.CONTROL.light),
    ]
    assert panel.traces[0].meta["labels"] == ["20", "120"] and (panel.title, panel.x, panel.y) == ("Wrong bits", "length", "bits")
    assert panel.traces[0].meta["shows"]["at"] == {"learner": "machine", "seed": 1} and panel.traces[0].meta["shows"]["series"] == "learner"
    turned = plot.bars(wrong().sel(seed=1, learner=["LSTM", "machine"], length=[120, 20]), by="learner", colours=COLOURS)
    assert [(bar.name, bar.y.tolist()) for bar in turned.traces] == [("LSTM", [5, 0]), ("machine", [20, 2])]


def test_a_bar_over_seeds_is_their_mean_and_its_line_goes_from_the_least_to_the_most():
    (bar,) = plot.bars(wrong().sel(learner="machine"), over="seed", colours=theme.MODEL).traces
    assert bar.y.tolist() == [3, 20]
    assert (bar.y + bar.error_y.array).tolist() == [6, 30] and (bar.y - bar.error_y.arrayminus).tolist() == [1, 10]
    assert bar.meta["shows"]["over"] == "seed" and bar.meta["shows"]["statistic"] == "mean"


def test_a_bar_of_one_seed_has_the_line_of_all():
    (bar,) = plot.bars(wrong().sel(learner="machine"), over="seed", one=0, colours=theme.MODEL).traces
    assert bar.y.tolist() == [1, 10] and (bar.y + bar.error_y.array).tolist() == [6, 30]
    assert bar.meta["shows"]["one"] == 0 and "statistic" not in bar.meta["shows"]
    assert plot.bars(wrong().sel(learner="machine", seed=0), colours=theme.MODEL).traces[0].error_y.array is None


def test_a_stack_stands_on_what_is_below():
    stacked = plot.bars(wrong().sel(learner="machine"), by="seed", colours=theme.MODEL, stack=True).traces
    assert [bar.y.tolist() for bar in stacked] == [[1, 10], [2, 20], [6, 30]]
    assert [bar.base.tolist() for bar in stacked] == [[0, 0], [1, 10], [3, 30]]
    assert len({bar.offsetgroup for bar in stacked}) == 1


def test_the_axis_of_values_ends_where_the_kind_of_number_does():
    def ends(**more) -> dict:
        return plot.bars(shares().sel(row=0), colours=theme.MODEL, **more).axes["y"]

    assert ends() == {"range": [0, 1]} and ends(top=0.5) == {"range": [0, 0.5]}
    assert plot.bars(wrong().sel(seed=0, learner="LSTM"), colours=theme.MODEL).axes["y"] == {}


def test_a_series_without_a_colour_is_refused():
    for shown in (plot.bars, plot.lines):
        with pytest.raises(ValueError, match=r"test_plot\.wrong: no colour for learner LSTM"):
            shown(wrong().sel(seed=0), by="learner", colours={"machine": theme.MODEL})
    with pytest.raises(ValueError, match=r"test_plot\.curves: no colour for kind b"):
        plot.dots(curves(), along="point", by="kind", colours={"a": theme.MODEL})


def test_a_line_stands_at_the_numbers_of_its_axis():
    panel = plot.lines(wrong().sel(seed=0), by="learner", colours=COLOURS, mode="lines+markers", dashes={"LSTM": "dot"}, size=4, across=(0, 200))
    assert [(line.name, line.x.tolist(), line.y.tolist()) for line in panel.traces] == [("machine", [20, 120], [1, 10]), ("LSTM", [20, 120], [0, 5])]
    assert [line.line.dash for line in panel.traces] == ["solid", "dot"] and panel.traces[0].marker.size == 4
    assert (panel.x, panel.y, panel.axes["x"]["range"]) == ("length", "bits", [0, 200])


def test_a_line_ends_where_there_is_no_number_and_stands_where_a_coordinate_says():
    panel = plot.lines(curves(), by="learner", x="seen", colours=COLOURS, log=True)
    assert [(line.name, line.x.tolist(), line.y.tolist()) for line in panel.traces] == [("NTM", [10, 20, 30], [8, 4, 2]), ("LSTM", [5, 15], [9, 3])]
    assert panel.x == "sequences seen" and panel.axes["y"]["type"] == "log" and panel.traces[1].meta["shows"]["x"] == "seen"
    assert faults(draw.panels([panel])) == []


def test_a_line_over_labels_that_are_not_all_written_keeps_them_all_in_the_table():
    panel = plot.lines(curves(), by="learner", colours=COLOURS)
    assert [line.meta["labels"] for line in panel.traces] == [["1", "2", "3"], ["1", "2"]]
    assert panel.axes["x"]["range"] == [0.5, 3.5] and panel.axes["x"]["tickvals"] == []


def test_ends_of_the_axis_of_values_of_lines():
    part = wrong().sel(seed=0, learner="LSTM")
    assert plot.lines(part, colours=theme.MODEL, top=9, low=-1).axes["y"] == {"range": [-1, 9]}
    assert plot.lines(part, colours=theme.MODEL, low=None).axes["y"] == {"rangemode": "normal"}


def test_dots_stand_side_by_side_in_the_slot_of_their_place():
    panel = plot.dots(wrong().sel(seed=[0, 1]), along="length", by="learner", colours=COLOURS)
    assert [(dots.name, dots.y.tolist()) for dots in panel.traces] == [("machine", [1, 2, 10, 20]), ("LSTM", [0, 0, 5, 5])]
    for dots in panel.traces:
        assert np.rint(dots.x).tolist() == [0, 0, 1, 1] and np.abs(dots.x - np.rint(dots.x)).max() <= plot.SPREAD / 2
        assert dots.text == ("20, 0", "20, 1", "120, 0", "120, 1")
    assert len({float(x) for dots in panel.traces for x in dots.x}) == 8
    assert panel.axes["x"]["ticktext"] == ["20", "120"] and panel.axes["x"]["range"] == [-0.5, 1.5]


def test_dots_are_coloured_by_a_coordinate_and_one_that_is_no_number_is_left_out():
    panel = plot.dots(curves(), along="point", by="kind", colours={"b": theme.READ, "a": theme.MODEL}, log=True)
    assert [(dots.name, np.rint(dots.x).tolist(), dots.y.tolist()) for dots in panel.traces] == [("b", [0, 1, 1], [9, 4, 3]), ("a", [0, 2], [8, 2])]
    assert panel.traces[1].meta["shows"]["by"] == {"kind": "a"} and panel.axes["y"]["type"] == "log"


def test_a_rule_stands_at_a_number_of_the_record_under_its_title():
    (line,) = plot.rule(middle(), theme.READ, 8, 1).traces
    assert (line.x.tolist(), line.y.tolist(), line.name, line.line.dash) == ([2.5, 2.5], [1, 8], "the middle", "dot")


def test_panels_together_keep_the_words_of_the_first():
    first = plot.lines(curves(), by="learner", x="seen", colours=COLOURS)
    both = plot.together(first, plot.rule(middle(), theme.READ, 8), plot.bars(wrong().sel(seed=0, learner="LSTM"), colours=theme.MODEL))
    assert [trace.name for trace in both.traces] == ["NTM", "LSTM", "the middle", ""]
    assert (both.title, both.x, both.axes) == (first.title, first.x, first.axes) and len(first.traces) == 2


@pytest.mark.parametrize(
    ("panel", "words"),
    [
        (lambda: plot.heat(looks()), r"test_plot\.looks: it takes 2 axes, and what was chosen has head, query, key; choose"),
        (lambda: plot.heat(looks().sel(head=1, key=0)), "it takes 2 axes, and what was chosen has query"),
        (lambda: plot.bars(wrong().sel(seed=0), colours=theme.MODEL), "it takes 1 axis, and what was chosen has learner, length"),
        (lambda: plot.bars(wrong().sel(seed=0), by="machine", colours=COLOURS), "it takes 1 axis beside machine, and what was chosen has learner"),
        (lambda: plot.bars(wrong().sel(seed=0), by="learner", over="seed", colours=COLOURS), "it takes 1 axis beside learner beside seed"),
        (lambda: plot.lines(wrong(), by="learner", colours=COLOURS), "it takes 1 axis beside learner, and what was chosen has learner, length, seed"),
        (lambda: plot.rule(wrong(), theme.READ, 1), "it takes 0 axes, and what was chosen has"),
    ],
)
def test_a_choice_with_too_many_axes_or_too_few_is_refused(panel, words):
    with pytest.raises(ValueError, match=words):
        panel()


@pytest.mark.parametrize(
    "panel",
    [
        lambda part: plot.heat(part.sel(seed=0)),
        lambda part: plot.bars(part.sel(seed=0), by="learner", colours=COLOURS),
        lambda part: plot.bars(part, by="learner", over="seed", colours=COLOURS),
        lambda part: plot.bars(part.sel(learner="LSTM"), over="seed", one=0, colours=theme.MODEL),
        lambda part: plot.lines(part.sel(seed=0), by="learner", colours=COLOURS),
        lambda part: plot.dots(part, along="length", by="learner", colours=COLOURS),
        lambda part: plot.rule(part.sel(seed=0, learner="machine", length=20), theme.READ, 1),
        lambda part: plot.heat(wrong().sel(seed=0), like=part),
    ],
)
def test_nothing_is_drawn_that_the_record_does_not_hold(panel):
    """The same numbers one length further, and numbers that were made on the page."""
    panel(wrong())
    for changed in (wrong().roll(length=1), wrong() / 2, wrong().drop_attrs()):
        with pytest.raises((ValueError, KeyError), match="under these names|marked @recorded"):
            panel(changed)
