"""What a reader's hand does to a head's controls, and which bars take part in the arithmetic of another."""

import random

import pytest


def test_all_weight_at_one_place(call):
    assert call("ui/looking.js", ["only", 0, 3], ["only", 2, 3], ["only", 0, 1]) == [[1, 0, 0], [0, 0, 1], [1]]


@pytest.mark.parametrize(
    ("weights", "place", "weight", "wanted"),
    [
        ([0.5, 0.25, 0.25], 0, 0, [0, 0.5, 0.5]),
        ([0.5, 0.25, 0.25], 1, 1, [0, 1, 0]),
        ([0.2, 0.6, 0.2], 1, 0.2, [0.4, 0.2, 0.4]),
        ([0.5, 0.1, 0.4], 1, 0.1, [0.5, 0.1, 0.4]),
        ([1, 0, 0], 0, 0.4, [0.4, 0.3, 0.3]),  # the others had nothing: they share alike
        ([0, 0, 1], 1, 0.25, [0, 0.25, 0.75]),
    ],
)
def test_the_others_share_what_is_left(call, weights, place, weight, wanted):
    assert call("ui/looking.js", ["withWeight", weights, place, weight]) == [pytest.approx(wanted, abs=1e-12)]


def test_a_distribution_stays_one_and_the_others_keep_their_ratios(call):
    chance = random.Random(0)
    cases = []
    for _ in range(50):
        drawn = [chance.random() + 0.01 for _ in range(4)]
        cases.append(([part / sum(drawn) for part in drawn], chance.randrange(4), chance.random()))
    for (weights, place, weight), found in zip(cases, call("ui/looking.js", *(["withWeight", *case] for case in cases)), strict=True):
        assert sum(found) == pytest.approx(1)
        assert found[place] == weight
        ratios = [new / old for at, (new, old) in enumerate(zip(found, weights, strict=True)) if at != place]
        assert ratios == pytest.approx([(1 - weight) / (1 - weights[place])] * 3)


def test_a_key_fits_between_minus_one_and_one(call):
    keys = {(0.5, -0.25): [0.5, -0.25], (2, -4): [0.5, -1], (1, -1): [1, -1], (5, 0): [1, 0], (0, 0): [0, 0]}
    assert call("ui/looking.js", *(["keyFrom", list(vector)] for vector in keys)) == list(keys.values())


@pytest.mark.parametrize(
    ("stage", "made", "location", "parts"),
    [
        ("content", "interpolated", 5, [5]),
        ("previous", "interpolated", 0, [0]),
        ("shifted", "interpolated", 5, []),
        ("interpolated", "shifted", 5, [6, 5, 4]),  # by −1 comes from the next, by +1 from the one before
        ("interpolated", "shifted", 0, [1, 0, 7]),
        ("interpolated", "shifted", 7, [0, 7, 6]),
        ("content", "shifted", 5, []),
        ("shifted", "weighting", 3, [3]),
        ("interpolated", "weighting", 3, []),
        ("content", "content", 3, []),
        ("previous", "content", 3, []),
    ],
)
def test_the_bars_that_take_part(call, stage, made, location, parts):
    assert call("ui/looking.js", ["partsIn", stage, {"stage": made, "location": location}, 8]) == [parts]


def test_each_row_is_a_stage_made_by_its_step(call):
    (rows,) = call("ui/looking.js", ["ROWS"])
    assert [(row["step"], row["stage"], row["symbol"]) for row in rows] == [
        (0, "previous", "wₜ₋₁"), (1, "content", "wᶜ"), (2, "interpolated", "wᵍ"), (3, "shifted", "w̃"), (4, "weighting", "w"),
    ]  # fmt: skip
