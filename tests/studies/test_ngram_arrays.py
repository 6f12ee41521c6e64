"""What is shown of the n-gram machines: every number stands under its own step, seed and name."""

import numpy as np
import pytest
import torch

from explainers.kit import labelled
from explainers.kit.figure import plot
from explainers.studies import ngram_arrays as arrays
from explainers.studies.counting import BACK, HALF, VISITS, Counting, Lasting, Use
from explainers.studies.curves import SEEN
from explainers.studies.ngram_memory import READ, WRITE
from explainers.tasks import ngrams


def machine(seed: int) -> Use:
    """A machine whose measures are made of its seed."""
    return Use(
        seed=seed,
        away=torch.zeros(1),
        same_context=0.0,
        any_context=0.0,
        shared=(0.0,),
        read_locations=1,
        read_tells=tuple(seed / 10 + back / 100 for back in range(BACK)),
        write_tells=tuple(seed / 10 - back / 100 for back in range(BACK)),
        context_told=0.0,
        after=0.0,
        here=0.0,
        opposed=0.0,
        estimate_told=0.0,
        faded=tuple((seed + 1) / (visit + 4) for visit in range(VISITS)),
    )


@pytest.fixture(scope="module")
def counting() -> Counting:
    """A sequence recorded with the published machine; the other measures are made up."""
    lasting = Lasting(
        machines=tuple(torch.full((arrays.STRETCH * 2,), value) for value in (0.2, 0.3)),
        lstm=torch.arange(arrays.STRETCH * 2.0),
        four_bits=torch.ones(arrays.STRETCH * 2),
    )
    return Counting(
        run=ngrams.run(3),
        lstm=torch.linspace(0, 1, ngrams.LENGTH),
        machines=(machine(2), machine(0)),
        untrained=machine(7),
        away_on_bits={},
        context_holds=0.0,
        lasting=lasting,
        optimal_costs=torch.zeros(1),
        looking_back=(200.0, 190.0, 180.0, 170.0, 160.0, 150.0),
    )


def test_a_context_is_written_the_oldest_bit_first():
    assert arrays.written(1) == "00001"
    assert arrays.written(24) == "11000"


def test_arrows_push_away_the_numbers_near_them():
    axis = arrays.times(range(1, 101), [23, 71])
    made = labelled.array(torch.zeros(1, 100), "row time", labelled.CHANCE, row=labelled.Axis("", ["a"]), time=axis)
    assert labelled.labels(made, "time") == [str(step) for step in range(1, 101)]
    shown = [(step + 1, label) for step, label in enumerate(plot._ticks(made, "time")) if label]
    assert shown == [(23, plot.ARROW), (40, "40"), (60, "60"), (71, plot.ARROW), (80, "80"), (100, "100")]


@pytest.mark.parametrize("half", [1, 2])
def test_a_step_has_its_own_bit_and_predictions_in_either_half(counting, half):
    made = arrays.predictions(counting, half=half)
    step = (half - 1) * HALF + 17
    there = made.sel(time=step)
    wanted = [counting.bits[step - 1], counting.optimal[step - 1], counting.run.predicted[step - 1], counting.lstm[step - 1]]
    assert there.sel(predictor=["input", "optimal", "machine", "LSTM"]).values == pytest.approx([float(value) for value in wanted])
    marked = made.coords["time"].values[made.coords["time marked"].values].tolist()
    assert marked == [mistake + 1 for mistake in counting.mistakes if mistake + 1 in made.coords["time"]]


def test_the_visits_are_marked_and_each_has_what_was_said_then(counting):
    whole, found = arrays.predictions_at_visits(counting), arrays.one_context(counting)
    marked = whole.coords["time"].values[whole.coords["time marked"].values].tolist()
    assert marked == arrays.visits(counting) and {int(counting.context[step - 1]) for step in marked} == {counting.favourite}
    for visit, step in enumerate(marked, 1):
        assert found.sel(visit=visit).values == pytest.approx(whole.sel(time=step).values)


def test_what_a_head_does_stands_under_its_name_step_and_location(counting):
    trace = counting.run.trace
    where, adds = (arrays.memory_use(counting, part=part) for part in ("weightings", "adds"))
    for head, number in (("read", READ), ("write", WRITE)):
        assert where.sel(time=30, head=head, location=5).item() == pytest.approx(float(trace.addressing.weighting[29, 0, number, 5]))
    assert adds.sel(time=30, width=1).item() == pytest.approx(float(trace.add[29, 0, 0, 0]))
    shown = where.sel(time=list(range(1, HALF + 1)))
    assert arrays.used(counting) == [place for place in range(shown.sizes["location"]) if shown.sel(location=place).max() > arrays.VISIBLE]


def test_each_learning_curve_has_its_kind_and_seed_and_the_estimators_reach_across_all(counting):
    made = arrays.learning()
    curve = ngrams.curves(ngrams.HARD)["lstm"][ngrams.SEEDS.index(1)]
    kept = made.sel(learner="LSTM, trained on bits, seed 1")
    assert kept.values[: len(curve)] == pytest.approx(curve[:, 1].numpy())
    assert kept.coords[SEEN].values[: len(curve)] == pytest.approx(curve[:, 0].numpy())
    assert kept.coords["learner label"] == "LSTM, trained on bits"
    known = arrays.looking_back(counting)
    assert known.sel(order=4).values.tolist() == [160, 160] and known.sel(order=5).coords["order label"] == "optimal estimator"
    assert known.coords[SEEN].values[0].tolist() == [np.nanmin(made.coords[SEEN]), np.nanmax(made.coords[SEEN])]


def test_measures_stand_under_their_seed(counting):
    told, faded = arrays.told(counting), arrays.faded(counting)
    assert told.sel(head="read", seed=2, back=1) == 0.2 and told.sel(head="write", seed=2, back=3) == pytest.approx(0.18)
    assert told.sel(head="read", seed=0, back=3) == pytest.approx(0.02)
    assert faded.sel(machine="seed 2", visit=1) == 0.75 and faded.sel(machine="untrained", visit=VISITS) == 8 / (VISITS + 3)


def test_a_stretch_is_a_mean_and_stands_at_its_middle(counting):
    """Steps 1 to 20 of 0, 1, 2, … have the mean 9.5 and the middle 10.5."""
    made = arrays.over_time(counting)
    assert made.sel(predictor="LSTM", stretch=10.5) == 9.5 and made.sel(predictor="LSTM", stretch=30.5) == 29.5
    assert made.sel(predictor="machine, seed 2", stretch=30.5) == pytest.approx(0.2)
    assert made.sel(predictor="machine, seed 0", stretch=10.5) == pytest.approx(0.3)
