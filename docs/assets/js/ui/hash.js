/* The state of a figure in the address: `#<figure id>:step=6&head=3`. A link with it leads to that very state. */

const written = new Map(); // what was last written, by the figure's id

/**
 * The state that the address holds for a figure.
 *
 * @param {string} id the figure's id
 * @returns {Object<string, string> | null} null if the address speaks of something else
 */
export function readHash(id) {
  const [, named, state] = /^#(.*?)(?::|%3A)(.*)$/i.exec(location.hash) ?? [];
  if (named === undefined || decoded(named) !== id) return null;
  // A program that passed the link on may have encoded all of it once more.
  return Object.fromEntries(new URLSearchParams(state.includes("=") ? state : decoded(state)));
}

/**
 * Write a figure's state into the address, without a new entry in the history.
 *
 * @param {string} id
 * @param {Object<string, string|number>} state
 */
export function writeHash(id, state) {
  const pairs = Object.entries(state).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  written.set(id, `#${id}:${pairs.join("&")}`);
  history.replaceState(history.state, "", written.get(id));
}

/**
 * The address that leads to a figure as it is now; one whose state was never written is as it opens.
 *
 * @param {string} id
 */
export function linkTo(id) {
  return new URL(written.get(id) ?? `#${id}`, location.href).href;
}

/**
 * A whole number from the address, if it is one of those allowed.
 *
 * @param {string|undefined} text
 * @param {number} least
 * @param {number} most
 * @returns {number|undefined}
 */
export function numberIn(text, least, most) {
  const value = numberOf(text);
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

/** Nothing is no number; `Number` would make it 0. */
function numberOf(text) {
  return text?.trim() ? Number(text) : NaN;
}

/** A link that somebody broke may hold percent signs that are none of the address's own. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A list of numbers from the address, if there are as many as there must be and all of them lie in the range.
 *
 * @param {string|undefined} text separated by commas
 * @param {number} count
 * @param {number} least
 * @param {number} most
 * @returns {number[]|undefined}
 */
export function listIn(text, count, least, most) {
  const values = (text ?? "").split(",").map(numberOf);
  return values.length === count && values.every((value) => value >= least && value <= most) ? values : undefined;
}
