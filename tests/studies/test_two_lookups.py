"""The two lookups, worked by hand; what is stored is what the machine's own episode holds."""

import math

import pytest
import torch

from explainers.studies import two_lookups
from explainers.studies.two_lookups import LENGTH, SEQUENCES, cosine_lookup, dot_product_lookup
from explainers.tasks import copy

E = math.e
UPRIGHT = torch.tensor([[1.0, 0, 0, 0], [0, 1, 0, 0]])
QUERY = torch.tensor([2.0, 0, 0, 0])


def stored(shown: torch.Tensor, memory: torch.Tensor) -> two_lookups.Copied:
    """A sequence whose vectors were stored in a row."""
    return two_lookups.Copied(shown, tuple(range(len(memory))), memory, torch.zeros(1, len(memory)), 3.0)


def test_attention_by_hand():
    """Scores 2 and 0, divided by √4: a softmax of 1 and 0."""
    assert dot_product_lookup(QUERY, UPRIGHT).tolist() == pytest.approx([E / (E + 1), 1 / (E + 1)])


def test_the_cosine_by_hand():
    """Cosines 1 and 0, times β = 3, whatever the lengths are."""
    wanted = pytest.approx([E**3 / (E**3 + 1), 1 / (E**3 + 1)])
    assert cosine_lookup(QUERY, 3.0, UPRIGHT).tolist() == wanted
    assert cosine_lookup(QUERY, 3.0, UPRIGHT * torch.tensor([[0.5], [7]])).tolist() == wanted


def test_no_strength_makes_all_locations_alike():
    assert cosine_lookup(QUERY, 0.0, UPRIGHT).tolist() == [0.5, 0.5]


def test_the_strength_that_makes_both_the_same_by_hand():
    """|q| = 2, |k| = 3, d = 4: β = 3. Then the score 6 ÷ √4 is 3, and so is β times the cosine of 1."""
    assert two_lookups.matching_strength(QUERY, 3.0) == pytest.approx(3)
    assert torch.allclose(dot_product_lookup(QUERY, 3 * UPRIGHT), cosine_lookup(QUERY, 3.0, 3 * UPRIGHT))


def test_the_two_vectors_that_are_alike():
    vectors = torch.tensor([[1.0, 0], [0, 1], [1, 0.1]])
    assert two_lookups.alike(vectors) == (0, 2)
    longer = two_lookups.one_longer(vectors).norm(dim=-1) / vectors.norm(dim=-1)
    assert longer == pytest.approx([1, 1, two_lookups.LONGER])


def test_same_length_keeps_directions():
    vectors = torch.tensor([[3.0, 4], [0, 1]])
    assert torch.allclose(two_lookups.same_length(vectors), torch.tensor([[1.8, 2.4], [0, 3]]))


def test_a_vector_that_came_twice_is_known():
    shown = torch.tensor([[0.0, 1], [1, 1], [0, 1]])
    assert stored(shown, torch.eye(3)).shown_once == [False, True, False]


def test_a_longer_neighbour_wins_attention_and_is_not_what_both_find():
    one = stored(torch.eye(2), torch.tensor([[1.0, 0], [4, 3]]))
    assert two_lookups.wins_when_longer(one)
    assert not two_lookups.both_find(one, 0) and two_lookups.both_find(one, 1)


def test_what_is_stored_is_what_the_episode_holds():
    record = two_lookups.lookups()
    names = copy.machines()
    assert (len(record.shown), len(record.fresh)) == (len(names), len(names) * SEQUENCES)
    run = copy.run(LENGTH, 0, names[1])
    assert torch.equal(record.shown[1].stored, run.trace.memory_after[LENGTH, 0][list(run.written)])
    assert torch.equal(record.shown[1].targets, run.targets[:, 0])
