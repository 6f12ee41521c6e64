"""What becomes of the copies when a copy machine's gates are shut, so that content counts for nothing."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.models import ntm
from explainers.studies.missing_parts import held
from explainers.tasks import copy

LENGTHS, EACH, SEED = (5, 10, 20), 100, 7000  # of the sequences, and how many of each length


@dataclass(frozen=True)
class Taste:
    """Where the weight of a read head lies: a mean over the sequences of each length.

    Attributes:
        start: on location 0, where nothing is stored.
        stored: on all vectors stored.
        first: on the first of them.
        most: how much of `stored` is on the vector that has most of it.
    """

    start: tuple[float, ...]
    stored: tuple[float, ...]
    first: tuple[float, ...]
    most: tuple[float, ...]


@dataclass(frozen=True)
class Shut:
    """What becomes of a machine's copies when its gates are shut, so that content counts for nothing; and what the gates do in it.

    Attributes:
        mistaken: in how many sequences there is a mistake: with the machine's own gates ("own"), with the gates shut at every step but the
            mark ("but"), and with the gates shut at the mark alone ("at").
        at_the_mark: wrong bits, in percent, with the gates shut at the mark alone; at the length at which they are most.
        blended: the largest weight of the write head after interpolation, where it is smallest while a sequence comes in.
        sharpened: the same after sharpening.
        taste, taste_shut: where the read head's weight lies at the mark, with the machine's own gates and with shut ones.
        begins: the read head's weight on the first vector stored, a step after the mark, in the sequence in which it is smallest.
    """

    mistaken: dict[str, int]
    at_the_mark: float
    blended: float
    sharpened: float
    taste: Taste
    taste_shut: Taste
    begins: float

    @property
    def needs_the_mark(self) -> bool:
        """Whether the machine needs at the mark what it finds by content: more than a third of its bits are wrong without it."""
        return self.at_the_mark > 100 / 3


@study
def copies(trial: Trial = PUBLISHED) -> tuple[Shut, ...]:
    """What becomes of the copies of every copy machine, of the same fresh sequences."""
    seed = trial.seed(SEED, "addressing, shut gates")
    return tuple(with_shut_gates(copy.trained(name), seed) for name in copy.machines())


@torch.inference_mode()
def with_shut_gates(machine: ntm.NeuralTuringMachine, seed: int) -> Shut:
    """Let a copy machine copy fresh sequences of LENGTHS with its gates shut at some steps."""
    shut = held(machine, gate=0.0)
    mistaken, percents, tastes = {"own": 0, "but": 0, "at": 0}, [], {"own": [], "but": [], "at": []}
    blended, sharpened, begins = [], [], []
    for length in LENGTHS:
        inputs, targets = copy.episodes(length, EACH, Generator().manual_seed(seed + length))
        steps = range(len(inputs))
        closed = {"own": range(0), "but": [step for step in steps if step != length], "at": [length]}
        for gates, shut_at in closed.items():
            trace = taking_turns([shut if step in shut_at else machine for step in steps], inputs)
            where = trace.addressing.weighting
            written = where[:length, :, copy.WRITE].argmax(-1)
            wrong = (trace.output[length + 1 :] > 0) != targets.bool()
            mistaken[gates] += int(wrong.any(-1).any(0).sum())
            tastes[gates].append((where[length, :, copy.READ, 0], where[length, :, copy.READ].gather(1, written.T)))
            if gates == "at":
                percents.append(100 * float(wrong.float().mean()))
            if gates == "own":
                blended.append(float(trace.addressing.interpolated[:length, :, copy.WRITE].amax(-1).min()))
                sharpened.append(float(where[:length, :, copy.WRITE].amax(-1).min()))
                begins.append(float(where[length + 1, :, copy.READ].gather(1, written[:1].T).min()))
    own, at = taste(tastes["own"]), taste(tastes["at"])
    return Shut(mistaken, max(percents), min(blended), min(sharpened), own, at, min(begins))


def taking_turns(machines: list[ntm.NeuralTuringMachine], inputs: Float[Tensor, "time batch input"]) -> ntm.Trace:
    """Episodes in which each step is taken by another machine; the state goes from one to the next."""
    state, traces = machines[0].initial_state(inputs.shape[1]), []
    for machine, now in zip(machines, inputs, strict=True):
        state, trace = machine.step(state, now)
        traces.append(trace)
    return ntm.over_time(traces)


def taste(weights: list[tuple[Float[Tensor, "batch"], Float[Tensor, "batch _"]]]) -> Taste:
    """Sum up, for each length, the weights on location 0 and those on the vectors stored, in all sequences."""
    return Taste(
        start=tuple(float(start.mean()) for start, _ in weights),
        stored=tuple(float(stored.sum(1).mean()) for _, stored in weights),
        first=tuple(float(stored[:, 0].mean()) for _, stored in weights),
        most=tuple(float((stored.amax(1) / stored.sum(1)).mean()) for _, stored in weights),
    )
