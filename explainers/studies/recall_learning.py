"""How the recall machines and the LSTMs beside them learned, and how they fare in longer lists, from what was kept of their trainings."""

import torch
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit.labelled import BITS, recorded
from explainers.studies import curves
from explainers.tasks import recall
from explainers.tasks.common.recipe import CURVE_EVERY
from explainers.tasks.common.task import LSTM_NAME

MACHINE = "Neural Turing Machine"
# What the cards say of wrong bits: of the machines and the LSTMs, or of the machines alone.
WRONG = {"all": ("Wrong bits", (MACHINE, LSTM_NAME)), "machines": ("Wrong bits of the machines", (MACHINE,))}


@recorded
def learning() -> xr.DataArray:
    """The learning curves, by the lists seen since the start that was kept."""
    counted = {kind: [torch.stack([seen(curve), curve[:, 1]], 1) for curve in each] for kind, each in recall.curves().items()}
    return curves.named_curves(counted, recall.SEEDS, "list")


def seen(curve: Float[Tensor, "point 2"]) -> Float[Tensor, "point"]:
    """How many lists were seen at each point of a curve since the start that was kept."""
    return curve[:, 0] - curve[0, 0] + CURVE_EVERY * recall.RECIPE.batch


@recorded
def wrong_by_items(*, of: str) -> xr.DataArray:
    """One of WRONG, for lists of each number of items."""
    title, learners = WRONG[of]
    cards = {MACHINE: ("recall", recall.SEEDS), LSTM_NAME: (recall.TASK.curves_name, recall.SEEDS)}
    metrics = {str(count): (f"wrong_bits_{count}", float) for count in recall.COUNTS}
    return curves.across_seeds({name: cards[name] for name in learners}, metrics, BITS, title, "items in the list")
