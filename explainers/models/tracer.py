"""Records what happens inside the attention of any model of the transformers library, version 5.

Each module of the library asks by name for the function that computes its attention. While we record, it gets the
one that it would get without us, "eager", and whatever goes in and comes out is written down beside, step by step.
The steps must lead to the library's own weights and result. Where they do not, the model computes something that is
not known here, and is refused.
"""

import contextlib
import inspect
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from unittest import mock

import torch
from jaxtyping import Bool, Float, Shaped
from torch import Tensor, nn
from transformers import AttentionInterface, PreTrainedConfig, PreTrainedModel
from transformers.integrations.sdpa_attention import repeat_kv

# What eager attention is told beside all that enters the steps below, and why it changes none of them.
WITHOUT_EFFECT = {
    "dropout": "the model is in evaluation mode",
    **dict.fromkeys(["is_causal", "sliding_window", "indices", "block_indices"], "eager attention goes by the mask"),
    **dict.fromkeys(
        ["cu_seq_lens_q", "cu_seq_lens_k", "max_length_q", "max_length_k", "deterministic"],
        "for fast kernels; eager attention is called once for each packed sequence",
    ),
    **dict.fromkeys(["position_ids", "position_embeddings"], "positions were put into query and key before"),
    **dict.fromkeys(
        [
            "input_ids",
            "grid_thw",
            "encoder_hidden_states",
            "past_key_values",
            "use_cache",
            "labels",
            "logits_to_keep",
            "output_attentions",
            "output_hidden_states",
            "output_router_logits",
            "return_dict",
        ],
        "for the model around attention, which hands on all that it is given",
    ),
}


@dataclass(frozen=True)
class AttentionTrace:
    """One call of one attention function, with every value on the way from its input to its output.

    Scaled dot-product attention, Vaswani et al. 2017, eq. 1. Where several query heads share a key and a value
    (grouped queries), these are repeated for each of them. `input` and `output` are those of the module that made
    the call: its output may be projected, gated or joined from two calls, and in BERT the projection belongs to
    another module. In the order of their computation:

    Attributes:
        scores: query times key.
        scaled: scores times `scaling`.
        softcap: scaled scores are bent into the range from −softcap to softcap by a tanh, before the mask
            (Gemma 2, Gemma team 2024, section 2); none in most models.
        capped: the result of that; the scaled scores where there is no cap.
        bias: what the model adds to them, such as T5's relative positions.
        mask: true where a key may not be seen.
        masked: capped scores and bias; minus infinity behind the mask.
        sink: a learned score that takes part in the softmax and has no value (gpt-oss), so that a head may look at
            nothing; none in most models.
        weights: exactly 0 behind the mask; a row sums to 1, or to 1 less `sink_share`.
        sink_share: the part of the softmax that goes to the sink.
        heads: each head's weighted sum of the values.
    """

    name: str
    input: Float[Tensor, "..."]
    query: Float[Tensor, "batch head query feature"]
    key: Float[Tensor, "batch head key feature"]
    value: Float[Tensor, "batch head key width"]
    scores: Float[Tensor, "batch head query key"]
    scaling: float
    scaled: Float[Tensor, "batch head query key"]
    softcap: float | None
    capped: Float[Tensor, "batch head query key"]
    bias: Float[Tensor, "#batch #head #query key"] | None
    mask: Bool[Tensor, "batch head query key"]
    masked: Float[Tensor, "batch head query key"]
    sink: Float[Tensor, "batch head query"] | None
    weights: Float[Tensor, "batch head query key"]
    sink_share: Float[Tensor, "batch head query"] | None
    heads: Float[Tensor, "batch head query width"]
    output: Float[Tensor, "..."]


@contextlib.contextmanager
def trace_attention(model: PreTrainedModel, without: Collection[str] = ()) -> Iterator[list[AttentionTrace]]:
    """Record every attention call of a model of the transformers library.

    Use it as `with trace_attention(model) as traces: model(...)`; the list holds one trace a call, in order.
    Gradients flow through input, query, key, value, weights, heads and output, unless the caller switches them off;
    the steps between are written down beside.

    Every module that calls itself attention must be recorded. Some have attention that cannot be: PyTorch's own
    module in SigLIP's pooling, linear attention. Such a model is refused, unless the caller names those classes in
    `without`. State-space and convolutional layers have no weights of attention; beside them, the attention layers
    of a hybrid model are recorded.

    Args:
        without: classes of attention modules that are left out of the record, such as "MultiheadAttention".

    Raises:
        ValueError: the model is in training mode (dropout would make weights that are no weights), attention is
            computed where it cannot be recorded or from something that is not known here, or a query is allowed to
            see nothing at all.
    """
    if model.training:
        raise ValueError(f"{type(model).__name__} is in training mode, where dropout spoils the weights. Call model.eval() first.")
    traces: list[AttentionTrace] = []
    names = {module: name for name, module in model.named_modules()}
    calls: dict[nn.Module, list[dict]] = {}
    silent: dict[nn.Module, None] = {}

    def chosen(interface: AttentionInterface, name: str, default: Callable) -> Callable:
        function = found(interface, name, default)

        def call(module, query, key, value, attention_mask, **keywords):
            output, weights = function(module, query, key, value, attention_mask, **keywords)
            if module in names:
                if name != "eager":
                    raise ValueError(f"{type(module).__name__} cannot be told to use eager attention, but {name}.")
                steps = written_down(module, query, key, value, attention_mask, output, weights, **keywords)
                calls.setdefault(module, []).append(steps)
                output = steps["heads"].transpose(1, 2)  # the same, but what follows depends on what was recorded
            return output, weights

        return call

    def finish(module, arguments, keywords, result):
        if module in calls:
            taken = inspect.signature(module.forward).bind(*arguments, **keywords).arguments
            source = next(each for each in taken.values() if isinstance(each, Tensor))
            output = result[0] if isinstance(result, tuple) else result
            called = calls.pop(module)
            traces.extend(AttentionTrace(name=names[module], input=source, output=output, **call) for call in called)
        elif "attention" in type(module).__name__.lower():
            silent[module] = None

    before = [(config, config._attn_implementation) for module in names if isinstance(module, PreTrainedModel) for config in with_parts(module.config)]
    hooks = [module.register_forward_hook(finish, with_kwargs=True) for module in names]
    found = AttentionInterface.get_interface
    try:
        model.set_attn_implementation("eager")
        with mock.patch.object(AttentionInterface, "get_interface", chosen):
            yield traces
    finally:
        for config, implementation in before:
            config._attn_implementation = implementation
        for hook in hooks:
            hook.remove()
    recorded = {trace.name for trace in traces}
    left_out = {names[module] for module in silent if type(module).__name__ in without}
    for module in [*calls, *silent]:  # the innermost came first
        name = names[module]
        if name in recorded or not any(related(name, other) for other in recorded | left_out):
            raise ValueError(
                f"{type(model).__name__}: {name} computes attention that cannot be recorded. "
                f"To do without it, call trace_attention(model, without=[{type(module).__name__!r}])."
            )
    if not traces:
        raise ValueError(f"{type(model).__name__} made no attention call that could be recorded.")


def with_parts(config: PreTrainedConfig) -> Iterator[PreTrainedConfig]:
    """A configuration and those of the parts of its model, the whole before the part."""
    yield config
    for name in config.sub_configs:
        if getattr(config, name, None) is not None:
            yield from with_parts(getattr(config, name))


def related(one: str, other: str) -> bool:
    """Whether one of two modules is part of the other, or they are the same; by their names."""
    return "" in (one, other) or f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def written_down(
    module: nn.Module,
    query: Float[Tensor, "batch head query feature"],
    key: Float[Tensor, "batch group key feature"],
    value: Float[Tensor, "batch group key width"],
    attention_mask: Shaped[Tensor, "..."] | None,
    output: Float[Tensor, "batch query head width"],
    weights: Float[Tensor, "batch head query key"],
    scaling: float | None = None,
    softcap: float | None = None,
    position_bias: Float[Tensor, "#batch #head #query key"] | None = None,
    s_aux: Float[Tensor, "..."] | None = None,
    sinks: Float[Tensor, "..."] | None = None,
    **keywords,
) -> dict:
    """All steps from query, key and value to the weights and the output that the library returned.

    Raises:
        ValueError: something is not known here: a keyword argument, or an operation that makes the weights or the
            output differ from what the steps lead to.
    """
    kind = type(module).__name__
    if module.training:
        raise ValueError(f"{kind} is in training mode while it is recorded. Call model.eval() first.")
    for keyword, argument in keywords.items():
        if keyword not in WITHOUT_EFFECT and argument is not None:
            raise ValueError(f"{kind}: what the argument {keyword} does to attention is not known.")
    shared = query.shape[1] // key.shape[1]
    key, value = repeat_kv(key, shared), repeat_kv(value, shared)
    scaling = query.shape[-1] ** -0.5 if scaling is None else scaling

    scores = query @ key.transpose(-1, -2)
    scaled = scores * scaling
    capped = scaled if softcap is None else torch.tanh(scaled / softcap) * softcap
    masked, bias, mask = capped, position_bias, torch.zeros_like(capped, dtype=torch.bool)
    if position_bias is not None:
        masked = masked + position_bias
    if attention_mask is not None:
        added = attention_mask if attention_mask.is_floating_point() else attention_mask.to(masked.dtype)
        hidden = added <= torch.finfo(added.dtype).min
        seen = added.masked_fill(hidden, 0)
        if seen.any():  # a model's own bias, joined with the mask
            bias = seen if bias is None else bias + seen
        mask = hidden.expand_as(masked)
        masked = (masked + added).masked_fill(mask, -torch.inf)
    if s_aux is not None or sinks is not None:
        sink = s_aux.reshape(1, -1, 1) if sinks is None else sinks.squeeze(-1)
        sink = sink.expand(masked.shape[:-1])
        everything = torch.cat([masked, sink[..., None]], dim=-1).softmax(-1)
        expected, sink_share = everything[..., :-1], everything[..., -1]
    elif mask.all(-1).any():
        raise ValueError(f"{kind}: a query may see no key at all. Pad on the right, or not at all.")
    else:
        expected, sink, sink_share = masked.softmax(-1), None, None
    heads = output.transpose(1, 2)
    # Where both are computed alike, nothing differs. A difference of the arithmetic's precision is allowed.
    precision = 16 * torch.finfo(weights.dtype).eps
    alike = (expected - weights).abs().sum(-1).max() <= precision
    if not alike or (weights @ value - heads).abs().max() > precision * value.abs().max():
        raise ValueError(
            f"{kind} computes attention in a way that is not known here: the library's weights differ from the "
            "softmax of the scores, or its result from the weighted sum of the values."
        )
    return dict(
        query=query,
        key=key,
        value=value,
        scores=scores,
        scaling=scaling,
        scaled=scaled,
        softcap=softcap,
        capped=capped,
        bias=bias,
        mask=mask,
        masked=masked,
        sink=sink,
        weights=weights,
        sink_share=sink_share,
        heads=heads,
    )
