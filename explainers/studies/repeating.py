"""How the repeat copy machines repeat: where their heads go in fresh sequences of several shapes, and how many copies they count."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Measured, mean
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.models import ring
from explainers.tasks import repeat_copy
from explainers.tasks.repeat_copy import BITS, MOST, READ, WRITE

LENGTH, REPEATS = 7, 6  # the recorded episode
LONG, OFTEN = (20, 10), (10, 20)  # (length, repeats): twice the length, and twice the repeats
WITHIN = ((5, 6), (10, 10))  # shapes of the training range
EPISODES, FRESH = 9, 4000
COUNTED, COPIES = 5, 24  # the length of what is counted, and how many copies the machines are left running for
ASKED = tuple(range(1, 21))
TRAINED = tuple(range(1, MOST + 1))  # lengths, and numbers of repeats, of the training range


@dataclass(frozen=True)
class Machine:
    """What one of the machines did: the recorded episode, fresh ones of several shapes, and how it counts.

    Attributes:
        counted: the copies of COUNTED vectors, asked for as often as ASKED.
        counted_within: those of each length of the training range, asked for as often as in training.
        wiped: the wrong bits of each shape of WITHIN, `[copy, vector, sequence]`, after the first vector's location has been wiped.
    """

    seed: int
    run: repeat_copy.Run
    walks: dict[tuple[int, int], repeat_copy.Walk]
    counted: repeat_copy.Counted
    counted_within: tuple[repeat_copy.Counted, ...]
    wiped: tuple[Int[Tensor, "_ _ _"], ...]

    @property
    def within(self) -> list[repeat_copy.Walk]:
        """The walks through shapes of the training range."""
        return [self.walks[shape] for shape in WITHIN]


@dataclass(frozen=True)
class Repeats:
    """The machines, the published one first; and what that one answers to longer sequences and to more repeats."""

    machines: tuple[Machine, ...]
    long: repeat_copy.Run
    often: repeat_copy.Run

    @property
    def run(self) -> repeat_copy.Run:
        """The episode that the live figure shows."""
        return self.machines[0].run

    @property
    def by_seed(self) -> list[Machine]:
        """The machines in the order of their seeds."""
        return sorted(self.machines, key=lambda machine: machine.seed)

    @property
    def walks_within(self) -> Iterator[repeat_copy.Walk]:
        """The walks of all machines through shapes of the training range."""
        return (walk for machine in self.machines for walk in machine.within)


@study
def repeats(trial: Trial = PUBLISHED) -> Repeats:
    """One episode to look at, fresh ones of several shapes for each machine, and how each counts."""
    shown, fresh = trial.seed(0, "repeat copy, the episodes"), trial.seed(FRESH, "repeat copy, sequences")
    return Repeats(
        tuple(followed(name, shown, fresh) for name in repeat_copy.machines()),
        repeat_copy.run(*LONG, shown),
        repeat_copy.run(*OFTEN, shown),
    )


def followed(name: str, shown: int, fresh: int) -> Machine:
    """What one machine does.

    Args:
        shown: the seed of the recorded episode.
        fresh: that of all other sequences.
    """
    return Machine(
        seed=checkpoint.read_card(name)["seed"],
        run=repeat_copy.run(LENGTH, REPEATS, shown, name),
        walks={shape: repeat_copy.walk(*shape, EPISODES, fresh, name) for shape in (*WITHIN, LONG, OFTEN)},
        counted=repeat_copy.count_copies(COUNTED, ASKED, COPIES, EPISODES, fresh, name),
        counted_within=tuple(repeat_copy.count_copies(length, TRAINED, MOST, EPISODES, fresh + length, name) for length in TRAINED),
        wiped=tuple(repeat_copy.wiped(*shape, EPISODES, fresh, name) for shape in WITHIN),
    )


def places(run: repeat_copy.Run) -> list[int]:
    """The locations of the vectors, in the order of writing, one more before them and two after."""
    where = run.trace.addressing.weighting[:, 0, WRITE]
    return ring.along(*where[:2].argmax(-1).tolist(), range(-1, run.length + 2), where.shape[-1])


def jumps(run: repeat_copy.Run) -> list[int]:
    """The steps at which the read head comes farther than a shift can take it, while copies are due."""
    where = run.trace.addressing.weighting[:, 0, READ].argmax(-1)
    moves = ring.moves(where, run.trace.memory_before.shape[2])
    due = range(run.length + 2, len(where) - 1)
    return [step for step in due if abs(int(moves[step - 1])) > 1]


def moves_while_writing(machine: Machine) -> set[int]:
    """How far the write head comes from one vector of a sequence to the next."""
    return {move for walk in machine.within for move in ring.moves(walk.written, walk.locations).unique().tolist()}


def lands_on(machine: Machine) -> set[int]:
    """On which vectors the read head lands when it jumps, counted from 0; −1 is a location of none of them."""
    found = set()
    for walk in machine.within:
        _, _, which = walk.jumped.nonzero(as_tuple=True)
        for place, sequence in zip(walk.read[walk.jumped].tolist(), which.tolist(), strict=True):
            written = walk.written[:, sequence].tolist()
            found.add(written.index(place) if place in written else -1)
    return found


def first_landing(machine: Machine) -> int:
    """The first of those vectors, counted from 0; −1 where the read head never jumps."""
    return min(lands_on(machine), default=-1)


def in_step(machine: Machine) -> Bool[Tensor, "batch"]:
    """For each sequence of twice the length, whether the read head jumps where this machine jumps in the training range, and nowhere else."""
    jumped = machine.walks[LONG].jumped
    right = torch.zeros_like(jumped)
    right[1:, first_landing(machine)] = True  # where it never jumps, no sequence is in step
    return (jumped == right).all(1).all(0)


def sequences_in_step(repeats: Repeats) -> list[int]:
    """In how many sequences of twice the length each machine's read head does so."""
    return [int(in_step(machine).sum()) for machine in repeats.machines]


def wrong_in_step(repeats: Repeats) -> tuple[list[int], list[int]]:
    """The wrong bits of each sequence of twice the length: where all jumps are right, and where not."""
    found: tuple[list[int], list[int]] = ([], [])
    for machine in repeats.machines:
        for kept, wrong in zip(in_step(machine), machine.walks[LONG].wrong.sum((0, 1)), strict=True):
            found[0 if kept else 1].append(int(wrong))
    return found


def percent(wrong: list[int]) -> list[float]:
    """Wrong bits of answers of twice the length, in percent; the end mark is left out."""
    return [100 * bits / (LONG[0] * LONG[1] * BITS) for bits in wrong]


def wrong_share(machine: Machine, shape: tuple[int, int]) -> Float[Tensor, "copy"]:
    """Wrong bits of each copy, in percent: the mean over fresh sequences."""
    return 100 * machine.walks[shape].wrong.float().mean((1, 2)) / BITS


def median_given(counted: repeat_copy.Counted) -> list[float]:
    """The median number of copies given, for each number asked for; infinite where no end mark came in most of the sequences."""
    return counted.given.nan_to_num(torch.inf).sort(dim=-1).values[:, EPISODES // 2].tolist()


def miscounts(machine: Machine) -> Bool[Tensor, "sequence"]:
    """Of each sequence of the training range, whether the end mark came after another number of copies than asked for, or never."""
    return torch.cat([(each.given != torch.tensor(each.asked)[:, None]).flatten() for each in machine.counted_within])


def halves(repeats: Repeats) -> list[tuple[Measured, Measured]]:
    """For each machine, wrong bits of the first and of the second ten of twenty copies, in percent."""
    shares = [wrong_share(machine, OFTEN) for machine in repeats.machines]
    return [(mean(each[:MOST], over="copies"), mean(each[MOST:], over="copies")) for each in shares]


def direction(walk: repeat_copy.Walk) -> Int[Tensor, "batch"]:
    """How many locations farther along the ring the second vector of each sequence was written than the first."""
    return walk.written.diff(dim=0)[0] % walk.locations


def walks_on(walk: repeat_copy.Walk) -> Bool[Tensor, "copy vector batch"]:
    """Whether the read head came one location farther in the order of writing."""
    return walk.way % walk.locations == direction(walk)


def reads_behind(walk: repeat_copy.Walk, landing: int) -> bool:
    """Whether the read head is on the locations behind the last vector while the vectors before that of `landing` are due."""
    behind = [(walk.written[-1] + (vector + 1) * direction(walk)) % walk.locations for vector in range(landing)]
    return all(bool((walk.read[1:, vector] == place).all()) for vector, place in enumerate(behind))


def exchanged(repeats: Repeats) -> Repeats:
    """A control: at twice the length, the mistakes of each sequence are those of another one, of any machine."""
    wrong = torch.cat([machine.walks[LONG].wrong for machine in repeats.machines], -1)
    other = torch.randperm(wrong.shape[-1], generator=torch.Generator().manual_seed(0))
    mixed = wrong[..., other].split(EPISODES, -1)
    walks = [machine.walks | {LONG: replace(machine.walks[LONG], wrong=wrong)} for machine, wrong in zip(repeats.machines, mixed, strict=True)]
    machines = (replace(machine, walks=each) for machine, each in zip(repeats.machines, walks, strict=True))
    return replace(repeats, machines=tuple(machines))
