"""Arcs of the ring of locations, against all arcs tried."""

import random

import pytest


def around(first: int, count: int, size: int) -> list[int]:
    return [(first + step) % size for step in range(count)]


def test_an_arc_goes_up_and_around(call):
    cases = {
        (2, 5, 8): [2, 3, 4, 5],
        (6, 1, 8): [6, 7, 0, 1],
        (3, 3, 8): [3],
        (4, 3, 8): [4, 5, 6, 7, 0, 1, 2, 3],
        (0, 0, 1): [0],
        (0, 127, 128): [*range(128)],
    }
    assert call("ui/ring.js", *(["arc", *case] for case in cases)) == list(cases.values())


def test_the_whole_ring_has_location_0_in_the_middle(call):
    assert call("ui/ring.js", ["wholeRing", 8], ["wholeRing", 2]) == [[4, 5, 6, 7, 0, 1, 2, 3], [1, 0]]


def test_the_shortest_arc_is_the_shortest_of_all(call):
    chance = random.Random(0)
    cases = [(chance.choices(range(12), k=chance.randint(1, 5)), 12, chance.randint(0, 3)) for _ in range(300)]
    for (places, size, margin), arc in zip(cases, call("ui/ring.js", *(["shortestArc", *case] for case in cases)), strict=True):
        count = next(count for count in range(1, size + 1) if any({*places} <= {*around(first, count, size)} for first in range(size)))
        if count + 2 * margin >= size:
            assert arc == around(size // 2, size, size)
            continue
        assert arc == around(arc[0], count + 2 * margin, size), (places, margin)
        assert {*places} <= {*arc[margin : len(arc) - margin]}, (places, margin)


@pytest.mark.parametrize(
    ("places", "margin", "arc"),
    [
        ([5], 0, [5]),
        ([0], 2, [6, 7, 0, 1, 2]),
        ([7, 0], 1, [6, 7, 0, 1]),
        ([1, 1, 3], 0, [1, 2, 3]),
        ([0, 4], 0, [0, 1, 2, 3, 4]),  # of two equal gaps the one across the seam is left out
        ([0, 4], 1, [7, 0, 1, 2, 3, 4, 5]),
        ([0, 4], 2, [4, 5, 6, 7, 0, 1, 2, 3]),
        ([2, 5], 2, [4, 5, 6, 7, 0, 1, 2, 3]),  # just around
    ],
)
def test_shortest_arcs_of_a_ring_of_eight(call, places, margin, arc):
    assert call("ui/ring.js", ["shortestArc", places, 8, margin]) == [arc]


def test_the_seam(call):
    assert call("ui/ring.js", *(["seam", order] for order in ([6, 7, 0, 1], [7, 0], [0, 1], [3, 4], []))) == [2, 1, -1, -1, -1]
