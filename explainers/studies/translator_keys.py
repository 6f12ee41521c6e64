"""What becomes of the translator's keys while it writes: they are computed anew for every word of the translation."""

from dataclasses import dataclass

import torch
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.labelled import Quantity, recorded
from explainers.models.tracer import trace_attention
from explainers.tasks import translation


@dataclass(frozen=True)
class Keys:
    """The translator's keys of one sentence as its decoder writes.

    Attributes:
        words: that it reads, with the end mark.
        read: `read[n]` are the cross-attention's keys, when the decoder has read n + 1 tokens.
        written: `written[n]` are the keys of the n + 1 tokens themselves.
    """

    words: tuple[str, ...]
    read: tuple[Float[Tensor, "layer head word feature"], ...]
    written: tuple[Float[Tensor, "layer head _ feature"], ...]


@study
@torch.no_grad()
def keys_while_writing(trial: Trial = PUBLISHED) -> Keys:
    """The keys of the sentence of the attention pages, computed from nothing for every length of the translation so far."""
    model, words = translation.trained(), translation.tokenise(translation.SENTENCE)
    source = translation.encode([words])
    fed = translation.shifted(torch.tensor(translation.greedy(model, source)))
    read, written = [], []
    for count in range(1, fed.shape[1] + 1):
        with trace_attention(model) as traces:
            model(input_ids=source, decoder_input_ids=fed[:, :count])
        for kind, found in (("encoder_attn", read), ("self_attn", written)):
            layers = [trace.key[0] for trace in traces if "decoder" in trace.name and trace.name.endswith(kind)]
            found.append(torch.stack(layers))
    return Keys((*words, "</s>"), tuple(read), tuple(written))


@recorded
def moved(keys: Keys) -> xr.DataArray:
    """How far the key of each word that the translator reads moves when it goes on to its next word, from the second one on."""
    changes = torch.stack(keys.read).diff(dim=0).norm(dim=-1)
    return labelled.array(
        changes,
        "time layer head word",
        Quantity("length of the change", "greys", 0),
        "translator: keys",
        time=labelled.count("word that it writes", len(changes), first=2, every=5),
        layer=labelled.count("layer", changes.shape[1]),
        head=labelled.count("head", changes.shape[2]),
        word=labelled.words("word that it reads", keys.words),
    )
