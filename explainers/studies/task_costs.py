"""What the cards of all tasks say that a sequence costs."""

from collections.abc import Sequence

import xarray as xr

from explainers.kit import labelled
from explainers.kit.build.checkpoint import read_card
from explainers.kit.labelled import BITS, Axis, recorded
from explainers.tasks import copy, ngrams, recall, repeat_copy, sort
from explainers.tasks.common.task import LSTM_NAME, Task

COST = "bits_per_sequence"
NAMES = {
    copy.TASK.name: "copy",
    repeat_copy.TASK.name: "repeat",
    recall.TASK.name: "recall",
    ngrams.SOFT.name: "n-grams",
    ngrams.HARD.name: "on bits",
    sort.TASK.name: "sort",
}


@recorded
def costs(tasks: Sequence[Task]) -> xr.DataArray:
    """What a sequence of each task costs the machine of each seed, and the LSTM of each seed."""
    learners = {"Neural Turing Machine": [task.name for task in tasks], LSTM_NAME: [task.curves_name for task in tasks]}
    (seeds,) = {task.seeds for task in tasks}
    return labelled.array(
        [[read_card(card)["across_seeds"][COST]["seeds"] for card in cards] for cards in learners.values()],
        "learner task seed",
        BITS,
        "Bits a sequence",
        learner=Axis("", tuple(learners)),
        task=Axis("", [task.name for task in tasks], [NAMES[task.name] for task in tasks]),
        seed=Axis("seed", seeds, [f"seed {seed}" for seed in seeds]),
    )
