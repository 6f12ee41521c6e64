"""A figure's state in the address: what is written is read, and what is no allowed number is nothing."""

import pytest

SHOW = ["history.replaceState", None, ""]


def test_what_is_written_is_read(call):
    state = {"step": 6, "text": "à & b = 100 %, #c"}
    found = call("ui/hash.js", ["writeHash", "attention.steps", state], ["location.hash"], ["location.state"], ["readHash", "attention.steps"])
    assert found == [
        None,
        "#attention.steps:step=6&text=%C3%A0%20%26%20b%20%3D%20100%20%25%2C%20%23c",
        "kept",  # what the history holds for the page stays
        {"step": "6", "text": state["text"]},
    ]


@pytest.mark.parametrize(
    ("hash_", "state"),
    [
        ("", None),
        ("#fig", None),
        ("#fig.more:step=1", None),
        ("#section", None),
        ("#fig:", {}),
        ("#fig:step=2&head=", {"step": "2", "head": ""}),
        ("#fig%3Astep%3D2%26head%3D3", {"step": "2", "head": "3"}),  # some programs encode a link whole
        ("#fig%3astep=2", {"step": "2"}),
        ("#fi%67:step=2", {"step": "2"}),
        ("#%:step=2", None),
        ("#fig:step=5%", {"step": "5%"}),
    ],
)
def test_the_state_of_a_figure(call, hash_, state):
    assert call("ui/hash.js", [*SHOW, hash_], ["readHash", "fig"])[1] == state


@pytest.mark.parametrize("text", [None, "", " ", "x", "2.5", "1", "7", "-3", "NaN ", "3,4"])
def test_no_allowed_whole_number(call, text):
    assert call("ui/hash.js", ["numberIn", text, 2, 6]) == [None]


def test_a_number_may_be_at_either_end(call):
    cases = {"2": (2, 6), "6": (2, 6), "0": (0, 0), "-1": (-1, 1), " 4 ": (2, 6)}
    assert call("ui/hash.js", *(["numberIn", text, *ends] for text, ends in cases.items())) == [2, 6, 0, -1, 4]
    assert call("ui/hash.js", ["numberIn", "", 0, 5], ["numberIn", "12", 0, "Infinity"]) == [None, 12]  # nothing is not zero


def test_a_list_has_its_length_and_its_range(call):
    lists = ["-1,0.25,1", " 0 , 0 ,0", "0,0", "0,0,0,0", "0,,0", "0,0,1.1", "-1.1,0,0", "0,x,0", "", None]
    found = call("ui/hash.js", *(["listIn", text, 3, -1, 1] for text in lists))
    assert found == [[-1, 0.25, 1], [0, 0, 0], *[None] * 8]
    assert call("ui/hash.js", ["listIn", "", 1, -1, 1], ["listIn", "", 0, -1, 1]) == [None, None]
