"""The numbers of the paper's figures."""

from explainers.tasks.common.paper import FIGURES


def test_each_figure_of_the_experiments_has_one_number_and_tasks_follow_one_another():
    """Section 4 of the paper has figures 3 to 18, task after task."""
    assert [number for task in FIGURES.values() for number in task.values()] == list(range(3, 19))
