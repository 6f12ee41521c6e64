"""Colour scales against numpy's interpolation, and ink by the contrast that WCAG 2 defines."""

import numpy as np
import pytest

STOPS = ["#ffffff", "#3a7bd5", "#0a0f1e"]
LEVELS = 256
AMOUNTS = np.arange(LEVELS) / 255


def parts(colour: str) -> np.ndarray:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])


def wanted(stops: list[str], share: float) -> np.ndarray:
    """The colour at a share of the way, unrounded."""
    table = np.array([parts(stop) for stop in stops])
    return np.array([np.interp(share, np.linspace(0, 1, len(stops)), channel) for channel in table.T])


def contrast(rgb: np.ndarray, light: float) -> float:
    """With a text of this luminance (WCAG 2)."""
    linear = np.where(rgb / 255 <= 0.04045, rgb / 255 / 12.92, ((rgb / 255 + 0.055) / 1.055) ** 2.4)
    low, high = sorted((linear @ [0.2126, 0.7152, 0.0722], light))
    return (high + 0.05) / (low + 0.05)


def fills(found: list[dict]) -> np.ndarray:
    return np.array([[int(part) for part in colour["fill"].removeprefix("rgb(").removesuffix(")").split(" ")] for colour in found])


@pytest.mark.parametrize("stops", [STOPS, ["#000000", "#ff8001"], ["#102030", "#fefefe", "#00ff00", "#aa0000", "#123456"]])
@pytest.mark.parametrize(("scale", "low"), [("fromZero", 0), ("signed", -1)])
def test_colours_between_the_stops(call, scale, low, stops):
    values = low + (1 - low) * AMOUNTS
    found = call("ui/colours.js", *([[[scale, stops], "of"], value] for value in values))
    exact = np.array([wanted(stops, share) for share in AMOUNTS])
    assert np.abs(fills(found) - exact).max() <= 0.5 + 1e-6
    half = call("ui/colours.js", *([[[scale, stops], "of"], value * 0.5, 0.5] for value in values))
    assert half == found
    for rgb, colour in zip(fills(found), found, strict=True):
        black, white = contrast(rgb, 0), contrast(rgb, 1)
        assert abs(black - white) < 0.02 or colour["ink"] == ("#000000" if black > white else "#ffffff"), rgb


@pytest.mark.parametrize(("scale", "values"), [("fromZero", (-0.1, 0, 4, 4.1)), ("signed", (-9, -4, 4, 9))])
def test_what_lies_beyond_an_end_has_its_colour(call, scale, values):
    below, least, most, above = call("ui/colours.js", *([[[scale, STOPS], "of"], value, 4] for value in values))
    assert below == least == {"fill": "rgb(255 255 255)", "ink": "#000000"}
    assert above == most == {"fill": "rgb(10 15 30)", "ink": "#ffffff"}


def test_the_ends_and_the_strip(call):
    for scale, ends in {"fromZero": [[0, 1], [0, 2.5]], "signed": [[-1, 1], [-2.5, 2.5]]}.items():
        made = [scale, STOPS]
        assert call("ui/colours.js", [[made, "ends"]], [[made, "ends"], 2.5]) == ends
        assert call("ui/colours.js", [[made, "gradient"]]) == ["linear-gradient(to right, #ffffff, #3a7bd5, #0a0f1e)"]


def test_ink_turns_where_the_contrasts_are_equal(call):
    """On grey, black is easier to read from 118 up: 117 has luminance 0.178, 118 has 0.181."""
    grey = lambda level: [[["fromZero", [f"#{level:02x}{level:02x}{level:02x}"] * 2], "of"], 0]  # noqa: E731
    inks = call("ui/colours.js", *(grey(level) for level in (0, 10, 11, 117, 118, 255)))
    assert [colour["ink"] for colour in inks] == ["#ffffff"] * 4 + ["#000000"] * 2
