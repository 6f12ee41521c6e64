/* The copy task, as `explainers/tasks/copy.py` sets it: vectors of bits, an end mark, then as many steps of silence in
   which the machine gives the vectors back. */

import { peak } from "./numbers.js";

/** How many locations the memory has: the one size that no tensor of the checkpoint shows. */
export const LOCATIONS = 128;
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

/**
 * @typedef {Object} Episode A whole run of the machine on a sequence.
 * @property {number} length how many vectors are copied
 * @property {number[][]} inputs [time][bits and end mark]
 * @property {number[][]} targets [vector][bit], each 0 or 1
 * @property {import("../model/ntm.js").Trace[]} traces [time]
 * @property {number[][]} chances [vector][bit], how sure the machine is that the bit is 1
 * @property {number[]} writeAt [time], where the write head's weight is largest
 * @property {number[]} readAt [time], where the read head's weight is largest
 */

/**
 * Run the machine.
 *
 * @param {import("../model/ntm.js").Machine} machine
 * @param {number[][]} inputs [time][bits and end mark]
 * @param {number[][]} targets [vector][bit]
 * @returns {Episode}
 */
export function runEpisode(machine, inputs, targets) {
  const length = targets.length;
  const traces = machine.run(inputs);
  const chances = traces.slice(length + 1).map(({ output }) => output.map((logit) => 1 / (1 + Math.exp(-logit))));
  const at = (head) => traces.map(({ addressing }) => peak(addressing[head].weighting));
  return { length, inputs, targets, traces, chances, writeAt: at(machine.readHeads), readAt: at(0) };
}

/** Whether the machine gave back a wrong bit. */
export function isWrong({ chances, targets }, vector, bit) {
  return chances[vector][bit] >= 0.5 !== (targets[vector][bit] === 1);
}

/** How many bits of each vector are wrong. */
export function wrongBits(run) {
  return run.targets.map((bits, vector) => bits.filter((_, bit) => isWrong(run, vector, bit)).length);
}
