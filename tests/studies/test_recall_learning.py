"""What was kept of the trainings in associative recall: counted and named as it was measured."""

import pytest
import torch

from explainers.kit.build.checkpoint import read_card
from explainers.studies import recall_learning
from explainers.studies.curves import SEEN
from explainers.tasks import recall
from explainers.tasks.common.recipe import CURVE_EVERY


def test_lists_are_counted_from_the_start_that_was_kept():
    """A start that was given up before leaves no lists: the first point is measured after as many batches as lie between two points."""
    between = CURVE_EVERY * recall.RECIPE.batch
    curve = torch.tensor([[9 * between, 18.0], [10 * between, 17.0], [11 * between, 5.0]])
    assert recall_learning.seen(curve).tolist() == [between, 2 * between, 3 * between]


def test_a_curve_of_the_picture_is_that_of_its_seed():
    made = recall_learning.learning()
    for seed, curve in zip(recall.SEEDS, recall.curves()["ntm"], strict=True):
        drawn = made.sel(learner=f"NTM, seed {seed}")
        assert drawn.values[: len(curve)] == pytest.approx(curve[:, 1].numpy())
        assert drawn.coords[SEEN].values[0] == CURVE_EVERY * recall.RECIPE.batch


def test_wrong_bits_stand_under_their_number_of_items():
    kept = read_card("recall")["across_seeds"]["wrong_bits_12"]["seeds"][recall.SEEDS.index(2)]
    for of in recall_learning.WRONG:
        made = recall_learning.wrong_by_items(of=of)
        assert made.sel(learner=recall_learning.MACHINE, condition="12", seed=2) == kept
    assert made.coords["learner"].values.tolist() == [recall_learning.MACHINE]
