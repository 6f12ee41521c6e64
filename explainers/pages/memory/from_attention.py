"""From attention to memory: the same lookup into a memory that nobody may change, and into one that is written."""

from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from jaxtyping import Float
from torch import Tensor

from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Finding, Measured, count, exactly, largest, smallest
from explainers.kit.build.marks import fact, figure, finding, invariant, setting
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.figure import browser, draw, plot, theme
from explainers.models import ntm
from explainers.studies import resetting, translator_keys, two_lookups
from explainers.studies.resetting import EPISODES
from explainers.studies.two_lookups import LENGTH, LONGER, SEQUENCES, cosine_lookup, dot_product_lookup, one_longer
from explainers.tasks import copy, translation

WEAK = 1  # a key strength that is too small
MILLIONTH = 1e-6
COLOURS = {"attention": theme.QUERY, "machine": theme.READ}


@dataclass(frozen=True)
class Bridge:
    """What the copy machines stored, what a second sequence came to, and the translator's keys as its decoder writes."""

    lookups: two_lookups.Lookups
    seconds: tuple[resetting.Second, ...]
    keys: translator_keys.Keys

    @property
    def run(self) -> two_lookups.Copied:
        """The episode that the figures show."""
        return self.lookups.shown[0]

    @property
    def pair(self) -> tuple[int, int]:
        """Of the vectors stored there, the two that resemble each other most: the one looked for, and its rival."""
        return two_lookups.alike(self.run.stored)

    @property
    def query(self) -> Float[Tensor, "width"]:
        """The vector looked for."""
        return self.run.stored[self.pair[0]]


def subject(trial: Trial = PUBLISHED) -> Bridge:
    """A short copy by each machine, a second sequence after it, and a translation run anew for every word written."""
    return Bridge(two_lookups.lookups(trial), resetting.second_sequences(trial), translator_keys.keys_while_writing(trial))


@figure
def where_memory_lives(bridge: Bridge) -> go.Figure:
    """How far each stored vector moves at each step: the length of the change. Black is not at all. The keys are those of one head in the translator's last layer while it writes, the memory is the copy machine's."""
    keys = translator_keys.moved(bridge.keys).sel(layer=translation.LAYERS, head=1)
    memory = two_lookups.moved(bridge.run).sel(location=bridge.run.beside)
    return draw.panels([plot.heat(keys.T, 250, like=memory), plot.heat(memory.T, 250, scale=True)], 2)


@figure(live="two-lookups")
def lookups(bridge: Bridge) -> go.Figure:
    """The same lookup twice, in the same vectors: attention's softmax of dot products, and the machine's softmax of cosines; as stored, and with one vector three times as long."""
    found = two_lookups.found_when_longer(bridge.run)
    wanted, rival = bridge.pair
    panels = [plot.bars(memory.sel(lookup=lookup), 110, colours=colour) for memory in found for lookup, colour in COLOURS.items()]
    return browser.with_live(
        draw.panels(panels, 2),
        locations=found.coords["location"].values.tolist(),
        stored=browser.array(bridge.run.stored),
        wanted=wanted,
        rival=rival,
        strength=float(f"{bridge.run.strength:.7g}"),
        longer=LONGER,
        weak=WEAK,
    )


@figure
def equal(bridge: Bridge) -> go.Figure:
    """Both lookups, with β = |q|·|k| ÷ √d. Where the stored vectors differ in length, the weights differ a little. Where all have the same length, the weights are the same."""
    found = two_lookups.found_when_matched(bridge.run)
    return draw.panels([plot.bars(memory, 110, by="lookup", colours=COLOURS) for memory in found], 2)


@figure
def left_in(bridge: Bridge) -> go.Figure:
    """What becomes of a second sequence if a part of the state is left in from the one before. Top: the mean wrong bits of the machine; the lines go from the least to the most of the machines of all seeds. Below: one sequence and two answers to it; black is 0, white is 1."""
    wrong = plot.bars(resetting.wrong_by_start(bridge.seconds), over="seed", one=shown_seed(), colours=theme.MODEL, span=3)
    answers = [plot.heat(answer.T, 100) for answer in resetting.answers(bridge.seconds[0])]
    return draw.panels([wrong, *answers], 3)


def shown_seed() -> int:
    """The seed of the machine that the page shows."""
    return checkpoint.read_card(copy.TASK.name)["seed"]


def machine() -> ntm.NeuralTuringMachine:
    """A machine of random weights: it has the sizes of the trained ones."""
    return copy.build(0)


locations = setting("How many locations the memory has.", lambda: machine().locations)
width = setting("How many numbers a location holds.", lambda: machine().width)
vectors = setting("How many vectors the machine has stored.", lambda: LENGTH)
weak = setting("A β that is too small.", lambda: WEAK)
times_longer = setting("How many times as long the rival is made.", lambda: LONGER)
controller_sees = setting("How many numbers the controller sees at a step.", lambda: machine().controller.in_features)
controller_sees_input = setting("How many of them are the input: the bits and the channel of the mark.", lambda: copy.TASK.inputs)
controller_hidden = setting("How many hidden units the controller has.", lambda: machine().controller.out_features)
numbers_a_head = setting(
    "How many numbers steer one head: key, β, g, shift, γ.",
    lambda: machine().steer.out_features // (machine().read_heads + machine().write_heads),
)
numbers_to_write = setting("How many numbers the write head gets besides: what to erase and what to add.", lambda: machine().compose.out_features)
controller_emits = setting("How many numbers the controller emits at a step.", lambda: machine().steer.out_features + machine().compose.out_features)
shifts = setting("How many moves the shift distribution tells apart.", lambda: len(ntm.SHIFTS))
memory_at_start = setting("The number that fills the memory before the first step.", lambda: ntm.INITIAL_MEMORY)
bits_in_all = setting("How many bits a sequence has.", lambda: LENGTH * copy.BITS)
guessing = setting("How many bits are wrong if one guesses.", lambda: LENGTH * copy.BITS / 2)
episodes = setting("How many pairs of sequences were run.", lambda: EPISODES)
sequences = setting("How many fresh sequences of all machines together the lookups were checked on.", lambda: len(copy.SEEDS) * SEQUENCES)
words_read = setting(
    "How many words the translator reads, its end mark among them.",
    lambda: translation.encode([translation.tokenise(translation.SENTENCE)]).shape[-1],
)

repeated = fact(
    "In how many of them a vector came twice.",
    lambda bridge: count([not all(one.shown_once) for one in bridge.lookups.fresh], over="fresh sequences"),
)
longer_wins = fact(
    "In how many of the fresh sequences attention answers with the rival, when that is longer.",
    lambda bridge: count(map(two_lookups.wins_when_longer, bridge.lookups.fresh), over="fresh sequences"),
    steady="The most similar two of eight vectors have a cosine above 1 ÷ 3 with random weights, too, and the rest is arithmetic.",
)
words_written = fact("How many words the translator writes, its end mark among them.", lambda bridge: len(bridge.keys.read))
smallest_change = fact(
    "How far the vector under the write head moves, in the step of the input that moves it least.",
    lambda bridge: smallest(bridge.run.moved[:LENGTH].amax(-1), over="steps of the input"),
)
late_change = fact(
    "How far any vector moves in the second half of the answer, at most.",
    lambda bridge: largest(bridge.run.moved[-(LENGTH // 2) :], over="vectors and steps"),
)
wanted_location = fact("The location whose vector is looked for.", lambda bridge: bridge.run.written[bridge.pair[0]])
rival_location = fact("The location whose vector resembles it most.", lambda bridge: bridge.run.written[bridge.pair[1]])
rival_cosine = fact(
    "The cosine of the two vectors that resemble each other most.",
    lambda bridge: ntm.cosine_similarity(bridge.run.stored, bridge.run.stored)[bridge.pair],
)
own_strength = fact("The largest β that the machine itself uses in the episode.", lambda bridge: bridge.run.strength)
hidden_strength = fact(
    "|q|·|k| ÷ √d for the vector looked for and itself.",
    lambda bridge: two_lookups.matching_strength(bridge.query, float(bridge.query.norm())),
)
shortest = fact("The length of the shortest stored vector.", lambda bridge: smallest(bridge.run.stored.norm(dim=-1), over="stored vectors"))
longest = fact("The length of the longest stored vector.", lambda bridge: largest(bridge.run.stored.norm(dim=-1), over="stored vectors"))
weight_by_dot_product = fact(
    "The weight of the location looked for, by attention.",
    lambda bridge: dot_product_lookup(bridge.query, bridge.run.stored)[bridge.pair[0]],
)
weight_by_cosine = fact(
    "The weight of the location looked for, by the machine's lookup.",
    lambda bridge: cosine_lookup(bridge.query, bridge.run.strength, bridge.run.stored)[bridge.pair[0]],
)
weight_by_dot_product_longer = fact(
    "The weight of the location looked for, by attention, when its rival is longer.",
    lambda bridge: dot_product_lookup(bridge.query, one_longer(bridge.run.stored))[bridge.pair[0]],
)
rival_by_dot_product_longer = fact(
    "The weight of the rival, by attention, when it is longer.",
    lambda bridge: dot_product_lookup(bridge.query, one_longer(bridge.run.stored))[bridge.pair[1]],
)
weight_when_weak = fact(
    "The weight of the location looked for, by cosine, when β is too small.",
    lambda bridge: cosine_lookup(bridge.query, float(WEAK), bridge.run.stored)[bridge.pair[0]],
)
weight_when_weak_in_all = fact(
    "The same over the whole memory.",
    lambda bridge: cosine_lookup(bridge.query, float(WEAK), bridge.run.memory)[bridge.run.written[bridge.pair[0]]],
)
wrong_fresh = fact("Mean wrong bits of the second sequence after a fresh start.", lambda bridge: bridge.seconds[0].wrong_bits["nothing"])
wrong_all_left = fact("Mean wrong bits of the second sequence with everything left in.", lambda bridge: bridge.seconds[0].wrong_bits["all"])
wrong_memory_left = fact("Mean wrong bits of the second sequence with the memory left in.", lambda bridge: bridge.seconds[0].wrong_bits["memory"])
wrong_heads_left = fact("Mean wrong bits of the second sequence with the weightings left in.", lambda bridge: bridge.seconds[0].wrong_bits["heads"])
wrong_read_left = fact("Mean wrong bits of the second sequence with the read vector left in.", lambda bridge: bridge.seconds[0].wrong_bits["read"])


@fact
def difference_as_stored(bridge: Bridge) -> Measured:
    """The largest difference of the two lookups at the β of the figure, with the vectors as stored."""
    kept = bridge.run.stored
    strength = two_lookups.matching_strength(bridge.query, float(kept.norm(dim=-1).mean()))
    apart = dot_product_lookup(bridge.query, kept) - cosine_lookup(bridge.query, strength, kept)
    return largest(apart.abs(), over="stored vectors")


@invariant
def keys_stay(bridge: Bridge) -> bool:
    """While the decoder writes, no key of a word that it reads changes, in any head of any layer."""
    return all(torch.allclose(keys, bridge.keys.read[0], rtol=0, atol=MILLIONTH) for keys in bridge.keys.read)


@invariant
def written_keys_stay(bridge: Bridge) -> bool:
    """A word that it has written gets a key of its own, and that key stays as it is, too."""
    last = bridge.keys.written[-1]
    return all(
        keys.shape[2] == count and torch.allclose(keys, last[:, :, :count], rtol=MILLIONTH, atol=10 * MILLIONTH)
        for count, keys in enumerate(bridge.keys.written, 1)
    )


@finding
def memory_changes(bridge: Bridge) -> Finding:
    """At every step of the input the machine rewrites the vector where its write head stands: that vector moves by more than half of its new length, and no other vector moves as far."""
    there = exactly(all(tuple(one.moved[:LENGTH].argmax(-1).tolist()) == one.written for one in bridge.lookups.all))
    shares = [one.moved[:LENGTH].amax(-1) / one.stored.norm(dim=-1) for one in bridge.lookups.all]
    return there & (smallest(torch.cat(shares), over="steps of the input") > 1 / 2)


@invariant
def same_numbers(bridge: Bridge) -> bool:
    """When all stored vectors have the same length, and β = |q|·|k| ÷ √d, both formulas give the same weights, within a millionth."""
    for kept in (one.stored for one in bridge.lookups.shown):
        unit = kept / kept.norm(dim=-1, keepdim=True)
        for memory in (unit, two_lookups.same_length(kept)):
            length = float(memory[0].norm())
            for query in memory:
                by_cosine = cosine_lookup(query, two_lookups.matching_strength(query, length), memory)
                if not torch.allclose(dot_product_lookup(query, memory), by_cosine, rtol=0, atol=MILLIONTH):
                    return False
    return True


@finding
def both_find_it(bridge: Bridge) -> Finding:
    """Both find every vector that was shown only once: the largest weight is where it is stored."""
    wanted = [(one, place) for one in bridge.lookups.all for place, once in enumerate(one.shown_once) if once]
    return exactly(all(two_lookups.both_find(one, place) for one, place in wanted))


@invariant
def cosine_ignores_length(bridge: Bridge) -> bool:
    """Making one stored vector longer changes no weight of the machine's lookup, within a millionth."""
    for kept in (one.stored for one in bridge.lookups.shown):
        for query in kept:
            before, after = (cosine_lookup(query, bridge.run.strength, memory) for memory in (kept, one_longer(kept)))
            if not torch.allclose(before, after, rtol=0, atol=MILLIONTH):
                return False
    return True


@invariant
def long_vectors_win(bridge: Bridge) -> bool:
    """Of vectors that are equally long, attention, asked for one, answers with another that is made three times as long if their cosine is above 1 ÷ 3, and else it does not."""
    return all(map(two_lookups.longer_wins_by_cosine, bridge.lookups.shown))


@finding
def every_part_matters(bridge: Bridge) -> Finding:
    """After a fresh start no machine makes a mistake; with any one part left in, each of them gets more than two bits of a sequence wrong on average."""
    wrong = [second.wrong_bits[part] for second in bridge.seconds for part in ("memory", "heads", "read", "all")]
    return unfailing(bridge) & (smallest(wrong, over="means of machines and parts") > 2)


def unfailing(bridge: Bridge) -> Finding:
    """Whether no machine makes a mistake after a fresh start."""
    return exactly(not any(second.wrong["nothing"].any() for second in bridge.seconds))


@finding
def no_better_than_guessing(bridge: Bridge) -> Finding:
    """With everything left in, each machine, which made no mistake before, is as often wrong as a coin, give or take a tenth."""
    apart = [abs(second.wrong_bits["all"] / guessing() - 1) for second in bridge.seconds]
    return unfailing(bridge) & (largest(apart, over="machines") < 1 / 10)


@finding
def reads_elsewhere(bridge: Bridge) -> Finding:
    """After a fresh start each machine begins to read where it began to write, in every sequence; with the heads left where they were, in none."""
    return exactly(all(not each.lost["nothing"].any() and each.lost["heads"].all() for each in bridge.seconds))
