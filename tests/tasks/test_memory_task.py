"""What a task of the part Memory leaves behind: machines, cards, learning curves."""

import importlib

import pytest

from explainers.kit.build.checkpoint import read_card
from explainers.kit.build.project import trainable
from explainers.tasks.common.task import LSTM_NAME
from explainers.tasks.common.teaching import Teaching
from tests.episodes import declared

MODULES = [importlib.import_module(f"explainers.tasks.{name}.train") for name in trainable()]
TEACHINGS = {each.task.name: each for module in MODULES for each in vars(module).values() if isinstance(each, Teaching)}
TASKS = {name: teaching.task for name, teaching in TEACHINGS.items()}


def test_no_task_is_left_out():
    assert TASKS and set(TASKS) == {task.name for task in declared()}


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_there_is_a_machine_for_every_seed_the_published_one_first(task):
    names = task.machines()
    assert names[0] == task.name
    assert sorted(read_card(name)["seed"] for name in names) == list(task.seeds)


@pytest.mark.parametrize("teaching", TEACHINGS.values(), ids=TEACHINGS.keys())
def test_the_published_machine_is_the_best_by_the_tasks_own_rule(teaching):
    task = teaching.task
    card = read_card(task.name)
    worth = {seed: [card["across_seeds"][name]["seeds"][place] for name in teaching.best] for place, seed in enumerate(task.seeds)}
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
    assert read_card(task.curves_name)["across_seeds"]["bits_per_sequence"]["mean"] == read_card(task.name)["baselines"][LSTM_NAME]["bits_per_sequence"]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", [name for task in TASKS.values() for name in task.machines()])
def test_measured_again_a_machine_does_what_its_card_says(name):
    """On the same sequences; another processor may round an answer to the other side."""
    teaching = next(each for each in TEACHINGS.values() if name in each.task.machines())
    found, card = teaching.measure(teaching.task.trained(name)), read_card(name)
    told = {metric: value for metric, value in card["metrics"].items() if metric != "starts"}
    assert found == pytest.approx(told, rel=0.01, abs=0.02)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("teaching", TEACHINGS.values(), ids=TEACHINGS.keys())
def test_what_knows_less_is_measured_again(teaching):
    baselines = read_card(teaching.task.name)["baselines"]
    for name, found in teaching.controls().items():
        assert found == pytest.approx(baselines[name], rel=1e-4)
