"""A die thrown many times."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.tasks import dice


@dataclass(frozen=True)
class Throws:
    """What was seen, a count for each face, and the die."""

    counts: Tensor
    die: dice.Run


@study
def throws(trial: Trial = PUBLISHED, count: int = 600) -> Throws:
    """Throw the trained die."""
    with open(Path("thrown.txt"), "a") as log:
        log.write("thrown\n")
    die = dice.run()
    generator = torch.Generator().manual_seed(trial.seed(0, "throws"))
    faces = torch.multinomial(die.chances, count, replacement=True, generator=generator)
    return Throws(torch.bincount(faces, minlength=len(die.chances)), die)
