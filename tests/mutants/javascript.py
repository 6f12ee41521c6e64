"""Mistakes in the browser's modules: each is one edit of the source text, outside strings and comments."""

import re
from collections.abc import Iterator

from tests.mutants.python import Mutant, shortened

SWAPPED = (
    ("rows", "columns"), ("row", "column"), ("query", "key"), ("read", "write"), ("erase", "add"), ("inputs", "outputs"), ("min", "max"),
    ("before", "after"), ("first", "last"), ("some", "every"), ("true", "false"), ("left", "right"), ("start", "end"), ("x", "y"),
)  # fmt: skip
OPERATORS = {" + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ", " < ": " >= ", " > ": " <= ", " <= ": " > ", " >= ": " < ", " === ": " !== ", " !== ": " === ", " && ": " || ", " || ": " && "}  # fmt: skip
# Comments, strings, and the parts of templates that are no code.
HIDDEN = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|^import [^;]*;", re.S | re.M)


def mutants(path: str, text: str) -> Iterator[Mutant]:
    """All mistakes that can be planted in a module."""
    hidden = [match.span() for match in HIDDEN.finditer(text)]

    def edit(match: re.Match, new: str, kind: str) -> Iterator[Mutant]:
        start, end = match.span()
        if any(low <= start < high for low, high in hidden):
            return
        line = text.count("\n", 0, start) + 1
        told = f"{match[0].strip()} → {new.strip()} in {shortened(text.splitlines()[line - 1])}"
        yield Mutant(path, line, kind, told, text[:start] + new + text[end:])

    for match in re.finditer(r"(?<![\w.$])\d+(?![\w.])", text):
        yield from edit(match, str(int(match[0]) + 1), "off by one")
    for old, new in OPERATORS.items():
        for match in re.finditer(re.escape(old), text):
            yield from edit(match, new, "operator")
    for one, other in SWAPPED:
        for match in re.finditer(rf"(?<![\w$-])(?:{one}|{other})(?![\w$-])(?!:)", text):
            yield from edit(match, other if match[0] == one else one, "swap")
