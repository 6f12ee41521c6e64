"""Attention's lookup and the machine's, in the vectors that a copy machine has stored when it sees the mark."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.counts import word
from explainers.kit.labelled import WEIGHTING, Axis, Quantity, recorded
from explainers.models import ntm, ring
from explainers.tasks import copy

LENGTH = 8  # vectors of each sequence
AROUND = 2  # locations shown beside the ones that were written
LONGER = 3  # how many times as long one stored vector is made
SEQUENCES, FRESH_SEED = 30, 3000  # that the lookups are checked on, for each machine


@dataclass(frozen=True)
class Copied:
    """What a copy machine stored of one sequence.

    Attributes:
        targets: the vectors that it was shown.
        written: the location of each.
        memory: as it is when the machine sees the mark.
        moved: how far the vector at each location moves at each step.
        strength: the largest β that the machine itself uses in the episode.
    """

    targets: Float[Tensor, "vector bit"]
    written: tuple[int, ...]
    memory: Float[Tensor, "location width"]
    moved: Float[Tensor, "time location"]
    strength: float

    @property
    def stored(self) -> Float[Tensor, "vector width"]:
        """The vectors that the machine has stored, in the order in which it wrote them."""
        return self.memory[list(self.written)]

    @property
    def beside(self) -> list[int]:
        """The locations written, and some on either side, in the order in which they were written."""
        return ring.along(*self.written[:2], range(-AROUND, LENGTH + AROUND), len(self.memory))

    @property
    def shown_once(self) -> list[bool]:
        """Whether each vector of the sequence was shown only once."""
        return ((self.targets[:, None] == self.targets).all(-1).sum(-1) == 1).tolist()


@dataclass(frozen=True)
class Lookups:
    """The sequence that the figures show, in the machine of each seed, the published one first; and SEQUENCES fresh ones of each machine."""

    shown: tuple[Copied, ...]
    fresh: tuple[Copied, ...]

    @property
    def all(self) -> Iterator[Copied]:
        """All sequences of all machines."""
        return iter((*self.shown, *self.fresh))


@study
def lookups(trial: Trial = PUBLISHED) -> Lookups:
    """What each machine stored of one sequence to look at, and of fresh ones."""
    names, first = copy.machines(), trial.seed(FRESH_SEED, "from_attention, sequences")
    seed = trial.seed(0, "from_attention, the episode")
    return Lookups(
        tuple(copied(seed, name) for name in names),
        tuple(copied(first + number, name) for name in names for number in range(SEQUENCES)),
    )


def copied(seed: int, name: str) -> Copied:
    """What one machine stores of one sequence."""
    run = copy.run(LENGTH, seed, name)
    trace = run.trace
    return Copied(
        targets=run.targets[:, 0],
        written=run.written,
        memory=trace.memory_after[LENGTH, 0],
        moved=(trace.memory_after - trace.memory_before)[:, 0].norm(dim=-1),
        strength=float(trace.controls.key_strength.max()),
    )


def dot_product_lookup(query: Float[Tensor, "width"], keys: Float[Tensor, "location width"]) -> Float[Tensor, "location"]:
    """Attention's weights of one query: softmax(q·k ÷ √d). Vaswani et al. 2017, eq. 1."""
    return torch.softmax(keys @ query / math.sqrt(len(query)), dim=-1)


def cosine_lookup(key: Float[Tensor, "width"], strength: float, memory: Float[Tensor, "location width"]) -> Float[Tensor, "location"]:
    """The machine's weights by content: softmax(β·cos(k, M(i))). Graves 2014, eq. 5."""
    return ntm.content_weighting(key[None], torch.tensor([strength]), memory)[0]


def matching_strength(query: Float[Tensor, "width"], length: float) -> float:
    """The key strength at which both lookups agree for stored vectors of this length: |q|·|k| ÷ √d."""
    return float(query.norm() * length / math.sqrt(len(query)))


def alike(vectors: Float[Tensor, "location width"]) -> tuple[int, int]:
    """The two stored vectors that resemble each other most: the one looked for, and the one it may be taken for."""
    cosines = ntm.cosine_similarity(vectors, vectors).fill_diagonal_(-1)
    return divmod(int(cosines.argmax()), len(vectors))


def one_longer(vectors: Float[Tensor, "location width"]) -> Float[Tensor, "location width"]:
    """The stored vectors, the second of the two that are alike made longer."""
    factors = torch.ones(len(vectors))
    factors[alike(vectors)[1]] = LONGER
    return vectors * factors[:, None]


def same_length(vectors: Float[Tensor, "location width"]) -> Float[Tensor, "location width"]:
    """The stored vectors, each brought to their mean length."""
    lengths = vectors.norm(dim=-1, keepdim=True)
    return vectors * lengths.mean() / lengths


def wins_when_longer(one: Copied) -> bool:
    """Whether attention, asked for one of the two stored vectors that are most alike, answers with the other when that is longer."""
    wanted, rival = alike(one.stored)
    return int(dot_product_lookup(one.stored[wanted], one_longer(one.stored)).argmax()) == rival


def longer_wins_by_cosine(one: Copied) -> bool:
    """Whether, of the stored vectors brought to one length, any that is made longer wins attention asked for another exactly if their cosine is above 1 ÷ LONGER."""
    kept = same_length(one.stored)
    cosines = ntm.cosine_similarity(kept, kept)
    for rival in range(len(kept)):
        longer = kept.clone()
        longer[rival] *= LONGER
        for wanted in set(range(len(kept))) - {rival}:
            wins = int(dot_product_lookup(kept[wanted], longer).argmax()) == rival
            if wins != bool(cosines[wanted, rival] > 1 / LONGER):
                return False
    return True


def both_find(one: Copied, place: int) -> bool:
    """Whether both lookups, asked for a stored vector, put their largest weight on it."""
    query = one.stored[place]
    found = (dot_product_lookup(query, one.stored), cosine_lookup(query, one.strength, one.stored))
    return all(int(weights.argmax()) == place for weights in found)


# Both lookups, and their formulas.
FORMULAS = {"attention": "softmax(q·k ÷ √d)", "machine": "softmax(β·cos)"}


@recorded
def moved(one: Copied) -> xr.DataArray:
    """How far the vector at each location moves at each step."""
    return labelled.named(
        one,
        "moved",
        Quantity("length of the change", "greys", 0),
        "copy machine: memory",
        time=labelled.count("time step", len(one.moved), every=5),
        location=Axis("location", range(len(one.memory))),
    )


@recorded
def found_when_longer(one: Copied) -> xr.DataArray:
    """The weights by both lookups, asked for one of the two vectors that are alike: as stored, and with the other made longer."""
    wanted, rival = alike(one.stored)
    kept = {"as stored": one.stored, f"{one.written[rival]} {word(LONGER)} times as long": one_longer(one.stored)}
    return labelled.array(
        torch.stack([both(one.stored[wanted], one.strength, memory) for memory in kept.values()]),
        "memory lookup location",
        WEIGHTING,
        "{lookup}, {memory}",
        memory=Axis("", ("as stored", "one longer"), tuple(kept)),
        lookup=Axis("", tuple(FORMULAS)),
        location=Axis("location", one.written),
    )


@recorded
def found_when_matched(one: Copied) -> xr.DataArray:
    """The weights by both lookups at the strength that fits the mean length: as stored, and with all vectors of that length."""
    query = one.stored[alike(one.stored)[0]]
    strength = matching_strength(query, float(one.stored.norm(dim=-1).mean()))
    kept = {"as stored": one.stored, "all of the same length": same_length(one.stored)}
    return labelled.array(
        torch.stack([both(query, strength, memory) for memory in kept.values()]),
        "memory lookup location",
        WEIGHTING,
        "{memory}",
        memory=Axis("", tuple(kept)),
        lookup=Axis("", tuple(FORMULAS), tuple(FORMULAS.values())),
        location=Axis("location", one.written),
    )


def both(query: Float[Tensor, "width"], strength: float, memory: Float[Tensor, "location width"]) -> Float[Tensor, "lookup location"]:
    """The weights by each of FORMULAS."""
    return torch.stack([dot_product_lookup(query, memory), cosine_lookup(query, strength, memory)])
