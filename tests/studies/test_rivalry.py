"""Machines and their rivals: that all are there, and small cases worked by hand."""

from dataclasses import replace
from functools import cache

import torch

from explainers.models import cost
from explainers.studies import rivalry
from explainers.tasks import rivals


@cache
def comparison() -> rivalry.Comparison:
    """The recorded comparison."""
    return rivalry.comparison()


def test_every_weighting_sums_to_one():
    for each in comparison().swaps:
        for where in (each.recorded, each.attended):
            assert where.min() >= 0
            assert torch.allclose(where.sum(-1), torch.ones(where.shape[:-1]), atol=1e-5)


def test_every_machine_of_every_task_is_there():
    found = [each.task for each in comparison().swaps]
    assert found == [name for name, contest in rivals.CONTESTS.items() for _ in contest.task.machines()]
    assert {name: {kind: len(curves) for kind, curves in kinds.items()} for name, kinds in comparison().curves.items()} == {
        name: {"ntm": 3, "transformer": 3, "lstm": 3} for name in rivals.CONTESTS
    }


def test_the_first_step_that_is_dearer():
    """Machine 2836 numbers, transformer 128 a step: 22 · 128 = 2816, 23 · 128 = 2944."""
    machine, transformer = (comparison().costs["copy"][kind] for kind in ("ntm", "transformer"))
    assert rivalry.first_above(transformer.kept, machine.kept) == 23
    step = rivalry.first_above(transformer.multiply_adds, machine.multiply_adds)
    assert transformer.multiply_adds[step - 2] <= machine.multiply_adds[0] < transformer.multiply_adds[step - 1]


def test_costs_are_counted_step_by_step():
    model = rivalry.models("copy")["transformer"]
    costs = comparison().costs["copy"]["transformer"]
    assert costs.multiply_adds[2] == cost.matrices(model) + 3 * cost.looking(model, 1)
    assert (costs.weights, costs.matrices, costs.kept[4]) == (cost.parameters(model), cost.matrices(model), cost.kept(model, 5))


def test_the_steepest_fall_by_hand():
    """From 90 to 40 between 20 and 40 sequences; the gentler falls before and after do not count."""
    curve = torch.tensor([[10.0, 100], [20, 90], [40, 40], [50, 30]])
    known = comparison()
    curves = known.curves | {"ngrams": known.curves["ngrams"] | {"transformer": [curve, curve, curve]}}
    assert rivalry.steepest(replace(known, curves=curves)) == (40, 20, 50)


def test_the_cheapest_training_may_be_of_any_way():
    tried = {("copy", "transformer"): torch.tensor([[9.0, 7, 8], [9, 9, 6]])}
    assert rivalry.best_rate(replace(comparison(), tried=tried), "copy", "transformer") == max(rivals.RATES)
