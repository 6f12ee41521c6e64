// The memory's locations lie on a ring: after the last one comes location 0 again.

/**
 * The locations from one to another, going up around the ring.
 *
 * @param {number} first
 * @param {number} last
 * @param {number} size how many locations the ring has
 * @returns {number[]}
 */
export function arc(first, last, size) {
  const count = ((last - first + size) % size) + 1;
  return Array.from({ length: count }, (_, step) => (first + step) % size);
}

/**
 * All locations, the ring cut open opposite to location 0, so that the last location and location 0 lie side by side.
 *
 * @param {number} size
 * @returns {number[]}
 */
export function wholeRing(size) {
  return arc(size / 2, size / 2 - 1, size);
}

/**
 * The shortest arc that holds all the given locations, a little wider on both sides.
 *
 * @param {Iterable<number>} locations at least one
 * @param {number} size
 * @param {number} margin how many locations to add on each side
 * @returns {number[]} the whole ring where the arc would reach around it
 */
export function shortestArc(locations, size, margin) {
  const sorted = [...new Set(locations)].sort((a, b) => a - b);
  const gaps = sorted.map((location, index) => (index > 0 ? location : location + size) - sorted.at(index - 1));
  const start = gaps.indexOf(Math.max(...gaps));
  const [first, last] = [sorted[start], sorted.at(start - 1)];
  const count = ((last - first + size) % size) + 1 + 2 * margin;
  return count >= size ? wholeRing(size) : arc((first - margin + size) % size, (last + margin) % size, size);
}

/**
 * Where location 0 follows the last location in a list of locations.
 *
 * @param {number[]} order
 * @returns {number} the index of location 0, or -1 where nothing comes before it
 */
export function seam(order) {
  const zero = order.indexOf(0);
  return zero > 0 ? zero : -1;
}
