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
