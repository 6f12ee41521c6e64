"""What the study of *it* records is what its names say."""

import torch

from explainers.kit.build.trial import Trial
from explainers.studies import antecedent
from explainers.tasks import translation


def test_the_change_in_layer_two_is_that_of_the_recorded_runs():
    story, words = antecedent.two_endings(), len(antecedent.TIRED.split()) + 1
    torch.testing.assert_close(antecedent.change_in(translation.trained()), antecedent.change(story, 1)[:words], rtol=1e-4, atol=1e-4)


def test_only_the_changed_word_differs_in_layer_one():
    story = antecedent.two_endings()
    changed = antecedent.change(story, 0) > 0
    assert changed.nonzero().flatten().tolist() == [story.ending]
    assert (antecedent.change(story, 1) > 0).all()


def test_no_fresh_sentence_is_one_by_which_the_model_was_chosen(monkeypatch):
    """Of sentences that are drawn like those, none is left."""
    monkeypatch.setattr(antecedent, "MANY", 20)
    monkeypatch.setattr(translation, "TEST_SENTENCES", 20)
    assert not antecedent.fresh_tests(translation.TEST_SEED)
    assert len(antecedent.fresh_tests(antecedent.FRESH_SEED)) == 20


def test_a_word_is_read_where_a_model_that_learned_nothing_writes_no_pronoun():
    with torch.no_grad():
        written = antecedent.exchanged(translation.build(0).eval(), 8)
    assert len(written) == 4
    assert not {"il", "elle"} & set(written)


def test_random_vectors_of_fresh_trials_are_others():
    published, fresh = (antecedent.spreads(trial.seed(0, "vectors")) for trial in (Trial(), Trial(fresh=1)))
    assert published.keys() == fresh.keys()
    assert not set(published.values()) & set(fresh.values())


def test_a_change_by_hand():
    """Nothing; one of two; as much as there was."""
    tired, wide = torch.tensor([[3.0, 4], [0, 2], [1, 0]]), torch.tensor([[3.0, 4], [0, 3], [1, 1]])
    assert antecedent.changed(tired, wide).tolist() == [0, 0.5, 1]


def test_no_other_head_moves_as_much_from_noun_to_noun():
    story = antecedent.two_endings()

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
