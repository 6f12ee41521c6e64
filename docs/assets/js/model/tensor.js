// The few tensor operations that the models need. A tensor is a plain object {shape, data}: `shape` says how many
// entries each axis has, `data` holds the numbers row by row, the last axis running fastest. Axis names stand in
// square brackets, in order. All sums are taken in double precision.

/** @typedef {{shape: number[], data: Float64Array}} Tensor */

/**
 * A tensor of zeros.
 *
 * @param {number[]} shape
 * @returns {Tensor}
 */
export function zeros(shape) {
  return { shape, data: new Float64Array(shape.reduce((product, size) => product * size, 1)) };
}

/**
 * The rows of a table, picked by number.
 *
 * @param {Tensor} table [row, feature]
 * @param {number[]} ids which rows
 * @returns {Tensor} [position, feature]
 * @throws {RangeError} the table has no such row
 */
export function embed(table, ids) {
  const [rows, features] = table.shape;
  const result = zeros([ids.length, features]);
  ids.forEach((id, position) => {
    if (!(id >= 0 && id < rows)) throw new RangeError(`There is no row ${id} in a table of ${rows} rows.`);
    result.data.set(table.data.subarray(id * features, (id + 1) * features), position * features);
  });
  return result;
}

/**
 * x Wᵀ + b, row by row, as torch.nn.Linear does it.
 *
 * @param {Tensor} x [row, input]
 * @param {Tensor} weight [output, input]
 * @param {Tensor} bias [output]
 * @returns {Tensor} [row, output]
 */
export function linear(x, weight, bias) {
  const [rows, inputs] = x.shape;
  const outputs = weight.shape[0];
  const result = zeros([rows, outputs]);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const sum = dot(x.data, row * inputs, weight.data, output * inputs, inputs);
      result.data[row * outputs + output] = sum + bias.data[output];
    }
  }
  return result;
}

/**
 * Apply a function to every number.
 *
 * @param {Tensor} x any shape
 * @param {function(number): number} change
 * @returns {Tensor} the same shape
 */
export function map(x, change) {
  return { shape: x.shape, data: x.data.map(change) };
}

/**
 * max(x, 0), number by number.
 *
 * @param {Tensor} x any shape
 * @returns {Tensor} the same shape
 */
export function relu(x) {
  return map(x, (value) => Math.max(value, 0));
}

/**
 * a + b, number by number.
 *
 * @param {Tensor} a any shape
 * @param {Tensor} b the same shape
 * @returns {Tensor} the same shape
 */
export function add(a, b) {
  return { shape: a.shape, data: a.data.map((value, index) => value + b.data[index]) };
}

/**
 * Bring every row to mean 0 and variance 1, then scale and move each feature. Ba et al. 2016; ε is torch's default.
 *
 * @param {Tensor} x [row, feature]
 * @param {Tensor} weight [feature]
 * @param {Tensor} bias [feature]
 * @returns {Tensor} [row, feature]
 */
export function layerNorm(x, weight, bias) {
  const [rows, features] = x.shape;
  const result = zeros(x.shape);
  for (let row = 0; row < rows; row++) {
    const values = x.data.subarray(row * features, (row + 1) * features);
    const mean = values.reduce((sum, value) => sum + value, 0) / features;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / features;
    const deviation = Math.sqrt(variance + 1e-5);
    for (let i = 0; i < features; i++) {
      result.data[row * features + i] = ((values[i] - mean) / deviation) * weight.data[i] + bias.data[i];
    }
  }
  return result;
}

/**
 * Put -∞ where a query may not look at a key, so that softmax gives it exactly 0.
 *
 * @param {Tensor} scores [head, query, key]
 * @param {boolean[]} allowed query by query, which keys it may look at; the same for every head
 * @returns {Tensor} [head, query, key]
 */
export function maskScores(scores, allowed) {
  const data = scores.data.map((score, index) => (allowed[index % allowed.length] ? score : -Infinity));
  return { shape: scores.shape, data };
}

/**
 * e^x over its sum, along the last axis. The row's largest number is taken off first, which changes nothing but
 * keeps e^x finite.
 *
 * @param {Tensor} x any shape; -Infinity gives exactly 0
 * @returns {Tensor} the same shape, every row summing to 1
 */
export function softmax(x) {
  const size = x.shape.at(-1);
  const result = zeros(x.shape);
  for (let start = 0; start < x.data.length; start += size) {
    const row = x.data.subarray(start, start + size);
    const largest = Math.max(...row);
    const powers = row.map((value) => Math.exp(value - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    result.data.set(powers.map((power) => power / sum), start);
  }
  return result;
}

/**
 * Cut every row into as many equal pieces as there are heads.
 *
 * @param {Tensor} x [position, head × feature]
 * @param {number} heads
 * @returns {Tensor} [head, position, feature]
 */
export function splitHeads(x, heads) {
  const [positions, width] = x.shape;
  const features = width / heads;
  const result = zeros([heads, positions, features]);
  for (let head = 0; head < heads; head++) {
    for (let position = 0; position < positions; position++) {
      const from = position * width + head * features;
      result.data.set(x.data.subarray(from, from + features), (head * positions + position) * features);
    }
  }
  return result;
}

/**
 * Lay the heads side by side again: the opposite of splitHeads.
 *
 * @param {Tensor} x [head, position, feature]
 * @returns {Tensor} [position, head × feature]
 */
export function joinHeads(x) {
  const [heads, positions, features] = x.shape;
  const result = zeros([positions, heads * features]);
  for (let head = 0; head < heads; head++) {
    for (let position = 0; position < positions; position++) {
      const from = (head * positions + position) * features;
      result.data.set(x.data.subarray(from, from + features), (position * heads + head) * features);
    }
  }
  return result;
}

/**
 * The dot product of every query with every key, head by head: Q Kᵀ.
 *
 * @param {Tensor} query [head, query, feature]
 * @param {Tensor} key [head, key, feature]
 * @returns {Tensor} [head, query, key]
 */
export function dotProducts(query, key) {
  const [heads, queries, features] = query.shape;
  const keys = key.shape[1];
  const result = zeros([heads, queries, keys]);
  for (let head = 0; head < heads; head++) {
    for (let q = 0; q < queries; q++) {
      const row = head * queries + q;
      for (let k = 0; k < keys; k++) {
        const keyRow = head * keys + k;
        result.data[row * keys + k] = dot(query.data, row * features, key.data, keyRow * features, features);
      }
    }
  }
  return result;
}

/**
 * For every query the average of all values, weighted by its row of weights, head by head.
 *
 * @param {Tensor} weights [head, query, key]
 * @param {Tensor} value [head, key, feature]
 * @returns {Tensor} [head, query, feature]
 */
export function weightedSum(weights, value) {
  const [heads, queries, keys] = weights.shape;
  const features = value.shape[2];
  const result = zeros([heads, queries, features]);
  for (let head = 0; head < heads; head++) {
    for (let q = 0; q < queries; q++) {
      const row = head * queries + q;
      for (let k = 0; k < keys; k++) {
        const weight = weights.data[row * keys + k];
        for (let i = 0; i < features; i++) {
          result.data[row * features + i] += weight * value.data[(head * keys + k) * features + i];
        }
      }
    }
  }
  return result;
}

/**
 * What each head's output becomes under its own columns of a linear layer, without the bias. The sum over the heads,
 * plus the bias, is the linear layer applied to the heads side by side.
 *
 * @param {Tensor} x [head, position, feature]
 * @param {Tensor} weight [output, head × feature]
 * @returns {Tensor} [head, position, output]
 */
export function headShares(x, weight) {
  const [heads, positions, features] = x.shape;
  const [outputs, width] = weight.shape;
  const result = zeros([heads, positions, outputs]);
  for (let head = 0; head < heads; head++) {
    for (let position = 0; position < positions; position++) {
      const row = head * positions + position;
      for (let output = 0; output < outputs; output++) {
        const column = output * width + head * features;
        result.data[row * outputs + output] = dot(x.data, row * features, weight.data, column, features);
      }
    }
  }
  return result;
}

/** The dot product of `count` numbers of a, from one index on, with as many of b. */
function dot(a, startA, b, startB, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[startA + i] * b[startB + i];
  return sum;
}
