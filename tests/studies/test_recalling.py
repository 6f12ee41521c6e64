"""What must be true of how the recall machines are followed: episodes, heads worked by hand, searches with a gate set by hand."""

from dataclasses import replace

import pytest
import torch

from explainers.models.ntm import NeuralTuringMachine, Trace
from explainers.studies import recalling
from explainers.tasks import recall


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


def test_the_steps_have_their_names_and_lines():
    axis = recalling.times(2)
    named = dict(zip(axis.places, axis.labels, strict=True))
    assert list(named.values()) == ["1", "1.1", "1.2", "1.3", "2", "2.1", "2.2", "2.3", "Q", "q1", "q2", "q3", "Q", "A", "a2", "a3"]
    assert {place: named[place] for place in axis.written} == {1: "1", 5: "2", 9: "Q", 14: "A"}
    assert axis.edges == [5, 9, 14]


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
    return recall.Record(3, torch.tensor([0, 1]), trace_with(weighting), torch.tensor([0, 0]), written, weighting[:, :, 0].argmax(-1))


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
        weighting[step, 0, recall.WRITE, place] = 1
        written += [place] if step % 4 else []
    trace = trace_with(weighting)
    read = torch.full((24, 1), written[2])
    record = recall.Record(3, torch.tensor([0]), trace, torch.tensor([0]), torch.tensor(written)[:, None], read)
    found = {}
    for past in (-1, 0, 1, 2, 3):
        read[:] = (written[2] + way * past) % 128
        found[past] = float(recalling.heads(record).border)
    assert found == {-1: 0, 0: 1, 1: 1, 2: mark, 3: 0}
    lists = recalling.heads(record)
    assert lists.direction == way
    assert lists.moved_at_marks.flatten().tolist() == [way * mark] * 2
    run = replace(recall.run(), items=3, trace=trace)
    used = recalling.Recalls(run, (), ()).used
    lowest = (written[0] if way == 1 else written[-1]) - 2
    assert used == [(lowest + at) % 128 for at in range(9 + 2 * mark + 4)]


def test_a_search_ends_where_the_record_of_the_same_lists_says():
    lists = 4, 20, 5
    record, search = recall.record(*lists), recalling.Search(*recall.search(*lists))
    heads = recalling.heads(record)
    assert torch.equal(search.read, heads.reading[heads.end])
    assert torch.equal(search.wanted, heads.next_item())
    assert torch.equal(search.wrong, record.wrong)


def test_a_gate_left_alone_changes_nothing():
    wrong = torch.Generator().manual_seed(5)
    inputs, targets, _ = recall.episodes(3, 50, wrong, recall.ALIKE)
    logits = recall.trained().predict(inputs)[recall.answer_steps(3).start :]
    right = ((logits > 0) == targets.bool()).all(-1).all(0).float().mean()
    for how in ({}, {"gate": 0.0, "at": ()}):
        _, _, missed = recall.search(3, 50, 5, alike=recall.ALIKE, **how)
        assert float((missed == 0).float().mean()) == float(right)
