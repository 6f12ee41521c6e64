"""The modes of a head, worked by hand, and counted where the right counts are known."""

from types import SimpleNamespace

import pytest
import torch

from explainers.models.ntm import NeuralTuringMachine
from explainers.studies import modes
from explainers.tasks.common.episodes import Episodes


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


@pytest.mark.parametrize("counted", modes.trained(), ids=lambda counted: counted.task.name)
def test_every_step_of_every_head_is_counted(counted):
    found = modes.count(counted, counted.task.name, 3)
    assert found.shape == (len(counted.phases), len(counted.heads), len(modes.MODES))
    for (_, steps), row in zip(counted.phases, found, strict=True):
        assert row.sum(-1).tolist() == [3 * len(steps)] * len(counted.heads)


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ({"gate": 0.0}, {"gate": 0.0}),
        ({"gate": 1.0}, {"gate": 1.0}),
        ({"shift": modes.STAY}, {"shift": (0.0, 1.0, 0.0)}),
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
    before, after = machine.controls(hidden), modes.held(machine, **held).controls(hidden)
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
    stays = modes.held(machine, gate=0.0, shift=modes.STAY, sharpening=1.0).step(state, torch.ones(1, 1))[0]
    assert torch.allclose(stays.weighting, state.weighting, atol=1e-6)
    forgets = modes.held(machine, gate=1.0).step(state, torch.ones(1, 1))[0]
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
    assert modes.wrong(Sure(), episodes) == pytest.approx(wrong)


def test_a_guess_is_measured_against_the_optimal_estimator():
    episodes = modes.predicted(3, torch.Generator().manual_seed(0))
    assert episodes.inputs.shape == (2 * modes.HALF, 3, 1)
    assert episodes.targets[0].tolist() == [[0.5]] * 3  # nothing is known of the first bit
