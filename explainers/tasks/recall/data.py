"""What the task shows, and what it wants to hear; how long and how hard its lessons are."""

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.tasks.common.episodes import Episodes
from explainers.tasks.common.recipe import Recipe

BITS, ITEM = 6, 3
FEWEST, MOST = 2, 6
SEEDS = (0, 1, 2)
ALIKE = 0.2  # in training, so that the search learns to tell apart what is similar
RECIPE = Recipe(
    batch=16, rate=3e-3, clip=1.0, batches=12000, levels=(FEWEST, MOST), raise_below=0.1, learned=0.01, decay=3000,
    hopes=((1500, 0.2), (4000, 0.05)),
)  # fmt: skip
LSTM_RECIPE = Recipe(batch=16, rate=3e-3, clip=1.0, batches=12000, levels=(MOST, MOST), decay=4000)
FRESH, FRESH_SEED = 1000, 2000
COUNTS = (6, 8, 10, 12, 15, 20)  # items


def item_steps(item: int) -> range:
    """The steps at which the vectors of an item are shown; the step before them carries the item mark."""
    return range((ITEM + 1) * item + 1, (ITEM + 1) * (item + 1))


def query_steps(items: int) -> range:
    """The steps at which the query's vectors are shown; the steps before and after them carry the query mark."""
    return range((ITEM + 1) * items + 1, (ITEM + 1) * (items + 1))


def answer_steps(items: int) -> range:
    """The steps at which the machine answers."""
    return range((ITEM + 1) * (items + 1) + 1, (ITEM + 1) * (items + 2))


def episodes(
    items: int, count: int, generator: Generator, alike: float = 0.0
) -> tuple[Float[Tensor, "time batch input"], Float[Tensor, "vector batch bit"], Int[Tensor, "batch"]]:
    """Random lists with a random query each: what the machine sees, what it should answer, and which item is asked for.

    `alike`: the share of vectors that are replaced by the vector at the same place of a random item of the list, now and then its own.
    """
    shown = torch.randint(0, 2, (items, ITEM, count, BITS), generator=generator).float()
    if alike:
        other = torch.randint(0, items, (items, ITEM, count, 1), generator=generator).expand_as(shown)
        taken = torch.rand(items, ITEM, count, 1, generator=generator) < alike
        shown = torch.where(taken, shown.gather(0, other), shown)
    asked = torch.randint(0, items - 1, (count,), generator=generator)
    each = torch.arange(count)
    inputs = torch.zeros(answer_steps(items).stop, count, BITS + 2)
    for item in range(items):
        steps = item_steps(item)
        inputs[steps.start - 1, :, BITS] = 1
        inputs[steps.start : steps.stop, :, :BITS] = shown[item]
    steps = query_steps(items)
    inputs[[steps.start - 1, steps.stop], :, BITS + 1] = 1
    inputs[steps.start : steps.stop, :, :BITS] = shown[asked, :, each].transpose(0, 1)
    return inputs, shown[asked + 1, :, each].transpose(0, 1).contiguous(), asked


def shown(items: int, count: int, generator: Generator, alike: float = 0.0) -> Episodes:
    """Random episodes as training and its measures take them."""
    inputs, targets, _ = episodes(items, count, generator, alike)
    return Episodes(inputs, targets, slice(answer_steps(items).start, None))


def draw(most: float, count: int, generator: Generator) -> Episodes:
    """A batch of one random number of items up to `most`, in which some items resemble each other."""
    return shown(int(torch.randint(FEWEST, int(most) + 1, (1,), generator=generator)), count, generator, ALIKE)


def trial() -> list[Episodes]:
    """What learning curves are measured on: each number of items of the training range."""
    return [shown(items, 64, Generator().manual_seed(FRESH_SEED - items)) for items in range(FEWEST, MOST + 1)]


def vector_steps(items: int) -> list[int]:
    """The steps at which the vectors of the list are shown."""
    return [step for item in range(items) for step in item_steps(item)]
