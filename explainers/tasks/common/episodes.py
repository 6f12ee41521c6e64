"""What a machine is shown and what it should answer, and what its answers cost."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Episodes:
    """What a machine is shown, and what it should answer.

    `inputs` run over all steps; `targets` are wanted at the steps `answer`, as bits or as probabilities.
    """

    inputs: Float[Tensor, "time batch input"]
    targets: Float[Tensor, "answer batch output"]
    answer: slice


@torch.no_grad()
def bits(model: nn.Module, predict: Callable[[nn.Module, Tensor], Tensor], episodes: Episodes) -> float:
    """Mean cost of a sequence, in bits (Graves 2014, section 4)."""
    logits = predict(model, episodes.inputs)[episodes.answer]
    nats = functional.binary_cross_entropy_with_logits(logits, episodes.targets, reduction="sum")
    return float(nats) / (episodes.targets.shape[1] * math.log(2))
