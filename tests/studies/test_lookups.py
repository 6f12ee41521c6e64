"""Attention in the place of content addressing: small cases worked by hand, and a machine that takes it."""

import math

import numpy as np
import pytest
import torch

from explainers.models import ntm
from explainers.studies import lookups
from explainers.tasks import copy

E = math.e


def test_content_by_attention_by_hand():
    """Cosines 1 and 0, times β = 2, whatever the lengths are; the other head looks with β = 0."""
    memory = torch.tensor([[[3.0, 0, 0, 0], [0, 0.5, 0, 0]]])
    found = lookups.content_by_attention(torch.tensor([[[7.0, 0, 0, 0], [1, 2, 3, 4]]]), torch.tensor([[2.0, 0]]), memory)
    assert found[0, 0].tolist() == pytest.approx([E**2 / (E**2 + 1), 1 / (E**2 + 1)])
    assert found[0, 1].tolist() == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("seed", range(5))
def test_content_by_attention_is_the_machines_own(seed):
    generator = torch.Generator().manual_seed(seed)
    key, memory = torch.randn(3, 2, 6, generator=generator), torch.randn(3, 9, 6, generator=generator)
    strength = 30 * torch.rand(3, 2, generator=generator)
    looked = [part.double() for part in (key, strength, memory)]
    assert lookups.apart(lookups.content_by_attention(*looked), ntm.content_weighting(*looked)) < 1e-13


def test_the_machine_takes_what_is_put_in_its_place_and_gets_its_own_back():
    def nowhere(key, key_strength, memory):
        return torch.full((*key.shape[:-1], memory.shape[-2]), 1 / memory.shape[-2])

    own, machine, inputs = ntm.content_weighting, copy.trained(), copy.run(5, 0).inputs
    with pytest.raises(ZeroDivisionError), lookups.in_place_of_content(nowhere), torch.no_grad():
        content = machine(inputs)[1].addressing.content
        assert content.unique().tolist() == [pytest.approx(1 / machine.locations)]
        raise ZeroDivisionError
    assert ntm.content_weighting is own


def test_looks_stand_under_their_formula_their_step_their_head_and_their_location():
    inputs = copy.episodes(5, 1, torch.Generator().manual_seed(0))[0]
    first, second = (lookups.swap("copy", copy.build(seed), inputs) for seed in (100, 101))
    found = lookups.content_weightings((first, second), task="copy")
    assert found.sel(formula="recorded", time=3, head="write", location=7) == float(first.recorded[2, 1, 7])
    assert found.sel(formula="attended", time=11, head="read", location=0) == float(first.attended[10, 0, 0])
    shown = found.sel(formula="recorded", head="read", location=lookups.looked_at(first))
    assert np.allclose(shown.max("location"), first.recorded[:, 0].max(-1).values)
