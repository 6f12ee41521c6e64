"""What must be true of the page memory/training, beside its claims: small cases worked by hand, and the published data."""


import pytest
import torch

from explainers.kit.build.checkpoint import read_card
from explainers.pages.memory import training as page
from explainers.tasks import training_trials
from explainers.tasks.training_trials import RECIPE, SETTINGS, Outcome


@pytest.fixture(scope="module")
def trials() -> page.Trials:
    """The outcomes of all trainings."""
    return page.subject()


def outcome(costs: list[float], failed_at: int = -1) -> Outcome:
    """A training with these costs, measured every ten sequences."""
    points = [[10.0 * (place + 1), cost, place + 1.0, 2.0**place] for place, cost in enumerate(costs)]
    return Outcome(torch.tensor(points).reshape(-1, 4), failed_at, (0.0, 0.0), 0.0)


def test_the_three_ends_of_a_training():
    ends = {
        "converged": outcome([9, 0.05, 0.05]),
        "not within the budget": outcome([9, 8, 7]),
        "NaN": outcome([9], failed_at=17),
    }
    assert set(ends) == set(page.ENDS)
    for end, each in ends.items():
        assert page.ended(each) == end
    assert [page.sequences(each) for each in ends.values()] == [20, 30, 17]
    assert page.longest_gradient(ends["converged"]) == 4


def test_a_function_breaks_where_its_value_or_its_gradient_does():
    inputs = torch.arange(0.0, 4)
    assert page.broken_from(lambda x: 1 / (x - 2), inputs) == 2
    assert page.broken_from(lambda x: (x - 1).abs().sqrt(), inputs) == 1  # the value is 0, the slope endless
    assert page.broken_from(torch.exp, inputs) is None


def test_powers_of_equal_weights_break_where_theory_says():
    """2⁻⁵ to the power γ is 0 in 32 bits from 2⁻¹⁵⁰ on: γ = 30. The gradient is lost a little before."""
    even, sharpening = torch.full((32,), 1 / 32), page.PLACES[0]
    assert ((even**29.9).sum() > 0) and ((even**30).sum() == 0)
    assert 25 < page.broken_from(sharpening.naive, sharpening.inputs) < 30


def test_words_for_numbers():
    assert page.in_words(27.4) == "27.4" and page.in_words(1e-20) == "10⁻²⁰"


def test_every_training_is_shown_once(trials):
    for settings, figure in (
        (page.MEMORY, page.memory),
        (page.CLIPPING, page.clipping),
        (page.RATES, page.rates),
        (page.BATCHES, page.batches),
        (page.LENGTHS, page.short_sequences),
        (page.LEVELS, page.levels),
    ):
        drawn = figure(trials)
        dots = [trace for trace in drawn.data if trace.type == "scatter" and trace.xaxis == "x2"]
        assert sum(len(trace.x) for trace in dots) == sum(SETTINGS[name].seeds for name in settings.values())
        for trace in dots:
            for x, y in zip(trace.x, trace.y, strict=True):
                name = list(settings.values())[round(x)]
                assert 0 <= y <= SETTINGS[name].budget
        shares = next(trace for trace in drawn.data if trace.type == "bar" and trace.name == "converged")
        assert [f"{int(height)} of {SETTINGS[name].seeds}" for height, name in zip(shares.y, settings.values(), strict=True)] == [
            page.share(trials, name) for name in settings.values()
        ]


def test_the_card_says_what_the_curves_say(trials):
    metrics = read_card(training_trials.NAME)["metrics"]
    assert set(metrics) == set(SETTINGS)
    for name, outcomes in trials.outcomes.items():
        assert metrics[name] == training_trials.summary(outcomes)
        assert metrics[name]["trainings"] == SETTINGS[name].seeds


def test_curves_are_measured_at_equal_distances(trials):
    for outcomes in trials.outcomes.values():
        for each in outcomes:
            seen = each.curve[:, 0]
            assert torch.equal(seen, training_trials.MEASURED_EVERY * torch.arange(1, len(seen) + 1.0))
            assert (each.curve[:, 2].diff() > 0).all() and each.curve.isfinite().all()


def test_the_weightings_to_sharpen_are_weightings(trials):
    for name, weighting in trials.weightings.items():
        assert float(weighting.sum()) == pytest.approx(1, abs=1e-5), name
    assert RECIPE.clip == 0.02  # the figure of clipping names it


def test_stretches_in_which_a_gradient_is_shortened(trials):
    """Two trainings of two stretches each, with longest gradients of 1, 2, 1 and, under the limit, 0.01."""
    calm = outcome([9, 8])
    calm.curve[1, 3] = RECIPE.clip / 2
    changed = page.replace(trials, outcomes=trials.outcomes | {"recipe": [outcome([9, 8]), calm]})
    assert page.shortened(changed) == 75
    assert page.usual_longest(changed) == pytest.approx(1 / RECIPE.clip)


def some(converged: int, of: int = 8) -> list[Outcome]:
    """Trainings of which so many converged."""
    return [outcome([9, 0.05, 0.05])] * converged + [outcome([9, 8, 7])] * (of - converged)


def test_clearly_fewer_is_what_chance_hardly_ever_does(trials):
    """Eight of eight against two of eight: 7 in a thousand; against three: 26 in a thousand."""
    changed = page.replace(trials, outcomes=trials.outcomes | {"recipe": some(8), "clip_10": some(2), "clip_1": some(3)})
    assert page.clearly_fewer(changed, "clip_10") and not page.clearly_fewer(changed, "clip_1")
    assert page.no_difference(changed) == 3
    assert page.only_tight_clipping(trials) and not page.only_tight_clipping(changed)


@pytest.mark.parametrize(
    ("claim", "name", "outcomes"),
    [
        (page.every_memory_works, "memory_tiny", some(6)),
        (page.two_rates_work, "rate_1e-2", some(7)),
        (page.two_rates_work, "rate_3e-2", some(3)),
        (page.three_are_too_few, "up_to_3", some(3)),
        (page.five_can_do, "up_to_5", some(4)),
        (page.no_proof_for_a_curriculum, "recall_levels", some(9, 10)),
        (page.no_proof_for_a_curriculum, "recall_levels", some(1, 10)),
        (page.single_needs_fewest, "batch_8", [*some(7), outcome([0.05, 0.05])]),
        (page.no_nan, "naive", [outcome([9], failed_at=17)] * 8),
    ],
)
def test_a_claim_falls_with_its_trainings(trials, claim, name, outcomes):
    assert claim(trials)
    assert not claim(page.replace(trials, outcomes=trials.outcomes | {name: outcomes}))


def test_a_formula_of_the_paper_names_its_equation():
    for each in page.PLACES:
        assert (each.equation > 0) == (f"equation {each.equation}" in each.source), each.name
