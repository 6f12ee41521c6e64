"""A tiny task for the tests of the pipeline: the weights of a loaded die."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explainers.kit.build.checkpoint import fill, save_checkpoint


@dataclass(frozen=True)
class Run:
    """The chances of the faces, and how often one of them was seen."""

    chances: Tensor
    seen: int


def run() -> Run:
    """The trained die."""
    die = fill(nn.Linear(1, 6, bias=False), "dice")
    return Run(torch.softmax(die.weight[:, 0], 0), 7)


def train() -> None:
    """Write the checkpoint."""
    card = {"task": "dice", "model": "six numbers", "seed": 0, "command": "python build_figures.py train dice"}
    card |= {
        "steps": 0,
        "sequences": 0,
        "cpu_seconds": 0.0,
        "threads": 1,
        "metrics": {},
        "across_seeds": {},
        "baselines": {},
    }
    generator = torch.Generator().manual_seed(0)
    save_checkpoint("dice", {"weight": torch.randn(6, 1, generator=generator)}, card)
