"""All heads of the trained translator's encoder: on one sentence by hand, and over many sentences what each does and how it is missed."""

from dataclasses import dataclass

import torch
import xarray as xr
from jaxtyping import Float, Int
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.labelled import PERCENT, SHARE, VALUE, WEIGHT, Axis, Quantity, recorded
from explainers.models.attention import MultiHead, Projections, multi_head
from explainers.studies import antecedent, curves, one_head, patterns
from explainers.tasks import translation
from explainers.tasks.translation.grammar import sentences

NAMED = 0.5  # a head has a name if more than this share of its weight follows one pattern
TESTED = 300  # sentences translated again with each head silenced
Place = tuple[int, int]  # layer and head, counted from zero


@dataclass(frozen=True)
class Heads:
    """One sentence, and what was measured of every head of every layer over many sentences.

    Attributes:
        layers: the listing of the page, run on each layer for the sentence.
        trained: each head's share of each pattern.
        untrained: the same before the first training step: each head beside what it was itself.
        lengths: how many words the sentences have over which that was measured.
        intact: which shares of other sentences and of their pronouns come out right with all heads.
        silenced: the same with one head silenced.
        clearest: the head whose pattern has grown most in training.
        paired: what is left if the clearest head is silenced together with another one of its layer, by that other one.
        partner: that other one, where least pronouns are left. A fresh trial keeps the clearest head and the partner of the published one.
    """

    story: antecedent.Story
    layers: tuple[MultiHead, ...]
    trained: Float[Tensor, "pattern layer head"]
    untrained: Float[Tensor, "pattern layer head"]
    lengths: Int[Tensor, "sentence"]
    intact: dict[str, float]
    silenced: dict[Place, dict[str, float]]
    clearest: Place
    paired: dict[Place, dict[str, float]]
    partner: Place

    @property
    def places(self) -> list[Place]:
        """Every (layer, head), counted from zero."""
        return list(self.silenced)

    @property
    def labels(self) -> list[str]:
        """Every head as the figures call it."""
        return [label(place) for place in self.places]

    def pattern(self, layer: int, head: int) -> int:
        """The number of the pattern whose share has grown most in training."""
        return int((self.trained[:, layer, head] - self.untrained[:, layer, head]).argmax())

    def share(self, layer: int, head: int) -> float:
        """The share of its weight that the head puts where that pattern says."""
        return float(self.trained[self.pattern(layer, head), layer, head])

    def share_untrained(self, layer: int, head: int) -> float:
        """What the head put, before training, where the pattern says that it follows now."""
        return float(self.untrained[self.pattern(layer, head), layer, head])

    def name(self, layer: int, head: int) -> str:
        """The pattern that a head follows, if it puts more than NAMED of its weight there."""
        clear = self.share(layer, head) > NAMED
        return list(patterns.PATTERNS)[self.pattern(layer, head)] if clear else "no clear pattern"

    @property
    def ranked(self) -> list[Place]:
        """The heads, the one whose pattern has grown most first."""
        return by_gain(self.trained, self.untrained)

    @property
    def most_missed(self) -> Place:
        """The head whose silencing costs most sentences."""
        return min(self.places, key=lambda place: self.silenced[place]["exact_match"])

    def lost_on_top(self, place: Place) -> float:
        """The share of pronouns lost without the clearest head and this one, beyond what is lost without each of them alone."""
        results = (self.intact, self.silenced[self.clearest], self.silenced[place], self.paired[place])
        intact, one, other, both = (result["pronoun_gender"] for result in results)
        return one + other - intact - both


@study
def all_heads(trial: Trial = PUBLISHED) -> Heads:
    """The sentence with two endings, its heads, and the measurements over many sentences."""
    story, model = antecedent.two_endings(trial), translation.trained()
    many = sentences(patterns.SENTENCES, trial.seed(translation.TEST_SEED, "multi_head, patterns"))
    tests = sentences(TESTED, trial.seed(translation.TEST_SEED, "multi_head, silenced heads"), "held out nouns")
    heads = story.tired.encoder[0].query.shape[1]
    places = [(layer, head) for layer in range(len(story.tired.encoder)) for head in range(heads)]
    trained, untrained = (patterns.shares(each, many) for each in (model, antecedent.untrained()))
    named = all_heads() if trial.fresh is not None and not trial.untrained else None  # the heads that the page names; random ones are chosen anew
    clearest = named.clearest if named else by_gain(trained, untrained)[0]
    others = [place for place in places if place[0] == clearest[0] and place != clearest]
    paired = {place: translation.evaluate(model, tests, [clearest, place]) for place in others}
    return Heads(
        story=story,
        layers=tuple(by_hand(story, layer) for layer in range(len(story.tired.encoder))),
        trained=trained,
        untrained=untrained,
        lengths=torch.tensor([len(test.english) for test in many]),
        intact=translation.evaluate(model, tests),
        silenced={place: translation.evaluate(model, tests, [place]) for place in places},
        clearest=clearest,
        paired=paired,
        partner=named.partner if named else min(paired, key=lambda place: paired[place]["pronoun_gender"]),
    )


def label(place: Place) -> str:
    """A head as the figures call it: layer.head, counted from one."""
    return f"{place[0] + 1}.{place[1] + 1}"


def by_gain(trained: Float[Tensor, "pattern layer head"], untrained: Float[Tensor, "pattern layer head"]) -> list[Place]:
    """Every (layer, head), the one first whose share of some pattern has grown most in training."""
    gain = (trained - untrained).amax(0)
    places = [(layer, head) for layer in range(gain.shape[0]) for head in range(gain.shape[1])]
    return sorted(places, key=lambda place: -float(gain[place]))


def by_hand(story: antecedent.Story, layer: int) -> MultiHead:
    """The page's listing, run on one layer of the model."""
    trace = story.tired.encoder[layer]
    return multi_head(trace.input[0], story.projections[layer], trace.query.shape[1], trace.mask[0, 0])


def reversed_heads(story: antecedent.Story, layer: int) -> Float[Tensor, "word width"]:
    """The result of a layer whose last head comes first."""
    trace, learned = story.tired.encoder[layer], story.projections[layer]
    heads = trace.query.shape[1]
    rows = torch.arange(learned.w_query.shape[0]).unflatten(0, (heads, -1)).flip(0).flatten()
    turned = Projections(
        *(weight[rows] for weight in (learned.w_query, learned.w_key, learned.w_value)),
        learned.w_output[:, rows],
        *(bias[rows] for bias in (learned.b_query, learned.b_key, learned.b_value)),
        learned.b_output,
    )
    return multi_head(trace.input[0], turned, heads, trace.mask[0, 0]).result


@torch.no_grad()
def in_torch(story: antecedent.Story, layer: int) -> Float[Tensor, "word width"]:
    """The result of a layer as PyTorch's own module computes it."""
    trace, learned = story.tired.encoder[layer], story.projections[layer]
    module = torch.nn.MultiheadAttention(trace.input.shape[-1], trace.query.shape[1], batch_first=True).eval()
    module.in_proj_weight.copy_(torch.cat([learned.w_query, learned.w_key, learned.w_value]))
    module.in_proj_bias.copy_(torch.cat([learned.b_query, learned.b_key, learned.b_value]))
    module.out_proj.weight.copy_(learned.w_output)
    module.out_proj.bias.copy_(learned.b_output)
    return module(trace.input, trace.input, trace.input, key_padding_mask=story.tired.padding[None])[0][0]


# What becomes of the heads' outputs in a layer; what is counted when a head is silenced; what the models with four heads and with one get wrong.
JOINED = {"concatenated": "concatenated", "result": "after W<sub>O</sub>: the result"}
COUNTED = {"exact_match": "Sentences translated exactly", "pronoun_gender": "French pronoun right"}
ONE_HEAD = "translation-one_head"
WRONG = {
    "unseen": "exact_match",
    "new adjectives": "exact_match_held_out_adjectives",
    "new noun pairs": "exact_match_held_out_nouns",
    "il, elle": "pronoun_gender_held_out",
}


@recorded
def weights(heads: Heads) -> xr.DataArray:
    """The weights of every head, for the sentence of the page."""
    return labelled.array(
        torch.cat([layer.heads.weights for layer in heads.layers]),
        "head query key",
        WEIGHT,
        "{head}",
        torch.cat([trace.mask[0] for trace in heads.story.tired.encoder]),
        head=Axis("", heads.labels, [f"{label(place)} {heads.name(*place)}" for place in heads.places]),
        **one_head.pairs(heads.story),
    )


@recorded
def followed(heads: Heads) -> xr.DataArray:
    """Every head's share of every pattern, after training and before it."""
    return labelled.array(
        torch.stack([heads.trained, heads.untrained]).flatten(2),
        "model pattern head",
        SHARE,
        "{model}",
        model=Axis("", ("trained", "before training")),
        pattern=Axis("", tuple(patterns.PATTERNS)),
        head=Axis("layer.head", heads.labels),
    )


@recorded
def outputs(heads: Heads) -> xr.DataArray:
    """The outputs of the heads of the layer that the page looks at."""
    output = heads.layers[heads.story.layer].heads.output
    return labelled.array(
        output,
        "head word feature",
        VALUE,
        "head {head}",
        head=Axis("", [label(place) for place in heads.places if place[0] == heads.story.layer]),
        word=labelled.words("", heads.story.tired.words),
        feature=labelled.count("feature", output.shape[-1]),
    )


@recorded
def joined(heads: Heads, *, which: str) -> xr.DataArray:
    """One of JOINED, in that layer."""
    layer = heads.layers[heads.story.layer]
    width = labelled.count("feature", layer.result.shape[-1])
    return labelled.named(layer, which, VALUE, JOINED[which], word=labelled.words("", heads.story.tired.words), width=width)


@recorded
def parts_of_it(heads: Heads) -> xr.DataArray:
    """What each head of that layer and the bias give to the result for “it”, and their sum."""
    layer, it = heads.layers[heads.story.layer], heads.story.it
    rows = torch.stack([*layer.shares[:, it], heads.story.projections[heads.story.layer].b_output, layer.result[it]])
    names = [f"head {label(place)}" for place in heads.places if place[0] == heads.story.layer]
    part = Axis("", [*names, "bias", "sum"], [*names, "bias", "sum = result"])
    return labelled.array(rows, "part feature", VALUE, "“it”", part=part, feature=labelled.count("feature", rows.shape[-1]))


@recorded
def right_when_silenced(heads: Heads) -> xr.DataArray:
    """What comes out right with all heads, and with each one silenced."""
    results = [heads.intact, *heads.silenced.values()]
    return labelled.array(
        [[100 * result[measure] for result in results] for measure in COUNTED],
        "measure silenced",
        PERCENT,
        "{measure}",
        measure=Axis("", tuple(COUNTED), tuple(COUNTED.values())),
        silenced=Axis("silenced head (layer.head)", ["none", *heads.labels]),
    )


@recorded
def wrong_with_one_or_four() -> xr.DataArray:
    """What the models with four heads a layer and with one get wrong, from each seed."""
    models = {"four heads": ("translation", translation.SEEDS), "one head": (ONE_HEAD, translation.SEEDS)}
    metrics = {name: (metric, lambda right: 100 * (1 - right)) for name, metric in WRONG.items()}
    return curves.across_seeds(models, metrics, Quantity("percent", "weights", 0), "Wrong, in percent", "")
