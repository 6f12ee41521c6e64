"""Priority sort (Graves 2014, section 4.5): see vectors of random bits, each with a priority, then give back those of highest priority in
order.

An episode has a step for each vector, which shows its bits and, on a channel of its own, its priority, uniform in [−1, 1]; a step with
the mark; and ASKED steps without input in which the machine answers, highest priority first.
"""

from explainers.tasks.sort.data import (
    ASKED,
    BITS,
    FRESH,
    FRESH_SEED,
    LSTM_RECIPE,
    RECIPE,
    SEEDS,
    SHOWN,
    draw,
    episodes,
    shown,
    trial,
)
from explainers.tasks.sort.run import (
    TASK,
    Run,
    build,
    curves,
    machines,
    run,
    trained,
)

__all__ = [
    "ASKED",
    "BITS",
    "FRESH",
    "FRESH_SEED",
    "LSTM_RECIPE",
    "RECIPE",
    "SEEDS",
    "SHOWN",
    "TASK",
    "Run",
    "build",
    "curves",
    "draw",
    "episodes",
    "machines",
    "run",
    "shown",
    "trained",
    "trial",
]
