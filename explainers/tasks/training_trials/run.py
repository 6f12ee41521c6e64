"""What was tried, and what came of it."""

import math
import statistics
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from explainers.kit.build.checkpoint import load_checkpoint
from explainers.models import ntm
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks import copy, recall
from explainers.tasks.common.episodes import Episodes

NAME = "training_trials"
LOCATIONS = 32
LONGEST = 10  # vectors to copy
MEASURED_EVERY, TRIALS = 1024, 32  # sequences between two measurements; sequences of each length in one
# Converged: below so many bits a sequence, at two measurements in a row.
LEARNED, HELD = 0.1, 2


@dataclass(frozen=True)
class Setting:
    """One way to train. What is not said is the recipe.

    Attributes:
        task: "copy", or "recall" for associative recall.
        memory: at the start: a number that all its entries have, or "random", or "learned", which starts random.
        uniform: whether the heads' weighting at the start is uniform; otherwise each head stands at location 0.
        naive: whether sharpening is computed as w^γ / Σ w^γ.
        optimizer: "Adam", or "RMSProp" with the momentum of the paper.
        rate: its learning rate.
        clip: the largest norm of a gradient; longer ones are shortened.
        batch: sequences a batch.
        levels: the longest sequence to copy, or the most items to recall, at the beginning of training and at its end.
        budget: sequences.
        seeds: how many trainings.
    """

    task: str = "copy"
    memory: float | str = ntm.INITIAL_MEMORY
    uniform: bool = False
    naive: bool = False
    optimizer: str = "Adam"
    rate: float = copy.RECIPE.rate
    clip: float = copy.RECIPE.clip
    batch: int = 16
    levels: tuple[int, int] = (LONGEST, LONGEST)
    budget: int = 32 * MEASURED_EVERY
    seeds: int = 8


RECIPE = Setting()
RECALL = Setting(task="recall", clip=recall.RECIPE.clip, levels=(recall.MOST, recall.MOST), budget=48 * MEASURED_EVERY, seeds=10)
# Two settings run on the readable machine, which is slower, so they get fewer sequences.
SETTINGS = {
    "recipe": RECIPE,
    "memory_tiny": replace(RECIPE, memory=1e-6),
    "memory_random": replace(RECIPE, memory="random"),
    "memory_learned": replace(RECIPE, memory="learned"),
    "uniform": replace(RECIPE, uniform=True, budget=4 * MEASURED_EVERY),
    "naive": replace(RECIPE, naive=True, budget=12 * MEASURED_EVERY),
    "clip_none": replace(RECIPE, clip=math.inf),
    "clip_10": replace(RECIPE, clip=10.0),
    "clip_1": replace(RECIPE, clip=1.0),
    "rate_1e-4": replace(RECIPE, rate=1e-4),
    "rate_1e-3": replace(RECIPE, rate=1e-3),
    "rate_1e-2": replace(RECIPE, rate=1e-2),
    "rate_3e-2": replace(RECIPE, rate=3e-2),
    "rmsprop": replace(RECIPE, optimizer="RMSProp", rate=1e-4),
    "batch_1": replace(RECIPE, batch=1),
    "batch_8": replace(RECIPE, batch=8),
    "batch_64": replace(RECIPE, batch=64),
    "up_to_3": replace(RECIPE, levels=(3, 3)),
    "up_to_5": replace(RECIPE, levels=(5, 5)),
    "recall_straight": RECALL,
    "recall_levels": replace(RECALL, levels=(recall.FEWEST, recall.MOST)),
}


@dataclass(frozen=True)
class Outcome:
    """How a training went.

    Attributes:
        curve: sequences seen, mean bits a sequence on the trial, processor seconds of training, largest norm of a gradient since the last
            point.
        failed_at: after how many sequences the cost or its gradient was no number any more; −1 if that did not happen.
        wrong: mean wrong bits in the end, for the longest sequences (or most items) that the recipe trains on, and for twice as long ones;
            −1 if training failed.
        apart: the largest difference between two locations' weights in one episode of the machine in the end; −1 if training failed.
    """

    curve: Float[Tensor, "point 4"]
    failed_at: int
    wrong: tuple[float, float]
    apart: float

    @property
    def converged_at(self) -> int | None:
        """Sequences seen when the cost was first below LEARNED, if it held."""
        low = self.curve[:, 1] < LEARNED
        for first in range(len(low) - HELD + 1):
            if low[first : first + HELD].all():
                return int(self.curve[first, 0])
        return None

    @property
    def seconds(self) -> float:
        """Processor seconds of training, up to the measurement at which it had converged, or to the end."""
        at = self.converged_at
        upto = self.curve if at is None else self.curve[self.curve[:, 0] <= at]
        return float(upto[-1, 2]) if len(upto) else 0.0


@torch.no_grad()
def spread(machine: NeuralTuringMachine, episodes: Episodes) -> float:
    """The largest difference between two locations' weights, of one head at one step, over all steps of an episode."""
    weights = torch.stack([trace.addressing.weighting for trace in machine.unroll(episodes.inputs[:, :1])])
    return float((weights.amax(-1) - weights.amin(-1)).max())


def outcomes(name: str) -> list[Outcome]:
    """How the trainings of a setting went, one a seed."""
    tensors = load_checkpoint(NAME)
    return [unpacked(tensors, f"{name}.{seed}.") for seed in range(SETTINGS[name].seeds)]


def unpacked(tensors: dict[str, Tensor], prefix: str = "") -> Outcome:
    """An outcome from its tensors."""
    *wrong, apart = tensors[f"{prefix}found"].tolist()
    return Outcome(tensors[f"{prefix}curve"], int(tensors[f"{prefix}failed_at"]), tuple(wrong), apart)


def summary(found: list[Outcome]) -> dict[str, int | float]:
    """How many trainings of a setting converged, how many failed, and what it took. A median over none is left out."""
    reached = [outcome for outcome in found if outcome.converged_at is not None]
    table = {"trainings": len(found), "converged": len(reached), "nan": sum(each.failed_at >= 0 for each in found)}
    if reached:
        table["median_sequences"] = statistics.median(each.converged_at for each in reached)
        table["median_cpu_seconds"] = statistics.median(each.seconds for each in reached)
    return table


def by_chance(one: tuple[int, int], other: tuple[int, int]) -> float:
    """How often chance alone would part two settings at least as far: Fisher's exact test, two-sided.

    Args:
        one, other: how many trainings of a setting converged, and how many there are.
    """
    (first, of_first), (second, of_second) = one, other
    converged, trainings = first + second, of_first + of_second

    def ways(count: int) -> int:
        return math.comb(of_first, count) * math.comb(of_second, converged - count)

    possible = range(max(0, converged - of_second), min(of_first, converged) + 1)
    return sum(found for found in map(ways, possible) if found <= ways(first)) / math.comb(trainings, converged)


# --8<-- [start:power]
def power(weighting: Float[Tensor, "*batch location"], sharpening: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch location"]:
    """Sharpening as the formula is written (Graves 2014, eq. 9). All powers may underflow to zero, and then it divides zero by zero."""
    powers = weighting ** sharpening[..., None]
    return powers / powers.sum(-1, keepdim=True)


# --8<-- [end:power]


def trial(setting: Setting) -> list[Episodes]:
    """What the cost is measured on: the same for all settings of a task."""
    shown, seed, lengths = (copy.shown, copy.FRESH_SEED, range(2, LONGEST + 1, 2))
    if setting.task == "recall":
        shown, seed, lengths = (recall.shown, recall.FRESH_SEED, range(recall.FEWEST, recall.MOST + 1))
    return [shown(length, TRIALS, Generator().manual_seed(seed - length)) for length in lengths]
