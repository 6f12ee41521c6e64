"""Copies with shut gates: whose turn it is at each step, and what a read head tastes."""

import pytest
import torch

from explainers.models.ntm import NeuralTuringMachine
from explainers.studies import shut_gates
from explainers.tasks import copy


def test_each_step_is_taken_by_its_machine_from_the_state_of_the_one_before():
    torch.manual_seed(0)
    one, other = (NeuralTuringMachine(9, 8, hidden=5, locations=6, width=4).requires_grad_(False) for _ in range(2))
    inputs = torch.rand(3, 2, 9)
    assert torch.equal(shut_gates.taking_turns([one] * 3, inputs).output, one.predict(inputs))
    state, _ = one.step(one.initial_state(2), inputs[0])
    assert torch.equal(shut_gates.taking_turns([one, other, one], inputs).output[1], other.step(state, inputs[1])[1].output)


def test_a_machine_whose_answers_are_random_makes_mistakes_whatever_the_gates_do(monkeypatch):
    monkeypatch.setattr(shut_gates, "EACH", 20)
    found = shut_gates.with_shut_gates(copy.build(1).requires_grad_(False), 0)
    assert min(found.mistaken.values()) > 50
    assert found.needs_the_mark and found.sharpened < 0.5


def test_a_taste_by_hand():
    """Two lengths, two sequences each: on location 0, and on two vectors or three."""
    short = (torch.tensor([0.5, 0.7]), torch.tensor([[0.4, 0.1], [0.3, 0.0]]))
    long = (torch.tensor([0.8, 0.8]), torch.tensor([[0.1, 0.1, 0.0], [0.0, 0.1, 0.1]]))
    found = shut_gates.taste([short, long])
    assert found.start == pytest.approx((0.6, 0.8)) and found.stored == pytest.approx((0.4, 0.2))
    assert found.first == pytest.approx((0.35, 0.05)) and found.most == pytest.approx((0.9, 0.5))
