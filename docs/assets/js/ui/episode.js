/* One episode of a machine with a memory: what it is shown, what it should answer, and what it did. */

import { peak } from "./numbers.js";

/** How many locations the memory has: the one size that no tensor of the checkpoint shows. */
export const LOCATIONS = 128;

/**
 * @typedef {Object} Phase A stretch of an episode.
 * @property {string} name
 * @property {number} steps how many
 * @property {string} [kind] a class, for its colour
 */

/**
 * @typedef {Object} Episode What the machine is shown, and what it should answer at the last steps.
 * @property {number[][]} inputs [time][input]
 * @property {number[][]} targets [answer][output], each 0 or 1
 * @property {Phase[]} phases all steps, one phase after the other
 * @property {Object<string, string|number>} named what the address says of it: nothing of the recorded one
 */

/**
 * @typedef {Object} Ran What the machine did.
 * @property {import("../model/ntm.js").Trace[]} traces [time]
 * @property {number[][]} chances [answer][output], how sure the machine is that the bit is 1
 * @property {number} firstAnswer the step of the first answer
 * @property {number[][]} writeAt [write head][time], where the head's weight is largest
 * @property {number[][]} readAt [read head][time]
 */

/** @typedef {Episode & Ran} Run */

/**
 * Run the machine.
 *
 * @param {import("../model/ntm.js").Machine} machine
 * @param {Episode} episode
 * @returns {Run}
 */
export function runEpisode(machine, episode) {
  const traces = machine.run(episode.inputs);
  const firstAnswer = episode.inputs.length - episode.targets.length;
  const chances = traces.slice(firstAnswer).map(({ output }) => output.map((logit) => 1 / (1 + Math.exp(-logit))));
  const at = (head) => traces.map(({ addressing }) => peak(addressing[head].weighting));
  const heads = Array.from({ length: machine.readHeads + machine.writeHeads }, (_, head) => at(head));
  const [readAt, writeAt] = [heads.slice(0, machine.readHeads), heads.slice(machine.readHeads)];
  return { ...episode, traces, chances, firstAnswer, writeAt, readAt };
}

/** Whether the machine gave a wrong bit. */
export function isWrong({ chances, targets }, answer, bit) {
  return chances[answer][bit] >= 0.5 !== (targets[answer][bit] === 1);
}

/** How many bits of each answer are wrong. */
export function wrongBits(run) {
  return run.targets.map((bits, answer) => bits.filter((_, bit) => isWrong(run, answer, bit)).length);
}
