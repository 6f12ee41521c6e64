"""The three ways to a slope agree, on numbers that no machine has made."""

import pytest
import torch

from explainers.studies import write_slopes
from explainers.studies.one_write import Small


def small(seed: int) -> Small:
    """Six locations of four features, all random."""
    random = torch.Generator().manual_seed(seed)
    memory, vectors = torch.randn(6, 4, generator=random), torch.rand(4, 4, generator=random)
    weighting = torch.softmax(torch.randn(6, generator=random), 0)
    return Small(list(range(6)), 2, 3, 4, memory, memory, weighting, vectors[0], vectors[1], weighting, vectors[2])


@pytest.mark.parametrize("seed", range(3))
def test_automatic_differentiation_differences_and_the_formula_agree(seed):
    case = small(seed)
    assert write_slopes.apart(case) < 1e-6
    torch.testing.assert_close(write_slopes.by_hand(case), write_slopes.slopes(case)["w"])


def test_a_write_to_the_largest_location_alone_has_no_slope_in_the_weighting():
    hard = write_slopes.slopes(small(0), write_slopes.hardly)
    assert not hard["w"].any() and hard["a"].any()
    assert write_slopes.hardly(torch.tensor([0.2, 0.5, 0.3])).tolist() == [0, 1, 0]
