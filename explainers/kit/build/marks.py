"""The marks of a page: figure, fact, setting, claim, finding, invariant and table.

A mark only labels a function. The names, captions and lines of all marked functions are read from the source by
`kit.build.project`, without running it. A fact that fits into a line may be declared in one: `name = fact("What it is.", lambda run: …)`.
"""

from collections.abc import Callable


def figure(function: Callable | None = None, *, live: str | None = None) -> Callable:
    """Mark a function `run -> plotly.graph_objects.Figure`. Its docstring is the caption.

    Args:
        live: the custom element that lets a reader change this figure; `docs/assets/js/live/<live>.js` defines it.
    """
    return function if function else lambda marked: marked


def fact(text: str | Callable, function: Callable | None = None, *, steady: str = "") -> Callable:
    """Mark a function `run -> int | float | str` that the prose quotes as `{{ part.page.name }}`.

    Args:
        steady: why it is the same on damaged records; a fact that never moves is otherwise a setting or a mistake.
    """
    marked = function or text
    if steady:
        marked.steady = steady
    return marked


def setting(text: str | Callable, function: Callable | None = None) -> Callable:
    """Mark a fact that was chosen and not measured: how long, how many, with which seed. It takes no run, and is the same for every run."""
    return function or text


def claim(function: Callable | None = None, *, steady: str = "") -> Callable:
    """Mark a function `run -> bool` that says whether its docstring is true of this one run, or of these recorded trainings.

    The sentence names the run. False stops the build.

    Args:
        steady: why it is true on damaged records, too; a claim that is never false is otherwise an invariant or a mistake.
    """

    def marked(function: Callable) -> Callable:
        function.steady = steady
        return function

    return marked(function) if function else marked


def finding(function: Callable | None = None, *, control: Callable | None = None, worth: str = "") -> Callable:
    """Mark a function `run -> Finding` about the machines: true for each published seed, on fresh data too, and not of the control.

    Args:
        control: `run -> run`, the record without what was learned: shuffled in time, say. By default, machines with random weights.
        worth: why the sentence is said although it is true of the control, too.
    """

    def marked(function: Callable) -> Callable:
        function.control, function.worth = control, worth
        return function

    return marked(function) if function else marked


def invariant(function: Callable) -> Callable:
    """Mark a function `run -> bool` that is true for any weights: it tests the code, not the model. Tried on random weights as well."""
    return function


def table(function: Callable) -> Callable:
    """Mark a function `run -> kit.figure.tables.Table`. Its docstring is the caption."""
    return function
