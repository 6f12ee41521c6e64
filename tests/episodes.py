"""Whole episodes of the trained machines, on which the browser's arithmetic is compared with torch's."""

from collections.abc import Callable
from importlib import import_module

from torch import Generator, Tensor

from explainers.kit.build import project
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks import copy, ngrams, recall, repeat_copy, sort
from explainers.tasks.common.task import Task

Episodes = tuple[NeuralTuringMachine, list[Tensor]]


def copies(generator: Generator) -> list[Tensor]:
    """Every length to fifty."""
    return [copy.episodes(length, 1, generator)[0] for length in range(1, 51)]


def repeats(generator: Generator) -> list[Tensor]:
    """The shortest, the longest of training, and both ways beyond it."""
    return [repeat_copy.episodes(length, times, 1, generator)[0] for length, times in ((1, 1), (5, 3), (10, 10), (20, 10), (10, 20))]


def recalls(generator: Generator) -> list[Tensor]:
    """From two items to twenty."""
    return [recall.episodes(items, 1, generator)[0] for items in (2, 6, 20)]


def predictions(generator: Generator) -> list[Tensor]:
    """Two sequences of two hundred bits."""
    return [ngrams.seen(ngrams.draw_sequences(1, generator).bits) for _ in range(2)]


def sortings(generator: Generator) -> list[Tensor]:
    """Ten lists."""
    return [sort.episodes(1, generator)[0] for _ in range(10)]


def of(task: Task, draw: Callable[[Generator], list[Tensor]]) -> Callable[[], Episodes]:
    """The published machine of a task, and inputs of episodes, [time][input]."""
    return lambda: (task.trained(task.name), [inputs[:, 0] for inputs in draw(Generator().manual_seed(1))])


EPISODES = {
    task.name: of(task, draw)
    for task, draw in (
        (copy.TASK, copies),
        (repeat_copy.TASK, repeats),
        (recall.TASK, recalls),
        (ngrams.SOFT, predictions),
        (sort.TASK, sortings),
    )
}


def declared() -> list[Task]:
    """Every task for machines with a memory that a package of `explainers/tasks` holds."""
    packages = [import_module(f"explainers.tasks.{path.parent.name}") for path in sorted(project.TASKS.glob("*/run.py"))]
    return [each for package in packages for each in vars(package).values() if isinstance(each, Task)]
