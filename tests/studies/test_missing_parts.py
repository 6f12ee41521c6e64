"""A machine that lacks a part of its addressing: what is held is held, and wrong answers are counted by hand."""

import pytest
import torch

from explainers.models.ntm import NeuralTuringMachine
from explainers.studies import missing_parts
from explainers.tasks.common.episodes import Episodes


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ({"gate": 0.0}, {"gate": 0.0}),
        ({"gate": 1.0}, {"gate": 1.0}),
        ({"shift": missing_parts.STAY}, {"shift": (0.0, 1.0, 0.0)}),
        ({"shift": (0.25, 0.5, 0.25)}, {"shift": (0.25, 0.5, 0.25)}),
        ({"sharpening": 1.0}, {"sharpening": 1.0}),
        ({"sharpening": 2.0}, {"sharpening": 2.0}),
    ],
)
def test_what_is_held_is_held_and_the_rest_is_left(held, wanted):
    """For every head at every step, whatever the controller says; and the machine that was given is as it was."""
    torch.manual_seed(0)
    machine = NeuralTuringMachine(2, 1, hidden=5, locations=6, width=4, read_heads=2).requires_grad_(False)
    hidden = torch.randn(3, 5)
    before, after = machine.controls(hidden), missing_parts.held(machine, **held).controls(hidden)
    for name in vars(before):
        found = getattr(after, name)
        if name in wanted:
            assert torch.allclose(found, torch.tensor(wanted[name]).expand_as(found), atol=1e-6), name
        else:
            assert torch.equal(found, getattr(before, name)), name
    assert all(map(torch.equal, vars(before).values(), vars(machine.controls(hidden)).values()))


def test_without_its_gate_a_head_stays_and_without_the_step_before_it_forgets():
    """A memory that is the same everywhere: g = 0 leaves a head that may not shift where it was; g = 1 makes it even."""
    torch.manual_seed(0)
    machine = NeuralTuringMachine(1, 1, hidden=5, locations=6, width=4).requires_grad_(False)
    state = machine.initial_state(1)
    stays = missing_parts.held(machine, gate=0.0, shift=missing_parts.STAY, sharpening=1.0).step(state, torch.ones(1, 1))[0]
    assert torch.allclose(stays.weighting, state.weighting, atol=1e-6)
    forgets = missing_parts.held(machine, gate=1.0).step(state, torch.ones(1, 1))[0]
    assert torch.allclose(forgets.weighting, torch.full_like(forgets.weighting, 1 / 6), atol=1e-6)


class Sure(NeuralTuringMachine):
    """Gives four answers, after a step that does not count: no, yes, yes, no."""

    def __init__(self):
        super().__init__(1, 1)

    def predict(self, inputs):
        return torch.tensor([9.0, -1, 2, 1, -3])[:, None, None]


@pytest.mark.parametrize(
    ("targets", "wrong"),
    [((0, 0.9, 1, 0.2), 0), ((0, 0.9, 0.5, 0.2), 0), ((1, 0.9, 0.5, 0.2), 100 / 3), ((1, 0, 0, 1), 100)],
)
def test_wrong_answers_by_hand(targets, wrong):
    """A target of one half has no wrong side, and does not count."""
    episodes = Episodes(torch.zeros(5, 1, 1), torch.tensor(targets, dtype=torch.float)[:, None, None], slice(1, None))
    assert missing_parts.wrong(Sure(), episodes) == pytest.approx(wrong)
