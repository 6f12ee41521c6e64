"""What differs between the two starts is the start, and nothing else."""

import torch

from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.studies import uniform_start
from explainers.tasks import copy


def test_the_usual_start_is_the_machine_as_it_runs():
    found = uniform_start.starts(PUBLISHED)
    inputs, _ = copy.episodes(uniform_start.LENGTH, 1, torch.Generator().manual_seed(0))
    _, trace = copy.trained()(inputs)
    torch.testing.assert_close(found["at location 0"], trace.addressing.weighting[:, 0, copy.WRITE])
    assert not found["uniform"].equal(found["at location 0"])
    torch.testing.assert_close(found["uniform"].sum(-1), torch.ones(len(inputs)))


def test_a_fresh_sequence_is_another_one():
    published, fresh = (uniform_start.starts(trial)["at location 0"] for trial in (PUBLISHED, Trial(fresh=1)))
    assert not published.equal(fresh)


def test_the_head_is_shown_where_it_stands_and_beside():
    """On a ring of nine: from 0 on to 2, and two more on either side."""
    usual, uniform = torch.eye(9)[[0, 1, 2]], torch.full((3, 9), 1 / 9)
    starts = {uniform_start.USUAL: usual, uniform_start.UNIFORM: uniform}
    assert uniform_start.visited(starts) == [7, 8, 0, 1, 2, 3, 4]
    where = uniform_start.weightings(starts)
    assert where.sel(start=uniform_start.USUAL, time=3, location=2) == 1 and where.sel(start=uniform_start.UNIFORM).max() < 1 / 8
    assert where.location[where["location written"].values].values.tolist() == [3, 7]
