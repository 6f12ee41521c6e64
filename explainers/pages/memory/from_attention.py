"""From attention to memory: the same lookup into a memory that nobody may change, and into one that is written."""

import math
from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from jaxtyping import Float
from torch import Tensor

from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.figure import browser, draw, theme
from explainers.models import ntm, ring
from explainers.models.tracer import trace_attention
from explainers.pages.memory._heads import READ, WRITE
from explainers.tasks import copy, translation

LENGTH = 8
LONGER = 3  # how many times as long one stored vector is made
WEAK = 1  # a key strength that is too small
EPISODES, FIRST_SEED, SECOND_SEED = 100, 1000, 2000
SEQUENCES, FRESH_SEED = 30, 3000  # that the lookups are checked on, for each machine
AROUND = 2  # locations shown beside the ones that were written
MILLIONTH = 1e-6


@dataclass(frozen=True)
class Second:
    """A second sequence, answered from each start: the mean wrong bits, and the chances of the first sequence's bits.

    `lost` is the share of the sequences that the machine begins to read elsewhere than it began to write.
    """

    wrong: dict[str, float]
    targets: Float[Tensor, "vector bit"]
    chances: dict[str, Float[Tensor, "vector bit"]]
    lost: dict[str, float]


@dataclass(frozen=True)
class Bridge:
    """The copy machine of each seed, the published one first, and the translator's keys as its decoder writes.

    `fresh`: SEQUENCES more episodes of each machine. `read_keys[n]` are the cross-attention's keys, `[layer, head, word, feature]`, when the decoder has read n + 1 tokens;
    `written_keys[n]` those of the n + 1 tokens themselves.
    """

    runs: tuple[copy.Run, ...]
    fresh: tuple[copy.Run, ...]
    seconds: tuple[Second, ...]
    machine: ntm.NeuralTuringMachine
    words: tuple[str, ...]
    read_keys: tuple[Float[Tensor, "layer head word feature"], ...]
    written_keys: tuple[Float[Tensor, "layer head word feature"], ...]

    @property
    def run(self) -> copy.Run:
        """The episode that the figures show."""
        return self.runs[0]


def subject() -> Bridge:
    """A short copy by each machine, a second sequence after it, and a translation run anew for every word written."""
    names = copy.machines()
    runs = tuple(copy.run(length=LENGTH, seed=0, name=name) for name in names)
    fresh = tuple(copy.run(LENGTH, FRESH_SEED + number, name) for name in names for number in range(SEQUENCES))
    seconds = tuple(second_sequence(copy.trained(name)) for name in names)
    read_keys, written_keys = keys_while_writing()
    words = (*translation.tokenise(translation.SENTENCE), "</s>")
    return Bridge(runs, fresh, seconds, copy.trained(names[0]), words, read_keys, written_keys)


@torch.no_grad()
def keys_while_writing() -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """The keys of the translator, computed from nothing for every length of the translation so far."""
    model, words = translation.trained(), translation.tokenise(translation.SENTENCE)
    source = translation.encode([words])
    fed = translation.shifted(torch.tensor(translation.greedy(model, source)))
    read_keys, written_keys = [], []
    for count in range(1, fed.shape[1] + 1):
        with trace_attention(model) as traces:
            model(input_ids=source, decoder_input_ids=fed[:, :count])
        for kind, found in (("encoder_attn", read_keys), ("self_attn", written_keys)):
            layers = [trace.key[0] for trace in traces if "decoder" in trace.name and trace.name.endswith(kind)]
            found.append(torch.stack(layers))
    return tuple(read_keys), tuple(written_keys)


@torch.no_grad()
def second_sequence(machine: ntm.NeuralTuringMachine) -> Second:
    """Show the machine one sequence, then another, with a part of its state or all of it left in."""
    first, _ = copy.episodes(LENGTH, EPISODES, torch.Generator().manual_seed(FIRST_SEED))
    inputs, targets = copy.episodes(LENGTH, EPISODES, torch.Generator().manual_seed(SECOND_SEED))
    used = machine.initial_state(EPISODES)
    for now in first:
        used, _ = machine.step(used, now)
    traces = {name: continued(machine, start, inputs) for name, start in starts(machine, used).items()}
    answers = {name: trace.output[LENGTH + 1 :] for name, trace in traces.items()}
    wrong = {name: float(((answer > 0) != targets.bool()).sum() / EPISODES) for name, answer in answers.items()}
    where = {name: trace.addressing.weighting.argmax(-1) for name, trace in traces.items()}
    return Second(
        wrong,
        targets[:, 0],
        {name: answer[:, 0].sigmoid() for name, answer in answers.items()},
        {name: float((at[0, :, WRITE] != at[LENGTH + 1, :, READ]).float().mean()) for name, at in where.items()},
    )


def starts(machine: ntm.NeuralTuringMachine, used: ntm.State) -> dict[str, ntm.State]:
    """What a sequence may start from, by what is left in from the one before."""
    fresh = machine.initial_state(len(used.memory))
    return {
        "nothing": fresh,
        "memory": ntm.State(used.memory, fresh.weighting, fresh.read_vector),
        "heads": ntm.State(fresh.memory, used.weighting, fresh.read_vector),
        "read": ntm.State(fresh.memory, fresh.weighting, used.read_vector),
        "all": used,
    }


def continued(machine: ntm.NeuralTuringMachine, state: ntm.State, inputs: Tensor) -> ntm.Trace:
    """Run an episode from any state."""
    traces = []
    for now in inputs:
        state, trace = machine.step(state, now)
        traces.append(trace)
    return ntm.over_time(traces)


def changes(run: copy.Run) -> Float[Tensor, "time location"]:
    """How far the vector at each location moves at each step."""
    return (run.trace.memory_after - run.trace.memory_before)[:, 0].norm(dim=-1)


def stored(run: copy.Run) -> Float[Tensor, "location width"]:
    """The vectors that the machine has stored when it sees the mark, in the order in which it wrote them."""
    return run.trace.memory_after[run.length, 0][list(run.written)]


def dot_product_lookup(
    query: Float[Tensor, "width"], keys: Float[Tensor, "location width"]
) -> Float[Tensor, "location"]:
    """Attention's weights of one query: softmax(q·k ÷ √d). Vaswani et al. 2017, eq. 1."""
    return torch.softmax(keys @ query / math.sqrt(len(query)), dim=-1)


def cosine_lookup(
    key: Float[Tensor, "width"], strength: float, memory: Float[Tensor, "location width"]
) -> Float[Tensor, "location"]:
    """The machine's weights by content: softmax(β·cos(k, M(i))). Graves 2014, eq. 5."""
    return ntm.content_weighting(key[None], torch.tensor([float(strength)]), memory)[0]


def alike(vectors: Float[Tensor, "location width"]) -> tuple[int, int]:
    """The two stored vectors that resemble each other most: the one looked for, and the one it may be taken for."""
    cosines = ntm.cosine_similarity(vectors, vectors).fill_diagonal_(-1)
    return divmod(int(cosines.argmax()), len(vectors))


def one_longer(vectors: Float[Tensor, "location width"]) -> Float[Tensor, "location width"]:
    """The stored vectors, the second of the two that are alike made longer."""
    factors = torch.ones(len(vectors))
    factors[alike(vectors)[1]] = LONGER
    return vectors * factors[:, None]


def same_length(vectors: Float[Tensor, "location width"]) -> Float[Tensor, "location width"]:
    """The stored vectors, each brought to their mean length."""
    lengths = vectors.norm(dim=-1, keepdim=True)
    return vectors * lengths.mean() / lengths


def matching_strength(query: Float[Tensor, "width"], length: float) -> float:
    """The key strength at which both lookups agree for stored vectors of this length: |q|·|k| ÷ √d."""
    return float(query.norm() * length / math.sqrt(len(query)))


@figure
def where_memory_lives(bridge: Bridge) -> go.Figure:
    """How far each stored vector moves at each step: the length of the change. Black is not at all. Left the keys of one head in the translator's last layer while it writes, right the memory of the copy machine."""
    keys = torch.stack([layers[-1, 0] for layers in bridge.read_keys])
    still = (keys[1:] - keys[:-1]).norm(dim=-1)
    moved = changes(bridge.run)
    places = beside(bridge.run)
    limit = float(moved.max())
    labels = [str(place) for place in places]
    panels = [
        draw.Panel(
            title,
            draw.shades(values.T, rows, numbered(len(values), first), 0, limit),
            x=x,
            y=y,
            height=250,
            scale=last,
        )
        for title, values, rows, first, x, y, last in (
            ("translator: keys", still, list(bridge.words), 2, "word that it writes", "word that it reads", False),
            ("copy machine: memory", moved[:, places], labels, 1, "time step", "location", True),
        )
    ]
    return draw.panels(panels, 2)


def numbered(count: int, first: int) -> list[str]:
    """Labels of steps, every fifth one written out."""
    return [str(step) if step % 5 == 0 else "" for step in range(first, first + count)]


def beside(run: copy.Run) -> list[int]:
    """The locations written, and some on either side, in the order in which they were written."""
    around = run.trace.memory_after.shape[2]
    return ring.along(*run.written[:2], range(-AROUND, run.length + AROUND), around)


@figure(live="two-lookups")
def lookups(bridge: Bridge) -> go.Figure:
    """The same lookup twice, in the same vectors: attention's softmax of dot products, and the machine's softmax of cosines; as stored, and with one vector three times as long."""
    vectors = stored(bridge.run)
    wanted, rival = alike(vectors)
    labels = [str(place) for place in bridge.run.written]
    strength = own_strength(bridge)
    parts = ((vectors, "as stored"), (one_longer(vectors), f"{labels[rival]} three times as long"))
    panels = [
        panel
        for memory, name in parts
        for panel in (
            weights_panel(
                f"attention, {name}", labels, {"": (dot_product_lookup(vectors[wanted], memory), theme.QUERY)}
            ),
            weights_panel(
                f"machine, {name}", labels, {"": (cosine_lookup(vectors[wanted], strength, memory), theme.READ)}
            ),
        )
    ]
    return browser.with_live(
        draw.panels(panels, 2),
        locations=list(bridge.run.written),
        stored=browser.array(vectors),
        wanted=wanted,
        rival=rival,
        strength=float(f"{strength:.7g}"),
        longer=LONGER,
        weak=WEAK,
    )


def weights_panel(title: str, labels: list[str], rows: dict[str, tuple[Tensor, theme.Colour]]) -> draw.Panel:
    """Bars of weights over the locations, from 0 to 1."""
    traces = [draw.bars(labels, weights, name, colour) for name, (weights, colour) in rows.items()]
    return draw.Panel(title, traces, x="location", y="weight", height=110, axes={"y": {"range": [0, 1]}})


@figure
def equal(bridge: Bridge) -> go.Figure:
    """Both lookups, with β = |q|·|k| ÷ √d. Left the stored vectors differ in length, and the weights differ a little. Right all have the same length, and the weights are the same."""
    vectors = stored(bridge.run)
    query = vectors[alike(vectors)[0]]
    strength = matching_strength(query, float(vectors.norm(dim=-1).mean()))
    labels = [str(place) for place in bridge.run.written]
    panels = [
        weights_panel(
            title,
            labels,
            {
                "softmax(q·k ÷ √d)": (dot_product_lookup(query, memory), theme.QUERY),
                "softmax(β·cos)": (cosine_lookup(query, strength, memory), theme.READ),
            },
        )
        for title, memory in (("as stored", vectors), ("all of the same length", same_length(vectors)))
    ]
    return draw.panels(panels, 2)


@figure
def left_in(bridge: Bridge) -> go.Figure:
    """What becomes of a second sequence if a part of the state is left in from the one before. Top: the mean wrong bits of the machine; the lines go from the least to the most of the machines of all seeds. Below: one sequence and two answers to it; black is 0, white is 1."""
    second = bridge.seconds[0]
    names = list(second.wrong)
    ends = [(min(counts), max(counts)) for counts in ([each.wrong[name] for each in bridge.seconds] for name in names)]
    top = 1.1 * max(high for _, high in ends)
    bits, steps = [""] * copy.BITS, [str(step + 1) for step in range(LENGTH)]
    answers = {
        "wanted": second.targets,
        "answer, nothing left in": second.chances["nothing"],
        "answer, all left in": second.chances["all"],
    }
    panels = [
        draw.Panel(
            f"Wrong bits, of {LENGTH * copy.BITS}",
            [draw.bars(names, list(second.wrong.values()), "", theme.MODEL, ends)],
            x="left in",
            y="bits",
            height=150,
            axes={"y": {"range": [0, top]}},
            span=3,
        ),
        *(
            draw.Panel(title, draw.shades(values.T, bits, steps), x="vector", y="bit", height=100)
            for title, values in answers.items()
        ),
    ]
    return draw.panels(panels, 3)


@fact
def locations(bridge: Bridge) -> int:
    """How many locations the memory has."""
    return bridge.machine.locations


@fact
def width(bridge: Bridge) -> int:
    """How many numbers a location holds."""
    return bridge.machine.width


@fact
def vectors(bridge: Bridge) -> int:
    """How many vectors the machine has stored."""
    return LENGTH


@fact
def sequences(bridge: Bridge) -> int:
    """How many fresh sequences of all machines together the lookups were checked on."""
    return len(bridge.fresh)


@fact
def repeated(bridge: Bridge) -> int:
    """In how many of them a vector came twice."""
    return sum(not all(shown_once(run)) for run in bridge.fresh)


def shown_once(run: copy.Run) -> list[bool]:
    """Whether each vector of a sequence was shown only once."""
    shown = run.targets[:, 0]
    return ((shown[:, None] == shown).all(-1).sum(-1) == 1).tolist()


def wins_when_longer(run: copy.Run) -> bool:
    """Whether attention, asked for one of the two stored vectors that are most alike, answers with the other when that is longer."""
    kept = stored(run)
    wanted, rival = alike(kept)
    return int(dot_product_lookup(kept[wanted], one_longer(kept)).argmax()) == rival


@fact
def longer_wins(bridge: Bridge) -> int:
    """In how many of the fresh sequences it does."""
    return sum(map(wins_when_longer, bridge.fresh))


@fact
def words_read(bridge: Bridge) -> int:
    """How many words the translator reads, its end mark among them."""
    return len(bridge.words)


@fact
def words_written(bridge: Bridge) -> int:
    """How many words the translator writes, its end mark among them."""
    return len(bridge.read_keys)


@fact
def smallest_change(bridge: Bridge) -> float:
    """How far the vector under the write head moves, in the step of the input that moves it least."""
    return changes(bridge.run)[:LENGTH].amax(-1).min()


@fact
def late_change(bridge: Bridge) -> float:
    """How far any vector moves in the second half of the answer, at most."""
    return changes(bridge.run)[-(LENGTH // 2) :].max()


@fact
def wanted_location(bridge: Bridge) -> int:
    """The location whose vector is looked for."""
    return bridge.run.written[alike(stored(bridge.run))[0]]


@fact
def rival_location(bridge: Bridge) -> int:
    """The location whose vector resembles it most."""
    return bridge.run.written[alike(stored(bridge.run))[1]]


@fact
def rival_cosine(bridge: Bridge) -> float:
    """The cosine of the two vectors that resemble each other most."""
    kept = stored(bridge.run)
    wanted, rival = alike(kept)
    return ntm.cosine_similarity(kept, kept)[wanted, rival]


@fact
def own_strength(bridge: Bridge) -> float:
    """The largest β that the machine itself uses in the episode."""
    return float(bridge.run.trace.controls.key_strength.max())


@fact
def hidden_strength(bridge: Bridge) -> float:
    """|q|·|k| ÷ √d for the vector looked for and itself."""
    query = stored(bridge.run)[alike(stored(bridge.run))[0]]
    return matching_strength(query, float(query.norm()))


@fact
def shortest(bridge: Bridge) -> float:
    """The length of the shortest stored vector."""
    return stored(bridge.run).norm(dim=-1).min()


@fact
def longest(bridge: Bridge) -> float:
    """The length of the longest stored vector."""
    return stored(bridge.run).norm(dim=-1).max()


def looked_up(bridge: Bridge, longer: bool) -> tuple[Tensor, Tensor]:
    """Both lookups of the wanted vector and its rival: `[wanted, rival]` by dot product, and by cosine."""
    kept = stored(bridge.run)
    pair = list(alike(kept))
    memory = one_longer(kept) if longer else kept
    by_cosine = cosine_lookup(kept[pair[0]], own_strength(bridge), memory)
    return dot_product_lookup(kept[pair[0]], memory)[pair], by_cosine[pair]


@fact
def weight_by_dot_product(bridge: Bridge) -> float:
    """The weight of the location looked for, by attention."""
    return looked_up(bridge, longer=False)[0][0]


@fact
def weight_by_cosine(bridge: Bridge) -> float:
    """The weight of the location looked for, by the machine's lookup."""
    return looked_up(bridge, longer=False)[1][0]


@fact
def weight_by_dot_product_longer(bridge: Bridge) -> float:
    """The weight of the location looked for, by attention, when its rival is longer."""
    return looked_up(bridge, longer=True)[0][0]


@fact
def rival_by_dot_product_longer(bridge: Bridge) -> float:
    """The weight of the rival, by attention, when it is longer."""
    return looked_up(bridge, longer=True)[0][1]


@fact
def times_longer(bridge: Bridge) -> int:
    """How many times as long the rival is made."""
    return LONGER


@fact
def weight_when_weak(bridge: Bridge) -> float:
    """The weight of the location looked for, by cosine, when β is too small."""
    kept = stored(bridge.run)
    wanted = alike(kept)[0]
    return cosine_lookup(kept[wanted], WEAK, kept)[wanted]


@fact
def weight_when_weak_in_all(bridge: Bridge) -> float:
    """The same over the whole memory."""
    memory = bridge.run.trace.memory_after[LENGTH, 0]
    place = wanted_location(bridge)
    return cosine_lookup(memory[place], WEAK, memory)[place]


@fact
def weak(bridge: Bridge) -> int:
    """A β that is too small."""
    return WEAK


@fact
def difference_as_stored(bridge: Bridge) -> float:
    """The largest difference of the two lookups at the β of the figure, with the vectors as stored."""
    kept = stored(bridge.run)
    query = kept[alike(kept)[0]]
    strength = matching_strength(query, float(kept.norm(dim=-1).mean()))
    return (dot_product_lookup(query, kept) - cosine_lookup(query, strength, kept)).abs().max()


@fact
def controller_sees(bridge: Bridge) -> int:
    """How many numbers the controller sees at a step."""
    return bridge.machine.controller.in_features


@fact
def controller_sees_input(bridge: Bridge) -> int:
    """How many of them are the input: the bits and the channel of the mark."""
    return bridge.run.inputs.shape[-1]


@fact
def controller_hidden(bridge: Bridge) -> int:
    """How many hidden units the controller has."""
    return bridge.machine.controller.out_features


@fact
def numbers_a_head(bridge: Bridge) -> int:
    """How many numbers steer one head: key, β, g, shift, γ."""
    return bridge.machine.steer.out_features // (bridge.machine.read_heads + bridge.machine.write_heads)


@fact
def numbers_to_write(bridge: Bridge) -> int:
    """How many numbers the write head gets besides: what to erase and what to add."""
    return bridge.machine.compose.out_features


@fact
def controller_emits(bridge: Bridge) -> int:
    """How many numbers the controller emits at a step."""
    return bridge.machine.steer.out_features + bridge.machine.compose.out_features


@fact
def shifts(bridge: Bridge) -> int:
    """How many moves the shift distribution tells apart."""
    return len(ntm.SHIFTS)


@fact
def memory_at_start(bridge: Bridge) -> float:
    """The number that fills the memory before the first step."""
    return bridge.machine.initial_state(1).memory.max()


@fact
def bits_in_all(bridge: Bridge) -> int:
    """How many bits a sequence has."""
    return LENGTH * copy.BITS


@fact
def guessing(bridge: Bridge) -> float:
    """How many bits are wrong if one guesses."""
    return bits_in_all(bridge) / 2


@fact
def episodes(bridge: Bridge) -> int:
    """How many pairs of sequences were run."""
    return EPISODES


@fact
def wrong_fresh(bridge: Bridge) -> float:
    """Mean wrong bits of the second sequence after a fresh start."""
    return bridge.seconds[0].wrong["nothing"]


@fact
def wrong_all_left(bridge: Bridge) -> float:
    """Mean wrong bits of the second sequence with everything left in."""
    return bridge.seconds[0].wrong["all"]


@fact
def wrong_memory_left(bridge: Bridge) -> float:
    """Mean wrong bits of the second sequence with the memory left in."""
    return bridge.seconds[0].wrong["memory"]


@fact
def wrong_heads_left(bridge: Bridge) -> float:
    """Mean wrong bits of the second sequence with the weightings left in."""
    return bridge.seconds[0].wrong["heads"]


@fact
def wrong_read_left(bridge: Bridge) -> float:
    """Mean wrong bits of the second sequence with the read vector left in."""
    return bridge.seconds[0].wrong["read"]


@claim
def keys_stay(bridge: Bridge) -> bool:
    """While the decoder writes, no key of a word that it reads changes, in any head of any layer."""
    first = bridge.read_keys[0]
    return all(torch.allclose(keys, first, rtol=0, atol=MILLIONTH) for keys in bridge.read_keys)


@claim
def written_keys_stay(bridge: Bridge) -> bool:
    """A word that it has written gets a key of its own, and that key stays as it is, too."""
    last = bridge.written_keys[-1]
    return all(
        keys.shape[2] == count and torch.allclose(keys, last[:, :, :count], rtol=MILLIONTH, atol=10 * MILLIONTH)
        for count, keys in enumerate(bridge.written_keys, 1)
    )


@claim
def memory_changes(bridge: Bridge) -> bool:
    """At every step of the input the machine rewrites the vector where its write head stands: that vector moves by more than half of its new length, and no other vector moves as far."""
    for run in (*bridge.runs, *bridge.fresh):
        moved = changes(run)[: run.length]
        rewritten = moved.amax(-1) > stored(run).norm(dim=-1) / 2
        if tuple(moved.argmax(-1).tolist()) != run.written or not rewritten.all():
            return False
    return True


@claim
def same_numbers(bridge: Bridge) -> bool:
    """When all stored vectors have the same length, and β = |q|·|k| ÷ √d, both formulas give the same weights, within a millionth."""
    for run in bridge.runs:
        kept = stored(run)
        unit = kept / kept.norm(dim=-1, keepdim=True)
        for memory in (unit, same_length(kept)):
            length = float(memory[0].norm())
            for query in memory:
                by_cosine = cosine_lookup(query, matching_strength(query, length), memory)
                if not torch.allclose(dot_product_lookup(query, memory), by_cosine, rtol=0, atol=MILLIONTH):
                    return False
    return True


@claim
def both_find_it(bridge: Bridge) -> bool:
    """Both find every vector that was shown only once: the largest weight is where it is stored."""
    for run in (*bridge.runs, *bridge.fresh):
        kept, strength = stored(run), float(run.trace.controls.key_strength.max())
        for place, once in enumerate(shown_once(run)):
            found = (dot_product_lookup(kept[place], kept), cosine_lookup(kept[place], strength, kept))
            if once and any(int(weights.argmax()) != place for weights in found):
                return False
    return True


@claim
def cosine_ignores_length(bridge: Bridge) -> bool:
    """Making one stored vector longer changes no weight of the machine's lookup, within a millionth."""
    for run in bridge.runs:
        kept = stored(run)
        for query in kept:
            before, after = (cosine_lookup(query, own_strength(bridge), memory) for memory in (kept, one_longer(kept)))
            if not torch.allclose(before, after, rtol=0, atol=MILLIONTH):
                return False
    return True


@claim
def long_vectors_win(bridge: Bridge) -> bool:
    """Attention, asked for the one, then answers with the other, in all three machines."""
    return all(wins_when_longer(run) for run in bridge.runs)


@claim
def every_part_matters(bridge: Bridge) -> bool:
    """After a fresh start no machine makes a mistake; with any one part left in, each of them gets more than two bits of a sequence wrong on average."""
    parts = ("memory", "heads", "read", "all")
    return all(
        second.wrong["nothing"] == 0 and all(second.wrong[part] > 2 for part in parts) for second in bridge.seconds
    )


@claim
def no_better_than_guessing(bridge: Bridge) -> bool:
    """With everything left in, each machine is as often wrong as a coin, give or take a tenth."""
    return all(abs(second.wrong["all"] / guessing(bridge) - 1) < 0.1 for second in bridge.seconds)


@claim
def reads_elsewhere(bridge: Bridge) -> bool:
    """After a fresh start each machine begins to read where it began to write, in every sequence; with the heads left where they were, in none."""
    return all(second.lost["nothing"] == 0 and second.lost["heads"] == 1 for second in bridge.seconds)
