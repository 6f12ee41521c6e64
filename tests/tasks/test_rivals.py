"""The contest of rivals: that it is fair, and that the checkpoint holds what the models do."""

import pytest
import torch

from explainers.kit.build.checkpoint import load_checkpoint, read_card
from explainers.models import cost
from explainers.models.lstm import Lstm
from explainers.tasks import ngrams, rivals

NAMES = list(rivals.CONTESTS)


@pytest.mark.parametrize("name", NAMES)
def test_all_have_as_many_weights_as_the_machine(name):
    contest = rivals.CONTESTS[name]
    wanted = cost.parameters(contest.task.build(0))
    for makers in contest.kinds.values():
        for make in makers.values():
            assert cost.parameters(make()) == pytest.approx(wanted, rel=0.03)


@pytest.mark.parametrize("name", NAMES)
def test_rivals_of_a_task_see_equally_many_sequences(name):
    contest = rivals.CONTESTS[name]
    for kind in contest.kinds:
        assert {int(curve[-1, 0]) for curve in rivals.curves(name)[kind]} == {contest.sequences}


@pytest.mark.parametrize(("name", "few"), [("copy", (10, 120)), ("recall", (12, 20))])
def test_the_machines_are_measured_as_the_rivals(name, few):
    """Their cards count bits of other sequences; measured here, they do about the same, in percent."""
    contest, told = rivals.CONTESTS[name], rivals.of_machines(name)
    found = [contest.measure(contest.task.trained(machine), few) for machine in contest.task.machines()]
    for place, size in enumerate(few):
        assert sorted(told[size]) == pytest.approx(sorted(seed[place] for seed in found), abs=4)


def test_a_percentage_by_hand(monkeypatch):
    """Of 120 vectors of 8 bits, 9.6 wrong bits are one percent; of an answer's 18 bits, 0.9 are five."""
    cards = {"copy": {"wrong_bits_120": {"seeds": [9.6, 0]}}, "recall": {"wrong_bits_20": {"seeds": [0.9, 1.8]}}}
    monkeypatch.setattr(rivals.run, "read_card", lambda name: {"across_seeds": cards[name]})
    assert rivals.of_machines("copy") == {120: pytest.approx([1, 0])}
    assert rivals.of_machines("recall") == {20: pytest.approx([5, 10])}


@pytest.mark.parametrize("name", NAMES)
def test_what_was_chosen_did_best_in_the_trials(name):
    for kind, makers in rivals.CONTESTS[name].kinds.items():
        tried = rivals.tried(name, kind)
        assert tried.shape == (len(makers), len(rivals.RATES))
        way, rate = (each[0] for each in (tried == tried.min()).nonzero(as_tuple=True))
        assert f"{kind} on {name}: {list(makers)[way]}, {rivals.RATES[rate]:g}" in read_card("rivals")["model"]


def test_the_card_and_the_tensors_tell_the_same():
    card, tensors = read_card("rivals"), load_checkpoint("rivals")
    for name, contest in rivals.CONTESTS.items():
        for kind in contest.kinds:
            for place, size in enumerate(contest.sizes):
                told = card["across_seeds"][f"{name}_{kind}_{rivals.UNITS[name]}_{size}"]["seeds"]
                assert told == pytest.approx(tensors[f"{name}.{kind}.sizes"][:, place].tolist())


def untrained(name: str) -> Lstm:
    """An LSTM that knows nothing yet."""
    torch.manual_seed(0)
    return rivals.CONTESTS[name].kinds["lstm"]["one layer"]().requires_grad_(False)


def test_who_knows_nothing_gets_half_the_bits_wrong():
    assert rivals.copied(untrained("copy"), (40,), 50) == pytest.approx([50], abs=3)
    assert rivals.recalled(untrained("recall"), (6,), 200) == pytest.approx([50], abs=5)


def test_who_knows_nothing_pays_what_a_half_costs():
    """At a half everywhere the divergence is one bit less the entropy of the optimal estimator, on average."""
    sequences = ngrams.draw_sequences(30, torch.Generator().manual_seed(rivals.FRESH_SEED), 40)
    half = ngrams.divergence(sequences.optimal, torch.full_like(sequences.optimal, 0.5))
    assert rivals.predicted(untrained("ngrams"), (40,), 30) == pytest.approx([100 * float(half.mean())], rel=0.05)


def test_the_first_steps_of_longer_sequences_are_measured():
    """The model is causal, so the first twenty of sixty steps cost what they cost alone."""
    model = untrained("ngrams")
    sequences = ngrams.draw_sequences(8, torch.Generator().manual_seed(rivals.FRESH_SEED), 60)
    found = ngrams.divergence(sequences.optimal[:20], ngrams.predictions(model, sequences.bits[:20]))
    assert rivals.predicted(model, (20, 60), 8)[0] == pytest.approx(100 * float(found.mean()), rel=1e-4)
