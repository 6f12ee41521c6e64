"""Heads that stand at one location at the start, and heads that stand everywhere alike."""

from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from explainers.kit.build.trial import Trial
from explainers.models import ntm
from explainers.tasks import copy
from explainers.tasks.copy import WRITE

LENGTH = 10  # vectors in the recorded episode


def starts(trial: Trial) -> dict[str, Float[Tensor, "time location"]]:
    """The write head's weighting over an episode of the copy machine, by how its heads stand at the start."""
    machine = copy.trained()
    inputs, _ = copy.episodes(LENGTH, 1, Generator().manual_seed(trial.seed(0, "training, a sequence from two starts")))
    state = machine.initial_state(1)
    uniform = replace(state, weighting=torch.full_like(state.weighting, 1 / machine.locations))
    return {"at location 0": walk(machine, state, inputs), "uniform": walk(machine, uniform, inputs)}


def walk(
    machine: ntm.NeuralTuringMachine, state: ntm.State, inputs: Float[Tensor, "time 1 input"]
) -> Float[Tensor, "time location"]:
    """The write head's weighting at every step of an episode that begins in this state."""
    found = []
    with torch.no_grad():
        for now in inputs:
            state, trace = machine.step(state, now)
            found.append(trace.addressing.weighting[0, WRITE])
    return torch.stack(found)
