"""Repeat copy in the browser: the episode of two vectors three times, and what happens at each step."""

import math
from statistics import fmean, pstdev

import pytest

ELEMENT = ["Object.assign", {"call": ["RepeatScrubber"]}, {"locations": 8, "live": {"vectors": [[1] * 8]}}]
ASK = {"length": 2, "repeats": 3}


def test_the_episode_is_vectors_a_number_and_silence(call):
    (made,) = call("live/repeat-scrubber.js", [[ELEMENT, "make"], ASK, 0])
    inputs, targets = made["inputs"], made["targets"]
    assert len(inputs) == 2 + 1 + 7
    assert inputs[0] == [1] * 8 + [0, 0]
    assert inputs[2][:9] == [0] * 8 + [1]
    assert inputs[3:] == [[0] * 10] * 7
    assert targets == [[*row[:8], 0] for row in inputs[:2]] * 3 + [[0] * 8 + [1]]
    assert made["phases"] == [
        {"name": "in", "steps": 3, "kind": "query"},
        *({"name": name, "steps": 2, "kind": kind} for name, kind in (("1", "value"), ("2", ""), ("3", "value"))),
        {"name": "", "steps": 1},
    ]


def test_the_number_has_mean_0_and_variance_1_over_those_of_training(call):
    made = call("live/repeat-scrubber.js", *([[ELEMENT, "make"], {"length": 1, "repeats": repeats}, 1] for repeats in range(1, 14)))
    numbers = [episode["inputs"][1][9] for episode in made]
    assert (fmean(numbers[:10]), pstdev(numbers[:10])) == pytest.approx((0, 1), abs=1e-12)
    assert [episode["phases"][0]["name"] for episode in made] == ["in"] * 12 + [""]
    shades = call(
        "live/repeat-scrubber.js", *([[ELEMENT, "shade"], value, row] for value, row in ((numbers[9], 9), (numbers[0], 9), (numbers[12], 9), (0, 9), (0.3, 8)))
    )
    assert shades == pytest.approx([1, 0, 1, 0, 0.3])
    assert call("live/repeat-scrubber.js", [[ELEMENT, "shade"], numbers[9] / 2, 9]) == [pytest.approx(0.75)]


def test_what_happens_at_each_step(call):
    now = ASK | {"firstAnswer": 3, "inputs": [None] * 10}
    number = f"{abs((3 - 5.5) / math.sqrt(99 / 12)):.2f}"
    copies = [f"gives copy {copy} of 3, vector {vector} of 2" for copy in (1, 2, 3) for vector in (1, 2)]
    wanted = [
        "takes in vector 1 of 2",
        "takes in vector 2 of 2",
        f"sees the mark, and the number −{number}, which stands for 3",
        *copies,
        "should say that it is done",
    ]
    assert call("live/repeat-scrubber.js", *([[ELEMENT, "happening"], now, time] for time in range(10))) == wanted


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (6, "it says that it is done when it is"),
        (None, "it never says that it is done"),
        (2, "it says that it is done after 1 copy"),
        (3, "it says that it is done after 1 copy and 1 vector"),
        (0, "it says that it is done after 0 copies"),
        (5, "it says that it is done after 2 copies and 1 vector"),
    ],
)
def test_when_it_says_that_it_is_done(call, end, said):
    targets = [[0] * 9] * 6 + [[0] * 8 + [1]]
    chances = [[0] * 8 + [0.5 if step == end else 0.49] for step in range(7)]
    wrong = {6: "no bit is wrong", None: "1 of 63 bits is wrong"}.get(end, "2 of 63 bits are wrong")
    assert call("live/repeat-scrubber.js", [[ELEMENT, "verdict"], ASK | {"targets": targets, "chances": chances}]) == [f"2 vectors, 3 times: {wrong}; {said}."]


def test_a_jump_is_farther_than_a_shift(call):
    run = {
        "readAt": [[0, 4, 0, 4, 5, 5, 4, 6, 0, 7, 3]],
        "firstAnswer": 2,
        "inputs": [None] * 11,
        "traces": [None] * 11,
        "length": 2,
        "writeAt": [[*range(11)]],
    }
    edges, first, places = call("live/repeat-scrubber.js", *([[ELEMENT, name], run] for name in ("edges", "firstView", "placesOf")))
    assert edges == [3, 7, 8]  # from 0 to 4, 4 to 6 and 6 to 0; 0 to 7 is one around the ring, and the last step asks for no vector
    assert first == 3
    assert places == [0, 1, 0, 4, 5, 5, 4, 6, 0, 7]
    assert call("live/repeat-scrubber.js", [[ELEMENT, "firstView"], run | {"readAt": [[0] * 11]}]) == [2]


def test_the_names_and_ends_of_what_can_be_set(call):
    columns, settings = call("live/repeat-scrubber.js", ["RepeatScrubber.columns"], ["RepeatScrubber.settings"])
    assert columns == ["1", "2", "3", "4", "5", "6", "7", "8", "end"]
    assert [(setting["least"], setting["most"]) for setting in settings] == [(1, 20)] * 2
