"""What must be true of the page memory/addressing, beside its claims."""

from types import SimpleNamespace

import pytest
import torch

from explainers.models.ntm import NeuralTuringMachine
from explainers.pages.memory import addressing as page
from explainers.studies import modes
from explainers.tasks import copy


def walking(shift: list[float]) -> SimpleNamespace:
    """A head on location 2 of a ring of five that shifts so at its one step."""
    weighting = torch.tensor([0, 0.1, 0.9, 0, 0])
    controls = SimpleNamespace(shift=torch.tensor([[[shift, shift]]], dtype=torch.float))
    return SimpleNamespace(previous=lambda step, head: weighting, writing=0, controls=controls)


@pytest.mark.parametrize(
    ("shift", "before", "moved", "fallen"),
    [
        ([1, 0, 0], [0.9, 0, 0, 0, 0.1], [0, 0, 0, 0.1, 0.9], [0, 0, 0, 0.1, 0]),
        ([0, 0, 1], [0, 0, 0, 0.1, 0.9], [0.9, 0, 0, 0, 0.1], [0, 0, 0, 0, 0.1]),
    ],
    ids=["down", "up"],
)
def test_the_edge_is_the_one_that_the_head_walks_towards(shift, before, moved, fallen):
    """Whichever way a machine has learned to walk: without the circle, what stands at the edge is lost."""
    found = page.over_the_edge(walking(shift))
    for got, wanted in zip(found, (before, moved, fallen), strict=True):
        assert torch.allclose(got, torch.tensor(wanted, dtype=torch.float))
    assert page.fallen_off(walking(shift)) == pytest.approx(90)


def test_each_step_is_taken_by_its_machine_from_the_state_of_the_one_before():
    torch.manual_seed(0)
    one, other = (NeuralTuringMachine(9, 8, hidden=5, locations=6, width=4).requires_grad_(False) for _ in range(2))
    inputs = torch.rand(3, 2, 9)
    assert torch.equal(page.taking_turns([one] * 3, inputs).output, one.predict(inputs))
    state, _ = one.step(one.initial_state(2), inputs[0])
    assert torch.equal(page.taking_turns([one, other, one], inputs).output[1], other.step(state, inputs[1])[1].output)


def test_a_machine_whose_answers_are_random_is_no_exception(monkeypatch):
    """With random weights nearly every sequence has a mistake, whatever the gates do; and no write is sharp."""
    monkeypatch.setattr(page, "FEWER", 20)
    monkeypatch.setattr(page.copy, "trained", lambda name: copy.build(1).requires_grad_(False))
    found = page.with_shut_gates("copy")
    assert min(found.mistaken.values()) > 50
    untrained = SimpleNamespace(shut=(found,))
    assert not page.sharpening_restores(untrained)
    assert not page.mostly_at_the_start(untrained) and not page.tasted_in_two_ways(untrained) and not page.all_begin_alike(untrained)


BY_SHIFT, BY_CONTENT, NOTHING = page.Taste(0.7, 0.3, 0.3, 1), page.Taste(0.7, 0.3, 0.02, 0.4), page.Taste(1, 0, 0, 1)


def shut(own: int, but: int, at: int, percent: float, tastes=(BY_SHIFT, BY_SHIFT), begins: float = 0.9) -> page.Shut:
    """What became of the copies of a made-up machine."""
    return page.Shut({"own": own, "but": but, "at": at}, percent, 0.5, 0.999, *tastes, begins)


def test_a_taste_by_hand():
    """Two lengths, two sequences each: on location 0, and on two vectors or three."""
    short = (torch.tensor([0.5, 0.7]), torch.tensor([[0.4, 0.1], [0.3, 0.0]]))
    long = (torch.tensor([0.8, 0.8]), torch.tensor([[0.1, 0.1, 0.0], [0.0, 0.1, 0.1]]))
    found = page.taste([short, long])
    assert (found.start, found.stored, found.first, found.most) == pytest.approx((0.6, 0.2, 0.05, 0.9))


def test_the_claims_about_what_is_tasted_can_turn_false():
    two, third = (shut(0, 0, 0, 0), shut(0, 0, 0, 0)), shut(0, 0, 300, 48, (BY_CONTENT, NOTHING))
    right = SimpleNamespace(shut=(*two, third))
    assert page.mostly_at_the_start(right) and page.tasted_in_two_ways(right) and page.all_begin_alike(right)
    for tastes in ((BY_SHIFT, NOTHING), (BY_CONTENT, BY_SHIFT), (page.Taste(0.7, 0.3, 0.02, 0.6), NOTHING)):
        wrong = SimpleNamespace(shut=(*two, shut(0, 0, 300, 48, tastes)))
        assert not page.tasted_in_two_ways(wrong)
    assert not page.tasted_in_two_ways(SimpleNamespace(shut=(*two, shut(0, 0, 0, 0))))
    assert not page.tasted_in_two_ways(SimpleNamespace(shut=(two[0], shut(0, 0, 0, 0, (BY_SHIFT, NOTHING)), third)))
    empty = SimpleNamespace(shut=(*two, shut(0, 0, 300, 48, (page.Taste(0.5, 0.5, 0.1, 0.4), NOTHING))))
    assert not page.mostly_at_the_start(empty)
    assert not page.all_begin_alike(SimpleNamespace(shut=(*two, shut(0, 0, 300, 48, begins=0.4))))


def test_the_claims_about_shut_gates_can_turn_false():
    right = SimpleNamespace(shut=(shut(0, 0, 0, 0), shut(1, 1, 1, 0.1), shut(0, 0, 300, 48)))
    assert page.content_only_at_the_mark(right) and page.one_tastes_at_the_mark(right)
    assert page.wrong_with_the_mark_shut(right) == 48
    assert not page.content_only_at_the_mark(SimpleNamespace(shut=(shut(0, 1, 0, 0), *right.shut[1:])))
    assert not page.one_tastes_at_the_mark(SimpleNamespace(shut=(shut(0, 0, 1, 2), *right.shut[1:])))
    assert not page.one_tastes_at_the_mark(SimpleNamespace(shut=right.shut[:1] * 3))


def test_from_least_to_most():
    assert page.from_to([48.25, 0.0, 0.04]) == "0.0 to 48.2"
    assert page.from_to([0.01, 0.0]) == "0.0"


def test_looked_up_fairly_the_location_itself_scores_the_same_both_ways():
    episode = SimpleNamespace(run=copy.run(length=page.LENGTH, seed=0))
    memory = episode.run.trace.memory_after[page.LENGTH, 0]
    key = memory[page.looked_up(episode)]
    assert page.strength(episode) == pytest.approx(float(key @ key), rel=1e-5)
    by_cosine, _, by_dot_product = page.lookups(episode)
    assert page.rival(episode) != page.looked_up(episode)
    assert by_dot_product[page.rival(episode)] > by_cosine[page.rival(episode)]


@pytest.mark.parametrize(("gains", "one"), [((0.1, -0.2, 0.1), False), ((0.05, -0.2, 0.15), True), ((0.1, 0.1, -0.2), False)])
def test_a_rival_takes_more_than_half_of_what_the_location_looked_up_loses(monkeypatch, gains, one):
    monkeypatch.setattr(page, "gained", lambda episode: torch.tensor(gains))
    monkeypatch.setattr(page, "looked_up", lambda episode: 1)
    assert page.one_rival(None) == one


def test_what_a_softmax_of_cosines_can_give_at_most():
    """One cosine of 1, all others −1."""
    cosines = torch.full((modes.LENGTH,), -1.0)
    cosines[3] = 1
    episode = SimpleNamespace(addressing=SimpleNamespace(weighting=torch.zeros(1, 1, 2, modes.LENGTH)))
    assert page.most_without_strength(episode) == pytest.approx(float(torch.softmax(cosines, -1).max()))
