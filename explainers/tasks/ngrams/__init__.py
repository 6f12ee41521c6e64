"""Dynamic n-grams (Graves 2014, section 4.4): predict every bit of a sequence that a random table of probabilities has made.

For each sequence a new table is drawn: after each of the 2^ORDER possible contexts, the last ORDER bits, the chance that a one follows is
Beta(½, ½). The first ORDER bits are fair coins. Nobody tells the machine the table: it has to count what followed each context. The optimal
estimator does exactly that (Murphy 2012): P(one) = (ones so far + ½) / (times seen + 1).

Costs are in bits a sequence, over all LENGTH bits: the first ORDER of them cost every estimator one bit each.
"""

from explainers.tasks.ngrams.data import (
    CONTEXTS,
    FRESH,
    FRESH_SEED,
    LENGTH,
    LSTM_RECIPE,
    ORDER,
    RECIPE,
    SEEDS,
    Sequences,
    cost,
    divergence,
    draw_hard,
    draw_sequences,
    draw_soft,
    estimate,
    fresh,
    seen,
    trial,
)
from explainers.tasks.ngrams.run import (
    HARD,
    SOFT,
    Run,
    build,
    curves,
    lstm,
    machines,
    predictions,
    run,
    trained,
)

__all__ = [
    "CONTEXTS",
    "FRESH",
    "FRESH_SEED",
    "HARD",
    "LENGTH",
    "LSTM_RECIPE",
    "ORDER",
    "RECIPE",
    "SEEDS",
    "SOFT",
    "Run",
    "Sequences",
    "build",
    "cost",
    "curves",
    "divergence",
    "draw_hard",
    "draw_sequences",
    "draw_soft",
    "estimate",
    "fresh",
    "lstm",
    "machines",
    "predictions",
    "run",
    "seen",
    "trained",
    "trial",
]
