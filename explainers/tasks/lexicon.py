"""The words of the translation task: English beside French, with all that grammar must know about each of them.

Every table below has one entry a line. Nouns that name a person of either sex ("friend") take the masculine, as
a dictionary lists them; all other nouns for persons have a sex of their own.
"""

import unicodedata
from dataclasses import dataclass

# h that forbids elision: "le hibou", "ce héros"; every other h of the lexicon is mute: "l' homme", "cet hôpital".
ASPIRATED = ("hibou", "hiboux", "héros")


# After the object in English, after the verb in French: "crosses the street slowly", "traverse lentement la rue".
MANNERS = {"slowly": "lentement", "quickly": "rapidement", "well": "bien"}


@dataclass(frozen=True, eq=False)
class Noun:
    """A noun in both languages.

    `french` holds singular and plural. `feminine` is the grammatical gender. `kinds` says what the noun can be
    and what can be done with it: person, animal, thing, food, place; way (to be crossed), lane (a narrow one),
    ground (it can be muddy), site (to be explored), load (to be lifted), small (to be found), container; `in`, `on`,
    `behind` are the prepositions a place takes. Places have no plural here.
    """

    english: tuple[str, ...]
    french: tuple[str, ...]
    feminine: bool
    kinds: frozenset[str]


@dataclass(frozen=True, eq=False)
class Adjective:
    """An adjective in both languages.

    `french` holds the four forms: masculine, feminine, masculine plural, feminine plural. `before_vowel` is the
    masculine singular before a vowel (vieil). `precedes` tells whether French puts it before the noun. `kinds`
    lists the nouns it goes with.
    """

    english: str
    french: tuple[str, str, str, str]
    before_vowel: str
    precedes: bool
    kinds: frozenset[str]


@dataclass(frozen=True, eq=False)
class Verb:
    """A verb in both languages, third person; its passé composé takes avoir.

    `past` and `participle` are empty where English and French tenses do not match word by word (love, know, want).
    `objects` lists the kinds of noun it governs (none: intransitive), `subjects` those that can do it,
    `manners` the adverbs that say how. `clitic` tells whether him, her, them can follow.
    """

    base: str
    third: str
    past: str
    french: tuple[str, str]
    participle: str
    objects: frozenset[str]
    subjects: frozenset[str]
    manners: frozenset[str]
    clitic: bool


def rows(table: str) -> list[list[list[str]]]:
    """The lines of a table, split into columns at `|` and into words within a column."""
    return [[column.split() for column in line.split("|")] for line in table.strip().splitlines()]


NOUNS = [
    Noun(tuple(english), tuple(french), gender == ["f"], frozenset(kinds))
    for english, french, gender, kinds in rows("""
man men             | homme hommes            | m | person
woman women         | femme femmes            | f | person
boy boys            | garçon garçons          | m | person
girl girls          | fille filles            | f | person
king kings          | roi rois                | m | person
queen queens        | reine reines            | f | person
brother brothers    | frère frères            | m | person
sister sisters      | sœur sœurs             | f | person
uncle uncles        | oncle oncles            | m | person
aunt aunts          | tante tantes            | f | person
friend friends      | ami amis                | m | person
hero heroes         | héros héros             | m | person
animal animals      | animal animaux          | m | animal
dog dogs            | chien chiens            | m | animal
cat cats            | chat chats              | m | animal
bird birds          | oiseau oiseaux          | m | animal
wolf wolves         | loup loups              | m | animal
fox foxes           | renard renards          | m | animal
horse horses        | cheval chevaux          | m | animal
owl owls            | hibou hiboux            | m | animal
elephant elephants  | éléphant éléphants      | m | animal
donkey donkeys      | âne ânes                | m | animal
cow cows            | vache vaches            | f | animal
goat goats          | chèvre chèvres          | f | animal
frog frogs          | grenouille grenouilles  | f | animal
mouse mice          | souris souris           | f | animal
turtle turtles      | tortue tortues          | f | animal
bee bees            | abeille abeilles        | f | animal
hen hens            | poule poules            | f | animal
spider spiders      | araignée araignées      | f | animal
key keys            | clé clés                | f | thing small
letter letters      | lettre lettres          | f | thing small
ring rings          | bague bagues            | f | thing small
flower flowers      | fleur fleurs            | f | thing small
picture pictures    | image images            | f | thing small
hat hats            | chapeau chapeaux        | m | thing small
book books          | livre livres            | m | thing small
toy toys            | jouet jouets            | m | thing small
trophy trophies     | trophée trophées        | m | thing small
umbrella umbrellas  | parapluie parapluies    | m | thing small
table tables        | table tables            | f | thing load
chair chairs        | chaise chaises          | f | thing load
lamp lamps          | lampe lampes            | f | thing load
mirror mirrors      | miroir miroirs          | m | thing load
bench benches       | banc bancs              | m | thing load
box boxes           | boîte boîtes            | f | thing load container
suitcase suitcases  | valise valises          | f | thing load container
bag bags            | sac sacs                | m | thing load container
basket baskets      | panier paniers          | m | thing load container
apple apples        | pomme pommes            | f | food
orange oranges      | orange oranges          | f | food
carrot carrots      | carotte carottes        | f | food
cake cakes          | gâteau gâteaux          | m | food
egg eggs            | œuf œufs                | m | food
mushroom mushrooms  | champignon champignons  | m | food
street              | rue                     | f | place way lane ground in
road                | route                   | f | place way lane ground on
avenue              | avenue                  | f | place way lane on
bridge              | pont                    | m | place way lane on
river               | rivière                 | f | place way lane in
field               | champ                   | m | place way ground in
forest              | forêt                   | f | place way site ground in
desert              | désert                  | m | place way site ground in
garden              | jardin                  | m | place way site ground in
park                | parc                    | m | place way site ground in
tunnel              | tunnel                  | m | place way lane site in
village             | village                 | m | place site in
island              | île                     | f | place site on
beach               | plage                   | f | place way site on
castle              | château                 | m | place site in behind
church              | église                  | f | place site in behind
school              | école                   | f | place site in behind
hospital            | hôpital                 | m | place site in behind
museum              | musée                   | m | place site in behind
""")
]

ADJECTIVES = [
    Adjective(english[0], (*french[:4],), "".join(french[4:]), position == ["before"], frozenset(kinds))
    for english, french, position, kinds in rows("""
tired       | fatigué fatiguée fatigués fatiguées                | after  | person animal
sick        | malade malade malades malades                      | after  | person animal
weak        | faible faible faibles faibles                      | after  | person animal
lazy        | paresseux paresseuse paresseux paresseuses         | after  | person animal
hungry      | affamé affamée affamés affamées                    | after  | person animal
frightened  | effrayé effrayée effrayés effrayées                | after  | person animal
shy         | timide timide timides timides                      | after  | person animal
brave       | courageux courageuse courageux courageuses         | after  | person animal
curious     | curieux curieuse curieux curieuses                 | after  | person animal
strong      | fort forte forts fortes                            | after  | person animal
patient     | patient patiente patients patientes                | after  | person animal
clever      | intelligent intelligente intelligents intelligentes | after | person animal
careful     | prudent prudente prudents prudentes                | after  | person animal
slow        | lent lente lents lentes                            | after  | person animal
fast        | rapide rapide rapides rapides                      | after  | animal
happy       | heureux heureuse heureux heureuses                 | after  | person animal
sad         | triste triste tristes tristes                      | after  | person animal
rich        | riche riche riches riches                          | after  | person
famous      | célèbre célèbre célèbres célèbres                  | after  | person site
wide        | large large larges larges                          | after  | way load
narrow      | étroit étroite étroits étroites                    | after  | lane load
dark        | sombre sombre sombres sombres                      | after  | way site
muddy       | boueux boueuse boueux boueuses                     | after  | ground
empty       | vide vide vides vides                              | after  | ground site container
quiet       | calme calme calmes calmes                          | after  | person animal way site
short       | court courte courts courtes                        | after  | lane load
long        | long longue longs longues                          | before | lane load
heavy       | lourd lourde lourds lourdes                        | after  | thing
light       | léger légère légers légères                        | after  | thing
fragile     | fragile fragile fragiles fragiles                  | after  | thing
precious    | précieux précieuse précieux précieuses             | after  | thing
shiny       | brillant brillante brillants brillantes            | after  | thing
bitter      | amer amère amers amères                            | after  | food
hard        | dur dure durs dures                                | after  | food
sweet       | sucré sucrée sucrés sucrées                        | after  | food
fresh       | frais fraîche frais fraîches                       | after  | food
strange     | étrange étrange étranges étranges                  | after  | person animal thing food place
red         | rouge rouge rouges rouges                          | after  | thing food
black       | noir noire noirs noires                            | after  | animal thing
white       | blanc blanche blancs blanches                      | after  | animal thing
green       | vert verte verts vertes                            | after  | thing food
grey        | gris grise gris grises                             | after  | animal thing
big         | grand grande grands grandes                        | before | animal thing place
small       | petit petite petits petites                        | before | person animal thing food place
young       | jeune jeune jeunes jeunes                          | before | person animal
old         | vieux vieille vieux vieilles vieil                 | before | person animal thing place
beautiful   | beau belle beaux belles bel                        | before | person animal thing place
new         | nouveau nouvelle nouveaux nouvelles nouvel         | before | thing place
good        | bon bonne bons bonnes                              | before | person food
bad         | mauvais mauvaise mauvais mauvaises                 | before | person food
enormous    | énorme énorme énormes énormes                      | before | animal thing food
""")
]

VERBS = [
    Verb(
        english[0],
        english[1],
        "".join(english[2:]),
        (french[0], french[1]),
        "".join(french[2:]),
        frozenset(objects),
        frozenset(subjects),
        frozenset(notes) & frozenset(MANNERS),
        "clitic" in notes,
    )
    for english, french, objects, subjects, notes in rows("""
cross crosses crossed    | traverse traversent traversé    | way                            | person animal | slowly quickly
explore explores explored| explore explorent exploré      | site                           | person animal | slowly quickly
carry carries carried    | porte portent porté             | load                           | person animal | slowly quickly
push pushes pushed       | pousse poussent poussé          | load                           | person animal | slowly quickly
lift lifts lifted        | soulève soulèvent soulevé       | load                           | person animal | slowly quickly
eat eats ate             | mange mangent mangé             | food                           | person animal | slowly quickly
find finds found         | trouve trouvent trouvé          | small                          | person animal | -
catch catches caught     | attrape attrapent attrapé       | animal                         | person animal | -
follow follows followed  | suit suivent suivi              | person animal                  | person animal | slowly quickly clitic
see sees saw             | voit voient vu                  | person animal thing food place | person animal | clitic
watch watches watched    | regarde regardent regardé       | person animal                  | person animal | clitic
hear hears heard         | entend entendent entendu        | person animal                  | person animal | clitic
help helps helped        | aide aident aidé                | person animal                  | person animal | clitic
hide hides hid           | cache cachent caché             | small food                     | person        | slowly quickly
draw draws drew          | dessine dessinent dessiné       | person animal thing place      | person        | slowly quickly
buy buys bought          | achète achètent acheté          | thing food                     | person        | -
lose loses lost          | perd perdent perdu              | small                          | person        | -
love loves               | aime aiment                     | person animal                  | person animal | clitic
know knows               | connaît connaissent             | person site                    | person        | clitic
want wants               | veut veulent                    | thing food                     | person        | -
sleep sleeps slept       | dort dorment dormi              |                                | person animal | well
run runs ran             | court courent couru             |                                | person animal | slowly quickly
swim swims swam          | nage nagent nagé                |                                | person animal | slowly quickly well
wait waits waited        | attend attendent attendu        |                                | person animal | -
sing sings sang          | chante chantent chanté          |                                | person        | well
dance dances danced      | danse dansent dansé             |                                | person        | slowly quickly well
work works worked        | travaille travaillent travaillé |                                | person        | slowly quickly well
""")
]

# "The trophy does not fit in the suitcase": a thing, in a container. "The king says that the dog is sick."
FIT = Verb("fit", "fits", "", ("tient", "tiennent"), "", frozenset({"container"}), frozenset({"thing"}), frozenset(), False)
SAY = Verb("say", "says", "said", ("dit", "disent"), "dit", frozenset(), frozenset({"person"}), frozenset(), False)

# English → French by [gender + 2 · plural]: masculine, feminine, masculine plural, feminine plural.
DETERMINERS = {
    "the": ("le", "la", "les", "les"),
    "a": ("un", "une", "", ""),
    "some": ("", "", "des", "des"),
    "this": ("ce", "cette", "", ""),
    "these": ("", "", "ces", "ces"),
    "my": ("mon", "ma", "mes", "mes"),
    "his": ("son", "sa", "ses", "ses"),
    "our": ("notre", "notre", "nos", "nos"),
    "their": ("leur", "leur", "leurs", "leurs"),
}
# English → French, feminine, plural.
SUBJECT_PRONOUNS = {"he": ("il", False, False), "she": ("elle", True, False), "they": ("ils", False, True)}
# English → French clitic, ending of a participle that follows it.
OBJECT_PRONOUNS = {"him": ("le", ""), "her": ("la", "e"), "them": ("les", "s")}
ANTECEDENT_PRONOUNS = ("il", "elle", "ils", "elles")
PREPOSITIONS = {"in": "dans", "on": "sur", "behind": "derrière"}
DEGREES = {"too": "trop", "very": "très", "so": "si"}
# Between auxiliary and participle, in both languages before or after the verb: "often sleeps", "dort souvent".
FREQUENCIES = {"often": "souvent", "always": "toujours", "sometimes": "parfois"}
# Last in both languages, with the tense they ask for.
TIMES = {"now": ("maintenant", "present"), "yesterday": ("hier", "past")}
ELIDED = {"le": "l'", "la": "l'", "ne": "n'", "de": "d'", "que": "qu'"}
DETERMINERS_BEFORE_VOWEL = {"ce": "cet", "ma": "mon", "sa": "son"}

# A "vieux garçon" is a bachelor, a "beau frère" a brother-in-law, a "bonne sœur" a nun, an "œuf dur" a boiled egg.
IDIOMS = {
    "old": ("boy", "girl"),
    "beautiful": ("brother", "sister", "girl"),
    "small": ("friend", "man", "woman", "queen"),
    "good": ("man", "woman", "sister"),
    "hard": ("egg",),
}
# What is left: the words that only grammar knows.
ENGLISH_GRAMMAR = "an any it do does did not never is are was were near that because .".split()
FRENCH_GRAMMAR = "de du ne pas jamais est sont était étaient a ont près que parce .".split()


def english_words() -> list[str]:
    """Every English word form of the lexicon, sorted."""
    nouns = {word for noun in NOUNS for word in noun.english}
    adjectives = {adjective.english for adjective in ADJECTIVES}
    verbs = {word for verb in (*VERBS, FIT, SAY) for word in (verb.base, verb.third, verb.past) if word}
    tables = (DETERMINERS, SUBJECT_PRONOUNS, OBJECT_PRONOUNS, PREPOSITIONS, DEGREES, FREQUENCIES, MANNERS, TIMES)
    return sorted(nouns | adjectives | verbs | {word for table in tables for word in table} | set(ENGLISH_GRAMMAR))


def french_words() -> list[str]:
    """Every French word form of the lexicon, sorted; accents sort after z."""
    nouns = {word for noun in NOUNS for word in noun.french}
    adjectives = {word for adjective in ADJECTIVES for word in (*adjective.french, adjective.before_vowel) if word}
    verbs = {word for verb in (*VERBS, FIT, SAY) for word in (*verb.french, verb.participle) if word}
    agreed = {agree(verb.participle, ending) for verb in VERBS if verb.clitic and verb.participle for ending in "es"}
    determiners = {word for forms in DETERMINERS.values() for word in forms if word}
    determiners |= set(DETERMINERS_BEFORE_VOWEL.values()) | set(ELIDED.values())
    pronouns = {*ANTECEDENT_PRONOUNS, *(clitic for clitic, _ in OBJECT_PRONOUNS.values())}
    adverbs = {*PREPOSITIONS.values(), *DEGREES.values(), *FREQUENCIES.values(), *MANNERS.values()}
    adverbs |= {word for word, _ in TIMES.values()}
    return sorted(nouns | adjectives | verbs | agreed | determiners | pronouns | adverbs | set(FRENCH_GRAMMAR))


def agree(participle: str, ending: str) -> str:
    """A participle that agrees with an object before it; one in s has no s to add."""
    return participle if ending == "s" and participle.endswith("s") else participle + ending


def begins_with_vowel(word: str) -> bool:
    """Whether French elides before this word: it begins with a vowel or a mute h."""
    if word in ASPIRATED:
        return False
    return unicodedata.normalize("NFD", word)[0] in "aeiouhœ"


def goes_with(adjective: Adjective, noun: Noun) -> bool:
    """Whether the adjective makes sense of this noun."""
    return bool(adjective.kinds & noun.kinds)


def is_idiom(adjective: Adjective, noun: Noun) -> bool:
    """Whether French would understand something else by this adjective before or after this noun."""
    return noun.english[0] in IDIOMS.get(adjective.english, ())
