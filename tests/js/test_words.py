"""The reader's words: sentences are cut, what is wrong with them is said, and near words are found as plain recursion finds them."""

import random
from functools import cache

KNOWN = ["the", "animal", "was", "tired", ".", ",", "!"]
VOCABULARY = {"map": [[word, place] for place, word in enumerate(KNOWN)]}


def read(call, *texts: str) -> list[dict]:
    return call("ui/words.js", *(["readSentence", text, VOCABULARY] for text in texts))


def test_a_sentence_is_cut_into_words(call):
    words = ["the", "animal", "was", "tired", "."]
    assert read(call, "the animal was tired .", "The  animal was TIRED", "\tthe animal was tired.\n") == [{"words": words}] * 3
    assert read(call, "the,animal!") == [{"words": ["the", ",", "animal", "!", "."]}]
    assert read(call, ".") == [{"words": ["."]}]


def test_what_is_wrong_with_a_sentence_is_said(call):
    nothing = "Write a sentence first, or take one of the examples."
    assert read(call, "", "  ") == [{"problem": nothing}] * 2
    assert read(call, "the " * 29)[0] == {"words": ["the"] * 29 + ["."]}  # thirty with the full stop
    assert read(call, "the " * 30)[0] == {"problem": "That is 31 words; please write at most 30."}
    unknown = {"problem": "The model has learned 7 words; it does not know “cat”, “?”.", "unknown": ["cat", "?"]}
    assert read(call, "the cat was the cat?") == [unknown]


@cache
def changes(one: str, other: str) -> int:
    """How many letters must be changed, added or taken away."""
    if not one or not other:
        return len(one) + len(other)
    last = changes(one[:-1], other[:-1]) + (one[-1] != other[-1])
    return min(last, changes(one[:-1], other) + 1, changes(one, other[:-1]) + 1)


def shared(one: str, other: str) -> int:
    """How many letters of the start are the same."""
    return max(count for count in range(len(one) + 1) if other.startswith(one[:count]))


def nearest(word: str, known: list[str]) -> list[str]:
    return sorted(known, key=lambda other: changes(word, other) - shared(word, other) / 4)


def test_near_words_are_those_of_few_changes_and_a_shared_start(call):
    chance = random.Random(0)
    spelt = lambda most: "".join(chance.choices("abc", k=chance.randint(1, most)))  # noqa: E731 (said once)
    cases = [(spelt(7), [spelt(7) for _ in range(12)], chance.randint(0, 12)) for _ in range(200)]
    found = call("ui/words.js", *(["nearestWords", *case] for case in cases))
    assert found == [nearest(word, known)[:count] for word, known, count in cases]


def test_near_words_are_four_and_begin_with_a_letter(call):
    known = ["<pad>", ".", "a", "az", "z", "abc", "b", "éa"]
    # One change each; z and b share no start with x, nor do a and the rest. Equal words stand as in the vocabulary.
    assert call("ui/words.js", ["nearestWords", "x", known], ["nearestWords", "az", known, 1], ["nearestWords", "x", []]) == [["a", "z", "b", "az"], ["az"], []]


def test_french_words_are_glued_to_full_stops_and_apostrophes(call):
    sentence = ["l'", "animal", "n'", "est", "pas", "là", "."]
    (found,) = call("ui/words.js", ["spaced", sentence])
    assert [word["text"] for word in found] == sentence
    assert "".join(("" if word["glued"] else " ") + word["text"] for word in found) == "l'animal n'est pas là."
    assert call("ui/words.js", ["spaced", []]) == [[]]
