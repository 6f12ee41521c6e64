"""Multi-head attention, step by step: several looks at one sentence, and what becomes of them."""

from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from jaxtyping import Float
from torch import Tensor

from explainers.kit.build import checkpoint
from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.figure import browser, draw, theme
from explainers.models.attention import MultiHead, Projections, multi_head
from explainers.pages.attention._live import live_model
from explainers.studies import antecedent, patterns
from explainers.tasks import translation
from explainers.tasks.translation.grammar import sentences

MILLIONTH = 1e-6
NAMED = 0.5  # a head has a name if more than this share of its weight follows one pattern
TESTED = 300  # sentences translated again with each head silenced


@dataclass(frozen=True)
class Heads:
    """One sentence, and what was measured of every head of every layer over many sentences.

    `untrained` is the same model before its first training step: each head beside what it was itself. `paired` is what
    is left if the head with the clearest pattern is silenced together with another one of its layer, by that other one.
    """

    story: antecedent.Story
    layers: tuple[MultiHead, ...]
    trained: Float[Tensor, "pattern layer head"]
    untrained: Float[Tensor, "pattern layer head"]
    intact: dict[str, float]
    silenced: dict[tuple[int, int], dict[str, float]]
    paired: dict[tuple[int, int], dict[str, float]]

    @property
    def places(self) -> list[tuple[int, int]]:
        """Every (layer, head), counted from zero."""
        return list(self.silenced)

    @property
    def labels(self) -> list[str]:
        """Every head as the figures call it: layer.head, counted from one."""
        return [label(place) for place in self.places]

    def pattern(self, layer: int, head: int) -> int:
        """The number of the pattern whose share has grown most in training."""
        return int((self.trained[:, layer, head] - self.untrained[:, layer, head]).argmax())

    def share(self, layer: int, head: int) -> float:
        """The share of its weight that the head puts where that pattern says."""
        return float(self.trained[self.pattern(layer, head), layer, head])

    def name(self, layer: int, head: int) -> str:
        """The pattern that a head follows, if it puts more than NAMED of its weight there."""
        clear = self.share(layer, head) > NAMED
        return list(patterns.PATTERNS)[self.pattern(layer, head)] if clear else "no clear pattern"

    @property
    def ranked(self) -> list[tuple[int, int]]:
        """The heads, the one whose pattern has grown most first."""
        return by_gain(self.trained, self.untrained)


def subject() -> Heads:
    """The sentence of the page before, its heads, and the measurements over many sentences."""
    story = antecedent.two_endings()
    many = sentences(patterns.SENTENCES, translation.TEST_SEED)
    heads = story.tired.encoder[0].query.shape[1]
    places = [(layer, head) for layer in range(len(story.tired.encoder)) for head in range(heads)]
    tests = sentences(TESTED, translation.TEST_SEED, "held out nouns")
    trained, untrained = (patterns.shares(model, many) for model in (story.model, antecedent.untrained()))
    clearest = by_gain(trained, untrained)[0]
    others = [place for place in places if place[0] == clearest[0] and place != clearest]
    return Heads(
        story=story,
        layers=tuple(by_hand(story, layer, heads) for layer in range(len(story.tired.encoder))),
        trained=trained,
        untrained=untrained,
        intact=translation.evaluate(story.model, tests),
        silenced={place: translation.evaluate(story.model, tests, [place]) for place in places},
        paired={place: translation.evaluate(story.model, tests, [clearest, place]) for place in others},
    )


def by_gain(trained: torch.Tensor, untrained: torch.Tensor) -> list[tuple[int, int]]:
    """Every (layer, head), the one first whose share of some pattern has grown most in training."""
    gain = (trained - untrained).amax(0)
    places = [(layer, head) for layer in range(gain.shape[0]) for head in range(gain.shape[1])]
    return sorted(places, key=lambda place: -float(gain[place]))


def by_hand(story: antecedent.Story, layer: int, heads: int) -> MultiHead:
    """The page's listing, run on one layer of the model."""
    trace = story.tired.encoder[layer]
    return multi_head(trace.input[0], projections(story, layer), heads, trace.mask[0, 0])


def projections(story: antecedent.Story, layer: int) -> Projections:
    """What an attention layer of the encoder has learned."""
    learned = story.model.get_encoder().layers[layer].self_attn
    parts = (learned.q_proj, learned.k_proj, learned.v_proj, learned.out_proj)
    return Projections(*(part.weight for part in parts), *(part.bias for part in parts))


@figure(live="head-grid")
def all_heads(heads: Heads) -> go.Figure:
    """All heads of the encoder at once, after training, for the sentence about the tired animal. Rows are the words that look, columns the words that are looked at, in the order of the sentence. The brighter a cell, the larger the weight; hatched cells are padding."""
    words = list(heads.story.tired.words)
    blank = [""] * len(words)
    panels = [
        draw.Panel(
            f"{layer + 1}.{head + 1} {heads.name(layer, head)}",
            draw.weights(
                heads.layers[layer].heads.weights[head], blank, blank, heads.story.tired.encoder[layer].mask[0, head]
            ),
            height=150,
        )
        for layer, head in heads.places
    ]
    return browser.with_live(
        draw.panels(panels, 4, 2),
        **live_model(heads.story),
        intact=heads.intact,
        ablations={f"{layer},{head}": result for (layer, head), result in heads.silenced.items()},
        names={f"{layer},{head}": heads.name(layer, head) for layer, head in heads.places},
        tested=TESTED,
        stepper="../dot_product/",
    )


@figure
def what_heads_do(heads: Heads) -> go.Figure:
    """How much of its weight each head puts where a pattern wants it, over many sentences: after training, and the same heads before it."""
    names = list(patterns.PATTERNS)
    flat = {"trained": heads.trained.flatten(1), "before training": heads.untrained.flatten(1)}
    panels = [
        draw.Panel(title, draw.shares(shares, names, heads.labels), x="layer.head", height=200, scale=True)
        for title, shares in flat.items()
    ]
    return draw.panels(panels)


@figure
def from_heads_to_result(heads: Heads) -> go.Figure:
    """The outputs of the heads of one layer, the same numbers side by side, and what the output projection makes of them."""
    layer = heads.layers[heads.story.layer]
    words = list(heads.story.tired.words)
    size = layer.heads.output.shape[-1]
    limit = float(layer.concatenated.abs().max())
    panels = [
        draw.Panel(
            f"head {label((heads.story.layer, head))}",
            draw.values(output, words if head == 0 else [""] * len(words), [""] * size, limit),
            height=200,
        )
        for head, output in enumerate(layer.heads.output)
    ]
    for title, values in (("concatenated", layer.concatenated), ("after W<sub>O</sub>: the result", layer.result)):
        columns = [""] * values.shape[-1]
        panels.append(
            draw.Panel(title, draw.values(values, words, columns), x="feature", height=200, span=2, scale=True)
        )
    return draw.panels(panels, 4, 2)


@figure
def shares(heads: Heads) -> go.Figure:
    """What each head of one layer contributes to the layer's result for “it”. The rows of the heads and the bias add up to the last row."""
    layer, it = heads.layers[heads.story.layer], heads.story.it
    bias = heads.story.model.get_encoder().layers[heads.story.layer].self_attn.out_proj.bias
    rows = torch.stack([*layer.shares[:, it], bias, layer.result[it]])
    names = [f"head {label((heads.story.layer, head))}" for head in range(len(layer.shares))]
    labels = [*names, "bias", "sum = result"]
    panel = draw.Panel("“it”", draw.values(rows, labels, [""] * rows.shape[-1]), x="feature", height=150, scale=True)
    return draw.panels([panel])


@figure
def silenced(heads: Heads) -> go.Figure:
    """The output of one head of the encoder at a time is set to zero, and sentences with noun pairs that never met in training are translated again."""
    labels = ["none", *heads.labels]
    rows = [heads.intact, *heads.silenced.values()]
    panels = [
        draw.Panel(
            title,
            [draw.bars(labels, [100 * row[metric] for row in rows], "", colour)],
            x="silenced head (layer.head)",
            y="percent",
            height=150,
            axes={"y": {"range": [0, 100]}},
        )
        for title, metric, colour in (
            ("Sentences translated exactly", "exact_match", theme.MODEL),
            ("French pronoun right", "pronoun_gender", theme.CONTROL),
        )
    ]
    return draw.panels(panels, 2)


@figure
def one_or_four(heads: Heads) -> go.Figure:
    """What one head and four heads get wrong, with equally many parameters. Bars are means over the seeds, lines go from the lowest to the highest."""
    metrics = {
        "unseen": "exact_match",
        "new adjectives": "exact_match_held_out_adjectives",
        "new noun pairs": "exact_match_held_out_nouns",
        "il, elle": "pronoun_gender_held_out",
    }
    cards = {
        "four heads": checkpoint.read_card("translation"),
        "one head": checkpoint.read_card("translation-one_head"),
    }
    traces = []
    for (name, card), colour in zip(cards.items(), (theme.MODEL, theme.CONTROL), strict=True):
        seeds = [card["across_seeds"][metric]["seeds"] for metric in metrics.values()]
        wrong = [[100 * (1 - value) for value in values] for values in seeds]
        means = [sum(values) / len(values) for values in wrong]
        ends = [(min(values), max(values)) for values in wrong]
        traces.append(draw.bars(list(metrics), means, name, colour, ends))
    return draw.panels([draw.Panel("Wrong, in percent", traces, y="percent", height=180)])


@fact
def heads_in_a_layer(heads: Heads) -> int:
    """How many heads a layer has."""
    return len(heads.layers[0].shares)


@fact
def layers(heads: Heads) -> int:
    """How many layers the encoder has."""
    return len(heads.layers)


@fact
def size(heads: Heads) -> int:
    """How many numbers a query, a key and a value of one head have."""
    return heads.layers[0].heads.query.shape[-1]


@fact
def sentences_measured(heads: Heads) -> int:
    """Over how many sentences the heads were named."""
    return patterns.SENTENCES


@fact
def sentences_translated(heads: Heads) -> int:
    """How many sentences were translated with each head silenced."""
    return TESTED


@fact
def named_heads(heads: Heads) -> int:
    """How many heads put more than half of their weight where one pattern says."""
    return sum(heads.share(*place) > NAMED for place in heads.places)


@fact
def clearest(heads: Heads) -> str:
    """The head whose pattern has grown most in training, as layer.head."""
    return label(heads.ranked[0])


@fact
def clearest_name(heads: Heads) -> str:
    """The pattern of that head."""
    return heads.name(*heads.ranked[0])


@fact
def clearest_share(heads: Heads) -> float:
    """The share of its weight that it puts there, in percent."""
    return 100 * heads.share(*heads.ranked[0])


@fact
def clearest_share_untrained(heads: Heads) -> float:
    """The share that the same head put there before its first training step, in percent."""
    return 100 * share_untrained(heads, heads.ranked[0])


@fact
def second(heads: Heads) -> str:
    """The head that comes next, as layer.head."""
    return label(heads.ranked[1])


@fact
def second_name(heads: Heads) -> str:
    """The pattern of that head."""
    return heads.name(*heads.ranked[1])


@fact
def second_share(heads: Heads) -> float:
    """The share of its weight that it puts there, in percent."""
    return 100 * heads.share(*heads.ranked[1])


@fact
def second_share_untrained(heads: Heads) -> float:
    """The share that the same head put there before its first training step, in percent."""
    return 100 * share_untrained(heads, heads.ranked[1])


@fact
def third(heads: Heads) -> str:
    """The head that comes third, as layer.head."""
    return label(heads.ranked[2])


@fact
def third_share(heads: Heads) -> float:
    """The share of its weight that it puts where its pattern says, in percent."""
    return 100 * heads.share(*heads.ranked[2])


@fact
def most_end_untrained(heads: Heads) -> float:
    """The largest share of any head for the full stop and the end of the sentence before training, in percent."""
    return 100 * heads.untrained[list(patterns.PATTERNS).index("full stop and end")].max()


@fact
def least_end_untrained(heads: Heads) -> float:
    """The smallest such share, in percent."""
    return 100 * heads.untrained[list(patterns.PATTERNS).index("full stop and end")].min()


@fact
def even_end(heads: Heads) -> float:
    """What a head would give to these two places if it looked at all places alike, a mean over the words, in percent."""
    lengths = [len(test.english) for test in sentences(patterns.SENTENCES, translation.TEST_SEED)]
    return 100 * sum(length * 2 / (length + 1) for length in lengths) / sum(lengths)


@fact
def subject_share(heads: Heads) -> float:
    """The largest share of any head for the pattern from the main verb to its subject, in percent."""
    return 100 * heads.trained[list(patterns.PATTERNS).index("main verb → its subject")].max()


@fact
def subject_share_untrained(heads: Heads) -> float:
    """The same before training, in percent."""
    return 100 * heads.untrained[list(patterns.PATTERNS).index("main verb → its subject")].max()


def label(place: tuple[int, int]) -> str:
    """A head as the figures call it: layer.head, counted from one."""
    return f"{place[0] + 1}.{place[1] + 1}"


def share_untrained(heads: Heads, place: tuple[int, int]) -> float:
    """What a head put, before training, where the pattern says that it follows now."""
    return float(heads.untrained[heads.pattern(*place), *place])


@fact
def most_missed(heads: Heads) -> str:
    """The head whose silencing costs most sentences, as layer.head."""
    return label(_most_missed(heads))


@fact
def pronouns_without_most_missed(heads: Heads) -> float:
    """Without that head: contested pronouns with the right gender, in percent."""
    return 100 * heads.silenced[_most_missed(heads)]["pronoun_gender"]


@fact
def pronouns_intact(heads: Heads) -> float:
    """With all heads: contested pronouns with the right gender, in percent."""
    return 100 * heads.intact["pronoun_gender"]


@fact
def clearest_silenced(heads: Heads) -> float:
    """Sentences translated exactly without the head whose pattern is clearest, in percent."""
    return 100 * heads.silenced[heads.ranked[0]]["exact_match"]


@fact
def pronouns_without_clearest(heads: Heads) -> float:
    """Without that head: contested pronouns with the right gender, in percent."""
    return 100 * heads.silenced[heads.ranked[0]]["pronoun_gender"]


@fact
def partner(heads: Heads) -> str:
    """The head of the same layer that is missed most if it is silenced together with that one, as layer.head."""
    return label(_partner(heads))


@fact
def pronouns_without_partner(heads: Heads) -> float:
    """Without that other head alone: contested pronouns with the right gender, in percent."""
    return 100 * heads.silenced[_partner(heads)]["pronoun_gender"]


@fact
def pronouns_without_both(heads: Heads) -> float:
    """Without the two: contested pronouns with the right gender, in percent."""
    return 100 * heads.paired[_partner(heads)]["pronoun_gender"]


@fact
def pronouns_without_other_pair(heads: Heads) -> float:
    """Without the clearest head and another one of its layer, the pair that is missed most after that one: contested pronouns with the right gender, in percent."""
    others = [result for place, result in heads.paired.items() if place != _partner(heads)]
    return 100 * min(result["pronoun_gender"] for result in others)


def _partner(heads: Heads) -> tuple[int, int]:
    return min(heads.paired, key=lambda place: heads.paired[place]["pronoun_gender"])


@fact
def intact_percent(heads: Heads) -> float:
    """Sentences translated exactly with all heads, in percent."""
    return 100 * heads.intact["exact_match"]


@fact
def most_missed_percent(heads: Heads) -> float:
    """Sentences translated exactly without the head that is missed most, in percent."""
    return 100 * heads.silenced[_most_missed(heads)]["exact_match"]


@fact
def least_missed(heads: Heads) -> str:
    """The head whose silencing costs fewest sentences, as layer.head, or the heads if several cost as few."""
    most = max(result["exact_match"] for result in heads.silenced.values())
    return " or ".join(label(place) for place, result in heads.silenced.items() if result["exact_match"] == most)


@fact
def least_missed_percent(heads: Heads) -> float:
    """Sentences translated exactly without one of the heads that are missed least, in percent."""
    return 100 * max(result["exact_match"] for result in heads.silenced.values())


def _most_missed(heads: Heads) -> tuple[int, int]:
    return min(heads.places, key=lambda place: heads.silenced[place]["exact_match"])


@fact
def pronouns_four_heads(heads: Heads) -> float:
    """Mean over seeds with four heads: the French pronoun right for new noun pairs, in percent."""
    return 100 * across_seeds("translation", "pronoun_gender_held_out")["mean"]


@fact
def pronouns_one_head(heads: Heads) -> float:
    """Mean over seeds with one head: the French pronoun right for new noun pairs, in percent."""
    return 100 * across_seeds("translation-one_head", "pronoun_gender_held_out")["mean"]


@fact
def worst_four_heads(heads: Heads) -> float:
    """The same, the worst seed with four heads."""
    return 100 * min(across_seeds("translation", "pronoun_gender_held_out")["seeds"])


@fact
def best_one_head(heads: Heads) -> float:
    """The same, the best seed with one head."""
    return 100 * max(across_seeds("translation-one_head", "pronoun_gender_held_out")["seeds"])


@fact
def ordinary_four_heads(heads: Heads) -> float:
    """Mean over seeds with four heads: ordinary sentences translated exactly, in percent."""
    return 100 * across_seeds("translation", "exact_match")["mean"]


@fact
def ordinary_one_head(heads: Heads) -> float:
    """Mean over seeds with one head: ordinary sentences translated exactly, in percent."""
    return 100 * across_seeds("translation-one_head", "exact_match")["mean"]


@fact
def seeds(heads: Heads) -> int:
    """From how many seeds each of the two was trained."""
    return len(across_seeds("translation", "exact_match")["seeds"])


def across_seeds(name: str, metric: str) -> dict:
    """A metric of a checkpoint's card: its mean, and its value for each seed."""
    return checkpoint.read_card(name)["across_seeds"][metric]


@claim
def shares_add_up(heads: Heads) -> bool:
    """The shares of the heads and the bias add up to the result, for every word and every feature."""
    encoder = heads.story.model.get_encoder()
    return all(
        torch.allclose(ours.shares.sum(0) + layer.self_attn.out_proj.bias, ours.result, rtol=0, atol=1e-5)
        for ours, layer in zip(heads.layers, encoder.layers, strict=True)
    )


@claim
def agrees_with_the_library(heads: Heads) -> bool:
    """The listing gives what the transformers library computes, within a millionth, in every layer of the encoder."""
    return all(
        torch.allclose(ours.result, trace.output[0], rtol=MILLIONTH, atol=MILLIONTH)
        and torch.allclose(ours.heads.weights, trace.weights[0], rtol=MILLIONTH, atol=MILLIONTH)
        for ours, trace in zip(heads.layers, heads.story.tired.encoder, strict=True)
    )


@claim
def agrees_with_torch(heads: Heads) -> bool:
    """With the same weights, torch.nn.MultiheadAttention gives the same result, within a millionth."""
    return all(
        torch.allclose(ours.result, in_torch(heads.story, layer), rtol=MILLIONTH, atol=MILLIONTH)
        for layer, ours in enumerate(heads.layers)
    )


def in_torch(story: antecedent.Story, layer: int) -> Float[Tensor, "word width"]:
    """The result of a layer as PyTorch's own module computes it."""
    trace, learned = story.tired.encoder[layer], story.model.get_encoder().layers[layer].self_attn
    module = torch.nn.MultiheadAttention(trace.input.shape[-1], trace.query.shape[1], batch_first=True).eval()
    joined = (learned.q_proj, learned.k_proj, learned.v_proj)
    with torch.no_grad():
        module.in_proj_weight.copy_(torch.cat([part.weight for part in joined]))
        module.in_proj_bias.copy_(torch.cat([part.bias for part in joined]))
        module.out_proj.weight.copy_(learned.out_proj.weight)
        module.out_proj.bias.copy_(learned.out_proj.bias)
        return module(trace.input, trace.input, trace.input, key_padding_mask=story.tired.padding[None])[0][0]


@claim
def training_makes_the_heads_differ(heads: Heads) -> bool:
    """Before training, none of these heads followed any of the patterns half as clearly as the clearest head does now."""
    return bool(heads.untrained.max() < heads.trained.max() / 2)


@claim
def stand_in_for_each_other(heads: Heads) -> bool:
    """Without both, more pronouns are lost than without the one and without the other added up. With any other head of that layer as the second, that surplus is less than half as large."""
    surplus = lost_on_top(heads, _partner(heads))
    others = [lost_on_top(heads, place) for place in heads.paired if place != _partner(heads)]
    return surplus > 0 and all(other < surplus / 2 for other in others)


def lost_on_top(heads: Heads, place: tuple[int, int]) -> float:
    """The share of pronouns lost without the clearest head and this one, beyond what is lost without each of them alone."""
    one, other = heads.silenced[heads.ranked[0]], heads.silenced[place]
    intact, one, other, both = (
        result["pronoun_gender"] for result in (heads.intact, one, other, heads.paired[place])
    )
    return one + other - intact - both


@claim
def numbers_mean_nothing(heads: Heads) -> bool:
    """Put a layer's heads into another order, each with its piece of the output projection, and the layer's result stays the same."""
    return all(
        torch.allclose(reversed_heads(heads.story, layer), ours.result, rtol=0, atol=1e-5)
        for layer, ours in enumerate(heads.layers)
    )


def reversed_heads(story: antecedent.Story, layer: int) -> Float[Tensor, "word width"]:
    """The result of a layer whose last head comes first."""
    trace, learned = story.tired.encoder[layer], projections(story, layer)
    heads = trace.query.shape[1]
    rows = torch.arange(learned.w_query.shape[0]).unflatten(0, (heads, -1)).flip(0).flatten()
    turned = Projections(
        *(weight[rows] for weight in (learned.w_query, learned.w_key, learned.w_value)),
        learned.w_output[:, rows],
        *(bias[rows] for bias in (learned.b_query, learned.b_key, learned.b_value)),
        learned.b_output,
    )
    return multi_head(trace.input[0], turned, heads, trace.mask[0, 0]).result


@claim
def heads_cost_nothing(heads: Heads) -> bool:
    """The model with one head a layer has exactly as many parameters as the model with four."""
    models = [translation.trained(name) for name in ("translation", "translation-one_head")]
    counts = {sum(parameter.numel() for parameter in model.parameters()) for model in models}
    widths = {model.config.encoder_attention_heads for model in models}
    return len(counts) == 1 and len(widths) == 2
