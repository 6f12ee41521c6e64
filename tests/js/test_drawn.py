"""Patterns that a reader draws: as hexadecimal digits, cut to a length, and what is said of odd ones."""

import numpy as np


def bits(*numbers: int) -> list[list[int]]:
    """Vectors of eight bits, the highest first."""
    return np.unpackbits(np.array(numbers, np.uint8)[:, None], axis=1).tolist()


def test_every_vector_as_two_digits_and_back(call):
    hexadecimal = bytes(range(256)).hex()
    assert call("ui/drawn.js", ["toHex", bits(*range(256))], ["fromHex", hexadecimal, 256], ["fromHex", "fF0A", 2], ["toHex", []]) == [
        hexadecimal,
        {"vectors": bits(*range(256))},
        {"vectors": bits(255, 10)},
        "",
    ]


def test_what_is_wrong_with_a_pattern_in_a_link(call):
    odd = {"problem": "The pattern in the link cannot be read: it has to be two hexadecimal digits a vector."}
    assert call("ui/drawn.js", *(["fromHex", text, 9] for text in ("", "a", "abc", "0g", "ab cd", "0x"))) == [odd] * 6
    long = {"problem": "The pattern in the link has 3 vectors; no more than 2 are copied here."}
    assert call("ui/drawn.js", ["fromHex", "0102ff", 2], ["fromHex", "0102ff", 3]) == [long, {"vectors": bits(1, 2, 255)}]


def test_a_pattern_is_cut_or_continued(call):
    two = bits(3, 4)
    assert call("ui/drawn.js", *(["resized", two, length] for length in (0, 1, 2, 4))) == [[], two[:1], two, [*two, *bits(0, 0)]]


def test_only_patterns_of_one_kind_of_bit_are_remarked_on(call):
    none, every, mixed, short = call("ui/drawn.js", *(["remarkOn", vectors] for vectors in (bits(0, 0), bits(255), bits(255, 254), bits(0, 1))))
    assert none.startswith("There is no 1 in this pattern.")
    assert every.startswith("Every bit of this pattern is 1.")
    assert mixed == short == ""


def test_the_patterns_to_start_from(call):
    names = call("ui/drawn.js", *([f"STARTS.{start}.name"] for start in range(3)))
    letters, smile, diagonal = call("ui/drawn.js", *([f"STARTS.{start}.make", 10] for start in range(3)))
    assert names == ["letters", "a smile", "a diagonal"]
    assert diagonal == bits(128, 64, 32, 16, 8, 4, 2, 1, 128, 64)
    rows = np.array(letters).T
    assert rows.shape == (8, 20)
    assert ["".join(".#"[bit] for bit in row) for row in rows[[0, 7]]] == ["#....#.#####.#.....#", "#....#...#...#.....#"]
    assert rows[:, 0].all()  # an N begins with a stroke
    assert np.array(smile).shape == (8, 8)
    assert smile == smile[::-1]  # its left half mirrors its right one
    assert smile != [vector[::-1] for vector in smile]  # but it does not smile upside down
