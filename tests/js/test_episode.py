"""What a machine did in an episode, from a machine that always does the same."""

import math

import pytest


def step(output: list[float], *weightings: list[float]) -> dict:
    return {"output": output, "addressing": [{"weighting": weighting} for weighting in weightings]}


EPISODE = {"inputs": [[1], [0], [0]], "targets": [[1, 0], [0, 1]], "phases": [], "named": {"seed": 3}}
# Two read heads, whose weightings come first, and one write head.
TRACES = [step([9, 9], [1, 0], [0, 1], [0.4, 0.6]), step([0, -2], [0, 1], [1, 0], [0.5, 0.5]), step([2, math.log(3)], [0, 1], [1, 0], [0.1, 0.9])]
MACHINE = {"run": {"table": {"1,0,0": TRACES}}, "readHeads": 2, "writeHeads": 1}


def test_what_the_machine_did(call):
    (run,) = call("ui/episode.js", ["runEpisode", MACHINE, EPISODE])
    assert {name: run[name] for name in EPISODE} == EPISODE
    assert run["traces"] == TRACES
    assert run["firstAnswer"] == 1
    assert run["readAt"] == [[0, 1, 1], [1, 0, 0]]
    assert run["writeAt"] == [[1, 0, 1]]
    chances = [0.5, 1 / (1 + math.exp(2)), 1 / (1 + math.exp(-2)), 0.75]
    assert [chance for answer in run["chances"] for chance in answer] == pytest.approx(chances, abs=1e-12)


def test_a_bit_is_wrong_on_the_other_side_of_a_half(call):
    run = {"chances": [[0.5, 0.49, 0.9], [0.1, 1, 0.5]], "targets": [[1, 1, 0], [0, 1, 0]]}
    wrong = [False, True, True, False, False, True]
    assert call("ui/episode.js", *(["isWrong", run, answer, bit] for answer in range(2) for bit in range(3))) == wrong
    assert call("ui/episode.js", ["wrongBits", run], ["wrongBits", {"chances": [], "targets": []}]) == [[2, 1], []]


def test_the_memory_has_the_size_of_training(call):
    assert call("ui/episode.js", ["LOCATIONS"]) == [128]
