"""What becomes of a second sequence if a copy machine is not reset before it: with a part of its state left in, or with all of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import xarray as xr
from jaxtyping import Bool, Float, Int
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Measured, mean
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.labelled import CHANCE, Axis, Quantity, recorded
from explainers.models import ntm
from explainers.tasks import copy
from explainers.tasks.copy import READ, WRITE

LENGTH = 8  # vectors of each sequence
EPISODES, FIRST_SEED, SECOND_SEED = 100, 1000, 2000


@dataclass(frozen=True)
class Second:
    """A second sequence, answered by one machine from each start.

    Attributes:
        wrong: the wrong bits of each sequence, by what is left in.
        targets: the bits of the first of the sequences.
        chances: what the machine gives for each of them, by what is left in.
        lost: whether the machine begins to read each sequence elsewhere than it began to write, by what is left in.
    """

    wrong: dict[str, Int[Tensor, "sequence"]]
    targets: Float[Tensor, "vector bit"]
    chances: dict[str, Float[Tensor, "vector bit"]]
    lost: dict[str, Bool[Tensor, "sequence"]]

    @property
    def wrong_bits(self) -> dict[str, Measured]:
        """The mean wrong bits, by what is left in."""
        return {name: mean(bits, over="sequences") for name, bits in self.wrong.items()}


@study
def second_sequences(trial: Trial = PUBLISHED) -> tuple[Second, ...]:
    """A second sequence after a first one, for the machine of each seed."""
    first, second = trial.seed(FIRST_SEED, "from_attention, first sequences"), trial.seed(SECOND_SEED, "from_attention, second sequences")
    return tuple(second_sequence(copy.trained(name), first, second) for name in copy.machines())


@torch.no_grad()
def second_sequence(machine: ntm.NeuralTuringMachine, first_seed: int, second_seed: int) -> Second:
    """Show the machine one sequence, then another, with a part of its state or all of it left in."""
    first, _ = copy.episodes(LENGTH, EPISODES, torch.Generator().manual_seed(first_seed))
    inputs, targets = copy.episodes(LENGTH, EPISODES, torch.Generator().manual_seed(second_seed))
    used = machine.initial_state(EPISODES)
    for now in first:
        used, _ = machine.step(used, now)
    traces = {name: continued(machine, start, inputs) for name, start in starts(machine, used).items()}
    answers = {name: trace.output[LENGTH + 1 :] for name, trace in traces.items()}
    wrong = {name: ((answer > 0) != targets.bool()).sum((0, 2)) for name, answer in answers.items()}
    where = {name: trace.addressing.weighting.argmax(-1) for name, trace in traces.items()}
    return Second(
        wrong,
        targets[:, 0],
        {name: answer[:, 0].sigmoid() for name, answer in answers.items()},
        {name: at[0, :, WRITE] != at[LENGTH + 1, :, READ] for name, at in where.items()},
    )


def starts(machine: ntm.NeuralTuringMachine, used: ntm.State) -> dict[str, ntm.State]:
    """What a sequence may start from, by what is left in from the one before."""
    fresh = machine.initial_state(len(used.memory))
    return {
        "nothing": fresh,
        "memory": ntm.State(used.memory, fresh.weighting, fresh.read_vector),
        "heads": ntm.State(fresh.memory, used.weighting, fresh.read_vector),
        "read": ntm.State(fresh.memory, fresh.weighting, used.read_vector),
        "all": used,
    }


def continued(machine: ntm.NeuralTuringMachine, state: ntm.State, inputs: Float[Tensor, "time batch input"]) -> ntm.Trace:
    """Run an episode from any state."""
    traces = []
    for now in inputs:
        state, trace = machine.step(state, now)
        traces.append(trace)
    return ntm.over_time(traces)


@recorded
def wrong_by_start(seconds: Sequence[Second]) -> xr.DataArray:
    """The mean wrong bits of a second sequence, by what is left in, of the machine of each seed."""
    found = [[each.wrong_bits[start] for each in seconds] for start in seconds[0].wrong]
    seeds = [checkpoint.read_card(name)["seed"] for name in copy.machines()]
    return labelled.array(
        found,
        "start seed",
        Quantity("bits", "greys", 0, 1.1 * max(map(max, found))),
        f"Wrong bits, of {LENGTH * copy.BITS}",
        start=Axis("left in", list(seconds[0].wrong)),
        seed=Axis("seed", seeds),
    )


@recorded
def answers(second: Second) -> xr.DataArray:
    """The first of the second sequences, and what a machine answers with nothing and with all left in."""
    shown = {"wanted": second.targets, "nothing": second.chances["nothing"], "all": second.chances["all"]}
    return labelled.array(
        torch.stack(list(shown.values())),
        "answer vector bit",
        CHANCE,
        "{answer}",
        answer=Axis("", tuple(shown), ("wanted", "answer, nothing left in", "answer, all left in")),
        vector=labelled.count("vector", LENGTH, every=1),
        bit=labelled.count("bit", copy.BITS),
    )
