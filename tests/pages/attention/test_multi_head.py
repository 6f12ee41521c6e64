"""What must be true of the page attention/multi_head, beside its claims."""

import re
from dataclasses import replace
from functools import cache

import pytest
import torch

from explainers.kit.files import ROOT
from explainers.pages.attention import multi_head
from explainers.studies import antecedent, patterns
from explainers.studies.heads import Heads, Place, by_hand

RIGHT = {"exact_match": 1.0, "pronoun_gender": 1.0}


@cache
def heads() -> Heads:
    """The recorded sentence, with shares of its own: head 2.1 follows the last pattern, head 1.1 the first one a little."""
    story = antecedent.two_endings()
    untrained = torch.full((len(patterns.PATTERNS), 2, 4), 0.1)
    trained = untrained.clone()
    trained[-1, 1, 0], trained[0, 0, 0] = 0.6, 0.4
    places = [(layer, head) for layer in range(2) for head in range(4)]
    return Heads(
        story=story,
        layers=tuple(by_hand(story, layer) for layer in range(2)),
        trained=trained,
        untrained=untrained,
        lengths=torch.tensor([3, 5]),
        intact=RIGHT,
        silenced=dict.fromkeys(places, RIGHT),
        clearest=(1, 0),
        paired={},
        partner=(1, 1),
    )


def left(share: float) -> dict[str, float]:
    """What is left of the sentences and of the pronouns."""
    return {"exact_match": share, "pronoun_gender": share}


def test_a_head_has_a_name_if_most_of_its_weight_follows_one_pattern():
    assert heads().name(1, 0) == list(patterns.PATTERNS)[-1]
    assert heads().name(0, 0) == heads().name(0, 1) == "no clear pattern"
    assert multi_head.named_heads(heads()) == 1
    assert heads().ranked[:2] == [(1, 0), (0, 0)]


def test_what_was_chosen_is_what_the_record_holds():
    query = heads().layers[0].heads.query
    assert (multi_head.layers(), multi_head.heads_in_a_layer(), multi_head.size()) == (len(heads().layers), len(query), query.shape[-1])


def test_two_places_of_all_are_counted_for_each_word():
    assert multi_head.even_end(heads()) == pytest.approx((3 * 50 + 5 * 100 / 3) / 8)


def test_a_head_that_differs_from_no_other_before_training_is_no_finding():
    assert multi_head.training_makes_the_heads_differ(heads())
    assert not multi_head.training_makes_the_heads_differ(replace(heads(), trained=heads().untrained))


def test_heads_may_change_places_but_not_without_their_piece_of_the_output_projection():
    assert multi_head.numbers_mean_nothing(heads())
    first, learned = heads().story.projections
    turned = replace(learned, w_output=learned.w_output.roll(16, 1))
    assert not multi_head.numbers_mean_nothing(replace(heads(), story=replace(heads().story, projections=(first, turned))))


@pytest.mark.parametrize(("both", "third", "wanted"), [(0.85, 0.85, False), (0.7, 0.85, True), (0.6, 0.79, True), (0.6, 0.65, False)])
def test_heads_stand_in_for_each_other_if_they_do_more_harm_together_than_any_two(both, third, wanted):
    """Without one alone, a tenth of the pronouns is lost; if they do not stand in for each other, a fifth without two."""
    alone = heads().silenced | dict.fromkeys([(1, 0), (1, 1), (1, 2)], left(0.9))
    drawn = replace(heads(), silenced=alone, paired={(1, 1): left(both), (1, 2): left(third)})
    assert bool(multi_head.stand_in_for_each_other(drawn)) == wanted


def test_heads_that_are_missed_as_little_as_each_other_are_both_named():
    fewer: dict[Place, dict[str, float]] = dict.fromkeys(set(heads().places) - {(0, 1), (1, 1)}, {"exact_match": 0.9, "pronoun_gender": 1.0})
    drawn = replace(heads(), silenced=heads().silenced | fewer)
    assert multi_head.least_missed(drawn) == "1.2 or 2.2"
    assert multi_head.least_missed_percent(drawn) == 100
    assert multi_head.most_missed(drawn) == "1.1 or 1.3 or 1.4 or 2.1 or 2.3 or 2.4"


def test_the_other_pairs_leave_out_the_partner():
    paired = {(1, 1): left(0.7), (1, 2): left(0.9), (1, 3): left(0.8)}
    drawn = replace(heads(), paired=paired)
    assert multi_head.partner(drawn) == "2.2"
    assert multi_head.pronouns_without_other_pair(drawn) == 80


def test_the_code_that_the_page_shows_returns_one_map_a_head():
    (shown,) = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs/attention/multi_head.md").read_text("utf8"), re.M | re.S)
    scope: dict = {}
    exec(shown, scope)
    assert scope["weights"].shape == (2, 4, 5, 5)
