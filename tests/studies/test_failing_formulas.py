"""Formulas that fail in 32-bit numbers: where theory says it, and what is sharpened."""

import math
from dataclasses import replace

import pytest
import torch

from explainers.studies import failing_formulas
from explainers.studies.training_outcomes import trials


def test_a_function_breaks_where_its_value_or_its_gradient_does():
    inputs = torch.arange(0.0, 4)
    assert failing_formulas.broken_from(lambda x: 1 / (x - 2), inputs) == 2
    assert failing_formulas.broken_from(lambda x: (x - 1).abs().sqrt(), inputs) == 1  # the value is 0, the slope endless
    assert failing_formulas.broken_from(torch.exp, inputs) is None


def test_powers_of_equal_weights_break_where_theory_says():
    """2⁻⁵ to the power γ is 0 in 32 bits from 2⁻¹⁵⁰ on: γ = 30. The gradient is lost a little before."""
    even, sharpening = torch.full((32,), 1 / 32), failing_formulas.FORMULAS[0]
    assert ((even**29.9).sum() > 0) and ((even**30).sum() == 0)
    assert 25 < failing_formulas.broken_from(sharpening.naive, sharpening.inputs) < 30


def test_the_weightings_to_sharpen_are_weightings():
    for name, weighting in trials().failures.weightings.items():
        assert float(weighting.sum()) == pytest.approx(1, abs=1e-5), name


def test_a_formula_of_the_paper_names_its_equation():
    for each in failing_formulas.FORMULAS:
        assert (each.equation > 0) == (f"equation {each.equation}" in each.source), each.name


def test_a_line_ends_at_the_last_power_whose_sum_is_above_zero():
    """2⁻⁵ to the power γ: 32 of them have the sum 2⁵⁻⁵γ; it is 0 from γ = 30 on. Of 2⁻¹, it is never 0 before γ = 150."""
    even = {"even": torch.full((32,), 1 / 32), "two": torch.tensor([0.5, 0.5])}
    sums = failing_formulas.sums(replace(trials().failures, weightings=even))
    ends = sums.power.max("point")
    assert ends.sel(weighting="even") == pytest.approx(29.9) and ends.sel(weighting="two") > 145
    line = sums.sel(weighting="even").dropna("point")
    assert line.power.values[:3].tolist() == [1, 2, 3] and line.sizes["point"] == 30
    assert line.sel(point=3).item() == pytest.approx(-10 * math.log10(2), abs=1e-5)
    assert (line.diff("point") < 0).all()
