"""How long pages and studies take that are built in this process."""

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from contextvars import ContextVar

_TAKEN: ContextVar[Counter | None] = ContextVar("taken", default=None)


@contextlib.contextmanager
def noted() -> Iterator[Counter]:
    """The seconds of all that is `timed` meanwhile, by name; of what is timed several times, their sum."""
    taken: Counter = Counter()
    token = _TAKEN.set(taken)
    try:
        yield taken
    finally:
        _TAKEN.reset(token)


@contextlib.contextmanager
def timed(name: str) -> Iterator[None]:
    """Note how long what happens meanwhile takes, with all that is timed in it."""
    begun = time.monotonic()
    try:
        yield
    finally:
        if (taken := _TAKEN.get()) is not None:
            taken[name] += time.monotonic() - begun
