"""The recorded run of the die."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explainers.kit.build.checkpoint import fill


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
