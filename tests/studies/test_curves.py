"""Learning curves and the numbers of cards, by name."""

import numpy as np
import pytest
import torch

from explainers.kit.build.checkpoint import read_card
from explainers.kit.labelled import PERCENT
from explainers.studies import curves
from explainers.tasks import copy


def test_a_curve_keeps_its_learner_and_its_length():
    found = {"ntm": [torch.tensor([[1.0, 8.0], [2.0, 4.0], [3.0, 2.0]])], "lstm": [torch.tensor([[5.0, 7.0]])]}
    made = curves.named_curves(found, [4], "list")
    machine, lstm = made.sel(learner="NTM, seed 4"), made.sel(learner="LSTM, seed 4")
    assert machine.values.tolist() == [8, 4, 2] and machine.coords[curves.SEEN].values.tolist() == [1, 2, 3]
    assert lstm.values[0] == 7 and np.isnan(lstm.values[1:]).all()
    assert made.attrs["title"] == "Bits a list"


def test_the_curves_of_a_task_are_those_of_its_checkpoint():
    made = curves.learning(task=copy.TASK)
    for seed, curve in zip(copy.SEEDS, copy.curves()["lstm"], strict=True):
        kept = made.sel(learner=f"LSTM, seed {seed}").values
        assert kept[: len(curve)] == pytest.approx(curve[:, 1].numpy())


def test_what_a_card_says_stands_under_its_learner_condition_and_seed():
    learners = {"machine": ("copy", copy.SEEDS), "LSTM": (copy.TASK.curves_name, copy.SEEDS)}
    metrics = {"fifty": ("wrong_bits_50", lambda wrong: wrong), "double": ("wrong_bits_120", lambda wrong: 2 * wrong)}
    made = curves.across_seeds(learners, metrics, PERCENT, "", "")
    card = read_card(copy.TASK.curves_name)["across_seeds"]
    assert made.sel(learner="LSTM", condition="fifty", seed=1) == card["wrong_bits_50"]["seeds"][copy.SEEDS.index(1)]
    assert made.sel(learner="LSTM", condition="double", seed=2) == 2 * card["wrong_bits_120"]["seeds"][copy.SEEDS.index(2)]
