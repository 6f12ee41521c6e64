"""What must be true of the page memory/machine_or_transformer, beside its claims: small cases worked by hand, and what is drawn."""

import math
from dataclasses import replace
from functools import cache

import pytest
import torch

from explainers.models import cost, ntm
from explainers.pages.memory import machine_or_transformer as page
from explainers.tasks import copy, rivals

E = math.e


@cache
def comparison() -> page.Comparison:
    """What the page is about."""
    return page.subject()


def test_content_by_attention_by_hand():
    """Cosines 1 and 0, times β = 2, whatever the lengths are; the other head looks with β = 0."""
    memory = torch.tensor([[[3.0, 0, 0, 0], [0, 0.5, 0, 0]]])
    found = page.content_by_attention(torch.tensor([[[7.0, 0, 0, 0], [1, 2, 3, 4]]]), torch.tensor([[2.0, 0]]), memory)
    assert found[0, 0].tolist() == pytest.approx([E**2 / (E**2 + 1), 1 / (E**2 + 1)])
    assert found[0, 1].tolist() == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("seed", range(5))
def test_content_by_attention_is_the_machines_own(seed):
    generator = torch.Generator().manual_seed(seed)
    key, memory = torch.randn(3, 2, 6, generator=generator), torch.randn(3, 9, 6, generator=generator)
    strength = 30 * torch.rand(3, 2, generator=generator)
    looked = [part.double() for part in (key, strength, memory)]
    assert page.apart(page.content_by_attention(*looked), ntm.content_weighting(*looked)) < 1e-13


def test_the_machine_takes_what_is_put_in_its_place_and_gets_its_own_back():
    def nowhere(key, key_strength, memory):
        return torch.full((*key.shape[:-1], memory.shape[-2]), 1 / memory.shape[-2])

    own, machine, inputs = ntm.content_weighting, copy.trained(), copy.run(5, 0).inputs
    with pytest.raises(ZeroDivisionError), page.in_place_of_content(nowhere), torch.no_grad():
        content = machine(inputs)[1].addressing.content
        assert content.unique().tolist() == [pytest.approx(1 / machine.locations)]
        raise ZeroDivisionError
    assert ntm.content_weighting is own


def test_the_listing_is_the_whole_of_the_machines_function():
    """Lines are given by number, because ntm.py has no marks there."""
    import inspect

    similarity, first = inspect.getsourcelines(inspect.unwrap(ntm.cosine_similarity))
    weighting, second = inspect.getsourcelines(inspect.unwrap(ntm.content_weighting))
    first, second = (number + lines[0].startswith("@") for number, lines in ((first, similarity), (second, weighting)))
    text = (page.checkpoint.FOLDER.parents[1] / "docs/memory/machine_or_transformer.md").read_text("utf8")
    assert f'--8<-- "explainers/models/ntm.py:{first}:{second + len(weighting) - 1}"' in text


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
    models = comparison().models["copy"]
    assert page.first_step(cost.kept, models) == 23
    step = page.first_step(cost.multiply_adds, models)
    assert cost.multiply_adds(models["transformer"], step - 1) <= cost.multiply_adds(models["ntm"], 1)
    assert cost.multiply_adds(models["transformer"], step) > cost.multiply_adds(models["ntm"], 1)


def test_a_whole_sequence_is_the_sum_of_its_steps():
    """Three steps of a transformer: three times the matrices, and looking back 1 + 2 + 3 times."""
    model = comparison().models["copy"]["transformer"]
    assert page.whole(model, 3) == 3 * cost.matrices(model) + 6 * cost.looking(model, 1)


def test_all_seeds_are_drawn():
    drawn = page.generalisation(comparison())
    assert len(drawn.data) == 27
    for trace in drawn.data:
        assert len(trace.x) == len(trace.y)
    for name in rivals.CONTESTS:
        for found in comparison().sizes[name].values():
            assert all(len(seeds) == 3 for seeds in found.values())
        assert tuple(comparison().sizes[name]["transformer"]) == rivals.CONTESTS[name].sizes


def with_size(task: str, kind: str, size: int, values: list[float]) -> page.Comparison:
    """The comparison with other results of a kind on one size."""
    known = comparison()
    sizes = known.sizes | {task: known.sizes[task] | {kind: known.sizes[task][kind] | {size: values}}}
    return replace(known, sizes=sizes)


@pytest.mark.parametrize(
    ("claim", "broken"),
    [
        (page.copy_beyond, ("copy", "ntm", 120, [0, 0, 2.5])),
        (page.copy_beyond, ("copy", "lstm", 120, [50, 50, 46])),
        (page.recall_beyond, ("recall", "ntm", 20, [0, 26, 0])),
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


def test_the_steepest_fall_by_hand():
    """From 90 to 40 between 20 and 40 sequences; the gentler falls before and after do not count."""
    curve = torch.tensor([[10.0, 100], [20, 90], [40, 40], [50, 30]])
    known = comparison()
    curves = known.curves | {"ngrams": known.curves["ngrams"] | {"transformer": [curve, curve, curve]}}
    assert page.steepest(replace(known, curves=curves)) == (40, 20, 50)


def test_the_lookup_is_an_identity_that_needs_no_learning():
    inputs = copy.episodes(5, 1, torch.Generator().manual_seed(0))[0]
    found = page.swap("copy", copy.build(100), inputs)
    assert page.same_lookup(replace(comparison(), swaps=(found,))) and page.same_answers(replace(comparison(), swaps=(found,)))


def ending(task: str, kind: str, bits: list[float]) -> page.Comparison:
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


def test_the_cheapest_training_may_be_of_any_way():
    tried = {("copy", "transformer"): torch.tensor([[9.0, 7, 8], [9, 9, 6]])}
    assert page.best_rate(replace(comparison(), tried=tried), "copy", "transformer") == max(rivals.RATES)
