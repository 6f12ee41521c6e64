"""What was measured while machines and LSTMs were trained, and at the end: learning curves, and the numbers of their cards, by name."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.build.checkpoint import read_card
from explainers.kit.labelled import BITS, Axis, Quantity, recorded
from explainers.tasks.common.task import Task

LEARNERS = {"ntm": "NTM", "lstm": "LSTM"}
SEEN = "sequences"  # the coordinate that says after how many sequences a point of a curve was measured


@recorded
def learning(*, task: Task) -> xr.DataArray:
    """The learning curves of a task's machines and LSTMs."""
    return named_curves(task.curves(), task.seeds, "sequence")


def named_curves(curves: Mapping[str, Sequence[Float[Tensor, "_ 2"]]], seeds: Sequence[int], each: str) -> xr.DataArray:
    """Learning curves as one array; a shorter curve ends earlier.

    Args:
        curves: (sequences seen, bits a sequence) from each seed, for "ntm" and for "lstm".
        each: what a sequence of the task is called.
    """
    found = {f"{name}, seed {seed}": curve for kind, name in LEARNERS.items() for seed, curve in zip(seeds, curves[kind], strict=True)}
    seen, bits = (padded([curve[:, part] for curve in found.values()]) for part in (0, 1))
    points = labelled.count("point", bits.shape[1])
    made = labelled.array(bits, "learner point", BITS, f"Bits a {each}", learner=Axis("", tuple(found)), point=points)
    return made.assign_coords({SEEN: (made.dims, seen, {"title": f"{each}s seen"})})


def padded(rows: Sequence[Float[Tensor, "_"]]) -> np.ndarray:
    """Rows of different lengths as one array, with NaN after the end of a shorter one."""
    made = np.full((len(rows), max(map(len, rows))), np.nan)
    for row, values in zip(made, rows, strict=True):
        row[: len(values)] = values
    return made


def across_seeds(
    learners: Mapping[str, tuple[str, Sequence[int]]],
    metrics: Mapping[str, tuple[str, Callable[[float], float]]],
    quantity: Quantity,
    title: str,
    along: str,
) -> xr.DataArray:
    """What cards say of the learners of each seed, as an array of learner, condition and seed.

    Args:
        learners: by the name in the legend, the card and the seeds in its order.
        metrics: by the label of each condition, the card's name of its metric, and what is shown of a value.
        along: the title of the axis of conditions.
    """
    cards = {name: read_card(card)["across_seeds"] for name, (card, _) in learners.items()}
    values = [[[shown(value) for value in found[metric]["seeds"]] for metric, shown in metrics.values()] for found in cards.values()]
    (seeds,) = {tuple(seeds) for _, seeds in learners.values()}
    return labelled.array(
        values,
        "learner condition seed",
        quantity,
        title,
        learner=Axis("", tuple(learners)),
        condition=Axis(along, tuple(metrics)),
        seed=Axis("seed", seeds),
    )
