"""A statistic says what it is, and a comparison by how much it holds."""

import math

import pytest
import torch

from explainers.kit.build.finding import alike, count, every, exactly, largest, mean, median, share, smallest


def test_statistics_by_hand():
    values = torch.tensor([[1.0, 2.0], [3.0, 10.0]])
    assert [statistic(values, "cells") for statistic in (mean, median, largest, smallest)] == [4, 2.5, 10, 1]
    assert (share(values > 2, "cells"), count(values > 2, "cells")) == (0.5, 2)
    assert (mean([1], "runs").statistic, mean([1], "runs").over) == ("mean", "runs")


def test_nothing_is_said_of_nothing():
    for statistic in (mean, median, largest, smallest, share, count):
        with pytest.raises(ValueError, match="no numbers"):
            statistic([], "runs")
    with pytest.raises(ValueError, match="of none"):
        every([])


def test_a_value_that_is_none_is_never_hidden():
    for values in ([1.0, math.nan], [math.nan, 1.0]):
        assert math.isnan(largest(values, "runs")) and math.isnan(smallest(values, "runs"))
        assert not largest(values, "runs") < 5 and not largest(values, "runs") > 0


@pytest.mark.parametrize(
    ("found", "holds", "margin"),
    [
        (mean([4], "runs") < 5, True, 0.2),
        (mean([6], "runs") < 5, False, -0.2),
        (mean([6], "runs") > 5, True, 0.2),
        (mean([5], "runs") >= 5, True, 0.0),
        (mean([-4], "runs") > -5, True, 0.2),
        (mean([0], "runs") <= 0, True, None),
        (mean([2], "runs") < mean([4], "runs"), True, 0.5),
        (mean([2], "runs") < 4, True, 0.5),
    ],
)
def test_a_margin_is_a_share_of_the_bound(found, holds, margin):
    assert bool(found) is found.holds is holds
    assert found.margin == (None if margin is None else pytest.approx(margin))


def test_of_several_the_closest_counts_and_of_false_ones_the_worst():
    near, far, wrong = mean([4.9], "a") < 5, mean([1], "b") < 5, mean([7], "c") < 5
    assert every([near, far, exactly(True)]).margin == pytest.approx(0.02)
    assert every([near, wrong]).said == wrong.said and not every([near, wrong])
    assert not every([near, False]) and (near & far).said == near.said


def test_the_first_array_that_differs_is_named_with_its_largest_difference():
    right = torch.tensor([1.0, 100.0])
    pairs = [("query", right, right + 5e-7), ("scores", right, right + torch.tensor([0.0, 0.25])), ("weights", right, right + 9)]
    assert alike(pairs[:1], 1e-6)
    found = alike(pairs, 1e-6)
    assert not found and found.said == "scores differs by up to 0.25"
    assert alike([("output", right[:1], right)], 1e-6).said == "output has shape (1,) instead of (2,)"
    assert not alike([("output", right * float("nan"), right)], 1e-6)
