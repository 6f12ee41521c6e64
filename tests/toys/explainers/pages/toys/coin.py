"""A coin, which needs no checkpoint."""

from explainers.kit.build.marks import claim, fact


def subject() -> int:
    """How many sides a coin has."""
    return len(("heads", "tails"))


@fact
def sides(run: int) -> int:
    """How many sides."""
    return run


@claim
def has_two_sides(run: int) -> bool:
    """A coin has two sides."""
    return run == 2
