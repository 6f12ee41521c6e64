"""Counts in words."""

import pytest

from explainers.kit.counts import counted, listed, out_of, word


def test_small_numbers_are_words_and_large_ones_digits():
    assert [word(count) for count in (0, 1, 12, 13, 1500)] == ["no", "one", "twelve", "13", "1,500"]


def test_one_thing_is_singular():
    assert [counted(count, "lists") for count in (0, 1, 2, 13)] == ["no lists", "one list", "two lists", "13 lists"]


@pytest.mark.parametrize(
    ("count", "whole", "said"),
    [
        (0, 3, "none of the three machines"),
        (1, 3, "one of the three machines"),
        (2, 3, "two of the three machines"),
        (3, 3, "all three machines"),
        (2, 2, "both machines"),
        (40, 1500, "40 of the 1,500 machines"),
        (1500, 1500, "all 1,500 machines"),
    ],
)
def test_a_part_of_all_reads_as_a_person_says_it(count, whole, said):
    assert out_of(count, whole, "machines") == said


def test_a_row_of_parts():
    assert [listed(list(parts)) for parts in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
