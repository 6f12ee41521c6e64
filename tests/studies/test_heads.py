"""How heads are ranked and missed, by hand."""

from dataclasses import replace

import pytest
import torch

from explainers.models.attention import multi_head
from explainers.studies import antecedent, heads


def test_the_head_whose_pattern_has_grown_most_comes_first():
    trained, untrained = torch.zeros(2, 1, 3), torch.zeros(2, 1, 3)
    trained[1, 0, 2], trained[0, 0, 0], untrained[0, 0, 0] = 0.4, 0.9, 0.8
    assert heads.by_gain(trained, untrained)[0] == (0, 2)
    assert [heads.label(place) for place in ((0, 0), (1, 3))] == ["1.1", "2.4"]


def test_what_two_heads_do_together_is_what_is_lost_beyond_each_alone():
    shares = {"pronoun_gender": 0.9}
    found = heads.Heads.__new__(heads.Heads)
    found.__dict__.update(intact={"pronoun_gender": 1.0}, clearest=(0, 0), silenced={(0, 0): shares, (0, 1): shares}, paired={(0, 1): {"pronoun_gender": 0.5}})
    assert found.lost_on_top((0, 1)) == pytest.approx(0.3)


def test_heads_in_another_order_give_the_same_result_and_the_library_agrees():
    story = antecedent.two_endings()
    ours = heads.by_hand(story, 1).result
    torch.testing.assert_close(heads.reversed_heads(story, 1), ours, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(heads.in_torch(story, 1), ours, rtol=1e-5, atol=1e-6)
    learned = story.projections[1]
    wrong = replace(learned, w_output=learned.w_output.flip(1))
    trace = story.tired.encoder[1]
    assert not torch.allclose(multi_head(trace.input[0], wrong, trace.query.shape[1], trace.mask[0, 0]).result, ours, atol=1e-3)
