"""What an n-gram machine does with its memory, measured over many sequences.

The paper looks at one picture (Graves 2014, figure 15). These functions ask of every step of many sequences what the picture shows of a few.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks.ngrams import Sequences, seen

READ, WRITE = 0, 1
NO_WINDOW = -1


@dataclass(frozen=True)
class Recording:
    """What a machine did on many sequences.

    `predicted` is its probability of a one. `top` is the location with a head's largest weight, `largest` that weight. `here` is the
    weight of the write head where the read head has its largest at the same step, `after` where it had its largest a step before. `add`
    and `read_vector` are what was written and read.
    """

    sequences: Sequences
    predicted: Float[Tensor, "time batch"]
    top: Int[Tensor, "time batch head"]
    largest: Float[Tensor, "time batch head"]
    here: Float[Tensor, "time batch"]
    after: Float[Tensor, "time batch"]
    add: Float[Tensor, "time batch width"]
    read_vector: Float[Tensor, "time batch width"]


@torch.no_grad()
def record(machine: NeuralTuringMachine, sequences: Sequences) -> Recording:
    """Run a machine with one read head and one write head, and keep what the measures below need."""
    steps, before = [], torch.zeros(sequences.bits.shape[1], 1, dtype=torch.long)
    for trace in machine.unroll(seen(sequences.bits)):
        where = trace.addressing.weighting
        largest, top = where.max(-1)
        here, after = (where[:, WRITE].gather(1, place)[:, 0] for place in (top[:, READ, None], before))
        before = top[:, READ, None]
        predicted, add, read_vector = trace.output[:, 0].sigmoid(), trace.add[:, 0], trace.read_vector[:, 0]
        steps.append((predicted, top, largest, here, after, add, read_vector))
    return Recording(sequences, *(torch.stack(values) for values in zip(*steps, strict=True)))


def windows(bits: Float[Tensor, "time batch"], first: int, last: int) -> Int[Tensor, "time batch"]:
    """The bits from `first` to `last` steps back as one number, the bit `first` steps back worth 1; NO_WINDOW where there are not so many."""
    found = torch.zeros(bits.shape, dtype=torch.long)
    for back in range(first, last + 1):
        found[back:] += bits[:-back].long() << (back - first)
    found[:last] = NO_WINDOW
    return found


def same_place(top: Int[Tensor, "time batch"], window: Int[Tensor, "time batch"], differing: int | None = None) -> float:
    """How often a head stands at the same location at two steps of a sequence: a share of all pairs of steps.

    Args:
        top: where it stands.
        window: a number at each step; steps with NO_WINDOW are left out.
        differing: only pairs are taken whose windows differ in exactly these bits, so 0 takes pairs with equal windows; None takes all.
    """
    known = window != NO_WINDOW
    number = torch.zeros_like(window) if differing is None else window * known
    steps = torch.zeros(top.shape[1], int(number.max()) + 1, int(top.max()) + 1, dtype=torch.double)
    sequence = torch.arange(top.shape[1]).expand_as(top)
    steps.index_put_((sequence, number, top), known.double(), accumulate=True)
    return float(pairs(steps, differing or 0) / pairs(steps.sum(2, keepdim=True), differing or 0))


def pairs(steps: Float[Tensor, "batch window location"], differing: int) -> Float[Tensor, ""]:
    """How many pairs of steps of a sequence have the same location, and windows that differ in exactly these bits. `steps` are counted."""
    if differing == 0:
        return (steps * (steps - 1)).sum() / 2
    partner = torch.arange(steps.shape[1]) ^ differing
    met = partner < steps.shape[1]
    return (steps[:, met] * steps[:, partner[met]]).sum() / 2


def information(top: Int[Tensor, "step"], window: Int[Tensor, "step"]) -> float:
    """How many bits two numbers tell of each other: their mutual information, from how often they occur together."""
    together = torch.zeros(int(top.max()) + 1, int(window.max()) + 1, dtype=torch.double)
    together.index_put_((top, window), torch.ones(len(top), dtype=torch.double), accumulate=True)
    together /= together.sum()
    alone = together.sum(1, keepdim=True) * together.sum(0, keepdim=True)
    some = together > 0
    return float((together[some] * (together[some] / alone[some]).log2()).sum())


def readout(vectors: Float[Tensor, "time batch width"], wanted: Float[Tensor, "time batch"]) -> tuple[Float[Tensor, "test"], Float[Tensor, "test"]]:
    """What a linear function of the vectors says of a number: fitted by least squares on the first half of the sequences, told for the second.

    Returns:
        What it says, and what was wanted.
    """
    padded = torch.cat([vectors, torch.ones_like(vectors[..., :1])], -1).transpose(0, 1)
    half = padded.shape[0] // 2
    fit, test = padded[:half].flatten(0, 1), padded[half:].flatten(0, 1)
    known, held = wanted.T[:half].flatten(), wanted.T[half:].flatten()
    return (test @ torch.linalg.lstsq(fit, known[:, None]).solution)[:, 0], held


def explained(told: Float[Tensor, "test"], wanted: Float[Tensor, "test"]) -> float:
    """The share of the variance that a readout explains."""
    return float(1 - (told - wanted).square().mean() / wanted.var(correction=0))


def by_visit(values: Float[Tensor, "time batch"], visits: Float[Tensor, "time batch"], known: Bool[Tensor, "time batch"], most: int) -> list[float]:
    """The mean of a value at the first, second, … visit, up to `most`; `visits` counts those before."""
    return [float(values[known & (visits == before)].mean()) for before in range(most)]
