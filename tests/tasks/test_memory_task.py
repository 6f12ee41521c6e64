"""What a task of the part Memory leaves behind: machines, cards, learning curves."""

import pytest

from explainers.kit.build.checkpoint import read_card
from explainers.tasks import copy
from explainers.tasks.memory_task import LSTM_NAME

TASKS = {task.name: task for task in (copy.TASK,)}


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_there_is_a_machine_for_every_seed_the_published_one_first(task):
    names = task.machines()
    assert names[0] == task.name
    assert sorted(read_card(name)["seed"] for name in names) == list(task.seeds)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_the_published_machine_is_the_best_by_the_tasks_own_rule(task):
    card = read_card(task.name)
    worth = {
        seed: [card["across_seeds"][name]["seeds"][place] for name in task.best]
        for place, seed in enumerate(task.seeds)
    }
    assert card["seed"] == min(worth, key=worth.get)
    for name, found in card["across_seeds"].items():
        assert found["seeds"][task.seeds.index(card["seed"])] == card["metrics"][name]
        assert found["spread"] == pytest.approx(max(found["seeds"]) - min(found["seeds"]))


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_learning_curves_rise_in_sequences_and_end_where_the_card_says(task):
    for kind, curves in task.curves().items():
        assert len(curves) == len(task.seeds), kind
        for curve in curves:
            assert (curve[1:, 0] > curve[:-1, 0]).all()
            assert (curve[:, 1] > 0).all()
    for name in task.machines():
        card = read_card(name)
        last = task.curves()["ntm"][task.seeds.index(card["seed"])][-1]
        assert last[0] <= card["sequences"]
    assert (
        read_card(task.curves_name)["across_seeds"]["bits_per_sequence"]["mean"]
        == read_card(task.name)["baselines"][LSTM_NAME]["bits_per_sequence"]
    )
