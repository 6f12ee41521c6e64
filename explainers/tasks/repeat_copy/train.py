"""How the machines of the task are trained, and what their cards say."""

import statistics

from torch import Generator

from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks.common.episodes import bits
from explainers.tasks.common.teaching import Teaching
from explainers.tasks.repeat_copy.data import BITS, FRESH, FRESH_SEED, MOST, SHAPES, shown
from explainers.tasks.repeat_copy.run import TASK, wrong_bits


def measure(machine: NeuralTuringMachine | Lstm) -> dict[str, float]:
    """The metrics of the card. The cost is over all lengths and repeats of the training range, equally many of each."""
    sides = range(1, MOST + 1)
    fresh = [shown(a, b, FRESH // MOST**2, Generator().manual_seed(FRESH_SEED + 20 * a + b)) for a in sides for b in sides]
    found = {"bits_per_sequence": statistics.mean(bits(machine, type(machine).predict, each) for each in fresh)}
    for (length, repeats), wrong in wrong_bits(machine, SHAPES, 100, FRESH_SEED).items():
        found[f"wrong_bits_{length}x{repeats}"] = wrong
    return found


TEACHING = Teaching(
    TASK,
    measure=measure,
    controls=lambda: {"guessing": {"bits_per_sequence": BITS * ((MOST + 1) / 2) ** 2}},
    best=("bits_per_sequence",),
)


def train() -> None:
    """Train a machine and an LSTM from each seed; write weights and card of each machine, and the learning curves of all.

    The published machine, `repeat_copy`, is the one that costs least.
    """
    TEACHING.train()
