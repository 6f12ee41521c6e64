"""A machine that says the opposite of every bit has every bit wrong, whatever the metric; one that is right has none."""

import sys

import pytest
import torch

from explainers.models.lstm import Lstm
from explainers.tasks import copy, recall, repeat_copy
from explainers.tasks.common.episodes import Episodes
from explainers.tasks.sort import train as sort_training

STEPS, BATCH = 9, 5


class Stubborn(Lstm):
    """Answers every bit alike, at every step."""

    def __init__(self, answer: float):
        super().__init__(3, 8, 1, layers=1)
        self.answer = answer

    def predict(self, inputs: torch.Tensor) -> torch.Tensor:
        """The same logit everywhere."""
        return torch.full((*inputs.shape[:2], 8), self.answer)


def asked(*arguments, **named) -> Episodes:
    """Episodes that ask for ones only, at the last four of nine steps."""
    return Episodes(torch.zeros(STEPS, BATCH, 3), torch.ones(4, BATCH, 8), slice(STEPS - 4, None))


@pytest.mark.parametrize(("answer", "wrong"), [(-1.0, 4 * 8), (1.0, 0)])
def test_wrong_bits(monkeypatch, answer, wrong):
    machine = Stubborn(answer)
    for module in (recall.run, repeat_copy.run, sort_training):
        monkeypatch.setattr(sys.modules[getattr(module, "__module__", module.__name__)], "shown", asked)
    monkeypatch.setattr(sort_training, "FRESH", BATCH)
    monkeypatch.setattr(sort_training, "bits", lambda *arguments: 0.0)
    assert recall.wrong_bits(machine, [6], BATCH, 0) == {6: wrong}
    assert repeat_copy.wrong_bits(machine, [(2, 2)], BATCH, 0) == {(2, 2): wrong}
    found = sort_training.measure(machine)
    assert (found["wrong_bits"], found["perfect"]) == (wrong, float(wrong == 0))


@pytest.mark.parametrize(("answer", "wrong"), [(-1.0, 4 * 8), (1.0, 0)])
def test_the_score_of_a_copy(answer, wrong):
    score = copy.score(torch.full((4, BATCH, 8), answer), torch.ones(4, BATCH, 8))
    assert (score.wrong_bits, score.of, score.perfect) == (wrong, 4 * 8, float(wrong == 0))
    assert score.errors_by_position == tuple([wrong / 4] * 4)
