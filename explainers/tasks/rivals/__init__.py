"""The rivals of the machine with a memory: a small transformer and an LSTM, each with as many weights as the machine has, on the same data.

Three tasks: copying, associative recall, dynamic n-grams. On each of them a rival sees equally many sequences from every seed, of the same
kinds as the machine does, and is measured on the same trial. Its learning rate, and how a transformer knows positions, is what did best in
short trials from a seed of their own. The checkpoint `rivals` holds learning curves, trials and generalisation; the rivals' weights are
not kept. What the machines do is taken from their own checkpoints.
"""

from explainers.tasks.rivals.run import (
    CONTESTS,
    COPIED,
    FRESH_SEED,
    PREDICTED,
    RATES,
    RECALLED,
    SEEDS,
    TRIAL_SEED,
    UNITS,
    Contest,
    Make,
    Model,
    contest,
    copied,
    curves,
    half_everywhere,
    measured,
    of_machines,
    predicted,
    recalled,
    sizes,
    tried,
)

__all__ = [
    "CONTESTS",
    "COPIED",
    "FRESH_SEED",
    "PREDICTED",
    "RATES",
    "RECALLED",
    "SEEDS",
    "TRIAL_SEED",
    "UNITS",
    "Contest",
    "Make",
    "Model",
    "contest",
    "copied",
    "curves",
    "half_everywhere",
    "measured",
    "of_machines",
    "predicted",
    "recalled",
    "sizes",
    "tried",
]
