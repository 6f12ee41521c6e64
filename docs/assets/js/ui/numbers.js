/* Numbers in arithmetic that spans many sizes, and what is asked of every weighting. */

import { number } from "./dom.js";

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * A number in a few digits: as a decimal where that is short, else with a power of ten.
 *
 * @param {number} value
 * @returns {string}
 */
export function short(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 0.0005 && size < 10000) return number(value, size < 10 ? 3 : size < 1000 ? 1 : 0);
  const [digits, power] = size.toExponential(1).split("e");
  return `${value < 0 ? "−" : ""}${digits}·10${[...power.replace("+", "")].map((sign) => RAISED[sign]).join("")}`;
}

/**
 * The sum of a list.
 *
 * @param {number[]} list
 * @returns {number}
 */
export function total(list) {
  return list.reduce((sum, value) => sum + value, 0);
}

/**
 * So many things: "1 vector", "3 vectors".
 *
 * @param {number} many
 * @param {string} things in the plural
 * @returns {string}
 */
export function count(many, things) {
  return `${many} ${many === 1 ? things.replace(/s$/, "") : things}`;
}

/** "is" of one thing, "are" of any other number. */
export function are(many) {
  return many === 1 ? "is" : "are";
}

/**
 * The largest size of any number in a matrix.
 *
 * @param {number[][]} matrix
 * @returns {number}
 */
export function largestIn(matrix) {
  return Math.max(...matrix.map((row) => Math.max(...row.map(Math.abs))));
}

/**
 * Where a list is largest.
 *
 * @param {number[]} list
 * @returns {number} the index
 */
export function peak(list) {
  return list.indexOf(Math.max(...list));
}
