"""The browser's generator of random numbers in whole numbers of Python, to draw the same ones."""

from collections.abc import Iterator
from itertools import islice

BITS = 2**32


def mulberry32(seed: int) -> Iterator[float]:
    """Its numbers in [0, 1)."""
    state = seed % BITS
    while True:
        state = (state + 0x6D2B79F5) % BITS
        mixed = (state ^ state >> 15) * (state | 1) % BITS
        mixed ^= (mixed + (mixed ^ mixed >> 7) * (mixed | 61)) % BITS
        yield (mixed ^ mixed >> 14) / BITS


def drawn(seed: int, count: int) -> list[float]:
    """The first of its numbers."""
    return list(islice(mulberry32(seed), count))
