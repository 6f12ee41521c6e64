"""One lock for all that writes what is built: the figures, and the site that is made from them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from explainers.kit.files import ROOT, explained

PLACE = ROOT / ".cache" / "lock"


@contextmanager
def alone() -> Iterator[None]:
    """Hold the lock. Who comes second says so, waits for the first, and then finds its work done.

    Raises:
        Mistake: the folder cannot be written.
    """
    lock = FileLock(PLACE)
    with explained(PLACE.parent):
        PLACE.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            print("another build is running; waiting for it …", file=sys.stderr, flush=True)
            lock.acquire()
    try:
        yield
    finally:
        lock.release()
