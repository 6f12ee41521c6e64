"""How the copy machines copy: fresh sequences of many lengths, what happens where the memory ends, and machines that have learned nothing."""

from dataclasses import dataclass, replace

import numpy as np
import torch
import xarray as xr
from jaxtyping import Bool
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.build import checkpoint
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.labelled import CHANCE, PERCENT, WEIGHTING, Axis, Quantity, recorded
from explainers.models import ring
from explainers.studies import curves
from explainers.tasks import copy
from explainers.tasks.common import episode
from explainers.tasks.common.task import LSTM_NAME

LENGTH = 20
FAR = (50, 120)  # vectors: more than twice as many as in most of training, and more than in all of it
LENGTHS = (10, 20, 30, *FAR)
SHORTER = range(1, LENGTH)
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
        short=tuple(copy.walk(length, EACH, fresh + length, name) for length in SHORTER),
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
        replace(each, short=tuple(map(turned, each.short)), far={length: turned(walk) for length, walk in each.far.items()}) for each in copies.machines
    )
    return replace(copies, machines=tuple(machines))


@recorded
def memory_use(copies: Copies, *, part: str) -> xr.DataArray:
    """The episode that the page shows: "inputs", "outputs" (0 before the answer), "adds", "reads", "weightings"."""
    run = copies.run
    time = labelled.count("time", len(run.inputs), every=10)
    if part == "inputs":
        return labelled.named(run, "inputs", CHANCE, part, time=time, input=labelled.count("bit", run.inputs.shape[-1]))
    if part == "outputs":
        answers = run.outputs_over_time.clone()
        answers[: run.length + 1] = 0
        return labelled.array(answers, "time bit", CHANCE, part, time=time, bit=labelled.count("bit", copy.BITS))
    locations = Axis("location", range(copies.locations), written=copies.used[::5])
    return episode.of_trace(run.trace, part, time, locations)


@recorded
def weightings(copies: Copies) -> xr.DataArray:
    """Where the heads of each machine stand, in the same episode."""
    machines = sorted(copies.machines, key=lambda machine: machine.seed)
    where = torch.stack([machine.run.trace.addressing.weighting[:, 0] for machine in machines])
    return labelled.array(
        where,
        "seed time head location",
        WEIGHTING,
        "seed {seed}: {head} weightings",
        seed=Axis("seed", [machine.seed for machine in machines]),
        time=labelled.count("time", where.shape[1]),
        head=episode.READ_AND_WRITE,
        location=labelled.count("location", copies.locations, first=0),
    )


@recorded
def goes_on(copies: Copies) -> xr.DataArray:
    """Where the learning curve of each machine has its last point before the first longer sequence."""
    ends = np.array([first_stage(seed)[-1] for seed in copy.SEEDS])
    kind, machine = Axis("", ["longer ones from here on"]), Axis("seed", copy.SEEDS)
    made = labelled.array(ends[None, :, 1], "kind machine", labelled.BITS, "", kind=kind, machine=machine)
    return made.assign_coords({curves.SEEN: (made.dims, ends[None, :, 0], {"title": "sequences seen"})})


def first_stage(seed: int) -> list[list[float]]:
    """The learning curve of a machine before its first longer sequence."""
    seen = seen_before(seed)
    return [point for point in copy.curves()["ntm"][copy.SEEDS.index(seed)].tolist() if point[0] <= seen]


def seen_before(seed: int) -> int:
    """How many sequences a machine has seen before its first longer one."""
    names = {checkpoint.read_card(name)["seed"]: name for name in copy.machines()}
    return checkpoint.read_card(names[seed])["sequences"] - seen_at_the_end()


def seen_at_the_end() -> int:
    """How many sequences are seen at the end of training, when they may be longer."""
    return copy.LONGER.batch * copy.LONGER.batches


@recorded
def wrong_by_length() -> xr.DataArray:
    """Wrong bits of machines and LSTMs on sequences of each length."""
    learners = {"Neural Turing Machine": ("copy", copy.SEEDS), LSTM_NAME: (copy.TASK.curves_name, copy.SEEDS)}
    metrics = {str(length): (f"wrong_bits_{length}", lambda wrong, length=length: 100 * wrong / (length * copy.BITS)) for length in (10, 20, 30, *FAR)}
    return curves.across_seeds(learners, metrics, PERCENT, "Wrong bits, in percent", "length")


@recorded
def wrong_around_the_end(copies: Copies) -> xr.DataArray:
    """Wrong bits of each machine on sequences about as long as the memory."""
    found = [[percent(score) for score in each.around_the_end.values()] for each in copies.machines]
    seed = Axis("seed", *zip(*((each.seed, f"seed {each.seed}") for each in copies.machines), strict=True))
    return labelled.array(found, "seed length", PERCENT, "Wrong bits, in percent", seed=seed, length=Axis("length", list(copies.machines[0].around_the_end)))


@recorded
def locations(copies: Copies) -> xr.DataArray:
    """How many locations the memory has."""
    return labelled.array(copies.locations, "", Quantity("locations"), "as many vectors as locations")


@recorded
def wrong_when_spared(copies: Copies) -> xr.DataArray:
    """Wrong bits of each machine on sequences as long as the memory, by what it is spared."""
    found = [[[percent(each.spared[what]) for each in copies.machines] for what in SPARED]]
    seeds = Axis("seed", [each.seed for each in copies.machines])
    return labelled.array(
        found, "measure spared seed", PERCENT, "Wrong bits, in percent", measure=Axis("", ["wrong bits"]), spared=Axis("", list(SPARED)), seed=seeds
    )
