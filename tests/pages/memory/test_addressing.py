"""What must be true of the page memory/addressing, beside its claims."""

from types import SimpleNamespace

import pytest
import torch

from explainers.pages.memory import addressing as page
from explainers.studies import modes
from explainers.studies.modes import Search, Way
from explainers.studies.shut_gates import Shut, Taste


def taste(*means: float) -> Taste:
    """Where the weight of a made-up head lies, at one length."""
    return Taste(*((mean,) for mean in means))


BY_SHIFT, BY_CONTENT, NOTHING = taste(0.7, 0.3, 0.3, 1.0), taste(0.7, 0.3, 0.02, 0.4), taste(1.0, 0.0, 0.0, 1.0)


def shut(own: int, but: int, at: int, percent: float, tastes=(BY_SHIFT, BY_SHIFT), begins: float = 0.9) -> Shut:
    """What became of the copies of a made-up machine."""
    return Shut({"own": own, "but": but, "at": at}, float(percent), 0.5, 0.999, *tastes, begins)


def test_the_claims_about_what_is_tasted_can_turn_false():
    two, third = (shut(0, 0, 0, 0), shut(0, 0, 0, 0)), shut(0, 0, 300, 48, (BY_CONTENT, NOTHING))
    right = SimpleNamespace(shut=(*two, third))
    assert page.mostly_at_the_start(right) and page.tasted_in_two_ways(right) and page.all_begin_alike(right)
    for tastes in ((BY_SHIFT, NOTHING), (BY_CONTENT, BY_SHIFT), (taste(0.7, 0.3, 0.02, 0.6), NOTHING)):
        wrong = SimpleNamespace(shut=(*two, shut(0, 0, 300, 48, tastes)))
        assert not page.tasted_in_two_ways(wrong)
    assert not page.tasted_in_two_ways(SimpleNamespace(shut=(*two, shut(0, 0, 0, 0))))
    assert not page.tasted_in_two_ways(SimpleNamespace(shut=(two[0], shut(0, 0, 0, 0, (BY_SHIFT, NOTHING)), third)))
    empty = SimpleNamespace(shut=(*two, shut(0, 0, 300, 48, (taste(0.5, 0.5, 0.1, 0.4), NOTHING))))
    assert not page.mostly_at_the_start(empty)
    assert not page.all_begin_alike(SimpleNamespace(shut=(*two, shut(0, 0, 300, 48, begins=0.4))))


def test_the_claims_about_shut_gates_can_turn_false():
    right = SimpleNamespace(shut=(shut(0, 0, 0, 0), shut(1, 1, 1, 0.1), shut(0, 0, 300, 48)))
    assert page.content_only_at_the_mark(right) and page.one_tastes_at_the_mark(right)
    assert page.wrong_with_the_mark_shut(right) == 48
    assert not page.content_only_at_the_mark(SimpleNamespace(shut=(shut(0, 1, 0, 0), *right.shut[1:])))
    assert not page.one_tastes_at_the_mark(SimpleNamespace(shut=(shut(0, 0, 1, 2), *right.shut[1:])))
    assert not page.one_tastes_at_the_mark(SimpleNamespace(shut=right.shut[:1] * 3))


def way(*changes: tuple[int, int, int, str]) -> SimpleNamespace:
    """Three copies of four vectors in two episodes, by location, with a jump by content at the head of every copy but the first."""
    jumped, mode = torch.zeros(3, 4, 2, dtype=torch.bool), torch.full((3, 4, 2), modes.LOCATION)
    jumped[1:, 0], mode[1:, 0] = True, modes.CONTENT_AND_SHIFT
    for copy, vector, episode, change in changes:
        if change == "jump":
            jumped[copy, vector, episode], mode[copy, vector, episode] = True, modes.CONTENT_AND_SHIFT
        else:
            mode[copy, vector, episode] = modes.MODES.index(change)
    return SimpleNamespace(ways=(Way(jumped, mode),))


@pytest.mark.parametrize("change", [(0, 2, 1, "jump"), (1, 2, 1, "jump"), (2, 0, 1, "content"), (1, 0, 0, "location"), (1, 2, 0, "content")])
def test_one_jump_too_many_and_one_other_mode_are_noticed(change):
    assert page.back_by_content(way()) and not page.back_by_content(way(change))


def test_a_search_needs_its_content_its_shift_and_the_right_item_at_one_step():
    both, other = [modes.CONTENT_AND_SHIFT] * 2, [modes.CONTENT] * 2
    moves, found = torch.ones(1, 2, dtype=torch.long), torch.tensor([[True, True], [False, False]])
    for mode, holds in (((both, other), True), ((other, both), False)):
        heads = SimpleNamespace(searches=(Search(moves, torch.tensor(mode), found),))
        assert bool(page.recalls_by_content(heads)) == holds


def test_from_least_to_most():
    assert page.from_to([48.25, 0.0, 0.04]) == "0.0 to 48.2"
    assert page.from_to([0.01, 0.0]) == "0.0"


@pytest.mark.parametrize(("gains", "one"), [((0.1, -0.2, 0.1), False), ((0.05, -0.2, 0.15), True), ((0.1, 0.1, -0.2), False)])
def test_a_rival_takes_more_than_half_of_what_the_location_looked_up_loses(gains, one):
    assert page.one_rival(SimpleNamespace(lookup=SimpleNamespace(gained=torch.tensor(gains), place=1))) == one


def test_what_a_softmax_of_cosines_can_give_at_most():
    """One cosine of 1, all others −1."""
    cosines = torch.full((page.locations(),), -1.0)
    cosines[3] = 1
    assert page.most_without_strength() == pytest.approx(float(torch.softmax(cosines, -1).max()))
