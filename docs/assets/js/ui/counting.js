/* Random sequences whose next bit depends on the bits before it, and the estimator that predicts them best, by counting. */

import { seeded } from "./random.js";

/**
 * A sequence from a table of probabilities that is drawn for it alone, each of them Beta(½, ½).
 *
 * @param {number} length
 * @param {number} order how many bits make a context; the first of them are fair coins
 * @param {number} seed
 * @returns {number[]} 0 or 1 each
 */
export function drawBits(length, order, seed) {
  const random = seeded(seed);
  const table = Array.from({ length: 2 ** order }, () => Math.sin((random() * Math.PI) / 2) ** 2);
  const bits = [];
  while (bits.length < length) {
    const chance = bits.length < order ? 0.5 : table[asNumber(bits.slice(bits.length - order))];
    bits.push(random() < chance ? 1 : 0);
  }
  return bits;
}

/**
 * What the optimal estimator knows before each bit.
 *
 * @param {number[]} bits
 * @param {number} order
 * @returns {{context: number[], ones: number[], zeros: number[], optimal: number[]}} the context as a number, −1 where
 *   there is none; how often a one and a zero have followed it; the probability of a one
 */
export function count(bits, order) {
  const seen = Array.from({ length: 2 ** order }, () => [0, 0]);
  const steps = bits.map((bit, step) => {
    if (step < order) return { context: -1, ones: 0, zeros: 0, optimal: 0.5 };
    const context = asNumber(bits.slice(step - order, step));
    const [zeros, ones] = seen[context];
    seen[context][bit] += 1;
    return { context, ones, zeros, optimal: (ones + 0.5) / (ones + zeros + 1) };
  });
  const all = (name) => steps.map((step) => step[name]);
  return { context: all("context"), ones: all("ones"), zeros: all("zeros"), optimal: all("optimal") };
}

/** Kullback–Leibler divergence of what is said from the best that can be said, in bits. */
export function divergence(best, said) {
  return best * Math.log2(best / said) + (1 - best) * Math.log2((1 - best) / (1 - said));
}

/** The two steps that are farthest from the best, in the order of time. */
export function farthest(optimal, said) {
  const away = optimal.map((best, step) => [divergence(best, said[step]), step]);
  const worst = away.sort(([a], [b]) => b - a).slice(0, 2);
  return worst.map(([, step]) => step).sort((a, b) => a - b);
}

/** Bits as a number, the oldest bit first. */
function asNumber(bits) {
  return bits.reduce((number, bit) => 2 * number + bit, 0);
}
