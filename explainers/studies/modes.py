"""Which of the paper's three modes of addressing a head uses (Graves 2014, end of section 3.3.2), counted over many episodes.

A head may take a weighting from content and leave it as it is; take one from content and shift it; or take its weighting of the step before
and shift that, without content. Which of the three it is at a step, its gate and its shift say: see `mode`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Generator, Tensor

from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.models import ring
from explainers.models.ntm import SHIFTS, NeuralTuringMachine
from explainers.tasks import copy, ngrams, recall, repeat_copy, sort
from explainers.tasks.common.episodes import Episodes
from explainers.tasks.common.task import Task

MODES = ("content", "content, then shift", "location")
CONTENT, CONTENT_AND_SHIFT, LOCATION = range(3)
EPISODES, FEWER, SEED = 1000, 100, 6000  # episodes of the published machine, and of the others
WATCHED_SEED = 7000  # of the episodes in which single moves are watched
UNTRAINED_SEED = 7000  # of machines with random weights
READ = 0  # the read head of the machines that have one
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


@torch.inference_mode()
def modes(machine: NeuralTuringMachine, inputs: Float[Tensor, "time batch input"]) -> Int[Tensor, "time batch head"]:
    """The mode of every head at every step of every episode."""
    batches = []
    for batch in inputs.split(AT_ONCE, dim=1):
        controls = (trace.controls for trace in machine.unroll(batch))
        batches.append(torch.stack([mode(each.gate, each.shift) for each in controls]))
    return torch.cat(batches, dim=1)


def counts(found: Int[Tensor, "time batch head"], phases: tuple[tuple[str, range], ...]) -> Int[Tensor, "phase head mode"]:
    """How often each head was in each mode, by phase."""
    each = torch.nn.functional.one_hot(found, len(MODES)).sum(1)  # time, head, mode
    return torch.stack([each[steps.start : steps.stop].sum(0) for _, steps in phases])


def count(counted: Counted, name: str, episodes: int, seed: int) -> Int[Tensor, "phase head mode"]:
    """How often each head of the machine of a checkpoint is in each mode, by phase, over random episodes."""
    inputs = counted.inputs(episodes, Generator().manual_seed(seed))
    return counts(modes(counted.task.trained(name), inputs), counted.phases)


@dataclass(frozen=True)
class Used:
    """How often the heads of one task's machines are in each mode.

    Attributes:
        name, title: of the task, short and long.
        phases: the parts of an episode, and how many steps each has.
        heads: in the order of their weightings.
        counts: by checkpoint; the published machine first.
        untrained: those of a machine with random weights.
    """

    name: str
    title: str
    phases: dict[str, int]
    heads: tuple[str, ...]
    counts: dict[str, Int[Tensor, "phase head mode"]]
    untrained: Int[Tensor, "phase head mode"]

    @property
    def published(self) -> Int[Tensor, "phase head mode"]:
        """The counts of the published machine."""
        return next(iter(self.counts.values()))

    @property
    def in_words(self) -> dict[str, dict[str, dict[str, int]]]:
        """The same: head → phase → mode → steps."""
        return {
            head: {phase: dict(zip(MODES, self.published[row, column].tolist(), strict=True)) for row, phase in enumerate(self.phases)}
            for column, head in enumerate(self.heads)
        }

    @property
    def alike_untrained(self) -> Float[Tensor, "phase head"]:
        """In which share of its steps a head of the machine with random weights is in the mode that the published one uses most."""
        most = self.published.argmax(-1, keepdim=True)
        return self.untrained.gather(-1, most)[..., 0] / self.untrained.sum(-1)

    def shares(self, phase: str, head: str) -> list[list[float]]:
        """The share of each mode, for every machine."""
        place = list(self.phases).index(phase), self.heads.index(head)
        return [(found[place] / found[place].sum()).tolist() for found in self.counts.values()]


@study
def used(trial: Trial = PUBLISHED) -> dict[str, Used]:
    """How often the heads of all tasks' machines are in each mode, by task."""
    seed = trial.seed(SEED, "addressing, modes")
    return {counted.task.name: used_by(counted, seed) for counted in COUNTED}


def used_by(counted: Counted, seed: int) -> Used:
    """Count the modes of a task's machines: those of other seeds than the published one over fewer episodes.

    Args:
        seed: of the episodes.
    """
    published, *others = counted.task.machines()
    inputs = counted.inputs(FEWER, Generator().manual_seed(seed))
    return Used(
        name=counted.name,
        title=counted.title,
        phases={name: len(steps) for name, steps in counted.phases},
        heads=tuple(counted.heads),
        counts={published: count(counted, published, EPISODES, seed)} | {name: count(counted, name, FEWER, seed) for name in others},
        untrained=counts(modes(counted.task.build(UNTRAINED_SEED), inputs), counted.phases),
    )


@dataclass(frozen=True)
class Way:
    """How the read head of a machine that repeats comes to each vector of its copies from the one before, or from the mark.

    Attributes:
        jumped: whether it goes farther than a shift can take it.
        mode: in which it is.
    """

    jumped: Bool[Tensor, "copy vector batch"]
    mode: Int[Tensor, "copy vector batch"]


@study
def ways(trial: Trial = PUBLISHED) -> tuple[Way, ...]:
    """The way of every machine that repeats, through the same fresh episodes: SIDE copies of SIDE vectors."""
    seed = trial.seed(WATCHED_SEED, "addressing, repeats")
    inputs = repeat_copy.shown(SIDE, SIDE, FEWER, Generator().manual_seed(seed)).inputs
    return tuple(way(repeat_copy.trained(name), inputs) for name in repeat_copy.machines())


@torch.inference_mode()
def way(machine: NeuralTuringMachine, inputs: Float[Tensor, "time batch input"]) -> Way:
    """How the read head of one machine goes through its copies."""
    trace = machine(inputs)[1]
    copies = slice(SIDE, -1)  # the mark, from which the first move starts, and all answers but the end mark
    weighting = trace.addressing.weighting[copies, :, READ]
    jumped = ring.moves(weighting.argmax(-1), weighting.shape[-1]).abs() > 1
    found = mode(trace.controls.gate, trace.controls.shift)[copies, :, READ][1:]
    return Way(jumped.unflatten(0, (SIDE, SIDE)), found.unflatten(0, (SIDE, SIDE)))


@dataclass(frozen=True)
class Search:
    """How a machine that recalls writes its items, and what its read head does while the query is shown.

    Attributes:
        moves: of the write head, from each vector of the list to the next; in locations.
        mode: of the read head, at each step of the query.
        found: whether its key then resembles a vector of the item most that is asked for.
    """

    moves: Int[Tensor, "move batch"]
    mode: Int[Tensor, "step batch"]
    found: Bool[Tensor, "step batch"]


@study
def searches(trial: Trial = PUBLISHED) -> tuple[Search, ...]:
    """What every machine that recalls does with the same fresh lists of ITEMS items."""
    seed = trial.seed(WATCHED_SEED, "addressing, lists")
    return tuple(search(recall.record(ITEMS, FEWER, seed, name)) for name in recall.machines())


def search(record: recall.Record) -> Search:
    """How one machine wrote and searched."""
    steps = slice(recall.query_steps(ITEMS).start - 1, recall.answer_steps(ITEMS).start)
    controls, content = record.trace.controls, record.trace.addressing.content[steps, :, READ]
    asked = torch.stack([record.vector_of(0, vector) for vector in range(recall.ITEM)])
    return Search(
        moves=ring.moves(record.written, content.shape[-1]),
        mode=mode(controls.gate, controls.shift)[steps, :, READ],
        found=(content.argmax(-1)[:, None] == asked).any(1),
    )
