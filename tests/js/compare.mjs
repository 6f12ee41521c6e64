// What the tests' scripts share: reading recorded vectors and measuring how far a result is from them.

import { readFileSync } from "node:fs";

import { parseSafetensors } from "../../docs/assets/js/model/safetensors.js";

/** The tensors of a .safetensors file by name. */
export function readTensors(path) {
  return parseSafetensors(new Uint8Array(readFileSync(path)).buffer);
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, "utf-8"));
}

/** Collects, for every kind of value, the largest difference between what was computed and what was recorded. */
export class Differences {
  largest = {};

  /**
   * @param {string} kind under which name the difference is kept
   * @param {{shape: number[], data: ArrayLike<number>}} actual
   * @param {{shape: number[], data: ArrayLike<number>}} expected
   * @throws {Error} the shapes differ, or one of the two is infinite or no number where the other is not
   */
  add(kind, actual, expected) {
    if (String(actual.shape) !== String(expected.shape) || actual.data.length !== expected.data.length) {
      throw new Error(`${kind}: shape [${actual.shape}] instead of [${expected.shape}]`);
    }
    expected.data.forEach((wanted, index) => {
      const found = actual.data[index];
      const difference = found === wanted ? 0 : Math.abs(found - wanted);
      if (!Number.isFinite(difference)) throw new Error(`${kind}: ${found} instead of ${wanted} at ${index}`);
      this.largest[kind] = Math.max(this.largest[kind] ?? 0, difference);
    });
  }
}

/** Nested lists as {shape, data}. */
export function flatten(list) {
  const shape = [];
  for (let inner = list; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  return { shape, data: [list].flat(Infinity) };
}
