"""Whole episodes of a Neural Turing Machine, and their gradients, as compiled loops.

The formulas are those of `ntm.py`, and the gradients were worked out from them by hand; `ntm_fused.py` wraps both for torch. Numba
compiles the functions when they are first called, so no compiler is needed. One sequence runs from its first step to its last before the
next begins, so that its memory stays in the processor's cache. The memory lies as `[width, location]`, so that the innermost loops run over
neighbouring numbers. All arrays hold single precision; the functions fill what they are given.
"""

import numba
import numpy as np

from explainers.models.ntm import SMALLEST_NORM, SMALLEST_WEIGHT

ONE = np.float32(1)
LOWEST = np.float32(SMALLEST_WEIGHT)
SHORTEST = np.float32(SMALLEST_NORM)
# Sums may be taken in any order; infinities and NaN keep their meaning, so that a training that fails is noticed.
FREELY = {"reassoc", "contract", "arcp", "nsz"}
compiled = numba.njit(cache=True, fastmath=FREELY, error_model="numpy")
# A function that is called, not inlined, may round otherwise when it comes from the cache than when it was just compiled.
inlined = numba.njit(inline="always", fastmath=FREELY, error_model="numpy")


@inlined
def exponentials(x, bits):
    """e^x in place, to the last digit but one, as loops over neighbours: 2^k · e^r with |r| ≤ log(2) / 2 (Cephes' expf). `bits` is used up."""
    powers = bits.view(np.float32)
    for n in range(x.size):
        limited = min(max(x[n], np.float32(-87)), np.float32(88))
        k = np.floor(limited * np.float32(1.44269504) + np.float32(0.5))
        r = limited - k * np.float32(0.693359375) + k * np.float32(2.12194440e-4)
        p = np.float32(1.9875691500e-4) * r + np.float32(1.3981999507e-3)
        p = p * r + np.float32(8.3334519073e-3)
        p = p * r + np.float32(4.1665795894e-2)
        p = p * r + np.float32(1.6666665459e-1)
        p = p * r + np.float32(0.5)
        bits[n] = (np.int32(k) + np.int32(127)) << np.int32(23)
        # A number that is none does not survive the limits, so it is handed on.
        x[n] = p * r * r + r + ONE if x[n] == x[n] else x[n]
    for n in range(x.size):
        x[n] *= powers[n]


@inlined
def logarithms(x):
    """log x in place, to the last digit but one, for x ≥ 2^−126 (Cephes' logf)."""
    bits = x.view(np.int32)
    for n in range(x.size):
        before = x[n]
        exponent = np.float32((bits[n] >> np.int32(23)) - np.int32(127))
        bits[n] = (bits[n] & np.int32(0x7FFFFF)) | np.int32(0x3F800000)
        large = x[n] > np.float32(1.41421356)
        exponent += ONE if large else np.float32(0)
        r = (x[n] * np.float32(0.5) if large else x[n]) - ONE
        p = np.float32(7.0376836292e-2) * r - np.float32(1.1514610310e-1)
        p = p * r + np.float32(1.1676998740e-1)
        p = p * r - np.float32(1.2420140846e-1)
        p = p * r + np.float32(1.4249322787e-1)
        p = p * r - np.float32(1.6668057665e-1)
        p = p * r + np.float32(2.0000714765e-1)
        p = p * r - np.float32(2.4999993993e-1)
        p = p * r + np.float32(3.3333331174e-1)
        square = r * r
        small = p * r * square - np.float32(2.12194440e-4) * exponent - np.float32(0.5) * square
        x[n] = r + small + np.float32(0.693359375) * exponent if before == before else before


@inlined
def softmax(x, bits):
    """e^x over its sum, in place."""
    largest = x[0]
    for n in range(x.size):
        largest = max(largest, x[n])
    for n in range(x.size):
        x[n] -= largest
    exponentials(x, bits)
    total = np.float32(0)
    for n in range(x.size):
        total += x[n]
    for n in range(x.size):
        x[n] /= total


@inlined
def sigmoids(x, bits):
    """1 / (1 + e^−x), in place."""
    for n in range(x.size):
        x[n] = -x[n]
    exponentials(x, bits)
    for n in range(x.size):
        x[n] = ONE / (ONE + x[n])


@inlined
def hyperbolic(x, bits):
    """tanh x = 1 − 2 / (1 + e^2x), in place."""
    for n in range(x.size):
        x[n] *= np.float32(2)
    exponentials(x, bits)
    for n in range(x.size):
        x[n] = ONE - np.float32(2) / (ONE + x[n])


@inlined
def softplus(x):
    """log(1 + e^x)."""
    return x if x > 20 else np.log1p(np.exp(x))


@inlined
def add_product(y, x, weights):
    """y += x · weights, four rows at a time."""
    rows, columns = weights.shape
    four = rows - rows % 4
    for k in range(0, four, 4):
        a, b, c, d = x[k], x[k + 1], x[k + 2], x[k + 3]
        for j in range(columns):
            y[j] += a * weights[k, j] + b * weights[k + 1, j] + c * weights[k + 2, j] + d * weights[k + 3, j]
    for k in range(four, rows):
        for j in range(columns):
            y[j] += x[k] * weights[k, j]


@inlined
def add_transposed(y, x, weights):
    """y += weights · x: what `add_product` does to gradients."""
    rows, columns = weights.shape
    four = rows - rows % 4
    for k in range(0, four, 4):
        a, b, c, d = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
        for j in range(columns):
            a += x[j] * weights[k, j]
            b += x[j] * weights[k + 1, j]
            c += x[j] * weights[k + 2, j]
            d += x[j] * weights[k + 3, j]
        y[k] += a
        y[k + 1] += b
        y[k + 2] += c
        y[k + 3] += d
    for k in range(four, rows):
        a = np.float32(0)
        for j in range(columns):
            a += x[j] * weights[k, j]
        y[k] += a


@inlined
def think(gates, hidden, cell_before, cell, out, bits):
    """The controller's activation, in place: of one layer, or of an LSTM, whose gates lie as torch has them: i, f, g, o."""
    size = hidden.size
    if not cell.size:
        hyperbolic(gates, bits)
        hidden[:] = gates
        return
    sigmoids(gates[: 2 * size], bits)
    hyperbolic(gates[2 * size : 3 * size], bits)
    sigmoids(gates[3 * size :], bits)
    for k in range(size):
        cell[k] = gates[size + k] * cell_before[k] + gates[k] * gates[2 * size + k]
        out[k] = cell[k]
    hyperbolic(out, bits)
    for k in range(size):
        hidden[k] = gates[3 * size + k] * out[k]


@inlined
def think_back(gates, hidden, cell_before, cell, out, bits, d_hidden, d_cell, d_gates):
    """Fill `d_gates`, before the activation, and turn `d_cell` into that of the step before."""
    size = hidden.size
    if not cell.size:
        for k in range(size):
            d_gates[k] = d_hidden[k] * (ONE - hidden[k] * hidden[k])
        return
    out[:] = cell
    hyperbolic(out, bits)
    for k in range(size):
        i, f, g, o = gates[k], gates[size + k], gates[2 * size + k], gates[3 * size + k]
        d_cell[k] += d_hidden[k] * o * (ONE - out[k] * out[k])
        d_gates[k] = d_cell[k] * g * i * (ONE - i)
        d_gates[size + k] = d_cell[k] * cell_before[k] * f * (ONE - f)
        d_gates[2 * size + k] = d_cell[k] * i * (ONE - g * g)
        d_gates[3 * size + k] = d_hidden[k] * out[k] * o * (ONE - o)
        d_cell[k] *= f


@inlined
def activate(numbers, heads, writers, width, bits):
    """The heads' numbers in their ranges, in place: key, strength, gate, shift, sharpening of each head; erase and add of each write head."""
    for h in range(heads):
        own = numbers[h * (width + 6) : (h + 1) * (width + 6)]
        hyperbolic(own[:width], bits)
        own[width] = softplus(own[width])
        sigmoids(own[width + 1 : width + 2], bits)
        softmax(own[width + 2 : width + 5], bits)
        own[width + 5] = ONE + softplus(own[width + 5])
    for w in range(writers):
        own = numbers[heads * (width + 6) + 2 * w * width : heads * (width + 6) + 2 * (w + 1) * width]
        sigmoids(own[:width], bits)
        hyperbolic(own[width:], bits)


@inlined
def activate_back(numbers, heads, writers, width, d_numbers):
    """Turn `d_numbers` into the gradient before the activation."""
    for h in range(heads):
        start = h * (width + 6)
        for m in range(start, start + width):
            d_numbers[m] *= ONE - numbers[m] * numbers[m]
        strength, gate, shift, sharpening = start + width, start + width + 1, start + width + 2, start + width + 5
        d_numbers[strength] *= ONE - np.exp(-numbers[strength])
        d_numbers[gate] *= numbers[gate] * (ONE - numbers[gate])
        mean = np.float32(0)
        for s in range(shift, shift + 3):
            mean += numbers[s] * d_numbers[s]
        for s in range(shift, shift + 3):
            d_numbers[s] = numbers[s] * (d_numbers[s] - mean)
        d_numbers[sharpening] *= ONE - np.exp(ONE - numbers[sharpening])
    for w in range(writers):
        start = heads * (width + 6) + 2 * w * width
        for m in range(start, start + width):
            d_numbers[m] *= numbers[m] * (ONE - numbers[m])
            d_numbers[width + m] *= ONE - numbers[width + m] * numbers[width + m]


@inlined
def inverse_norm(key):
    """1/|key|."""
    square = np.float32(0)
    for m in range(key.size):
        square += key[m] * key[m]
    return ONE / max(np.sqrt(square), SHORTEST)


@inlined
def inverse_norms(memory, inverse):
    """1/|row| of every location."""
    width, locations = memory.shape
    inverse[:] = 0
    for m in range(width):
        for n in range(locations):
            inverse[n] += memory[m, n] * memory[m, n]
    for n in range(locations):
        inverse[n] = ONE / max(np.sqrt(inverse[n]), SHORTEST)


@inlined
def dot(x, y):
    """x · y."""
    total = np.float32(0)
    for n in range(x.size):
        total += x[n] * y[n]
    return total


@inlined
def spread(shifted, x, back, stay, on):
    """Fill `shifted`: each number goes one place back, stays, and goes one place on, in these shares, round the ring."""
    last = x.size - 1
    shifted[0] = back * x[1] + stay * x[0] + on * x[last]
    shifted[last] = back * x[0] + stay * x[last] + on * x[last - 1]
    for n in range(1, last):
        shifted[n] = back * x[n + 1] + stay * x[n] + on * x[n - 1]


@inlined
def interpolated(blend, content, previous, gate):
    """Fill `blend`."""
    for n in range(blend.size):
        blend[n] = gate * content[n] + (ONE - gate) * previous[n]


@inlined
def address(numbers, memory, inverse, previous, bits, blend, product, content, log, weight):
    """Where one head attends: its weighting, and what the gradient needs: the cosines, the content weighting, the log of the shifted."""
    width, locations = memory.shape
    key, shift = numbers[:width], numbers[width + 2 : width + 5]
    strength, gate, sharpening = numbers[width], numbers[width + 1], numbers[width + 5]
    length = inverse_norm(key)
    product[:] = 0
    add_product(product, key, memory)
    for n in range(locations):
        product[n] *= length * inverse[n]
    for n in range(locations):
        content[n] = strength * product[n]
    softmax(content, bits)
    interpolated(blend, content, previous, gate)
    spread(log, blend, shift[0], shift[1], shift[2])
    for n in range(locations):
        log[n] = LOWEST if log[n] < LOWEST else log[n]
    logarithms(log)
    for n in range(locations):
        weight[n] = sharpening * log[n]
    softmax(weight, bits)


@inlined
def address_back(
    numbers, memory, inverse, previous, blend, product, content, log, weight, d_weight, d, spare, d_numbers, d_memory, d_inverse
):  # fmt: skip
    """Fill `d_numbers`, add to `d_memory` and `d_inverse`, and turn `d_weight` into the gradient for the previous weighting.

    The loops are short, each over a few arrays: those the compiler turns into vector instructions. `blend`, `d` and `spare` are used up.
    """
    width, locations = memory.shape
    last = locations - 1
    key, shift = numbers[:width], numbers[width + 2 : width + 5]
    strength, gate, sharpening = numbers[width], numbers[width + 1], numbers[width + 5]
    length = inverse_norm(key)
    # sharpening
    mean = dot(d_weight, weight)
    for n in range(locations):
        d[n] = weight[n] * (d_weight[n] - mean)
    d_numbers[width + 5] = dot(d, log)
    # shift
    interpolated(blend, content, previous, gate)
    spread(spare, blend, shift[0], shift[1], shift[2])
    for n in range(locations):
        d[n] = sharpening * d[n] / spare[n] if spare[n] > LOWEST else np.float32(0)
    d_numbers[width + 2] = dot(d[:last], blend[1:]) + d[last] * blend[0]
    d_numbers[width + 3] = dot(d, blend)
    d_numbers[width + 4] = dot(d[1:], blend[:last]) + d[0] * blend[last]
    spread(blend, d, shift[2], shift[1], shift[0])
    # interpolation: from here on blend is the gradient for the blend
    d_numbers[width + 1] = dot(blend, content) - dot(blend, previous)
    for n in range(locations):
        d_weight[n] = blend[n] * (ONE - gate)
    # content
    mean = dot(blend, content)
    for n in range(locations):
        d[n] = gate * content[n] * (blend[n] - mean)
    d_strength = dot(d, product)
    d_numbers[width] = d_strength
    for n in range(locations):
        d[n] *= strength
    for n in range(locations):
        d_inverse[n] += d[n] * product[n] / inverse[n]
    for n in range(locations):
        d[n] *= inverse[n] * length
    pull = d_strength * strength * length * length if ONE / length > SHORTEST else np.float32(0)
    for m in range(width):
        d_numbers[m] = dot(d, memory[m]) - key[m] * pull
        for n in range(locations):
            d_memory[m, n] += d[n] * key[m]


@inlined
def write(composed, memory, weights, after):
    """The memory after all write heads have erased, then all have added. `composed` holds each head's erase and add vector."""
    width, locations = memory.shape
    for m in range(width):
        for n in range(locations):
            after[m, n] = memory[m, n] * (ONE - weights[0, n] * composed[0, m])
        for w in range(1, len(weights)):
            for n in range(locations):
                after[m, n] *= ONE - weights[w, n] * composed[w, m]
        for w in range(len(weights)):
            for n in range(locations):
                after[m, n] += weights[w, n] * composed[w, width + m]


@inlined
def write_back(composed, memory, weights, keeps, d_keep, d_memory, d_weights, d_composed):
    """Fill `d_composed`, add to `d_weights`, and turn `d_memory` from the memory after into the memory before."""
    width, locations = memory.shape
    for m in range(width):
        for w in range(len(weights)):
            erase, add = composed[w, m], composed[w, width + m]
            d_composed[w, width + m] = dot(weights[w], d_memory[m])
            for n in range(locations):
                d_weights[w, n] += add * d_memory[m, n]
            for n in range(locations):
                keeps[w, n] = ONE - weights[w, n] * erase
        for w in range(len(weights)):
            erase = composed[w, m]
            for n in range(locations):
                d_keep[n] = d_memory[m, n] * memory[m, n]
            for other in range(len(weights)):
                if other != w:
                    for n in range(locations):
                        d_keep[n] *= keeps[other, n]
            d_composed[w, m] = -dot(weights[w], d_keep)
            for n in range(locations):
                d_weights[w, n] -= erase * d_keep[n]
        for w in range(len(weights)):
            for n in range(locations):
                d_memory[m, n] *= keeps[w, n]


@compiled
def forward(
    driven, from_read, from_hidden, to_heads, bias, writers, reads, hidden, cells, gates, numbers, memories, weightings, inverses, products,
    contents, logs,
):  # fmt: skip
    """Run the episodes of a batch. Index 0 of `reads`, `hidden`, `cells`, `memories` and `weightings` holds the state at the start.

    The arrays of the memory may have fewer places than there are steps: places are used in turn, and without gradients two do.
    """
    batch, steps, _ = driven.shape
    heads, locations = weightings.shape[2:]
    width, slots, readers = memories.shape[2], memories.shape[1], heads - writers
    each = width + 6
    blend = np.empty(locations, np.float32)
    out = np.empty(cells.shape[2], np.float32)
    bits = np.empty(max(locations, driven.shape[2]), np.int32)
    for b in range(batch):
        for t in range(steps):
            now, then = t % slots, (t + 1) % slots
            gate, own = gates[b, t], numbers[b, t]
            gate[:] = driven[b, t]
            add_product(gate, reads[b, t], from_read)
            add_product(gate, hidden[b, t], from_hidden)
            think(gate, hidden[b, t + 1], cells[b, t], cells[b, t + 1], out, bits)
            own[:] = bias
            add_product(own, hidden[b, t + 1], to_heads)
            activate(own, heads, writers, width, bits)
            memory, after, weights = memories[b, now], memories[b, then], weightings[b, then]
            inverse_norms(memory, inverses[b, now])
            for h in range(heads):
                address(
                    own[h * each : (h + 1) * each], memory, inverses[b, now], weightings[b, now, h], bits, blend, products[b, now, h],
                    contents[b, now, h], logs[b, now, h], weights[h],
                )  # fmt: skip
            write(own[heads * each :].reshape(writers, 2 * width), memory, weights[readers:], after)
            vectors = reads[b, t + 1].reshape(readers, width)
            vectors[:] = 0
            for r in range(readers):
                add_transposed(vectors[r], weights[r], after)


@compiled
def backward(
    from_read, from_hidden, to_heads, writers, hidden, cells, gates, numbers, memories, weightings, inverses, products, contents, logs,
    d_reads, d_hiddens, d_gates, d_numbers, d_first_memory, d_first_read,
):  # fmt: skip
    """The gradients for the controller's and the heads' numbers before their activation, and for the state at the start."""
    batch, steps, _ = gates.shape
    heads, locations = weightings.shape[2:]
    width, readers = memories.shape[2], heads - writers
    each = width + 6
    room = np.empty((4, locations), np.float32)
    blend, d, spare, d_inverse = room[0], room[1], room[2], room[3]  # unpacked, rows would count as strided, and be slow
    keeps = np.empty((writers, locations), np.float32)
    d_memory, d_weights = np.empty((width, locations), np.float32), np.empty((heads, locations), np.float32)
    d_read, d_hidden = np.empty(readers * width, np.float32), np.empty(hidden.shape[2], np.float32)
    d_cell, out = np.empty(cells.shape[2], np.float32), np.empty(cells.shape[2], np.float32)
    bits = np.empty(cells.shape[2], np.int32)
    for b in range(batch):
        d_memory[:] = 0
        d_weights[:] = 0
        d_read[:] = 0
        d_hidden[:] = 0
        d_cell[:] = 0
        for t in range(steps - 1, -1, -1):
            memory, after, weights = memories[b, t], memories[b, t + 1], weightings[b, t + 1]
            own, d_own, inverse = numbers[b, t], d_numbers[b, t], inverses[b, t]
            d_read += d_reads[b, t]
            d_hidden += d_hiddens[b, t]
            for r in range(readers):
                add_product(d_weights[r], d_read[r * width : (r + 1) * width], after)
                for m in range(width):
                    for n in range(locations):
                        d_memory[m, n] += d_read[r * width + m] * weights[r, n]
            write_back(
                own[heads * each :].reshape(writers, 2 * width), memory, weights[readers:], keeps, d, d_memory, d_weights[readers:],
                d_own[heads * each :].reshape(writers, 2 * width),
            )  # fmt: skip
            d_inverse[:] = 0
            for h in range(heads):
                part = slice(h * each, (h + 1) * each)
                address_back(
                    own[part], memory, inverse, weightings[b, t, h], blend, products[b, t, h], contents[b, t, h], logs[b, t, h], weights[h],
                    d_weights[h], d, spare, d_own[part], d_memory, d_inverse,
                )  # fmt: skip
            for n in range(locations):
                pulled = ONE / inverse[n] > SHORTEST
                d_inverse[n] = d_inverse[n] * inverse[n] * inverse[n] * inverse[n] if pulled else np.float32(0)
            for m in range(width):
                for n in range(locations):
                    d_memory[m, n] -= memory[m, n] * d_inverse[n]
            activate_back(own, heads, writers, width, d_own)
            add_transposed(d_hidden, d_own, to_heads)
            think_back(gates[b, t], hidden[b, t + 1], cells[b, t], cells[b, t + 1], out, bits, d_hidden, d_cell, d_gates[b, t])
            d_hidden[:] = 0
            add_transposed(d_hidden, d_gates[b, t], from_hidden)
            d_read[:] = 0
            add_transposed(d_read, d_gates[b, t], from_read)
        d_first_memory += d_memory
        d_first_read += d_read
