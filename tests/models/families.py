"""A tiny random model of every family that the transformers library's auto classes know, recorded and compared.

`python -m tests.models.families` writes what becomes of each into tracer_families.json.
"""

import inspect
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor
from transformers import PreTrainedConfig, PreTrainedModel, logging
from transformers.models.auto import modeling_auto as auto
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from explainers.models.tracer import AttentionTrace, trace_attention, with_parts

RECORD = Path(__file__).with_name("tracer_families.json")

NAMES = [*auto.MODEL_MAPPING_NAMES]
MAPPINGS = (
    auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING,
    auto.MODEL_FOR_SPEECH_SEQ_2_SEQ_MAPPING,
    auto.MODEL_FOR_CAUSAL_LM_MAPPING,
    auto.MODEL_MAPPING,
)
WORDS, BATCH, LENGTH = 120, 2, 7
MOST_WEIGHTS = 16_000_000

# What a setting becomes, by its name: the first rule that fits is taken, and nothing is made larger.
SIZES = [
    (r"mel_bins|feat_extract|^num_frames$|conv_pos|num_codebooks|num_quantizers|in_chans", None),
    (r"qk_head_dim|xpath|_unit_", None),
    (r"(image|img|video|audio|vision|boi|eoi|boa|eoa|mask|sep|cls)\w*_token_(id|index)$", None),
    (r"_token_(id|index)$|^_pad_token_id$", 3),
    (r"vocab", WORDS),
    (r"(image|img)_size$", 64),
    (r"patch_size$", 8),
    (r"n_group$|topk_group|expert_group", 1),
    (r"per_tok$|per_token$|top_?k|^moe_k$", 2),
    (r"experts$|num_queries|num_proposals", 4),
    (r"head_dim|d_kv|dim_head|d_head|kv_channels|head_size", 16),
    (r"heads?$|_heads", 4),
    (r"(layers?|depths?|blocks)$|^n_layers?$", 2),
    (r"intermediate|ffn|ff_|_ff|d_ff|dff|inner|mlp|feed_?forward|linear_units", 64),
    (r"position|ctx|seq_len|window|max_len|context", 64),
    (r"hidden|model|embd|embed|emb_dim|dim|width|channels|projection|features|filters|rank|latent|size", 64),
]

# What a decision transformer sees of each step.
STEPS = {"states": "state_dim", "actions": "act_dim", "rewards": "reward_dim", "returns_to_go": "return_dim"}

# What the rules get wrong, by the type of the model or of its part.
ROPE = {"rope_type": "default", "rope_theta": 10000.0}
SECTIONS = {"rope_parameters": {**ROPE, "mrope_section": [2, 3, 3]}}
SWIN = {
    "patch_size": 4,
    "num_layers": 4,
    "embed_dim": 16,
    "hidden_size": 128,
    "depths": [2, 1, 1, 1],
    "num_heads": [2, 2, 4, 4],
    "window_size": 2,
}
MAMBA = {"mamba_n_heads": 4, "mamba_d_head": 32}
FAMILIES: dict[str, dict] = {
    **dict.fromkeys(["gptj", "codegen"], {"rotary_dim": 8}),
    **dict.fromkeys(["hunyuan_v1_dense", "hunyuan_v1_moe", "hunyuan_vl_text", "ministral"], {"head_dim": 16}),
    **dict.fromkeys(["glm4v_text", "glm46v_text", "glm_image_text", "glm_ocr_text", "glmga_text"], SECTIONS),
    **dict.fromkeys(["qwen2_vl_text", "qwen2_5_vl_text", "paddleocr_vl_text"], SECTIONS),
    **dict.fromkeys(["swin", "swinv2", "donut-swin", "maskformer-swin"], SWIN),
    "pocket_tts_audio_tokenizer": {"upsample_groups": 64},
    **dict.fromkeys(["chameleon", "emu3"], {"vocabulary_map": {"<image>": 4}}),
    **dict.fromkeys(["informer", "time_series_transformer"], {"prediction_length": 8}),
    "glm4v_moe_text": {"rope_parameters": {**ROPE, "partial_rotary_factor": 0.5, "mrope_section": [1, 1, 2]}},
    "bamba": MAMBA | {"attn_layer_indices": [1]},
    "bros": {"dim_bbox_sinusoid_emb_2d": 16, "dim_bbox_sinusoid_emb_1d": 2, "dim_bbox_projection": 16},
    "cohere_compass_text": {"rope_parameters": {"full_attention": ROPE, "sliding_attention": ROPE}},
    "dbrx": {
        "attn_config": {"kv_n_heads": 2, "clip_qkv": 8, "rope_theta": 10000.0},
        "ffn_config": {"ffn_hidden_size": 64, "moe_num_experts": 4, "moe_top_k": 2},
    },
    "deepseek_v2": {"num_experts_per_tok": 2},
    "dots1": {"n_routed_experts": 4, "n_shared_experts": 1, "num_experts_per_tok": 2},
    "esm": {"vocab_size": 33, "pad_token_id": 1, "mask_token_id": 32},
    "falcon_h1": {"mamba_d_ssm": 64, "mamba_n_heads": 4, "mamba_d_head": 16},
    "gemma3n_text": {"num_kv_shared_layers": 0, "intermediate_size": 64, "activation_sparsity_pattern": [0.95, 0.0]},
    "glm5_next_text": {"index_topk": 16},
    "granitemoehybrid": MAMBA | {"layer_types": ["linear_attention", "full_attention"]},
    "jamba": {"attn_layer_period": 2, "attn_layer_offset": 1},
    "layoutlmv3": {"coordinate_size": 12, "shape_size": 8},
    "lfm2_moe": {"layer_types": ["full_attention", "conv"]},
    "lilt": {"hidden_size": 96},
    **dict.fromkeys(["sam_vision_model", "sam_hq_vision_model"], {"num_pos_feats": 32}),
    "mistral4": {"head_dim": 32},
    "moonshine_streaming": {"num_key_value_heads": 4},
    "mamba2": {"num_heads": 4, "head_dim": 32, "n_groups": 1},
    "nemotron": {"num_key_value_heads": 2},
    "nemotron_h": {"n_groups": 1, "mamba_num_heads": 4, "mamba_head_dim": 32},
    "recurrent_gemma": {"num_hidden_layers": 3},
    "reformer": {
        "is_decoder": True,
        "attn_layers": ["local", "lsh"],
        "axial_pos_shape": [8, 8],
        "axial_pos_embds_dim": [16, 48],
    },
    "xmod": {"default_language": "en_XX"},
    "zamba": {
        "layers_block_type": ["linear_attention", "hybrid"] * 2,
        "num_hidden_layers": 4,
        "attention_hidden_size": 128,
        "attention_head_dim": 32,
    },
    "zamba2": {
        "n_mamba_heads": 4,
        "mamba_headdim": 32,
        "attention_hidden_size": 128,
        "attention_head_dim": 32,
        "hybrid_layer_ids": [1],
    },
}


def smaller(name: str, value: int) -> int:
    """The size of a setting in a tiny model."""
    for pattern, size in SIZES:
        if re.search(pattern, name):
            return value if size is None else min(value, size)
    return value


def tiny(default: PreTrainedConfig) -> PreTrainedConfig:
    """A configuration with everything small and otherwise like this one."""
    kind, values = type(default), default.to_dict()
    usual = kind().to_dict()
    settings = {name: value for name, value in values.items() if name in usual and value != usual[name]}
    layers = 2
    for name in ("layer_types", "layers_block_type"):
        if isinstance(values.get(name), list) and "basic" not in values[name]:
            every = list(dict.fromkeys(values[name]))
            settings[name] = every * 2 if len(every) == 1 else every
            layers = len(settings[name])
    many = getattr(default, "num_hidden_layers", None)
    heads = getattr(default, "num_attention_heads", None)
    for name, value in values.items():
        if name in default.sub_configs or name in ("layer_types", "layers_block_type"):
            continue
        if isinstance(value, int) and not isinstance(value, bool):
            if re.search(r"num_(key_value|kv)_heads|num_key_value_groups", name) and isinstance(heads, int):
                settings[name] = 4 if value >= heads else min(value, 2)
            elif value != smaller(name, value):
                settings[name] = smaller(name, value)
        elif isinstance(value, (list, tuple)) and value:
            if many and len(value) == many > 4:  # one value a layer; shorter lists are of stages
                value = value[:layers]
            if all(isinstance(each, int) and not isinstance(each, bool) for each in value):
                value = [smaller(name, each) for each in value]
            if value != values[name]:
                settings[name] = value
        elif name == "rope_parameters" and isinstance(value, dict) and value.get("mrope_section"):
            settings[name] = value | {"mrope_section": [2, 3, 3]}
    if layers != 2:
        settings[kind.attribute_map.get("num_hidden_layers", "num_hidden_layers")] = layers
    for name in default.sub_configs:
        part = getattr(default, name, None)
        if part is not None:
            settings[name] = tiny(part).to_dict()
    return kind(**settings | FAMILIES.get(default.model_type, {}))


def classes(kind: type[PreTrainedConfig]) -> Iterator[type[PreTrainedModel]]:
    """The classes that the library offers for a configuration: encoder–decoder, decoder, bare model."""
    for mapping in MAPPINGS:
        if kind in mapping:
            found = mapping[kind]
            yield from found if isinstance(found, tuple) else [found]


def build(family: str) -> PreTrainedModel:
    """A tiny random model.

    Raises:
        Exception: whatever the library raises where no class of this family can be made so; MemoryError if the
            model would be large.
    """
    kind = CONFIG_MAPPING[family]
    failure: Exception = LookupError("the library's auto classes name none")
    for made in classes(kind):
        try:
            with torch.device("meta"):
                size = sum(each.numel() for each in made(tiny(kind())).parameters())
            if size > MOST_WEIGHTS:
                raise MemoryError("it would be large")
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(0)
                return made(tiny(kind())).eval()
        except Exception as error:
            failure = error
    raise failure


def deep(config: PreTrainedConfig, name: str, default=None):
    """A setting of a configuration or, if it lacks it, of a part of it."""
    if getattr(config, name, None) is not None:
        return getattr(config, name)
    for part in config.sub_configs:
        if getattr(config, part, None) is not None:
            found = deep(getattr(config, part), name)
            if found is not None:
                return found
    return default


OPEN = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def candidates(model: PreTrainedModel) -> Iterator[dict[str, Tensor]]:
    """Inputs to try, the likeliest first. Text is padded on the right."""
    random = torch.Generator().manual_seed(1)
    config = model.config
    takes = inspect.signature(model.forward).parameters
    main = model.main_input_name
    required = {main} if isinstance(main, str) else set(main)
    required |= {name for name, each in takes.items() if each.default is each.empty and each.kind not in OPEN}
    words = min(getattr(config.get_text_config(), "vocab_size", None) or WORDS, WORDS)

    def ids(length: int) -> Tensor:
        return torch.randint(5, max(words - 5, 6), (BATCH, length), generator=random)

    def noise(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=random)

    size = deep(config, "image_size", 64)
    size = tuple(size) if isinstance(size, (list, tuple)) else (size, size)
    channels, patch = deep(config, "num_channels", 3), deep(config, "patch_size", 8)
    patch = patch if isinstance(patch, int) else patch[-1]
    decoded = {"decoder_input_ids": ids(LENGTH - 1)} if config.is_encoder_decoder else {}
    text = {"input_ids": ids(LENGTH), "attention_mask": torch.tensor([[1] * LENGTH, [1] * (LENGTH - 2) + [0] * 2])}
    text |= decoded
    pixels = {"pixel_values": noise(BATCH, channels, *size)}
    frames = noise(BATCH, deep(config, "num_frames", 4), channels, *size)
    box = {"bbox": torch.randint(0, 5, (BATCH, LENGTH, 4), generator=random).sort(-1).values}
    mel = deep(config, "num_mel_bins", None) or deep(config, "input_feat_per_channel", 64)
    time = 2 * deep(config, "max_source_positions", 64)
    longest = deep(config, "max_length", 64)
    patches = noise(48, channels * (deep(config, "temporal_patch_size", 1) or 1) * patch**2)
    grid = {"grid_thw": torch.tensor([[1, 4, 4], [1, 4, 8]])}
    few = {"pixel_attention_mask": torch.ones(BATCH, 16), "spatial_shapes": torch.tensor([[4, 4]] * BATCH)}
    steps = {name: noise(BATCH, 5, deep(config, setting, 1)) for name, setting in STEPS.items()}
    series = noise(BATCH, deep(config, "context_length", 64))
    past = {"past_values": noise(BATCH, 15), "past_time_features": noise(BATCH, 15, 0)}
    future = {"future_values": noise(BATCH, 8), "future_time_features": noise(BATCH, 8, 0)}
    regions = {"visual_feats": noise(BATCH, 4, deep(config, "visual_feat_dim", 64)), "visual_pos": noise(BATCH, 4, 4)}
    for given in (
        text,
        pixels,
        text | pixels,
        text | box,
        {"input_features": noise(BATCH, mel, time)} | decoded,
        {"input_features": noise(BATCH, time, mel)} | decoded,
        {"input_features": noise(BATCH, time, mel), "input_features_mask": torch.ones(BATCH, time)},
        {"input_features": noise(BATCH, mel, time), "input_features_mask": torch.ones(BATCH, time)},
        {"input_values": noise(BATCH, 4000)} | decoded,
        {"input_values": noise(BATCH, 1, 4000)} | decoded,
        {"input_values": noise(BATCH, longest if isinstance(longest, int) else 64, mel)},
        {"pixel_values": frames},
        {"pixel_values_videos": frames},
        text | {"pixel_values": frames},
        text | {"pixel_values_videos": frames},
        text | pixels | box,
        {"hidden_states": patches} | grid,
        {"pixel_values": patches} | grid,
        {"pixel_values": patches.unflatten(1, (-1, patch, patch))} | grid,
        few | {"pixel_values": noise(BATCH, 16, channels * patch**2)},
        few | text | {"pixel_values": noise(BATCH, 16, channels * patch**2)},
        steps | {"timesteps": torch.arange(5).expand(BATCH, 5)},
        text | regions,
        {"inputs": noise(BATCH, LENGTH, deep(config, "d_model", 64))},
        past | future | {"past_observed_mask": torch.ones(BATCH, 15)},
        {"past_values": series},
        {"past_values": series[..., None]},
    ):
        given = {name: value for name, value in given.items() if name in takes}
        if given and (required & given.keys() or not required):
            yield given


def tensors(result, path: str = "") -> Iterator[tuple[str, Tensor]]:
    """All tensors in what a model returns, with the way to them."""
    if isinstance(result, Tensor):
        yield path, result
    elif hasattr(result, "items"):
        for name, part in result.items():
            yield from tensors(part, f"{path}.{name}" if path else name)
    elif isinstance(result, (tuple, list)):
        for number, part in enumerate(result):
            yield from tensors(part, f"{path}.{number}")


@torch.no_grad()
def called(model: PreTrainedModel, given: dict, **more) -> dict[str, Tensor]:
    """All tensors that a model returns; what it draws at random, it draws alike each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        return dict(tensors(model(**given, **more)))


def runnable(family: str) -> tuple[PreTrainedModel, dict]:
    """A tiny random model and an input that it takes.

    Raises:
        Exception: no such model can be made, or it takes none of the inputs.
    """
    model = build(family)
    failure = None
    for given in candidates(model):
        try:
            called(model, given)
            return model, given
        except Exception as error:
            failure = failure or error
    raise failure or LookupError(f"no input is known that holds {model.main_input_name}")


def outcome(family: str) -> str:
    """What becomes of a family: "exact", with what is special; "refused", why; "not made", why; or "DIFFERENT"."""
    try:
        model, given = runnable(family)
    except ImportError as error:
        return f"not made: it needs {'a library' if error.name is None else error.name} that is not installed"
    except Exception as error:
        words = [word for word in str(error).split() if "/" not in word]  # a path is another one elsewhere
        return f"not made: {type(error).__name__}: {' '.join(words)[:120]}"
    without: list[str] = []
    chosen = [config._attn_implementation for config in with_parts(model.config)]
    while True:
        try:
            with trace_attention(model, without=without) as traces:
                traced = called(model, given)
            break
        except ValueError as error:
            left_out = re.search(r"without=\['(\w+)'\]", str(error))
            if not left_out or not traces:
                return f"refused: {error}"
            without.append(left_out[1])
    if chosen != [config._attn_implementation for config in with_parts(model.config)]:
        return "DIFFERENT: the model is left with another attention function"
    model.set_attn_implementation("eager")
    try:
        eager = called(model, given, output_attentions=True)
    except (TypeError, ValueError):
        eager = called(model, given)
    for name, result in traced.items():
        if name not in eager or not torch.equal(result, eager[name]):
            return f"DIFFERENT: {name}"
    for name, weights in eager.items():
        returned = "attentions" in name and weights.dim() == 4 and not without
        if returned and not any(holds(trace, weights) for trace in traces):
            return f"DIFFERENT: {name} is not recorded"
    for trace in traces:
        if not follows(trace):
            return f"DIFFERENT: {trace.name}: the weights do not follow from the scores"
    special = {
        "sinks": any(trace.sink is not None for trace in traces),
        "soft cap": any(trace.softcap is not None for trace in traces),
        "bias": any(trace.bias is not None for trace in traces),
        f"without {', '.join(without)}": bool(without),
    }
    return ", ".join(["exact", *(name for name, found in special.items() if found)])


def holds(trace: AttentionTrace, weights: Tensor) -> bool:
    """Whether a trace holds these weights, to the bit; T5Gemma 2 returns its self- and its cross-part one by one."""
    keys = weights.shape[-1]
    return any(torch.equal(part, weights) for part in (trace.weights[..., :keys], trace.weights[..., -keys:]))


def follows(trace: AttentionTrace) -> bool:
    """Whether weights and result follow from the recorded scores, to the bit, and a row and its sink sum to 1."""
    steps = trace.scaled if trace.softcap is None else torch.tanh(trace.scaled / trace.softcap) * trace.softcap
    everything, total = trace.masked, trace.weights.sum(-1)
    if trace.sink is not None:
        everything, total = torch.cat([everything, trace.sink[..., None]], -1), total + trace.sink_share
    return (
        torch.equal(trace.scores * trace.scaling, trace.scaled)
        and torch.equal(steps, trace.capped)
        and torch.equal(everything.softmax(-1)[..., : trace.weights.shape[-1]], trace.weights)
        and torch.equal(trace.weights @ trace.value, trace.heads)
        and torch.allclose(total, torch.ones_like(total), rtol=0, atol=1e-5)
        and not trace.weights[trace.mask].any()
    )


def main() -> None:
    """Write down what becomes of each family; run it after an upgrade of the library, and read the difference."""
    logging.set_verbosity_error()
    found = {family: outcome(family) for family in NAMES}
    RECORD.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf8")
    print(Counter(re.split("[:,]", result)[0] for result in found.values()))


if __name__ == "__main__":
    main()
