"""How the copy machines copy: fresh sequences of many lengths, what happens where the memory ends, and machines that have learned nothing."""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool
from torch import Tensor

from explainers.kit.build import checkpoint
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.models import ring
from explainers.tasks import copy

LENGTH = 20
FAR = (50, 120)  # vectors: more than twice as many as in most of training, and more than in all of it
LENGTHS = (10, 20, 30, *FAR)
# On how many fresh sequences of each length each machine is tried: on those of LENGTH vectors, on shorter ones, on far longer ones.
EPISODES, EACH, FAR_EPISODES = 100, 50, {50: 100, 120: 300}
FRESH = 7000
UNTRAINED_SEEDS = (100, 101, 102)  # of machines that have learned nothing
# Lengths around the number of locations, and on how many sequences each machine is tried there.
AROUND_THE_END, FEWER = (100, 120, 124, 126, 127, 128, 140), 20
# What a machine may be spared where the memory ends.
SPARED = {
    "as it is": {},
    "held": {"hold": True},
    "hidden": {"hide": True},
    "both": {"hold": True, "hide": True},
}


@dataclass(frozen=True)
class Machine:
    """What one of the machines did: the recorded episode, fresh sequences of some lengths, and how it fares where the memory ends.

    Attributes:
        short: the walks through sequences of each length from one on; the last ones have LENGTH vectors.
        far: those through sequences of FAR vectors.
        full: the walk through sequences of as many vectors as locations.
        spared: how it does with those, by what it is spared.
        one_free: the same with one vector fewer, so that one location stays free.
    """

    seed: int
    run: copy.Run
    short: tuple[copy.Walk, ...]
    walk: copy.Walk
    far: dict[int, copy.Walk]
    around_the_end: dict[int, copy.Score]
    full: copy.Walk
    spared: dict[str, copy.Score]
    one_free: dict[str, copy.Score]


@dataclass(frozen=True)
class Copies:
    """The machines, the published one first; and the walks of machines that have learned nothing, through the same sequences."""

    machines: tuple[Machine, ...]
    untrained: tuple[copy.Walk, ...]

    @property
    def run(self) -> copy.Run:
        """The episode that the live figure shows."""
        return self.machines[0].run

    @property
    def used(self) -> list[int]:
        """The locations that the write head used, and one more on either side, in the order of the ring."""
        return ring.along(*self.run.written[:2], range(-1, len(self.run.written) + 2), self.locations)

    @property
    def locations(self) -> int:
        """How many locations the memory has."""
        return len(self.run.trace.memory_before[0, 0])


@study
def copies(trial: Trial = PUBLISHED) -> Copies:
    """Twenty vectors copied by the machine of each seed, and fresh sequences of many lengths."""
    shown, fresh = trial.seed(0, "copy, the episode"), trial.seed(FRESH, "copy, sequences")
    return Copies(
        tuple(followed(name, shown, fresh) for name in copy.machines()),
        tuple(copy.walked(copy.build(seed), LENGTH, EPISODES, fresh + LENGTH) for seed in UNTRAINED_SEEDS),
    )


def followed(name: str, shown: int, fresh: int) -> Machine:
    """What one machine does.

    Args:
        shown: the seed of the recorded episode.
        fresh: that of all other sequences.
    """
    run = copy.run(length=LENGTH, seed=shown, name=name)
    locations = len(run.trace.memory_before[0, 0])
    return Machine(
        seed=checkpoint.read_card(name)["seed"],
        run=run,
        short=tuple(copy.walk(length, EACH, fresh + length, name) for length in range(1, LENGTH)),
        walk=copy.walk(LENGTH, EPISODES, fresh + LENGTH, name),
        far={length: copy.walk(length, count, fresh + length, name) for length, count in FAR_EPISODES.items()},
        around_the_end=copy.generalisation(AROUND_THE_END, FEWER, fresh, name),
        full=copy.walk(locations, FEWER, fresh, name),
        spared={what: copy.spared(locations, FEWER, fresh, name, **how) for what, how in SPARED.items()},
        one_free={what: copy.spared(locations - 1, FEWER, fresh, name, **SPARED[what]) for what in ("as it is", "held")},
    )


def astray(walk: copy.Walk) -> Bool[Tensor, "vector batch"]:
    """Whether the read head stands elsewhere than where the vector was written that is due."""
    return walk.read != walk.written


def percent(score: copy.Score) -> float:
    """Wrong bits, in percent of all."""
    return 100 * score.wrong_bits / score.of


def shuffled(copies: Copies) -> Copies:
    """The control of what a lost head does: each read head's places of a sequence in another order in time."""
    random = torch.Generator().manual_seed(0)

    def turned(walk: copy.Walk) -> copy.Walk:
        order = torch.rand(walk.read.shape, generator=random).argsort(0)
        return replace(walk, read=walk.read.gather(0, order))

    machines = (
        replace(each, short=tuple(map(turned, each.short)), far={length: turned(walk) for length, walk in each.far.items()})
        for each in copies.machines
    )
    return replace(copies, machines=tuple(machines))
