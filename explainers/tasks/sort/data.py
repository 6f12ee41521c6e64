"""What the task shows, and what it wants to hear; how long and how hard its lessons are."""

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.tasks.common.episodes import Episodes
from explainers.tasks.common.recipe import Recipe

BITS, SHOWN, ASKED = 8, 20, 16
SEEDS = (0, 1, 2)
RECIPE = Recipe(batch=16, rate=3e-3, clip=1.0, batches=10000, levels=(SHOWN, SHOWN), decay=7000, warm_up=50, skip=6.0, relapse=1.6, hopes=((2500, 0.8),))
LSTM_RECIPE = Recipe(batch=16, rate=3e-3, clip=1.0, batches=10000, levels=(SHOWN, SHOWN), decay=7000, warm_up=50)
FRESH, FRESH_SEED = 1000, 5000


def episodes(
    count: int, generator: Generator, vectors: int = SHOWN, asked: int = ASKED
) -> tuple[Float[Tensor, "time batch input"], Float[Tensor, "answer batch bit"], Int[Tensor, "answer batch"]]:
    """Random vectors and priorities: what the machine sees, what it should answer, and at which steps that was shown."""
    drawn = torch.randint(0, 2, (vectors, count, BITS), generator=generator).float()
    priority = 2 * torch.rand(vectors, count, generator=generator) - 1
    order = priority.argsort(0, descending=True)[:asked]
    inputs = torch.zeros(vectors + 1 + asked, count, BITS + 2)
    inputs[:vectors, :, :BITS] = drawn
    inputs[:vectors, :, BITS] = priority
    inputs[vectors, :, BITS + 1] = 1
    return inputs, drawn.gather(0, order[..., None].expand(-1, -1, BITS)), order


def shown(count: int, generator: Generator) -> Episodes:
    """Random episodes as training and its measures take them."""
    inputs, targets, _ = episodes(count, generator)
    return Episodes(inputs, targets, slice(SHOWN + 1, None))


def draw(_level: float, count: int, generator: Generator) -> Episodes:
    """A batch."""
    return shown(count, generator)


def trial() -> list[Episodes]:
    """What learning curves are measured on."""
    return [shown(200, Generator().manual_seed(FRESH_SEED - 1))]
