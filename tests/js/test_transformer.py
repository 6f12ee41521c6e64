"""The browser's translation model gives what MarianMTModel of the transformers library gives, step by step."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest
import torch
from safetensors.torch import save_file
from transformers import MarianConfig, MarianMTModel

from explainers.kit.build.checkpoint import fill
from explainers.models.tracer import trace_attention
from explainers.tasks import translation
from explainers.tasks.translation.grammar import stream

TOLERANCE = 1e-5
CHANGES = [
    {"scaling": False},
    {"temperature": 2.5},
    {"useMask": False},
    {"silenced": [[0, 1], [1, 0], [1, 2]]},
    {"scaling": False, "temperature": 3, "useMask": False, "silenced": [[1, 1]]},
]


def random_model() -> MarianMTModel:
    """A model with other layers, heads and sizes than the site's, so that none of them can be taken for granted."""
    torch.manual_seed(0)
    config = MarianConfig(
        vocab_size=97,
        d_model=translation.FEATURES,
        encoder_layers=3,
        decoder_layers=1,
        encoder_attention_heads=8,
        decoder_attention_heads=8,
        encoder_ffn_dim=80,
        decoder_ffn_dim=56,
        activation_function="relu",
        max_position_embeddings=27,
        scale_embedding=True,
        init_std=0.125,
        pad_token_id=translation.PAD,
        bos_token_id=translation.START,
        eos_token_id=translation.END,
        decoder_start_token_id=translation.START,
        forced_eos_token_id=None,
    )
    model = MarianMTModel(config)
    for name, tensor in model.state_dict().items():
        if name.endswith("bias"):
            tensor.normal_(std=0.1)
        tensor.copy_(tensor.half())
    return model.eval().requires_grad_(False)


def trained_model() -> MarianMTModel:
    """The model of the site."""
    return fill(translation.build(0), "translation")


def random_words() -> Iterator[int]:
    """Numbers of words for the random model, without end."""
    generator = Random(1)
    while True:
        yield generator.randrange(3, 97)


def grammar_words() -> Iterator[int]:
    """The grammar's English sentences, one after the other, without end."""
    for sentence in stream(Random(1), "unseen"):
        yield from (translation.vocabulary().english[word] for word in sentence.english)


def cases(words: Iterator[int]) -> list[dict]:
    """Thirty sentences of 3 to 24 words and </s>, each as it is and with a change; every third is padded and masked."""
    result = []
    for index in range(30):
        ids = [*islice(words, 3 + index * 21 // 29), translation.END]
        padding = [translation.PAD] * 2 if index % 3 == 0 else []
        mask = [True] * len(ids) + [False] * len(padding) if padding else None
        for changes in ({}, CHANGES[index % len(CHANGES)]):
            result.append({"ids": ids + padding, "mask": mask, "changes": changes})
    return result


def record(model: MarianMTModel, case: dict) -> tuple[dict[str, torch.Tensor], list[int]]:
    """Every step of the encoder and the cross-attention under the browser's names, and the greedy translation."""
    ids, mask, changes = case["ids"], case["mask"], case["changes"]
    layers, heads = model.get_encoder().layers, model.config.encoder_attention_heads
    silenced = [tuple(pair) for pair in changes.get("silenced", [])]
    scaling = layers[0].self_attn.scaling if changes.get("scaling", True) else 1
    allowed = mask if mask and changes.get("useMask", True) else [True] * len(ids)
    source = {"input_ids": torch.tensor([ids]), "attention_mask": torch.tensor([allowed]).long()}

    with pytest.MonkeyPatch.context() as patch, translation.silence(model, silenced), trace_attention(model) as traces:
        for layer in layers:
            patch.setattr(layer.self_attn, "scaling", scaling / changes.get("temperature", 1))
        encoded = model.get_encoder()(**source)
    given = {"encoder_outputs": encoded, "attention_mask": source["attention_mask"]}
    longest = model.config.max_position_embeddings
    words = model.generate(**given, max_new_tokens=longest, do_sample=False, num_beams=1)
    with trace_attention(model) as decoder_traces:
        model(**given, decoder_input_ids=words[:, :-1])

    recorded = {"encoded": encoded.last_hidden_state}
    results = [*(trace.input for trace in traces[1:]), encoded.last_hidden_state]
    for index, (layer, trace, result) in enumerate(zip(layers, traces, results, strict=True)):
        outputs = trace.heads.clone()
        outputs[:, [head for where, head in silenced if where == index]] = 0
        columns = layer.self_attn.out_proj.weight.unflatten(1, (heads, -1))
        recorded |= {f"{index}.{name}": getattr(trace, name) for name in
                     ("query", "key", "value", "scores", "scaled", "masked", "weights", "output")}  # fmt: skip
        recorded |= {
            f"{index}.x": trace.input,
            f"{index}.headOutputs": outputs,
            f"{index}.concatenated": outputs.transpose(1, 2).flatten(2),
            f"{index}.shares": torch.einsum("bhqi,ohi->bhqo", outputs, columns),
            f"{index}.result": result,
        }
    cross = [trace for trace in decoder_traces if trace.name.endswith("encoder_attn")]
    recorded |= {f"{index}.crossWeights": trace.weights for index, trace in enumerate(cross)}
    return {name: tensor[0] for name, tensor in recorded.items()}, words[0, 1:].tolist()


def save_half(model: MarianMTModel, file: Path) -> None:
    """Write the weights as the checkpoint has them."""
    save_file({name: tensor.half() for name, tensor in model.state_dict().items()}, file)


@pytest.mark.parametrize(("make", "words"), [(random_model, random_words), (trained_model, grammar_words)], ids=["random", "trained"])
def test_every_step_and_the_translation(run_node, tmp_path, make, words):
    # In double precision: what is compared is the arithmetic, not the noise of torch's single precision.
    model = make().double()
    chosen, recorded, translations = cases(words()), {}, []
    for index, case in enumerate(chosen):
        steps, translated = record(model, case)
        recorded |= {f"{index}.{name}": tensor.float().contiguous() for name, tensor in steps.items()}
        translations.append(translated)
    save_half(model, tmp_path / "weights.safetensors")
    save_file(recorded, tmp_path / "recorded.safetensors")
    heads = model.config.encoder_attention_heads
    (tmp_path / "cases.json").write_text(json.dumps({"heads": heads, "cases": chosen}))

    found = run_node("transformer.mjs", tmp_path)
    assert found["translations"] == translations
    largest = max(found["differences"].values())
    assert largest <= TOLERANCE, found["differences"]
    print(f"\nmeasured: JavaScript forward pass against torch, {len(chosen)} sentences ({make.__name__.replace('_', ' ')}): {largest:.1e}")


def test_wrong_use_is_named(run_node, tmp_path):
    model = random_model()
    save_half(model, tmp_path / "weights.safetensors")
    heads = model.config.encoder_attention_heads
    assert run_node("transformer_mistakes.mjs", tmp_path / "weights.safetensors", heads) == [
        "There is no row 97 in a table of 97 rows.",
        "3 words, but a mask of 2 positions.",
        "The mask leaves no position to look at.",
        "The checkpoint has no tensor model.encoder.layers.0.fc2.bias.",
    ]
