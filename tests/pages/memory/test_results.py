"""What must be true of the page memory/results, beside its claims: verdicts worked by hand, and a table that says what the cards say."""

import json
from dataclasses import replace

import pytest

from explainers.kit.build import checkpoint
from explainers.kit.files import ROOT
from explainers.pages.memory import results as page
from explainers.studies.further_sequences import Copied, Further
from explainers.tasks import copy


def result(values: list[float], lstm: list[float], *measures: page.Measure) -> page.Result:
    """A task with three machines and three LSTMs whose cards hold one number, `n`."""

    def across(numbers: list[float]) -> dict:
        return {"n": {"mean": sum(numbers) / len(numbers), "spread": 0.0, "seeds": numbers}}

    goal = page.Goal(copy.TASK, "A task", "memory/copy", measures)
    machines = tuple({"sequences": 1000 * seed, "cpu_seconds": 10.0 * seed, "across_seeds": across(values)} for seed in (1, 2, 3))
    return page.Result(goal, machines, {"sequences": 5000, "cpu_seconds": 7.0, "across_seeds": across(lstm)})


def further(wrong_far: list[float]) -> Further:
    """Further sequences on which all goes well, but for those of many vectors."""
    costs = {"repeat_copy": 0.1, "recall": 0.01, "sort": 9.0, "ngrams": 130.0, "ngrams-hard": 130.0}
    copied = Copied(costs=(0.01,), wrong_fifty=(0.0,), wrong_far=tuple(wrong_far))
    return Further((copied,), {name: (value,) * 3 for name, value in costs.items()}, (0.1, 2.0, 2.0), (0.0, 0.0, 0.0))


def results(wrong_far: list[float]) -> page.Results:
    """The cards of all tasks, and those further sequences."""
    return page.Results(tuple(map(page.result_of, page.GOALS)), further(wrong_far))


@pytest.mark.parametrize(
    ("bound", "values", "verdict"),
    [
        (page.below(1), [0.5, 0.9, 0.1], "✓ 3 of 3"),
        (page.below(1), [0.5, 1.0, 0.1], "2 of 3"),
        (page.at_most(1), [0.5, 1.0, 0.1], "✓ 3 of 3"),
        (page.at_most(0), [0.5, 1.0, 0.1], "✗ 0 of 3"),
        (page.best_at_most(0.1), [0.5, 1.0, 0.1], "✓ best"),
        (page.best_at_most(0.05), [0.5, 1.0, 0.1], "✗ best"),
        (page.below_lstm_by(5), [25.0, 25.1, 24.0], "2 of 3"),  # the LSTMs' mean is 30
        (page.below_lstm_times(0.5), [14.9, 15.0, 1.0], "2 of 3"),
    ],
)
def test_a_verdict_worked_by_hand(bound, values, verdict):
    assert page.verdict(result(values, [20.0, 30.0, 40.0]), "n", bound) == verdict


def test_a_row_worked_by_hand():
    measure = page.Measure("n", "bits", (page.below(1), page.at_most(2)), "none")
    made = page.group(result([0.25, 1.5, 0.5], [20.0, 30.0, 1234.0], measure))
    assert made.rows == (("bits", "< 1; ≤ 2", "2 of 3; ✓ 3 of 3", "0.25", "0.75", "1.25", "428.0", "none"),)
    assert made.note == "3 seeds; 1,000 to 3,000 sequences in 10 to 30 s on one core. The LSTM: 5,000 in 7 s."


def test_the_table_says_what_the_cards_say(figures):
    record = json.loads((ROOT / "docs/built/memory/results.json").read_bytes())
    groups = record["tables"]["reached"]["groups"]
    assert [group["title"] for group in groups] == [goal.title for goal in page.GOALS if checkpoint.card_path(goal.task.curves_name).is_file()]
    copying = dict(zip(record["tables"]["reached"]["head"], groups[0]["rows"][0], strict=True))
    across = checkpoint.read_card("copy")["across_seeds"]["bits_per_sequence"]
    assert float(copying["best seed"]) == pytest.approx(min(across["seeds"]), rel=0.01)
    assert float(copying["mean"]) == pytest.approx(across["mean"], rel=0.01)
    assert float(copying["spread"]) == pytest.approx(across["spread"], rel=0.01)


def test_every_number_asked_for_is_on_the_cards():
    for result in results([0.0]).each:
        for measure in result.goal.measures:
            assert len(result.seeds(measure.name)) == len(result.machines) == len(result.goal.task.seeds)
            assert measure.name in result.lstm["across_seeds"]


def test_what_was_not_alike_is_read_off_the_recipes():
    """Made by hand: two levels and a second stage, an LSTM without either; one limit of gradients against another."""
    stages = (
        page.Recipe(batch=1, rate=1.0, clip=0.5, batches=1, levels=(2, 6), learned=0.1, hopes=((1, 1.0),)),
        page.Recipe(batch=1, rate=1.0, clip=0.5, batches=1, levels=(9, 9), skip=6.0),
    )
    task = replace(copy.TASK, stages=stages, compared=page.Recipe(batch=1, rate=1.0, clip=1.0, batches=1, levels=(6, 6)))
    goal = page.Goal(task, "A task", "memory/copy", (), page.up_to(2, "items"), "a start")
    assert page.kinds(goal, stages) == "2 items, by levels up to 6, then 2 to 9 items"
    assert page.only_machines(goal) == [
        "a start", "stop when they have learned", "may begin anew", "wild gradients left out", "gradients clipped at 0.5, not at 1",
    ]  # fmt: skip
    alike = page.Goal(replace(task, stages=(task.compared,)), "A task", "memory/copy", (), page.always("items"))
    assert page.kinds(alike, (task.compared,)) == "6 items" and page.only_machines(alike) == []


def test_numbers_of_figures_are_those_of_one_place():
    shown = [measure.paper for goal in page.GOALS for measure in goal.measures if "figure" in measure.paper]
    assert "(figure 18)" in shown[-1] and not any("(figure 16)" in words for words in shown)


def test_a_further_set_keeps_the_bound_of_its_own_number():
    """A tenth of a bit is too much for a cost; one percent of 960 bits is not too much for wrong bits, and more is."""
    assert page.kept_again([0.05, 0.1, 0.3], page.COST) == "one of the three means"
    assert page.kept_again([0.0, 9.6, 9.7], "wrong_bits_120") == "two of the three means"


def test_the_far_claim_falls_with_the_card_and_with_the_further_sets(monkeypatch):
    assert page.copies_far(results([9.0, 9.0, 10.0]))
    assert not page.copies_far(results([9.0, 9.0, 11.0]))
    monkeypatch.setattr(page.Result, "seeds", lambda result, name: [0.0, 0.0, 29.0])
    assert not page.copies_far(results([9.0]))


def test_a_machine_that_fails_on_further_sequences_turns_its_sentence_false():
    """Of each number that is measured again, one machine is worse than its sentence says."""
    again = further([0.0])
    assert page.below_every_lstm(results([0.0])) and page.recalls_twelve(results([0.0])) and page.near_the_optimum(results([0.0]))
    for finding, worse in (
        (page.repeats, {"costs": again.costs | {"repeat_copy": (0.1, 1.0, 0.1)}}),
        (page.recalls, {"costs": again.costs | {"recall": (0.1, 0.3, 0.1)}}),
        (page.sorts, {"costs": again.costs | {"sort": (9.0, 9.0, 31.0)}}),
        (page.below_every_lstm, {"costs": again.costs | {"ngrams-hard": (130.0, 200.0, 130.0)}}),
        (page.near_the_optimum, {"above_optimal": (1.6, 1.6, 1.6)}),
        (page.recalls_twelve, {"wrong_twelve": (0.0, 0.0, 1.0)}),
        (page.copies_fifty, {"copied": (replace(again.copied[0], wrong_fifty=(0.0, 0.01)),)}),
    ):
        assert finding(results([0.0])) and not finding(replace(results([0.0]), further=replace(again, **worse)))


def test_the_lstm_of_the_copy_task_is_counted_by_hand():
    """Three layers of 128, four gates each, two biases; nine inputs, eight outputs. Beside the machine's weights."""
    gates = 4 * 128
    layers = gates * (9 + 128 + 2) + 2 * gates * (128 + 128 + 2) + 8 * 128 + 8
    assert page.lstm_size(copy.TASK) == layers / page.cost.parameters(copy.build(0))
