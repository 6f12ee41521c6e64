"""How the machines of the task are trained, and what their cards say."""

import math
from dataclasses import replace

from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks.common.teaching import Teaching
from explainers.tasks.ngrams.data import FRESH, ORDER, cost, estimate, fresh
from explainers.tasks.ngrams.run import HARD, SOFT, predictions


def measure(machine: NeuralTuringMachine | Lstm) -> dict[str, float]:
    """The metrics of the card.

    `above_optimal` is what the machine costs more than the optimal estimator on the same sequences, `above_optimal_error` the standard error
    of that mean.
    """
    sequences = fresh()
    costs = cost(predictions(machine, sequences.bits), sequences.bits)
    above = costs - cost(sequences.optimal, sequences.bits)
    return {
        "bits_per_sequence": float(costs.mean()),
        "bits_after_first_five": float(costs.mean()) - ORDER,
        "above_optimal": float(above.mean()),
        "above_optimal_error": float(above.std() / math.sqrt(FRESH)),
    }


def controls() -> dict[str, dict[str, float]]:
    """What the optimal estimator costs on the same sequences, and what estimators cost that look back less far."""
    sequences = fresh()
    known = {"optimal estimator": sequences.optimal}
    known |= {f"order {order}": estimate(sequences.bits, order) for order in range(ORDER)}
    return {name: {"bits_per_sequence": float(cost(predicted, sequences.bits).mean())} for name, predicted in known.items()}


TEACHING = Teaching(
    SOFT,
    measure=measure,
    controls=controls,
    best=("above_optimal",),
    keeps_lstm=True,
)
ON_BITS = replace(TEACHING, task=HARD, keeps_lstm=False)


def train() -> None:
    """Train machines and LSTMs on probabilities and on bits; write weights and cards, and the learning curves of all.

    The published machines, `ngrams` and `ngrams-hard`, are those that come closest to the optimal estimator.
    """
    TEACHING.train()
    ON_BITS.train()
