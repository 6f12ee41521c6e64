"""What recorded trainings come to: small cases worked by hand, and the published data."""

from dataclasses import replace

import pytest
import torch

from explainers.kit import labelled
from explainers.kit.build.checkpoint import read_card
from explainers.studies import training_outcomes
from explainers.tasks import training_trials
from explainers.tasks.training_trials import SETTINGS, Outcome


@pytest.fixture(scope="module")
def trials() -> training_outcomes.Trials:
    """The outcomes of all trainings."""
    return training_outcomes.trials()


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
    assert set(ends) == set(training_outcomes.ENDS)
    for end, each in ends.items():
        assert training_outcomes.ended(each) == end
    assert [training_outcomes.sequences(each) for each in ends.values()] == [20, 30, 17]
    assert training_outcomes.longest_gradient(ends["converged"]) == 4


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


def some(converged: int, of: int = 8) -> list[Outcome]:
    """Trainings of which so many converged."""
    return [outcome([9, 0.05, 0.05])] * converged + [outcome([9, 8, 7])] * (of - converged)


def test_clearly_fewer_is_what_chance_hardly_ever_does(trials):
    """Eight of eight against two of eight: 7 in a thousand; against three: 26 in a thousand."""
    changed = replace(trials, outcomes=trials.outcomes | {"recipe": some(8), "clip_10": some(2), "clip_1": some(3)})
    assert training_outcomes.clearly_fewer(changed, "clip_10") and not training_outcomes.clearly_fewer(changed, "clip_1")


def test_what_is_shown_of_an_experiment_stands_under_its_setting_and_its_seed(trials):
    """Of trainings on up to three vectors one converged; of those on up to five one ended in NaN; all the others did neither."""
    slow, failed = outcome([9, 8, 7]), outcome([9], failed_at=17)
    changed = {"up_to_3": [slow, outcome([9, 0.05, 0.05])], "up_to_5": [failed, slow], "recipe": [slow, slow]}
    changed = replace(trials, outcomes=trials.outcomes | changed)
    counts = training_outcomes.counts(changed, experiment="lengths")
    assert counts.sel(setting="up_to_3").values.tolist() == [1, 1, 0]
    assert counts.sel(setting="up_to_5", end="NaN") == 1 and counts.sel(end="converged").sum() == 1
    assert labelled.labels(counts, "setting") == ["3", "5", "10"] and labelled.title(counts) == "How many converged, of 2"
    seen = training_outcomes.measured(changed, experiment="lengths", measure="sequences")
    assert seen.sel(setting="up_to_3", training=1) == 20 and seen.sel(setting="up_to_5", training=0) == 17
    assert seen.end.sel(setting="up_to_3").values.tolist() == ["not within the budget", "converged"]
    wrong = training_outcomes.measured(changed, experiment="lengths", measure="wrong bits")
    assert wrong.isnull().values.tolist() == [[False, False], [True, False], [False, False]]


def test_every_setting_of_an_experiment_is_drawn_by_the_name_it_has_in_the_table(trials):
    for name, experiment in training_outcomes.SHOWN.items():
        assert experiment.settings in training_outcomes.EXPERIMENTS.values()
        for measure in ("sequences", *experiment.measures):
            found = training_outcomes.measured(trials, experiment=name, measure=measure)
            assert found.shape == (len(experiment.settings), SETTINGS[next(iter(experiment.settings.values()))].seeds)
