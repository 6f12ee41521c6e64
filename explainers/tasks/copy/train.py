"""How the machines of the task are trained, and what their cards say."""

import statistics

from torch import Generator

from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks.common.episodes import bits
from explainers.tasks.common.teaching import Teaching
from explainers.tasks.copy.data import BITS, FRESH, FRESH_SEED, LENGTHS, LONGEST, shown
from explainers.tasks.copy.run import TASK, scores


def fresh_cost(machine: NeuralTuringMachine | Lstm) -> float:
    """Mean bits a sequence on FRESH sequences, equally many of each length from 1 to LONGEST."""
    count = FRESH // LONGEST
    lengths = range(1, LONGEST + 1)
    fresh = [shown(length, count, Generator().manual_seed(FRESH_SEED + length)) for length in lengths]
    return statistics.mean(bits(machine, type(machine).predict, each) for each in fresh)


def measure(machine: NeuralTuringMachine | Lstm) -> dict[str, float]:
    """The metrics of the card."""
    found = {"bits_per_sequence": fresh_cost(machine)}
    for length, score in scores(machine, LENGTHS, 100, FRESH_SEED).items():
        found |= {f"wrong_bits_{length}": score.wrong_bits, f"perfect_{length}": score.perfect}
    return found


TEACHING = Teaching(
    TASK,
    measure=measure,
    controls=lambda: {"guessing": {"bits_per_sequence": BITS * (LONGEST + 1) / 2}},
    best=(f"wrong_bits_{LENGTHS[-1]}", "bits_per_sequence"),
)


def train() -> None:
    """Train a machine and an LSTM from each seed; write weights and card of each machine, and the learning curves of all.

    The published machine, `copy`, is the one that errs least at the longest length, and costs least if several do.
    """
    TEACHING.train()
