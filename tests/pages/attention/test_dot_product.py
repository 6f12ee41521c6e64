"""What must be true of the page attention/dot_product, beside its claims; and that its claims can be false."""

from dataclasses import replace
from functools import cache

import pytest
import torch

from explainers.pages.attention import dot_product
from explainers.studies import antecedent
from explainers.tasks import translation
from explainers.tasks.translation.grammar import sentences


@cache
def story() -> antecedent.Story:
    """The recorded runs of the page."""
    return dot_product.subject()


def test_both_axes_of_the_weights_carry_the_words_of_the_sentence():
    words = list(story().tired.words)
    drawn = [trace for trace in dot_product.steps(story()).data if trace.meta["kind"] == "weights"]
    assert drawn
    for trace in drawn:
        assert trace.meta["rows"] == trace.meta["columns"] == words


@pytest.mark.parametrize("temperature", [0.5, 1, 2])
def test_two_weights_by_hand_are_those_of_torch(temperature):
    scores = torch.tensor([dot_product.LOW, dot_product.HIGH]) / temperature
    assert dot_product.by_hand(temperature) == pytest.approx(torch.softmax(scores, 0).tolist())


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


def test_the_change_in_layer_two_is_that_of_the_recorded_runs():
    words = len(antecedent.TIRED.split()) + 1
    torch.testing.assert_close(
        dot_product.change_in(story().model), dot_product.change(story(), 1)[:words], rtol=1e-4, atol=1e-4
    )


def test_parameters_that_training_does_not_set_are_not_counted():
    places = 2 * translation.POSITIONS * translation.FEATURES
    assert dot_product.parameters(story()) == sum(each.numel() for each in story().model.parameters()) - places


def test_only_the_changed_word_differs_in_layer_one():
    changed = dot_product.change(story(), 0) > 0
    assert changed.nonzero().flatten().tolist() == [story().ending]
    assert (dot_product.change(story(), 1) > 0).all()


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


def test_no_fresh_sentence_is_one_by_which_the_model_was_chosen():
    chosen_by = sentences(translation.TEST_SENTENCES, translation.TEST_SEED, "held out nouns")
    fresh = antecedent.fresh_tests()
    assert not {test.english for test in chosen_by} & {test.english for test in fresh}
    assert sum(test.contested for test in fresh) == dot_product.fresh_sentences(story())


def test_the_second_layer_can_know_what_the_first_cannot():
    runs = {"tired": story().tired, "wide": story().wide}
    shifted = {name: replace(run, encoder=run.encoder[1:]) for name, run in runs.items()}
    assert dot_product.first_layer_cannot_know(story())
    assert not dot_product.first_layer_cannot_know(replace(story(), **shifted))


def test_the_meaning_is_read_at_it_and_not_at_any_other_word(monkeypatch):
    assert dot_product.meaning_is_read_at_it(story())
    assert not dot_product.meaning_is_read_at_it(replace(story(), wide=story().tired))
    monkeypatch.setattr(antecedent.Story, "it", dot_product.Story.ending)
    assert not dot_product.meaning_is_read_at_it(story())
