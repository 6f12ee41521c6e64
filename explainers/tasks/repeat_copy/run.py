"""Machines of the task: with random weights or trained; their recorded episodes, and what is measured of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int
from torch import Generator, Tensor

from explainers.models import ring
from explainers.models.lstm import Lstm
from explainers.models.ntm import SHIFTS, NeuralTuringMachine, Trace
from explainers.tasks.common.task import Task
from explainers.tasks.repeat_copy.data import (
    BITS,
    LSTM_RECIPE,
    MOST,
    RECIPE,
    SEEDS,
    draw,
    episodes,
    scalar,
    shown,
    trial,
)

READ, WRITE = 0, 1
SURE = 0.5  # a probability above this counts as a one


@dataclass(frozen=True)
class Run:
    """One recorded episode of a trained machine. `outputs` are probabilities at the steps that answer, the end mark's channel last."""

    length: int
    repeats: int
    inputs: Float[Tensor, "time batch input"]
    targets: Float[Tensor, "answer batch output"]
    outputs: Float[Tensor, "answer batch output"]
    trace: Trace
    wrong_bits: int


@dataclass(frozen=True)
class Walk:
    """Where the heads of a machine stood in fresh episodes of one shape, and how the read head came there.

    Attributes:
        written: where each vector went.
        read: where the read head stood when a vector of a copy was due.
        found: the location that resembled its key most.
        gate: how much of that it took.
        moved: the shift with the largest share: −1, 0 or 1.
        writes: the largest weight of the write head.
        wrong: how many bits of the answer were wrong.
        locations: how many the memory has.
    """

    written: Int[Tensor, "vector batch"]
    read: Int[Tensor, "copy vector batch"]
    found: Int[Tensor, "copy vector batch"]
    gate: Float[Tensor, "copy vector batch"]
    moved: Int[Tensor, "copy vector batch"]
    writes: Float[Tensor, "copy vector batch"]
    wrong: Int[Tensor, "copy vector batch"]
    locations: int

    @property
    def way(self) -> Int[Tensor, "copy vector batch"]:
        """How far the read head came at each step, the short way around the ring; 0 at the first."""
        at = self.read.flatten(0, 1)
        return torch.cat([torch.zeros_like(at[:1]), ring.moves(at, self.locations)]).view_as(self.read)

    @property
    def jumped(self) -> Bool[Tensor, "copy vector batch"]:
        """Whether the read head came farther than a shift can take it."""
        return self.way.abs() > 1


@dataclass(frozen=True)
class Counted:
    """Answers to the same sequences, asked for several numbers of repeats, by a machine that is left running for more copies than that."""

    length: int
    asked: tuple[int, ...]
    vectors: Float[Tensor, "vector batch bit"]
    outputs: Float[Tensor, "answer asked batch output"]

    @property
    def ends(self) -> Float[Tensor, "answer asked batch"]:
        """How sure the machine is at each step that it is done."""
        return self.outputs[..., BITS]

    @property
    def given(self) -> Float[Tensor, "asked batch"]:
        """How many copies there were before the first end mark; not a number where none came."""
        said = self.ends > SURE
        first = said.float().argmax(0) / self.length
        return first.where(said.any(0), torch.nan)


def build(seed: int) -> NeuralTuringMachine:
    """A machine with random weights."""
    torch.manual_seed(seed)
    return NeuralTuringMachine(BITS + 2, BITS + 1, recurrent=True, sees_hidden=True)


def run(length: int = MOST, repeats: int = MOST, seed: int = 0, name: str = "repeat_copy") -> Run:
    """Copy one sequence several times, and record everything.

    Args:
        length: vectors in the sequence.
        repeats: how many copies are asked for.
        seed: of the bits.
        name: of the checkpoint.
    """
    inputs, targets = episodes(length, repeats, 1, Generator().manual_seed(seed))
    with torch.no_grad():
        logits, trace = trained(name)(inputs)
    answer = logits[length + 1 :]
    wrong = int(((answer > 0) != targets.bool()).sum())
    return Run(length, repeats, inputs, targets, answer.sigmoid(), trace, wrong)


@torch.no_grad()
def walk(length: int, repeats: int, count: int, seed: int, name: str = "repeat_copy") -> Walk:
    """Follow the heads of a machine through `count` fresh episodes of one shape."""
    each = shown(length, repeats, count, Generator().manual_seed(seed))
    logits, trace = trained(name)(each.inputs)
    wrong = ((logits[each.answer] > 0) != each.targets.bool()).sum(-1)[:-1]
    where, controls = trace.addressing, trace.controls

    def due(values: Tensor, head: int) -> Tensor:
        return values[length + 1 : -1, :, head].unflatten(0, (repeats, length))

    return Walk(
        written=where.weighting[:length, :, WRITE].argmax(-1),
        read=due(where.weighting, READ).argmax(-1),
        found=due(where.content, READ).argmax(-1),
        gate=due(controls.gate, READ),
        moved=torch.tensor(SHIFTS)[due(controls.shift, READ).argmax(-1)],
        writes=due(where.weighting, WRITE).amax(-1),
        wrong=wrong.unflatten(0, (repeats, length)),
        locations=where.weighting.shape[-1],
    )


@torch.no_grad()
def wiped(length: int, repeats: int, count: int, seed: int, name: str = "repeat_copy") -> Int[Tensor, "copy vector batch"]:
    """Wrong bits of every answer if, after the first copy, the location of the first vector is set back to what it held at the start."""
    each = shown(length, repeats, count, Generator().manual_seed(seed))
    machine, logits, batch = trained(name), [], torch.arange(count)
    state = machine.initial_state(count)
    fresh = state.memory[:, 0]
    for time, now in enumerate(each.inputs):
        if time == 2 * length + 1:
            memory = state.memory.clone()
            memory[batch, first] = fresh
            state = replace(state, memory=memory)
        state, trace = machine.step(state, now)
        if time == 0:
            first = trace.addressing.weighting[:, WRITE].argmax(-1)  # noqa: F841, a later turn of the loop uses it
        logits.append(trace.output)
    wrong = ((torch.stack(logits)[each.answer] > 0) != each.targets.bool()).sum(-1)[:-1]
    return wrong.unflatten(0, (repeats, length))


@torch.no_grad()
def count_copies(length: int, asked: Sequence[int], copies: int, count: int, seed: int, name: str = "repeat_copy") -> Counted:
    """Ask for each number of repeats of `count` sequences, and let the machine run for `copies` copies and one step whatever it was asked."""
    inputs, targets = episodes(length, copies, count, Generator().manual_seed(seed))
    inputs = inputs.repeat(1, len(asked), 1)
    inputs[length, :, BITS + 1] = torch.tensor([scalar(number) for number in asked]).repeat_interleave(count)
    outputs = trained(name).predict(inputs)[length + 1 :].sigmoid().unflatten(1, (len(asked), count))
    return Counted(length, tuple(asked), targets[:length, :, :BITS], outputs)


@torch.no_grad()
def wrong_bits(machine: NeuralTuringMachine | Lstm, shapes: Sequence[tuple[int, int]], count: int, seed: int) -> dict[tuple[int, int], float]:
    """Mean wrong bits of an answer, over `count` fresh sequences of each (length, repeats); the end mark's channel counts as well."""
    found = {}
    for length, repeats in shapes:
        each = shown(length, repeats, count, Generator().manual_seed(seed + 100 * length + repeats))
        wrong = (machine.predict(each.inputs)[each.answer] > 0) != each.targets.bool()
        found[length, repeats] = float(wrong.sum()) / count
    return found


TASK = Task(
    name="repeat_copy",
    model="Neural Turing Machine, LSTM controller of 100, memory 128 x 20, 1 read head and 1 write head",
    seeds=SEEDS,
    inputs=BITS + 2,
    outputs=BITS + 1,
    build=build,
    stages=(RECIPE,),
    compared=LSTM_RECIPE,
    draw=draw,
    trial=trial,
)
trained, machines, curves = TASK.trained, TASK.machines, TASK.curves
