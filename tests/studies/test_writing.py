"""The arithmetic of a write and a read worked by hand, and what is recorded of the machines' writes."""

from functools import cache

import pytest
import torch

from explainers.models import ntm
from explainers.studies import one_write, write_slopes, writing
from explainers.tasks import copy


@cache
def writes() -> writing.Writes:
    """The recorded copies."""
    return writing.writes()


def four_locations() -> one_write.Small:
    """A memory of four locations with two features; the write head stands mostly on location 2, a little on 1."""
    return one_write.Small(
        places=[0, 1, 2, 3],
        focus=2,
        old=1,
        following=0,
        memory=torch.tensor([[1.0, 2], [3, 4], [5, 6], [7, 8]]),
        writing=torch.tensor([0, 0.25, 0.75, 0]),
        erase=torch.tensor([1, 0.5]),
        add=torch.tensor([2.0, -4]),
        reading=torch.tensor([0.5, 0.25, 0.25, 0]),
        after=torch.zeros(4, 2),
        wanted=torch.zeros(2),
    )


@pytest.mark.parametrize(
    ("stage", "wanted"),
    [
        ("before", [[1, 2], [3, 4], [5, 6], [7, 8]]),
        ("kept", [[1, 1], [0.75, 0.875], [0.25, 0.625], [1, 1]]),
        ("erased", [[1, 2], [2.25, 3.5], [1.25, 3.75], [7, 8]]),
        ("added", [[0, 0], [0.5, -1], [1.5, -3], [0, 0]]),
        ("after", [[1, 2], [2.75, 2.5], [2.75, 0.75], [7, 8]]),
        ("shares", [[0.5, 1], [0.6875, 0.625], [0.6875, 0.1875], [0, 0]]),
    ],
)
def test_every_stage_by_hand(stage, wanted):
    """Kept: 1 − 0.25·1, 1 − 0.25·0.5, 1 − 0.75·1, 1 − 0.75·0.5; times the memory; plus 0.25·a and 0.75·a."""
    torch.testing.assert_close(one_write.steps(four_locations())[stage], torch.tensor(wanted, dtype=torch.float))


def test_the_read_by_hand():
    """0.5 + 0.6875 + 0.6875 and 1 + 0.625 + 0.1875."""
    small = four_locations()
    found = one_write.read(one_write.steps(small)["after"], small.reading)
    torch.testing.assert_close(found, torch.tensor([1.875, 1.8125]))


def test_two_smeared_writes_by_hand():
    """γ = 2 makes weights of 1, 4 and 1 sixths. What is read first: 88/216 of the first vector, 48/216 of the second."""
    found = one_write.pair(writes().episodes[0].stored, 6, 2.0)
    torch.testing.assert_close(found.weightings[0], torch.tensor([0, 1, 4, 1, 0, 0]) / 6, atol=1e-6, rtol=0)
    first, second = found.stored
    torch.testing.assert_close(found.back[0], (88 * first + 48 * second) / 216, atol=1e-5, rtol=0)


def test_adding_first_erases_a_part_of_what_was_added():
    """One number, weight 1/2, e = 1/2, a = 1: from 2 to 2·3/4 + 1/2 = 2, or to (2 + 1/2)·3/4 = 15/8; apart by w² e a = 1/8."""
    half, one, nothing = torch.tensor([0.5]), torch.tensor([1.0]), torch.tensor([0.0])
    memory = torch.tensor([[2.0]])
    first = one_write.written(memory, half, half, one)
    second = one_write.written(one_write.written(memory, half, nothing, one), half, half, nothing)
    assert (first.item(), second.item()) == (2.0, 1.875)


def test_the_small_memory_lies_around_the_write_head():
    for name in copy.machines():
        run = copy.run(length=writing.LENGTH, seed=0, name=name)
        small = writing.excerpt(run)
        written = [small.places[place] for place in (small.following, small.old, small.focus)]
        assert written == list(run.written[writing.STEP - 2 : writing.STEP + 1])
    for episode in writes().episodes:
        small = episode.small
        assert small.places[small.focus] == episode.place
        assert int(small.writing.argmax()) == int(small.reading.argmax()) == small.focus
        filled = (small.memory - ntm.INITIAL_MEMORY).abs().amax(-1) > 0.5
        assert int(filled.sum()) == writing.FILLED
        assert filled[small.old] and filled[small.following] and not filled[small.focus]


def test_without_its_erase_a_machine_erases_exactly_nothing():
    inputs, _ = copy.episodes(3, 1, torch.Generator().manual_seed(0))
    with torch.no_grad():
        _, trace = writing.without_erase("copy")(inputs)
    assert not trace.erase.any()
    assert torch.isfinite(trace.memory_after).all()


def test_a_location_to_itself_for_either_head():
    """The write head's weight and the read head's overlap, but each has a location at which the other has none."""
    for episode in writes().episodes:
        wrote, looked = write_slopes.parts(episode.small)["w"] > 0, write_slopes.looking(episode.small) > 0
        assert (wrote & ~looked).any() and (looked & ~wrote).any() and (wrote & looked).any()


def test_a_smear_of_its_own():
    """All of it one way: then the weightings are sharp without γ, and both vectors come back as they were."""
    found = one_write.pair(writes().episodes[0].stored, 6, 1.0, torch.tensor([1.0, 0, 0]))
    assert found.weightings.argmax(-1).tolist() == [1, 2]
    assert found.errors == pytest.approx((0, 0), abs=1e-5)
