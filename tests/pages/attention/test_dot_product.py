"""What must be true of the page attention/dot_product, beside its claims; and that its claims can be false."""

import re
from dataclasses import replace
from functools import cache

import pytest
import torch

from explainers.kit.files import ROOT
from explainers.pages.attention import dot_product
from explainers.studies import antecedent, one_head
from explainers.tasks import translation


@cache
def story() -> antecedent.Story:
    """The recorded runs of the page."""
    return antecedent.two_endings()


def test_both_axes_of_the_weights_carry_the_words_of_the_sentence():
    words = list(story().tired.words)
    drawn = [trace for trace in dot_product.steps(story()).data if trace.meta["kind"] == "weights"]
    assert drawn
    for trace in drawn:
        assert trace.meta["rows"] == trace.meta["columns"] == words


def test_the_code_that_the_page_shows_computes_what_its_figure_shows():
    """Also its call of PyTorch's own function, whose mask has the opposite sense."""
    shown = "".join(re.findall(r"^```python\n(.*?)^```", (ROOT / "docs/attention/dot_product.md").read_text("utf8"), re.M | re.S))
    assert shown.startswith("import math, torch\n")
    scope: dict = {}
    ours, head, trace = one_head.stepwise(story()), one_head.learned(story()), story().tired.encoder[story().layer]
    scope |= {"q": ours.query, "k": ours.key, "v": ours.value, "forbidden": trace.mask[0, story().head]}
    own, call = shown.split("allowed =")
    exec(own, scope)
    theirs = scope["attention"](trace.input[0], head.w_query, head.b_query, head.w_key, head.b_key, head.w_value, head.b_value, scope["forbidden"])
    torch.testing.assert_close(theirs, ours.output)
    exec(f"allowed ={call}".replace("torch.nn", "output = torch.nn"), scope)
    torch.testing.assert_close(scope["output"], ours.output)


def test_what_was_chosen_is_what_the_record_holds():
    trace = story().tired.encoder[0]
    assert (dot_product.width(), dot_product.head_size()) == (trace.input.shape[-1], trace.query.shape[-1])


def test_one_weight_by_hand_is_that_of_the_figure():
    by_hand = dot_product.power(story()) / dot_product.sum_of_powers(story())
    assert float(by_hand) == pytest.approx(float(dot_product.to_animal_when_tired(story())), abs=1e-6)


def test_the_word_that_is_outdone_looks_most_elsewhere():
    assert dot_product.outdone_most_weight(story()) > dot_product.outdone_more_weight(story())
    assert dot_product.outdone_most_product(story()) < dot_product.outdone_more_product(story())


def test_what_it_takes_most_of_is_also_what_it_looks_at_most():
    lengths = dot_product.value_length(story())
    weights = story().row(story().tired)[: len(lengths)]
    assert (weights * lengths).argmax() == weights.argmax()


def test_parameters_that_training_does_not_set_are_not_counted():
    places = 2 * translation.POSITIONS * translation.FEATURES
    assert dot_product.parameters() == sum(each.numel() for each in translation.trained().parameters()) - places


def test_claims_over_many_sentences_are_false_where_nothing_was_learned():
    assert dot_product.head_finds_the_noun(story())
    many = story().many
    unlearned = replace(story(), many=replace(many, trained=many.untrained))
    assert not dot_product.head_finds_the_noun(unlearned)


def test_of_the_first_layer_only_the_head_that_looks_at_the_adjective_is_needed():
    many = story().many
    assert dot_product.needs_the_first_layer(story())
    for same in (many.trained, many.silenced[story().fetcher]):
        alike = replace(many, silenced=tuple(same for _ in many.silenced))
        assert not dot_product.needs_the_first_layer(replace(story(), many=alike))


def test_looking_at_the_noun_as_much_as_before_training_is_no_knowing_without_looking(monkeypatch):
    assert dot_product.knows_without_looking(story())
    monkeypatch.setattr(dot_product, "look_not_told", dot_product.look_untrained)
    assert not dot_product.knows_without_looking(story())


def test_the_second_layer_can_know_what_the_first_cannot():
    runs = {"tired": story().tired, "wide": story().wide}
    shifted = {name: replace(run, encoder=run.encoder[1:]) for name, run in runs.items()}
    assert dot_product.first_layer_cannot_know(story())
    assert not dot_product.first_layer_cannot_know(replace(story(), **shifted))


def test_the_meaning_is_read_at_it_and_not_at_any_other_word():
    assert dot_product.meaning_is_read_at_it(story())
    model = translation.trained()
    for place in set(range(len(story().tired.words))) - {story().it}:
        assert not dot_product.meaning_is_read_at_it(replace(story(), read_at_it=antecedent.exchanged(model, place)))


@pytest.mark.parametrize("spreads", [{16: 1.0}, {16: 1.0, 64: 1.0, 256: 1.0, 1024: 1.1}])
def test_a_spread_that_grows_otherwise_or_was_not_measured_is_noticed(spreads):
    assert dot_product.spread_grows_like_the_root(story())
    assert not dot_product.spread_grows_like_the_root(replace(story(), spreads=spreads))
