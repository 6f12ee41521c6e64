"""The tracer against the library's own attention, on small random models of every kind."""

import sys

import pytest
import torch
from transformers import (
    BertConfig,
    BertModel,
    BloomConfig,
    BloomModel,
    Gemma2Config,
    Gemma2ForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    GptOssConfig,
    GptOssForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MarianConfig,
    MarianMTModel,
    SiglipVisionConfig,
    SiglipVisionModel,
    T5Config,
    T5ForConditionalGeneration,
    ViTConfig,
    ViTModel,
)

from explainers.kit import labelled
from explainers.kit.figure import draw, plot
from explainers.kit.figure.checks import faults
from explainers.models.tracer import trace_attention

WORDS = 100
IDS = torch.randint(5, WORDS, (2, 7), generator=torch.Generator().manual_seed(0))
TARGETS = torch.randint(5, WORDS, (2, 6), generator=torch.Generator().manual_seed(1))
PIXELS = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(2))
SEEN = torch.tensor([[1] * 7, [1] * 5 + [0] * 2])
TEXT = dict(input_ids=IDS, attention_mask=SEEN)
PAIR = dict(**TEXT, decoder_input_ids=TARGETS)
SMALL = dict(vocab_size=WORDS, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64)


def bert():
    return BertModel(BertConfig(**SMALL)), TEXT


def gpt2():
    return GPT2LMHeadModel(GPT2Config(vocab_size=WORDS, n_embd=32, n_layer=2, n_head=4)), TEXT


def llama():
    return LlamaForCausalLM(LlamaConfig(**SMALL, num_key_value_heads=2)), TEXT


def marian():
    config = MarianConfig(
        vocab_size=WORDS,
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        pad_token_id=0,
        decoder_start_token_id=1,
        init_std=0.3,
    )
    return MarianMTModel(config), PAIR


def t5():
    size = dict(vocab_size=WORDS, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4)
    config = T5Config(**size, decoder_start_token_id=0)
    return T5ForConditionalGeneration(config), PAIR


def gpt_oss():
    size = dict(head_dim=8, num_key_value_heads=2, num_local_experts=4, num_experts_per_tok=2, sliding_window=3)
    return GptOssForCausalLM(GptOssConfig(**SMALL, **size, layer_types=["sliding_attention", "full_attention"])), TEXT


def gemma2():
    size = dict(head_dim=8, num_key_value_heads=2, sliding_window=4, attn_logit_softcapping=0.001)
    return Gemma2ForCausalLM(Gemma2Config(**SMALL, **size)), TEXT


def vit():
    config = ViTConfig(**{**SMALL, "image_size": 32, "patch_size": 8})
    return ViTModel(config), dict(pixel_values=PIXELS)


def bloom():
    return BloomModel(BloomConfig(vocab_size=WORDS, hidden_size=32, n_layer=2, n_head=4)), TEXT


def siglip():
    size = {key: value for key, value in SMALL.items() if key != "vocab_size"}
    return SiglipVisionModel(SiglipVisionConfig(**size, image_size=32, patch_size=8)), dict(pixel_values=PIXELS)


EVERY_KIND = pytest.mark.parametrize("make", [bert, gpt2, llama, gpt_oss, gemma2, marian, t5, vit])


def made(make):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model, inputs = make()
    return model.eval(), inputs


@EVERY_KIND
@torch.no_grad()
def test_trace_equals_eager_attention(make):
    model, inputs = made(make)
    before = model.config._attn_implementation
    with trace_attention(model) as traces:
        traced = model(**inputs)[0]
    assert model.config._attn_implementation == before
    model.set_attn_implementation("eager")
    eager = model(**inputs, output_attentions=True)
    assert torch.equal(traced, eager[0])
    if "encoder_attentions" in eager:
        kinds = (eager.encoder_attentions, eager.decoder_attentions, eager.cross_attentions)
        encoder, decoder, cross = ([*weights] for weights in kinds)
        expected = [*encoder, *(weights for pair in zip(decoder, cross, strict=True) for weights in pair)]
    else:
        expected = eager.attentions
    assert len(traces) == len(expected)
    for trace, weights in zip(traces, expected, strict=True):
        assert torch.equal(trace.weights, weights)


@EVERY_KIND
@torch.no_grad()
def test_every_step_follows_from_the_one_before(make):
    model, inputs = made(make)
    with trace_attention(model) as traces:
        model(**inputs)
    for trace in traces:
        batch, head, query, _key = trace.scores.shape
        products = torch.einsum("bhqf,bhkf->bhqk", trace.query, trace.key)
        torch.testing.assert_close(trace.scores, products, rtol=0, atol=1e-5)
        assert torch.equal(trace.scaled, trace.scores * trace.scaling)
        bent = trace.scaled if trace.softcap is None else torch.tanh(trace.scaled / trace.softcap) * trace.softcap
        assert torch.equal(trace.capped, bent)
        biased = trace.capped if trace.bias is None else trace.capped + trace.bias
        assert torch.equal(trace.masked[~trace.mask], biased[~trace.mask])
        assert (trace.masked[trace.mask] == -torch.inf).all()
        assert (trace.weights[trace.mask] == 0).all()
        total = trace.weights.sum(-1) + (0 if trace.sink is None else trace.sink_share)
        torch.testing.assert_close(total, torch.ones(batch, head, query))
        torch.testing.assert_close(trace.heads, torch.einsum("bhqk,bhkf->bhqf", trace.weights, trace.value))
        assert trace.input.shape[:2] == trace.output.shape[:2] == (batch, query)


@torch.no_grad()
def test_mask_is_causal_and_hides_padding():
    model, inputs = made(gpt2)
    with trace_attention(model) as traces:
        model(**inputs)
    later = torch.ones(7, 7, dtype=torch.bool).triu(1)
    for trace in traces:
        assert torch.equal(trace.mask[0], later.expand(4, 7, 7))
        assert torch.equal(trace.mask[1], (later | ~SEEN[1].bool()).expand(4, 7, 7))


@torch.no_grad()
def test_a_sink_takes_its_share_of_every_row_and_is_drawn():
    model, inputs = made(gpt_oss)
    with trace_attention(model) as traces:
        model(**inputs)
    for trace, layer in zip(traces, model.model.layers, strict=True):
        assert torch.equal(trace.sink, layer.self_attn.sinks.view(1, 4, 1).expand(2, 4, 7))
        exponentials = trace.masked.exp()
        share = trace.sink.exp() / (trace.sink.exp() + exponentials.sum(-1))
        torch.testing.assert_close(trace.sink_share, share)
        assert (trace.sink_share > 0.05).all()
    whole = looks(traces[0])
    panel = plot.heat(whole)
    assert faults(draw.panels([panel])) == [] and panel.edges == [7]
    assert panel.traces[0].meta["columns"] == [*"0123456", "sink"]
    torch.testing.assert_close(torch.from_numpy(whole.sel(key="sink").values).float(), traces[0].sink_share[0, 0])
    with pytest.raises(ValueError, match="sum to .* instead of 1"):
        words = labelled.count("", 7, 0)
        labelled.array(traces[0].weights[0, 0], "query key", labelled.WEIGHT, query=words, key=words)


@labelled.recorded
def looks(trace):
    """The weights of the first head, and beside them the share of the sink."""
    share, forbidden = trace.sink_share[0, 0, :, None], trace.mask[0, 0]
    key = labelled.Axis("", [*range(7), "sink"], edges=["sink"])
    return labelled.array(
        torch.cat([trace.weights[0, 0], share], 1),
        "query key",
        labelled.WEIGHT,
        "head",
        torch.cat([forbidden, torch.zeros_like(forbidden[:, :1])], 1),
        query=labelled.count("", 7, 0),
        key=key,
    )


@torch.no_grad()
def test_with_a_sink_a_query_may_see_nothing():
    model, _ = made(gpt_oss)
    with trace_attention(model) as traces:
        model(input_ids=IDS, attention_mask=SEEN.flip(1))
    assert (traces[0].weights[1, :, 0] == 0).all() and (traces[0].sink_share[1, :, 0] == 1).all()


@torch.no_grad()
def test_a_soft_cap_comes_before_the_mask():
    model, inputs = made(gemma2)
    with trace_attention(model) as traces:
        model(**inputs)
    for trace in traces:
        assert (trace.scaled.abs() > trace.softcap).any() and (trace.capped.abs() <= trace.softcap).all()
        assert trace.mask.any() and (trace.masked[trace.mask] == -torch.inf).all()


@torch.no_grad()
def test_module_names_inputs_and_projections():
    model, inputs = made(marian)
    with trace_attention(model) as traces:
        model(**inputs)
    modules = dict(model.named_modules())
    names = [trace.name for trace in traces]
    assert names[:2] == ["model.encoder.layers.0.self_attn", "model.encoder.layers.1.self_attn"]
    assert names[2:4] == ["model.decoder.layers.0.self_attn", "model.decoder.layers.0.encoder_attn"]
    for trace in traces:
        attention = modules[trace.name]
        query = attention.q_proj(trace.input).unflatten(-1, (4, 8)).transpose(1, 2)
        torch.testing.assert_close(trace.query, query)
        torch.testing.assert_close(trace.output, attention.out_proj(trace.heads.transpose(1, 2).flatten(2)))


@torch.no_grad()
def test_shared_keys_are_repeated_for_every_query_head():
    model, inputs = made(llama)
    with trace_attention(model) as traces:
        model(**inputs)
    for trace in traces:
        assert trace.key.shape == trace.query.shape
        assert torch.equal(trace.key[:, 0], trace.key[:, 1]) and torch.equal(trace.value[:, 2], trace.value[:, 3])
        assert not torch.equal(trace.key[:, 1], trace.key[:, 2])


@torch.no_grad()
def test_two_models_can_be_recorded_at_once():
    (one, text), (other, _) = made(bert), made(gpt2)
    with trace_attention(one) as outer, trace_attention(other) as inner:
        one(**text)
        other(**text)
    assert [trace.mask.any().item() for trace in outer + inner] == [True] * 4
    assert all("encoder" in trace.name for trace in outer) and all("transformer" in trace.name for trace in inner)


def test_gradients_reach_the_recorded_values():
    model, inputs = made(bert)
    with trace_attention(model) as traces:
        result = model(**inputs)[0]
    trace = traces[0]
    used = [trace.query, trace.key, trace.value, trace.weights, trace.heads]
    for gradient in torch.autograd.grad(result[..., 0].square().sum(), used):
        assert gradient.abs().sum() > 0


def test_training_mode_is_refused():
    model, inputs = made(bert)
    with pytest.raises(ValueError, match=r"model\.eval\(\)"), trace_attention(model.train()):
        model(**inputs)
    model.eval()
    with pytest.raises(ValueError, match=r"model\.eval\(\)"), trace_attention(model):
        model.train()(**inputs)
    assert model.config._attn_implementation == "sdpa"


@torch.no_grad()
def test_a_query_that_sees_nothing_is_refused():
    model, _ = made(gpt2)
    with pytest.raises(ValueError, match="Pad on the right"), trace_attention(model):
        model(input_ids=IDS, attention_mask=SEEN.flip(1))


def test_a_recording_without_attention_is_refused():
    model, _ = made(bert)
    with pytest.raises(ValueError, match="no attention call"), trace_attention(model):
        pass


@torch.no_grad()
def test_an_unknown_argument_is_refused_by_its_name():
    model, inputs = made(llama)
    with trace_attention(model):
        model(**inputs, temperature=None)
    with pytest.raises(ValueError, match="LlamaAttention: .* argument temperature"), trace_attention(model):
        model(**inputs, temperature=2.0)


@torch.no_grad()
def test_attention_of_another_kind_is_refused(monkeypatch):
    """Weights that are halved behind the softmax: the library's own function is changed, as in an unknown model."""
    model, inputs = made(llama)
    modeling = sys.modules[type(model).__module__]
    eager = modeling.eager_attention_forward

    def halved(*arguments, **keywords):
        result, weights = eager(*arguments, **keywords)
        return result / 2, weights / 2

    monkeypatch.setattr(modeling, "eager_attention_forward", halved)
    with pytest.raises(ValueError, match="LlamaAttention computes attention in a way"), trace_attention(model):
        model(**inputs)


@torch.no_grad()
def test_attention_that_is_not_asked_for_by_name_is_refused():
    model, inputs = made(bloom)
    with pytest.raises(ValueError, match="BloomModel: h.0.self_attention computes"), trace_attention(model):
        model(**inputs)


@torch.no_grad()
def test_a_part_that_cannot_be_recorded_is_refused_or_left_out_by_name():
    model, inputs = made(siglip)
    with pytest.raises(ValueError, match=r"without=\['MultiheadAttention'\]"), trace_attention(model):
        model(**inputs)
    with trace_attention(model, without=["MultiheadAttention"]) as traces:
        model(**inputs)
    assert len(traces) == 2


@torch.no_grad()
def test_a_model_that_is_not_recorded_beside_one_that_is_stays_as_it_was():
    (one, text), (other, _) = made(bert), made(gpt2)
    other.set_attn_implementation("eager")
    alone = other(**text)[0]
    with trace_attention(one) as traces:
        beside = other(**text)[0]
        one(**text)
    assert torch.equal(alone, beside) and len(traces) == 2
