"""The numbers beside an axis: where it ends, which of them are marked, and how they are written.

The layout of a figure says all of it, so that Plotly, left no choice, marks what the static picture marks.
"""

import math
from collections.abc import Sequence

ROOM = 0.04  # beyond the outermost numbers, as a share of what lies between them
DECADES = 0.1  # the same of a logarithmic axis, in powers of ten
PLAIN, SHORT = "~g", "~s"  # d3's names for 20000 and 20k
LONG = 10_000  # from here on numbers are short
PREFIXES = ("", "k", "M", "G")


def ends(numbers: Sequence[float], log: bool = False, zero: bool = False) -> list[float]:
    """Where an axis with these numbers begins and ends, as Plotly takes it: of a logarithmic one, the exponents.

    Args:
        zero: whether the axis shows zero, and ends there if no number lies beyond.
    """
    if log:
        return [math.log10(min(numbers)) - DECADES, math.log10(max(numbers)) + DECADES]
    low, high = (min(0, *numbers), max(0, *numbers)) if zero else (min(numbers), max(numbers))
    room = (high - low) * ROOM or 1
    return [low if zero and low == 0 else low - room, high if zero and high == 0 and low < 0 else high + room]


def marks(low: float, high: float, count: int, log: bool = False) -> dict:
    """Which numbers of an axis are marked, and how they are written, as settings of Plotly: round ones, or powers of ten."""
    long = high >= math.log10(LONG) and low >= 0 if log else max(abs(low), abs(high)) >= LONG
    return {"dtick": 1 if log else step(low, high, count), "tickformat": SHORT if long else PLAIN}


def step(low: float, high: float, count: int) -> float:
    """The least round distance at which there are no more than `count` between two ends."""
    apart = high - low if math.isfinite(high - low) else 1  # what is infinite is refused later
    power = 10.0 ** math.floor(math.log10(max(apart, 1e-12) / count))
    return next(round(power * size, 12) for size in (1, 2, 5, 10) if apart / (power * size) <= count)


def marked(axis) -> list[tuple[float, str]]:
    """Number and words of each mark of an axis, in its order; words come escaped, as Plotly takes them.

    Args:
        axis: an axis of a layout, with a range and either places of its own or a distance.
    """
    if axis.tickvals is not None:
        return list(zip(axis.tickvals, axis.ticktext, strict=True))
    found = between(*axis.range, axis)
    return [(10.0**number, written(10.0**number, axis.tickformat)) for number, _ in found] if axis.type == "log" else found


def between(low: float, high: float, axis) -> list[tuple[float, str]]:
    """Number and words of each mark between two ends, at the distance that an axis or a scale of colours has."""
    slack = 1e-4 * (high - low)
    places = range(math.ceil((low - slack) / axis.dtick), math.floor((high + slack) / axis.dtick) + 1)
    return [(number, written(number, axis.tickformat)) for number in (round(place * axis.dtick, 12) for place in places)]


def written(number: float, form: str) -> str:
    """A number as d3 writes it, with six digits at most and Plotly's minus."""
    power = math.floor(math.log10(abs(number))) if number else 0
    if form == SHORT:
        third = min(max(power // 3, 0), len(PREFIXES) - 1)
        text = f"{number / 1000**third:.6g}{PREFIXES[third]}"
    elif -7 < power < 6:
        text = f"{number:.{5 - power}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{number / 10.0**power:.6g}e{power:+d}"
    return text.replace("-", "−")
