"""What is said to who has not set up the packages that the project needs, or does not use the Python that has them."""

import contextlib
import sys
from collections.abc import Iterator

from explainers.kit.errors import Mistake


@contextlib.contextmanager
def needed() -> Iterator[None]:
    """Meanwhile packages are imported that pip installs.

    Raises:
        Mistake: one is not there. A module of the project itself that is missing is let through.
    """
    try:
        yield
    except ModuleNotFoundError as missing:  # also of a package that is asked for its version
        package = (missing.name or "").split(".")[0]
        if package == "explainers":
            raise
        raise Mistake(f"{sys.executable} has no package {package}: run `make site` once, then `. .venv/bin/activate`.") from missing
