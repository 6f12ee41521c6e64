"""Records what happens inside the attention of any model of the transformers library, version 5.

The library lets the attention function be chosen by name. We register one that computes what the library's own
eager function computes, and writes every intermediate value down; no code of the library is changed.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.masking_utils import eager_mask

TRACED = "traced"


@dataclass(frozen=True)
class AttentionTrace:
    """One call of one attention module, with every value on the way from its input to its output.

    Scaled dot-product attention, Vaswani et al. 2017, eq. 1. Where several query heads share a key and a value
    (grouped queries), these are repeated for each of them. `bias` is what the model adds to the scaled scores
    (T5's relative positions). `mask` is true where a key may not be seen: there `masked` is minus infinity and
    `weights` is exactly 0. `heads` is each head's weighted sum of the values. `output` is what the module returns:
    after the output projection, or before it where that belongs to another module (BERT).
    """

    name: str
    input: Float[Tensor, "batch query model"]
    query: Float[Tensor, "batch head query feature"]
    key: Float[Tensor, "batch head key feature"]
    value: Float[Tensor, "batch head key feature"]
    scores: Float[Tensor, "batch head query key"]
    scaling: float
    scaled: Float[Tensor, "batch head query key"]
    bias: Float[Tensor, "#batch head query key"] | None
    mask: Bool[Tensor, "batch head query key"]
    masked: Float[Tensor, "batch head query key"]
    weights: Float[Tensor, "batch head query key"]
    heads: Float[Tensor, "batch head query feature"]
    output: Float[Tensor, "batch query width"]


@contextlib.contextmanager
def trace_attention(model: PreTrainedModel) -> Iterator[list[AttentionTrace]]:
    """Record every attention call of a model of the transformers library.

    Use it as `with trace_attention(model) as traces: model(...)`; the list holds one trace a call, in order.
    Gradients flow through the recorded values, unless the caller switches them off.

    Raises:
        ValueError: the model is in training mode (dropout would make weights that are no weights), its attention
            cannot be chosen, or a query is allowed to see nothing at all.
    """
    if model.training:
        raise ValueError(
            f"{type(model).__name__} is in training mode, where dropout spoils the weights. Call model.eval() first."
        )
    traces, names = [], {module: name for name, module in model.named_modules()}
    calls: dict[nn.Module, dict] = {}

    def finish(module, arguments, keywords, result):
        if module in calls:
            source = arguments[0] if arguments else keywords["hidden_states"]
            output = result[0] if isinstance(result, tuple) else result
            traces.append(AttentionTrace(name=names[module], input=source, output=output, **calls.pop(module)))

    before = model.config._attn_implementation
    hooks = [module.register_forward_hook(finish, with_kwargs=True) for module in names]
    CALLS.update(dict.fromkeys(names, calls))
    model.set_attn_implementation(TRACED)
    try:
        yield traces
    finally:
        model.set_attn_implementation(before)
        for hook in hooks:
            hook.remove()
        for module in names:
            del CALLS[module]
    if not traces:
        raise ValueError(f"{type(model).__name__} made no attention call that could be recorded.")


# The library calls the attention function by name and hands it the module: this leads to whoever is recording that.
CALLS: WeakKeyDictionary[nn.Module, dict] = WeakKeyDictionary()


def traced_attention(
    module: nn.Module,
    query: Float[Tensor, "batch head query feature"],
    key: Float[Tensor, "batch group key feature"],
    value: Float[Tensor, "batch group key feature"],
    attention_mask: Float[Tensor, "batch #head query keys"] | None,
    scaling: float | None = None,
    position_bias: Float[Tensor, "#batch head query key"] | None = None,
    **unused,
) -> tuple[Float[Tensor, "batch query head feature"], Float[Tensor, "batch head query key"]]:
    """The library's eager attention, written down. It has the signature that the library asks for."""
    if module.training:
        raise ValueError(f"{type(module).__name__} is in training mode while it is recorded. Call model.eval() first.")
    shared = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(shared, dim=1), value.repeat_interleave(shared, dim=1)
    scaling = query.shape[-1] ** -0.5 if scaling is None else scaling

    scores = query @ key.transpose(-1, -2)
    scaled = scores * scaling
    masked = scaled if position_bias is None else scaled + position_bias
    mask = torch.zeros_like(masked, dtype=torch.bool)
    if attention_mask is not None:
        attention_mask = attention_mask[..., : key.shape[-2]]
        mask = (attention_mask <= torch.finfo(attention_mask.dtype).min).expand_as(masked)
        masked = (masked + attention_mask).masked_fill(mask, -torch.inf)
    if mask.all(-1).any():
        raise ValueError(f"{type(module).__name__}: a query may see no key at all. Pad on the right, not on the left.")
    weights = masked.softmax(-1)
    heads = weights @ value

    CALLS[module][module] = dict(
        query=query,
        key=key,
        value=value,
        scores=scores,
        scaling=scaling,
        scaled=scaled,
        bias=position_bias,
        mask=mask,
        masked=masked,
        weights=weights,
        heads=heads,
    )
    return heads.transpose(1, 2).contiguous(), weights


# Without a mask function of the same name, causal and padding masks would vanish without an error.
AttentionInterface.register(TRACED, traced_attention)
AttentionMaskInterface.register(TRACED, eager_mask)
