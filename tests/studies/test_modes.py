"""The modes of a head, worked by hand, and counted where the right counts are known."""

from types import SimpleNamespace

import pytest
import torch

from explainers.models.ntm import NeuralTuringMachine
from explainers.studies import modes
from explainers.tasks import recall, repeat_copy


@pytest.mark.parametrize(
    ("gate", "shift", "mode"),
    [
        (0.9, (0.1, 0.8, 0.1), "content"),
        (0.5, (0.3, 0.4, 0.3), "content"),
        (0.9, (0.8, 0.1, 0.1), "content, then shift"),
        (0.6, (0.1, 0.4, 0.5), "content, then shift"),
        (0.49, (0.1, 0.8, 0.1), "location"),
        (0.0, (0.0, 0.0, 1.0), "location"),
    ],
)
def test_a_mode_worked_by_hand(gate, shift, mode):
    assert modes.MODES[int(modes.mode(torch.tensor(gate), torch.tensor(shift)))] == mode


def test_counts_worked_by_hand():
    """Three steps of two episodes with one head: the first two steps are one phase."""
    found = torch.tensor([[[0], [2]], [[2], [2]], [[1], [0]]])
    phases = (("early", range(0, 2)), ("late", range(2, 3)))
    assert modes.counts(found, phases).tolist() == [[[1, 0, 3]], [[1, 1, 0]]]


class Told(NeuralTuringMachine):
    """Does in every episode what its one input channel says: 0 content, 1 content and shift, 2 location."""

    def __init__(self):
        super().__init__(1, 1)

    def unroll(self, inputs):
        for told in inputs:
            gate = torch.where(told == 2, 0.1, 0.9)
            shift = torch.where(told == 1, torch.tensor([0.0, 0.0, 1.0]), torch.tensor([0.0, 1.0, 0.0]))[:, None]
            yield SimpleNamespace(controls=SimpleNamespace(gate=gate, shift=shift))


def test_every_episode_is_counted_whatever_the_batches(monkeypatch):
    told = torch.randint(0, 3, (4, 7, 1), generator=torch.Generator().manual_seed(0)).float()
    whole = modes.modes(Told(), told)
    assert whole[..., 0].tolist() == told[..., 0].int().tolist()
    monkeypatch.setattr(modes, "AT_ONCE", 2)
    assert torch.equal(modes.modes(Told(), told), whole)


@pytest.mark.parametrize("counted", modes.COUNTED, ids=lambda counted: counted.task.name)
def test_the_phases_are_the_whole_episode(counted):
    inputs = counted.inputs(2, torch.Generator().manual_seed(0))
    steps = [step for _, part in counted.phases for step in part]
    assert steps == list(range(len(inputs)))
    assert inputs.shape[1:] == (2, counted.task.inputs)


@pytest.mark.parametrize("counted", modes.COUNTED, ids=lambda counted: counted.task.name)
def test_every_step_of_every_head_is_counted(counted):
    found = modes.count(counted, counted.task.name, 3, seed=0)
    assert found.shape == (len(counted.phases), len(counted.heads), len(modes.MODES))
    for (_, steps), row in zip(counted.phases, found, strict=True):
        assert row.sum(-1).tolist() == [3 * len(steps)] * len(counted.heads)


def test_a_guess_is_measured_against_the_optimal_estimator():
    episodes = modes.predicted(3, torch.Generator().manual_seed(0))
    assert episodes.inputs.shape == (2 * modes.HALF, 3, 1)
    assert episodes.targets[0].tolist() == [[0.5]] * 3  # nothing is known of the first bit


def test_what_is_counted_is_told_by_head_and_by_phase():
    counts = {"dice": torch.tensor([[[3, 1, 0], [0, 0, 4]]]), "dice-seed_1": torch.tensor([[[0, 2, 2], [1, 0, 0]]])}
    used = modes.Used("dice", "Dice", {"throw": 4}, ("read", "write"), counts, torch.tensor([[[1, 0, 3], [0, 0, 4]]]))
    assert used.shares("throw", "read") == [[0.75, 0.25, 0], [0, 0.5, 0.5]]
    assert used.in_words["write"] == {"throw": {"content": 0, "content, then shift": 0, "location": 4}}
    assert used.alike_untrained.tolist() == [[0.25, 1]]


def test_a_way_goes_through_all_copies():
    """SIDE moves to each copy; the first one starts at the mark."""
    found = modes.way(repeat_copy.trained(), repeat_copy.shown(modes.SIDE, modes.SIDE, 3, torch.Generator().manual_seed(0)).inputs)
    assert found.jumped.shape == found.mode.shape == (modes.SIDE, modes.SIDE, 3)
    assert found.jumped.sum(1).tolist() == [[0] * 3, *[[1] * 3] * (modes.SIDE - 1)]


def test_a_search_is_watched_while_the_query_is_shown():
    found = modes.search(recall.record(modes.ITEMS, 3, 0))
    assert found.moves.shape == (modes.ITEMS * recall.ITEM - 1, 3)
    assert found.mode.shape == found.found.shape == (recall.ITEM + 2, 3)
