"""What must be true of the page attention/multi_head, beside its claims."""

from dataclasses import replace
from functools import cache

import torch

from explainers.pages.attention import dot_product, multi_head
from explainers.studies import patterns


@cache
def heads() -> multi_head.Heads:
    """The recorded run of the page, with shares of its own: head 2.1 follows the last pattern, head 1.1 the first one a little."""
    story = dot_product.subject()
    untrained = torch.full((len(patterns.PATTERNS), 2, 4), 0.1)
    trained = untrained.clone()
    trained[-1, 1, 0], trained[0, 0, 0] = 0.6, 0.4
    layers = tuple(multi_head.by_hand(story, layer, 4) for layer in range(2))
    places = [(layer, head) for layer in range(2) for head in range(4)]
    right = {"exact_match": 1.0, "pronoun_gender": 1.0}
    return multi_head.Heads(story, layers, trained, untrained, right, dict.fromkeys(places, right), {})


def test_a_head_has_a_name_if_most_of_its_weight_follows_one_pattern():
    assert heads().name(1, 0) == list(patterns.PATTERNS)[-1]
    assert heads().name(0, 0) == heads().name(0, 1) == "no clear pattern"
    assert multi_head.named_heads(heads()) == 1
    assert heads().ranked[:2] == [(1, 0), (0, 0)]


def test_a_head_that_differs_from_no_other_before_training_is_no_finding():
    assert multi_head.training_makes_the_heads_differ(heads())
    assert not multi_head.training_makes_the_heads_differ(replace(heads(), trained=heads().untrained))


def test_heads_may_change_places_but_not_without_their_piece_of_the_output_projection(monkeypatch):
    assert multi_head.numbers_mean_nothing(heads())
    learned = multi_head.projections(heads().story, 1)
    turned = replace(learned, w_output=learned.w_output.roll(16, 1))
    monkeypatch.setattr(multi_head, "projections", lambda story, layer: turned)
    assert not multi_head.numbers_mean_nothing(heads())


def test_heads_that_stand_in_for_each_other():
    one, other = (1, 0), (1, 1)
    lost = {"exact_match": 0.9, "pronoun_gender": 0.9}
    alone = heads().silenced | {one: lost, other: lost}
    for together, wanted in [(0.85, False), (0.7, True)]:
        paired = {other: {"exact_match": together, "pronoun_gender": together}}
        drawn = replace(heads(), silenced=alone, paired=paired)
        assert multi_head.stand_in_for_each_other(drawn) == wanted


def test_heads_do_not_stand_in_for_each_other_if_any_two_do_as_much_harm():
    one, other, third = (1, 0), (1, 1), (1, 2)
    lost, both = ({"exact_match": left, "pronoun_gender": left} for left in (0.9, 0.6))
    alone = heads().silenced | dict.fromkeys((one, other, third), lost)
    for third_left, wanted in [(0.79, True), (0.65, False)]:
        paired = {other: both, third: {"exact_match": third_left, "pronoun_gender": third_left}}
        drawn = replace(heads(), silenced=alone, paired=paired)
        assert multi_head.stand_in_for_each_other(drawn) == wanted


def test_heads_that_are_missed_as_little_as_each_other_are_both_named():
    fewer = {"exact_match": 0.9, "pronoun_gender": 1.0}
    alone = heads().silenced | dict.fromkeys([place for place in heads().places if place not in [(0, 1), (1, 1)]], fewer)
    drawn = replace(heads(), silenced=alone)
    assert multi_head.least_missed(drawn) == "1.2 or 2.2"
    assert multi_head.least_missed_percent(drawn) == 100
    assert multi_head.most_missed(drawn) == "1.1"


def test_the_other_pairs_leave_out_the_partner():
    left = {(1, 1): 0.7, (1, 2): 0.9, (1, 3): 0.8}
    paired = {place: {"exact_match": 1.0, "pronoun_gender": right} for place, right in left.items()}
    drawn = replace(heads(), paired=paired)
    assert multi_head.partner(drawn) == "2.2"
    assert multi_head.pronouns_without_other_pair(drawn) == 80
