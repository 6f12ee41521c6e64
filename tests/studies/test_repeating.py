"""What the study of the repeat copy machines says of their heads and of their counts, worked by hand."""

from functools import cache

import torch

from explainers.studies import repeating
from explainers.studies.repeating import EPISODES, LENGTH, LONG, REPEATS
from explainers.tasks import repeat_copy
from explainers.tasks.repeat_copy import BITS, WRITE


@cache
def recorded() -> repeating.Repeats:
    """The published record."""
    return repeating.repeats()


def test_the_jumps_of_the_episode_are_those_of_the_walk():
    """Counted from the recorded weightings here, and in `Walk` from a batch."""
    walk = repeat_copy.walk(LENGTH, REPEATS, 1, 0)
    steps = LENGTH + 1 + walk.jumped[..., 0].flatten().nonzero()[:, 0]
    assert repeating.jumps(recorded().run) == steps.tolist()
    assert len(steps) == REPEATS - 1


def test_the_locations_shown_hold_all_vectors_in_the_order_of_writing():
    for machine in recorded().machines:
        used = repeating.places(machine.run)
        written = machine.run.trace.addressing.weighting[:LENGTH, 0, WRITE].argmax(-1).tolist()
        assert used[1 : 1 + LENGTH] == written


def test_the_median_needs_an_end_mark_in_most_sequences():
    outputs = torch.zeros(3, 1, EPISODES, BITS + 1)
    outputs[2, 0, : EPISODES // 2 + 1, BITS] = 1
    counted = repeat_copy.Counted(2, (1,), torch.zeros(2, EPISODES, BITS), outputs)
    assert repeating.median_given(counted) == [1]
    outputs[2, 0, EPISODES // 2 :, BITS] = 0
    assert repeating.median_given(counted) == [float("inf")]


def test_exchanged_mistakes_are_the_same_ones_elsewhere():
    before, after = ([machine.walks[LONG].wrong for machine in each.machines] for each in (recorded(), repeating.exchanged(recorded())))
    assert [each.shape for each in before] == [each.shape for each in after]
    whole = [sorted(torch.cat(each, -1).sum((0, 1)).tolist()) for each in (before, after)]
    assert whole[0] == whole[1] and not all(map(torch.equal, before, after))
