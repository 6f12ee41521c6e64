"""The counts of multiply-adds, against torch's own counter and against sums by hand."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from explainers.models import cost, ntm
from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine
from explainers.models.small_transformer import SmallTransformer


def counted(run) -> int:
    """Multiply-adds of the matrix products that torch sees in a call."""
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops() // 2


@torch.no_grad()
@pytest.mark.parametrize("step", [1, 2, 7, 30])
def test_a_step_of_the_transformer_is_what_torch_counts_with_kept_keys_and_values(step):
    model = SmallTransformer(3, 2, width=16, between=8, heads=2)
    model.decoder.set_attn_implementation("eager")  # torch does not count its own attention on this processor
    before = None
    if step > 1:
        before = model.decoder(inputs_embeds=torch.rand(1, step - 1, 16), use_cache=True).past_key_values

    def one_step() -> None:
        seen = model.see(torch.rand(1, 1, 3))
        model.emit(model.decoder(inputs_embeds=seen, past_key_values=before, use_cache=True).last_hidden_state)

    assert counted(one_step) == cost.multiply_adds(model, step)


@torch.no_grad()
@pytest.mark.parametrize("recurrent", [False, True])
def test_a_step_of_the_machine_is_what_torch_counts_and_the_rest_by_hand(recurrent):
    machine = NeuralTuringMachine(3, 2, hidden=5, locations=7, width=4, recurrent=recurrent, sees_hidden=recurrent)
    state = machine.initial_state(1)
    found = counted(lambda: machine.step(state, torch.rand(1, 3)))
    norms, moved, written = 7 * 4, 2 * 7 * 5, 2 * 7 * 4
    assert found + norms + moved + written == cost.multiply_adds(machine, 1) == cost.multiply_adds(machine, 900)


def test_the_lstm_by_hand():
    """Four gates of 5 see 3 inputs and 5 of the state; 2 outputs see 5."""
    model = Lstm(3, 2, hidden=5, layers=1)
    assert cost.multiply_adds(model, 1) == cost.multiply_adds(model, 900) == 4 * 5 * (3 + 5) + 2 * 5 + 3 * 5
    assert cost.kept(model, 1) == 10
    assert cost.parameters(model) == 4 * 5 * (3 + 5 + 2) + 2 * 5 + 2


def test_the_machine_keeps_its_state():
    for recurrent in (False, True):
        machine = NeuralTuringMachine(3, 2, hidden=5, locations=7, width=4, recurrent=recurrent)
        state = machine.initial_state(1)
        numbers = sum(part.numel() for part in (state.memory, state.weighting, state.read_vector, *state.carried))
        assert cost.kept(machine, 1) == cost.kept(machine, 900) == numbers


@torch.no_grad()
def test_the_transformer_keeps_its_keys_and_values():
    model = SmallTransformer(3, 2, width=16, between=8, heads=2)
    kept = model.decoder(inputs_embeds=torch.rand(1, 6, 16), use_cache=True).past_key_values
    assert cost.kept(model, 6) == sum(layer.keys.numel() + layer.values.numel() for layer in kept.layers)


def test_a_learned_memory_is_no_matrix():
    sizes = [cost.matrices(NeuralTuringMachine(3, 2, learned_memory=learned)) for learned in (False, True)]
    assert sizes[0] == sizes[1]
    assert len(ntm.SHIFTS) == 3
