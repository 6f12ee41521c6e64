"""What the task shows, and what it wants to hear; how long and how hard its lessons are."""

import math

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from explainers.tasks.common.episodes import Episodes
from explainers.tasks.common.recipe import Recipe

BITS, MOST = 8, 10
SEEDS = (0, 1, 2)
RECIPE = Recipe(batch=16, rate=3e-3, clip=1.0, batches=12000, levels=(3, MOST), raise_below=0.1, decay=6000, hopes=((2500, 0.35),))
LSTM_RECIPE = Recipe(batch=16, rate=3e-3, clip=1.0, batches=12000, levels=(MOST, MOST), decay=6000)
FRESH, FRESH_SEED = 1000, 3000
SHAPES = ((10, 10), (10, 20), (20, 10))  # (length, repeats)


# --8<-- [start:scalar]
def scalar(repeats: int) -> float:
    """The number of repeats as the machine sees it: of mean 0 and variance 1 over the numbers it is trained on."""
    return (repeats - (1 + MOST) / 2) / math.sqrt((MOST**2 - 1) / 12)


# --8<-- [end:scalar]
def episodes(length: int, repeats: int, count: int, generator: Generator) -> tuple[Float[Tensor, "time batch input"], Float[Tensor, "answer batch output"]]:
    """Random sequences, what the machine sees of them, and what it should answer."""
    vectors = torch.randint(0, 2, (length, count, BITS), generator=generator).float()
    targets = torch.zeros(length * repeats + 1, count, BITS + 1)
    targets[:-1, :, :BITS] = vectors.repeat(repeats, 1, 1)
    targets[-1, :, BITS] = 1
    inputs = torch.zeros(length + 1 + len(targets), count, BITS + 2)
    inputs[:length, :, :BITS] = vectors
    inputs[length, :, BITS] = 1
    inputs[length, :, BITS + 1] = scalar(repeats)
    return inputs, targets


def shown(length: int, repeats: int, count: int, generator: Generator) -> Episodes:
    """Random episodes as training and its measures take them."""
    inputs, targets = episodes(length, repeats, count, generator)
    return Episodes(inputs, targets, slice(length + 1, None))


def draw(most: float, count: int, generator: Generator) -> Episodes:
    """A batch of one random length and one random number of repeats, both up to `most`."""
    length, repeats = torch.randint(1, int(most) + 1, (2,), generator=generator).tolist()
    return shown(length, repeats, count, generator)


def trial() -> list[Episodes]:
    """What learning curves are measured on: lengths and repeats spread over the training range."""
    sides = (2, 6, 10)
    return [shown(a, b, 32, Generator().manual_seed(FRESH_SEED - 10 * a - b)) for a in sides for b in sides]
