/* Patterns that a reader draws: how they stand in the address, a few to start from, and what is to be said of odd
   ones. */

import { BITS } from "./copy.js";

const DIGITS = BITS / 4; // hexadecimal digits of a vector

/**
 * A pattern as it stands in the address. The first bit of a vector is the highest.
 *
 * @param {number[][]} vectors [vector][bit], each 0 or 1
 * @returns {string} two hexadecimal digits a vector
 */
export function toHex(vectors) {
  return vectors.map((bits) => parseInt(bits.join(""), 2).toString(16).padStart(DIGITS, "0")).join("");
}

/**
 * The pattern that the address names, or what is wrong with it.
 *
 * @param {string} text
 * @param {number} most how many vectors it may have
 * @returns {{vectors: number[][]} | {problem: string}}
 */
export function fromHex(text, most) {
  const count = text.length / DIGITS;
  const problem = (what) => ({ problem: `The pattern in the link ${what}` });
  if (!/^([0-9a-f]{2})+$/i.test(text)) return problem("cannot be read: it has to be two hexadecimal digits a vector.");
  if (count > most) return problem(`has ${count} vectors; no more than ${most} are copied here.`);
  const bits = (digits) => Array.from(parseInt(digits, 16).toString(2).padStart(BITS, "0"), Number);
  return { vectors: text.match(/../g).map(bits) };
}

/** A pattern cut off, or continued by vectors without ones. */
export function resized(vectors, length) {
  return Array.from({ length }, (_, vector) => vectors[vector] ?? Array(BITS).fill(0));
}

/** What the reader should know about a pattern unlike those of training; mostly nothing. */
export function remarkOn(vectors) {
  const bits = vectors.flat();
  if (!bits.includes(1)) {
    const why = "A vector without ones looks like no input, so the machine is asked to copy silence.";
    return `There is no 1 in this pattern. ${why}`;
  }
  if (!bits.includes(0)) {
    return "Every bit of this pattern is 1. In training the bits were random, and hardly ever came out like this.";
  }
  return "";
}

const LETTERS = [
  "#....#.#####.#.....#",
  "##...#...#...##...##",
  "#.#..#...#...#.#.#.#",
  "#.#..#...#...#..#..#",
  "#..#.#...#...#.....#",
  "#..#.#...#...#.....#",
  "#...##...#...#.....#",
  "#....#...#...#.....#",
];
const SMILE = ["..####..", ".#....#.", "#.#..#.#", "#......#", "#.#..#.#", "#..##..#", ".#....#.", "..####.."];

/** Patterns to start from: the name, and the vectors if so many are wanted. */
export const STARTS = [
  { name: "letters", make: () => fromPicture(LETTERS) },
  { name: "a smile", make: () => fromPicture(SMILE) },
  { name: "a diagonal", make: (length) => Array.from({ length }, (_, vector) => oneAt(vector % BITS)) },
];

/** A picture's rows are the bits, its columns the vectors. */
function fromPicture(rows) {
  return Array.from(rows[0], (_, vector) => rows.map((row) => (row[vector] === "#" ? 1 : 0)));
}

function oneAt(place) {
  return Array.from({ length: BITS }, (_, bit) => (bit === place ? 1 : 0));
}
