// Random bits from a seed: the same seed gives the same bits on every machine.

/**
 * A generator of numbers in [0, 1): mulberry32, by Tommy Ettinger.
 *
 * @param {number} seed
 * @returns {function(): number}
 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Random vectors of bits.
 *
 * @param {number} count how many vectors
 * @param {number} width bits in each
 * @param {number} seed
 * @returns {number[][]} [vector][bit], each 0 or 1
 */
export function randomBits(count, width, seed) {
  const random = seeded(seed);
  return Array.from({ length: count }, () => Array.from({ length: width }, () => (random() < 0.5 ? 0 : 1)));
}

/**
 * Random numbers between −1 and 1.
 *
 * @param {number} count
 * @param {number} seed
 * @returns {number[]}
 */
export function randomNumbers(count, seed) {
  const random = seeded(seed);
  return Array.from({ length: count }, () => 2 * random() - 1);
}
