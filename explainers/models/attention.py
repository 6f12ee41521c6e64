"""Scaled dot-product attention and multi-head attention, one step a line (Vaswani et al. 2017, sections 3.2.1 and 3.2.2).

The numbers after the lines are the steps of the figures that run this code.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor


@dataclass(frozen=True)
class Head:
    """What one head has learned: three projections from the model's width to the head's."""

    w_query: Float[Tensor, "feature width"]
    w_key: Float[Tensor, "feature width"]
    w_value: Float[Tensor, "feature width"]
    b_query: Float[Tensor, "feature"]
    b_key: Float[Tensor, "feature"]
    b_value: Float[Tensor, "feature"]


@dataclass(frozen=True)
class Attention:
    """Every intermediate of scaled dot-product attention; `masked` is the score −∞ where looking is not allowed."""

    query: Float[Tensor, "*batch query feature"]
    key: Float[Tensor, "*batch key feature"]
    value: Float[Tensor, "*batch key feature"]
    scores: Float[Tensor, "*batch query key"]
    scaled: Float[Tensor, "*batch query key"]
    masked: Float[Tensor, "*batch query key"]
    weights: Float[Tensor, "*batch query key"]
    output: Float[Tensor, "*batch query feature"]


# --8<-- [start:attention]
def attention(
    x: Float[Tensor, "word width"],  # ① words as vectors
    head: Head,
    forbidden: Bool[Tensor, "word word"],
) -> Attention:
    """One head looks at the words `x`. Equation 1 of Vaswani et al. 2017.

    `forbidden` is true where a query (row) must not see a key (column); each
    query must be allowed to see at least one key.
    """
    query = x @ head.w_query.T + head.b_query  # ② project
    key = x @ head.w_key.T + head.b_key  # ② project
    value = x @ head.w_value.T + head.b_value  # ② project
    scores = query @ key.T  # ③ compare
    scaled = scores / math.sqrt(query.shape[-1])  # ④ scale
    masked = scaled.masked_fill(forbidden, -math.inf)  # ⑤ mask
    weights = torch.softmax(masked, dim=-1)  # ⑥ softmax
    output = weights @ value  # ⑦ mix
    return Attention(query, key, value, scores, scaled, masked, weights, output)


# --8<-- [end:attention]


@dataclass(frozen=True)
class Projections:
    """What an attention layer has learned: the heads' projections one below the other, and the output projection."""

    w_query: Float[Tensor, "width width"]
    w_key: Float[Tensor, "width width"]
    w_value: Float[Tensor, "width width"]
    w_output: Float[Tensor, "width width"]
    b_query: Float[Tensor, "width"]
    b_key: Float[Tensor, "width"]
    b_value: Float[Tensor, "width"]
    b_output: Float[Tensor, "width"]


@dataclass(frozen=True)
class MultiHead:
    """Every intermediate of multi-head attention; the shares and the bias add up to the result."""

    heads: Attention
    concatenated: Float[Tensor, "word width"]
    shares: Float[Tensor, "head word width"]
    result: Float[Tensor, "word width"]


# --8<-- [start:multi_head]
def multi_head(
    x: Float[Tensor, "word width"],
    learned: Projections,
    heads: int,
    forbidden: Bool[Tensor, "word word"],
) -> MultiHead:
    """All heads of a layer look at the words `x`, each with its own slice of the projections.

    Section 3.2.2 of Vaswani et al. 2017. The number of heads divides the width;
    `forbidden` is as for `attention`.
    """
    query = split(x @ learned.w_query.T + learned.b_query, heads)  # ① split
    key = split(x @ learned.w_key.T + learned.b_key, heads)  # ① split
    value = split(x @ learned.w_value.T + learned.b_value, heads)  # ① split
    scores = query @ key.transpose(-2, -1)  # ② look
    scaled = scores / math.sqrt(query.shape[-1])  # ② look
    masked = scaled.masked_fill(forbidden, -math.inf)  # ② look
    weights = torch.softmax(masked, dim=-1)  # ② look
    output = weights @ value  # ③ each head's output
    concatenated = output.transpose(0, 1).flatten(1)  # ④ concatenate
    result = concatenated @ learned.w_output.T + learned.b_output  # ⑤ mix the heads
    pieces = torch.stack(learned.w_output.chunk(heads, dim=1))  # ⑥ shares
    shares = output @ pieces.mT  # ⑥ shares
    looks = Attention(query, key, value, scores, scaled, masked, weights, output)
    return MultiHead(looks, concatenated, shares, result)


def split(projected: Float[Tensor, "word width"], heads: int) -> Float[Tensor, "head word feature"]:
    """Cut the width into equal slices, one a head."""
    return projected.unflatten(-1, (heads, -1)).transpose(0, 1)


# --8<-- [end:multi_head]
