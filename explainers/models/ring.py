"""The locations of a memory lie on a ring: how far it is from one to another, and which ones lie along a way."""

from collections.abc import Sequence

from jaxtyping import Int
from torch import Tensor

BESIDE = 2  # locations that a stretch shows on either side


def way(start: int, end: int, around: int) -> int:
    """How many locations `end` is on from `start`, the short way around a ring of so many; less than 0 is back, as is half the ring."""
    return (end - start + around // 2) % around - around // 2


def moves(places: Int[Tensor, "place *batch"], around: int) -> Int[Tensor, "move *batch"]:
    """The same from each place to the next one."""
    return (places.diff(dim=0) + around // 2) % around - around // 2


def along(first: int, second: int, places: range, around: int) -> list[int]:
    """The locations so many steps from the first one, in the direction of the second."""
    step = 1 if way(first, second, around) > 0 else -1
    return [(first + step * place) % around for place in places]


def stretch(start: int, visited: Sequence[int], around: int) -> list[int]:
    """The locations visited, those between them and `start`, and BESIDE more on either side, in the order of the ring.

    None may lie half the ring or more from `start`.
    """
    offsets = [0, *(way(start, place, around) for place in visited)]
    return [(start + offset) % around for offset in range(min(offsets) - BESIDE, max(offsets) + BESIDE + 1)]
