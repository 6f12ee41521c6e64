"""A small causal transformer that answers step by step: what the machines with a memory are compared with.

The layers are those of the transformers library's Llama: attention that looks back only, then a gated layer, each with a norm before it.
Learned positions would end at the longest sequence of training, so there are none here. POSITIONS names the choices that have no end.
"""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from transformers import LlamaConfig, LlamaModel

# rotary: queries and keys are turned by the number of the step (Su et al. 2021). sinusoidal: waves are added to the input (Vaswani et al.
# 2017, section 3.5). none: the mask alone tells early from late.
POSITIONS = ("rotary", "sinusoidal", "none")
SLOWEST = 10_000  # the wavelengths of both kinds go up to 2π times this


class SmallTransformer(nn.Module):
    """Linear input, layers of LlamaModel, linear output. Its memory is everything that it has seen."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        width: int = 32,
        between: int = 64,
        heads: int = 4,
        layers: int = 2,
        positions: str = "rotary",
    ):
        """Random weights from torch's generator: seed it to get the same network.

        Args:
            between: size of the gated layer.
            positions: one of POSITIONS.
        """
        super().__init__()
        self.positions = positions
        self.see = nn.Linear(inputs, width)
        self.decoder = LlamaModel(
            LlamaConfig(
                vocab_size=1,
                bos_token_id=None,
                eos_token_id=None,
                hidden_size=width,
                intermediate_size=between,
                num_hidden_layers=layers,
                num_attention_heads=heads,
                initializer_range=1 / math.sqrt(width),
                rope_parameters={"rope_type": "default", "rope_theta": float(SLOWEST)},
            )
        )
        self.decoder.embed_tokens = nn.Identity()  # vectors go in, not words
        if positions != "rotary":
            # Turning at speed zero. Equal position numbers instead would say to the library that every step is a sequence of its own.
            self.decoder.rotary_emb.inv_freq.zero_()
        self.emit = nn.Linear(width, outputs)

    def predict(self, inputs: Float[Tensor, "time batch input"]) -> Float[Tensor, "time batch output"]:
        """The logits of an episode."""
        seen = self.see(inputs.transpose(0, 1))
        if self.positions == "sinusoidal":
            seen = seen + waves(torch.arange(len(inputs)), seen.shape[-1])
        found = self.decoder(inputs_embeds=seen, use_cache=False)
        return self.emit(found.last_hidden_state).transpose(0, 1)


def waves(steps: Int[Tensor, "time"], width: int) -> Float[Tensor, "time width"]:
    """Sines and cosines of the number of the step, from fast to slow (Vaswani et al. 2017, section 3.5)."""
    speeds = SLOWEST ** (-torch.arange(0, width, 2) / width)
    angles = steps[:, None] * speeds
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)
