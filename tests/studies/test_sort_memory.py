"""What is measured of the memory of a machine that sorts: small cases worked by hand."""

from dataclasses import replace

import pytest
import torch

from explainers.studies import sort_memory
from explainers.tasks import sort

NOWHERE = sort_memory.NOWHERE


def test_the_place_of_a_location():
    """Two episodes with two vectors each: rows 5 and 3, rows 7 and 9, from the highest priority down."""
    rows = torch.tensor([[5, 3], [7, 9]])
    assert sort_memory.place_of(torch.tensor([3, 8]), rows).tolist() == [1, NOWHERE]
    assert sort_memory.place_of(torch.tensor([5, 9]), rows).tolist() == [0, 1]


def test_correlation_and_line_by_hand():
    """Means 1 and 1; Σxy = 3, Σxx = 2, Σyy = 6: slope 3/2, intercept −1/2, correlation 3/√12."""
    x, y = torch.tensor([0, 1, 2]), torch.tensor([0, 0, 3])
    assert sort_memory.straight_line(x, y) == pytest.approx((1.5, -0.5))
    assert sort_memory.correlation(x, y) == pytest.approx(3 / 12**0.5)


def test_what_a_linear_function_can_read():
    generator = torch.Generator().manual_seed(0)
    wanted = 2 * torch.rand(20, 40, generator=generator) - 1
    other = torch.rand(20, 40, generator=generator)
    told = torch.stack([3 * wanted + other + 1, other], -1)  # a third of the first less the second, less a third
    assert sort_memory.readable(told, wanted) == pytest.approx(1)
    assert sort_memory.readable(other[..., None], wanted) < 0.05
    assert sort_memory.readable(told, wanted**2) < 0.2  # fitted and tried on different episodes, and not a line


def test_the_nearest_other_priority():
    """Priorities 1, 0.9, 0.8 and so on; the sixth, 0.5, is moved up to 0.58: 0.02 from the fifth, and 0.18 from the seventh."""
    priority = (1 - 0.1 * torch.arange(20))[:, None]
    priority[5] = 0.58
    shuffled = priority[torch.randperm(20, generator=torch.Generator().manual_seed(0))]
    gaps = sort_memory.smaller_gap(shuffled)[:, 0]
    assert gaps.shape == (sort.ASKED,)
    assert gaps[:8].tolist() == pytest.approx([0.1, 0.1, 0.1, 0.1, 0.02, 0.02, 0.1, 0.1], abs=1e-5)


def test_means_between_edges():
    """0.5 belongs to the upper bin."""
    values, where = torch.tensor([1, 2, 6, 8]), torch.tensor([0.1, 0.2, 0.5, 0.9])
    assert sort_memory.mean_between(values, where, (0.0, 0.5, 1.0)) == [1.5, 7.0]


def by_hand() -> sort_memory.Record:
    """One episode. The read head stands, from the mark on, on the first, again on the first, on the second, nowhere, on the fourth, on the
    third, and from there on one place further each step.
    """
    record = sort_memory.record(sort.build(0), 1, 0)
    steps = sort.ASKED + 1
    stood = torch.tensor([0, 0, 1, NOWHERE, 3, 2, *range(3, 14)])[:, None]
    score = torch.zeros(steps, 1, sort.SHOWN)
    for step in range(steps):
        score[step, 0, max(0, step - 1)] = 1  # answer k is given at step k + 1
        score[step, 0, step] = 0.5
    return replace(record, stood=stood, score=score)


def test_where_the_read_head_stands_by_hand():
    """Answer k is given at step k + 1. In that step: right for answers 0, 1 and 3 of 16. A step before: for answer 0 alone."""
    record = by_hand()
    assert record.found(0) == pytest.approx(3 / 16)
    assert record.found(1) == pytest.approx(1 / 16)
    assert record.lead == 0


def test_moves_downward_by_hand():
    """Moves between two vectors: 0 to 1, 3 to 2, 2 to 3, then ten more down. Twelve of thirteen lead down."""
    assert by_hand().downward() == pytest.approx(12 / 13)


def test_the_profile_is_centred_on_the_wanted_vector():
    assert by_hand().profile(2).tolist() == pytest.approx([0, 0, 1, 0.5, 0])


@pytest.mark.parametrize(("still", "other"), [(sort_memory.FIRST, 1), (sort_memory.SECOND, 0)])
def test_a_still_head_changes_nothing_and_the_other_is_as_before(still, other):
    machine = sort.build(0)
    inputs, _, _ = sort.episodes(2, torch.Generator().manual_seed(0))
    with torch.no_grad():
        _, before = machine.step(machine.initial_state(2), inputs[0])
        _, after = sort_memory.stilled(machine, still).step(machine.initial_state(2), inputs[0])
    assert not after.add[:, 1 - other].any()
    assert after.erase[:, 1 - other].max() < 1e-12
    assert torch.equal(after.erase[:, other], before.erase[:, other])
    assert torch.equal(after.add[:, other], before.add[:, other])


def test_meeting_on_a_vector_by_hand():
    """Both heads on one vector at four of the sixteen answers, both nowhere at the next: that is no meeting; the mark is no answer."""
    stood = torch.arange(sort.ASKED + 1)[:, None]
    met = torch.full_like(stood, 19)
    met[:5] = stood[:5]
    stood[5] = met[5] = NOWHERE
    assert replace(by_hand(), stood=stood, met=met).met_there() == pytest.approx(4 / 16)


def test_a_record_agrees_with_a_run():
    run, record = sort.run(5), sort_memory.record(sort.trained(), 1, 5)
    assert record.wrong.sum() == run.wrong_bits
    assert torch.equal(record.priority[:, 0], run.priority)
    assert torch.equal(record.order[: sort.ASKED, 0], run.order)
    stands = run.trace.addressing.weighting[sort.SHOWN :, 0, sort_memory.READ].argmax(-1)
    for step, place in enumerate(record.stood[:, 0].tolist()):
        if place != NOWHERE:
            assert record.location[record.order[place, 0], 0] == stands[step]
