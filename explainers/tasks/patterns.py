"""What each head of the translation encoder looks at, measured over many sentences whose grammar is known.

A pattern names, for every word it applies to, the words that the head would have to look at. A head's share of a
pattern is the mean weight that it puts there. (After Voita et al. 2019 and Clark et al. 2019, who name heads this way.)
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from transformers import MarianMTModel

from explainers.models.tracer import trace_attention
from explainers.tasks.grammar import Sentence
from explainers.tasks.translation import PAD, encode

SENTENCES = 1000
Targets = Callable[[Sentence, int], Sequence[int]]


def parts_of(sentence: Sentence, noun: int) -> list[int]:
    """The places of the articles and adjectives of a noun."""
    return [place for place, governor in enumerate(sentence.governors) if governor == noun]


def governor(sentence: Sentence, place: int) -> list[int]:
    """The place of the noun that an article or adjective belongs to."""
    return [] if sentence.governors[place] is None else [sentence.governors[place]]


def complement(sentence: Sentence, place: int) -> list[int]:
    """From the pronoun to the adjective that is said of it: the last adjective of the sentence."""
    adjectives = [other for other, tag in enumerate(sentence.tags) if tag == "adjective"]
    return [adjectives[-1]] if place == sentence.pronoun and adjectives and adjectives[-1] > place else []


PATTERNS: dict[str, Targets] = {
    "previous word": lambda sentence, place: [place - 1] if place else [],
    "next word": lambda sentence, place: [place + 1],
    "the word itself": lambda sentence, place: [place],
    "article, adjective → noun": governor,
    "noun → its article, adjectives": parts_of,
    "verb → subject": lambda sentence, place: [sentence.subject] if place == sentence.verb else [],
    "verb → object": lambda sentence, place: [sentence.object] if place == sentence.verb and sentence.object else [],
    "pronoun → its noun": lambda sentence, place: [sentence.antecedent] if place == sentence.pronoun else [],
    "pronoun → its adjective": complement,
    "end of sentence": lambda sentence, place: [len(sentence.english) - 1, len(sentence.english)],
}


@torch.no_grad()
def shares(model: MarianMTModel, sentences: Sequence[Sentence]) -> Float[Tensor, "pattern layer head"]:
    """The mean weight that each encoder head puts on the targets of each pattern, over all words it applies to."""
    source = encode([sentence.english for sentence in sentences])
    with trace_attention(model) as traces:
        model.get_encoder()(input_ids=source, attention_mask=source != PAD)
    weights = torch.stack([trace.weights for trace in traces])  # layer, sentence, head, query, key
    return torch.stack([_share(weights, sentences, targets) for targets in PATTERNS.values()])


def _share(
    weights: Float[Tensor, "layer sentence head query key"], sentences: Sequence[Sentence], targets: Targets
) -> Float[Tensor, "layer head"]:
    looks = [
        weights[:, number, :, place, aims].sum(-1)
        for number, sentence in enumerate(sentences)
        for place in range(len(sentence.english))
        if (aims := list(targets(sentence, place)))
    ]
    return torch.stack(looks).mean(0)
