"""What the task shows, and what it wants to hear; how long and how hard its lessons are."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor
from torch.nn import functional

from explainers.tasks.common.episodes import Episodes
from explainers.tasks.common.recipe import Recipe

ORDER, LENGTH = 5, 200
CONTEXTS = 2**ORDER
SEEDS = (0, 1, 2)
RECIPE = Recipe(batch=32, rate=3e-3, clip=1.0, batches=1400, levels=(LENGTH, LENGTH), decay=1050, warm_up=50, skip=6.0, hopes=((700, 0.76),))
LSTM_RECIPE = Recipe(batch=32, rate=3e-3, clip=1.0, batches=1400, levels=(LENGTH, LENGTH), decay=1050, warm_up=50)
FRESH, FRESH_SEED = 1000, 4000


@dataclass(frozen=True)
class Sequences:
    """Random sequences, and what the optimal estimator says of each bit before it is seen.

    `context`: the last ORDER bits as a number, the oldest bit first, and −1 where there are not so many. `ones` and `zeros`: how often a
    one and a zero have followed this context so far. `optimal`: the optimal estimator's probability of a one.
    """

    bits: Float[Tensor, "time batch"]
    context: Int[Tensor, "time batch"]
    ones: Float[Tensor, "time batch"]
    zeros: Float[Tensor, "time batch"]
    optimal: Float[Tensor, "time batch"]


def draw_sequences(count: int, generator: Generator, length: int = LENGTH) -> Sequences:
    """Sequences of `length` bits, each from a table of its own."""
    table = torch.sin(torch.rand(count, CONTEXTS, generator=generator) * math.pi / 2) ** 2  # Beta(½, ½)
    chance = torch.rand(length, count, generator=generator)
    bits, optimal = torch.zeros(length, count), torch.full((length, count), 0.5)
    contexts = torch.full((length, count), -1)
    ones, zeros = torch.zeros(length, count), torch.zeros(length, count)
    seen = torch.zeros(count, CONTEXTS, 2)
    each, context = torch.arange(count), torch.zeros(count, dtype=torch.long)
    for step in range(length):
        if step < ORDER:
            bit = (chance[step] < 0.5).long()
        else:
            before = seen[each, context]
            contexts[step], zeros[step], ones[step] = context, before[:, 0], before[:, 1]
            optimal[step] = (before[:, 1] + 0.5) / (before.sum(1) + 1)
            bit = (chance[step] < table[each, context]).long()
            seen[each, context, bit] += 1
        bits[step] = bit
        context = (2 * context + bit) % CONTEXTS
    return Sequences(bits, contexts, ones, zeros, optimal)


def estimate(bits: Float[Tensor, "time batch"], order: int) -> Float[Tensor, "time batch"]:
    """What an estimator says that counts what followed the last `order` bits; ½ where there are not so many."""
    length, count = bits.shape
    found = torch.full((length, count), 0.5)
    seen = torch.full((count, 2**order, 2), 0.5)
    each, context = torch.arange(count), torch.zeros(count, dtype=torch.long)
    for step, bit in enumerate(bits.long()):
        if step >= order:
            before = seen[each, context]
            found[step] = before[:, 1] / before.sum(1)
            seen[each, context, bit] += 1
        context = (2 * context + bit) % 2**order
    return found


def cost(predicted: Float[Tensor, "time batch"], bits: Float[Tensor, "time batch"]) -> Float[Tensor, "batch"]:
    """What predictions cost on each sequence, in bits."""
    return functional.binary_cross_entropy(predicted, bits, reduction="none").sum(0) / math.log(2)


def divergence(optimal: Float[Tensor, "*time batch"], predicted: Float[Tensor, "*time batch"]) -> Float[Tensor, "*time batch"]:
    """Kullback–Leibler divergence of predictions from the optimal estimator's, in bits, at each step."""
    nats = functional.binary_cross_entropy(predicted, optimal, reduction="none")
    return (nats - functional.binary_cross_entropy(optimal, optimal, reduction="none")) / math.log(2)


def seen(bits: Float[Tensor, "time batch"]) -> Float[Tensor, "time batch input"]:
    """What a machine sees at each step: the bit before, as −1 or +1; nothing, 0, at first."""
    return torch.cat([torch.zeros_like(bits[:1]), 2 * bits[:-1] - 1])[..., None]


def draw_soft(_level: float, count: int, generator: Generator) -> Episodes:
    """A batch whose targets are the optimal estimator's probabilities: the same optimum as the bits themselves, with less noise."""
    drawn = draw_sequences(count, generator)
    return Episodes(seen(drawn.bits), drawn.optimal[..., None], slice(0, None))


def draw_hard(_level: float, count: int, generator: Generator) -> Episodes:
    """A batch whose targets are the bits."""
    drawn = draw_sequences(count, generator)
    return Episodes(seen(drawn.bits), drawn.bits[..., None], slice(0, None))


def trial() -> list[Episodes]:
    """What learning curves are measured on, always the bits themselves."""
    return [draw_hard(float(LENGTH), 256, Generator().manual_seed(FRESH_SEED - 1))]


def fresh() -> Sequences:
    """The FRESH sequences that costs are measured on."""
    return draw_sequences(FRESH, Generator().manual_seed(FRESH_SEED))
