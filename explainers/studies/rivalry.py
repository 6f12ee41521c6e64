"""Machines, transformers and LSTMs on the same tasks: how they learned, how far it carries, and what a step costs."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.labelled import BITS, Axis, Quantity, recorded
from explainers.models import cost
from explainers.studies.curves import SEEN, padded
from explainers.studies.lookups import Swap, swaps
from explainers.tasks import ngrams, rivals

STEPS = 1000  # to which costs are counted
COUNTS = 1.0  # bits in a hundred steps above the optimal estimator: who is nearer has learned to count
NAMES = {"ntm": "Neural Turing Machine", "transformer": "transformer", "lstm": "LSTM"}
TITLES = {"copy": "Copy", "recall": "Associative recall", "ngrams": "Dynamic n-grams"}
SIZES = {"copy": "vectors", "recall": "items", "ngrams": "steps"}
WRONG, ABOVE = Quantity("percent wrong"), Quantity("bits above")


@dataclass(frozen=True)
class Costs:
    """What a model costs, counted from its shapes.

    Attributes:
        weights: numbers that it learned.
        matrices: multiply-adds of a step that a weight matrix takes part in.
        multiply_adds: of each step.
        kept: numbers that are kept after each step.
    """

    weights: int
    matrices: int
    multiply_adds: tuple[int, ...]
    kept: tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """Learning curves and generalisation by task and kind of model, short trials of the rivals, and an episode of each machine.

    Attributes:
        sizes: what `Contest.measure` gives on each size, a list over the seeds: of rivals as it was recorded when they were trained.
        tried: what the trial's sequences cost after each short training, in bits, by task and kind.
    """

    curves: dict[str, dict[str, list[Float[Tensor, "_point 2"]]]]
    sizes: dict[str, dict[str, dict[int, list[float]]]]
    tried: dict[tuple[str, str], Float[Tensor, "_way rate"]]
    swaps: tuple[Swap, ...]


@study
def comparison(trial: Trial = PUBLISHED) -> Comparison:
    """All curves and measures, and an episode of each machine of each task, twice."""
    return Comparison(
        {name: rivals.curves(name) for name in rivals.CONTESTS},
        {name: {"ntm": of_machines(name, trial)} | rivals.sizes(name) for name in rivals.CONTESTS},
        {(name, kind): rivals.tried(name, kind) for name, contest in rivals.CONTESTS.items() for kind in contest.kinds},
        swaps(trial),
    )


def of_machines(name: str, trial: Trial) -> dict[int, list[float]]:
    """What machines do on each size: published as their card says it, else measured anew."""
    if trial == PUBLISHED:
        return rivals.of_machines(name)
    return rivals.measured(name, trial.seed(rivals.FRESH_SEED, f"machine_or_transformer, sequences of {name}"))


def models(name: str) -> dict[str, rivals.Model]:
    """A model of each kind with random weights, as large as those that compete on a task. How it knows positions costs nothing."""
    contest = rivals.CONTESTS[name]
    return {"ntm": contest.task.build(0)} | {kind: next(iter(ways.values()))() for kind, ways in contest.kinds.items()}


@functools.cache
def costs_of(name: str) -> dict[str, Costs]:
    """What the models of a task cost, by kind. It follows from their sizes alone, so it is no part of what is recorded."""
    return {kind: counted(model) for kind, model in models(name).items()}


def counted(model: rivals.Model) -> Costs:
    """What a model costs in each of STEPS steps."""
    steps = range(1, STEPS + 1)
    return Costs(
        cost.parameters(model),
        cost.matrices(model),
        tuple(cost.multiply_adds(model, step) for step in steps),
        tuple(cost.kept(model, step) for step in steps),
    )


def first_above(one: Sequence[int], other: Sequence[int]) -> int:
    """The first step, counted from 1, at which one count is larger than the other."""
    return next(step for step, (mine, yours) in enumerate(zip(one, other, strict=True), 1) if mine > yours)


def best_rate(comparison: Comparison, task: str, kind: str) -> float:
    """The rate of the cheapest of a rival's short trainings."""
    return rivals.RATES[int(comparison.tried[task, kind].min(0).values.argmin())]


def best_way(comparison: Comparison, task: str, kind: str) -> str:
    """How positions are known in the cheapest of a rival's short trainings."""
    return list(rivals.CONTESTS[task].kinds[kind])[int(comparison.tried[task, kind].min(1).values.argmin())]


def of_size(comparison: Comparison, task: str, kind: str, size: int) -> list[float]:
    """How the models of a kind do on sequences of a size, one a seed."""
    return comparison.sizes[task][kind][size]


def of_rivals(comparison: Comparison, task: str, size: int) -> list[float]:
    """How all transformers and all LSTMs do on sequences of a size."""
    return of_size(comparison, task, "transformer", size) + of_size(comparison, task, "lstm", size)


def counting(comparison: Comparison) -> list[int]:
    """The seeds of the transformers that learned to count."""
    found = of_size(comparison, "ngrams", "transformer", ngrams.LENGTH)
    return [seed for seed, above in enumerate(found) if above < COUNTS]


def ends(comparison: Comparison, task: str, kind: str) -> list[float]:
    """What a sequence of the training's kind costs at the end of each training, in bits."""
    return [float(curve[-1, 1]) for curve in comparison.curves[task][kind]]


def steepest(comparison: Comparison) -> tuple[float, float, float]:
    """The largest fall between two neighbouring points of the curve of the transformer that counts.

    Returns:
        After how many sequences it ends, over how many it goes, and by how many bits.
    """
    curve = comparison.curves["ngrams"]["transformer"][counting(comparison)[0]].tolist()
    return max(((seen, seen - before, bits - fewer) for (before, bits), (seen, fewer) in pairwise(curve)), key=lambda fall: fall[2])


def by_learner(task: str, found: Mapping[str, Sequence]) -> tuple[list, Axis]:
    """What was found of each kind of model, a list over the seeds, as one list; and the learner that each of it belongs to."""
    seeds = {kind: rivals.CONTESTS[task].task.seeds if kind == "ntm" else rivals.SEEDS for kind in NAMES}
    each = {(kind, seed): value for kind in NAMES for seed, value in zip(seeds[kind], found[kind], strict=True)}
    return list(each.values()), Axis("", [f"{kind}, seed {seed}" for kind, seed in each], [NAMES[kind] for kind, _ in each])


@recorded
def learning(comparison: Comparison, *, task: str) -> xr.DataArray:
    """The learning curves of all models on a task; a shorter one ends earlier."""
    curves, learner = by_learner(task, comparison.curves[task])
    seen, bits = (padded([curve[:, part] for curve in curves]) for part in (0, 1))
    point = labelled.count("point", bits.shape[1])
    made = labelled.array(bits, "learner point", BITS, TITLES[task], learner=learner, point=point)
    return made.assign_coords({SEEN: (made.dims, seen, {"title": "sequences seen"})})


@recorded
def generalisation(comparison: Comparison, *, task: str) -> xr.DataArray:
    """How all models do on sequences of each size; machines were not measured on every size of every task."""
    sizes = rivals.CONTESTS[task].sizes
    missing = [np.nan] * len(rivals.SEEDS)
    found = {kind: list(zip(*(of.get(size, missing) for size in sizes), strict=True)) for kind, of in comparison.sizes[task].items()}
    values, learner = by_learner(task, found)
    quantity = ABOVE if task == "ngrams" else WRONG
    return labelled.array(values, "learner size", quantity, TITLES[task], learner=learner, size=Axis(SIZES[task], sizes))


@recorded
def trials(comparison: Comparison, *, task: str) -> xr.DataArray:
    """What the trial's sequences cost after each short training of a rival."""
    names = {"none": "without positions", "one layer": NAMES["lstm"]}
    kinds = rivals.CONTESTS[task].kinds
    ways = [way for kind in kinds for way in kinds[kind]]
    return labelled.array(
        np.concatenate([comparison.tried[task, kind] for kind in kinds]),
        "way rate",
        BITS,
        TITLES[task],
        way=Axis("", ways, [names.get(way, way) for way in ways]),
        rate=Axis("learning rate", rivals.RATES, [f"{rate:g}" for rate in rivals.RATES]),
    )


@recorded
def costs(*, task: str) -> xr.DataArray:
    """What each step of each kind of model of a task costs, and how many numbers are kept after it, in thousands."""
    found = [costs_of(task)[kind] for kind in NAMES]
    return labelled.array(
        np.array([[each.multiply_adds for each in found], [each.kept for each in found]]) / 1000,
        "measure learner step",
        Quantity("thousands"),
        "{measure}",
        measure=Axis("", ("multiply-adds", "kept"), ("Multiply-adds of a step", "Numbers kept")),
        learner=Axis("", tuple(NAMES), tuple(NAMES.values())),
        step=Axis("step", range(1, STEPS + 1)),
    )
