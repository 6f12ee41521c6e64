"""What a page measures, with the word for it, and by how much a sentence about it is true."""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Whether a sentence is true, and by how much.

    Attributes:
        margin: how far the value is on the right side of its bound, as a share of the bound; negative if it is on the wrong side.
            None where the sentence is exact, and near misses are no matter.
        said: the comparison with its numbers.
    """

    holds: bool
    margin: float | None = None
    said: str = ""

    def __bool__(self) -> bool:
        return self.holds

    def __and__(self, other: "Finding") -> "Finding":
        return every([self, other])


class Measured(float):
    """A number with the statistic that it is, and over what it was taken. Compared, it says by how much.

    Attributes:
        statistic: "mean", "median", "largest", "smallest", "share" or "count".
        over: what it was taken over, in the plural: "fresh sequences".
    """

    statistic: str
    over: str

    def __new__(cls, value: float, statistic: str, over: str) -> "Measured":
        made = super().__new__(cls, value)
        made.statistic, made.over = statistic, over
        return made

    def __lt__(self, bound: float) -> Finding:
        return self._compared(bound, "<", float(self) < float(bound), float(bound) - float(self))

    def __le__(self, bound: float) -> Finding:
        return self._compared(bound, "≤", float(self) <= float(bound), float(bound) - float(self))

    def __gt__(self, bound: float) -> Finding:
        return self._compared(bound, ">", float(self) > float(bound), float(self) - float(bound))

    def __ge__(self, bound: float) -> Finding:
        return self._compared(bound, "≥", float(self) >= float(bound), float(self) - float(bound))

    def _compared(self, bound: float, sign: str, holds: bool, apart: float) -> Finding:
        margin = apart / abs(float(bound)) if bound else None
        return Finding(holds, margin, f"{self.statistic} over {self.over} {float(self):.4g} {sign} {float(bound):.4g}")


def exactly(holds: object) -> Finding:
    """A sentence without more or less: it is true or it is not."""
    return Finding(bool(holds))


def every(findings: Iterable["Finding | bool"]) -> Finding:
    """All of them are true; the margin is the smallest one.

    Raises:
        ValueError: there are none, so there is nothing to be true.
    """
    all_of_them = [each if isinstance(each, Finding) else exactly(each) for each in findings]
    if not all_of_them:
        raise ValueError("every finding of none says nothing")
    false = [each for each in all_of_them if not each.holds]
    by_margin = [each for each in false or all_of_them if each.margin is not None]
    closest = min(by_margin, key=lambda each: each.margin, default=(false or all_of_them)[0])
    return Finding(not false, closest.margin, closest.said)


def alike(pairs: Iterable[tuple[str, object, object]], within: float) -> Finding:
    """Whether arrays are the same two by two, each number within a share of the larger of itself and 1.

    Args:
        pairs: a name, what was computed and what it should be. The first pair that differs is named, with its largest difference.
    """
    for name, computed, wanted in pairs:
        if computed.shape != wanted.shape:
            return Finding(False, None, f"{name} has shape {tuple(computed.shape)} instead of {tuple(wanted.shape)}")
        differences = (computed - wanted).abs()
        if not bool((differences <= within * wanted.abs().clip(1)).all()):
            return Finding(False, None, f"{name} differs by up to {float(differences.max()):.2g}")
    return Finding(True)


def numbers(values: object) -> list[float]:
    """The numbers of a tensor or of anything that can be gone through, in one row.

    Raises:
        ValueError: there are none.
    """
    found = values.flatten().tolist() if hasattr(values, "flatten") else [float(value) for value in values]
    if not found:
        raise ValueError("a statistic of no numbers")
    return found


def mean(values: object, over: str) -> Measured:
    """The mean of all numbers."""
    return Measured(math.fsum(found := numbers(values)) / len(found), "mean", over)


def median(values: object, over: str) -> Measured:
    """The median of all numbers."""
    return Measured(statistics.median(numbers(values)), "median", over)


def largest(values: object, over: str) -> Measured:
    """The largest number; of no numbers, or of one that is none, it raises or is none."""
    return Measured(_known(max, values), "largest", over)


def smallest(values: object, over: str) -> Measured:
    """The smallest number."""
    return Measured(_known(min, values), "smallest", over)


def share(flags: object, over: str) -> Measured:
    """Which part of them is true, from 0 to 1."""
    found = [bool(flag) for flag in numbers(flags)]
    return Measured(sum(found) / len(found), "share", over)


def count(flags: object, over: str) -> Measured:
    """How many of them are true."""
    return Measured(sum(bool(flag) for flag in numbers(flags)), "count", over)


def _known(choose, values: object) -> float:
    """The largest or smallest of numbers, NaN if one of them is: Python's own would depend on the order."""
    found = numbers(values)
    return math.nan if any(math.isnan(value) for value in found) else choose(found)
