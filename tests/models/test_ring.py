"""Places on a ring, by hand."""

import pytest
import torch

from explainers.models import ring


@pytest.mark.parametrize(("start", "end", "wanted"), [(1, 3, 2), (3, 1, -2), (7, 0, 1), (0, 7, -1), (0, 4, -4), (5, 5, 0)])
def test_the_short_way_around(start, end, wanted):
    assert ring.way(start, end, 8) == wanted


def test_moves_are_ways_from_place_to_place():
    places = torch.tensor([[126, 1], [127, 0], [1, 127]])
    assert ring.moves(places, 128).tolist() == [[1, -1], [2, -1]]


def test_a_way_goes_on_past_the_end():
    assert ring.along(6, 7, range(-1, 4), 8) == [5, 6, 7, 0, 1]
    assert ring.along(0, 7, range(-1, 4), 8) == [1, 0, 7, 6, 5]


def test_a_stretch_covers_what_was_visited_and_the_start():
    assert ring.stretch(0, [0, 127, 126, 126], 128) == [124, 125, 126, 127, 0, 1, 2]
    assert ring.stretch(0, [6, 1], 8) == [4, 5, 6, 7, 0, 1, 2, 3]
    assert ring.stretch(12, [14, 15], 16) == [10, 11, 12, 13, 14, 15, 0, 1]
