"""How the machines sort: many sequences of each, the same ones with a write head that falls silent, and what all of them show."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Generator, Tensor
from torch.nn import functional

from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.models.ntm import NeuralTuringMachine
from explainers.studies import sort_memory
from explainers.studies.sort_memory import FIRST, NOWHERE, SECOND, Record
from explainers.tasks import sort
from explainers.tasks.common.episodes import Episodes

EPISODES, EPISODES_SEED = 100, 6000
UNTRAINED_SEED = 100
GAPS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 2.0)  # between one priority and the nearest other


@dataclass(frozen=True)
class Sorts:
    """The recorded episode of the published machine, and many of each machine, the published one first.

    Attributes:
        still, first_still: the same ones again, with a second, or a first, write head that writes nothing after the mark.
        untrained: the same ones with a machine that has its habits, and has learned nothing.
        costs: what each of many more sequences costs each machine, in bits.
    """

    run: sort.Run
    records: tuple[Record, ...]
    still: tuple[Record, ...]
    first_still: tuple[Record, ...]
    untrained: Record
    costs: tuple[Float[Tensor, "sequence"], ...]

    @property
    def used(self) -> list[int]:
        """The locations in which vectors were written, and two more on either side, in the order of the ring."""
        where = self.run.trace.addressing.weighting[:, 0, FIRST]
        first = int(where[0].argmax())
        return [(first + place) % where.shape[-1] for place in range(-2, sort.SHOWN + 2)]


@study
def sorts(trial: Trial = PUBLISHED) -> Sorts:
    """One episode to look at, EPISODES fresh ones for every machine, and what many more of them cost."""
    machines, seed = [sort.trained(name) for name in sort.machines()], trial.seed(EPISODES_SEED, "sort, sequences")
    records, first_still, still = (
        tuple(sort_memory.record(machine, EPISODES, seed, head) for machine in machines) for head in (None, FIRST, SECOND)
    )
    untrained = sort_memory.record(sort.build(UNTRAINED_SEED), EPISODES, seed)
    many = sort.shown(sort.FRESH, Generator().manual_seed(trial.seed(sort.FRESH_SEED, "sort, costs")))
    costs = tuple(cost(machine, many) for machine in machines)
    return Sorts(sort.run(trial.seed(0, "sort, the episode")), records, still, first_still, untrained, costs)


@torch.no_grad()
def cost(machine: NeuralTuringMachine, episodes: Episodes) -> Float[Tensor, "sequence"]:
    """What the answers of each sequence cost a machine, in bits."""
    logits = machine.predict(episodes.inputs)[episodes.answer]
    return functional.binary_cross_entropy_with_logits(logits, episodes.targets, reduction="none").sum((0, 2)) / math.log(2)


def wrong(record: Record) -> float:
    """Mean wrong bits of a sequence."""
    return float(record.wrong.sum(0).float().mean())


def at_gaps(record: Record) -> list[float]:
    """Mean wrong bits of the answers, by how near the nearest other priority is: one mean between each of GAPS and the next."""
    return sort_memory.mean_between(record.wrong, sort_memory.smaller_gap(record.priority), GAPS)


def by_turn_alone(record: Record) -> bool:
    """Whether the vector of each turn goes to the same location in every sequence."""
    return bool((record.location == record.location[:, :1]).all())


def one_after_another(record: Record) -> bool:
    """Whether each vector goes to the location after that of the vector before."""
    return bool((record.location.diff(dim=0) % record.locations == 1).all())


def from_row(record: Record) -> float:
    """How much of the priority's variance a linear function of the row explains."""
    return sort_memory.readable(record.row, record.priority)


def drop(record: Record) -> float:
    """How much less, after the second write head has written, its row resembles the read head's key: mean over the answers."""
    return float((record.before - record.after)[1:].mean())


def asks_for(record: Record, answer: int) -> float:
    """The mean place, from 1, of the vector that the key of an answer would fit best if nothing had been crossed out."""
    return float(record.unspoilt[answer].double().mean()) + 1


def erasing(record: Record) -> float:
    """The mean of the first write head's erase vector while the vectors come in."""
    return float(record.erased.mean())


def mean_place(record: Record) -> list[float]:
    """The mean place, from 1, of the vector on whose row the read head stands, at every step; where it stands on one."""
    return [float(now[now != NOWHERE].double().mean()) + 1 for now in record.stood]
