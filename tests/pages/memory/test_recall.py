"""What must be true of the page memory/recall, beside its claims: the episode, where things were written, what the figures hold."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from explainers.models.ntm import NeuralTuringMachine, Trace
from explainers.pages.memory import recall as page
from explainers.tasks import recall


@cache
def recalls() -> page.Recalls:
    """The recorded runs of the page."""
    return page.subject()


def test_an_episode_of_two_items_step_by_step():
    inputs, targets, asked = recall.episodes(2, 4, torch.Generator().manual_seed(0))
    assert inputs.shape == (16, 4, recall.BITS + 2)
    assert targets.shape == (recall.ITEM, 4, recall.BITS)
    assert asked.tolist() == [0] * 4  # only the first of two has a successor
    channels = inputs[:, 0, recall.BITS :].tolist()
    assert [step for step, (item, _) in enumerate(channels) if item] == [0, 4]
    assert [step for step, (_, query) in enumerate(channels) if query] == [8, 12]
    assert recall.vector_steps(2) == [1, 2, 3, 5, 6, 7]
    assert torch.equal(inputs[9:12], inputs[1:4])
    assert torch.equal(targets, inputs[5:8, :, : recall.BITS])
    assert not inputs[13:].any()


def resembling(alike: float) -> float:
    """The share of vectors that equal the vector at the same place of the item before, in many lists of three items."""
    inputs, targets, asked = recall.episodes(3, 4000, torch.Generator().manual_seed(1), alike)
    vectors = inputs[recall.vector_steps(3), :, : recall.BITS].unflatten(0, (3, recall.ITEM))
    each = torch.arange(len(asked))
    assert torch.equal(inputs[13:16, :, : recall.BITS], vectors[asked, :, each].transpose(0, 1))
    assert torch.equal(targets, vectors[asked + 1, :, each].transpose(0, 1))
    return float((vectors[1:] == vectors[:-1]).all(-1).float().mean())


def test_items_resemble_each_other_in_training_alone():
    # Two vectors are equal if both show one of the three vectors drawn at that place: 1 of 64 by chance, else as below.
    drawn = recall.ALIKE
    both_the_same = 2 * drawn * (1 - drawn) / 3 + drawn**2 / 3
    by_chance = 1 / 2**recall.BITS
    assert resembling(0.0) == pytest.approx(by_chance, abs=0.003)
    assert resembling(drawn) == pytest.approx(both_the_same + (1 - both_the_same) * by_chance, abs=0.006)
    assert torch.equal(recall.shown(3, 5, torch.Generator()).inputs, recall.episodes(3, 5, torch.Generator())[0])


def by_hand() -> recall.Record:
    """Two lists of three items on a ring of locations, in the second of which item 1 is asked for; the read head is half on one vector of it."""
    written = torch.arange(9)[:, None] + torch.tensor([0, 100])
    weighting = torch.zeros(1, 2, 2, 128)
    weighting[0, 0, 0, 0] = weighting[0, 0, 0, 3] = 0.5
    weighting[0, 1, 0, 103] = 0.25
    weighting[0, 1, 0, 106] = weighting[0, 1, 0, 108] = 0.375
    return recall.Record(
        3, torch.tensor([0, 1]), trace_with(weighting), torch.tensor([0, 0]), written, weighting[:, :, 0].argmax(-1)
    )


def trace_with(weighting: torch.Tensor) -> Trace:
    """What some machine does, but for where its heads are."""
    steps, lists = weighting.shape[:2]
    _, trace = NeuralTuringMachine(2, 2, hidden=4, width=3)(torch.zeros(steps, lists, 2))
    return replace(trace, addressing=replace(trace.addressing, weighting=weighting))


def test_where_the_vectors_of_an_item_are():
    record = by_hand()
    assert record.vector_of(0, 0).tolist() == [0, 103]
    assert record.vector_of(1, 2).tolist() == [5, 108]


def test_the_weight_on_an_item_is_the_sum_over_its_vectors():
    record = by_hand()
    assert record.weight_on(0)[0].tolist() == [0.5, 0.25]
    assert record.weight_on(1)[0].tolist() == [0.5, 0.75]


@pytest.mark.parametrize(("way", "mark"), [(1, 0), (-1, 1)])
def test_the_way_of_a_write_head_either_way_with_and_without_a_location_for_marks(way, mark):
    """The head walks `way`, and `mark` steps at a mark; the read head ends between the two items."""
    weighting = torch.zeros(24, 1, 2, 128)
    place, written = 5, []
    for step in range(12):
        place = (place + way * (mark if step % 4 == 0 and step else step > 0)) % 128
        weighting[step, 0, page.WRITE, place] = 1
        written += [place] if step % 4 else []
    trace = trace_with(weighting)
    read = torch.full((24, 1), written[2])
    record = recall.Record(3, torch.tensor([0]), trace, torch.tensor([0]), torch.tensor(written)[:, None], read)
    assert page.direction(record) == way
    assert page.moved_at_marks(record).flatten().tolist() == [way * mark] * 2
    said = page.waiting(page.Recalls(None, (record,) * 3, (), (), (), ()))
    assert said == ("none of the three machines" if mark else "all three machines")
    found = {}
    for past in (-1, 0, 1, 2, 3):
        read[:] = (written[2] + way * past) % 128
        found[past] = page.from_last_to_next(record)
    assert found == {-1: 0, 0: 1, 1: 1, 2: mark, 3: 0}
    run = replace(recalls().run, items=3, trace=trace)
    used = page.Recalls(run, (), (), (), (), ()).used
    lowest = (written[0] if way == 1 else written[-1]) - 2
    assert used == [(lowest + at) % 128 for at in range(9 + 2 * mark + 4)]


def test_the_steps_have_their_names_and_lines():
    names, edges = page.labels(2)
    assert names == ["1", "", "", "", "2", "", "", "", "Q", "", "", "", "", "A", "", ""]
    assert edges == [4, 8, 13]


def test_the_memory_figure_shows_the_episode():
    figure, run = page.memory_use(recalls()), recalls().run
    panels = dict(zip(figure.layout.meta["panels"], figure.data, strict=True))
    assert (np.asarray(panels["inputs"].z) == run.inputs[:, 0].T.numpy()).all()
    outputs = np.asarray(panels["outputs"].z)
    assert not outputs[:, : -recall.ITEM].any()
    assert ((outputs[:, -recall.ITEM :] > 0.5) == run.targets[:, 0].T.bool().numpy()).all()
    live = figure.layout.meta["live"]
    assert live["settings"] == {"items": recall.MOST, "asked": run.asked + 1}
    assert len(live["vectors"]) == recall.MOST * recall.ITEM
    answer = live["vectors"][recall.ITEM * (run.asked + 1) :][: recall.ITEM]
    assert answer == run.targets[:, 0].int().tolist()


def test_all_vectors_of_the_shown_list_differ():
    vectors = recalls().run.inputs[recall.vector_steps(recall.MOST), 0, : recall.BITS]
    assert len(vectors.unique(dim=0)) == len(vectors)


@pytest.mark.parametrize("index", range(3))
def test_the_weight_of_a_head_is_shared_out_between_items(index):
    record = recalls().records[index]
    each = [record.weight_on(item).max() for item in (0, 1)]
    both = record.weight_on(0) + record.weight_on(1)
    assert all(0.5 < float(most) <= 1 + 1e-5 for most in each[1:])
    assert float(both.max()) <= 1 + 1e-5


def test_the_search_of_long_lists_is_that_of_the_record():
    record = recalls().records[0]
    read, wanted, wrong = recall.search(recall.MOST, page.EPISODES, recall.FRESH_SEED + recall.MOST)
    assert torch.equal(read, record.read[page.end(record)])
    assert torch.equal(wanted, record.vector_of(1, 0))
    assert torch.equal(wrong, record.wrong)


def test_a_list_is_moved_by_what_its_rows_are_moved_by():
    """In one list one row of three is doubled: its length before is that of all rows."""
    record = recalls().records[0]
    first, *_, last = page.query_steps(record)
    before, after = record.trace.memory_before.clone(), record.trace.memory_before.clone()
    row = record.written[4, 7]
    after[last, 7] = after[last, 7] * 0 + before[first, 7]
    after[last, 7, row] *= 2
    changed = replace(record, trace=replace(record.trace, memory_before=before, memory_after=after))
    of_list, of_row = page.rows(changed)[0][7].norm(), page.rows(changed)[0][7, 4].norm()
    assert float(page.moved(changed)[7]) == pytest.approx(float(of_row / of_list))
    assert page.row_changed_most(replace(recalls(), records=(changed,))) >= 100
    assert page.list_stays(recalls()) and not page.list_stays(replace(recalls(), records=(changed,)))


@pytest.mark.parametrize(
    ("way", "right"), [("left alone", 0), ("shut", 1), ("open", 1), ("shut at the end", 0), ("open at the end", 1)]
)
def test_what_the_gate_does_decides(way, right):
    """Of each way of setting the gate, one of the two claims turns false if it did the opposite."""
    first, *others = recalls().gates
    changed = replace(recalls(), gates=(first | {way: right}, *others))
    assert page.needs_both(recalls()) and page.looks_no_more(recalls())
    assert page.needs_both(changed) != page.looks_no_more(changed)


def test_a_gate_left_alone_changes_nothing():
    wrong = torch.Generator().manual_seed(5)
    inputs, targets, _ = recall.episodes(3, 50, wrong, recall.ALIKE)
    logits = recall.trained().predict(inputs)[recall.answer_steps(3).start :]
    right = ((logits > 0) == targets.bool()).all(-1).all(0).float().mean()
    for how in ({}, {"gate": 0.0, "at": ()}):
        _, _, missed = recall.search(3, 50, 5, alike=recall.ALIKE, **how)
        assert float((missed == 0).float().mean()) == float(right)


def test_a_shut_gate_ends_the_search():
    """The controls of the search: with the gate shut at the query's vectors a head is there no more often than by chance, or little more."""
    assert page.by_chance(recalls()) == 20
    assert page.found_shut(recalls()) < 2 * page.by_chance(recalls())
    open_all_the_time = replace(recalls(), shut=recalls().searches)
    assert page.found_shut(open_all_the_time) > 90


def test_machines_that_learned_nothing_have_no_place_for_every_vector():
    """So where such a machine's read head stands says little, and the claims on it are false."""
    nothing = replace(recalls(), records=recalls().untrained)
    for claim in (page.stands_on_the_next, page.one_ahead, page.a_place_for_every_vector, page.at_the_border):
        assert claim(recalls()) and not claim(nothing)
    assert 1 <= page.places_untrained(recalls()) < page.vectors_of_list(recalls())


def test_searches_that_do_not_decide_are_noticed():
    read, wanted, wrong = (torch.cat(each) for each in zip(*recalls().searches, strict=True))
    swapped = ((read.roll(1), wanted.roll(1), wrong),)
    assert page.mostly_astray(recalls()) and not page.mostly_astray(replace(recalls(), searches=swapped))
