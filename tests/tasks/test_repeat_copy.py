"""Repeat copy: its data, what the machines reach, and how heads and copies are followed."""

import math

import pytest
import torch

from explainers.kit.build.checkpoint import read_card
from explainers.tasks import repeat_copy

NAMES = repeat_copy.machines()


def walk_of(read: list[list[int]], written: list[int]) -> repeat_copy.Walk:
    """A walk of one sequence through a ring of eight locations."""
    places = torch.tensor(read)[..., None]
    nothing = torch.zeros(places.shape)
    return repeat_copy.Walk(torch.tensor(written)[:, None], places, places, nothing, places, nothing, places, 8)


def counted(ends: list[float]) -> repeat_copy.Counted:
    """Answers of one machine to one sequence of two vectors, with these end marks."""
    outputs = torch.zeros(len(ends), 1, 1, repeat_copy.BITS + 1)
    outputs[:, 0, 0, repeat_copy.BITS] = torch.tensor(ends)
    return repeat_copy.Counted(2, (2,), torch.zeros(2, 1, repeat_copy.BITS), outputs)


def test_an_episode_is_the_sequence_the_number_and_silence():
    inputs, targets = repeat_copy.episodes(2, 3, 1, torch.Generator().manual_seed(0))
    assert inputs.shape == (2 + 1 + 6 + 1, 1, 10)
    assert targets.shape == (7, 1, 9)
    assert torch.equal(targets[:6, :, :8], inputs[:2, :, :8].repeat(3, 1, 1))
    assert targets[:, 0, 8].tolist() == [0, 0, 0, 0, 0, 0, 1]
    assert inputs[2, 0, 8:].tolist() == pytest.approx([1, (3 - 5.5) / math.sqrt(8.25)])
    assert not inputs[3:].any()


def test_the_number_has_mean_0_and_variance_1_in_training():
    shown = torch.tensor([repeat_copy.scalar(n) for n in range(1, 11)])
    assert float(shown.mean()) == pytest.approx(0, abs=1e-6)
    assert float(shown.var(correction=0)) == pytest.approx(1, abs=1e-6)


def test_a_jump_is_farther_than_one_location_the_short_way_around():
    """7 → 0 is one step around the end of the ring; 1 → 7 is two back."""
    walk = walk_of([[6, 7, 0], [1, 7, 0]], [6, 7, 0])
    assert walk.way[..., 0].tolist() == [[0, 1, 1], [1, -2, 1]]
    assert walk.jumped[..., 0].tolist() == [[False, False, False], [False, True, False]]


@pytest.mark.parametrize(("ends", "given"), [([0, 0, 0, 0, 0.9, 0.9], 2), ([0, 0.6, 0, 0, 1, 0], 0.5), ([0.4] * 6, None)])
def test_copies_are_counted_up_to_the_first_end_mark(ends, given):
    found = float(counted(ends).given[0, 0])
    assert math.isnan(found) if given is None else found == given


def test_counting_asks_the_same_sequences_for_each_number():
    asked = repeat_copy.count_copies(3, (2, 5), 6, 2, 0)
    assert asked.outputs.shape == (19, 2, 2, 9)
    alone = repeat_copy.count_copies(3, (5,), 6, 2, 0)
    torch.testing.assert_close(asked.outputs[:, 1], alone.outputs[:, 0])
    assert asked.given.tolist() == [[2, 2], [5, 5]]


def test_a_run_of_the_whole_episode_is_what_was_counted():
    run = repeat_copy.run(3, 6, seed=0)
    torch.testing.assert_close(run.outputs[:, 0], repeat_copy.count_copies(3, (6,), 6, 1, 0).outputs[:, 0, 0], atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", NAMES)
def test_every_machine_reaches_the_goal(name):
    metrics = read_card(name)["metrics"]
    assert metrics["bits_per_sequence"] < 1.5
    assert metrics["wrong_bits_10x10"] < 0.1


@pytest.mark.parametrize("name", NAMES)
def test_a_wipe_changes_nothing_before_it(name):
    wiped, whole = repeat_copy.wiped(4, 3, 4, 1, name), repeat_copy.walk(4, 3, 4, 1, name)
    assert torch.equal(wiped[0], whole.wrong[0])
    assert wiped.shape == whole.wrong.shape == (3, 4, 4)
