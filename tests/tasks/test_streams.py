"""No episode that is measured or shown occurs in training, as far as a training can be drawn again without training."""

import importlib
import zlib

import pytest
from torch import Generator, Tensor

from explainers.kit.build.project import trainable
from explainers.kit.build.trial import Trial
from explainers.tasks import copy, ngrams, recall, repeat_copy, sort
from explainers.tasks.common.teaching import Teaching

MODULES = [importlib.import_module(f"explainers.tasks.{name}.train") for name in trainable()]
TEACHINGS = {each.task.name: each for module in MODULES for each in vars(module).values() if isinstance(each, Teaching)}
SIMPLE = 60  # bytes, compressed
BATCHES = 150  # of each stage, at its last level: that of what is shown


def seen(inputs: Tensor) -> set[bytes]:
    """Each sequence of a batch, as bytes."""
    return {sequence.numpy().tobytes() for sequence in inputs.transpose(0, 1).contiguous()}


def simple(content: bytes) -> bool:
    """Whether a sequence, a row of ones say, is such that chance repeats it."""
    return len(zlib.compress(content)) <= SIMPLE


def trained_on(teaching: Teaching) -> set[bytes]:
    """What the machines of all seeds saw in the first batches of each stage."""
    found: set[bytes] = set()
    for seed in teaching.task.seeds:
        for recipe in teaching.task.stages:
            random = Generator().manual_seed(seed)
            for _ in range(BATCHES):
                found |= seen(teaching.task.draw(float(recipe.levels[1]), recipe.batch, random).inputs)
    return found


def shown(name: str) -> list[Tensor]:
    """The inputs of the episodes that pages show, of every seed that a page uses."""
    runs = {
        "copy": lambda seed: copy.run(seed=seed).inputs,
        "repeat_copy": lambda seed: repeat_copy.run(seed=seed).inputs,
        "recall": lambda seed: recall.run(seed=seed).inputs,
        "ngrams": lambda seed: ngrams.seen(ngrams.run(seed=seed).sequences.bits),
        "sort": lambda seed: sort.run(seed=seed).inputs,
    }
    return [runs[name.split("-")[0]](seed) for seed in range(10)]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", TEACHINGS)
def test_no_shown_or_measured_episode_occurs_in_training(name):
    teaching = TEACHINGS[name]
    training = trained_on(teaching)
    assert not all(simple(content) for content in training)
    for inputs in [*shown(name), *(episodes.inputs for episodes in teaching.task.trial() if len(episodes.inputs) > 12)]:
        assert [content for content in training & seen(inputs) if not simple(content)] == []


def test_a_fresh_set_begins_where_no_training_does():
    used = {seed + 1000 * start for teaching in TEACHINGS.values() for seed in teaching.task.seeds for start in range(20)}
    assert not used & {Trial(number).seed(0, name) for number in range(1, 11) for name in TEACHINGS}
