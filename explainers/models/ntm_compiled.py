"""One step of the memory part of a Neural Turing Machine for a batch, and its gradient, as compiled loops.

The formulas are those of `ntm.py`, and the gradients were worked out from them by hand; `ntm_fused.py` wraps both for torch. Numba
compiles the functions when they are first called, so no compiler is needed. The memory lies as `[batch, width, location]`, so that the
innermost loops run over neighbouring numbers. All arrays hold single precision; the functions fill what they are given.
"""

import numba
import numpy as np

from explainers.models.ntm import SMALLEST_NORM, SMALLEST_WEIGHT

LOWEST = np.float32(SMALLEST_WEIGHT)
SHORTEST = np.float32(SMALLEST_NORM)
# Sums may be taken in any order; infinities and NaN keep their meaning, so that a training that fails is noticed.
compiled = numba.njit(cache=True, fastmath={"reassoc", "contract", "arcp", "nsz"}, error_model="numpy")


@compiled
def sigmoid(x):
    """1 / (1 + e^−x)."""
    return np.float32(1) / (np.float32(1) + np.exp(-x))


@compiled
def softplus(x):
    """log(1 + e^x)."""
    return x if x > 20 else np.log1p(np.exp(x))


@compiled
def softmax(x):
    """e^x over its sum, in place."""
    largest = x[0]
    for n in range(x.size):
        largest = max(largest, x[n])
    total = np.float32(0)
    for n in range(x.size):
        x[n] = np.exp(x[n] - largest)
        total += x[n]
    for n in range(x.size):
        x[n] /= total


@compiled
def activated(raw, width, key, shift):
    """One head's numbers in their ranges: key and shift are filled; returns 1/|key|, strength, gate, sharpening."""
    square = np.float32(0)
    for m in range(width):
        key[m] = np.tanh(raw[m])
        square += key[m] * key[m]
    for s in range(3):
        shift[s] = raw[width + 2 + s]
    softmax(shift)
    inverse = np.float32(1) / max(np.sqrt(square), SHORTEST)
    return inverse, softplus(raw[width]), sigmoid(raw[width + 1]), np.float32(1) + softplus(raw[width + 5])


@compiled
def forward(steer, compose, memory, weighting, after, weights, reads, inverses, products, contents, logs):
    """Fill `after`, `weights` and `reads`, and keep what the gradient needs: 1/|row|, cosine, content weighting, log of the shifted."""
    batch, heads, _ = steer.shape
    writers, readers = compose.shape[1], reads.shape[1]
    width, locations = memory.shape[1:]
    key, shift = np.empty(width, np.float32), np.empty(3, np.float32)
    blend = np.empty(locations, np.float32)
    keep, added = np.empty(locations, np.float32), np.empty(locations, np.float32)
    for b in range(batch):
        inverse = inverses[b]
        inverse[:] = 0
        for m in range(width):
            for n in range(locations):
                inverse[n] += memory[b, m, n] * memory[b, m, n]
        for n in range(locations):
            inverse[n] = np.float32(1) / max(np.sqrt(inverse[n]), SHORTEST)
        for h in range(heads):
            length, strength, gate, sharpening = activated(steer[b, h], width, key, shift)
            product, content, log, weight = products[b, h], contents[b, h], logs[b, h], weights[b, h]
            previous = weighting[b, h]
            product[:] = 0
            for m in range(width):
                for n in range(locations):
                    product[n] += key[m] * memory[b, m, n]
            for n in range(locations):
                product[n] *= length * inverse[n]
                content[n] = strength * product[n]
            softmax(content)
            for n in range(locations):
                blend[n] = gate * content[n] + (np.float32(1) - gate) * previous[n]
            log[0] = shift[0] * blend[1] + shift[1] * blend[0] + shift[2] * blend[locations - 1]
            log[locations - 1] = shift[0] * blend[0] + shift[1] * blend[locations - 1] + shift[2] * blend[locations - 2]
            for n in range(1, locations - 1):
                log[n] = shift[0] * blend[n + 1] + shift[1] * blend[n] + shift[2] * blend[n - 1]
            for n in range(locations):
                log[n] = np.log(max(log[n], LOWEST))
                weight[n] = sharpening * log[n]
            softmax(weight)
        for m in range(width):
            keep[:] = 1
            added[:] = 0
            for w in range(writers):
                erase, add = sigmoid(compose[b, w, m]), np.tanh(compose[b, w, width + m])
                weight = weights[b, readers + w]
                for n in range(locations):
                    keep[n] *= np.float32(1) - weight[n] * erase
                    added[n] += weight[n] * add
            for n in range(locations):
                after[b, m, n] = memory[b, m, n] * keep[n] + added[n]
        for r in range(readers):
            for m in range(width):
                total = np.float32(0)
                for n in range(locations):
                    total += weights[b, r, n] * after[b, m, n]
                reads[b, r, m] = total


@compiled
def backward(
    steer,
    compose,
    memory,
    weighting,
    after,
    weights,
    inverses,
    products,
    contents,
    logs,
    d_after,
    d_weights,
    d_reads,
    d_steer,
    d_compose,
    d_memory,
    d_weighting,
):
    """Fill `d_steer`, `d_compose`, `d_memory` and `d_weighting`. `d_after` and `d_weights` are used up."""
    batch, heads, _ = steer.shape
    writers, readers = compose.shape[1], d_reads.shape[1]
    width, locations = memory.shape[1:]
    key, shift = np.empty(width, np.float32), np.empty(3, np.float32)
    blend = np.empty(locations, np.float32)
    d_blend, d_log = np.empty(locations, np.float32), np.empty(locations, np.float32)
    d_keep = np.empty(locations, np.float32)
    d_inverse = np.empty(locations, np.float32)
    keeps = np.empty((writers, locations), np.float32)
    for b in range(batch):
        for r in range(readers):
            for m in range(width):
                d = d_reads[b, r, m]
                for n in range(locations):
                    d_weights[b, r, n] += d * after[b, m, n]
                    d_after[b, m, n] += d * weights[b, r, n]
        for m in range(width):
            for w in range(writers):
                erase, add = sigmoid(compose[b, w, m]), np.tanh(compose[b, w, width + m])
                weight, d_weight = weights[b, readers + w], d_weights[b, readers + w]
                d_add = np.float32(0)
                for n in range(locations):
                    d_add += weight[n] * d_after[b, m, n]
                    d_weight[n] += add * d_after[b, m, n]
                    keeps[w, n] = np.float32(1) - weight[n] * erase
                d_compose[b, w, width + m] = d_add * (np.float32(1) - add * add)
            for w in range(writers):
                erase = sigmoid(compose[b, w, m])
                weight, d_weight = weights[b, readers + w], d_weights[b, readers + w]
                for n in range(locations):
                    d_keep[n] = d_after[b, m, n] * memory[b, m, n]
                for other in range(writers):
                    if other != w:
                        for n in range(locations):
                            d_keep[n] *= keeps[other, n]
                d_erase = np.float32(0)
                for n in range(locations):
                    d_erase -= weight[n] * d_keep[n]
                    d_weight[n] -= erase * d_keep[n]
                d_compose[b, w, m] = d_erase * erase * (np.float32(1) - erase)
            for n in range(locations):
                d_memory[b, m, n] = d_after[b, m, n]
            for w in range(writers):
                for n in range(locations):
                    d_memory[b, m, n] *= keeps[w, n]
        inverse = inverses[b]
        d_inverse[:] = 0
        for h in range(heads):
            length, strength, gate, sharpening = activated(steer[b, h], width, key, shift)
            product, content, log, weight = products[b, h], contents[b, h], logs[b, h], weights[b, h]
            previous, d_weight = weighting[b, h], d_weights[b, h]
            for n in range(locations):
                blend[n] = gate * content[n] + (np.float32(1) - gate) * previous[n]
            mean = np.float32(0)
            for n in range(locations):
                mean += d_weight[n] * weight[n]
            d_sharpening = np.float32(0)
            for n in range(locations):
                d_log[n] = weight[n] * (d_weight[n] - mean)
                d_sharpening += d_log[n] * log[n]
            last = locations - 1
            s0, s1, s2 = np.float32(0), np.float32(0), np.float32(0)
            for n in range(locations):
                left, right = n - 1 if n else last, n + 1 if n < last else 0
                shifted = shift[0] * blend[right] + shift[1] * blend[n] + shift[2] * blend[left]
                d_log[n] = sharpening * d_log[n] / shifted if shifted > LOWEST else np.float32(0)
                s0 += d_log[n] * blend[right]
                s1 += d_log[n] * blend[n]
                s2 += d_log[n] * blend[left]
            d_gate = np.float32(0)
            mean = np.float32(0)
            d_blend[0] = shift[0] * d_log[last] + shift[1] * d_log[0] + shift[2] * d_log[1]
            d_blend[last] = shift[0] * d_log[last - 1] + shift[1] * d_log[last] + shift[2] * d_log[0]
            for n in range(1, last):
                d_blend[n] = shift[0] * d_log[n - 1] + shift[1] * d_log[n] + shift[2] * d_log[n + 1]
            for n in range(locations):
                d_gate += d_blend[n] * (content[n] - previous[n])
                d_weighting[b, h, n] = d_blend[n] * (np.float32(1) - gate)
                d_blend[n] *= gate
                mean += d_blend[n] * content[n]
            d_strength = np.float32(0)
            along = np.float32(0)
            for n in range(locations):
                d = content[n] * (d_blend[n] - mean)
                d_strength += d * product[n]
                along += d * product[n]
                d_inverse[n] += d * strength * product[n] / inverse[n]
                d_log[n] = d * strength * inverse[n] * length
            d_raw = d_steer[b, h]
            pull = along * strength * length * length if np.float32(1) / length > SHORTEST else np.float32(0)
            for m in range(width):
                total = np.float32(0)
                for n in range(locations):
                    total += d_log[n] * memory[b, m, n]
                    d_memory[b, m, n] += d_log[n] * key[m]
                d_raw[m] = (total - key[m] * pull) * (np.float32(1) - key[m] * key[m])
            d_raw[width] = d_strength * sigmoid(steer[b, h, width])
            d_raw[width + 1] = d_gate * gate * (np.float32(1) - gate)
            mean = s0 * shift[0] + s1 * shift[1] + s2 * shift[2]
            d_raw[width + 2] = shift[0] * (s0 - mean)
            d_raw[width + 3] = shift[1] * (s1 - mean)
            d_raw[width + 4] = shift[2] * (s2 - mean)
            d_raw[width + 5] = d_sharpening * sigmoid(steer[b, h, width + 5])
        for n in range(locations):
            d_inverse[n] = (
                d_inverse[n] * inverse[n] * inverse[n] * inverse[n]
                if np.float32(1) / inverse[n] > SHORTEST
                else np.float32(0)
            )
        for m in range(width):
            for n in range(locations):
                d_memory[b, m, n] -= memory[b, m, n] * d_inverse[n]
