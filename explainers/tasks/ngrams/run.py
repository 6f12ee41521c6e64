"""Machines of the task: with random weights or trained; their recorded episodes, and what is measured of them."""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine, Trace
from explainers.tasks.common.task import Task
from explainers.tasks.ngrams.data import (
    LSTM_RECIPE,
    RECIPE,
    SEEDS,
    Sequences,
    draw_hard,
    draw_sequences,
    draw_soft,
    seen,
    trial,
)


@dataclass(frozen=True)
class Run:
    """One recorded episode of a trained machine: `predicted` is its probability of a one, before each bit is seen."""

    sequences: Sequences
    predicted: Float[Tensor, "time"]
    trace: Trace


@torch.no_grad()
def predictions(machine: NeuralTuringMachine | Lstm, bits: Float[Tensor, "time batch"]) -> Float[Tensor, "time batch"]:
    """A machine's probability of a one, before each bit is seen."""
    return machine.predict(seen(bits))[..., 0].sigmoid()


def build(seed: int) -> NeuralTuringMachine:
    """A machine with random weights and a learned memory, whose heads begin by looking for content, firmly, and erase little."""
    torch.manual_seed(seed)
    machine = NeuralTuringMachine(1, 1, recurrent=True, learned_memory=True, sees_hidden=True, emit_hidden=64)
    with torch.no_grad():
        strength, gate, stay = machine.width, machine.width + 1, machine.width + 3
        for bias in machine.steer.bias.view(2, -1):
            bias[strength], bias[gate], bias[stay] = 5, 2, 3
        machine.compose.bias[: machine.width] = -2
    return machine


def run(seed: int = 0, name: str = "ngrams") -> Run:
    """Predict one sequence, and record everything."""
    sequences = draw_sequences(1, Generator().manual_seed(seed))
    with torch.no_grad():
        logits, trace = trained(name)(seen(sequences.bits))
    return Run(sequences, logits[:, 0, 0].sigmoid(), trace)


SOFT = Task(
    name="ngrams",
    model="Neural Turing Machine, LSTM controller of 100, learned memory 128 x 20, 1 read head and 1 write head, trained on probabilities",
    seeds=SEEDS,
    inputs=1,
    outputs=1,
    build=build,
    stages=(RECIPE,),
    compared=LSTM_RECIPE,
    draw=draw_soft,
    trial=trial,
)
HARD = replace(SOFT, name="ngrams-hard", model=SOFT.model.replace("probabilities", "bits"), draw=draw_hard)


def trained(name: str = "ngrams") -> NeuralTuringMachine:
    """The machine of a checkpoint."""
    return SOFT.trained(name)


def lstm() -> Lstm:
    """The LSTM trained on probabilities, of the same seed as the published machine."""
    return SOFT.kept_lstm()


def machines(task: Task = SOFT) -> list[str]:
    """The machines trained on probabilities, or another's, one a seed, the published one first."""
    return task.machines()


def curves(task: Task = SOFT) -> dict[str, list[Float[Tensor, "point 2"]]]:
    """The learning curves of all seeds, for "ntm" and for "lstm": (sequences seen, mean bits a sequence)."""
    return task.curves()
