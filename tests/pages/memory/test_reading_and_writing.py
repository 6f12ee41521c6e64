"""What must be true of the page memory/reading_and_writing, beside its claims: when a sentence of it turns false."""

from dataclasses import replace

import pytest
import torch

from explainers.pages.memory import reading_and_writing as page
from explainers.studies import writing
from explainers.studies.one_write import pair


def test_what_is_lost_without_the_erase_can_be_lost_otherwise():
    """Mistakes although the read head keeps its way, none although it does not, and another memory: each makes a sentence false."""

    def every(wrong: list[int], in_order: list[bool], apart: float = 0.01):
        lost = writing.Unerased(torch.tensor(wrong), torch.zeros(len(wrong), dtype=torch.int64), torch.tensor(in_order), apart)
        found = replace(page.subject(), machines=(writing.Writer((), lost),))
        return bool(page.little_is_left(found)), bool(page.lost_on_the_way(found))

    assert every([0, 20], [True, False]) == (True, True)
    assert every([0, 20], [True, False], apart=0.11) == (False, True)
    assert every([2, 20], [True, False]) == (True, False)
    assert every([0, 4], [True, False]) == (True, False)
    assert every([0, 0], [True, True]) == (True, False)


def test_of_two_vectors_of_one_length_the_first_suffers_more():
    """Whatever they are: so the sentence says nothing about learning. With lengths that differ it need not be so."""
    random = torch.Generator().manual_seed(0)
    both = torch.randn(20, 2, 20, generator=random)
    for vectors in both / both.norm(dim=-1, keepdim=True):
        errors = torch.tensor([pair(vectors, page.locations(), gamma).errors for gamma in page.GAMMAS])
        assert (errors[1:] < errors[:-1]).all() and (errors[:, 0] > errors[:, 1]).all()
    first, second = pair(both[0] * torch.tensor([[10.0], [1]]), page.locations(), 1.0).errors
    assert first < second


def test_the_same_vector_twice_says_nothing_about_which_suffers():
    one, other = torch.eye(20)[:2]
    differ, same, longer = storing([one, other]), storing([one, one]), storing([10 * one, other])
    assert page.first_suffers(of(differ, same))
    assert not page.first_suffers(of(differ, longer))
    with pytest.raises(ValueError, match="no numbers"):
        page.first_suffers(of(same))


def of(*episodes: writing.Episode) -> writing.Writes:
    """The page's runs with other episodes."""
    first, *_ = page.subject().machines
    return replace(page.subject(), machines=(replace(first, episodes=episodes),))


def storing(vectors: list[torch.Tensor]) -> writing.Episode:
    """An episode that shows, and stores, two vectors at the steps that are looked at."""
    return replace(page.subject().episodes[0], shown=torch.stack(vectors), stored=torch.stack(vectors))
