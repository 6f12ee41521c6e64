"""Priority sort: its data, and what the committed machines reach."""

import pytest
import torch

from explainers.kit.build.checkpoint import read_card
from explainers.tasks import sort
from explainers.tasks.common.task import LSTM_NAME


def test_an_episode_is_the_vectors_the_mark_and_silence():
    inputs, targets, order = sort.episodes(2, torch.Generator().manual_seed(0), vectors=5, asked=3)
    assert inputs.shape == (9, 2, sort.BITS + 2)
    assert inputs[:, 0, sort.BITS + 1].tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0]
    assert not inputs[6:].any()
    for episode in range(2):
        priority = inputs[:5, episode, sort.BITS].tolist()
        assert all(-1 <= value <= 1 for value in priority)
        highest = sorted(range(5), key=lambda vector: -priority[vector])[:3]
        assert order[:, episode].tolist() == highest
        assert torch.equal(targets[:, episode], inputs[highest, episode, : sort.BITS])


def test_each_head_begins_with_its_habit():
    """Read head and second write head: gate to content, no shift. First write head: gate shut, a step on. And little is erased."""
    machine = sort.build(3)
    hidden = torch.zeros(1, machine.steer.in_features)
    controls = machine.controls(hidden)
    gate, shift = controls.gate[0], controls.shift[0]
    assert gate[[0, 2]].min() > 0.9 and gate[1] < 0.1
    assert shift[[0, 2], 1].min() > 0.9 and shift[1, 2] > 0.9
    assert torch.sigmoid(machine.compose(hidden)).view(2, 2, -1)[:, 0].max() < 0.2


def test_the_published_machine_is_beside_the_papers_after_a_sixth_of_the_sequences():
    card = read_card("sort")
    assert card["metrics"]["bits_per_sequence"] < 18
    assert card["sequences"] < 1_000_000 / 6


@pytest.mark.parametrize("name", sort.machines())
def test_every_machine_pays_less_than_half_of_the_lstm(name):
    card = read_card(name)
    assert card["metrics"]["bits_per_sequence"] < card["baselines"][LSTM_NAME]["bits_per_sequence"] / 2
