/* The copy task, as `explainers/tasks/copy/data.py` sets it: vectors of bits, an end mark, then as many steps of silence in
   which the machine gives the vectors back. */

export const BITS = 8;

/**
 * What happens at a step of an episode.
 *
 * @param {number} time counted from 0
 * @param {number} length how many vectors are copied
 * @returns {string}
 */
export function happening(time, length) {
  if (time < length) return `takes in vector ${time + 1} of ${length}`;
  if (time === length) return "sees the end mark";
  return `gives back vector ${time - length} of ${length}`;
}

/**
 * The inputs of an episode.
 *
 * @param {number[][]} vectors [vector][bit], each 0 or 1
 * @returns {number[][]} [time][bits and end mark]
 */
export function inputsFor(vectors) {
  const shown = vectors.map((bits) => [...bits, 0]);
  const mark = [...Array(BITS).fill(0), 1];
  const silence = vectors.map(() => Array(BITS + 1).fill(0));
  return [...shown, mark, ...silence];
}
