"""What must be true of the page memory/ngrams, beside its claims: counts and divergences worked by hand, and the published data."""

import math
from dataclasses import replace
from functools import cache

import pytest
import torch

from explainers.pages.memory import ngrams as page
from explainers.studies import counting as study
from explainers.tasks import ngrams


@cache
def counting() -> study.Counting:
    """The record of the page, of fewer and shorter sequences beside the recorded one."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in (("SEQUENCES", 20), ("LONG_SEQUENCES", 2), ("LONG", ngrams.LENGTH)):
            patched.setattr(study, name, value)
        return study.counting.__wrapped__()


def test_the_optimal_estimator_by_hand():
    """After 1 a one follows once in the bits 1 1 0 1 before the last step, and a zero once: (1 + ½) / (2 + 1)."""
    bits = torch.tensor([[1.0], [1], [0], [1], [1]])
    assert ngrams.estimate(bits, 1)[:, 0].tolist() == pytest.approx([0.5, 0.5, 0.75, 0.5, 0.5])
    assert ngrams.estimate(bits, 0)[:, 0].tolist() == pytest.approx([0.5, 1.5 / 2, 2.5 / 3, 2.5 / 4, 3.5 / 5])


def test_looking_back_five_bits_is_optimal():
    drawn = ngrams.draw_sequences(3, torch.Generator().manual_seed(1), 60)
    torch.testing.assert_close(ngrams.estimate(drawn.bits, ngrams.ORDER), drawn.optimal)


def test_the_cheapest_sequence_is_one_bit_throughout():
    """After i of them the next one has the probability (i + ½) / (i + 1); each of the first five costs one bit."""
    counted = (2 * seen + 2 for seen in range(ngrams.LENGTH - ngrams.ORDER))
    constant = ngrams.ORDER + sum(math.log2(twice / (twice - 1)) for twice in counted)
    assert page.cheapest(counting()) == pytest.approx(constant, abs=1e-4)


def test_cost_and_divergence_by_hand():
    """A quarter given to what came costs two bits. ½ against ¼: ½ log₂ 2 + ½ log₂ ⅔."""
    assert ngrams.cost(torch.tensor([[0.25], [0.25]]), torch.tensor([[1.0], [0]])).item() == pytest.approx(2 - math.log2(0.75))
    found = ngrams.divergence(torch.tensor([0.5, 0.3]), torch.tensor([0.25, 0.3]))
    assert found.tolist() == pytest.approx([0.5 + 0.5 * math.log2(2 / 3), 0], abs=1e-6)


def test_the_arrows_stand_where_the_machine_is_worst():
    others = [step for step in range(ngrams.LENGTH) if step not in counting().mistakes]
    assert min(counting().away[counting().mistakes]) >= max(counting().away[others])


def test_the_example_is_visited_again_and_again_and_cannot_follow_itself():
    assert counting().favourite not in (0, ngrams.CONTEXTS - 1)
    assert counting().last_visit == max(counting().visits) < study.HALF
    assert {int(counting().context[step]) for step in counting().visits} == {counting().favourite}


def test_what_the_browser_gets_is_the_recorded_sequence():
    counted = counting()
    live = page.inference(counted).layout.meta["live"]
    assert live["bits"] == counted.bits and live["mistakes"] == counted.mistakes
    for step in range(ngrams.ORDER, ngrams.LENGTH):
        assert live["context"][step] == int("".join(map(str, live["bits"][step - ngrams.ORDER : step])), 2)
        one, all_ = live["ones"][step], live["ones"][step] + live["zeros"][step]
        assert live["optimal"]["data"][step] == pytest.approx((one + 0.5) / (all_ + 1), abs=1e-6)
    assert len(live["lstm"]["data"]) == len(live["machine"]["data"]) == ngrams.LENGTH


def test_the_axis_of_the_learning_curves_begins_below_the_optimum():
    drawn = page.learning(counting())
    lowest, highest = drawn.layout.yaxis.range
    bits = ngrams.trial()[0].targets[..., 0]
    optimum = float(ngrams.cost(ngrams.estimate(bits, ngrams.ORDER), bits).mean())
    assert optimum - 10 <= lowest < optimum
    assert all(lowest < value < highest for trace in drawn.data for value in trace.y)


ABOUT_MACHINES = (
    page.near_the_optimum, page.probabilities_teach_better, page.same_context_same_location, page.other_context_other_location,
    page.oldest_bit_overlooked, page.reads_five_bits, page.writes_a_step_later, page.write_follows_read, page.bits_are_added_unlike,
    page.estimate_in_the_read_vector,
)  # fmt: skip


@pytest.mark.parametrize("says", ABOUT_MACHINES, ids=lambda says: says.__name__)
def test_one_machine_that_has_learned_nothing_turns_what_is_said_of_all_false(says):
    counted = counting()
    last = replace(counted.untrained, seed=counted.machines[-1].seed)
    assert says(counted) and not says(replace(counted, machines=(*counted.machines[:-1], last)))


def test_a_machine_that_learned_is_not_said_to_do_nothing():
    assert not page.untrained_does_none_of_it(replace(counting(), untrained=counting().machines[0]))


def test_one_fading_that_grows_is_noticed():
    counted = counting()
    grown = replace(counted.untrained, faded=counted.untrained.faded[::-1])
    assert page.writes_grow_fainter(counted) and not page.writes_grow_fainter(replace(counted, untrained=grown))


def test_one_stretch_of_one_machine_is_enough_to_turn_drifting_false():
    """Machines that are nearer than the LSTM everywhere, and five times as far off in the end as at step 200."""
    near, far = torch.full((study.LONG,), 0.1), torch.ones(study.LONG)
    near[-page.STRETCH :] = 0.5
    once = near.clone()
    once[100:120] = 2.0
    flat = torch.full((study.LONG,), 0.1)

    def drifts(*machines) -> tuple[bool, bool]:
        record = replace(counting(), lasting=study.Lasting(machines, far, far))
        return bool(page.lstm_drifts(record)), bool(page.machines_drift_too(record))

    assert drifts(near, near) == (True, True)
    assert drifts(near, once) == (False, True)
    assert drifts(near, flat) == (True, False)


def test_the_example_breaks_when_its_heads_stand_elsewhere():
    counted = counting()
    assert page.one_location_at_every_arrow(counted)
    trace = counted.run.trace
    weighting = trace.addressing.weighting.clone()
    step = counted.visits[3]
    weighting[step, 0, page.READ] = weighting[step, 0, page.READ].roll(1)
    moved = replace(trace, addressing=replace(trace.addressing, weighting=weighting))
    assert not page.one_location_at_every_arrow(replace(counted, run=replace(counted.run, trace=moved)))
