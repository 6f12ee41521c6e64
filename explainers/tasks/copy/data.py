"""What the task shows, and what it wants to hear; how long and how hard its lessons are."""

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from explainers.tasks.common.episodes import Episodes
from explainers.tasks.common.recipe import Recipe

BITS, LONGEST = 8, 20
SEEDS = (0, 1, 2)
# A share of the vectors in training is thinned: each of their ones survives with probability KEPT. A vector of few ones
# looks much like no input, which tells the machine to answer, and uniform bits show it such vectors too seldom.
THINNED, KEPT = 0.15, 0.25
RECIPE = Recipe(
    batch=64, rate=3e-3, clip=0.02, batches=4000, levels=(LONGEST, LONGEST), learned=0.1, decay=1000, hopes=((1000, 0.4), (1800, 0.1))
)  # fmt: skip
# Afterwards a little of sequences up to four times as long, so that it goes on where the paper's machine stumbles.
LONGER = Recipe(batch=16, rate=1e-3, clip=0.02, batches=3600, levels=(80, 80), decay=1800, skip=20.0, relapse=3.0)
LSTM_RECIPE = Recipe(batch=64, rate=3e-3, clip=1.0, batches=2000, levels=(LONGEST, LONGEST), decay=1000)
FRESH, FRESH_SEED = 1000, 1000
LENGTHS = (10, 20, 30, 50, 120)


def episodes(
    length: int, count: int, generator: Generator, thinned: float = 0.0
) -> tuple[Float[Tensor, "time batch input"], Float[Tensor, "vector batch bit"]]:
    """Random sequences and what the machine sees of them; a share `thinned` of the vectors keeps few of its ones."""
    targets = torch.randint(0, 2, (length, count, BITS), generator=generator).float()
    kept = torch.rand(targets.shape, generator=generator) < KEPT
    targets = torch.where(torch.rand(length, count, 1, generator=generator) < thinned, targets * kept, targets)
    inputs = torch.zeros(2 * length + 1, count, BITS + 1)
    inputs[:length, :, :BITS] = targets
    inputs[length, :, BITS] = 1
    return inputs, targets


def shown(length: int, count: int, generator: Generator, thinned: float = 0.0) -> Episodes:
    """Random sequences as training and its measures take them."""
    inputs, targets = episodes(length, count, generator, thinned)
    return Episodes(inputs, targets, slice(length + 1, None))


def draw(longest: float, count: int, generator: Generator) -> Episodes:
    """A batch of one random length up to `longest`, in which a share of the vectors is thinned."""
    length = int(torch.randint(1, int(longest) + 1, (1,), generator=generator))
    return shown(length, count, generator, THINNED)


def trial() -> list[Episodes]:
    """What learning curves are measured on: sequences of five lengths, evenly spread."""
    return [shown(length, 64, Generator().manual_seed(FRESH_SEED - length)) for length in range(4, LONGEST + 1, 4)]
