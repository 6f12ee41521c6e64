/* Colour scales: evenly spaced stops in, the colour of a number and of the text on it out. */

import { element, number } from "./dom.js";

const LEVELS = 256;

/**
 * @typedef {Object} Colour
 * @property {string} fill the colour itself
 * @property {string} ink black or white, whichever is easier to read on it
 */

/**
 * @typedef {Object} Scale
 * @property {function(number, number=): Colour} of the colour of a number; the second argument is the scale's limit
 * @property {function(number): number[]} ends the lowest and the highest number of the scale, for a limit
 * @property {string} gradient as CSS, from the lowest to the highest
 */

/**
 * A scale from 0 to a limit, which is 1 for weights and grey shades.
 *
 * @param {string[]} stops colours as #rrggbb
 * @returns {Scale}
 */
export function fromZero(stops) {
  const levels = levelsOf(stops);
  return {
    of: (value, limit = 1) => pick(levels, value / limit),
    ends: (limit = 1) => [0, limit],
    gradient: gradient(stops),
  };
}

/**
 * A scale for signed numbers, symmetric about zero.
 *
 * @param {string[]} stops colours as #rrggbb, an odd number of them
 * @returns {Scale}
 */
export function signed(stops) {
  const levels = levelsOf(stops);
  return {
    of: (value, limit = 1) => pick(levels, (value / limit + 1) / 2),
    ends: (limit = 1) => [-limit, limit],
    gradient: gradient(stops),
  };
}

/**
 * The scale as a strip with its two ends.
 *
 * @param {Scale} scale
 * @returns {{element: HTMLElement, update: function(number=, boolean=): void}} `update` takes the limit, and whether
 *   masked cells are explained too
 */
export function legend(scale) {
  const [low, high] = [element("span"), element("span")];
  const strip = element("i", { style: `background:${scale.gradient}` });
  const masked = element("span", { class: "live-legend-mask" }, element("i", { class: "masked", text: "×" }), "masked");
  const update = (limit, withMask = false) => {
    [low.textContent, high.textContent] = scale.ends(limit).map((end) => number(end, Number.isInteger(end) ? 0 : 1));
    masked.hidden = !withMask;
  };
  update();
  const box = element("span", { class: "live-legend", "aria-hidden": "true" }, low, strip, high, masked);
  return { element: box, update };
}

function gradient(stops) {
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

function pick(levels, share) {
  return levels[Math.round(Math.min(Math.max(share, 0), 1) * (LEVELS - 1))];
}

/** All colours of a scale, computed once. */
function levelsOf(stops) {
  const colours = stops.map((stop) => [1, 3, 5].map((at) => parseInt(stop.slice(at, at + 2), 16)));
  return Array.from({ length: LEVELS }, (_, level) => {
    const place = (level / (LEVELS - 1)) * (colours.length - 1);
    const [low, high] = [colours[Math.floor(place)], colours[Math.ceil(place)]];
    const mixed = low.map((part, index) => Math.round(part + (high[index] - part) * (place % 1)));
    return { fill: `rgb(${mixed.join(" ")})`, ink: luminance(mixed) > 0.179 ? "#000000" : "#ffffff" };
  });
}

/** Relative luminance as WCAG 2 defines it; above 0.179 black text has the higher contrast. */
function luminance(rgb) {
  const [r, g, b] = rgb.map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
