"""Counts in words, as a person would say them: a template that reads well for one number reads badly for the next."""

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def word(count: int) -> str:
    """A number, in words up to twelve."""
    return WORDS[count] if 0 <= count < len(WORDS) else f"{count:,}"


def counted(count: int, things: str) -> str:
    """So many things, after their name in the plural: "no lists", "one list", "13 lists"."""
    return f"{word(count)} {things.removesuffix('s') if count == 1 else things}"


def out_of(count: int, whole: int, things: str) -> str:
    """How many of all things: "none of the three machines", "one of the three machines", "both machines", "all three machines"."""
    if count == whole:
        return f"both {things}" if whole == 2 else f"all {word(whole)} {things}"
    return f"{'none' if count == 0 else word(count)} of the {word(whole)} {things}"


def listed(parts: list[str]) -> str:
    """Parts in a row: "a", "a and b", "a, b and c"."""
    return " and ".join([*([", ".join(parts[:-1])] if parts[1:] else []), *parts[-1:]])
