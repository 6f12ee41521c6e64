"""The trials of training: what counts as converged, what a setting changes, and that a training can fail."""

import math
from dataclasses import replace

import pytest
import torch

from explainers.models import ntm
from explainers.tasks import training_trials as trials
from explainers.tasks.training_trials import MEASURED_EVERY, RECIPE, SETTINGS, Outcome
from explainers.tasks.training_trials import train as training


def outcome(*costs: float, failed_at: int = -1) -> Outcome:
    """A training with these costs, measured every ten sequences, a second each."""
    points = [[10.0 * (place + 1), cost, place + 1.0, 0.5] for place, cost in enumerate(costs)]
    return Outcome(torch.tensor(points).reshape(-1, 4), failed_at, (0.0, 0.0), 0.0)


def test_converged_means_low_twice_in_a_row():
    assert outcome(9, 0.05, 0.2, 0.09, 0.08).converged_at == 40
    assert outcome(9, 0.05, 0.2, 0.05).converged_at is None
    assert outcome(failed_at=3).converged_at is None


def test_seconds_count_up_to_where_it_had_converged():
    assert outcome(9, 0.05, 0.05).seconds == 2
    assert outcome(9, 8, 7).seconds == 3
    assert outcome(failed_at=3).seconds == 0


def test_an_outcome_survives_being_packed():
    packed = training.packed(outcome(9, 0.05, 0.05, failed_at=7), "here.")
    back = trials.unpacked(packed, "here.")
    assert torch.equal(back.curve, packed["here.curve"])
    assert (back.failed_at, back.wrong, back.apart) == (7, (0, 0), 0)


def test_powers_by_hand():
    """Squares of 3/4 and 1/4 are 9/16 and 1/16: nine tenths and one tenth."""
    assert trials.power(torch.tensor([0.75, 0.25]), torch.tensor(2.0)).tolist() == pytest.approx([0.9, 0.1])


def test_powers_and_logarithms_agree_until_the_powers_underflow():
    weighting = torch.softmax(torch.linspace(0, 3, 32), 0)
    for sharpening in (1.0, 3.0, 12.0):
        by_powers = trials.power(weighting, torch.tensor(sharpening))
        assert torch.allclose(by_powers, ntm.sharpen(weighting, torch.tensor(sharpening)), atol=1e-6)
    even = torch.full((32,), 1 / 32)
    assert trials.power(even, torch.tensor(31.0)).isnan().all()
    assert torch.allclose(ntm.sharpen(even, torch.tensor(31.0)), even)


def test_a_setting_changes_one_thing():
    recall = SETTINGS["recall_straight"]
    for name, setting in SETTINGS.items():
        recipe = recall if setting.task == "recall" else RECIPE
        changed = {key for key, value in vars(setting).items() if value != getattr(recipe, key)}
        if name in ("uniform", "naive"):  # the readable machine is slow
            changed -= {"budget"}
        if name == "rmsprop":
            changed -= {"rate"}  # its own
        assert len(changed) == (name not in ("recipe", "recall_straight")), name
        assert setting.budget % MEASURED_EVERY == 0 and MEASURED_EVERY % setting.batch == 0
        assert setting.seeds >= (10 if setting.task == "recall" else 8)


def test_memories_at_the_start():
    tiny = training.build(SETTINGS["memory_tiny"], 0).initial_memory
    assert torch.equal(tiny, torch.full_like(tiny, 1e-6))
    random, learned = (training.build(SETTINGS[name], 0) for name in ("memory_random", "memory_learned"))
    assert random.initial_memory.std() == pytest.approx(learned.initial_memory.std().item(), rel=0.1)
    names = [dict(machine.named_parameters()) for machine in (random, learned)]
    assert ["initial_memory" in each for each in names] == [False, True]
    weighting = training.build(SETTINGS["uniform"], 0).initial_state(2).weighting
    assert torch.equal(weighting, torch.full_like(weighting, 1 / trials.LOCATIONS))


def test_a_training_that_is_no_number_stops_and_says_when(monkeypatch):
    calls = []

    def fails_at_the_third(machine, inputs):
        calls.append(inputs)
        return machine.predict(inputs) * (math.nan if len(calls) == 3 else 1)

    monkeypatch.setattr(training, "predictor", lambda setting: fails_at_the_third)
    found = training.learn(replace(RECIPE, budget=MEASURED_EVERY), 0)
    assert found.failed_at == 2 * RECIPE.batch and found.converged_at is None and found.wrong == (-1, -1)


def test_what_chance_does_by_hand():
    """Three of three against none of three: of the 20 ways to choose 3 of 6, two are as far apart. Equal shares are always as far apart."""
    assert trials.by_chance((3, 3), (0, 3)) == pytest.approx(2 / 20)
    assert trials.by_chance((0, 3), (3, 3)) == pytest.approx(2 / 20)
    assert trials.by_chance((2, 4), (2, 4)) == pytest.approx(1)
    assert trials.by_chance((8, 8), (8, 8)) == trials.by_chance((0, 8), (0, 8)) == 1


def test_what_chance_does_as_fisher_published_it():
    """A lady tells four cups of four that had the milk first: one of 70 ways, and one more that is as far apart."""
    assert trials.by_chance((4, 4), (0, 4)) == pytest.approx(2 / 70)
    assert trials.by_chance((3, 4), (1, 4)) == pytest.approx(34 / 70)
