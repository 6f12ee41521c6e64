"""Heads that stand at one location at the start, and heads that stand everywhere alike."""

from dataclasses import replace

import torch
import xarray as xr
from jaxtyping import Float
from torch import Generator, Tensor

from explainers.kit import labelled
from explainers.kit.build.trial import Trial
from explainers.kit.labelled import WEIGHTING, Axis, recorded
from explainers.models import ntm, ring
from explainers.tasks import copy
from explainers.tasks.copy import WRITE

LENGTH = 10  # vectors in the recorded episode
USUAL, UNIFORM = "at location 0", "uniform"  # how the heads stand at the start


def starts(trial: Trial) -> dict[str, Float[Tensor, "time location"]]:
    """The write head's weighting over an episode of the copy machine, by how its heads stand at the start."""
    machine = copy.trained()
    inputs, _ = copy.episodes(LENGTH, 1, Generator().manual_seed(trial.seed(0, "training, a sequence from two starts")))
    state = machine.initial_state(1)
    uniform = replace(state, weighting=torch.full_like(state.weighting, 1 / machine.locations))
    return {USUAL: walk(machine, state, inputs), UNIFORM: walk(machine, uniform, inputs)}


def walk(machine: ntm.NeuralTuringMachine, state: ntm.State, inputs: Float[Tensor, "time 1 input"]) -> Float[Tensor, "time location"]:
    """The write head's weighting at every step of an episode that begins in this state."""
    found = []
    with torch.no_grad():
        for now in inputs:
            state, trace = machine.step(state, now)
            found.append(trace.addressing.weighting[0, WRITE])
    return torch.stack(found)


@recorded
def weightings(starts: dict[str, Float[Tensor, "time location"]]) -> xr.DataArray:
    """Where the write head stands, after either start."""
    found = torch.stack(list(starts.values()))
    return labelled.array(
        found,
        "start time location",
        WEIGHTING,
        "start: {start}",
        start=Axis("start", tuple(starts)),
        time=labelled.count("time", found.shape[1]),
        location=Axis("location", range(found.shape[2]), written=visited(starts)[::5]),
    )


def visited(starts: dict[str, Float[Tensor, "time location"]]) -> list[int]:
    """The locations where the write head stands after the usual start, and some on either side."""
    where = starts[USUAL]
    return ring.stretch(0, where.argmax(-1).tolist(), where.shape[1])
