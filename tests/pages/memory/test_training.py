"""What must be true of the page memory/training, beside its claims: small cases worked by hand, and the published data."""

from dataclasses import replace

import pytest
import torch

from explainers.pages.memory import training as page
from explainers.studies import training_outcomes
from explainers.studies.training_outcomes import Trials
from explainers.tasks.training_trials import RECIPE, SETTINGS, Outcome


@pytest.fixture(scope="module")
def trials() -> Trials:
    """The outcomes of all trainings."""
    return page.subject()


def outcome(costs: list[float], failed_at: int = -1) -> Outcome:
    """A training with these costs, measured every ten sequences."""
    points = [[10.0 * (place + 1), cost, place + 1.0, 2.0**place] for place, cost in enumerate(costs)]
    return Outcome(torch.tensor(points).reshape(-1, 4), failed_at, (0.0, 0.0), 0.0)


def test_words_for_numbers():
    assert page.in_words(27.4) == "27.4" and page.in_words(1e-20) == "10⁻²⁰"


def test_every_training_is_shown_once(trials):
    for settings, figure in (
        (page.MEMORY, page.memory),
        (page.CLIPPING, page.clipping),
        (page.RATES, page.rates),
        (page.BATCHES, page.batches),
        (training_outcomes.LENGTHS, page.short_sequences),
        (training_outcomes.LEVELS, page.levels),
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
            page.out_of_all(trials, name) for name in settings.values()
        ]


def test_stretches_in_which_a_gradient_is_shortened(trials):
    """Two trainings of two stretches each, with longest gradients of 1, 2, 1 and, under the limit, 0.01."""
    calm = outcome([9, 8])
    calm.curve[1, 3] = RECIPE.clip / 2
    changed = replace(trials, outcomes=trials.outcomes | {"recipe": [outcome([9, 8]), calm]})
    assert page.shortened(changed) == 75
    assert page.usual_longest(changed) == pytest.approx(1 / RECIPE.clip)


def some(converged: int, of: int = 8) -> list[Outcome]:
    """Trainings of which so many converged."""
    return [outcome([9, 0.05, 0.05])] * converged + [outcome([9, 8, 7])] * (of - converged)


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
        (page.gradients_jump, "clip_10", some(8)),
    ],
)
def test_a_claim_falls_with_its_trainings(trials, claim, name, outcomes):
    assert claim(trials)
    assert not claim(replace(trials, outcomes=trials.outcomes | {name: outcomes}))


@pytest.mark.parametrize(
    ("fact", "name"),
    [
        (page.clip_none, "clip_none"),
        (page.clip_10, "clip_10"),
        (page.rate_1e_4, "rate_1e-4"),
        (page.rate_1e_3, "rate_1e-3"),
        (page.rmsprop, "rmsprop"),
        (page.batch_64, "batch_64"),
    ],
)
def test_where_none_converged_one_would_be_counted(trials, fact, name):
    assert fact(trials) == "0 of 8"
    assert fact(replace(trials, outcomes=trials.outcomes | {name: some(1)})) == "1 of 8"


def test_settings_are_those_of_the_record(trials):
    assert page.trainings() == sum(map(len, trials.outcomes.values()))
    assert page.even_breaks() == page.vanishes_from(trials.failures.weightings[page.EVEN_OVER_ALL])


def test_chance_parts_a_setting_from_the_recipe_at_the_counts_that_are_said(trials):
    """Eight of eight against two of eight: 7 in a thousand; against three: 26 in a thousand."""
    changed = replace(trials, outcomes=trials.outcomes | {"recipe": some(8), "clip_10": some(2), "clip_1": some(3)})
    assert page.no_difference(changed) == 3
    assert page.only_tight_clipping(trials) and not page.only_tight_clipping(changed)


def test_the_figure_of_clipping_names_the_limit_of_the_recipe():
    assert float(next(label for label, name in page.CLIPPING.items() if name == "recipe")) == RECIPE.clip
