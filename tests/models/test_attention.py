"""Our attention against a case worked by hand, against PyTorch, and against the transformers library."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional
from transformers import MarianConfig, MarianMTModel

from explainers.models.attention import Head, Projections, attention, multi_head, split
from explainers.models.tracer import trace_attention

MILLIONTH = 1e-6


def head(generator: torch.Generator, feature: int, width: int) -> Head:
    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    return Head(*(normal(feature, width) for _ in range(3)), *(normal(feature) for _ in range(3)))


def projections(generator: torch.Generator, width: int) -> Projections:
    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator) / math.sqrt(width)

    return Projections(*(normal(width, width) for _ in range(4)), *(normal(width) for _ in range(4)))


def test_two_words_by_hand():
    """Identity projections, d_k = 4: the first word's scores are 4 and 0, scaled 2 and 0, weights e²/(e²+1), 1/(e²+1)."""
    one = torch.eye(4)
    learned = Head(one, one, one, *(torch.zeros(4),) * 3)
    x = torch.tensor([[2.0, 0, 0, 0], [0, 2, 0, 0]])
    result = attention(x, learned, torch.zeros(2, 2, dtype=torch.bool))
    assert result.scores.tolist() == [[4, 0], [0, 4]]
    assert result.scaled.tolist() == [[2, 0], [0, 2]]
    weight = math.e**2 / (math.e**2 + 1)
    torch.testing.assert_close(result.weights, torch.tensor([[weight, 1 - weight], [1 - weight, weight]]))
    torch.testing.assert_close(result.output[0], torch.tensor([2 * weight, 2 * (1 - weight), 0, 0]))


def test_a_forbidden_key_gets_exactly_nothing():
    generator = torch.Generator().manual_seed(0)
    forbidden = torch.ones(5, 5, dtype=torch.bool).triu(1)
    result = attention(torch.randn(5, 8, generator=generator), head(generator, 4, 8), forbidden)
    assert (result.weights[forbidden] == 0).all()
    assert torch.isinf(result.masked[forbidden]).all()
    torch.testing.assert_close(result.weights.sum(-1), torch.ones(5))


@settings(max_examples=25, deadline=None)
@given(words=st.integers(1, 12), feature=st.integers(1, 9), seed=st.integers(0, 99), causal=st.booleans())
def test_attention_agrees_with_torch(words, feature, seed, causal):
    generator = torch.Generator().manual_seed(seed)
    forbidden = torch.ones(words, words, dtype=torch.bool).triu(1) & causal
    result = attention(torch.randn(words, 6, generator=generator), head(generator, feature, 6), forbidden)
    theirs = functional.scaled_dot_product_attention(result.query, result.key, result.value, attn_mask=~forbidden)
    torch.testing.assert_close(result.output, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("heads", [1, 2, 4])
def test_multi_head_agrees_with_torch(heads):
    generator = torch.Generator().manual_seed(heads)
    learned, x = projections(generator, 8), torch.randn(6, 8, generator=generator)
    module = torch.nn.MultiheadAttention(8, heads, batch_first=True).eval()
    with torch.no_grad():
        module.in_proj_weight.copy_(torch.cat([learned.w_query, learned.w_key, learned.w_value]))
        module.in_proj_bias.copy_(torch.cat([learned.b_query, learned.b_key, learned.b_value]))
        module.out_proj.weight.copy_(learned.w_output)
        module.out_proj.bias.copy_(learned.b_output)
        forbidden = torch.ones(6, 6, dtype=torch.bool).triu(1)
        theirs, weights = module(x[None], x[None], x[None], attn_mask=forbidden, average_attn_weights=False)
    ours = multi_head(x, learned, heads, forbidden)
    difference = max((ours.result - theirs[0]).abs().max(), (ours.heads.weights - weights[0]).abs().max())
    assert difference <= MILLIONTH
    torch.testing.assert_close(ours.shares.sum(0) + learned.b_output, ours.result, rtol=0, atol=1e-5)
    print(f"\nmeasured: step by step against PyTorch's module: {float(difference):.1e}")


def test_multi_head_agrees_with_the_transformers_library():
    torch.manual_seed(0)
    config = MarianConfig(
        vocab_size=20, d_model=16, encoder_layers=2, decoder_layers=1, encoder_attention_heads=4, decoder_attention_heads=4,
        encoder_ffn_dim=16, decoder_ffn_dim=16, pad_token_id=0, max_position_embeddings=16, init_std=0.3,
    )  # fmt: skip
    model = MarianMTModel(config).eval()
    ids = torch.tensor([[5, 6, 7, 8, 2, 0]])
    with torch.no_grad(), trace_attention(model) as traces:
        model.get_encoder()(input_ids=ids, attention_mask=ids != 0)
    differences = []
    for trace, layer in zip(traces, model.get_encoder().layers, strict=True):
        parts = [getattr(layer.self_attn, name) for name in ("q_proj", "k_proj", "v_proj", "out_proj")]
        learned = Projections(*(part.weight.detach() for part in parts), *(part.bias.detach() for part in parts))
        ours = multi_head(trace.input[0], learned, 4, trace.mask[0, 0])
        differences += [
            (ours.result - trace.output[0]).abs().max(),
            (ours.heads.weights - trace.weights[0]).abs().max(),
        ]
    assert max(differences) <= MILLIONTH
    print(f"\nmeasured: step by step against the transformers library: {float(max(differences)):.1e}")


def test_split_cuts_the_width_into_equal_slices():
    pieces = split(torch.arange(12.0).reshape(2, 6), 3)
    assert pieces.tolist() == [[[0, 1], [6, 7]], [[2, 3], [8, 9]], [[4, 5], [10, 11]]]
