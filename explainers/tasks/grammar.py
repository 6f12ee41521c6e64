"""English sentences with their French translation, word alignment and a simple syntactic analysis.

Every sentence is drawn from a grammar, so all of this is known, not guessed. English words are numbered from 0;
each French word carries the numbers of the English words it stands for.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from explainers.tasks import lexicon
from explainers.tasks.lexicon import (
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
DEFINITE = ("the", "this", "these", "my", "his", "our", "their")
ANYTHING = frozenset({"person", "animal", "thing", "food", "place"})


@dataclass(frozen=True)
class Sentence:
    """One English sentence with everything the grammar knows about it.

    `alignment[t]` are the English positions behind French word t. `tags` has one part of speech an English word:
    article, adjective, noun, verb, auxiliary, negation, adverb, degree, preposition, pronoun, conjunction,
    punctuation. `governors[i]` is the position of the noun that the article or adjective i belongs to, else None.
    `subject`, `verb` and `object` are those of the main clause; a subject may be a pronoun; `object` may be None.
    `pronoun` and `antecedent` are the positions of a second clause's it, they, he or she and of the noun it stands
    for. `noun_pair` are the two nouns it could be about. `contested` is true where English leaves both possible
    and French gives them different words, so that only the meaning decides.
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


FRAMES = (
    Frame(
        verbs("cross"),
        named("tired", "sick", "weak", "lazy", "hungry", "frightened"),
        named("wide", "long", "dark", "muddy"),
        named("brave", "curious", "hungry", "fast", "strong"),
        named("narrow", "short", "empty", "quiet"),
    ),
    Frame(
        verbs("carry", "push", "lift"),
        named("tired", "sick", "weak", "lazy"),
        named("heavy", "fragile", "big", "precious"),
        named("strong", "brave", "patient"),
        named("light", "precious", "small"),
    ),
    Frame(
        verbs("eat"),
        named("sick", "shy", "frightened", "tired"),
        named("bitter", "hard"),
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
        named("dark", "big"),
        named("curious", "brave"),
        named("quiet", "empty", "strange", "famous", "beautiful"),
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
        named("big", "wide", "long"),
        named("small", "narrow", "short"),
        named("small", "narrow", "short"),
        named("big", "wide", "empty"),
    ),
)
REASONS = frozenset(
    adjective
    for frame in FRAMES
    for adjective in (*frame.subject_hinders, *frame.object_hinders, *frame.subject_helps, *frame.object_helps)
)
# Why one would (not) sleep, wait or dance.
MOODS = named("tired", "sick", "weak", "lazy", "hungry", "frightened", "shy", "happy", "sad")
# Never said after to be: French would take another word, or no degree goes with it.
ONLY_BEFORE_NOUNS = named("enormous", "new")


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
    kinds: frozenset[str],
    *,
    determiners: tuple[str, ...] = tuple(lexicon.DETERMINERS),
    plain: bool = False,
    other_than: tuple[Noun | None, ...] = (),
    none_of_it: bool = False,
) -> Phrase:
    """Say an article, perhaps adjectives, and a noun of one of these kinds.

    Args:
        plain: no adjective that could contradict a reason that the sentence gives.
        other_than: nouns that the sentence has used.
        none_of_it: the phrase is a negated object: "a dog", "any dogs" are "de chien", "de chiens".
    """
    noun = random.choice([noun for noun in NOUNS if noun.kinds & kinds and noun not in other_than])
    plural = len(noun.english) > 1 and random.random() < 0.35
    form = noun.feminine + 2 * plural
    if "place" in noun.kinds:
        determiners = tuple(word for word in determiners if word in ("the", "a", "this"))
    determiner = random.choice([word for word in determiners if lexicon.DETERMINERS[word][form]])
    adjectives = attributes(random, noun, plain)
    first = adjectives[0].english if adjectives else noun.english[plural]
    if none_of_it and determiner == "some":
        said = "any"
    else:
        said = "an" if determiner == "a" and first[0] in "aeiou" else determiner
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
    if none_of_it and determiner in ("a", "some") or determiner == "some" and before:
        french_determiner = "de"
    elif begins_with_vowel(french[0][0]):
        french_determiner = lexicon.DETERMINERS_BEFORE_VOWEL.get(french_determiner, french_determiner)
    french = [(french_determiner, (article,)), *french]
    french += [(adjective.french[form], (places[adjective],)) for adjective in after]
    return Phrase(french, noun.feminine, plural, position, noun)


def attributes(random: Random, noun: Noun, plain: bool) -> list[Adjective]:
    """No adjective, one, or one of each place in French; those that French puts first come first in English too."""
    barred = (*REASONS, *MOODS, *named("enormous")) if plain else ()
    fitting = [
        word for word in ADJECTIVES if goes_with(word, noun) and not is_idiom(word, noun) and word not in barred
    ]
    before = [adjective for adjective in fitting if adjective.precedes]
    after = [adjective for adjective in fitting if not adjective.precedes]
    chance = random.random() * (2.5 if plain else 1)
    # "A long short street": two adjectives for a place could contradict each other.
    if chance < 0.12 and before and after and "place" not in noun.kinds:
        return [random.choice(before), random.choice(after)]
    return [random.choice(fitting)] if chance < 0.45 and fitting else []


def subject_pronoun(draft: Draft, random: Random) -> Phrase:
    """Say he, she or they."""
    word = random.choice(sorted(lexicon.SUBJECT_PRONOUNS))
    french, feminine, plural = lexicon.SUBJECT_PRONOUNS[word]
    position = draft.say(word, "pronoun")
    return Phrase([(french, (position,))], feminine, plural, position, None)


def somebody(
    draft: Draft, random: Random, kinds: frozenset[str], definite: bool, plain: bool = False, pronoun: bool = True
) -> Phrase:
    """Say the subject of a clause: a noun phrase or, where one may be, now and then a pronoun."""
    if pronoun and "person" in kinds and random.random() < 0.2:
        return subject_pronoun(draft, random)
    # "A dog does not sleep" can be meant in two ways, so negated subjects are definite.
    determiners = DEFINITE if definite else tuple(lexicon.DETERMINERS)
    return noun_phrase(draft, random, kinds, determiners=determiners, plain=plain)


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
        often: an adverb of frequency may be said too.
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
    elif often and random.random() < 0.2:
        word = random.choice(sorted(lexicon.FREQUENCIES))
        frequency = (lexicon.FREQUENCIES[word], (draft.say(word, "adverb"),))
    position = draft.say(inflected, "verb")
    return Predicate(verb, tense, position, auxiliary, negation, denied, frequency)


def denial(random: Random) -> str:
    """Whether and how a sentence is negated."""
    return random.choices(["", "pas", "jamais"], [0.65, 0.27, 0.08])[0]


def place(draft: Draft, random: Random, used: tuple[Noun | None, ...]) -> list[Piece]:
    """Say where: in, on, behind or near some place."""
    preposition = random.choice(["in", "on", "behind", "near"])
    position = draft.say(preposition, "preposition")
    kinds = frozenset({"place" if preposition == "near" else preposition})
    phrase = noun_phrase(draft, random, kinds, other_than=used)
    if preposition == "near":
        return [("près", (position,)), ("de", (position,)), *phrase.french]
    return [(lexicon.PREPOSITIONS[preposition], (position,)), *phrase.french]


def action(random: Random) -> Sentence:
    """Somebody does something, somewhere, somehow: "the cat often sees her in the garden ."."""
    draft, denied, verb = Draft(), denial(random), random.choice(VERBS)
    subject = somebody(draft, random, verb.subjects, bool(denied))
    said = predicate(draft, random, verb, subject.plural, denied, often=True)
    clitic, ending, thing, french = None, "", None, []
    if verb.clitic and random.random() < 0.35:
        word = random.choice(sorted(lexicon.OBJECT_PRONOUNS))
        pronoun, ending = lexicon.OBJECT_PRONOUNS[word]
        clitic = (pronoun, (draft.say(word, "pronoun"),))
    elif verb.objects:
        # "N' aime pas de chiens" is no French.
        determiners = DEFINITE if verb.base == "love" else tuple(lexicon.DETERMINERS)
        thing = noun_phrase(
            draft,
            random,
            verb.objects,
            determiners=determiners,
            other_than=(subject.noun,),
            none_of_it=bool(denied),
        )
        french += thing.french
    manner = None
    if verb.manners and not denied and not said.frequency and random.random() < 0.2:
        word = random.choice(sorted(verb.manners))
        manner = (lexicon.MANNERS[word], (draft.say(word, "adverb"),))
    # A river is no place within a place, and knowing happens nowhere.
    if verb.past and not (thing and "place" in thing.noun.kinds) and random.random() < 0.25:
        french += place(draft, random, (subject.noun, thing and thing.noun))
    elif verb.past and not said.frequency and denied != "jamais" and random.random() < 0.15:
        word = next(word for word, (_, tense) in lexicon.TIMES.items() if tense == said.tense)
        french.append((lexicon.TIMES[word][0], (draft.say(word, "adverb"),)))
    group = said.french(subject.plural, clitic, ending, manner)
    return draft.finish([*subject.french, *group, *french], subject, said.position, object=thing and thing.position)


def state(
    draft: Draft, random: Random, subject: Phrase, past: bool, adjective: Adjective, degrees: tuple[str, ...], denied: bool
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


def quality(draft: Draft, random: Random, definite: bool, pronoun: bool = True) -> tuple[Phrase, Adjective]:
    """Say a subject, and choose an adjective that can be said of it."""
    subject = somebody(draft, random, ANYTHING, definite, plain=True, pronoun=pronoun)
    taken = subject.noun and any(noun == subject.noun.english[0] for _, noun in draft.adjective_pairs)
    fitting = [
        adjective
        for adjective in ADJECTIVES
        if adjective not in ONLY_BEFORE_NOUNS
        and (goes_with(adjective, subject.noun) if subject.noun else "person" in adjective.kinds)
        and (adjective in REASONS or not taken)
    ]
    adjective = random.choice(fitting)
    if subject.noun:
        draft.adjective_pairs.append((adjective.english, subject.noun.english[0]))
    return subject, adjective


def description(random: Random) -> Sentence:
    """Something is so: "the old keys were not very heavy ."."""
    draft, denied = Draft(), random.random() < 0.25
    subject, adjective = quality(draft, random, True)
    verb, french = state(draft, random, subject, random.random() < 0.5, adjective, ("", *lexicon.DEGREES), denied)
    return draft.finish([*subject.french, *french], subject, verb)


def report(random: Random) -> Sentence:
    """Somebody says that something is so: "the king says that the dog is sick ."."""
    draft, denied = Draft(), denial(random)
    subject = somebody(draft, random, SAY.subjects, bool(denied), plain=True)
    said = predicate(draft, random, SAY, subject.plural, denied)
    that = ("que", (draft.say("that", "conjunction"),))
    # "His aunts said that they were weak": they could be the aunts or not.
    other, adjective = quality(draft, random, False, pronoun=not (subject.noun and subject.plural))
    _, french = state(draft, random, other, said.tense == "past", adjective, ("", "too", "very"), False)
    group = said.french(subject.plural)
    return draft.finish([*subject.french, *group, that, *other.french, *french], subject, said.position)


def because(draft: Draft) -> list[Piece]:
    """Say because."""
    position = draft.say("because", "conjunction")
    return [("parce", (position,)), ("que", (position,))]


def reason(random: Random) -> Sentence:
    """Somebody does something, for one reason: "the girl sings because the dog is happy ." or "… she is happy ."."""
    draft, denied = Draft(), denial(random)
    verb = random.choice([verb for verb in VERBS if not verb.objects])
    subject = somebody(draft, random, verb.subjects, bool(denied), plain=True)
    said = predicate(draft, random, verb, subject.plural, denied)
    conjunction = because(draft)
    adjective, roles = random.choice(MOODS), {}
    if subject.noun and random.random() < 0.6:
        other = referring(draft, subject)
        roles = dict(pronoun=other.position, antecedent=subject.position)
    else:
        other = somebody(draft, random, verb.subjects, False, plain=True, pronoun=not subject.noun)
        if other.noun:
            draft.adjective_pairs.append((adjective.english, other.noun.english[0]))
    degrees = ("", "very", "so", *(["too"] if denied else []))
    _, french = state(draft, random, other, said.tense == "past", adjective, degrees, False)
    group = said.french(subject.plural)
    return draft.finish([*subject.french, *group, *conjunction, *other.french, *french], subject, said.position, **roles)


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
    frame = random.choices(FRAMES, [3, 3, 1, 1, 2, 2, 2])[0]
    verb = random.choice(frame.verbs)
    # "He", "she" leave no doubt, so most subjects are animals.
    kinds = frozenset({"person"} if "person" in verb.subjects and random.random() < 0.15 else verb.subjects - {"person"})
    subject = noun_phrase(draft, random, kinds, determiners=DEFINITE, plain=True)
    said = predicate(draft, random, verb, subject.plural, denied)
    inside = [("dans", (draft.say("in", "preposition"),))] if verb is FIT else []
    thing = noun_phrase(draft, random, verb.objects, determiners=DEFINITE, plain=True, other_than=(subject.noun,))
    conjunction = because(draft)
    about, adjectives = random.choice(
        [(subject, frame.subject_hinders), (thing, frame.object_hinders)]
        if denied
        else [(subject, frame.subject_helps), (thing, frame.object_helps)]
    )
    other = referring(draft, about)
    adjective = random.choice([adjective for adjective in adjectives if goes_with(adjective, about.noun)])
    degrees = ("too", "too", "so", "very") if denied else ("so", "very")
    _, reason = state(draft, random, other, said.tense == "past", adjective, degrees, False)
    group = said.french(subject.plural)
    return draft.finish(
        [*subject.french, *group, *inside, *thing.french, *conjunction, *other.french, *reason],
        subject,
        said.position,
        object=thing.position,
        pronoun=other.position,
        antecedent=about.position,
        contested=alike(subject, thing) and subject.feminine != thing.feminine,
        noun_pair=(subject.noun.english[0], thing.noun.english[0]),
    )


def alike(one: Phrase, other: Phrase) -> bool:
    """Whether English has the same pronoun for both."""
    return one.plural == other.plural and (one.plural or not one.person and not other.person)


def sentence(random: Random) -> Sentence:
    """A sentence of any kind."""
    kinds = (puzzle, action, description, reason, report)
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
    distinct = {}
    for drawn in stream(Random(seed), name):
        distinct[drawn.english] = drawn
        if len(distinct) == count:
            return list(distinct.values())
