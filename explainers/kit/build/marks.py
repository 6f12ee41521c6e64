"""The marks of a page: figure, fact, claim and table.

A mark only labels a function. The names, captions and lines of all marked functions are read from the
source by `kit.build.project`, without running it.
"""

from collections.abc import Callable


def figure(function: Callable | None = None, *, live: str | None = None) -> Callable:
    """Mark a function `run -> plotly.graph_objects.Figure`. Its docstring is the caption.

    Args:
        live: the custom element that lets a reader change this figure; `docs/assets/js/live/<live>.js` defines it.
    """
    return function if function else lambda marked: marked


def fact(function: Callable) -> Callable:
    """Mark a function `run -> int | float | str` that the prose quotes as `{{ part.page.name }}`."""
    return function


def claim(function: Callable) -> Callable:
    """Mark a function `run -> bool`: whether the sentence in its docstring is true. False stops the build."""
    return function


def table(function: Callable) -> Callable:
    """Mark a function `run -> kit.figure.tables.Table`. Its docstring is the caption."""
    return function
