"""The recorded run of the die."""

from dataclasses import dataclass

import torch
import xarray as xr
from torch import Tensor, nn

from explainers.kit import labelled
from explainers.kit.build.checkpoint import fill
from explainers.kit.labelled import Axis, Quantity, recorded

FACES = ("one", "two", "three", "four", "five", "six")
CHANCE = Quantity("chance", "weights", 0, 1, sums_over="face")


@dataclass(frozen=True)
class Run:
    """The chances of the faces, and how often one of them was seen."""

    chances: Tensor
    seen: int


def run() -> Run:
    """The trained die."""
    fair = nn.Linear(1, 6, bias=False)
    nn.init.zeros_(fair.weight)
    die = fill(fair, "dice")
    return Run(torch.softmax(die.weight[:, 0], 0), 7)


@recorded
def chances(run: Run) -> xr.DataArray:
    """The chance of each face of the die."""
    return labelled.array(run.chances[None], "die face", CHANCE, "The die", die=Axis("", ["die"]), face=Axis("face", FACES))
