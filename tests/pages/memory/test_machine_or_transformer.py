"""What must be true of the page memory/machine_or_transformer, beside its claims: small cases worked by hand, and what is drawn."""

import inspect
from dataclasses import replace
from functools import cache

import pytest
import torch

from explainers.kit.files import ROOT
from explainers.models import ntm
from explainers.pages.memory import machine_or_transformer as page
from explainers.studies.lookups import swap
from explainers.studies.rivalry import Comparison
from explainers.tasks import copy, rivals


@cache
def comparison() -> Comparison:
    """What the page is about."""
    return page.subject()


def test_the_listing_is_the_whole_of_the_machines_function():
    """Lines are given by number, because ntm.py has no marks there."""
    similarity, first = inspect.getsourcelines(inspect.unwrap(ntm.cosine_similarity))
    weighting, second = inspect.getsourcelines(inspect.unwrap(ntm.content_weighting))
    first, second = (number + lines[0].startswith("@") for number, lines in ((first, similarity), (second, weighting)))
    text = (ROOT / "docs/memory/machine_or_transformer.md").read_text("utf8")
    assert f'--8<-- "explainers/models/ntm.py:{first}:{second + len(weighting) - 1}"' in text


def test_all_seeds_are_drawn():
    drawn = page.generalisation(comparison())
    assert len(drawn.data) == 27
    for trace in drawn.data:
        assert len(trace.x) == len(trace.y)
    for name in rivals.CONTESTS:
        for found in comparison().sizes[name].values():
            assert all(len(seeds) == 3 for seeds in found.values())
        assert tuple(comparison().sizes[name]["transformer"]) == rivals.CONTESTS[name].sizes


def with_size(task: str, kind: str, size: int, values: list[float]) -> Comparison:
    """The comparison with other results of a kind on one size."""
    known = comparison()
    sizes = known.sizes | {task: known.sizes[task] | {kind: known.sizes[task][kind] | {size: list(map(float, values))}}}
    return replace(known, sizes=sizes)


@pytest.mark.parametrize(
    ("claim", "broken"),
    [
        (page.copy_beyond, ("copy", "ntm", 120, [0, 0, 2.5])),
        (page.copy_beyond_rivals, ("copy", "lstm", 120, [50, 50, 46])),
        (page.recall_beyond, ("recall", "ntm", 20, [0, 26, 0])),
        (page.recall_beyond_rivals, ("recall", "lstm", 20, [50, 39, 50])),
        (page.nobody_copies, ("copy", "transformer", 10, [30, 30, 15])),
        (page.two_items, ("recall", "transformer", 6, [30, 30, 12])),
        (page.two_items, ("recall", "lstm", 6, [30, 30, 12])),
        (page.two_items, ("recall", "transformer", 2, [0, 0, 0.01])),
        (page.two_items, ("recall", "lstm", 2, [0, 0, 0.2])),
        (page.ngrams_beyond, ("ngrams", "ntm", 800, [1, 1, 4])),
        (page.lstms_farther, ("ngrams", "lstm", 800, [16, 16, 24])),
        (page.machines_count, ("ngrams", "ntm", 200, [0.1, 1.1, 0.1])),
        (page.one_transformer_counts, ("ngrams", "transformer", 200, [0.2, 9, 0.2])),
        (page.lstms_do_not_count, ("ngrams", "lstm", 200, [9, 9, 4])),
    ],
)
def test_a_claim_falls_with_its_numbers(claim, broken):
    assert claim(comparison())
    assert not claim(with_size(*broken))


def test_the_lookup_is_an_identity_that_needs_no_learning():
    inputs = copy.episodes(5, 1, torch.Generator().manual_seed(0))[0]
    found = swap("copy", copy.build(100), inputs)
    assert page.same_lookup(replace(comparison(), swaps=(found,))) and page.same_answers(replace(comparison(), swaps=(found,)))


def ending(task: str, kind: str, bits: list[float]) -> Comparison:
    """The comparison with other costs of a kind at the end of its trainings."""
    known = comparison()
    curves = {task: known.curves[task] | {kind: [torch.tensor([[1.0, cost]]) for cost in bits]}}
    return replace(known, curves=known.curves | curves)


@pytest.mark.parametrize("bits", [[10.2, 7, 6], [14, 7, 4], [8, 7, 4]])
def test_transformers_that_recall_neither_halve_the_cost_nor_pay_what_an_lstm_pays(bits):
    """The best no better than half, the worst far dearer than an LSTM, the worst far cheaper."""
    assert page.transformers_before_lstms(ending("recall", "transformer", [10.2, 7, 4]))
    assert not page.transformers_before_lstms(ending("recall", "transformer", bits))


def test_transformers_that_copy_no_better_than_an_lstm():
    assert not page.transformers_before_lstms(ending("copy", "transformer", [60, 60, 71]))


@pytest.mark.parametrize("which", [("copy", "lstm"), ("ngrams", "transformer")])
def test_the_rate_at_the_edge_is_read_off_the_trials(which):
    tried = comparison().tried
    assert page.at_the_largest_rate(comparison())
    assert not page.at_the_largest_rate(replace(comparison(), tried=tried | {which: torch.tensor([[9.0, 7, 8]])}))


def test_a_whole_sequence_is_the_sum_of_its_steps(monkeypatch):
    """Machine 10 a step, transformer 4, 8, 12, …: the sums 4, 12, 24, 40, 60 pass 10, 20, 30, 40, 50 at the fifth."""
    costs = {"ntm": (10,) * 6, "transformer": (4, 8, 12, 16, 20, 24)}
    changed = {kind: replace(page.of_copy(kind), multiply_adds=steps) for kind, steps in costs.items()}
    monkeypatch.setattr(page, "of_copy", changed.__getitem__)
    assert page.dearer_whole() == 5


def test_looks_are_counted_as_they_were_recorded():
    assert page.machines() == len(comparison().swaps)
    assert page.looks() == sum(each.recorded[..., 0].numel() for each in comparison().swaps)
