"""Machines of the task: with random weights or trained; their recorded episodes, and what is measured of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine, Trace, read
from explainers.tasks.common.task import Task
from explainers.tasks.copy.data import BITS, LONGER, LONGEST, LSTM_RECIPE, RECIPE, SEEDS, draw, episodes, trial

READ, WRITE = 0, 1


@dataclass(frozen=True)
class Run:
    """One recorded episode of a trained machine.

    `outputs` are probabilities, at the steps that answer; `outputs_over_time` those of all steps. `written[i]` is the location with the
    largest write weight at step i of the input, `read[i]` that with the largest read weight at step i of the answer.
    """

    length: int
    inputs: Float[Tensor, "time batch input"]
    targets: Float[Tensor, "vector batch bit"]
    outputs: Float[Tensor, "vector batch bit"]
    outputs_over_time: Float[Tensor, "time bit"]
    trace: Trace
    wrong_bits: int
    written: tuple[int, ...]
    read: tuple[int, ...]


@dataclass(frozen=True)
class Score:
    """How a machine does on sequences of one length.

    `wrong_bits`: mean a sequence, of `of` bits. `perfect`: share of the sequences without a mistake. `errors_by_position`: mean wrong
    bits of the vector at each place.
    """

    wrong_bits: float
    of: int
    perfect: float
    errors_by_position: tuple[float, ...]


@dataclass(frozen=True)
class Walk:
    """Where the heads of a machine stood in fresh sequences of one length: the locations with the largest weights.

    Attributes:
        written: of the write head, while the sequence comes in.
        waiting: of the read head, meanwhile.
        read: of the read head, while the sequence goes out.
        write_weight, read_weight: how large those weights are, of `written` and of `read`.
        wrong: bits of each vector.
    """

    written: Int[Tensor, "vector batch"]
    waiting: Int[Tensor, "vector batch"]
    read: Int[Tensor, "vector batch"]
    write_weight: Float[Tensor, "vector batch"]
    read_weight: Float[Tensor, "vector batch"]
    wrong: Int[Tensor, "vector batch"]


def build(seed: int) -> NeuralTuringMachine:
    """A machine with random weights. The outputs' weights are doubled: a bolder start learns sooner."""
    torch.manual_seed(seed)
    machine = NeuralTuringMachine(BITS + 1, BITS)
    with torch.no_grad():
        machine.emit.weight.mul_(2)
    return machine


def run(length: int = LONGEST, seed: int = 0, name: str = "copy") -> Run:
    """Copy one sequence, and record everything.

    Args:
        length: vectors in the sequence.
        seed: of the bits.
        name: of the checkpoint.
    """
    inputs, targets = episodes(length, 1, Generator().manual_seed(seed))
    with torch.no_grad():
        logits, trace = trained(name)(inputs)
    answer = logits[length + 1 :]
    where = trace.addressing.weighting[:, 0].argmax(-1)
    return Run(
        length=length,
        inputs=inputs,
        targets=targets,
        outputs=answer.sigmoid(),
        outputs_over_time=logits[:, 0].sigmoid(),
        trace=trace,
        wrong_bits=int(((answer > 0) != targets.bool()).sum()),
        written=tuple(where[:length, WRITE].tolist()),
        read=tuple(where[length + 1 :, READ].tolist()),
    )


def generalisation(lengths: Sequence[int], count: int, seed: int, name: str = "copy") -> dict[int, Score]:
    """How the machine of a checkpoint does on fresh sequences of each length."""
    return scores(trained(name), lengths, count, seed)


@torch.no_grad()
def scores(machine: NeuralTuringMachine | Lstm, lengths: Sequence[int], count: int, seed: int) -> dict[int, Score]:
    """How a machine does on `count` fresh sequences of each length."""
    found = {}
    for length in lengths:
        inputs, targets = episodes(length, count, Generator().manual_seed(seed + length))
        found[length] = score(machine.predict(inputs)[length + 1 :], targets)
    return found


def score(logits: Float[Tensor, "vector batch bit"], targets: Float[Tensor, "vector batch bit"]) -> Score:
    """How good these answers are."""
    wrong = ((logits > 0) != targets.bool()).float()
    return Score(
        wrong_bits=float(wrong.sum() / wrong.shape[1]),
        of=wrong.shape[0] * BITS,
        perfect=float((wrong.sum((0, 2)) == 0).float().mean()),
        errors_by_position=tuple(wrong.sum(2).mean(1).tolist()),
    )


def walk(length: int, count: int, seed: int, name: str = "copy") -> Walk:
    """Follow the heads of the machine of a checkpoint through `count` fresh sequences."""
    return walked(trained(name), length, count, seed)


@torch.no_grad()
def walked(machine: NeuralTuringMachine, length: int, count: int, seed: int) -> Walk:
    """Follow the heads of a machine through `count` fresh sequences."""
    inputs, targets = episodes(length, count, Generator().manual_seed(seed))
    weights, places, logits = [], [], []
    for trace in machine.unroll(inputs):  # the whole trace of many long sequences would fill the memory
        largest = trace.addressing.weighting.max(-1)
        weights.append(largest.values)
        places.append(largest.indices)
        logits.append(trace.output)
    reading, writing = torch.stack(places).unbind(-1)
    read_weight, write_weight = torch.stack(weights).unbind(-1)
    going_out = slice(length + 1, None)
    return Walk(
        written=writing[:length],
        waiting=reading[:length],
        read=reading[going_out],
        write_weight=write_weight[:length],
        read_weight=read_weight[going_out],
        wrong=((torch.stack(logits[going_out]) > 0) != targets.bool()).sum(-1),
    )


@torch.no_grad()
def spared(length: int, count: int, seed: int, name: str = "copy", hold: bool = False, hide: bool = False) -> Score:
    """How a machine does if it is spared what happens where the memory ends.

    Args:
        hold: from the mark on, nothing is written.
        hide: the controller is not told what is read at the step of the last vector, but once more what was read at the step before.
    """
    inputs, targets = episodes(length, count, Generator().manual_seed(seed))
    machine, logits = trained(name), []
    state = machine.initial_state(count)
    for time, now in enumerate(inputs):
        before = state
        state, _trace = machine.step(state, now)
        if hold and time >= length:
            state = replace(state, memory=before.memory, read_vector=read(before.memory, state.weighting[:, : machine.read_heads]))
        if hide and time == length - 1:
            state = replace(state, read_vector=before.read_vector)
        logits.append(machine.emit(state.read_vector.flatten(1)))  # the output is computed from what is read alone
    return score(torch.stack(logits[length + 1 :]), targets)


TASK = Task(
    name="copy",
    model="Neural Turing Machine, feed-forward controller of 100, memory 128 x 20, 1 read head and 1 write head",
    seeds=SEEDS,
    inputs=BITS + 1,
    outputs=BITS,
    build=build,
    stages=(RECIPE, LONGER),
    compared=LSTM_RECIPE,
    draw=draw,
    trial=trial,
)
trained, machines, curves = TASK.trained, TASK.machines, TASK.curves
