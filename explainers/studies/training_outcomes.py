"""How trainings end, and which settings decide it: the recorded trials, what they come to, and what may be chance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import nan

import numpy as np
import torch
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.labelled import Axis, Quantity, recorded
from explainers.studies.failing_formulas import Failures, failures
from explainers.studies.uniform_start import starts
from explainers.tasks import copy, training_trials
from explainers.tasks.training_trials import SETTINGS, Outcome

CHANCE = 1 / 100  # what chance does less often than that counts as a difference
ENDS = ("converged", "not within the budget", "NaN")

# The settings of each experiment, by the label under their dots.
MEMORY = {"0.05": "recipe", "0.000001": "memory_tiny", "random": "memory_random", "learned": "memory_learned"}
CLIPPING = {"none": "clip_none", "10": "clip_10", "1": "clip_1", "0.02": "recipe"}
RATES = {
    "0.0001": "rate_1e-4", "0.001": "rate_1e-3", "0.003": "recipe", "0.01": "rate_1e-2", "0.03": "rate_3e-2", "RMS": "rmsprop",
}  # fmt: skip
BATCHES = {"1": "batch_1", "8": "batch_8", "16": "recipe", "64": "batch_64"}
LENGTHS = {"3": "up_to_3", "5": "up_to_5", "10": "recipe"}
LEVELS = {"straight": "recall_straight", "2 → 6": "recall_levels"}
EXPERIMENTS = {
    "Memory at the start": MEMORY,
    "The heads' weighting at the start": {"at location 0": "recipe", "uniform (shorter)": "uniform"},
    "Sharpening": {"by logarithms": "recipe", "as written (shorter)": "naive"},
    "Largest norm of a gradient": CLIPPING,
    "Learning rate": RATES,
    "Sequences a batch": BATCHES,
    "Longest sequence in training": LENGTHS,
    "Items in training, associative recall": LEVELS,
}


@dataclass(frozen=True)
class Trials:
    """How every training went, by setting; and what the figures show of single episodes.

    `starts`: the write head's weighting over an episode of the copy machine, by how it stands at the start.
    """

    outcomes: dict[str, list[Outcome]]
    failures: Failures
    starts: dict[str, Float[Tensor, "time location"]]


@study
def trials(trial: Trial = PUBLISHED) -> Trials:
    """The outcomes of all trainings, where formulas fail, and two episodes of the copy machine."""
    return Trials({name: training_trials.outcomes(name) for name in SETTINGS}, failures(trial), starts(trial))


def ended(outcome: Outcome) -> str:
    """How a training ended: one of ENDS."""
    if outcome.failed_at >= 0:
        return "NaN"
    return "converged" if outcome.converged_at is not None else "not within the budget"


def share_converged(outcomes: Sequence[Outcome]) -> float:
    """The share of trainings that converged."""
    return sum(ended(outcome) == "converged" for outcome in outcomes) / len(outcomes)


def sequences(outcome: Outcome) -> float:
    """Sequences seen when a training had converged; otherwise when it ended."""
    if outcome.failed_at >= 0:
        return float(outcome.failed_at)
    return float(outcome.converged_at or outcome.curve[-1, 0])


def longest_gradient(outcome: Outcome) -> float:
    """The largest norm of a gradient that a training met."""
    return float(outcome.curve[:, 3].max())


def longest_of_stretches(trials: Trials) -> Float[Tensor, "stretch"]:
    """The longest gradient between two measurements, all trainings of the recipe together."""
    return torch.cat([outcome.curve[:, 3] for outcome in trials.outcomes["recipe"]])


def costs_at(trials: Trials, name: str, seen: int) -> list[float]:
    """What a sequence costs after so many, in each training of a setting that got there, in bits."""
    curves = [outcome.curve for outcome in trials.outcomes[name]]
    return [float(curve[curve[:, 0] == seen, 1]) for curve in curves if (curve[:, 0] == seen).any()]


def a_thousand(trials: Trials, name: str) -> list[float]:
    """Processor seconds for a thousand sequences, in each training of a setting."""
    return [float(1000 * outcome.curve[-1, 2] / outcome.curve[-1, 0]) for outcome in trials.outcomes[name]]


def converged(trials: Trials, name: str) -> tuple[int, int]:
    """How many trainings of a setting converged, and how many there are."""
    outcomes = trials.outcomes[name]
    return sum(ended(outcome) == "converged" for outcome in outcomes), len(outcomes)


def clearly_fewer(trials: Trials, name: str) -> bool:
    """Whether fewer trainings of a setting converged than of the recipe, by more than chance alone would do once in a hundred times."""
    here, recipe = converged(trials, name), converged(trials, "recipe")
    return here < recipe and training_trials.by_chance(here, recipe) < CHANCE


def wrong_bits(outcome: Outcome) -> float:
    """Wrong bits of the longest sequence at the end of a training; no number if it failed."""
    return nan if outcome.failed_at >= 0 else outcome.wrong[0]


@dataclass(frozen=True)
class Experiment:
    """Settings that are compared in one figure.

    Attributes:
        differ: what they differ in.
        settings: by the label under their dots.
        measures: what is shown of each training, of MEASURES, and its title.
    """

    differ: str
    settings: Mapping[str, str]
    measures: Mapping[str, str] = field(default_factory=dict)


WRONG = f"Wrong bits of {training_trials.LONGEST * copy.BITS}"
SHOWN = {
    "memory": Experiment("memory at the start", MEMORY),
    "clipping": Experiment("largest norm allowed", CLIPPING, {"wrong bits": f"{WRONG} in the end", "longest gradient": "Longest gradient"}),
    "rates": Experiment("learning rate; RMS: RMSProp", RATES),
    "batches": Experiment("sequences a batch", BATCHES, {"seconds": "Processor seconds"}),
    "lengths": Experiment("longest sequence in training", LENGTHS, {"wrong bits": WRONG}),
    "levels": Experiment("items in training", LEVELS),
}
MEASURES: dict[str, tuple[str, Callable[[Outcome], float]]] = {
    "sequences": ("sequences", sequences),
    "wrong bits": ("bits", wrong_bits),
    "longest gradient": ("norm", longest_gradient),
    "seconds": ("seconds", lambda outcome: outcome.seconds),
}


@recorded
def counts(trials: Trials, *, experiment: str) -> xr.DataArray:
    """How many trainings of each setting of an experiment ended in each way."""
    found = [[ended(outcome) for outcome in trials.outcomes[name]] for name in SHOWN[experiment].settings.values()]
    (of,) = set(map(len, found))
    return labelled.array(
        [[each.count(end) for each in found] for end in ENDS],
        "end setting",
        Quantity("trainings", "weights", 0, of),
        f"How many converged, of {of}",
        end=Axis("", ENDS),
        setting=settings_of(experiment),
    )


@recorded
def measured(trials: Trials, *, experiment: str, measure: str) -> xr.DataArray:
    """One of MEASURES of each training of an experiment, and, as the coordinate "end", how the training ended."""
    outcomes = [trials.outcomes[name] for name in SHOWN[experiment].settings.values()]
    unit, value = MEASURES[measure]
    made = labelled.array(
        [[value(outcome) for outcome in each] for each in outcomes],
        "setting training",
        Quantity(unit),
        (SHOWN[experiment].measures | {"sequences": "Sequences seen at the end"})[measure],
        setting=settings_of(experiment),
        training=Axis("seed", range(len(outcomes[0])), [f"seed {seed}" for seed in range(len(outcomes[0]))]),
    )
    return made.assign_coords(end=(made.dims, np.array([[ended(outcome) for outcome in each] for each in outcomes], dtype=object)))


def settings_of(experiment: str) -> Axis:
    """The settings of an experiment, by their names, as the figure calls them."""
    shown = SHOWN[experiment]
    return Axis(shown.differ, tuple(shown.settings.values()), tuple(shown.settings))
