"""How the n-gram machines count: what is measured of one machine, by hand, and against its card."""

import math
from dataclasses import replace
from functools import cache

import pytest
import torch

from explainers.kit.build import checkpoint
from explainers.models import lstm
from explainers.studies import counting as study
from explainers.studies import ngram_memory
from explainers.tasks import ngrams


@cache
def counted() -> study.Use:
    """What the published machine does on few sequences."""
    return study.use(ngrams.trained(), study.drawn(20, study.SEQUENCES_SEED), 0)


@cache
def untrained() -> study.Use:
    """What a machine does there that has learned nothing."""
    return study.use(ngrams.build(study.UNTRAINED_SEED), study.drawn(20, study.SEQUENCES_SEED), 0)


def test_a_machine_is_on_every_sequence_as_far_off_as_its_card_says():
    """Divergence is what a sequence costs more than with the optimal estimator, on average: here on other sequences."""
    away, card = counted().away, checkpoint.read_card("ngrams")
    error = card["metrics"]["above_optimal_error"] + float(away.std()) / math.sqrt(len(away))
    assert float(away.mean()) == pytest.approx(card["metrics"]["above_optimal"], abs=4 * error)


@pytest.mark.parametrize("does", study.HABITS, ids=lambda does: does.__name__)
def test_each_habit_is_learned(does):
    assert does(counted()) and not does(untrained())


@pytest.mark.parametrize(
    ("does", "worse"),
    [
        (study.goes_by_context, {"any_context": 0.3}),
        (study.tells_contexts_apart, {"shared": (0.0, 0.0, 0.04, 0.0, 0.5)}),
        (study.reads_by_five, {"read_tells": (0.5, 0.5, 0.5, 0.5, 0.1, 0.06, 0.0, 0.0)}),
        (study.writes_by_the_five_before, {"write_tells": (0.0, 0.5, 0.5, 0.5, 0.5, 0.1, 0.06, 0.0)}),
        (study.writes_where_it_read, {"after": 0.3, "here": 0.1}),
    ],
)
def test_a_habit_needs_its_bound(does, worse):
    assert not does(replace(counted(), **worse))


def test_an_oldest_bit_that_is_shared_and_a_newest_that_is_told_are_allowed():
    assert study.tells_contexts_apart(replace(counted(), shared=(0.0, 0.0, 0.0, 0.0, 0.9)))
    assert study.writes_by_the_five_before(replace(counted(), write_tells=(0.9, 0.5, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1)))


def test_what_is_added_after_ones_and_after_zeros_by_hand():
    """After ones (1, 0) and (3, 0), after a zero (−1, 1): the cosine of (2, 0) and (−1, 1) is −1/√2."""
    blank = ngram_memory.record(ngrams.build(0), study.drawn(1, 0, 4))
    bits = torch.tensor([[1.0], [0], [1], [0]])
    add = torch.zeros_like(blank.add)
    add[:, 0, :2] = torch.tensor([[9.0, 9], [1, 0], [-1, 1], [3, 0]])
    assert study.opposed(replace(blank, add=add, sequences=replace(blank.sequences, bits=bits))) == pytest.approx(-(0.5**0.5))


def test_a_place_that_is_the_bit_tells_it_and_a_constant_place_tells_nothing():
    drawn = study.drawn(30, 0)
    blank = ngram_memory.record(ngrams.build(0), drawn)
    newest = torch.cat([torch.zeros_like(drawn.bits[:1]), drawn.bits[:-1]]).long()
    top = torch.stack([newest, torch.full_like(newest, 7)], -1)
    tells = replace(blank, top=top)
    assert study.told(tells, 0, 1, 1) == pytest.approx(1, abs=0.02)
    assert study.told(tells, 1, 1, 1) == 0


def test_writes_are_looked_at_a_step_after_the_visit():
    """The write head has weight 1/n a step after the n-th visit to a context, and 9 where no context is known."""
    drawn = study.drawn(50, 0)
    visits = drawn.ones + drawn.zeros
    largest = torch.full((*drawn.bits.shape, 2), 9.0)
    largest[1:, :, study.WRITE] = torch.where(drawn.context >= 0, 1 / (visits + 1), torch.tensor(9.0))[:-1]
    blank = ngram_memory.record(ngrams.build(0), drawn)
    assert study.faded(replace(blank, largest=largest)) == pytest.approx([1 / visit for visit in range(1, study.VISITS + 1)])


def test_what_looks_back_far_enough_lasts():
    """Of the estimators that count, each pays less than the one that looks back a bit less; beside the optimal one, four bits are away."""
    costs = study.looking_back()
    assert list(costs) == sorted(costs, reverse=True)
    long = study.drawn(2, 0, 40)
    torch.manual_seed(0)
    found = study.lasting([ngrams.build(0)], lstm.Lstm(1, 1), long)
    assert [len(each) for each in (*found.machines, found.lstm, found.four_bits)] == [40, 40, 40]
    assert not found.four_bits[:4].any() and found.four_bits[5:].max() > 0
