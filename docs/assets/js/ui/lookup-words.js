/* The arithmetic of attention's lookup in words, in the form of `addressing-words.js`. */

import { product } from "./addressing-words.js";
import { number } from "./dom.js";
import { short, total } from "./numbers.js";

/**
 * How attention comes to the weight of a stored vector.
 *
 * @param {number} i which one
 * @param {Object} now
 * @param {number[]} now.query q
 * @param {number[][]} now.memory the keys
 * @param {number[]} now.locations their names
 * @param {number[]} now.scores q·k
 * @param {number[]} now.attention the weights
 * @returns {import("./addressing-words.js").Words}
 */
export function attentionWords(i, { query, memory, locations, scores, attention }) {
  const at = locations[i];
  const root = Math.sqrt(query.length);
  const [left, right] = [query, memory[i]].map((vector) => Math.hypot(...vector));
  const sum = total(scores.map((score) => Math.exp(score / root)));
  const cosine = scores[i] / (left * right || 1);
  const score = number(scores[i], 3);
  const lengths = `|q|·|k(${at})|·cos = ${short(left)}·${product(right, cosine)}`;
  return {
    names: `w(${at}) = exp(q·k(${at}) ÷ √d) ÷ Σⱼ exp(q·k(j) ÷ √d)`,
    numbers:
      `q·k(${at}) = ${lengths} = ${score}\n` +
      `exp(${score} ÷ ${number(root, 3)}) ÷ ${short(sum)} = ${short(attention[i])}`,
  };
}

/**
 * How long a stored vector is.
 *
 * @param {number} i which one
 * @param {Object} now as in `attentionWords`
 * @param {number[][]} now.stored the vectors as the machine stored them
 * @returns {import("./addressing-words.js").Words}
 */
export function lengthWords(i, { memory, stored, locations }) {
  const [long, was] = [memory[i], stored[i]].map((vector) => Math.hypot(...vector));
  const factor = long / was;
  const stretched = Math.abs(factor - 1) < 1e-9 ? "as stored" : `${short(factor)} times as long as stored`;
  return {
    names: `|k(${locations[i]})|: the length of the vector at location ${locations[i]}`,
    numbers: `${short(long)}, ${stretched}`,
  };
}
