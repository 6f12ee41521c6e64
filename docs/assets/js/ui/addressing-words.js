/* The arithmetic of the memory in words: for one location at one stage, the formula with its names and the same
   formula with the numbers. Symbols as in Graves 2014. */

import { SHIFTS, cosineSimilarity } from "../model/ntm.js";
import { number } from "./dom.js";
import { short, total } from "./numbers.js";

const SHOWN_TERMS = 3;
const WORTH_SHOWING = 0.0005;

/** @typedef {{names: string, numbers: string}} Words */

/**
 * How the weight of a location came about.
 *
 * @param {string} stage previous, content, interpolated, shifted or weighting
 * @param {number} location
 * @param {Object} now
 * @param {import("../model/ntm.js").Controls} now.controls
 * @param {number[]} now.previous [location]
 * @param {number[][]} now.memory [location][width], before the step
 * @param {import("../model/ntm.js").Addressing} now.stages
 * @param {number[]} [now.locations] the locations' numbers, where `memory` holds only some of them
 * @returns {Words}
 */
export function weightWords(stage, location, now) {
  return STAGES[stage](location, now);
}

const STAGES = {
  previous: (i, { previous }) => ({
    names: `wₜ₋₁(${i}): the weight that this head gave to location ${i} one step ago`,
    numbers: short(previous[i]),
  }),

  content(i, { controls, memory, stages, locations }) {
    const at = locations?.[i] ?? i;
    const similarity = cosineSimilarity(controls.key, memory);
    const { key, keyStrength } = controls;
    const lengths = [key, memory[i]].map((vector) => short(Math.hypot(...vector)));
    const dot = short(total(key.map((value, j) => value * memory[i][j])));
    const sum = total(similarity.map((cosine) => Math.exp(keyStrength * cosine)));
    const cosine = `cos = k·M(${at}) ÷ (|k|·|M(${at})|) = ${dot} ÷ (${lengths.join("·")}) = ${number(similarity[i], 3)}`;
    const power = `exp(${product(keyStrength, similarity[i])})`;
    return {
      names: `wᶜ(${at}) = exp(β·cos(k, M(${at}))) ÷ Σⱼ exp(β·cos(k, M(j)))`,
      numbers: `${cosine}\n${power} ÷ ${short(sum)} = ${short(stages.content[i])}`,
    };
  },

  interpolated(i, { controls: { gate }, previous, stages }) {
    const parts = [product(gate, stages.content[i]), product(1 - gate, previous[i])];
    return {
      names: `wᵍ(${i}) = g·wᶜ(${i}) + (1 − g)·wₜ₋₁(${i})`,
      numbers: `${parts.join(" + ")} = ${short(stages.interpolated[i])}`,
    };
  },

  shifted(i, { controls, stages }) {
    const size = stages.interpolated.length;
    const origins = SHIFTS.map((distance) => (i - distance + size) % size);
    const names = SHIFTS.map((distance, at) => `s(${signed(distance)})·wᵍ(${origins[at]})`);
    const numbers = origins.map((origin, at) => product(controls.shift[at], stages.interpolated[origin]));
    return {
      names: `w̃(${i}) = ${names.join(" + ")}`,
      numbers: `${numbers.join(" + ")} = ${short(stages.shifted[i])}`,
    };
  },

  weighting(i, { controls: { sharpening }, stages }) {
    const sum = total(stages.shifted.map((weight) => weight ** sharpening));
    const power = short(sharpening);
    return {
      names: `w(${i}) = w̃(${i})^γ ÷ Σⱼ w̃(j)^γ`,
      numbers: `${short(stages.shifted[i])}^${power} ÷ ${short(sum)} = ${short(stages.weighting[i])}`,
    };
  },
};

/**
 * What one feature of the key gives to its dot product with a location's vector.
 *
 * @param {number} j the feature
 * @param {number} location
 * @param {Object} now as in `weightWords`
 * @returns {Words}
 */
export function featureWords(j, location, { controls: { key }, memory, locations }) {
  const at = locations?.[location] ?? location;
  const [left, right] = [key[j], memory[location][j]];
  return {
    names: `k[${j}]·M(${at})[${j}]: one of the ${key.length} products in k·M(${at})`,
    numbers: `${product(left, right)} = ${short(left * right)}`,
  };
}

/**
 * How one number of the memory came about, or one number of the vector read.
 *
 * @param {string} stage before, kept, erased, added, after, share or read
 * @param {number} location
 * @param {number} j the feature of the vector
 * @param {Object} now
 * @param {number[][]} now.memory before the step
 * @param {number[][]} now.erased
 * @param {number[][]} now.after
 * @param {number[]} now.erase e
 * @param {number[]} now.add a
 * @param {number[]} now.writing the write head's weighting
 * @param {Object[]} [now.beside] `writing`, `erase` and `add` of other write heads in the same step
 * @param {number[]} now.reading the read head's weighting
 * @param {number[]} now.readVector r
 * @param {number[]} [now.places] the name of each location, where the memory shown is a part of a larger one
 * @returns {Words}
 */
export function memoryWords(stage, location, j, now) {
  return MEMORY[stage](location, j, now, now.places?.[location] ?? location);
}

const MEMORY = {
  before: (i, j, { memory }, at) => ({
    names: `M(${at})[${j}]: feature ${j} of the vector at location ${at}, before this step`,
    numbers: short(memory[i][j]),
  }),

  kept: (i, j, { writing, erase }, at) => ({
    names: `1 − w(${at})·e[${j}]: the share of this number that is kept`,
    numbers: `1 − ${product(writing[i], erase[j])} = ${short(1 - writing[i] * erase[j])}`,
  }),

  erased(i, j, { memory, erased, ...now }, at) {
    const factors = writersOf(now).map(({ writing, erase }) => `(1 − ${product(writing[i], erase[j])})`);
    return {
      names: `M(${at})[${j}]·(1 − w(${at})·e[${j}])${forEach(now)}`,
      numbers: `${[short(memory[i][j]), ...factors].join("·")} = ${short(erased[i][j])}`,
    };
  },

  added: (i, j, { writing, add }, at) => ({
    names: `w(${at})·a[${j}]: what is added here`,
    numbers: `${product(writing[i], add[j])} = ${short(writing[i] * add[j])}`,
  }),

  after(i, j, { erased, after, ...now }, at) {
    const terms = writersOf(now).map(({ writing, add }) => product(writing[i], add[j]));
    return {
      names: `erased(${at})[${j}] + w(${at})·a[${j}]${forEach(now)}`,
      numbers: `${[short(erased[i][j]), ...terms].join(" + ")} = ${short(after[i][j])}`,
    };
  },

  share: (i, j, { reading, after }, at) => ({
    names: `w(${at})·M(${at})[${j}], with the read head’s w: what location ${at} gives to r[${j}]`,
    numbers: `${product(reading[i], after[i][j])} = ${short(reading[i] * after[i][j])}`,
  }),

  read(i, j, { reading, after, readVector, places = after.map((_, at) => at) }) {
    const products = after.map((vector, at) => reading[at] * vector[j]);
    const largest = products.map((_, at) => at).sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]));
    const shown = largest.slice(0, SHOWN_TERMS).filter((at) => Math.abs(products[at]) >= WORTH_SHOWING);
    const rest = total(products) - total(shown.map((at) => products[at]));
    const terms = shown.map((at) => product(reading[at], after[at][j]));
    const named = shown.map((at) => places[at]).join(", ");
    const from = shown.length ? `, most of it from ${shown.length > 1 ? "locations" : "location"} ${named}` : "";
    return {
      names: `r[${j}] = Σᵢ w(i)·M(i)[${j}]${from}`,
      numbers: `${[...terms, `the others ${number(rest, 3)}`].join(" + ")} = ${short(readVector[j])}`,
    };
  },
};

/** What every write head does, the shown one first. */
function writersOf({ writing, erase, add, beside = [] }) {
  return [{ writing, erase, add }, ...beside];
}

/** Words for a formula that holds for every write head. */
function forEach({ beside = [] }) {
  return beside.length ? ", for each write head, the chosen one first" : "";
}

/** Two factors; a negative second one stands in brackets. */
export function product(left, right) {
  return `${short(left)}·${right < 0 ? `(${short(right)})` : short(right)}`;
}

function signed(distance) {
  return distance > 0 ? `+${distance}` : `${distance}`.replace("-", "−");
}
