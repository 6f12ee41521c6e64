"""How the machines of the task are trained, and what their cards say."""

import statistics

from torch import Generator

from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks.common.episodes import bits
from explainers.tasks.common.teaching import Teaching
from explainers.tasks.recall.data import BITS, COUNTS, FEWEST, FRESH, FRESH_SEED, ITEM, MOST, shown
from explainers.tasks.recall.run import TASK, wrong_bits


def measure(machine: NeuralTuringMachine | Lstm) -> dict[str, float]:
    """The metrics of the card. Costs are for lists of FEWEST to MOST items, equally many of each."""
    counts = range(FEWEST, MOST + 1)
    fresh = [shown(items, FRESH // len(counts), Generator().manual_seed(FRESH_SEED + items)) for items in counts]
    found = {"bits_per_sequence": statistics.mean(bits(machine, type(machine).predict, each) for each in fresh)}
    return found | {f"wrong_bits_{n}": wrong for n, wrong in wrong_bits(machine, COUNTS, 200, FRESH_SEED).items()}


TEACHING = Teaching(
    TASK,
    measure=measure,
    controls=lambda: {"guessing": {"bits_per_sequence": float(BITS * ITEM), "wrong_bits_12": BITS * ITEM / 2}},
    best=("wrong_bits_12", "bits_per_sequence"),
)


def train() -> None:
    """Train a machine and an LSTM from each seed; write weights and card of each machine, and the learning curves of all.

    The published machine, `recall`, is the one that errs least with twelve items, and costs least if several do.
    """
    TEACHING.train()
