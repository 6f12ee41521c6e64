"""What must be true of the page memory/reading_and_writing, beside its claims: a write and a read worked by hand."""

from functools import cache
from types import SimpleNamespace

import pytest
import torch

from explainers.models import ntm
from explainers.pages.memory import reading_and_writing as page
from explainers.tasks import copy


@cache
def writes() -> page.Writes:
    """The recorded runs of the page."""
    return page.subject()


def four_locations() -> page.Small:
    """A memory of four locations with two features; the write head stands mostly on location 2, a little on 1."""
    return page.Small(
        places=[0, 1, 2, 3],
        focus=2,
        old=1,
        following=0,
        memory=torch.tensor([[1.0, 2], [3, 4], [5, 6], [7, 8]]),
        writing=torch.tensor([0, 0.25, 0.75, 0]),
        erase=torch.tensor([1, 0.5]),
        add=torch.tensor([2.0, -4]),
        reading=torch.tensor([0.5, 0.25, 0.25, 0]),
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
    torch.testing.assert_close(page.steps(four_locations())[stage], torch.tensor(wanted, dtype=torch.float))


def test_the_read_by_hand():
    """0.5 + 0.6875 + 0.6875 and 1 + 0.625 + 0.1875."""
    small = four_locations()
    found = page.read(page.steps(small)["after"], small.reading)
    torch.testing.assert_close(found, torch.tensor([1.875, 1.8125]))


def test_two_smeared_writes_by_hand():
    """γ = 2 makes weights of 1, 4 and 1 sixths. What is read first: 88/216 of the first vector, 48/216 of the second."""
    found = page.pair(writes().run, 2.0)
    torch.testing.assert_close(found.weightings[0], torch.tensor([0, 1, 4, 1, 0, 0]) / 6, atol=1e-6, rtol=0)
    first, second = found.stored
    torch.testing.assert_close(found.back[0], (88 * first + 48 * second) / 216, atol=1e-5, rtol=0)


def test_adding_first_erases_a_part_of_what_was_added():
    """One number, weight 1/2, e = 1/2, a = 1: from 2 to 2·3/4 + 1/2 = 2, or to (2 + 1/2)·3/4 = 15/8; apart by w² e a = 1/8."""
    half, one, nothing = torch.tensor([0.5]), torch.tensor([1.0]), torch.tensor([0.0])
    memory = torch.tensor([[2.0]])
    first = page.written(memory, half, half, one)
    second = page.written(page.written(memory, half, nothing, one), half, half, nothing)
    assert (first.item(), second.item()) == (2.0, 1.875)


def test_the_small_memory_lies_around_the_write_head():
    for run in writes().runs:
        small = page.excerpt(run)
        assert small.places[small.focus] == run.written[page.STEP]
        assert small.places[small.old] == run.written[page.STEP - 1]
        assert int(small.writing.argmax()) == int(small.reading.argmax()) == small.focus
        filled = (small.memory - ntm.INITIAL_MEMORY).abs().amax(-1) > 0.5
        assert int(filled.sum()) == page.FILLED
        assert filled[small.old] and filled[small.following] and not filled[small.focus]


def test_without_its_erase_a_machine_erases_exactly_nothing():
    inputs, _ = copy.episodes(3, 1, torch.Generator().manual_seed(0))
    with torch.no_grad():
        _, trace = page.without_erase("copy")(inputs)
    assert not trace.erase.any()
    assert torch.isfinite(trace.memory_after).all()


def test_what_is_lost_without_the_erase_can_be_lost_otherwise(monkeypatch):
    """Mistakes although the read head keeps its way, none although it does not, and a memory that is another one: each makes a sentence false."""

    def every(wrong: list[int], in_order: list[bool], apart: float = 0.01):
        found = page.Unerased(torch.tensor(wrong), torch.tensor(in_order), apart)
        monkeypatch.setattr(page, "unerased", lambda name: found)
        return page.little_is_left(None), page.lost_on_the_way(None)

    assert every([0, 20], [True, False]) == (True, True)
    assert every([0, 20], [True, False], apart=0.11) == (False, True)
    assert every([2, 20], [True, False]) == (True, False)
    assert every([0, 4], [True, False]) == (True, False)
    assert every([0, 0], [True, True]) == (True, False)


def test_of_two_vectors_of_one_length_the_first_suffers_more():
    """Whatever they are: so the sentence says nothing about learning. With lengths that differ it need not be so."""
    random = torch.Generator().manual_seed(0)
    both = torch.randn(20, 2, 20, generator=random)
    for vectors in both / both.norm(dim=-1, keepdim=True):
        errors = torch.tensor([page.pair(storing(vectors), gamma).errors for gamma in page.GAMMAS])
        assert (errors[1:] < errors[:-1]).all() and (errors[:, 0] > errors[:, 1]).all()
    first, second = page.pair(storing(both[0] * torch.tensor([[10.0], [1]])), 1.0).errors
    assert first < second


def test_the_same_vector_twice_says_nothing_about_which_suffers():
    one, other = torch.eye(20)[:2]
    differ, same, longer = storing([one, other]), storing([one, one]), storing([10 * one, other])
    assert page.first_suffers(page.Writes((differ, same)))
    assert not page.first_suffers(page.Writes((same,)))
    assert not page.first_suffers(page.Writes((differ, longer)))


def storing(vectors) -> SimpleNamespace:
    """A run that is shown, and stores, two vectors at the steps that are looked at."""
    add = torch.zeros(page.STEP + 1, 1, 1, len(vectors[0]))
    add[page.STEP - 1 :, 0, 0] = torch.stack(list(vectors))
    return SimpleNamespace(trace=SimpleNamespace(add=add), targets=add[:, 0])


def test_a_location_to_itself_for_either_head():
    """The write head's weight and the read head's overlap, but each has a location at which the other has none."""
    for run in writes().runs:
        wrote, looked = page.parts(run)["w"] > 0, page.looking(run) > 0
        assert (wrote & ~looked).any() and (looked & ~wrote).any() and (wrote & looked).any()


def test_a_smear_of_its_own():
    """All of it one way: then the weightings are sharp without γ, and both vectors come back as they were."""
    found = page.pair(writes().run, 1.0, torch.tensor([1.0, 0, 0]))
    assert found.weightings.argmax(-1).tolist() == [1, 2]
    assert found.errors == pytest.approx((0, 0), abs=1e-5)
