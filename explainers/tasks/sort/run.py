"""Machines of the task: with random weights or trained; their recorded episodes, and what is measured of them."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.models.ntm import NeuralTuringMachine, Trace
from explainers.tasks.common.task import Task
from explainers.tasks.sort.data import BITS, LSTM_RECIPE, RECIPE, SEEDS, SHOWN, draw, episodes, trial


@dataclass(frozen=True)
class Run:
    """One recorded episode of a trained machine.

    `priority`: of the vector shown at each step. `order[k]`: the step at which the vector was shown that the k-th answer should be.
    `outputs` are probabilities at the steps that answer.
    """

    inputs: Float[Tensor, "time batch input"]
    targets: Float[Tensor, "answer batch bit"]
    outputs: Float[Tensor, "answer batch bit"]
    priority: Float[Tensor, "vector"]
    order: Int[Tensor, "answer"]
    trace: Trace
    wrong_bits: int


def build(seed: int) -> NeuralTuringMachine:
    """A machine with random weights whose heads begin with a habit each; training is free to give it up.

    The read head and the second write head begin by looking for content, the first write head by stepping on. And nothing is erased much.
    """
    torch.manual_seed(seed)
    machine = NeuralTuringMachine(BITS + 2, BITS, write_heads=2, recurrent=True, sees_hidden=True)
    width = machine.width
    strength, gate, stay, on, sharpening = width, width + 1, width + 3, width + 4, width + 5
    with torch.no_grad():
        read, stepping, seeking = machine.steer.bias.view(3, -1)
        for head in (read, seeking):
            head[strength], head[gate], head[stay] = 4, 3, 3
        stepping[gate], stepping[on] = -3, 3
        for head in (read, stepping, seeking):
            head[sharpening] = 2
        machine.compose.bias.view(2, -1)[:, :width] = -2
    return machine


def run(seed: int = 0, name: str = "sort") -> Run:
    """Sort one sequence, and record everything."""
    inputs, targets, order = episodes(1, Generator().manual_seed(seed))
    with torch.no_grad():
        logits, trace = trained(name)(inputs)
    answer = logits[SHOWN + 1 :]
    wrong = int(((answer > 0) != targets.bool()).sum())
    return Run(inputs, targets, answer.sigmoid(), inputs[:SHOWN, 0, BITS], order[:, 0], trace, wrong)


TASK = Task(
    name="sort",
    model="Neural Turing Machine, LSTM controller of 100, memory 128 x 20, 1 read head and 2 write heads",
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
