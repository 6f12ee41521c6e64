"""The grammar's French against sentences translated by hand, its alignment, and its hold-out."""

from collections import Counter
from functools import cache
from itertools import islice
from random import Random

import pytest

from explainers.tasks.translation import grammar, lexicon
from explainers.tasks.translation.lexicon import Adjective, Noun, Verb

BY_HAND = """
the animal did not cross the street because it was too tired .
l' animal n' a pas traversé la rue parce qu' il était trop fatigué .
the animal did not cross the street because it was too wide .
l' animal n' a pas traversé la rue parce qu' elle était trop large .
the mouse did not cross the bridge because it was too frightened .
la souris n' a pas traversé le pont parce qu' elle était trop effrayée .
the mouse did not cross the bridge because it was too dangerous .
la souris n' a pas traversé le pont parce qu' il était trop dangereux .
the donkey carried the suitcase because it was very strong .
l' âne a porté la valise parce qu' il était très fort .
the donkey carried the suitcase because it was so light .
l' âne a porté la valise parce qu' elle était si légère .
the foxes do not catch the mice because they are too fast .
les renards n' attrapent pas les souris parce qu' elles sont trop rapides .
the trophy does not fit in the suitcase because it is too big .
le trophée ne tient pas dans la valise parce qu' il est trop grand .
the trophy does not fit in the suitcase because it is too small .
le trophée ne tient pas dans la valise parce qu' elle est trop petite .
some old friends sleep .
de vieux amis dorment .
his old friend never sings .
son vieil ami ne chante jamais .
this beautiful owl sleeps .
ce beau hibou dort .
this beautiful bird sleeps .
ce bel oiseau dort .
she draws a new hospital .
elle dessine un nouvel hôpital .
my friend follows this hero .
mon ami suit ce héros .
he wants my orange .
il veut mon orange .
he wants my small orange .
il veut ma petite orange .
this man buys this apple .
cet homme achète cette pomme .
the queen does not buy any eggs .
la reine n' achète pas d' œufs .
the queen never buys a cake .
la reine n' achète jamais de gâteau .
he saw her .
il l' a vue .
she did not hear them .
elle ne les a pas entendus .
they watch him .
ils le regardent .
the bees always help them .
les abeilles les aident toujours .
the king said that the cow was sick .
le roi a dit que la vache était malade .
the sister says that he is too lazy .
la sœur dit qu' il est trop paresseux .
the wolf sleeps near the park .
le loup dort près du parc .
the wolf waits near the church .
le loup attend près de l' église .
the wolf runs near an island .
le loup court près d' une île .
our sisters often sing behind the school .
nos sœurs chantent souvent derrière l' école .
the turtle crosses the road slowly .
la tortue traverse lentement la route .
the turtle crossed the road quickly .
la tortue a traversé rapidement la route .
the boys danced well yesterday .
les garçons ont bien dansé hier .
their keys were not very heavy .
leurs clés n' étaient pas très lourdes .
these white mice wait .
ces souris blanches attendent .
they eat some small apples .
ils mangent de petites pommes .
he buys our small green apple .
il achète notre petite pomme verte .
the animals ate the mushroom because they were hungry .
les animaux ont mangé le champignon parce qu' ils étaient affamés .
this girl swims well in the long river .
cette fille nage bien dans la longue rivière .
some enormous elephants wait .
d' énormes éléphants attendent .
the girl sleeps because she is tired .
la fille dort parce qu' elle est fatiguée .
the girls sleep because they are tired .
les filles dorment parce qu' elles sont fatiguées .
the woman sings because the hero is happy .
la femme chante parce que le héros est heureux .
he works near a long avenue .
il travaille près d' une longue avenue .
the dog found a precious ring on the beach .
le chien a trouvé une bague précieuse sur la plage .
"""
LINES = BY_HAND.strip().splitlines()
PAIRS = list(zip(LINES[::2], LINES[1::2], strict=True))
RANDOM = Random(0)
SAMPLE = [grammar.sentence(RANDOM) for _ in range(2000)]


class Steered(Random):
    """Chooses the words of one English sentence wherever it can, so that the grammar soon says it."""

    def __init__(self, english: str):
        super().__init__(0)
        self.words = set(english.split()) | {"a", "some"}

    def choice(self, options):
        wanted = [option for option in options if self.words & set(forms(option))]
        return super().choice(wanted or options)


def forms(option) -> tuple[str, ...]:
    if isinstance(option, Noun):
        return option.english
    if isinstance(option, Verb):
        return option.base, option.third, option.past
    if isinstance(option, Adjective):
        return (option.english,)
    return (option,) if isinstance(option, str) else ()


def kinds(words: list[str]):
    """The kinds of sentence that this one can be."""
    if "because" in words:
        return [grammar.puzzle, grammar.reason]
    if {"says", "said"} & set(words):
        return [grammar.report]
    return [grammar.description] if {"is", "was", "are", "were"} & set(words) else [grammar.action]


@cache
def said(english: str) -> grammar.Sentence:
    """The grammar's own analysis of this sentence."""
    random, possible = Steered(english), kinds(english.split())
    draws = (kind(random) for _ in range(50_000) for kind in possible)
    return next(drawn for drawn in draws if " ".join(drawn.english) == english)


@pytest.mark.parametrize("english, french", PAIRS)
def test_translated_by_hand(english, french):
    assert " ".join(said(english).french) == french


def test_alignment_by_hand():
    drawn = said(PAIRS[0][0])
    # l' animal n' a pas traversé la rue, then parce qu' il était trop fatigué .
    assert drawn.alignment == (
        *((0,), (1,), (3,), (2,), (3,), (4,), (5,), (6,)),
        *((7,), (7,), (8,), (9,), (10,), (11,), (12,)),
    )
    assert [drawn.english[i] for i in (drawn.subject, drawn.verb, drawn.object)] == ["animal", "cross", "street"]
    assert [drawn.english[i] for i in (drawn.pronoun, drawn.antecedent)] == ["it", "animal"]
    assert drawn.contested and drawn.noun_pair == ("animal", "street")
    first = "article noun auxiliary negation verb article noun"
    second = "conjunction pronoun verb degree adjective punctuation"
    assert drawn.tags == (*first.split(), *second.split())
    assert drawn.governors == (1, None, None, None, None, 6, None, None, None, None, None, 8, None)


def test_alignment_of_contraction_and_of_words_that_change_places():
    assert said("the wolf sleeps near the park .").alignment == ((0,), (1,), (2,), (3,), (3, 4), (5,), (6,))
    assert said("he buys our small green apple .").alignment == tuple((i,) for i in (0, 1, 2, 3, 5, 4, 6))
    assert said("she did not hear them .").alignment == ((0,), (2,), (4,), (1,), (2,), (3,), (5,))


def test_every_sentence_is_consistent():
    for drawn in SAMPLE:
        assert len(drawn.alignment) == len(drawn.french)
        assert all(sources and set(sources) <= set(range(len(drawn.english))) for sources in drawn.alignment)
        assert len(drawn.tags) == len(drawn.governors) == len(drawn.english)
        for position, governor in enumerate(drawn.governors):
            assert (governor is not None) == (drawn.tags[position] in ("article", "adjective"))
            assert governor is None or drawn.tags[governor] in ("noun", "pronoun")
        assert drawn.tags[drawn.verb] == "verb" and drawn.tags[drawn.subject] in ("noun", "pronoun")
        assert drawn.object is None or drawn.tags[drawn.object] in ("noun", "pronoun")
        assert drawn.object is None or "preposition" not in drawn.tags[drawn.verb : drawn.object]
        assert drawn.pronoun is None or drawn.tags[drawn.antecedent] == "noun"
        assert not drawn.contested or drawn.noun_pair


def test_elision_is_done_everywhere_and_nowhere_else():
    for drawn in SAMPLE:
        for word, following in zip(drawn.french, drawn.french[1:], strict=False):
            if word.endswith("'"):
                assert lexicon.begins_with_vowel(following)
            if word in ("ne", "de", "que", "le", "la", "ce", "ma", "sa", "vieil", "bel", "nouvel", "cet"):
                assert lexicon.begins_with_vowel(following) == (word in ("vieil", "bel", "nouvel", "cet"))
            assert (word, following) not in (("de", "le"), ("de", "les"))


def test_lexicon_is_large_and_every_word_is_known():
    english, french = set(lexicon.english_words()), set(lexicon.french_words())
    assert len(english) >= 250
    assert {word for drawn in SAMPLE for word in drawn.english} <= english
    assert {word for drawn in SAMPLE for word in drawn.french} <= french


def test_entries_are_unique():
    for entries in (lexicon.NOUNS, lexicon.ADJECTIVES, lexicon.VERBS):
        words = Counter(word for entry in entries for word in set(forms(entry)) if word)
        assert max(words.values()) == 1


def test_no_word_of_meaning_is_said_twice():
    for drawn in SAMPLE:
        said = [word for word, tag in zip(drawn.english, drawn.tags, strict=True) if tag in ("noun", "adjective")]
        assert len(said) == len(set(said))


def test_every_noun_of_a_puzzle_can_be_meant():
    for frame in grammar.FRAMES:
        for verb in frame.verbs:
            for kinds, *reasons in (
                (verb.subjects, frame.subject_hinders, frame.subject_helps),
                (verb.objects, frame.object_hinders, frame.object_helps),
            ):
                for noun in (noun for noun in lexicon.NOUNS if noun.kinds & kinds):
                    assert all(any(lexicon.goes_with(each, noun) for each in adjectives) for adjectives in reasons)


def test_the_same_english_has_one_translation():
    french = {}
    for drawn in SAMPLE:
        assert french.setdefault(drawn.english, drawn.french) == drawn.french


def test_parts_are_disjoint():
    assert grammar.held_out_pair("animal", "street") and grammar.held_out_pair("street", "animal")
    train = list(islice(grammar.stream(Random(1), "train"), 1000))
    together = {frozenset(drawn.noun_pair) for drawn in train if drawn.noun_pair}
    described = {pair for drawn in train for pair in drawn.adjective_pairs}
    known = {drawn.english for drawn in train}
    for part in grammar.PARTS[1:]:
        tests = grammar.sentences(50, 5, part)
        assert len(tests) == len({drawn.english for drawn in tests}) == 50
        assert not known & {drawn.english for drawn in tests}
        if part == "held out nouns":
            assert not together & {frozenset(drawn.noun_pair) for drawn in tests}
        if part == "held out adjectives":
            assert all(set(drawn.adjective_pairs) - described for drawn in tests)


def test_enough_is_held_out():
    frames = {(noun, other) for frame in grammar.FRAMES for noun, other in pairs_of(frame)}
    assert sum(grammar.held_out_pair(*pair) for pair in frames) >= 0.1 * len(frames)


def pairs_of(frame: grammar.Frame):
    for verb in frame.verbs:
        for noun in lexicon.NOUNS:
            subject = grammar.Phrase([], noun.feminine, False, 0, noun)
            for thing in grammar.objects_of(verb, subject) if noun.kinds & verb.subjects else []:
                if thing is not noun:
                    yield noun.english[0], thing.english[0]


def test_a_contested_pronoun_is_as_often_the_subject_as_not():
    contested = [drawn for drawn in SAMPLE if drawn.contested]
    share = sum(drawn.antecedent == drawn.subject for drawn in contested) / len(contested)
    assert 0.45 < share < 0.55


def test_same_seed_same_sentences():
    assert grammar.sentences(10, 3) == grammar.sentences(10, 3) != grammar.sentences(10, 4)
