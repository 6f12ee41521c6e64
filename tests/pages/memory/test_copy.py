"""What must be true of the page memory/copy, beside its claims: what the LSTMs saw, and that each claim turns false where its sentence is."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
import torch

from explainers.kit.build.checkpoint import read_card
from explainers.pages.memory import copy as page
from explainers.studies import copying
from explainers.tasks import copy


@cache
def shown() -> copying.Copies:
    """The recorded runs of the page; around the end of the memory, those that a sentence speaks of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copying, "AROUND_THE_END", (100, copy.trained().locations))
        return copying.copies.__wrapped__()


def with_walk(**changes) -> copying.Copies:
    """The page's runs with something else in the walk of the first machine."""
    first, *others = shown().machines
    return replace(shown(), machines=(replace(first, walk=replace(first.walk, **changes)), *others))


def once(places: torch.Tensor, vector: int, by: int = 1) -> torch.Tensor:
    """The same places, but for one vector of one sequence."""
    moved = places.clone()
    moved[vector, 3] = (moved[vector, 3] + by) % shown().locations
    return moved


@pytest.mark.parametrize("vector", [0, 7, copying.LENGTH - 1])
def test_one_vector_elsewhere_in_one_sequence_turns_a_claim_false(vector):
    walk = shown().machines[0].walk
    assert page.aligned(shown()) and not page.aligned(with_walk(read=once(walk.read, vector)))
    assert page.one_location_a_vector(shown()) and not page.one_location_a_vector(with_walk(written=once(walk.written, vector)))
    assert page.reader_waits(shown()) and not page.reader_waits(with_walk(waiting=once(walk.waiting, vector)))


def test_a_sequence_that_turns_back_is_not_written_in_one_direction():
    """Each of its vectors is beside the one before, and the location of the first is used again."""
    written = shown().machines[0].walk.written.clone()
    written[2, 0] = written[0, 0]
    assert not page.one_location_a_vector(with_walk(written=written))


@pytest.mark.parametrize("weight", ["write_weight", "read_weight"])
def test_a_blurred_head_gives_no_bright_cell(weight):
    weights = getattr(shown().machines[0].walk, weight).clone()
    weights[5, 5] = 0.4
    assert page.one_bright_cell(shown()) and not page.one_bright_cell(with_walk(**{weight: weights}))


def test_a_read_head_that_finds_its_place_again_is_noticed():
    walk = shown().machines[0].far[50]
    there = replace(walk, read=once(walk.written, 20))
    found = replace(shown(), machines=tuple(replace(each, short=(), far={50: there}) for each in shown().machines))
    assert page.lost_for_good(shown()) and not page.lost_for_good(found)
    never = [replace(each, short=(), far={50: replace(walk, read=walk.written)}) for each in shown().machines]
    assert not page.lost_for_good(replace(shown(), machines=tuple(never)))  # where no head was lost there is nothing to say


@pytest.mark.parametrize(("what", "wrong", "perfect"), [("both", 0.2, 0.5), ("held", 0.05, 0.9)])
def test_each_cause_is_needed(what, wrong, perfect):
    last = shown().machines[-1]
    score = copy.Score(wrong * 1024, 1024, perfect, ())
    changed = replace(shown(), machines=(*shown().machines[:-1], replace(last, spared=last.spared | {what: score})))
    assert page.two_causes(shown()) and not page.two_causes(changed)


@pytest.mark.parametrize(("length", "wrong", "at_each_place"), [(100, 0.1, 0.0), (128, 0.2, 2.0), (128, 0.5, 1.0)])
def test_the_end_of_the_memory_needs_a_length_before_it(length, wrong, at_each_place):
    """A machine that is bad at every length ends nowhere; one that is good at some place of the longest is spared there."""
    last = shown().machines[-1]
    bits = length * copy.BITS
    worse = {length: copy.Score(wrong * bits, bits, 0.0, (at_each_place, *[4.0] * (length - 1)))}
    changed = replace(last, around_the_end=last.around_the_end | worse)
    assert page.ends_with_the_memory(shown())
    assert not page.ends_with_the_memory(replace(shown(), machines=(*shown().machines[:-1], changed)))


@pytest.mark.parametrize(("what", "wrong"), [("as it is", 0.05), ("held", 0.2)])
def test_a_free_location_that_is_enough_and_one_that_never_is_are_noticed(what, wrong):
    last = shown().machines[-1]
    changed = replace(last, one_free=last.one_free | {what: copy.Score(wrong * 1016, 1016, 0.0, ())})
    assert page.one_free_location(shown())
    assert not page.one_free_location(replace(shown(), machines=(*shown().machines[:-1], changed)))


@pytest.mark.parametrize(
    ("what", "instead"),
    [("seen_before", lambda seed: 200_000), ("lstm_longest", lambda: 19), ("first_stage", lambda seed: [[1, 1.0]])],
)
def test_more_or_longer_sequences_or_a_dear_end_put_no_machine_ahead(monkeypatch, what, instead):
    assert page.ahead_before(shown())
    monkeypatch.setattr(page, what, instead)
    assert not page.ahead_before(shown())


def test_heads_of_machines_that_learned_nothing_are_counted_by_hand():
    """Two locations for four vectors; the read head is right at one step of four."""
    written, read, weight = torch.tensor([[3], [5], [3], [5]]), torch.tensor([[3], [3], [9], [9]]), torch.ones(4, 1)
    walk = copy.Walk(written, torch.zeros_like(read), read, weight, weight, torch.zeros_like(read))
    changed = replace(shown(), untrained=(walk,))
    assert page.untrained_places(changed) == 2
    assert page.untrained_aligned(changed) == 25


def test_a_mistake_of_a_head_that_is_in_its_place_is_no_lost_place():
    first = shown().machines[0]
    far = first.far[120]
    there = replace(first, far=first.far | {120: replace(far, read=far.written, wrong=torch.ones_like(far.wrong))})
    assert page.lost_120(replace(shown(), machines=(there,))) == "no"


def test_two_vectors_in_one_location_are_noticed():
    first, *others = shown().machines
    changed = replace(first, full=replace(first.full, written=once(first.full.written, 9)))
    assert page.none_over_another(shown()) and not page.none_over_another(replace(shown(), machines=(changed, *others)))


@pytest.mark.parametrize("name", copy.machines())
def test_what_a_machine_saw_is_what_its_recipes_say(name):
    """The second stage takes all of its batches, so its share of the sequences on a card is known."""
    card = read_card(name)
    first = card["sequences"] - page.longer_seen()
    assert first == copy.RECIPE.batch * (card["steps"] - copy.LONGER.batches)
    curve = page.first_stage(card["seed"])
    apart = {after[0] - before[0] for before, after in pairwise(curve)}
    assert first - curve[-1][0] < 100 * copy.RECIPE.batch
    assert apart == {100 * copy.RECIPE.batch}


def test_what_was_chosen_is_what_the_record_holds():
    before = shown().run.trace.memory_before[0]
    assert torch.equal(before, torch.full_like(before, page.at_the_start()))
    assert page.locations() == shown().locations
    assert page.shorter() == sum(walk.wrong.shape[1] for each in shown().machines for walk in each.short)
    assert page.tried_120() == sum(each.far[120].wrong.shape[1] for each in shown().machines)


def test_the_lstms_saw_shorter_sequences_and_fewer():
    assert page.lstm_longest() == copy.LONGEST < page.longest_at_the_end()
    assert page.lstm_sequences(shown()) < min(read_card(name)["sequences"] for name in copy.machines())


def test_a_curve_that_never_comes_below_is_never_there():
    curve = torch.tensor([[10.0, 5.0], [20.0, 2.0], [30.0, 4.0]])
    assert [page.first_below(curve, bits) for bits in (6, 3, 1)] == [10, 20, float("inf")]
