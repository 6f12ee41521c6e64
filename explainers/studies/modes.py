"""Which of the paper's three modes of addressing a head uses (Graves 2014, end of section 3.3.2), counted over many episodes, and what
a machine loses when a part of its addressing is taken away.

A head may take a weighting from content and leave it as it is; take one from content and shift it; or take its weighting of the step before
and shift that, without content. Which of the three it is at a step, its gate and its shift say: see `mode`.
"""

import copy as python_copy
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.kit.build.checkpoint import card_path
from explainers.models.ntm import SHIFTS, NeuralTuringMachine
from explainers.tasks import copy, ngrams, recall, repeat_copy, sort
from explainers.tasks.common.episodes import Episodes
from explainers.tasks.common.task import Task

MODES = ("content", "content, then shift", "location")
CONTENT, CONTENT_AND_SHIFT, LOCATION = range(3)
EPISODES, SEED = 1000, 6000
TRIED, TRIED_SEED = 100, 6500  # episodes of a machine that lacks a part
AT_ONCE = 128  # episodes a batch: more do not fit the processor's cache
LENGTH, ITEMS, SIDE, HALF = 20, 6, 5, 50


@dataclass(frozen=True)
class Counted:
    """A task whose heads are watched.

    `episodes`: so many random ones. `phases`: the parts of an episode and the steps that belong to each.
    """

    task: Task
    name: str
    title: str
    episodes: Callable[[int, Generator], Episodes]
    phases: tuple[tuple[str, range], ...]

    def inputs(self, count: int, generator: Generator) -> Float[Tensor, "time batch input"]:
        """What the machine sees in so many random episodes."""
        return self.episodes(count, generator).inputs

    @property
    def heads(self) -> list[str]:
        """The heads of its machines, in the order of their weightings."""
        machine = self.task.build(0)
        return [*numbered("read", machine.read_heads), *numbered("write", machine.write_heads)]


def numbered(name: str, count: int) -> list[str]:
    """A name for each of some heads."""
    return [name] if count == 1 else [f"{name} {number + 1}" for number in range(count)]


def predicted(count: int, generator: Generator) -> Episodes:
    """Random sequences of bits; what is wanted are the optimal estimator's probabilities."""
    drawn = ngrams.draw_sequences(count, generator, 2 * HALF)
    return Episodes(ngrams.seen(drawn.bits), drawn.optimal[..., None], slice(0, None))


def parts(*ends: tuple[str, int]) -> tuple[tuple[str, range], ...]:
    """The phases of an episode, from the step before which each ends."""
    starts = [0, *(end for _, end in ends)]
    return tuple((name, range(start, end)) for start, (name, end) in zip(starts, ends, strict=False))


# --8<-- [start:counted]
COUNTED = (
    Counted(
        copy.TASK, "copy", f"Copy, {LENGTH} vectors",
        lambda count, random: copy.shown(LENGTH, count, random),
        parts(("input", LENGTH), ("mark", LENGTH + 1), ("answer", 2 * LENGTH + 1)),
    ),
    Counted(
        repeat_copy.TASK, "repeat copy", f"Repeat copy, {SIDE} vectors {SIDE} times",
        lambda count, random: repeat_copy.shown(SIDE, SIDE, count, random),
        parts(("input", SIDE), ("mark", SIDE + 1), ("answer", SIDE + SIDE * SIDE + 2)),
    ),
    Counted(
        recall.TASK, "recall", f"Associative recall, {ITEMS} items",
        lambda count, random: recall.shown(ITEMS, count, random),
        parts(("items", recall.query_steps(ITEMS).start - 1), ("query", recall.answer_steps(ITEMS).start),
              ("answer", recall.answer_steps(ITEMS).stop)),
    ),
    Counted(
        ngrams.SOFT, "n-grams", f"Dynamic n-grams, {2 * HALF} bits",
        predicted,
        parts((f"bits 1 to {HALF}", HALF), (f"bits {HALF + 1} to {2 * HALF}", 2 * HALF)),
    ),
    Counted(
        sort.TASK, "sort", f"Priority sort, {sort.SHOWN} vectors",
        sort.shown,
        parts(("input", sort.SHOWN), ("mark", sort.SHOWN + 1), ("answer", sort.SHOWN + 1 + sort.ASKED)),
    ),
)  # fmt: skip
# --8<-- [end:counted]


# --8<-- [start:mode]
def mode(gate: Float[Tensor, "*step"], shift: Float[Tensor, "*step shift"]) -> Int[Tensor, "*step"]:
    """The mode of a head at a step, as a place in MODES.

    With the gate at ½ or more the weighting comes from content. Then it is shifted if the largest share of the shift goes to a neighbour.
    """
    moved = shift.argmax(-1) != SHIFTS.index(0)
    return torch.where(gate < 0.5, LOCATION, torch.where(moved, CONTENT_AND_SHIFT, CONTENT))


# --8<-- [end:mode]


def trained() -> list[Counted]:
    """The tasks whose machines are trained."""
    return [counted for counted in COUNTED if card_path(counted.task.name).is_file()]


@torch.inference_mode()
def modes(machine: NeuralTuringMachine, inputs: Float[Tensor, "time batch input"]) -> Int[Tensor, "time batch head"]:
    """The mode of every head at every step of every episode."""
    batches = []
    for batch in inputs.split(AT_ONCE, dim=1):
        controls = (trace.controls for trace in machine.unroll(batch))
        batches.append(torch.stack([mode(each.gate, each.shift) for each in controls]))
    return torch.cat(batches, dim=1)


def counts(
    found: Int[Tensor, "time batch head"], phases: tuple[tuple[str, range], ...]
) -> Int[Tensor, "phase head mode"]:
    """How often each head was in each mode, by phase."""
    each = torch.nn.functional.one_hot(found, len(MODES)).sum(1)  # time, head, mode
    return torch.stack([each[steps.start : steps.stop].sum(0) for _, steps in phases])


def count(counted: Counted, name: str, episodes: int = EPISODES) -> Int[Tensor, "phase head mode"]:
    """How often each head of the machine of a checkpoint is in each mode, by phase, over random episodes."""
    inputs = counted.inputs(episodes, Generator().manual_seed(SEED))
    return counts(modes(counted.task.trained(name), inputs), counted.phases)


# What a machine lacks: the controls that are held, and at what, for all its heads.
STAY = tuple(float(distance == 0) for distance in SHIFTS)
LACKING: dict[str, dict[str, float | tuple[float, ...]]] = {
    "nothing: as trained": {},
    "content: g = 0": {"gate": 0.0},
    "the step before: g = 1": {"gate": 1.0},
    "the shift: all of s at 0": {"shift": STAY},
    "sharpening: γ = 1": {"sharpening": 1.0},
    "the choice of γ: always γ = 2": {"sharpening": 2.0},
}


# --8<-- [start:held]
def held(machine: NeuralTuringMachine, **controls: float | tuple[float, ...]) -> NeuralTuringMachine:
    """A copy of a machine in which some controls have the same value for every head at every step.

    Args:
        controls: `gate`, `shift` or `sharpening`, and the value; the layer that steers gets the bias that makes it, and no weights.
    """
    changed, size = python_copy.deepcopy(machine), len(SHIFTS)
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


def wrong_without(counted: Counted, name: str) -> dict[str, float]:
    """How many answers of the machine of a checkpoint are wrong, in percent, by what it lacks."""
    machine, episodes = counted.task.trained(name), counted.episodes(TRIED, Generator().manual_seed(TRIED_SEED))
    return {lacking: wrong(held(machine, **controls), episodes) for lacking, controls in LACKING.items()}
