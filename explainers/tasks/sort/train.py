"""How the machines of the task are trained, and what their cards say."""

import torch
from torch import Generator

from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks.common.episodes import bits
from explainers.tasks.common.teaching import Teaching
from explainers.tasks.sort.data import ASKED, BITS, FRESH, FRESH_SEED, shown
from explainers.tasks.sort.run import TASK


@torch.no_grad()
def measure(machine: NeuralTuringMachine | Lstm) -> dict[str, float]:
    """The metrics of the card: cost and wrong bits of fresh sequences, of ASKED · BITS."""
    fresh = shown(FRESH, Generator().manual_seed(FRESH_SEED))
    wrong = (machine.predict(fresh.inputs)[fresh.answer] > 0) != fresh.targets.bool()
    return {
        "bits_per_sequence": bits(machine, type(machine).predict, fresh),
        "wrong_bits": float(wrong.sum()) / FRESH,
        "perfect": float((wrong.sum((0, 2)) == 0).float().mean()),
    }


TEACHING = Teaching(
    TASK,
    measure=measure,
    controls=lambda: {"guessing": {"bits_per_sequence": float(BITS * ASKED), "wrong_bits": BITS * ASKED / 2}},
    best=("bits_per_sequence",),
)


def train() -> None:
    """Train a machine and an LSTM from each seed; write weights and card of each machine, and the learning curves of all.

    The published machine, `sort`, is the one that costs least.
    """
    TEACHING.train()
