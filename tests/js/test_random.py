"""The browser's random numbers: what the generator gives in whole numbers of Python, bits that are fair and numbers that are centred."""

import numpy as np
import pytest

from tests.js.mulberry32 import drawn

SEEDS = (0, 1, 7, 2**31, 2**32 - 1, -1)


def test_the_numbers_are_those_of_the_generator(call):
    found = call("ui/random.js", *(["randomNumbers", 50, seed] for seed in SEEDS))
    assert found == [[2 * number - 1 for number in drawn(seed, 50)] for seed in SEEDS]
    assert call("ui/random.js", *([[["seeded", seed], "call"]] for seed in SEEDS)) == [drawn(seed, 1)[0] for seed in SEEDS]


def test_bits_are_drawn_vector_by_vector(call):
    found = call("ui/random.js", *(["randomBits", 3, 8, seed] for seed in SEEDS))
    assert found == [[[int(number >= 0.5) for number in drawn(seed, 24)[8 * row : 8 * row + 8]] for row in range(3)] for seed in SEEDS]


def test_nothing_is_drawn_where_nothing_is_asked_for(call):
    assert call("ui/random.js", ["randomBits", 0, 8, 1], ["randomBits", 2, 0, 1], ["randomNumbers", 0, 1]) == [[], [[], []], []]


def test_they_are_uniform(call):
    (numbers,) = call("ui/random.js", ["randomNumbers", 20000, 3])
    counts, _ = np.histogram(numbers, bins=10, range=(-1, 1))
    assert counts.sum() == 20000
    assert counts.tolist() == pytest.approx([2000] * 10, abs=200)  # more than four standard deviations
