"""English sentences with their French translation, word alignment and a simple syntactic analysis.

Every sentence is drawn from a grammar, so all of this is known, not guessed. English words are numbered from 0;
each French word carries the numbers of the English words it stands for.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

from explainers.tasks.translation import lexicon
from explainers.tasks.translation.lexicon import (
    ADJECTIVES,
    FIT,
    NOUNS,
    SAY,
    VERBS,
    Adjective,
    Noun,
    Verb,
    begins_with_vowel,
    goes_with,
    is_idiom,
)

# A piece of French before its final spelling: a word, and the English words it stands for.
Piece = tuple[str, tuple[int, ...]]
PARTS = ("train", "unseen", "held out adjectives", "held out nouns")
# Kept apart by name, because the pages explain everything with this pair.
SHOWN_PAIR = ("animal", "street")
# How often a puzzle gives its reason first.
TURNED = 0.4
DEFINITE = ("the", "this", "these", "my", "his", "our", "their")
POSSESSIVE = ("my", "his", "our", "their")
ANYTHING = frozenset({"anything"})
# A person, like all large animals, catches nothing as large as that.
PERSON_SIZE = 6


@dataclass(frozen=True)
class Sentence:
    """One English sentence with everything the grammar knows about it.

    `alignment[t]` are the English positions behind French word t. `tags` has one part of speech an English word:
    article, adjective, noun, verb, auxiliary, negation, adverb, degree, preposition, pronoun, conjunction,
    punctuation. `governors[i]` is the position of the noun or pronoun that the article or adjective i belongs to, or
    None. `subject`, `verb` and `object` are those of the main clause, nouns or pronouns; `object` is None where the verb
    has none ("it does not fit in the box"). `pronoun` and `antecedent` are the positions of a second clause's it, they, he
    or she and of the noun it stands for. `noun_pair` are the two nouns it could be about. `contested` is true where
    English leaves both possible and French gives them different words, so that only the meaning decides.
    """

    english: tuple[str, ...]
    french: tuple[str, ...]
    alignment: tuple[tuple[int, ...], ...]
    tags: tuple[str, ...]
    governors: tuple[int | None, ...]
    subject: int
    verb: int
    object: int | None
    pronoun: int | None
    antecedent: int | None
    contested: bool
    adjective_pairs: tuple[tuple[str, str], ...]
    noun_pair: tuple[str, str] | None


@dataclass(frozen=True)
class Frame:
    """Why somebody does or does not do something: adjectives that can only be meant of the subject or the object.

    `subject_hinders` and `object_hinders` explain why it was not done, the two others why it was.
    """

    verbs: tuple[Verb, ...]
    subject_hinders: tuple[Adjective, ...]
    object_hinders: tuple[Adjective, ...]
    subject_helps: tuple[Adjective, ...]
    object_helps: tuple[Adjective, ...]


@dataclass
class Draft:
    """A sentence in the making: English words are said one after the other."""

    english: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    governors: dict[int, int] = field(default_factory=dict)
    adjective_pairs: list[tuple[str, str]] = field(default_factory=list)
    nouns: list[Noun] = field(default_factory=list)

    def unused(self, adjectives: Iterable[Adjective]) -> list[Adjective]:
        """Those that the sentence has not said yet."""
        return [adjective for adjective in adjectives if adjective.english not in self.english]

    def say(self, word: str, tag: str) -> int:
        """Add an English word; return its position."""
        self.english.append(word)
        self.tags.append(tag)
        return len(self.english) - 1

    def finish(self, french: list[Piece], subject: "Phrase", verb: int, **roles) -> Sentence:
        """Close the sentence with a full stop."""
        french = spelled([*french, (".", (self.say(".", "punctuation"),))])
        known = dict(object=None, pronoun=None, antecedent=None, contested=False, noun_pair=None)
        return Sentence(
            english=tuple(self.english),
            french=tuple(word for word, _ in french),
            alignment=tuple(sources for _, sources in french),
            tags=tuple(self.tags),
            governors=tuple(self.governors.get(position) for position in range(len(self.english))),
            subject=subject.position,
            verb=verb,
            adjective_pairs=tuple(self.adjective_pairs),
            **known | roles,
        )


@dataclass(frozen=True)
class Phrase:
    """A subject or object: its French, its agreement, the position of its noun or pronoun."""

    french: list[Piece]
    feminine: bool
    plural: bool
    position: int
    noun: Noun | None

    @property
    def form(self) -> int:
        """Index of the agreeing form: masculine, feminine, masculine plural, feminine plural."""
        return self.feminine + 2 * self.plural

    @property
    def person(self) -> bool:
        """Whether English speaks of it as he or she."""
        return self.noun is None or "person" in self.noun.kinds


def named(*words: str) -> tuple[Adjective, ...]:
    """The adjectives of these English words."""
    return tuple(next(adjective for adjective in ADJECTIVES if adjective.english == word) for word in words)


def verbs(*words: str) -> tuple[Verb, ...]:
    """The verbs of these English words."""
    return tuple(next(verb for verb in VERBS if verb.base == word) for word in words)


# Verbs; what hinders, in the subject and in the object; what helps, in the subject and in the object.
FRAMES = (
    Frame(
        verbs("cross"),
        named("tired", "sick", "weak", "lazy", "frightened"),
        named("wide", "dark", "muddy", "dangerous"),
        named("brave", "curious", "fast", "strong"),
        named("narrow", "empty"),
    ),
    Frame(
        verbs("carry"),
        named("tired", "sick", "weak", "lazy"),
        named("heavy", "big", "fragile", "precious"),
        named("strong"),
        named("light", "precious"),
    ),
    Frame(
        verbs("push", "lift"),
        named("tired", "sick", "weak", "lazy"),
        named("heavy", "big", "fragile"),
        named("strong"),
        named("light"),
    ),
    Frame(
        verbs("eat"),
        named("sick", "shy", "frightened", "tired"),
        named("bitter", "salty"),
        named("hungry", "curious"),
        named("sweet", "fresh"),
    ),
    Frame(
        verbs("find"),
        named("tired", "lazy", "slow", "frightened"),
        named("small"),
        named("patient", "clever", "curious", "careful"),
        named("shiny", "big"),
    ),
    Frame(
        verbs("explore"),
        named("tired", "sick", "lazy", "frightened", "shy"),
        named("dark", "dangerous"),
        named("curious", "brave"),
        named("empty", "famous"),
    ),
    Frame(
        verbs("catch"),
        named("slow", "tired", "lazy", "weak"),
        named("fast", "careful", "clever"),
        named("fast", "patient", "clever", "hungry"),
        named("slow", "weak", "sick"),
    ),
    Frame(
        (FIT,),
        named("big"),
        named("small"),
        named("small"),
        named("big", "empty"),
    ),
)
REASONS = frozenset(adjective for frame in FRAMES for adjective in (*frame.subject_hinders, *frame.object_hinders, *frame.subject_helps, *frame.object_helps))
# Why one does something or does not.
MOODS = {
    "sleep": (named("tired", "sick", "weak", "lazy"), named("frightened", "sad")),
    "run": (named("frightened", "happy"), named("tired", "sick", "weak", "lazy")),
    "swim": (named("brave", "happy"), named("tired", "sick", "weak", "frightened")),
    "wait": (named("patient", "shy", "tired"), named("frightened", "tired")),
    "sing": (named("happy"), named("sad", "sick", "shy", "tired")),
    "dance": (named("happy"), named("sad", "sick", "shy", "tired")),
    "work": (named("strong", "patient"), named("tired", "sick", "weak", "lazy")),
}
# The same, where the reason lies with somebody else.
MOODS_OF_OTHERS = {
    "wait": (named("tired", "sick"), named("sick", "frightened")),
    "sing": (named("happy"), named("sad", "sick")),
    "dance": (named("happy"), named("sad", "sick")),
    "work": (named("sick", "tired"), named("sick", "sad")),
}
EXPLAINING = REASONS | {adjective for moods in MOODS.values() for adjectives in moods for adjective in adjectives}
# Never said after to be: French would take another word, or no degree goes with it.
ONLY_BEFORE_NOUNS = named("enormous", "new")
JUDGEMENTS = named("good", "bad")
COLOURS = named(*lexicon.COLOURS)


def degrees(adjective: Adjective, *possible: str) -> tuple[str, ...]:
    """Which of these adverbs of degree the adjective can have; none is the empty word."""
    return ("",) if adjective.english in lexicon.ABSOLUTE else possible


def spelled(pieces: list[Piece]) -> list[Piece]:
    """The final spelling: le, la, ne, de, que lose their vowel before another one, and de + le makes du."""
    result = []
    for position, (word, sources) in enumerate(pieces):
        following = [piece[0] for piece in pieces[position + 1 : position + 3]]
        if word == "le" and result and result[-1][0] == "de" and not begins_with_vowel(following[0]):
            result[-1] = ("du", (*result[-1][1], *sources))
        elif word in lexicon.ELIDED and begins_with_vowel(following[0]):
            result.append((lexicon.ELIDED[word], sources))
        else:
            result.append((word, sources))
    return result


def noun_phrase(
    draft: Draft,
    random: Random,
    nouns: list[Noun],
    *,
    determiners: tuple[str, ...] = tuple(lexicon.DETERMINERS),
    plain: bool = False,
    none_of_it: bool = False,
) -> Phrase:
    """Say an article, perhaps adjectives, and one of these nouns that the sentence has not used yet.

    Args:
        plain: no adjective that could contradict a reason that the sentence gives.
        none_of_it: the phrase is a negated object: "a dog", "any dogs" are "de chien", "de chiens".
    """
    noun = random.choice([noun for noun in nouns if noun not in draft.nouns])
    draft.nouns.append(noun)
    plural = len(noun.english) > 1 and random.random() < 0.35
    form = noun.feminine + 2 * plural
    if "place" in noun.kinds:
        determiners = tuple(word for word in determiners if word in ("the", "a", "this"))
    if "adult" in noun.kinds:
        determiners = tuple(word for word in determiners if word not in POSSESSIVE)
    determiner = random.choice([word for word in determiners if lexicon.DETERMINERS[word][form]])
    adjectives = attributes(draft, random, noun, plain)
    first = adjectives[0].english if adjectives else noun.english[plural]
    said = "any" if none_of_it and determiner == "some" else "an" if determiner == "a" and first[0] in "aeiou" else determiner
    article = draft.say(said, "article")
    places = {adjective: draft.say(adjective.english, "adjective") for adjective in adjectives}
    position = draft.say(noun.english[plural], "noun")
    draft.governors |= dict.fromkeys((article, *places.values()), position)
    draft.adjective_pairs += [(adjective.english, noun.english[0]) for adjective in adjectives]

    before = [adjective for adjective in adjectives if adjective.precedes]
    after = [adjective for adjective in adjectives if not adjective.precedes]
    french = [(noun.french[plural], (position,))]
    for adjective in reversed(before):
        special = adjective.before_vowel if form == 0 and begins_with_vowel(french[0][0]) else ""
        french.insert(0, (special or adjective.french[form], (places[adjective],)))
    french_determiner = lexicon.DETERMINERS[determiner][form]
    if (none_of_it and determiner in ("a", "some")) or (determiner == "some" and before):
        french_determiner = "de"
    elif begins_with_vowel(french[0][0]):
        french_determiner = lexicon.DETERMINERS_BEFORE_VOWEL.get(french_determiner, french_determiner)
    french = [(french_determiner, (article,)), *french]
    french += [(adjective.french[form], (places[adjective],)) for adjective in after]
    return Phrase(french, noun.feminine, plural, position, noun)


@cache
def describing(noun: Noun, plain: bool) -> list[Adjective]:
    """The adjectives that can stand with a noun; if `plain`, none that a reason could contradict."""
    barred = EXPLAINING | set(named("enormous")) if plain else frozenset()
    fitting = [word for word in ADJECTIVES if goes_with(word, noun) and not is_idiom(word, noun)]
    return [word for word in fitting if word not in barred]


def attributes(draft: Draft, random: Random, noun: Noun, plain: bool) -> list[Adjective]:
    """No adjective, one, or one of each place in French; those that French puts first come first in English too."""
    fitting = draft.unused(describing(noun, plain))
    # Two adjectives could contradict each other ("a good bitter cake"), unless one is a colour or a trait.
    before = [adjective for adjective in fitting if adjective.precedes and adjective not in JUDGEMENTS]
    alive = bool(noun.kinds & {"person", "animal"})
    after = [adjective for adjective in fitting if not adjective.precedes and (alive or adjective in COLOURS)]
    chance = random.random() * (2.5 if plain else 1)
    if chance < 0.12 and before and after:
        return [random.choice(before), random.choice(after)]
    return [random.choice(fitting)] if chance < 0.45 and fitting else []


def subject_pronoun(draft: Draft, random: Random) -> Phrase:
    """Say he, she or they."""
    word = random.choice(sorted(lexicon.SUBJECT_PRONOUNS))
    french, feminine, plural = lexicon.SUBJECT_PRONOUNS[word]
    position = draft.say(word, "pronoun")
    return Phrase([(french, (position,))], feminine, plural, position, None)


def somebody(draft: Draft, random: Random, kinds: frozenset[str], definite: bool, plain: bool = False, pronoun: bool = True) -> Phrase:
    """Say the subject of a clause: a noun phrase or, where one may be, now and then a pronoun."""
    nouns = [noun for noun in NOUNS if noun.kinds & kinds]
    if pronoun and any("person" in noun.kinds for noun in nouns) and random.random() < 0.2:
        return subject_pronoun(draft, random)
    # "A dog does not sleep" can be meant in two ways, so negated subjects are definite.
    determiners = DEFINITE if definite else tuple(lexicon.DETERMINERS)
    return noun_phrase(draft, random, nouns, determiners=determiners, plain=plain)


def objects_of(verb: Verb, subject: Phrase) -> list[Noun]:
    """What this subject can do this to: one catches only what is smaller."""
    nouns = [noun for noun in NOUNS if noun.kinds & verb.objects]
    if verb.base != "catch":
        return nouns
    largest = subject.noun.size if subject.noun else PERSON_SIZE
    return [noun for noun in nouns if noun.size < min(largest, PERSON_SIZE)]


@dataclass(frozen=True)
class Predicate:
    """The English words of a verb group: what was said, and where."""

    verb: Verb
    tense: str
    position: int
    auxiliary: int | None = None
    negation: int | None = None
    denied: str = ""
    frequency: Piece | None = None

    def french(self, plural: bool, clitic: Piece | None = None, ending: str = "", manner: Piece | None = None) -> list[Piece]:
        """The same in French, around an object pronoun (with the participle's ending) and an adverb of manner."""
        verb = (self.verb.french[plural], (self.position,))
        participle = []
        if self.tense == "past":
            at = self.position if self.auxiliary is None else self.auxiliary
            verb = ("ont" if plural else "a", (at,))
            participle = [(lexicon.agree(self.verb.participle, ending), (self.position,))]
        middle = []
        if self.denied:
            middle = [(self.denied, (self.negation,))]
        if self.frequency:
            middle = [self.frequency]
        if manner and manner[0] == "bien":
            participle = [manner, *participle]
        elif manner:
            participle = [*participle, manner]
        ne = [("ne", (self.negation,))] if self.denied else []
        return [*ne, *([clitic] if clitic else []), verb, *middle, *participle]


def predicate(draft: Draft, random: Random, verb: Verb, plural: bool, denied: str, often: bool = False) -> Predicate:
    """Say a verb with its auxiliary and negation, in the present or the past.

    Args:
        denied: French second half of the negation, pas or jamais; empty: the sentence is affirmative.
        often: an adverb of frequency may be said too, in the present.
    """
    tense = "past" if verb.past and random.random() < 0.5 else "present"
    inflected = verb.past if tense == "past" else verb.base if plural else verb.third
    auxiliary = negation = frequency = None
    if denied == "pas":
        auxiliary = draft.say("did" if tense == "past" else "do" if plural else "does", "auxiliary")
        negation = draft.say("not", "negation")
        inflected = verb.base
    elif denied == "jamais":
        negation = draft.say("never", "negation")
    elif often and tense == "present" and random.random() < 0.3:
        # "Dort toujours" is rather "is still asleep".
        word = random.choice([word for word in sorted(lexicon.FREQUENCIES) if verb.objects or word != "always"])
        frequency = (lexicon.FREQUENCIES[word], (draft.say(word, "adverb"),))
    position = draft.say(inflected, "verb")
    return Predicate(verb, tense, position, auxiliary, negation, denied, frequency)


def denial(random: Random) -> str:
    """Whether and how a sentence is negated."""
    return random.choices(["", "pas", "jamais"], [0.65, 0.27, 0.08])[0]


def place(draft: Draft, random: Random, verb: Verb) -> list[Piece]:
    """Say where: in, on, behind or near some place. One swims in the river."""
    prepositions = ["in", "near"] if verb.base == "swim" else ["in", "on", "behind", "near", "near"]
    preposition = random.choice(prepositions)
    position = draft.say(preposition, "preposition")
    kind = "place" if preposition == "near" else preposition
    nouns = [noun for noun in NOUNS if kind in noun.kinds]
    if preposition == "in" and verb.base == "swim":
        nouns = [noun for noun in nouns if noun.english == ("river",)]
    phrase = noun_phrase(draft, random, nouns)
    if preposition == "near":
        return [("près", (position,)), ("de", (position,)), *phrase.french]
    return [(lexicon.PREPOSITIONS[preposition], (position,)), *phrase.french]


def action(random: Random) -> Sentence:
    """Somebody does something, somewhere, somehow: "the cat often sees her in the garden ."."""
    draft, denied, verb = Draft(), denial(random), random.choice(VERBS)
    subject = somebody(draft, random, verb.subjects, bool(denied))
    # Love, know and want have no past here, and happen neither often nor somewhere.
    event = bool(verb.past)
    said = predicate(draft, random, verb, subject.plural, denied, often=event)
    clitic, ending, thing, object_at, french = None, "", None, None, []
    if verb.clitic and random.random() < 0.35:
        word = random.choice(sorted(lexicon.OBJECT_PRONOUNS))
        pronoun, ending = lexicon.OBJECT_PRONOUNS[word]
        object_at = draft.say(word, "pronoun")
        clitic = (pronoun, (object_at,))
    elif verb.objects:
        determiners = tuple(lexicon.DETERMINERS)
        if verb.base == "love":
            # "N' aime pas de chiens" is no French.
            determiners = DEFINITE
        elif denied and random.random() < 0.5:
            determiners = ("a", "some")
        nouns = objects_of(verb, subject)
        thing = noun_phrase(draft, random, nouns, determiners=determiners, none_of_it=bool(denied))
        object_at = thing.position
        french += thing.french
    manner = None
    if verb.manners and not denied and not said.frequency and random.random() < 0.2:
        word = random.choice(sorted(verb.manners))
        manner = (lexicon.MANNERS[word], (draft.say(word, "adverb"),))
    # A river is no place within a place.
    if event and verb.base != "buy" and not (thing and "place" in thing.noun.kinds) and random.random() < 0.25:
        french += place(draft, random, verb)
    elif said.tense == "past" and denied != "jamais" and random.random() < 0.2:
        english, yesterday = lexicon.YESTERDAY
        french.append((yesterday, (draft.say(english, "adverb"),)))
    group = said.french(subject.plural, clitic, ending, manner)
    return draft.finish([*subject.french, *group, *french], subject, said.position, object=object_at)


def state(
    draft: Draft,
    random: Random,
    subject: Phrase,
    past: bool,
    adjective: Adjective,
    degrees: tuple[str, ...],
    denied: bool,
) -> tuple[int, list[Piece]]:
    """Say that the subject is or was (not) so: the position of the verb, and the French."""
    english = ("were" if subject.plural else "was") if past else ("are" if subject.plural else "is")
    french = ("étaient" if subject.plural else "était") if past else ("sont" if subject.plural else "est")
    verb = draft.say(english, "verb")
    pieces = [(french, (verb,))]
    if denied:
        negation = draft.say("not", "negation")
        pieces = [("ne", (negation,)), *pieces, ("pas", (negation,))]
    degree = random.choice(degrees)
    if degree:
        pieces.append((lexicon.DEGREES[degree], (draft.say(degree, "degree"),)))
    position = draft.say(adjective.english, "adjective")
    draft.governors[position] = subject.position
    return verb, [*pieces, (adjective.french[subject.form], (position,))]


def quality(draft: Draft, random: Random, pronoun: bool = True) -> tuple[Phrase, Adjective]:
    """Say a subject, and choose an adjective that can be said of it."""
    subject = somebody(draft, random, ANYTHING, definite=True, plain=True, pronoun=pronoun)
    kinds = subject.noun.kinds if subject.noun else frozenset({"person"})
    taken = bool(draft.adjective_pairs) and subject.noun and draft.adjective_pairs[-1][1] == subject.noun.english[0]
    fitting = [
        adjective
        for adjective in draft.unused(ADJECTIVES)
        if adjective.kinds & kinds
        and adjective not in ONLY_BEFORE_NOUNS
        # "He is good" asks: at what?
        and (adjective not in JUDGEMENTS or "food" in kinds)
        and (adjective in EXPLAINING or not taken)
    ]
    adjective = random.choice(fitting)
    if subject.noun:
        draft.adjective_pairs.append((adjective.english, subject.noun.english[0]))
    return subject, adjective


def description(random: Random) -> Sentence:
    """Something is so: "the old keys were not very heavy ."."""
    draft, denied = Draft(), random.random() < 0.25
    subject, adjective = quality(draft, random)
    possible = degrees(adjective, "", *lexicon.DEGREES)
    verb, french = state(draft, random, subject, random.random() < 0.5, adjective, possible, denied)
    return draft.finish([*subject.french, *french], subject, verb)


def report(random: Random) -> Sentence:
    """Somebody says that something is so: "the king says that the dog is sick ."."""
    draft, denied = Draft(), denial(random)
    subject = somebody(draft, random, SAY.subjects, definite=True, plain=True)
    said = predicate(draft, random, SAY, subject.plural, denied)
    that = ("que", (draft.say("that", "conjunction"),))
    # "His aunts said that they were weak": they could be the aunts or not.
    other, adjective = quality(draft, random, pronoun=not (subject.noun and subject.plural))
    possible = degrees(adjective, "", "too", "very")
    _, french = state(draft, random, other, said.tense == "past", adjective, possible, False)
    group = said.french(subject.plural)
    return draft.finish([*subject.french, *group, that, *other.french, *french], subject, said.position)


def because(draft: Draft) -> list[Piece]:
    """Say because."""
    position = draft.say("because", "conjunction")
    return [("parce", (position,)), ("que", (position,))]


def reason(random: Random) -> Sentence:
    """Somebody does something, for one reason: "the girl sings because the dog is happy ." or "… she is happy ."."""
    draft, denied = Draft(), denial(random)
    verb = random.choice([verb for verb in VERBS if verb.base in MOODS])
    others = verb.base in MOODS_OF_OTHERS
    subject = somebody(draft, random, verb.subjects, bool(denied), plain=True, pronoun=others)
    said = predicate(draft, random, verb, subject.plural, denied)
    conjunction, roles = because(draft), {}
    if subject.noun and (not others or random.random() < 0.6):
        adjective = random.choice(MOODS[verb.base][bool(denied)])
        other = referring(draft, subject)
        roles = dict(pronoun=other.position, antecedent=subject.position)
    else:
        adjective = random.choice(MOODS_OF_OTHERS[verb.base][bool(denied)])
        kinds = frozenset({"person", "animal"})
        other = somebody(draft, random, kinds, definite=True, plain=True, pronoun=not subject.noun)
        if other.noun:
            draft.adjective_pairs.append((adjective.english, other.noun.english[0]))
    possible = degrees(adjective, "", "very", "so", *(["too"] if denied else []))
    _, french = state(draft, random, other, said.tense == "past", adjective, possible, False)
    pieces = [*subject.french, *said.french(subject.plural), *conjunction, *other.french, *french]
    return draft.finish(pieces, subject, said.position, **roles)


def referring(draft: Draft, antecedent: Phrase) -> Phrase:
    """Say the pronoun for an earlier noun phrase. French chooses it by the noun's gender."""
    if antecedent.plural:
        word = "they"
    elif antecedent.person:
        word = "she" if antecedent.feminine else "he"
    else:
        word = "it"
    position = draft.say(word, "pronoun")
    french = [(lexicon.ANTECEDENT_PRONOUNS[antecedent.form], (position,))]
    return Phrase(french, antecedent.feminine, antecedent.plural, position, antecedent.noun)


def puzzle(random: Random) -> Sentence:
    """Two nouns and a pronoun: "the animal did not cross the street because it was too tired ."."""
    draft, denied = Draft(), "pas" if random.random() < 0.6 else ""
    frame = random.choices(FRAMES, [3, 1, 2, 1, 1, 2, 2, 2])[0]
    verb = random.choice(frame.verbs)
    # "He", "she" leave no doubt, so most subjects are animals.
    mixed = "person" in verb.subjects and random.random() < 0.15
    kinds = frozenset({"person"}) if mixed else verb.subjects - {"person"}
    subject = somebody(draft, random, kinds, definite=True, plain=True, pronoun=False)
    said = predicate(draft, random, verb, subject.plural, denied)
    inside = [("dans", (draft.say("in", "preposition"),))] if verb is FIT else []
    thing = noun_phrase(draft, random, objects_of(verb, subject), determiners=DEFINITE, plain=True)
    conjunction = because(draft)
    about, adjectives = random.choice(
        [(subject, frame.subject_hinders), (thing, frame.object_hinders)] if denied else [(subject, frame.subject_helps), (thing, frame.object_helps)]
    )
    other = referring(draft, about)
    adjective = random.choice([adjective for adjective in adjectives if goes_with(adjective, about.noun)])
    possible = degrees(adjective, *(("too", "too", "so", "very") if denied else ("so", "very")))
    _, reason = state(draft, random, other, said.tense == "past", adjective, possible, False)
    group = said.french(subject.plural)
    return draft.finish(
        [*subject.french, *group, *inside, *thing.french, *conjunction, *other.french, *reason],
        subject,
        said.position,
        object=None if inside else thing.position,
        pronoun=other.position,
        antecedent=about.position,
        contested=alike(subject, thing) and subject.feminine != thing.feminine,
        noun_pair=(subject.noun.english[0], thing.noun.english[0]),
    )


def turned(sentence: Sentence) -> Sentence:
    """The same with the reason first: "because it was too tired , the animal did not cross the street ."

    French writes "il" or "elle" before either noun then, so nothing that is already written gives the gender away.
    """
    cut, end = sentence.english.index("because"), len(sentence.english) - 1
    order = [*range(cut, end), None, *range(cut), end]
    place = {old: new for new, old in enumerate(order)}
    start, stop = sentence.french.index("parce"), len(sentence.french) - 1
    words = [*range(start, stop), None, *range(start), stop]

    def moved(position: int | None) -> int | None:
        return None if position is None else place[position]

    return replace(
        sentence,
        english=tuple("," if old is None else sentence.english[old] for old in order),
        tags=tuple("punctuation" if old is None else sentence.tags[old] for old in order),
        governors=tuple(None if old is None else moved(sentence.governors[old]) for old in order),
        french=tuple("," if old is None else sentence.french[old] for old in words),
        alignment=tuple((end - cut,) if old is None else tuple(place[source] for source in sentence.alignment[old]) for old in words),
        **{name: moved(getattr(sentence, name)) for name in ("subject", "verb", "object", "pronoun", "antecedent")},
    )


def hard_puzzle(random: Random) -> Sentence:
    """A puzzle; most often, with luck within three draws, one where only the meaning decides."""
    for _ in range(3):
        drawn = puzzle(random)
        if drawn.contested:
            break
    return turned(drawn) if random.random() < TURNED else drawn


def alike(one: Phrase, other: Phrase) -> bool:
    """Whether English has the same pronoun for both."""
    return one.plural == other.plural and (one.plural or (not one.person and not other.person))


def sentence(random: Random) -> Sentence:
    """A sentence of any kind."""
    kinds = (hard_puzzle, action, description, reason, report)
    return random.choices(kinds, [0.42, 0.32, 0.08, 0.1, 0.08])[0](random)


def digest(*words: str) -> int:
    """A number that these words have on every machine and in every run."""
    return zlib.crc32(" ".join(words).encode())


def held_out_pair(one: str, other: str) -> bool:
    """Whether these two nouns (in the singular) never meet in a pronoun sentence of the training data."""
    pair = sorted((one, other))
    return pair == sorted(SHOWN_PAIR) or digest(*pair) % 8 == 0


def held_out_adjective(adjective: str, noun: str) -> bool:
    """Whether this adjective is never said of this noun (in the singular) in the training data, pronouns aside."""
    return digest(adjective, noun) % 11 == 0


def part(sentence: Sentence) -> str:
    """Where the sentence belongs: train, or one of the three kinds of test sentence of PARTS."""
    if sentence.noun_pair and held_out_pair(*sentence.noun_pair):
        return "held out nouns"
    if any(held_out_adjective(*pair) for pair in sentence.adjective_pairs):
        return "held out adjectives"
    return "unseen" if digest(*sentence.english) % 16 == 0 else "train"


def stream(random: Random, name: str) -> Iterator[Sentence]:
    """Sentences of one part, without end."""
    while True:
        drawn = sentence(random)
        if part(drawn) == name:
            yield drawn


def sentences(count: int, seed: int, name: str = "unseen") -> list[Sentence]:
    """So many different sentences of one part (see PARTS)."""
    return list(_sentences(count, seed, name))


@cache
def _sentences(count: int, seed: int, name: str) -> tuple[Sentence, ...]:
    drawn, distinct = stream(Random(seed), name), {}
    while len(distinct) < count:
        new = next(drawn)
        distinct[new.english] = new
    return tuple(distinct.values())
