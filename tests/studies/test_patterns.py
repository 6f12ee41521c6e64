"""What a pattern's name says is what it measures: each target, in many sentences, and in some by hand."""

import pytest
import torch

from explainers.studies.patterns import PATTERNS, shares
from explainers.tasks import translation
from explainers.tasks.translation.grammar import sentences
from tests.tasks.test_grammar import said

PUZZLE = "the animal did not cross the street because it was too tired ."


def targets(english: str, pattern: str) -> dict[str, list[str]]:
    """Which words look at which, by their spelling; `</s>` stands after the last word."""
    sentence = said(english)
    words = [*english.split(), "</s>"]
    found = {word: PATTERNS[pattern](sentence, place) for place, word in enumerate(sentence.english)}
    return {word: [words[aim] for aim in aims] for word, aims in found.items() if aims}


@pytest.mark.parametrize(
    ("english", "pattern", "wanted"),
    [
        ("the king said that the cow was sick .", "main verb → its subject", {"said": ["king"]}),
        ("the king said that the cow was sick .", "main verb → its object", {}),
        ("he saw her .", "main verb → its subject", {"saw": ["he"]}),
        ("he saw her .", "main verb → its object", {"saw": ["her"]}),
        ("he saw her .", "pronoun → its noun", {}),
        (PUZZLE, "main verb → its object", {"cross": ["street"]}),
        (PUZZLE, "pronoun → its noun", {"it": ["animal"]}),
        (PUZZLE, "pronoun → its adjective", {"it": ["tired"]}),
        (PUZZLE, "adjective → its pronoun", {"tired": ["it"]}),
        ("some old friends sleep .", "noun → its article, adjectives", {"friends": ["some", "old"]}),
        ("some old friends sleep .", "article, adjective → its noun", {"some": ["friends"], "old": ["friends"]}),
        ("he saw her .", "full stop and end", {word: [".", "</s>"] for word in ("he", "saw", "her", ".")}),
        ("he saw her .", "previous word", {"saw": ["he"], "her": ["saw"], ".": ["her"]}),
        ("he saw her .", "next word", {"he": ["saw"], "saw": ["her"], "her": ["."], ".": ["</s>"]}),
    ],
)  # fmt: skip
def test_targets_by_hand(english, pattern, wanted):
    assert targets(english, pattern) == wanted


def test_the_pronoun_keeps_its_adjective_where_another_noun_has_one_after_it():
    """As in "because it was too tired , the red dog did not eat …": the last adjective is the dog's."""
    drawn = [each for each in sentences(1000, 5) if each.pronoun is not None]
    last = [max(place for place, tag in enumerate(each.tags) if tag == "adjective") for each in drawn]
    others = [each for each, place in zip(drawn, last, strict=True) if each.governors[place] != each.pronoun]
    assert others
    for each in others:
        [aim] = PATTERNS["pronoun → its adjective"](each, each.pronoun)
        assert each.governors[aim] == each.pronoun


# The parts of speech on the two sides of each arrow.
SIDES = {
    "article, adjective → its noun": ({"article", "adjective"}, {"noun"}),
    "adjective → its pronoun": ({"adjective"}, {"pronoun"}),
    "noun → its article, adjectives": ({"noun"}, {"article", "adjective"}),
    "pronoun → its adjective": ({"pronoun"}, {"adjective"}),
    "pronoun → its noun": ({"pronoun"}, {"noun"}),
    "main verb → its subject": ({"verb"}, {"noun", "pronoun"}),
    "main verb → its object": ({"verb"}, {"noun", "pronoun"}),
}


@pytest.mark.parametrize("name", [name for name in PATTERNS if "→" in name])
def test_every_target_is_the_part_of_speech_that_the_name_says(name):
    found = [
        ({sentence.tags[place]}, {sentence.tags[aim]})
        for sentence in sentences(300, 6)
        for place in range(len(sentence.english))
        for aim in PATTERNS[name](sentence, place)
    ]
    assert tuple(set.union(*side) for side in zip(*found, strict=True)) == SIDES[name]


def test_a_share_is_the_mean_weight_on_the_targets():
    drawn = sentences(40, 7)
    found = shares(translation.trained(), drawn)[list(PATTERNS).index("pronoun → its noun")]
    looks = [
        torch.stack([trace.weights[0, :, each.pronoun, each.antecedent] for trace in run.encoder])
        for each in drawn
        if each.pronoun is not None
        for run in [translation.run(" ".join(each.english))]
    ]
    torch.testing.assert_close(found, torch.stack(looks).mean(0))


def test_a_pattern_that_no_word_has_is_told():
    with pytest.raises(ValueError, match="applies to no word"):
        shares(translation.trained(), [said("he saw her .")])
