"""Multi-head attention, step by step: several looks at one sentence, and what becomes of them."""

from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from jaxtyping import Float
from torch import Tensor

from explainers.kit import checkpoint, draw, live, theme
from explainers.kit.marks import claim, fact, figure
from explainers.models.attention import MultiHead, Projections, multi_head
from explainers.pages.attention import dot_product
from explainers.tasks import patterns, translation

MILLIONTH = 1e-6
TESTED = 300  # sentences translated again with each head silenced


@dataclass(frozen=True)
class Heads:
    """One sentence, and what was measured of every head of every layer over many sentences."""

    story: dot_product.Story
    layers: tuple[MultiHead, ...]
    trained: Float[Tensor, "pattern layer head"]
    untrained: Float[Tensor, "pattern layer head"]
    intact: dict[str, float]
    silenced: dict[tuple[int, int], dict[str, float]]

    @property
    def places(self) -> list[tuple[int, int]]:
        """Every (layer, head), counted from zero."""
        return list(self.silenced)

    @property
    def labels(self) -> list[str]:
        """Every head as the figures call it: layer.head, counted from one."""
        return [f"{layer + 1}.{head + 1}" for layer, head in self.places]

    def name(self, layer: int, head: int) -> str:
        """The pattern that a head follows most, beyond what a head without training does."""
        gain = self.trained[:, layer, head] - self.untrained[:, layer, head]
        return list(patterns.PATTERNS)[int(gain.argmax())]


def subject() -> Heads:
    """The sentence of the page before, its heads, and the measurements over many sentences."""
    story = dot_product.subject()
    many = translation.sentences(patterns.SENTENCES, translation.TEST_SEED)
    heads = story.tired.encoder[0].query.shape[1]
    places = [(layer, head) for layer in range(len(story.tired.encoder)) for head in range(heads)]
    tests = translation.sentences(TESTED, translation.TEST_SEED, "held out nouns")
    return Heads(
        story=story,
        layers=tuple(by_hand(story, layer, heads) for layer in range(len(story.tired.encoder))),
        trained=patterns.shares(story.model, many),
        untrained=patterns.shares(translation.build(translation.SEEDS[0]).eval(), many),
        intact=translation.evaluate(story.model, tests),
        silenced={place: translation.evaluate(story.model, tests, [place]) for place in places},
    )


def by_hand(story: dot_product.Story, layer: int, heads: int) -> MultiHead:
    """The page's listing, run on one layer of the model."""
    trace, learned = story.tired.encoder[layer], story.model.get_encoder().layers[layer].self_attn
    projections = (learned.q_proj, learned.k_proj, learned.v_proj, learned.out_proj)
    weights = Projections(*(p.weight for p in projections), *(p.bias for p in projections))
    return multi_head(trace.input[0], weights, heads, trace.mask[0, 0])


@figure(live="head-grid")
def all_heads(heads: Heads) -> go.Figure:
    """All heads of all layers at once. Rows are the words that look, columns the words that are looked at, in the order of the sentence."""
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
    return live.with_live(
        draw.panels(panels, 4, 2),
        **dot_product.live_model(heads.story),
        intact=heads.intact,
        ablations={f"{layer},{head}": result for (layer, head), result in heads.silenced.items()},
        names={f"{layer},{head}": heads.name(layer, head) for layer, head in heads.places},
        stepper="../dot_product/",
    )


@figure
def what_heads_do(heads: Heads) -> go.Figure:
    """How much of its weight each head puts where a pattern wants it, over a thousand sentences, trained and untrained."""
    names = list(patterns.PATTERNS)
    flat = {"trained": heads.trained.flatten(1), "never trained": heads.untrained.flatten(1)}
    panels = [
        draw.Panel(title, draw.shares(shares, names, heads.labels), x="layer.head", height=200, scale=True)
        for title, shares in flat.items()
    ]
    return draw.panels(panels)


@figure
def from_heads_to_result(heads: Heads) -> go.Figure:
    """The heads' outputs, the same numbers side by side, and what the output projection makes of them."""
    layer = heads.layers[heads.story.layer]
    words = list(heads.story.tired.words)
    size = layer.heads.output.shape[-1]
    limit = float(layer.concatenated.abs().max())
    panels = [
        draw.Panel(
            f"head {head + 1}",
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
    """What each head contributes to the new vector of “it”. The rows of the heads and the bias add up to the last row."""
    layer, it = heads.layers[heads.story.layer], heads.story.it
    bias = heads.story.model.get_encoder().layers[heads.story.layer].self_attn.out_proj.bias
    rows = torch.stack([*layer.shares[:, it], bias, layer.result[it]])
    labels = [f"head {head + 1}" for head in range(len(layer.shares))] + ["bias", "sum = result"]
    panel = draw.Panel("“it”", draw.values(rows, labels, [""] * rows.shape[-1]), x="feature", height=150, scale=True)
    return draw.panels([panel])


@figure
def silenced(heads: Heads) -> go.Figure:
    """One head at a time is set to zero, and sentences with noun pairs that never met in training are translated again."""
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
            ("“il” or “elle” right", "pronoun_gender", theme.QUERY),
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
def clearest(heads: Heads) -> str:
    """The head that follows a pattern more clearly than any other, as layer.head."""
    return heads.labels[heads.places.index(_clearest(heads))]


@fact
def clearest_name(heads: Heads) -> str:
    """The pattern of that head."""
    return heads.name(*_clearest(heads))


@fact
def clearest_share(heads: Heads) -> float:
    """The share of its weight that it puts there, in percent."""
    return 100 * heads.trained[_pattern(heads), *_clearest(heads)]


@fact
def clearest_share_untrained(heads: Heads) -> float:
    """The share that the same head of a model without training puts there, in percent."""
    return 100 * heads.untrained[_pattern(heads), *_clearest(heads)]


def _clearest(heads: Heads) -> tuple[int, int]:
    gains = {place: float((heads.trained - heads.untrained)[:, *place].max()) for place in heads.places}
    return max(gains, key=gains.get)


def _pattern(heads: Heads) -> int:
    return list(patterns.PATTERNS).index(clearest_name(heads))


@fact
def most_missed(heads: Heads) -> str:
    """The head whose silencing costs most sentences, as layer.head."""
    return heads.labels[heads.places.index(_most_missed(heads))]


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
    """The head whose silencing costs fewest sentences, as layer.head."""
    return heads.labels[heads.places.index(_least_missed(heads))]


@fact
def least_missed_percent(heads: Heads) -> float:
    """Sentences translated exactly without the head that is missed least, in percent."""
    return 100 * heads.silenced[_least_missed(heads)]["exact_match"]


def _most_missed(heads: Heads) -> tuple[int, int]:
    return min(heads.places, key=lambda place: heads.silenced[place]["exact_match"])


def _least_missed(heads: Heads) -> tuple[int, int]:
    return max(heads.places, key=lambda place: heads.silenced[place]["exact_match"])


@fact
def pronouns_four_heads(heads: Heads) -> float:
    """Mean over seeds with four heads: il or elle right for new noun pairs, in percent."""
    return 100 * checkpoint.read_card("translation")["across_seeds"]["pronoun_gender_held_out"]["mean"]


@fact
def pronouns_one_head(heads: Heads) -> float:
    """Mean over seeds with one head: il or elle right for new noun pairs, in percent."""
    return 100 * checkpoint.read_card("translation-one_head")["across_seeds"]["pronoun_gender_held_out"]["mean"]


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
    """The listing gives what the transformers library computes, within a millionth, in every layer."""
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


def in_torch(story: dot_product.Story, layer: int) -> Float[Tensor, "word width"]:
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
    """The untrained control follows no pattern half as clearly as the clearest trained head."""
    return bool(heads.untrained.max() < heads.trained.max() / 2)
