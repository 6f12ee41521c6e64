"""Random sequences with contexts, and the estimator that counts, against plain counting in Python."""

import math

import pytest

from tests.js.mulberry32 import mulberry32


def drawn_bits(length: int, order: int, seed: int) -> list[int]:
    """A sequence from the generator, its contexts as words."""
    random = mulberry32(seed)
    chances = {f"{context:0{order}b}" if order else "": math.sin(next(random) * math.pi / 2) ** 2 for context in range(2**order)}
    bits = ""
    for _ in range(length):
        chance = chances[bits[len(bits) - order :]] if len(bits) >= order else 0.5
        bits += "1" if next(random) < chance else "0"
    return [int(bit) for bit in bits]


def test_sequences_are_those_of_their_tables(call):
    cases = [(60, 5, 1), (60, 5, 2), (40, 1, 3), (30, 0, 4), (3, 5, 5), (5, 5, 6), (0, 2, 7)]
    assert call("ui/counting.js", *(["drawBits", *case] for case in cases)) == [drawn_bits(*case) for case in cases]


def test_the_estimator_counts_what_followed_a_context(call):
    order, bits = 2, drawn_bits(120, 2, 8)
    text = "".join(map(str, bits))
    (found,) = call("ui/counting.js", ["count", bits, order])
    for step in range(len(bits)):
        if step < order:
            assert [found[name][step] for name in ("context", "ones", "zeros", "optimal")] == [-1, 0, 0, 0.5]
            continue
        context = text[step - order : step]
        ones, zeros = (sum(text.startswith(context + bit, at) for at in range(step - order)) for bit in "10")
        assert (found["context"][step], found["ones"][step], found["zeros"][step]) == (int(context, 2), ones, zeros)
        assert found["optimal"][step] == (ones + 0.5) / (ones + zeros + 1)


def test_counting_by_hand(call):
    # After 1: nothing seen, then a one, then a one and a zero. After 0: nothing seen.
    (found,) = call("ui/counting.js", ["count", [1, 1, 0, 1, 0], 1])
    wanted = {"context": [-1, 1, 1, 0, 1], "ones": [0, 0, 1, 0, 1], "zeros": [0, 0, 0, 0, 1], "optimal": [0.5, 0.5, 0.75, 0.5, 0.5]}
    assert found == wanted
    assert call("ui/counting.js", ["count", [], 5])[0] == {name: [] for name in wanted}


@pytest.mark.parametrize(("best", "said", "bits"), [(0.5, 0.5, 0), (0.5, 0.25, 1 - math.log2(3) / 2), (0.25, 0.5, 1 - 2 + 0.75 * math.log2(3)), (0.75, 0.5, 1 - 2 + 0.75 * math.log2(3))])  # fmt: skip
def test_divergence_in_bits(call, best, said, bits):
    assert call("ui/counting.js", ["divergence", best, said]) == [pytest.approx(bits, abs=1e-12)]


def test_the_two_farthest_steps_in_the_order_of_time(call):
    far = [([0.5] * 4, [0.1, 0.5, 0.4, 0.99]), ([0.5] * 4, [0.5, 0.9, 0.9, 0.9]), ([0.5], [0.2]), ([], []), ([0.9, 0.1, 0.5], [0.9, 0.2, 0.1])]
    assert call("ui/counting.js", *(["farthest", *case] for case in far)) == [[0, 3], [1, 2], [0], [], [1, 2]]
