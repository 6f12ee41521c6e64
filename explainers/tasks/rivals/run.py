"""Who competes on what, how each is measured, and what was measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from explainers.kit.build.checkpoint import load_checkpoint, read_card
from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine
from explainers.models.small_transformer import POSITIONS, SmallTransformer
from explainers.tasks import copy, ngrams, recall
from explainers.tasks.common.recipe import Recipe
from explainers.tasks.common.task import Task

Model = NeuralTuringMachine | Lstm | SmallTransformer
Make = Callable[[], Lstm | SmallTransformer]
SEEDS = (0, 1, 2)
RATES = (1e-3, 3e-3, 1e-2)
TRIAL_SEED = 10
FRESH_SEED = 6000
UNITS = {"copy": "percent_wrong", "recall": "percent_wrong", "ngrams": "bits_above_optimal_in_100"}
COPIED = copy.LENGTHS  # vectors
RECALLED = (2, 4, *recall.COUNTS)  # items
PREDICTED = (200, 400, 800)  # bits


@dataclass(frozen=True)
class Contest:
    """A task on which all compete.

    Attributes:
        task: the machine's own: its data, its trial.
        kinds: for each kind of rival what may be tried, by name: each makes a network with random weights, about as many as the machine has.
        stages: recipes, one after the other. The rate is that of the trials, times the recipe's.
        tried: batches of a trial.
        sizes: what generalisation is measured on.
        measure: how a model does on each of the sizes, or on others, on sequences of a seed.
    """

    task: Task
    kinds: dict[str, dict[str, Make]]
    stages: tuple[Recipe, ...]
    tried: int
    sizes: tuple[int, ...]
    measure: Callable[..., list[float]]

    @property
    def sequences(self) -> int:
        """How many sequences a rival sees from each seed."""
        return sum(recipe.batch * recipe.batches for recipe in self.stages)


def copied(model: Model, lengths: Sequence[int] = COPIED, count: int = 100, seed: int = FRESH_SEED) -> list[float]:
    """Wrong bits of a copy, in percent, for each length."""
    found = copy.scores(model, lengths, count, seed)
    return [100 * score.wrong_bits / score.of for score in found.values()]


def recalled(model: Model, counts: Sequence[int] = RECALLED, count: int = 200, seed: int = FRESH_SEED) -> list[float]:
    """Wrong bits of an answer, in percent, for each number of items."""
    found = recall.wrong_bits(model, counts, count, seed)
    return [100 * wrong / (recall.ITEM * recall.BITS) for wrong in found.values()]


def predicted(model: Model, lengths: Sequence[int] = PREDICTED, count: int = 40, seed: int = FRESH_SEED) -> list[float]:
    """What predictions cost above the optimal estimator's on sequences of each length, in bits a hundred steps.

    It is the divergence from the optimal estimator, whose mean is the same and which does not vary with the bits that happen to come.
    """
    sequences = ngrams.draw_sequences(count, Generator().manual_seed(seed), max(lengths))
    above = ngrams.divergence(sequences.optimal, ngrams.predictions(model, sequences.bits)).mean(1)
    return [100 * float(above[:length].mean()) for length in lengths]


def half_everywhere() -> float:
    """What a half everywhere costs above the optimal estimator, in bits a hundred steps."""
    sequences = ngrams.draw_sequences(40, Generator().manual_seed(FRESH_SEED), ngrams.LENGTH)
    return 100 * float(ngrams.divergence(sequences.optimal, torch.full_like(sequences.optimal, 0.5)).mean())


def contest(task: Task, width: int, between: int, hidden: int, positions: Sequence[str], **rest) -> Contest:
    """A contest of a transformer of this width and an LSTM of so many hidden units."""

    def transformer(scheme: str) -> Make:
        return lambda: SmallTransformer(task.inputs, task.outputs, width, between, positions=scheme)

    schemes = {scheme: transformer(scheme) for scheme in positions}
    lstm = {"one layer": lambda: Lstm(task.inputs, task.outputs, hidden, layers=1)}
    return Contest(task, {"transformer": schemes, "lstm": lstm}, **rest)


CONTESTS = {
    "copy": contest(
        copy.TASK, 32, 18, 50, POSITIONS,
        stages=(
            Recipe(batch=64, rate=1.0, clip=1.0, batches=1400, levels=(20, 20), decay=700, warm_up=50),
            # As the machine: at the end, and at a third of the rate, sequences of up to four times the length.
            Recipe(batch=16, rate=1 / 3, clip=1.0, batches=2400, levels=(80, 80), decay=1200, warm_up=50),
        ),
        tried=300, sizes=COPIED, measure=copied,
    ),
    "recall": contest(
        recall.TASK, 32, 20, 51, POSITIONS,
        stages=(Recipe(batch=32, rate=1.0, clip=1.0, batches=3000, levels=(6, 6), decay=1500, warm_up=50),),
        tried=500, sizes=RECALLED, measure=recalled,
    ),
    "ngrams": contest(
        ngrams.SOFT, 64, 92, 129, ("rotary",),  # a trial costs more here
        stages=(Recipe(batch=32, rate=1.0, clip=1.0, batches=1400, levels=(200, 200), decay=1050, warm_up=50),),
        tried=100, sizes=PREDICTED, measure=predicted,
    ),
}  # fmt: skip


def curves(name: str) -> dict[str, list[Float[Tensor, "point 2"]]]:
    """The learning curves of all seeds on a task, for "ntm", "transformer" and "lstm": (sequences seen, mean bits a sequence)."""
    tensors, contest = load_checkpoint("rivals"), CONTESTS[name]
    own = {kind: [tensors[f"{name}.{kind}.curve.{seed}"] for seed in SEEDS] for kind in contest.kinds}
    return {"ntm": contest.task.curves()["ntm"]} | own


def sizes(name: str) -> dict[str, dict[int, list[float]]]:
    """What `Contest.measure` gave of the rivals on each size of a task, by kind: a list over the seeds, for each size."""
    tensors, contest = load_checkpoint("rivals"), CONTESTS[name]
    found = {kind: tensors[f"{name}.{kind}.sizes"].T.tolist() for kind in contest.kinds}
    return {kind: dict(zip(contest.sizes, each, strict=True)) for kind, each in found.items()}


def of_machines(name: str) -> dict[int, list[float]]:
    """What machines do on each size: measured here on n-grams, else as their card says it, for the sizes that it has."""
    contest = CONTESTS[name]
    if name == "ngrams":
        return measured(name, FRESH_SEED)
    bits = {"copy": copy.BITS, "recall": recall.ITEM * recall.BITS}[name]
    told = read_card(name)["across_seeds"]
    return {
        size: [100 * wrong / (bits * size if name == "copy" else bits) for wrong in told[f"wrong_bits_{size}"]["seeds"]]
        for size in contest.sizes
        if f"wrong_bits_{size}" in told
    }


def measured(name: str, seed: int) -> dict[int, list[float]]:
    """What the machines of a task do on each size, on sequences of this seed: a list over the seeds of their trainings, in order."""
    contest = CONTESTS[name]
    machines = sorted(contest.task.machines(), key=lambda machine: read_card(machine)["seed"])
    found = [contest.measure(contest.task.trained(machine), seed=seed) for machine in machines]
    return dict(zip(contest.sizes, map(list, zip(*found, strict=True)), strict=True))


def tried(name: str, kind: str) -> Float[Tensor, "way rate"]:
    """What the trial's sequences cost after each short training of a rival, in bits."""
    return load_checkpoint("rivals")[f"{name}.{kind}.tried"]
