"""One head by hand: against torch, and against what is drawn."""

import pytest
import torch

from explainers.studies import antecedent, one_head


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_two_weights_by_hand_are_those_of_torch(temperature):
    weights = torch.softmax(torch.tensor([0.0, 2.0]) / temperature, 0).tolist()
    assert one_head.two_weights(0.0, 2.0, temperature) == pytest.approx(weights)


def test_without_the_division_the_scores_are_the_dot_products():
    story = antecedent.two_endings()
    ours, trace = one_head.stepwise(story), story.tired.encoder[story.layer]
    scores = ours.scores.masked_fill(trace.mask[0, story.head], -torch.inf)
    torch.testing.assert_close(one_head.undivided(story), torch.softmax(scores, -1))


def test_a_dropout_keeps_twice_the_weight_or_nothing():
    story = antecedent.two_endings()
    after, weights = one_head.after_dropout(story), one_head.stepwise(story).weights
    assert torch.equal(after, torch.where(story.kept, 2 * weights, 0.0))
    assert 0 < int(story.kept.sum()) < story.kept.numel()
