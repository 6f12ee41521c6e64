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

    `french` holds singular and plural; places have no plural here. `feminine` is the grammatical gender. `size` tells
    who can catch whom. `kinds` says what it is and what can be done with it or said of it: anything; person, animal,
    thing, food, place; adult (no possessive: "ma femme" is my wife); strong (carries things), hunts, runs, swims; load
    (to be lifted), small (to be found), glossy, container; way (to be crossed), site (to be explored), built; in, on,
    behind (the prepositions a place takes); and any quality that an adjective of the same name needs.
    """

    english: tuple[str, ...]
    french: tuple[str, ...]
    feminine: bool
    kinds: frozenset[str]
    size: int


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
    Noun(tuple(english), tuple(french), gender == ["f"], frozenset(kinds) | {"anything"}, int(size[0]))
    for english, french, gender, kinds, size in rows("""
man men            | homme hommes           | m | person adult                                     | 6
woman women        | femme femmes           | f | person adult                                     | 6
boy boys           | garçon garçons         | m | person                                           | 6
girl girls         | fille filles           | f | person adult                                     | 6
king kings         | roi rois               | m | person                                           | 6
queen queens       | reine reines           | f | person                                           | 6
brother brothers   | frère frères           | m | person                                           | 6
sister sisters     | sœur sœurs             | f | person                                           | 6
uncle uncles       | oncle oncles           | m | person                                           | 6
aunt aunts         | tante tantes           | f | person                                           | 6
friend friends     | ami amis               | m | person                                           | 6
hero heroes        | héros héros            | m | person                                           | 6
animal animals     | animal animaux         | m | animal hunts strong runs swims                   | 6
dog dogs           | chien chiens           | m | animal hunts strong runs swims                   | 6
cat cats           | chat chats             | m | animal hunts runs                                | 5
bird birds         | oiseau oiseaux         | m | animal hunts                                     | 4
wolf wolves        | loup loups             | m | animal hunts strong runs                         | 6
fox foxes          | renard renards         | m | animal hunts runs                                | 5
horse horses       | cheval chevaux         | m | animal strong runs swims                         | 7
owl owls           | hibou hiboux           | m | animal hunts                                     | 5
elephant elephants | éléphant éléphants     | m | animal strong runs swims                         | 7
donkey donkeys     | âne ânes               | m | animal strong runs                               | 7
cow cows           | vache vaches           | f | animal strong runs                               | 7
goat goats         | chèvre chèvres         | f | animal strong runs                               | 6
giraffe giraffes   | girafe girafes         | f | animal strong runs                               | 7
panther panthers   | panthère panthères     | f | animal hunts strong runs swims                   | 6
frog frogs         | grenouille grenouilles | f | animal hunts swims                               | 3
mouse mice         | souris souris          | f | animal runs                                      | 3
turtle turtles     | tortue tortues         | f | animal swims                                     | 4
bee bees           | abeille abeilles       | f | animal                                           | 1
hen hens           | poule poules           | f | animal hunts runs                                | 4
spider spiders     | araignée araignées     | f | animal hunts                                     | 2
key keys           | clé clés               | f | thing small glossy                               | 0
letter letters     | lettre lettres         | f | thing small                                      | 0
ring rings         | bague bagues           | f | thing small glossy                               | 0
flower flowers     | fleur fleurs           | f | thing small                                      | 0
picture pictures   | image images           | f | thing small                                      | 0
hat hats           | chapeau chapeaux       | m | thing small                                      | 0
book books         | livre livres           | m | thing small                                      | 0
toy toys           | jouet jouets           | m | thing small glossy                               | 0
trophy trophies    | trophée trophées       | m | thing small glossy                               | 0
umbrella umbrellas | parapluie parapluies   | m | thing small                                      | 0
table tables       | table tables           | f | thing load                                       | 0
chair chairs       | chaise chaises         | f | thing load                                       | 0
lamp lamps         | lampe lampes           | f | thing load glossy                                | 0
mirror mirrors     | miroir miroirs         | m | thing load glossy                                | 0
bench benches      | banc bancs             | m | thing load                                       | 0
box boxes          | boîte boîtes           | f | thing load container                             | 0
suitcase suitcases | valise valises         | f | thing load container                             | 0
bag bags           | sac sacs               | m | thing load container                             | 0
basket baskets     | panier paniers         | m | thing load container                             | 0
apple apples       | pomme pommes           | f | food bitter sweet coloured                       | 0
orange oranges     | orange oranges         | f | food bitter sweet                                | 0
carrot carrots     | carotte carottes       | f | food bitter sweet salty                          | 0
cake cakes         | gâteau gâteaux         | m | food bitter sweet salty                          | 0
egg eggs           | œuf œufs               | m | food salty                                       | 0
mushroom mushrooms | champignon champignons | m | food bitter salty                                | 0
street             | rue                    | f | place built way broad narrow dark ground bare long in | 0
road               | route                  | f | place built way broad narrow dark ground bare long on | 0
avenue             | avenue                 | f | place built way broad bare long on                    | 0
bridge             | pont                   | m | place built way narrow long bare on              | 0
tunnel             | tunnel                 | m | place built way site narrow long dark bare in    | 0
river              | rivière                | f | place way broad narrow long in                        | 0
field              | champ                  | m | place way ground bare in                         | 0
garden             | jardin                 | m | place built way site ground bare in              | 0
park               | parc                   | m | place built way site ground bare in              | 0
forest             | forêt                  | f | place site dark ground famous in                 | 0
desert             | désert                 | m | place site famous in                             | 0
village            | village                | m | place built site bare famous in                  | 0
island             | île                    | f | place site bare famous on                        | 0
beach              | plage                  | f | place site bare famous on                        | 0
castle             | château                | m | place built site dark bare famous in behind      | 0
church             | église                 | f | place built site dark bare famous in behind      | 0
school             | école                  | f | place built site bare famous in behind           | 0
hospital           | hôpital                | m | place built site bare famous in behind           | 0
museum             | musée                  | m | place built site bare famous in behind           | 0
""")
]

ADJECTIVES = [
    Adjective(english[0], (*french[:4],), "".join(french[4:]), position == ["before"], frozenset(kinds))
    for english, french, position, kinds in rows("""
tired      | fatigué fatiguée fatigués fatiguées                 | after  | person animal
sick       | malade malade malades malades                       | after  | person animal
weak       | faible faible faibles faibles                       | after  | person animal
lazy       | paresseux paresseuse paresseux paresseuses          | after  | person animal
hungry     | affamé affamée affamés affamées                     | after  | person animal
frightened | effrayé effrayée effrayés effrayées                 | after  | person animal
shy        | timide timide timides timides                       | after  | person animal
brave      | courageux courageuse courageux courageuses          | after  | person animal
curious    | curieux curieuse curieux curieuses                  | after  | person animal
strong     | fort forte forts fortes                             | after  | person animal
patient    | patient patiente patients patientes                 | after  | person animal
clever     | intelligent intelligente intelligents intelligentes | after  | person animal
careful    | prudent prudente prudents prudentes                 | after  | person animal
slow       | lent lente lents lentes                             | after  | animal
fast       | rapide rapide rapides rapides                       | after  | animal
happy      | heureux heureuse heureux heureuses                  | after  | person animal
sad        | triste triste tristes tristes                       | after  | person animal
rich       | riche riche riches riches                           | after  | person
famous     | célèbre célèbre célèbres célèbres                   | after  | person famous
wide       | large large larges larges                           | after  | broad
narrow     | étroit étroite étroits étroites                     | after  | narrow
dark       | sombre sombre sombres sombres                       | after  | dark
muddy      | boueux boueuse boueux boueuses                      | after  | ground
dangerous  | dangereux dangereuse dangereux dangereuses          | after  | place
empty      | vide vide vides vides                               | after  | bare container
quiet      | calme calme calmes calmes                           | after  | person animal site
long       | long longue longs longues                           | before | long
heavy      | lourd lourde lourds lourdes                         | after  | thing
light      | léger légère légers légères                         | after  | thing
fragile    | fragile fragile fragiles fragiles                   | after  | thing
precious   | précieux précieuse précieux précieuses              | after  | thing
shiny      | brillant brillante brillants brillantes             | after  | glossy
bitter     | amer amère amers amères                             | after  | bitter
salty      | salé salée salés salées                             | after  | salty
sweet      | sucré sucrée sucrés sucrées                         | after  | sweet
fresh      | frais fraîche frais fraîches                        | after  | food
strange    | étrange étrange étranges étranges                   | after  | person animal thing food place
red        | rouge rouge rouges rouges                           | after  | thing coloured
black      | noir noire noirs noires                             | after  | animal thing
white      | blanc blanche blancs blanches                       | after  | animal thing
green      | vert verte verts vertes                             | after  | thing coloured
grey       | gris grise gris grises                              | after  | animal thing
big        | grand grande grands grandes                         | before | animal thing place
small      | petit petite petits petites                         | before | person animal thing food place
young      | jeune jeune jeunes jeunes                           | before | person animal
old        | vieux vieille vieux vieilles vieil                  | before | person animal thing built
beautiful  | beau belle beaux belles bel                         | before | person animal thing place
new        | nouveau nouvelle nouveaux nouvelles nouvel          | before | thing built
good       | bon bonne bons bonnes                               | before | person food
bad        | mauvais mauvaise mauvais mauvaises                  | before | person food
enormous   | énorme énorme énormes énormes                       | before | animal thing food
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
cross crosses crossed     | traverse traversent traversé    | way           | person animal | slowly quickly
explore explores explored | explore explorent exploré       | site          | person animal | slowly quickly
carry carries carried     | porte portent porté             | load          | person strong | slowly quickly
push pushes pushed        | pousse poussent poussé          | load          | person strong | slowly quickly
lift lifts lifted         | soulève soulèvent soulevé       | load          | person strong | slowly quickly
eat eats ate              | mange mangent mangé             | food          | person animal | slowly quickly
find finds found          | trouve trouvent trouvé          | small         | person strong | -
catch catches caught      | attrape attrapent attrapé       | animal        | person hunts  | -
follow follows followed   | suit suivent suivi              | person animal | person animal | slowly quickly clitic
see sees saw              | voit voient vu                  | anything      | person animal | clitic
watch watches watched     | regarde regardent regardé       | person animal | person animal | clitic
hear hears heard          | entend entendent entendu        | person animal | person animal | clitic
help helps helped         | aide aident aidé                | person animal | person animal | clitic
hide hides hid            | cache cachent caché             | small food    | person        | -
draw draws drew           | dessine dessinent dessiné       | anything      | person        | slowly quickly
buy buys bought           | achète achètent acheté          | thing food    | person        | -
lose loses lost           | perd perdent perdu              | small         | person        | -
love loves                | aime aiment                     | person animal | person animal | clitic
know knows                | connaît connaissent             | person site   | person        | clitic
want wants                | veut veulent                    | thing food    | person        | -
sleep sleeps slept        | dort dorment dormi              |               | person animal | well
run runs ran              | court courent couru             |               | person runs   | slowly quickly
swim swims swam           | nage nagent nagé                |               | person swims  | slowly quickly well
wait waits waited         | attend attendent attendu        |               | person animal | -
sing sings sang           | chante chantent chanté          |               | person        | well
dance dances danced       | danse dansent dansé             |               | person        | slowly quickly well
work works worked         | travaille travaillent travaillé |               | person        | slowly quickly well
""")
]

# "The trophy does not fit in the suitcase": a thing, in a container. "The king says that the dog is sick."
FIT = Verb(
    base="fit",
    third="fits",
    past="",
    french=("tient", "tiennent"),
    participle="",
    objects=frozenset({"container"}),
    subjects=frozenset({"small"}),
    manners=frozenset(),
    clitic=False,
)
SAY = Verb(
    base="say",
    third="says",
    past="said",
    french=("dit", "disent"),
    participle="dit",
    objects=frozenset(),
    subjects=frozenset({"person"}),
    manners=frozenset(),
    clitic=False,
)

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
# Before the verb in English, after it in French: "often sleeps", "dort souvent".
FREQUENCIES = {"often": "souvent", "always": "toujours", "sometimes": "parfois"}
# Last in both languages, in the past.
YESTERDAY = ("yesterday", "hier")
ELIDED = {"le": "l'", "la": "l'", "ne": "n'", "de": "d'", "que": "qu'"}
DETERMINERS_BEFORE_VOWEL = {"ce": "cet", "ma": "mon", "sa": "son"}

# A "vieux garçon" is a bachelor, a "beau frère" a brother-in-law, a "bonne sœur" a nun, a "livre blanc" a report.
IDIOMS = {
    "old": ("boy", "girl"),
    "young": ("girl",),
    "beautiful": ("brother", "sister", "girl"),
    "small": ("friend", "man", "woman", "queen", "girl"),
    "good": ("man", "woman", "sister", "boy", "girl"),
    "bad": ("boy", "girl"),
    "strong": ("woman", "girl", "queen", "aunt", "sister"),
    "white": ("book",),
    "green": ("book",),
}
COLOURS = ("red", "black", "white", "green", "grey")
# What has no degree: no "très affamé", no "trop gris".
ABSOLUTE = ("hungry", *COLOURS)

# What is left: the words that only grammar knows.
ENGLISH_GRAMMAR = ", an any it do does did not never is are was were near that because ."
FRENCH_GRAMMAR = ", de du ne pas jamais est sont était étaient a ont près que parce ."


def english_words() -> list[str]:
    """Every English word form of the lexicon, sorted."""
    nouns = {word for noun in NOUNS for word in noun.english}
    adjectives = {adjective.english for adjective in ADJECTIVES}
    verbs = {word for verb in (*VERBS, FIT, SAY) for word in (verb.base, verb.third, verb.past) if word}
    tables = (DETERMINERS, SUBJECT_PRONOUNS, OBJECT_PRONOUNS, PREPOSITIONS, DEGREES, FREQUENCIES, MANNERS)
    return sorted(nouns | adjectives | verbs | {word for table in tables for word in table} | {YESTERDAY[0], *ENGLISH_GRAMMAR.split()})


def french_words() -> list[str]:
    """Every French word form of the lexicon, sorted; accents sort after z."""
    nouns = {word for noun in NOUNS for word in noun.french}
    adjectives = {
        word
        for adjective in ADJECTIVES
        for noun in NOUNS
        if goes_with(adjective, noun)
        for plural in range(len(noun.english))
        for word in (adjective.french[noun.feminine + 2 * plural], adjective.before_vowel)
        if word
    }
    verbs = {word for verb in (*VERBS, FIT, SAY) for word in (*verb.french, verb.participle) if word}
    agreed = {agree(verb.participle, ending) for verb in VERBS if verb.clitic and verb.participle for ending in "es"}
    determiners = {word for forms in DETERMINERS.values() for word in forms if word}
    determiners |= set(DETERMINERS_BEFORE_VOWEL.values()) | set(ELIDED.values())
    pronouns = {*ANTECEDENT_PRONOUNS, *(clitic for clitic, _ in OBJECT_PRONOUNS.values())}
    adverbs = {*PREPOSITIONS.values(), *DEGREES.values(), *FREQUENCIES.values(), *MANNERS.values(), YESTERDAY[1]}
    return sorted(nouns | adjectives | verbs | agreed | determiners | pronouns | adverbs | set(FRENCH_GRAMMAR.split()))


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
