"""The words of a translation that were there before are as many as any common subsequence has."""

import random
from itertools import combinations


def within(part: list[str], whole: list[str]) -> bool:
    """Whether the words stand in the whole in this order."""
    rest = iter(whole)
    return all(word in rest for word in part)


def longest(before: list[str], now: list[str]) -> int:
    """The length of a longest common subsequence, all parts of `now` tried."""
    return next(size for size in range(len(now), -1, -1) if any(within(part, before) for part in combinations(now, size)))


def test_kept_words_are_a_longest_common_subsequence(call):
    chance = random.Random(0)
    some = lambda: chance.choices("abc", k=chance.randint(0, 7))  # noqa: E731 (said once)
    cases = [(some(), some()) for _ in range(300)]
    for (before, now), kept in zip(cases, call("ui/sentence.js", *(["keptPlaces", *case] for case in cases)), strict=True):
        assert kept == sorted(set(kept))
        assert within([now[place] for place in kept], before), (before, now)
        assert len(kept) == longest(before, now), (before, now)


def test_nothing_all_and_the_ends(call):
    words = ["il", "était", "fatigué"]
    cases = [[[], words], [words, []], [words, words], [["elle", *words[1:]], words], [[*words[:2], "large"], words], [words, ["elle", *words]]]
    assert call("ui/sentence.js", *(["keptPlaces", *case] for case in cases)) == [[], [], [0, 1, 2], [1, 2], [0, 1], [1, 2, 3]]
