"""Machines of the task: with random weights or trained; their recorded episodes, and what is measured of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.models.lstm import Lstm
from explainers.models.ntm import Controls, NeuralTuringMachine, Trace
from explainers.tasks.common.task import Task
from explainers.tasks.recall.data import (
    BITS,
    ITEM,
    LSTM_RECIPE,
    MOST,
    RECIPE,
    SEEDS,
    answer_steps,
    draw,
    episodes,
    query_steps,
    shown,
    trial,
    vector_steps,
)

READ, WRITE = 0, 1


@dataclass(frozen=True)
class Run:
    """One recorded episode of a trained machine.

    `asked`: which item is the query, from 0; the answer is the item after it. `outputs` are probabilities at the steps that answer.
    """

    items: int
    asked: int
    inputs: Float[Tensor, "time batch input"]
    targets: Float[Tensor, "vector batch bit"]
    outputs: Float[Tensor, "vector batch bit"]
    trace: Trace
    wrong_bits: int


def build(seed: int) -> NeuralTuringMachine:
    """A machine with random weights."""
    torch.manual_seed(seed)
    return NeuralTuringMachine(BITS + 2, BITS, sees_hidden=True)


def run(items: int = MOST, seed: int = 0, name: str = "recall") -> Run:
    """Answer one query, and record everything.

    Args:
        items: in the list.
        seed: of the bits and of the query.
        name: of the checkpoint.
    """
    inputs, targets, asked = episodes(items, 1, Generator().manual_seed(seed))
    with torch.no_grad():
        logits, trace = trained(name)(inputs)
    answer = logits[answer_steps(items).start :]
    wrong = int(((answer > 0) != targets.bool()).sum())
    return Run(items, int(asked), inputs, targets, answer.sigmoid(), trace, wrong)


@dataclass(frozen=True)
class Record:
    """Many recorded episodes of one machine, all of the same number of items.

    `written`: where the write head's weight is largest when a vector of the list is shown. `read`: the same of the read head, at every step.
    """

    items: int
    asked: Int[Tensor, "batch"]
    trace: Trace
    wrong: Int[Tensor, "batch"]
    written: Int[Tensor, "vector batch"]
    read: Int[Tensor, "time batch"]

    def vector_of(self, item: int, vector: int) -> Int[Tensor, "batch"]:
        """Where a vector of an item was written; the items count from the one asked for."""
        return self.written.gather(0, ((self.asked + item) * ITEM + vector)[None])[0]

    def weight_on(self, item: int) -> Float[Tensor, "time batch"]:
        """How much of the read head's weight is on the vectors of an item; the items count from the one asked for."""
        places = torch.stack([self.vector_of(item, vector) for vector in range(ITEM)], -1)
        reading = self.trace.addressing.weighting[:, :, 0]
        return reading.gather(2, places.expand(len(reading), -1, -1)).sum(-1)


def record(items: int, count: int, seed: int, name: str = "recall") -> Record:
    """Let the machine of a checkpoint answer `count` queries, and record everything."""
    return recorded(trained(name), items, count, seed)


def recorded(machine: NeuralTuringMachine, items: int, count: int, seed: int) -> Record:
    """Let a machine answer `count` queries, and record everything."""
    inputs, targets, asked = episodes(items, count, Generator().manual_seed(seed))
    with torch.no_grad():
        logits, trace = machine(inputs)
    wrong = ((logits[answer_steps(items).start :] > 0) != targets.bool()).sum((0, 2))
    read, written = trace.addressing.weighting.argmax(-1).unbind(-1)
    return Record(items, asked, trace, wrong, written[vector_steps(items)], read)


@torch.no_grad()
def search(
    items: int,
    count: int,
    seed: int,
    name: str = "recall",
    gate: float | None = None,
    at: Collection[int] = (),
    alike: float = 0.0,
) -> tuple[Int[Tensor, "batch"], Int[Tensor, "batch"], Int[Tensor, "batch"]]:
    """Of `count` queries: where the read head is at the query's last mark, where the first vector of the answer was written, and how many
    bits of the answer are wrong.

    Args:
        gate: what the read head's gate is set to by hand: 0 shuts it, 1 opens it wide, nothing leaves it alone.
        at: at which steps.
        alike: the share of vectors that are taken from another item of the list.
    """
    inputs, targets, asked = episodes(items, count, Generator().manual_seed(seed), alike)
    machine, places, logits = trained(name), [], []
    own, state = machine.controls, machine.initial_state(count)

    def set_by_hand(hidden: Float[Tensor, "batch hidden"]) -> Controls:
        controls = own(hidden)
        gates = controls.gate.clone()
        gates[:, READ] = gate
        return replace(controls, gate=gates)

    for step, now in enumerate(inputs):  # the whole trace of a long list would fill the memory
        machine.controls = set_by_hand if gate is not None and step in at else own
        state, trace = machine.step(state, now)
        places.append(trace.addressing.weighting.argmax(-1))
        logits.append(trace.output)
    read, written = torch.stack(places).unbind(-1)
    wanted = written[vector_steps(items)].gather(0, ((asked + 1) * ITEM)[None])[0]
    wrong = ((torch.stack(logits[answer_steps(items).start :]) > 0) != targets.bool()).sum((0, 2))
    return read[query_steps(items).stop], wanted, wrong


@torch.no_grad()
def wrong_bits(machine: NeuralTuringMachine | Lstm, counts: Sequence[int], count: int, seed: int) -> dict[int, float]:
    """Mean wrong bits of an answer, of ITEM · BITS, over `count` fresh episodes of each number of items."""
    found = {}
    for items in counts:
        each = shown(items, count, Generator().manual_seed(seed + items))
        found[items] = float(((machine.predict(each.inputs)[each.answer] > 0) != each.targets.bool()).sum()) / count
    return found


TASK = Task(
    name="recall",
    model="Neural Turing Machine, feed-forward controller of 100, memory 128 x 20, 1 read head and 1 write head",
    seeds=SEEDS,
    inputs=BITS + 2,
    outputs=BITS,
    build=build,
    stages=(RECIPE,),
    compared=LSTM_RECIPE,
    draw=draw,
    trial=trial,
)
trained, machines, curves = TASK.trained, TASK.machines, TASK.curves
