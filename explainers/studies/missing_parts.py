"""What a machine loses when a part of its addressing is taken away from all of its heads at every step."""

import copy
import math

import torch
from torch import Generator

from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.models.ntm import SHIFTS, NeuralTuringMachine
from explainers.studies.modes import COUNTED
from explainers.tasks.common.episodes import Episodes

EPISODES, SEED = 100, 6500  # of a machine that lacks a part

# What a machine lacks: the controls that are held, and at what, for all its heads.
STAY = tuple(float(distance == 0) for distance in SHIFTS)
NOTHING, CONTENT, BEFORE = "nothing: as trained", "content: g = 0", "the step before: g = 1"
SHIFT, SHARPENING, CHOICE = "the shift: all of s at 0", "sharpening: γ = 1", "the choice of γ: always γ = 2"
LACKING: dict[str, dict[str, float | tuple[float, ...]]] = {
    NOTHING: {},
    CONTENT: {"gate": 0.0},
    BEFORE: {"gate": 1.0},
    SHIFT: {"shift": STAY},
    SHARPENING: {"sharpening": 1.0},
    CHOICE: {"sharpening": 2.0},
}


# --8<-- [start:held]
def held(machine: NeuralTuringMachine, **controls: float | tuple[float, ...]) -> NeuralTuringMachine:
    """A copy of a machine in which some controls have the same value for every head at every step.

    Args:
        controls: `gate`, `shift` or `sharpening`, and the value; the layer that steers gets the bias that makes it, and no weights.
    """
    changed, size = copy.deepcopy(machine), len(SHIFTS)
    rows = {"gate": (machine.width + 1, 1), "shift": (machine.width + 2, size), "sharpening": (machine.width + 2 + size, 1)}
    undo = {
        "gate": lambda gate: torch.logit(torch.tensor(gate)),
        "shift": lambda shift: torch.tensor(shift).log(),
        "sharpening": lambda power: torch.tensor(math.expm1(power - 1)).log(),
    }
    heads = machine.read_heads + machine.write_heads
    with torch.no_grad():
        weight, bias = changed.steer.weight.unflatten(0, (heads, -1)), changed.steer.bias.unflatten(0, (heads, -1))
        for name, value in controls.items():
            first, count = rows[name]
            weight[:, first : first + count] = 0
            bias[:, first : first + count] = undo[name](value)
    return changed


# --8<-- [end:held]


@torch.inference_mode()
def wrong(machine: NeuralTuringMachine, episodes: Episodes) -> float:
    """How many answers of a machine are on the wrong side of one half, in percent; a target of one half has no wrong side."""
    answers, wanted = machine.predict(episodes.inputs)[episodes.answer] > 0, episodes.targets > 0.5
    counts = episodes.targets != 0.5
    return 100 * float(((answers != wanted) & counts).sum() / counts.sum())


@study
def wrong_answers(trial: Trial = PUBLISHED) -> dict[str, dict[str, list[float]]]:
    """How many answers are wrong, in percent: task → what its machines lack → one number for each machine, the published one first."""
    seed, found = trial.seed(SEED, "addressing, parts taken away"), {}
    for counted in COUNTED:
        machines = [counted.task.trained(name) for name in counted.task.machines()]
        episodes = counted.episodes(EPISODES, Generator().manual_seed(seed))
        found[counted.task.name] = {lacking: [wrong(held(machine, **controls), episodes) for machine in machines] for lacking, controls in LACKING.items()}
    return found
