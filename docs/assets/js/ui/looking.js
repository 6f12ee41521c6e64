/* Stages ① to ④ of a head's addressing: a row of bars over the locations for each, with its sliders, from the previous
   weighting at the top to the weighting that the head uses. */

import { SHIFTS } from "../model/ntm.js";
import { Bars } from "./bars.js";
import { button, slider } from "./controls.js";
import { element, number } from "./dom.js";
import { circled } from "./listing.js";
import { peak, short, total } from "./numbers.js";
import { seam } from "./ring.js";

const STRONGEST_KEY = 50;
const HARDEST_SHARPENING = 20;
const LINK = 6; // the width of a line that carries a whole weight, in pixels

/** The rows: the stage, the step that makes it (the previous weighting is given), its name and its symbol. */
export const ROWS = [
  { stage: "previous", step: 0, name: "previous weighting", symbol: "wₜ₋₁" },
  { stage: "content", step: 1, name: "content", symbol: "wᶜ" },
  { stage: "interpolated", step: 2, name: "interpolation", symbol: "wᵍ" },
  { stage: "shifted", step: 3, name: "circular shift", symbol: "w̃" },
  { stage: "weighting", step: 4, name: "sharpening", symbol: "w" },
];

/** A distribution that has all its weight at one place. */
export function only(place, size) {
  return Array.from({ length: size }, (_, at) => (at === place ? 1 : 0));
}

/**
 * A distribution in which one place has a new weight; the others share what is left as they shared it before.
 *
 * @param {number[]} weights sum to 1
 * @param {number} place
 * @param {number} weight 0 to 1
 * @returns {number[]} sum to 1
 */
export function withWeight(weights, place, weight) {
  const others = total(weights) - weights[place];
  const share = (old) => (others > 0 ? old / others : 1 / (weights.length - 1));
  return weights.map((old, at) => (at === place ? weight : (1 - weight) * share(old)));
}

/** A location's vector as a key: the cosine ignores its length, so it is shortened to fit between −1 and 1. */
export function keyFrom(vector) {
  const largest = Math.max(1, ...vector.map(Math.abs));
  return vector.map((value) => value / largest);
}

/**
 * The bars of one stage that take part in the arithmetic of a location at another stage.
 *
 * @param {string} stage
 * @param {{stage: string, location: number}} focus
 * @param {number} size how many locations there are
 * @returns {number[]} their locations
 */
export function partsIn(stage, focus, size) {
  const { stage: made, location } = focus;
  if (made === "interpolated" && (stage === "content" || stage === "previous")) return [location];
  if (made === "shifted" && stage === "interpolated") return SHIFTS.map((by) => (location - by + size) % size);
  if (made === "weighting" && stage === "shifted") return [location];
  return [];
}

export class Looking {
  /**
   * @param {Object} to what the reader does is told here
   * @param {function(Object|null): void} to.point something is pointed at: `{stage, location}` or `{stage, feature}`
   * @param {function(Object): void} to.pick something was picked: `{location}` or `{feature}`, and its `step`
   * @param {function(Object): void} to.change some of the head's controls have new values
   * @param {function(number[]): void} to.changePrevious the previous weighting has new values
   */
  constructor(to) {
    this.to = to;
    this.#tools();
    this.rows = ROWS.map((row) => this.#row(row));
    this.element = element("div", { class: "looking" }, ...this.rows.map((row) => row.element));
  }

  /**
   * Show a head's addressing.
   *
   * @param {Object} now all values of the step: `controls`, `previous`, `memory`, `stages`
   * @param {Object} view
   * @param {string} view.head write or read
   * @param {number} view.step
   * @param {number[]} view.order the locations shown
   * @param {number} view.location the picked one
   * @param {number} view.feature the picked feature of the key
   * @param {Object} view.focus what the arithmetic is about: `{stage, location}`, `{stage, feature}`
   * @param {number} view.limit the largest number that the memory ever holds
   */
  update(now, view) {
    this.now = now;
    this.view = view;
    this.#showControls();
    this.#showKey();
    const drawn = { ...now.stages, previous: now.previous };
    for (const row of this.rows) {
      const values = drawn[row.stage];
      row.bars.update({
        order: view.order,
        layers: this.#layers(row.stage, values),
        picked: view.focus.location ?? view.location,
        parts: partsIn(row.stage, view.focus, values.length),
        seam: seam(view.order),
      });
      const top = peak(values);
      row.note.textContent = `sum ${number(total(values), 3)} · largest ${number(values[top])} at ${top}`;
      row.element.classList.toggle("now", row.step === view.step);
      row.element.classList.toggle("later", row.step > view.step);
    }
    this.#showLinks();
  }

  /** The interpolated bars show what came from the content and what from the previous weighting. */
  #layers(stage, values) {
    if (stage === "interpolated") {
      const { gate } = this.now.controls;
      return [
        { kind: "previous", values: this.now.previous.map((weight) => (1 - gate) * weight) },
        { kind: "content", values: this.now.stages.content.map((weight) => gate * weight) },
      ];
    }
    return [{ kind: stage === "previous" || stage === "content" ? stage : this.view.head, values }];
  }

  #row({ stage, step, name, symbol }) {
    const changed = (place, value) => this.to.changePrevious(withWeight(this.now.previous, place, value));
    const bars = new Bars({
      label: `${name}: weight by location`,
      describe: (location) => {
        const values = stage === "previous" ? this.now.previous : this.now.stages[stage];
        return `location ${location}: ${short(values[location])}`;
      },
      onPoint: (location) => this.to.point(location === null ? null : { stage, location }),
      onPick: (location) => this.to.pick({ location, step }),
      onChange: stage === "previous" && changed,
    });
    const text = step ? `${circled(step)} ${name} ` : `${name} `;
    const title = element("b", { class: "title", text }, element("i", { text: symbol }));
    const note = element("span", { class: "note" });
    const tools = element("div", { class: "tools" }, ...this.tools[stage]);
    const words = element("div", { class: "words" }, title, note, tools);
    const drawing = element("div", { class: "drawing" }, bars.element);
    if (stage === "shifted") drawing.prepend(this.#links());
    if (stage === "content") drawing.append(this.#keyBars());
    const section = element("section", { class: "stage", "aria-label": name }, words, drawing);
    return { stage, step, bars, note, element: section };
  }

  #tools() {
    this.strength = this.#control("β", "key strength β", "keyStrength", 0, STRONGEST_KEY);
    this.sharpness = this.#control("γ", "sharpening γ", "sharpening", 1, HARDEST_SHARPENING);
    const gateRange = { min: 0, max: 1, step: 0.01, format: () => short(this.now.controls.gate) };
    this.gate = slider("g", gateRange, (gate) => this.to.change({ gate }));
    this.gate.input.setAttribute("aria-label", "gate g");
    this.shares = SHIFTS.map((distance, which) => this.#share(distance, which));
    this.focusButton = button("", () => this.to.changePrevious(only(this.view.location, this.now.previous.length)));
    this.copyButton = button("", () => this.to.change({ key: keyFrom(this.now.memory[this.view.location]) }));
    this.tools = {
      previous: [this.focusButton, element("span", { class: "note", text: "or drag the bars" })],
      content: [this.strength.element, this.copyButton],
      interpolated: [this.gate.element],
      shifted: this.shares.map((share) => share.element),
      weighting: [this.sharpness.element],
    };
  }

  /** A slider for one number of the controls, fine near `low` and coarse near `high`. */
  #control(symbol, label, name, low, high) {
    const range = Math.log(high - low + 1);
    const onInput = (place) => this.to.change({ [name]: low + Math.exp(place * range) - 1 });
    const one = slider(symbol, { min: 0, max: 1, step: 0.005, format: () => short(this.now.controls[name]) }, onInput);
    one.input.setAttribute("aria-label", label);
    return { element: one.element, show: (value) => one.show(Math.log(value - low + 1) / range) };
  }

  /** A slider for one share of the shift; the other shares give way. */
  #share(distance, which) {
    const sign = distance > 0 ? "+1" : number(distance, 0);
    const format = () => number(this.now.controls.shift[which], 2);
    const onInput = (value) => this.to.change({ shift: withWeight(this.now.controls.shift, which, value) });
    const share = slider(`s(${sign})`, { min: 0, max: 1, step: 0.01, format }, onInput);
    share.input.setAttribute("aria-label", `share of the shift by ${sign}`);
    return share;
  }

  #keyBars() {
    const bars = (label, vector, onChange) =>
      new Bars({
        label,
        signed: true,
        describe: (feature) => `feature ${feature}: ${number(vector()[feature], 2)}`,
        onPoint: (feature) => this.to.point(feature === null ? null : { stage: "key", feature }),
        onPick: (feature) => this.to.pick({ feature, step: 1 }),
        onChange,
      });
    const change = (feature, value) => this.to.change({ key: this.now.controls.key.with(feature, value) });
    this.key = bars("key k: value by feature", () => this.now.controls.key, change);
    this.vector = bars("vector at the picked location: value by feature", () => this.now.memory[this.view.location]);
    this.vectorName = element("span", { class: "note" });
    const keyWord = element("b", { class: "query", text: "key k" });
    const keyName = element("span", { class: "note" }, keyWord, " (drag the bars)");
    const keySide = element("div", {}, keyName, this.key.element);
    const vectorSide = element("div", {}, this.vectorName, this.vector.element);
    return element("div", { class: "key-bars" }, keySide, vectorSide);
  }

  /** Lines from the three locations that a shifted weight comes from. */
  #links() {
    this.lines = SHIFTS.map(() => document.createElementNS("http://www.w3.org/2000/svg", "line"));
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "links");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    svg.append(...this.lines);
    return svg;
  }

  #showControls() {
    const { keyStrength, gate, shift, sharpening } = this.now.controls;
    this.strength.show(keyStrength);
    this.gate.show(gate);
    this.shares.forEach((share, which) => share.show(shift[which]));
    this.sharpness.show(sharpening);
    this.focusButton.textContent = `all of it at ${this.view.location}`;
    this.copyButton.textContent = `key := vector at ${this.view.location}`;
  }

  #showKey() {
    const { feature, focus, location, limit } = this.view;
    const picked = focus.feature ?? feature;
    const { key } = this.now.controls;
    const order = key.map((_, at) => at);
    const vector = this.now.memory[location].map((value) => value / limit);
    this.key.update({ order, layers: [{ kind: "query", values: key }], picked });
    this.vector.update({ order, layers: [{ kind: "vector", values: vector }], picked });
    this.vectorName.textContent = `vector at location ${location}`;
  }

  #showLinks() {
    const { order, focus, location } = this.view;
    const at = order.indexOf(focus.location ?? location);
    this.lines[0].parentNode.setAttribute("viewBox", `0 0 ${order.length} 1`);
    SHIFTS.forEach((distance, which) => {
      const width = LINK * this.now.controls.shift[which];
      const ends = { x1: at - distance + 0.5, y1: 0, x2: at + 0.5, y2: 1, "stroke-width": width };
      for (const [name, value] of Object.entries(ends)) this.lines[which].setAttribute(name, value);
    });
  }
}
