"""Arrays with names, by hand: what they hold, what is refused, and what a part of one says of where it comes from."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
import xarray as xr
from jaxtyping import Bool, Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.labelled import VALUE, WEIGHT, WEIGHTING, Axis, Quantity, recorded, shown

WORDS = ["the", "cat", "the"]
ROWS = [[0.5, 0.25, 0.25], [0, 1, 0], [0.1, 0.2, 0.7]]
HEADS = np.array([ROWS, ROWS[::-1]])


def pairs() -> dict[str, Axis]:
    return {"query": labelled.words("query word", WORDS), "key": labelled.words("key word", WORDS)}


@recorded
def looks(heads: np.ndarray = HEADS, *, title: str = "") -> xr.DataArray:
    return labelled.array(heads, "head query key", WEIGHT, "Head {head}, from “{query}”", head=labelled.count("head", 2), **pairs())


def test_places_labels_titles_and_which_labels_are_written():
    axis = labelled.count("step", 4, 3, every=2)
    made = labelled.array([[1, 2, 3, 4]] * 3, "word time", VALUE, "steps", word=labelled.words("", WORDS, marked=[1], edges=[2]), time=axis)
    assert made.dims == ("word", "time") and made.attrs["title"] == "steps"
    assert made.coords["time"].values.tolist() == [3, 4, 5, 6] and made.coords["time"].attrs["title"] == "step"
    assert labelled.labels(made, "time") == ["3", "4", "5", "6"] and labelled.labels(made, "word") == WORDS
    assert made.coords["time written"].values.tolist() == [False, True, False, True]
    assert made.coords["word written"].values.all() and not labelled.array([1], "t", VALUE, t=labelled.count("", 1)).coords["t written"].any()
    assert made.coords["word marked"].values.tolist() == [False, True, False]
    assert made.coords["word edge"].values.tolist() == [False, False, True]


def test_an_axis_of_length_one_that_nobody_describes_is_dropped():
    made = labelled.array([[[1, 2]]], "batch head step", VALUE, masked=[[True, False]], step=labelled.count("", 2))
    assert made.dims == ("step",) and made.coords["masked"].values.tolist() == [True, False]


@pytest.mark.parametrize(
    ("values", "dims", "axes", "words"),
    [
        ([[1, 2]], "row", {}, "'row': 2 axes of numbers, but 1 names"),
        ([1, 2], "row", {}, "what is along the axis row"),
        ([1, 2], "row", {"row": Axis("", "ab"), "column": Axis("", "a")}, "there is no axis column; the axes are row"),
        ([1, 2], "row", {"row": Axis("", "abc")}, "2 numbers along row, but 3 places and 3 labels"),
        ([1, 2], "row", {"row": Axis("", "aa")}, "2 numbers along row, but 1 places"),
        ([1, 2], "row", {"row": Axis("", "ab", ["a"])}, "2 places and 1 labels"),
        ([[1, 2, 3]], "word row", {"row": Axis("", "a"), "word": labelled.words("", WORDS)}, "1 numbers along word, but 3 places"),
    ],
)
def test_axes_that_do_not_fit_are_refused(values, dims, axes, words):
    with pytest.raises(ValueError, match=words):
        labelled.array(values, dims, VALUE, **axes)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([[0.5, 0.4]], "rows: weights sum to 0.9 instead of 1"),
        ([[1.5, -0.5]], "rows: a weight is -0.5"),
        ([[1.5, 0.5]], "rows: a weight is 1.5"),
        ([[float("nan"), 1.0]], "rows: a weight is not a number"),
        ([[float("nan")] * 2], "rows: a weight is not a number"),
    ],
)
def test_weights_that_are_no_distribution_are_refused(values, words):
    with pytest.raises(ValueError, match=words):
        labelled.array(values, "query key", WEIGHT, "rows", query=Axis("", "a"), key=Axis("", "ab"))


def test_weights_along_the_wrong_axis_are_refused():
    with pytest.raises(ValueError, match="sum to"):
        labelled.array(np.transpose(ROWS), "query key", WEIGHT, **pairs())
    with pytest.raises(ValueError, match="query word: such weights need an axis key; the axes are query, word"):
        labelled.array(ROWS, "query word", WEIGHT, query=labelled.words("", WORDS), word=labelled.words("", WORDS))
    assert labelled.array(np.transpose(ROWS), "location time", WEIGHTING, location=labelled.count("", 3, 0), time=labelled.count("", 3)).shape == (3, 3)


def test_a_masked_weight_is_exactly_zero_and_a_mask_stands_for_every_head():
    later = np.triu(np.ones((3, 3), bool), 1)
    causal = np.array([[1, 0, 0], [0.5, 0.5, 0], ROWS[2]])
    made = labelled.array([causal, causal], "head query key", WEIGHT, "", later, head=labelled.count("", 2), **pairs())
    assert (made.coords["masked"].sel(head=2).values == later).all()
    with pytest.raises(ValueError, match="query key: a masked weight is not exactly 0"):
        labelled.array(ROWS, "query key", WEIGHT, "", later, **pairs())


def test_a_sink_is_a_place_among_numbers():
    """The numbers stay numbers beside a word."""
    key = Axis("", [0, 1, "sink"], ["the", "the", "sink"], edges=["sink"])
    made = labelled.array([[0.25, 0.25, 0.5]], "query key", WEIGHT, query=Axis("", [0]), key=key)
    assert made.sel(key="sink").item() == 0.5 and made.sel(key=[1, 0]).shape == (1, 2)
    assert made.coords["key edge"].values.tolist() == [False, False, True]


def test_the_scale_is_that_of_the_kind_of_number_or_reaches_to_the_largest_that_is_shown():
    def ends(quantity: Quantity, masked=None) -> tuple[float, float]:
        return labelled.array([-3, 2, 7], "place", quantity, masked=masked, place=labelled.count("", 3)).attrs["ends"]

    assert ends(VALUE) == (-7, 7) and ends(VALUE, [False, False, True]) == (-3, 3)
    assert ends(Quantity("bits", "greys", 0)) == (0, 7) and ends(labelled.PERCENT) == (0, 100)
    assert labelled.array([0, 0], "place", VALUE, place=labelled.count("", 2)).attrs["ends"] == (-1, 1)


@dataclass(frozen=True)
class Step:
    """A record of one step or of an episode, and of one head."""

    weighting: Float[Tensor, "*time batch head location"]
    mask: Bool[Tensor, "query key"]


def test_axes_are_named_by_the_annotation_of_the_field():
    axes = {"head": Axis("", ["read", "write"]), "location": labelled.count("location", 3, 0)}
    weighting, mask = torch.tensor([[[[0.2, 0.3, 0.5], [1.0, 0, 0]]]] * 4), torch.zeros(2, 3).bool()
    episode = labelled.named(Step(weighting, mask), "weighting", WEIGHTING, time=labelled.count("time", 4), **axes)
    assert episode.dims == ("time", "head", "location") and episode.sel(time=4, head="read", location=2) == pytest.approx(0.5)
    step = labelled.named(Step(weighting[0], mask), "weighting", WEIGHTING, **axes)
    assert step.dims == ("head", "location") and step.sel(head="write", location=0) == 1
    plain = labelled.named(Step(weighting, mask), "mask", VALUE, query=labelled.count("", 2), key=labelled.count("", 3))
    assert plain.dims == ("query", "key")
    with pytest.raises(ValueError, match="along query, but 3 places"):
        labelled.named(Step(weighting, mask), "mask", VALUE, query=labelled.count("", 3), key=labelled.count("", 2))


def test_a_part_tells_its_record_and_what_was_chosen_of_it():
    whole = looks(title="x")
    record = f"{__name__}.looks"
    assert shown(whole) == {"record": record, "of": {"title": "x"}, "at": {}}
    assert shown(whole.sel(head=2, key=[2, 0]).T)["at"] == {"head": 2, "key": [2, 0]}
    assert [shown(head)["at"] for head in whole] == [{"head": 1}, {"head": 2}]
    assert labelled.held(whole, {"head": 2, "key": [2, 0]}).values.tolist() == [[0.7, 0.1], [0, 0], [0.25, 0.5]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda part: part.assign_coords({"key label": ("key", ["cat", "the", "the"])}), "under these names"),
        (lambda part: part.assign_coords(key=[1, 2, 0]), "under these names"),
        (lambda part: part.assign_coords(key=[1, 2, 3]), "under these names"),
        (lambda part: part.roll(key=1), "under these names"),
        (lambda part: part.rename(query="key", key="query"), "under these names"),
        (lambda part: part.copy(data=part.values.T), "under these names"),
        (lambda part: part.copy(data=part.values[::-1]), "under these names"),
        (lambda part: part.assign_coords(head=2), "under these names"),
        (lambda part: part * 2, "under these names"),
        (lambda part: part + 1e-9, "under these names"),
        (lambda part: part.assign_attrs(title="The other head"), "under these names"),
        (lambda part: part.assign_attrs(quantity=VALUE), "under these names"),
        (lambda part: part.assign_coords(key=part.coords["key"].assign_attrs(title="query word")), "under these names"),
        (lambda part: part.sum("key"), "the axis key is gone"),
        (lambda part: part.mean("query"), "the axis query is gone"),
        (lambda part: part.drop_vars("head"), "the axis head is gone"),
        (lambda part: part.drop_attrs(), "marked @recorded"),
        (lambda part: xr.DataArray(part.values), "marked @recorded"),
    ],
)
def test_what_the_record_does_not_hold_is_refused(change, words):
    part = looks().sel(head=1)
    assert shown(part)
    with pytest.raises(ValueError, match=words):
        shown(change(part))


def test_two_arrays_of_one_name_are_refused():
    with labelled.noted() as held:
        looks()
        looks(HEADS.copy())
        looks(HEADS[::-1], title="the other way round")
        with pytest.raises(ValueError, match=r"test_labelled\.looks gave two different arrays; say which is which by a named argument"):
            looks(HEADS[::-1])
    assert [dict(of) for _, *of in held] == [{}, {"title": "the other way round"}]
    looks(HEADS[::-1])  # outside of a build nobody compares


def test_a_record_made_of_another_goes_by_its_own_name():
    @recorded
    def first() -> xr.DataArray:
        return looks().sel(head=1)

    with labelled.noted():
        assert shown(first())["record"].endswith("first") and shown(first().sel(query=0))["at"] == {"query": 0}


def test_a_named_argument_with_a_name_of_its_own_is_told_by_that():
    @recorded
    def bits(*, of) -> xr.DataArray:
        return labelled.array([1], "place", VALUE, place=labelled.count("", 1))

    assert shown(bits(of=type("Task", (), {"name": "copy"})()))["of"] == {"of": "copy"}


def test_a_title_names_what_was_chosen_by_its_label():
    assert labelled.title(looks().sel(head=2, query=1)) == "Head 2, from “cat”"
    with pytest.raises(ValueError, match="needs one head to be chosen"):
        labelled.title(looks().sel(query=1))


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"head": 3}, "there is no place 3 on the axis head; its places are 1, 2"),
        ({"head": [1, 3]}, "there is no place 3 on the axis head; its places are 1, 2"),
        ({"head": "1"}, "there is no place '1' on the axis head; its places are 1, 2"),
        ({"word": 1}, "there is no axis word to choose from; the axes are head, query, key"),
    ],
)
def test_a_place_that_is_not_there_is_told_with_those_that_are(choice, words):
    for choose in (lambda: looks().sel(**choice), lambda: looks().sel(choice)):
        with pytest.raises(KeyError) as caught:
            choose()
        assert labelled.unknown_place(caught.value) == words


def test_of_many_places_the_first_and_the_last_are_told_and_of_another_error_nothing():
    made = labelled.array(range(50), "time", VALUE, time=labelled.count("", 50))
    with pytest.raises(KeyError) as caught:
        made.sel(time=51)
    assert labelled.unknown_place(caught.value) == "there is no place 51 on the axis time; its places are 1, 2, …, 50"
    with pytest.raises(KeyError) as caught:
        made.coords["place"]
    assert labelled.unknown_place(caught.value) == ""


@pytest.mark.parametrize("what", ["written", "edges", "marked"])
def test_a_place_that_an_axis_does_not_have_cannot_be_written_or_marked(what):
    with pytest.raises(ValueError, match="the axis step has no place 4"):
        labelled.array([1, 2], "step", labelled.VALUE, step=labelled.Axis("step", [1, 2], **{what: [2, 4]}))
