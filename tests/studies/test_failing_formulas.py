"""Formulas that fail in 32-bit numbers: where theory says it, and what is sharpened."""

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
