"""One head at work on one sentence, by hand: every step of its arithmetic, and the mistakes that are easily made."""

from dataclasses import dataclass
from math import exp, sqrt

import torch
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.labelled import VALUE, WEIGHT, Axis, Quantity, recorded
from explainers.models.attention import Attention, Head, attention
from explainers.studies.antecedent import DROPOUT, Story
from explainers.tasks import translation


@dataclass(frozen=True)
class Taken:
    """What one word takes of another: the weight, and the length of the other's value."""

    word: str
    weight: float
    length: float

    @property
    def product(self) -> float:
        """The length of what arrives."""
        return self.weight * self.length


@dataclass(frozen=True)
class Outdone:
    """A word that looks most at one word and takes more of another: the one that it looks at most is outdone."""

    asks: str
    most: Taken
    more: Taken


def learned(story: Story) -> Head:
    """The projections of the chosen head, cut out of those of its layer."""
    layer = story.projections[story.layer]
    size = head_size()
    part = slice(story.head * size, (story.head + 1) * size)
    weights, biases = (layer.w_query, layer.w_key, layer.w_value), (layer.b_query, layer.b_key, layer.b_value)
    return Head(*(weight[part] for weight in weights), *(bias[part] for bias in biases))


def head_size() -> int:
    """d_k: how many numbers a query, a key and a value of one head have."""
    return translation.FEATURES // translation.HEADS


def stepwise(story: Story, scale: float = 1.0) -> Attention:
    """The page's listing, run on the chosen head; `scale` multiplies the query, to undo or to exaggerate the division."""
    trace = story.tired.encoder[story.layer]
    head = learned(story)
    scaled = Head(head.w_query * scale, head.w_key, head.w_value, head.b_query * scale, head.b_key, head.b_value)
    return attention(trace.input[0], scaled, trace.mask[0, story.head])


def undivided(story: Story) -> Float[Tensor, "query key"]:
    """The weights if the scores are not divided by the root of d_k."""
    return stepwise(story, sqrt(head_size())).weights


def most_changed(story: Story) -> int:
    """The place of the word whose largest weight grows most when the scores are not divided."""
    gain = undivided(story).amax(-1) - stepwise(story).weights.amax(-1)
    return int(gain[: story.tired.words.index("</s>")].argmax())


def powers(story: Story) -> Float[Tensor, "word"]:
    """e to the power of each score of “it”, 0 where it may not look."""
    return stepwise(story).masked[story.it].exp()


def second(story: Story) -> int:
    """The place of the word with the second largest weight of “it”."""
    return int(stepwise(story).weights[story.it].argsort(descending=True)[1])


def value_length(story: Story) -> Float[Tensor, "word"]:
    """The length of each word's value, padding left out."""
    return stepwise(story).value[~story.tired.padding].norm(dim=-1)


def outdone(story: Story) -> Outdone:
    """The word for which that is so by the largest factor.

    Raises:
        ValueError: no word of the sentence has such a row in this head.
    """
    words, lengths = story.spoken, value_length(story)
    weights = stepwise(story).weights[: len(words), : len(words)]
    products = weights * lengths
    asks = range(len(words))
    most, more = weights.argmax(-1), products.argmax(-1)
    gain = products[asks, more] / products[asks, most]
    row = int(gain.argmax())
    if gain[row] <= 1:
        raise ValueError("In this head the largest weight hands over most, for every word of the sentence.")
    taken = [Taken(words[place], float(weights[row, place]), float(lengths[place])) for place in (most[row], more[row])]
    return Outdone(words[row], *taken)


def after_dropout(story: Story) -> Float[Tensor, "query key"]:
    """The weights after a dropout, which this model was not trained with: one draw."""
    return stepwise(story).weights * story.kept / (1 - DROPOUT)


def wrong_axis(story: Story) -> Float[Tensor, "word"]:
    """The sums of the words' rows when the softmax runs over the queries instead of the keys."""
    kept = ~story.tired.padding
    return torch.softmax(stepwise(story).scaled[kept][:, kept], dim=0).sum(dim=1)


def without_mask(story: Story) -> float:
    """How much of the weight of “it” goes to padding when the mask is left out."""
    return float(torch.softmax(stepwise(story).scaled[story.it], dim=-1)[story.tired.padding].sum())


def two_weights(low: float, high: float, temperature: float = 1.0) -> tuple[float, float]:
    """The softmax of two scores: e to the power of each score divided by the temperature, divided by their sum."""
    powers = [exp(score / temperature) for score in (low, high)]
    return powers[0] / sum(powers), powers[1] / sum(powers)


# What the head's arithmetic makes of each word, in the order of the listing: its number there, and where it is kept.
VECTORS = {"X": "① X", "query": "② query Q", "key": "② key K", "value": "② value V", "output": "⑦ output: weights · V"}
COMPARED = {"scores": "③ scores QKᵀ", "scaled": "④ scores ÷ √d<sub>k</sub>", "masked": "⑤ after the mask"}


@recorded
def vectors(story: Story, *, which: str) -> xr.DataArray:
    """One of VECTORS: a row of numbers for each word."""
    trace = story.tired.encoder[story.layer]
    values = trace.input[0] if which == "X" else getattr(stepwise(story), which)
    features = labelled.count("feature", values.shape[-1])
    return labelled.array(values, "word feature", VALUE, VECTORS[which], word=labelled.words("", story.tired.words), feature=features)


@recorded
def scores(story: Story) -> xr.DataArray:
    """The three stages of the scores of every two words, on one scale."""
    found, forbidden = stepwise(story), story.tired.encoder[story.layer].mask[0, story.head]
    stages = torch.stack([found.scores, found.scaled, found.scaled])
    masked = torch.stack([torch.zeros_like(forbidden), torch.zeros_like(forbidden), forbidden])
    stage = Axis("", tuple(COMPARED), tuple(COMPARED.values()))
    return labelled.array(stages, "stage query key", VALUE, "{stage}", masked, stage=stage, **pairs(story))


@recorded
def weights(story: Story) -> xr.DataArray:
    """The weights that the softmax makes of them."""
    forbidden = story.tired.encoder[story.layer].mask[0, story.head]
    return labelled.named(stepwise(story), "weights", WEIGHT, "⑥ softmax: weights", forbidden, **pairs(story))


def pairs(story: Story) -> dict[str, Axis]:
    """The words that look, and the words that are looked at."""
    return {"query": labelled.words("query word", story.tired.words), "key": labelled.words("key word", story.tired.words)}


@recorded
def with_and_without_division(story: Story) -> xr.DataArray:
    """The weights of every word, and what they would be if the scores had not been divided."""
    found = torch.stack([stepwise(story).weights, undivided(story)])
    scale = Axis("", ("divided by √dₖ", "not divided"))
    unnamed = {axis: labelled.words("", story.tired.words) for axis in ("query", "key")}
    return labelled.array(found, "scores query key", WEIGHT, "From “{query}” to every word", scores=scale, **unnamed)


@recorded
def taken(story: Story) -> xr.DataArray:
    """What “it” takes of each word: the weight, the length of the word's value, and the two multiplied."""
    row, lengths = story.row(story.tired)[: len(story.spoken)], value_length(story)
    found = torch.stack([row, lengths, row * lengths])
    measure = Axis("", ("weight", "length of the value", "weight × length"))
    return labelled.array(found, "measure word", Quantity(""), "{measure}", measure=measure, word=labelled.words("", story.spoken))
