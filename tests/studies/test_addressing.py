"""One step of a head, worked by hand: at the edge of the memory, again and again, and three ways to look something up."""

from dataclasses import replace
from functools import cache

import pytest
import torch

from explainers.studies import addressing


@cache
def shown() -> addressing.Episode:
    """The recorded episode."""
    return addressing.episode.__wrapped__()


@pytest.mark.parametrize(
    ("shift", "before", "moved", "fallen"),
    [
        ([1, 0, 0], [0.9, 0, 0, 0, 0.1], [0, 0, 0, 0.1, 0.9], [0, 0, 0, 0.1, 0]),
        ([0, 0, 1], [0, 0, 0, 0.1, 0.9], [0.9, 0, 0, 0, 0.1], [0, 0, 0, 0, 0.1]),
    ],
    ids=["down", "up"],
)
def test_the_edge_is_the_one_that_the_head_walks_towards(shift, before, moved, fallen):
    """Whichever way a machine has learned to walk: without the circle, what stands at the edge is lost."""
    found = addressing.over_the_edge(torch.tensor([0, 0.1, 0.9, 0, 0]), torch.tensor(shift, dtype=torch.float))
    for name, wanted in (("before", before), ("moved", moved), ("fallen", fallen)):
        assert torch.allclose(getattr(found, name), torch.tensor(wanted, dtype=torch.float)), name


def test_a_walk_blurs_unless_it_is_sharpened():
    """Nine tenths go on and a tenth stays: after two steps, .81 + .01 of two places, the larger is .81; a large γ keeps it sharp."""
    there, shift = torch.eye(7)[2], torch.tensor([0, 0.1, 0.9])
    blurred = addressing.largest_while_walking(there, shift, torch.tensor(1.0))
    assert blurred[:3] == pytest.approx((1, 0.9, 0.81)) and len(blurred) == addressing.WALKED + 1
    assert addressing.largest_while_walking(there, shift, torch.tensor(9.0))[-1] > 0.999


def test_the_shortest_vector_written_is_looked_up():
    """The shortest of all was not written."""
    memory = torch.tensor([[0.1, 0.0], [3.0, 0.0], [0.0, 2.0], [1.0, 4.0]])
    found = addressing.lookup(memory, (1, 2, 3))
    assert (found.place, found.strength, found.rival) == (2, 4, 3)
    assert found.cosines.tolist() == pytest.approx([0, 0, 1, 4 / 17**0.5])
    assert torch.allclose(found.by_dot_product, torch.softmax(torch.tensor([0, 0, 4.0, 8]), 0))


def test_looked_up_fairly_the_location_itself_scores_the_same_both_ways():
    memory, found = shown().run.trace.memory_after[addressing.LENGTH, 0], shown().lookup
    assert found.strength == pytest.approx(float(memory[found.place] @ memory[found.place]), rel=1e-5)
    assert found.rival != found.place
    assert found.by_dot_product[found.rival] > found.by_cosine[found.rival]


@pytest.mark.parametrize("part", ["memory_after", "read_vector", "erase"])
def test_a_step_that_was_recorded_wrong_is_not_replayed(part):
    trace = shown().run.trace
    wrong = getattr(trace, part).clone()
    wrong[addressing.WRITING] += 0.01
    assert addressing.replayed(shown())
    assert not addressing.replayed(replace(shown(), run=replace(shown().run, trace=replace(trace, **{part: wrong}))))


def test_a_replay_begins_where_the_heads_stood():
    assert not addressing.replayed(replace(shown(), start=shown().start.roll(1, -1)))
