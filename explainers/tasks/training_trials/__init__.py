"""How a machine with a memory is trained, and how it is not: small experiments, each with several seeds.

Every setting changes the recipe in one thing. A training stops when it has converged, when a number is none any more, or when its budget
of sequences is spent. Trainings are small, so that all of them fit into twenty minutes of one processor core.
"""

from explainers.tasks.training_trials.run import (
    HELD,
    LEARNED,
    LOCATIONS,
    LONGEST,
    MEASURED_EVERY,
    NAME,
    RECALL,
    RECIPE,
    SETTINGS,
    TRIALS,
    Outcome,
    Setting,
    by_chance,
    outcomes,
    power,
    spread,
    summary,
    trial,
    unpacked,
)

__all__ = [
    "HELD",
    "LEARNED",
    "LOCATIONS",
    "LONGEST",
    "MEASURED_EVERY",
    "NAME",
    "RECALL",
    "RECIPE",
    "SETTINGS",
    "TRIALS",
    "Outcome",
    "Setting",
    "by_chance",
    "outcomes",
    "power",
    "spread",
    "summary",
    "trial",
    "unpacked",
]
