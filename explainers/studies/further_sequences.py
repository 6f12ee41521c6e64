"""What the machines of all tasks reach on further sequences: others than those of their cards."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Generator

from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks import copy, ngrams, recall, repeat_copy, sort
from explainers.tasks.common.episodes import Episodes, bits
from explainers.tasks.common.task import Task

FIRST_SEED = 70_000
COPY_SETS, APART = 5, 1000  # further sets of sequences to copy, and how far apart their seeds are
FIFTY, FAR, FAR_EACH = 50, 120, 100  # vectors; sequences of so many in each further set
TWELVE, TWELVE_EACH = 12, 200  # items; lists of so many
SORTED, PREDICTED = 300, 300  # sequences to sort, and sequences of bits


@dataclass(frozen=True)
class Copied:
    """What one copy machine reaches on each further set.

    Attributes:
        costs: bits a sequence: as many of each length as on the card.
        wrong_fifty, wrong_far: mean wrong bits of FIFTY vectors, and of FAR.
    """

    costs: tuple[float, ...]
    wrong_fifty: tuple[float, ...]
    wrong_far: tuple[float, ...]


@dataclass(frozen=True)
class Further:
    """What the machines reach, in the order of their tasks' checkpoints.

    Attributes:
        copied: on each of several sets, by every copy machine.
        costs: mean bits a sequence on one set, of every machine of each other task, by the task's name.
        above_optimal: what every n-gram machine trained on probabilities costs more than the optimal estimator, in bits a sequence.
        wrong_twelve: mean wrong bits of an answer with TWELVE items, of every recall machine.
    """

    copied: tuple[Copied, ...]
    costs: dict[str, tuple[float, ...]]
    above_optimal: tuple[float, ...]
    wrong_twelve: tuple[float, ...]

    def costs_of(self, task: Task) -> list[float]:
        """What the machines of a task cost on further sequences, in bits a sequence: one number a machine, on copying one a machine and set."""
        return [cost for each in self.copied for cost in each.costs] if task is copy.TASK else list(self.costs[task.name])


@study
def further(trial: Trial = PUBLISHED) -> Further:
    """Sequences like those of the cards, as many or fewer, from other seeds."""
    seed = trial.seed(FIRST_SEED, "results, further sequences")
    sequences = ngrams.draw_sequences(PREDICTED, Generator().manual_seed(seed))
    predicted = {
        task: [ngrams.cost(ngrams.predictions(machine, sequences.bits), sequences.bits) for machine in trained(task)] for task in (ngrams.SOFT, ngrams.HARD)
    }
    optimal = ngrams.cost(sequences.optimal, sequences.bits)
    recalls = trained(recall.TASK)
    costs = {
        repeat_copy.TASK: mean_costs(trained(repeat_copy.TASK), to_repeat(seed)),
        recall.TASK: mean_costs(recalls, to_recall(seed)),
        sort.TASK: mean_costs(trained(sort.TASK), [sort.shown(SORTED, Generator().manual_seed(seed))]),
    } | {task: tuple(float(each.mean()) for each in found) for task, found in predicted.items()}
    return Further(
        copied=tuple(copied(machine, seed) for machine in trained(copy.TASK)),
        costs={task.name: found for task, found in costs.items()},
        above_optimal=tuple(float((found - optimal).mean()) for found in predicted[ngrams.SOFT]),
        wrong_twelve=tuple(recall.wrong_bits(machine, (TWELVE,), TWELVE_EACH, seed)[TWELVE] for machine in recalls),
    )


def trained(task: Task) -> list[NeuralTuringMachine]:
    """The machines of a task."""
    return [task.trained(name) for name in task.machines()]


def to_copy(seed: int) -> list[Episodes]:
    """Sequences of every length of training, equally many of each."""
    lengths = range(1, copy.LONGEST + 1)
    return [copy.shown(length, copy.FRESH // copy.LONGEST, Generator().manual_seed(seed + length)) for length in lengths]


def to_repeat(seed: int) -> list[Episodes]:
    """Sequences of every length and number of repeats of training, equally many of each."""
    sides = range(1, repeat_copy.MOST + 1)
    each = repeat_copy.FRESH // len(sides) ** 2
    return [repeat_copy.shown(a, b, each, Generator().manual_seed(seed + 20 * a + b)) for a in sides for b in sides]


def to_recall(seed: int) -> list[Episodes]:
    """Lists of every number of items of training, equally many of each."""
    counts = range(recall.FEWEST, recall.MOST + 1)
    return [recall.shown(items, recall.FRESH // len(counts), Generator().manual_seed(seed + items)) for items in counts]


def copied(machine: NeuralTuringMachine, seed: int) -> Copied:
    """What a copy machine reaches on the further sets, the first of which has this seed."""
    seeds = range(seed, seed + COPY_SETS * APART, APART)
    scores = [copy.scores(machine, (FIFTY, FAR), FAR_EACH, one) for one in seeds]
    return Copied(
        costs=tuple(mean_costs([machine], to_copy(one))[0] for one in seeds),
        wrong_fifty=tuple(score[FIFTY].wrong_bits for score in scores),
        wrong_far=tuple(score[FAR].wrong_bits for score in scores),
    )


def mean_costs(machines: Sequence[NeuralTuringMachine], sets: Sequence[Episodes]) -> tuple[float, ...]:
    """What each machine costs, in bits a sequence: the mean over these sets."""
    return tuple(statistics.mean(bits(machine, NeuralTuringMachine.predict, one) for one in sets) for machine in machines)
