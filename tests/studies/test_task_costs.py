"""What the cards say that a sequence costs, by task, learner and seed."""

from explainers.kit.build.checkpoint import read_card
from explainers.studies import task_costs
from explainers.tasks import recall, sort
from explainers.tasks.common.task import LSTM_NAME


def test_a_published_cost_stands_under_its_task_its_learner_and_its_own_seed():
    """The published machines of these tasks are not of the first seed."""
    tasks = (sort.TASK, recall.TASK)
    found = task_costs.costs(tasks)
    for task in tasks:
        for learner, name in (("Neural Turing Machine", task.name), (LSTM_NAME, task.curves_name)):
            card = read_card(name)
            assert card["seed"] != task.seeds[0]
            assert found.sel(task=task.name, learner=learner, seed=card["seed"]) == card["metrics"][task_costs.COST]
