"""How the copy machines write: short copies by each of them, and what becomes of copies if nothing is erased."""

from dataclasses import dataclass

import torch
import xarray as xr
from jaxtyping import Bool, Float, Int
from torch import Generator, Tensor

from explainers.kit import labelled
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.labelled import WEIGHTING, Axis, Quantity, recorded
from explainers.models import ntm
from explainers.studies.one_write import SMEAR, Pair, Small, pair
from explainers.tasks import copy
from explainers.tasks.copy import READ, WRITE

LENGTH = 10
STEP = LENGTH // 2  # the step that writes
FILLED, EMPTY = 3, 2  # locations shown on either side of the write head: already written, and not yet
FEATURES = 8  # of each location; a write treats every feature alone, so the others can be left out
SEQUENCES, OTHER_SEED = 20, 4000  # that the sentences are checked on besides, for each machine
EPISODES, FRESH_SEED = 50, 1  # copied with and without an erase
GAMMAS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)  # with which two vectors are written side by side
VECTORS = Axis("", ("first", "second"), ("written first", "written second"))


@dataclass(frozen=True)
class Episode:
    """What is kept of a short copy.

    Attributes:
        place: the location that the write head writes at STEP.
        small: a small memory around it.
        shown, stored: the vectors shown at the step before STEP and at STEP, and those that the write head adds there.
        gamma, shift: the write head's, at STEP.
        weights: the write head's largest weight at every step.
        changes: for each vector, the largest difference between a number as it stands in the location just after the write and as it is
            read later.
    """

    place: int
    small: Small
    shown: Float[Tensor, "2 bit"]
    stored: Float[Tensor, "2 width"]
    gamma: float
    shift: Float[Tensor, "shift"]
    weights: Float[Tensor, "time"]
    changes: Float[Tensor, "vector"]


@dataclass(frozen=True)
class Unerased:
    """What becomes of fresh sequences in a machine that erases nothing.

    Attributes:
        wrong: how many bits of each are wrong.
        usual: the same of the machine with its erase.
        in_order: whether the read head visits the locations in the order in which they were written.
        apart: how far a number stored is from what the same machine stores with its erase, at most.
    """

    wrong: Int[Tensor, "sequence"]
    usual: Int[Tensor, "sequence"]
    in_order: Bool[Tensor, "sequence"]
    apart: float


@dataclass(frozen=True)
class Writer:
    """What one machine did."""

    episodes: tuple[Episode, ...]
    unerased: Unerased


@dataclass(frozen=True)
class Writes:
    """The machines, the published one first."""

    machines: tuple[Writer, ...]

    @property
    def episodes(self) -> list[Episode]:
        """Those of all machines, the one that the figures show first."""
        return [episode for machine in self.machines for episode in machine.episodes]

    @property
    def small(self) -> Small:
        """The small memory that the figures show."""
        return self.episodes[0].small


@study
def writes(trial: Trial = PUBLISHED) -> Writes:
    """Short copies by the machine of each seed, and copies without an erase."""
    shown, others = trial.seed(0, "reading_and_writing, the episode"), trial.seed(OTHER_SEED, "reading_and_writing, sequences")
    fresh = trial.seed(FRESH_SEED, "reading_and_writing, with and without an erase")
    seeds = (shown, *range(others, others + SEQUENCES))
    return Writes(tuple(Writer(tuple(copied(name, seed) for seed in seeds), unerased(name, fresh)) for name in copy.machines()))


def copied(name: str, seed: int) -> Episode:
    """A sequence, copied by the machine of a checkpoint."""
    run = copy.run(length=LENGTH, seed=seed, name=name)
    trace, both = run.trace, slice(STEP - 1, STEP + 1)
    changes = [(trace.memory_after[step, 0, place] - trace.read_vector[LENGTH + 1 + step, 0]).abs().max() for step, place in enumerate(run.written)]
    return Episode(
        place=run.written[STEP],
        small=excerpt(run),
        shown=run.targets[both, 0],
        stored=trace.add[both, 0, 0],
        gamma=float(trace.controls.sharpening[STEP, 0, WRITE]),
        shift=trace.controls.shift[STEP, 0, WRITE],
        weights=trace.addressing.weighting[:, 0, WRITE].amax(-1),
        changes=torch.stack(changes),
    )


def excerpt(run: copy.Run) -> Small:
    """The locations around the write head in the middle of its work: some that it has filled, some that are still empty."""
    trace, answer = run.trace, LENGTH + 1 + STEP
    size = trace.memory_before.shape[-2]
    focus, before = run.written[STEP], run.written[STEP - 1]
    direction = 1 if (focus - before) % size < size / 2 else -1
    ahead, behind = (EMPTY, FILLED) if direction == 1 else (FILLED, EMPTY)
    places = [(focus + distance) % size for distance in range(-behind, ahead + 1)]
    writing = trace.addressing.weighting[STEP, 0, WRITE, places]
    reading = trace.addressing.weighting[answer, 0, READ, places]
    return Small(
        places=places,
        focus=behind,
        old=behind - direction,
        following=behind - 2 * direction,
        memory=trace.memory_before[STEP, 0, places, :FEATURES],
        after=trace.memory_after[STEP, 0, places, :FEATURES],
        writing=writing / writing.sum(),
        erase=trace.erase[STEP, 0, 0, :FEATURES],
        add=trace.add[STEP, 0, 0, :FEATURES],
        reading=reading / reading.sum(),
        wanted=trace.add[STEP + 1, 0, 0, :FEATURES],
    )


def without_erase(name: str) -> ntm.NeuralTuringMachine:
    """A machine whose erase vector is held at zero. That vector is a sigmoid of the first rows of `compose`."""
    machine = copy.trained(name)
    with torch.no_grad():
        machine.compose.weight[: machine.width] = 0
        machine.compose.bias[: machine.width] = -torch.inf
    return machine


@torch.inference_mode()
def unerased(name: str, seed: int) -> Unerased:
    """Let the machine of a checkpoint copy fresh sequences with and without its erase."""
    inputs, targets = copy.episodes(LENGTH, EPISODES, Generator().manual_seed(seed + LENGTH))
    (usual_outputs, usual), (outputs, trace) = (machine(inputs) for machine in (copy.trained(name), without_erase(name)))
    wrong, usual_wrong = (((each[LENGTH + 1 :] > 0) != targets.bool()).sum((0, 2)) for each in (outputs, usual_outputs))
    where = trace.addressing.weighting.argmax(-1)
    return Unerased(
        wrong=wrong,
        usual=usual_wrong,
        in_order=(where[:LENGTH, :, WRITE] == where[LENGTH + 1 :, :, READ]).all(0),
        apart=float((trace.memory_after[LENGTH] - usual.memory_after[LENGTH]).abs().max()),
    )


def beside(episode: Episode, gamma: float, smear: Float[Tensor, "shift"] = SMEAR) -> Pair:
    """Two recorded vectors, written next to each other into a memory as large as the small one."""
    return pair(episode.stored, len(episode.small.places), gamma, smear)


def errors(episode: Episode) -> Float[Tensor, "gamma vector"]:
    """How far each of the two is from what it was, with each of GAMMAS."""
    return torch.tensor([beside(episode, gamma).errors for gamma in GAMMAS])


@recorded
def errors_by_gamma(episode: Episode) -> xr.DataArray:
    """The same, with its names."""
    gamma = Axis("sharpening γ", GAMMAS)
    return labelled.array(errors(episode), "gamma vector", Quantity("share"), "|read − written| ÷ |written|", gamma=gamma, vector=VECTORS)


def three_gammas(episode: Episode) -> dict[str, float]:
    """The largest γ, the machine's own, and the smallest: no sharpening."""
    return {"largest": GAMMAS[-1], "own": episode.gamma, "smallest": GAMMAS[0]}


def of_gammas(episode: Episode) -> Axis:
    """An axis of the three."""
    gammas = three_gammas(episode)
    return Axis("sharpening γ", tuple(gammas), [f"{gamma:.2g}" for gamma in gammas.values()])


@recorded
def side_by_side(episode: Episode) -> xr.DataArray:
    """The weightings of the two writes, with three γ."""
    found = torch.stack([beside(episode, gamma).weightings for gamma in three_gammas(episode).values()])
    location = labelled.count("location", found.shape[-1], first=0, every=1)
    title = "γ = {gamma}: the weightings"
    return labelled.array(found, "gamma vector location", WEIGHTING, title, gamma=of_gammas(episode), vector=VECTORS, location=location)


@recorded
def stored_and_read(episode: Episode) -> xr.DataArray:
    """The two vectors, and below each what is read of it, with three γ."""
    pairs = [beside(episode, gamma) for gamma in three_gammas(episode).values()]
    found = torch.stack([torch.stack([each.stored, each.back], 1).flatten(0, 1) for each in pairs])
    row = Axis("", ("first", "first, read", "second", "second, read"), ("first", "read", "second", "read"))
    feature = labelled.count("feature", found.shape[-1], first=0)
    title = "γ = {gamma}: the vectors"
    return labelled.array(found, "gamma row feature", Quantity("value", high=1), title, gamma=of_gammas(episode), row=row, feature=feature)
