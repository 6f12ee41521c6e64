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
from explainers.tasks.translation import PAD, encode
from explainers.tasks.translation.grammar import Sentence

SENTENCES = 1000
Targets = Callable[[Sentence, int], Sequence[int]]


def spoken_of(sentence: Sentence, place: int, tag: str) -> list[int]:
    """From an article or adjective to the word that it belongs to, where that is a noun, or a pronoun."""
    governor = sentence.governors[place]
    return [governor] if governor is not None and sentence.tags[governor] == tag else []


def said_of(sentence: Sentence, place: int, tag: str) -> list[int]:
    """From a noun, or a pronoun, to the articles and adjectives that belong to it."""
    belong = [other for other, governor in enumerate(sentence.governors) if governor == place]
    return belong if sentence.tags[place] == tag else []


def linked(sentence: Sentence, place: int, start: int | None, end: int | None) -> list[int]:
    """From one known word of the sentence to another, where it has both."""
    return [end] if place == start and end is not None else []


# A pronoun has a noun where that stands in the sentence: "it", but not the "she" of "she sleeps".
PATTERNS: dict[str, Targets] = {
    "previous word": lambda sentence, place: [place - 1] if place else [],
    "next word": lambda sentence, place: [place + 1],
    "the word itself": lambda sentence, place: [place],
    "article, adjective → its noun": lambda sentence, place: spoken_of(sentence, place, "noun"),
    "adjective → its pronoun": lambda sentence, place: spoken_of(sentence, place, "pronoun"),
    "noun → its article, adjectives": lambda sentence, place: said_of(sentence, place, "noun"),
    "pronoun → its adjective": lambda sentence, place: said_of(sentence, place, "pronoun"),
    "pronoun → its noun": lambda sentence, place: linked(sentence, place, sentence.pronoun, sentence.antecedent),
    "main verb → its subject": lambda sentence, place: linked(sentence, place, sentence.verb, sentence.subject),
    "main verb → its object": lambda sentence, place: linked(sentence, place, sentence.verb, sentence.object),
    "full stop and end": lambda sentence, place: [len(sentence.english) - 1, len(sentence.english)],
}


@torch.no_grad()
def shares(model: MarianMTModel, sentences: Sequence[Sentence]) -> Float[Tensor, "pattern layer head"]:
    """The mean weight that each encoder head puts on the targets of each pattern, over all words it applies to.

    Raises:
        ValueError: a pattern applies to no word of these sentences.
    """
    source = encode([sentence.english for sentence in sentences])
    with trace_attention(model) as traces:
        model.get_encoder()(input_ids=source, attention_mask=source != PAD)
    weights = torch.stack([trace.weights for trace in traces])  # layer, sentence, head, query, key
    return torch.stack([_share(weights, sentences, name) for name in PATTERNS])


def _share(weights: Float[Tensor, "layer sentence head query key"], sentences: Sequence[Sentence], name: str) -> Float[Tensor, "layer head"]:
    looks = [
        weights[:, number, :, place, aims].sum(-1)
        for number, sentence in enumerate(sentences)
        for place in range(len(sentence.english))
        if (aims := list(PATTERNS[name](sentence, place)))
    ]
    if not looks:
        raise ValueError(f"“{name}” applies to no word of these {len(sentences)} sentences.")
    return torch.stack(looks).mean(0)
