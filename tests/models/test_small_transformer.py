"""The small transformer: what it must not see, and what positions mean to it."""

import pytest
import torch

from explainers.models.small_transformer import POSITIONS, SmallTransformer, waves


def made(positions: str) -> SmallTransformer:
    """A transformer with random weights."""
    torch.manual_seed(0)
    return SmallTransformer(3, 2, width=16, between=8, heads=2, positions=positions).eval().requires_grad_(False)


@pytest.mark.parametrize("positions", POSITIONS)
def test_the_future_does_not_change_the_past(positions):
    model, inputs = made(positions), torch.rand(9, 2, 3)
    changed = inputs.clone()
    changed[5:] += 1
    before, after = model.predict(inputs), model.predict(changed)
    assert torch.equal(before[:5], after[:5])
    assert not torch.isclose(before[5:], after[5:]).all(-1).any()


@pytest.mark.parametrize("positions", POSITIONS)
def test_the_past_is_seen(positions):
    model, inputs = made(positions), torch.rand(9, 1, 3)
    changed = inputs.clone()
    changed[0] += 1
    assert (model.predict(inputs)[-1] - model.predict(changed)[-1]).abs().max() > 1e-4


def order_matters(positions: str) -> bool:
    """Whether the last answer depends on the order of what came before, when one layer looks back."""
    torch.manual_seed(0)
    model = SmallTransformer(3, 2, width=16, between=8, heads=2, layers=1, positions=positions).requires_grad_(False)
    inputs = torch.rand(6, 1, 3)
    turned = torch.cat([inputs[:5].flip(0), inputs[5:]])
    return not torch.allclose(model.predict(inputs)[-1], model.predict(turned)[-1], atol=1e-5)


def test_only_with_positions_one_layer_knows_the_order():
    assert [order_matters(positions) for positions in POSITIONS] == [True, True, False]


def test_rotary_positions_know_distances_only():
    """The same, three steps later, gives the same: an episode is run at shifted positions by hand."""
    model, inputs = made("rotary"), torch.rand(7, 1, 3)
    seen = model.see(inputs.transpose(0, 1))
    at = [model.decoder(inputs_embeds=seen, position_ids=(torch.arange(7) + by)[None]).last_hidden_state for by in (0, 3)]
    assert torch.allclose(at[0], at[1], atol=1e-5)


@pytest.mark.parametrize("positions", POSITIONS)
def test_no_step_is_too_late(positions):
    assert made(positions).predict(torch.rand(1200, 1, 3)).isfinite().all()


def test_waves_by_hand():
    """Width 4: speeds 1 and 1/100; at step 0 the sines are 0 and the cosines 1."""
    found = waves(torch.arange(3), 4)
    assert found[0].tolist() == [0, 1, 0, 1]
    assert found[2].tolist() == pytest.approx([0.9093, -0.41615, 0.02, 0.9998], abs=1e-4)
