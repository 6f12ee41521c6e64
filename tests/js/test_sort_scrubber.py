"""Priority sort in the browser: what happens at each step, and how good the answer is."""

import random

import pytest

ELEMENT = ["SortScrubber"]
ORDER = [3, 0, *range(4, 20), 2, 1]  # vectors from the highest priority down
PRIORITIES = [1 - 0.1 * ORDER.index(vector) for vector in range(20)]
RUN = {"order": ORDER, "priorities": PRIORITIES, "firstAnswer": 21}


def happening(call, *times: int) -> list[str]:
    return call("live/sort-scrubber.js", *([[ELEMENT, "happening"], RUN, time] for time in times))


def test_what_happens_at_each_step(call):
    assert happening(call, 0, 1, 2, 3, 4, 5, 20, 21, 36) == [
        "takes in vector 1 of 20, priority 0.90, the 2nd highest",
        "takes in vector 2 of 20, priority −0.90, the 20th highest",
        "takes in vector 3 of 20, priority −0.80, the 19th highest",
        "takes in vector 4 of 20, priority 1.00, the highest",
        "takes in vector 5 of 20, priority 0.80, the 3rd highest",
        "takes in vector 6 of 20, priority 0.70, the 4th highest",
        "sees the mark: from now on it answers",
        "gives answer 1; vector 4, priority 1.00, is wanted",
        "gives answer 16; vector 18, priority −0.50, is wanted",
    ]


def test_what_the_machine_is_shown_and_should_answer(call):
    chance = random.Random(0)
    vectors = [[chance.randint(0, 1) for _ in range(8)] for _ in range(20)]
    (made,) = call("live/sort-scrubber.js", ["episode", vectors, PRIORITIES])
    assert made["order"] == ORDER
    assert made["inputs"][:20] == [[*bits, priority, 0] for bits, priority in zip(vectors, PRIORITIES, strict=True)]
    assert made["inputs"][20:] == [[0] * 9 + [1], *[[0] * 10] * 16]
    assert made["targets"] == [vectors[vector] for vector in ORDER[:16]]
    assert [phase["steps"] for phase in made["phases"]] == [20, 17]


@pytest.mark.parametrize(
    ("steps", "said"),
    [(0, "is wanted now"), (1, "is wanted at the next step"), (2, "is wanted 2 steps later"), (-1, "was wanted a step ago"), (-3, "was wanted 3 steps ago")],
)
def test_when_a_vector_is_wanted(call, steps, said):
    assert call("live/sort-scrubber.js", ["wantedIn", steps]) == [said]


def test_the_verdict_names_the_first_wrong_answer(call):
    targets, right = [[0] * 8] * 16, [[0.4] * 8] * 16
    wrong = [*right[:2], [0.5, 0.6, *[0] * 6], *right[3:]]
    found = call("live/sort-scrubber.js", *([[ELEMENT, "verdict"], {"targets": targets, "chances": chances}] for chances in (right, wrong)))
    start = "20 vectors, the 16 of highest priority given back: "
    assert found == [start + "no bit is wrong.", start + "2 of 128 bits are wrong, the first in answer 3."]


def test_the_steps_that_matter_and_the_shades(call):
    run = {"firstAnswer": 21, "writeAt": [[*range(37)]], "readAt": [[*range(100, 137)]], "inputs": [[time] * 10 for time in range(37)]}
    places, edges, last, mark = call("live/sort-scrubber.js", [[ELEMENT, "placesOf"], run], [[ELEMENT, "edges"], run], *([[ELEMENT, "seen"], run, time] for time in (19, 20)))  # fmt: skip
    assert places == [*range(20), *range(120, 137)]
    assert edges == [20]
    assert (last, mark) == ([19] * 8, None)
    assert call("live/sort-scrubber.js", *([[ELEMENT, "shade"], value, row] for value, row in ((-1, 8), (0, 8), (1, 8), (0, 7)))) == [0, 0.5, 1, 0]
    assert call("live/sort-scrubber.js", ["SortScrubber.columns"]) == [["1", "2", "3", "4", "5", "6", "7", "8"]]
