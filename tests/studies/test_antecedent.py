"""What is measured of the word that *it* stands for: small cases worked by hand, and heads silenced where the outcome is known."""

import pytest
import torch

from explainers.studies import antecedent
from explainers.tasks import translation
from tests.tasks.test_grammar import said

DONKEY = "the donkey carried the suitcase because it was very strong ."


@pytest.fixture(scope="module")
def story() -> antecedent.Story:
    """The two endings; what is measured over many sentences comes from three: two with a contested pronoun, one without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(antecedent, "fresh_tests", lambda: [said(antecedent.TIRED), said("he saw her ."), said(DONKEY)])
        return antecedent.two_endings()


def test_a_change_by_hand():
    """Nothing; one of two; as much as there was."""
    tired, wide = torch.tensor([[3.0, 4], [0, 2], [1, 0]]), torch.tensor([[3.0, 4], [0, 3], [1, 1]])
    assert antecedent.changed(tired, wide).tolist() == [0, 0.5, 1]


def test_of_many_sentences_those_count_whose_pronoun_is_contested(story):
    """The sentences have 13 and 11 words and an end."""
    many, heads = story.many, story.tired.encoder[0].weights.shape[1]
    assert many.even == pytest.approx((1 / 14 + 1 / 12) / 2)
    assert many.trained.shape == many.untrained.shape == (2, 2, translation.LAYERS, heads)
    for noun, place in enumerate((story.animal, story.street)):
        looks = torch.stack([trace.weights[0, :, story.it, place] for trace in story.tired.encoder])
        torch.testing.assert_close(many.trained[noun, 0], looks)


def test_a_silenced_head_of_the_first_layer_changes_the_looks_of_the_second_alone(story):
    assert len(story.many.silenced) == story.many.trained.shape[-1]
    for looks in story.many.silenced:
        torch.testing.assert_close(looks[:, :, 0], story.many.trained[:, :, 0])
        assert (looks[:, :, 1] - story.many.trained[:, :, 1]).abs().max() > 1e-3


def test_no_other_head_moves_as_much_from_noun_to_noun(story):
    def toward_the_animal(run, layer: int, head: int) -> float:
        row = run.encoder[layer].weights[0, head, story.it]
        return float(row[story.animal] - row[story.street])

    layers, heads = story.many.trained.shape[2:]
    moves = {
        (layer, head): toward_the_animal(story.tired, layer, head) - toward_the_animal(story.wide, layer, head)
        for layer in range(layers)
        for head in range(heads)
    }
    assert max(moves, key=moves.get) == (story.layer, story.head)


def test_step_by_step_the_chosen_head_gives_the_weights_of_the_library_and_without_scores_equal_ones(story):
    torch.testing.assert_close(antecedent.stepwise(story).weights, story.tired.encoder[story.layer].weights[0, story.head])
    alike, words = antecedent.stepwise(story, 0).weights, int((~story.tired.padding).sum())
    torch.testing.assert_close(alike, (~story.tired.padding / words).expand_as(alike))


def test_if_no_head_of_the_first_layer_speaks_no_word_hears_of_the_ending(story):
    heads = story.many.trained.shape[-1]
    silent = antecedent.change_in(story.model, [(0, head) for head in range(heads)])
    assert (silent > 1e-5).nonzero().flatten().tolist() == [story.ending]
    assert (antecedent.change_in(story.model) > 1e-5).all()
