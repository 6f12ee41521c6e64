"""How the browser writes numbers that span many sizes, and what is asked of every weighting."""

import pytest

WRITTEN = {
    "0": "0",
    "0.0005": "0.001",
    "0.000499": "5.0·10⁻⁴",
    "-0.25": "−0.250",
    "9.999": "9.999",
    "10": "10.0",
    "999.94": "999.9",
    "1000": "1000",
    "-9999": "−9999",
    "10000": "1.0·10⁴",
    "-1234567": "−1.2·10⁶",
    "1e-12": "1.0·10⁻¹²",
    "3e98": "3.0·10⁹⁸",
    "-4e-35": "−4.0·10⁻³⁵",
    "6e127": "6.0·10¹²⁷",
}


def test_a_number_is_a_decimal_where_that_is_short(call):
    assert dict(zip(WRITTEN, call("ui/numbers.js", *(["short", float(value)] for value in WRITTEN)), strict=True)) == WRITTEN


@pytest.mark.parametrize(
    ("name", "given", "wanted"),
    [
        ("total", [[]], 0),
        ("total", [[2, -5, 0.5]], -2.5),
        ("count", [1, "vectors"], "1 vector"),
        ("count", [0, "vectors"], "0 vectors"),
        ("count", [2, "vectors"], "2 vectors"),
        ("count", [1, "misses so far"], "1 misses so far"),  # only the last letter is that of the plural
        ("are", [0], "are"),
        ("are", [1], "is"),
        ("are", [2], "are"),
        ("largestIn", [[[1, -2], [0, 1]]], 2),
        ("largestIn", [[[0, 0], [-3, 1]]], 3),
        ("largestIn", [[[0]]], 0),
        ("peak", [[0.2, 0.5, 0.3]], 1),
        ("peak", [[-3, -1, -1]], 1),  # the first of several
        ("peak", [[4, 4]], 0),
        ("peak", [[0, 1, 7]], 2),
    ],
)
def test_what_is_asked_of_lists(call, name, given, wanted):
    assert call("ui/numbers.js", [name, *given]) == [wanted]
