/* <sharpening-bench>: one weighting sharpened in two ways in 32-bit numbers: as the formula is written, w^γ ÷ Σ w^γ, and as
   softmax(γ · log w). The reader turns γ and sees at which point the first divides zero by zero. */

import { sharpenByLogarithms, sharpenByPowers } from "../model/float32.js";
import { Bars } from "../ui/bars.js";
import { choice, slider } from "../ui/controls.js";
import { element } from "../ui/dom.js";
import { numberIn, writeHash } from "../ui/hash.js";
import { LiveFigure } from "../ui/live.js";
import { peak, short } from "../ui/numbers.js";

const STEP = 0.1;
const WAYS = [
  { name: "powers", title: "as written", formula: "w̃^γ ÷ Σ w̃^γ", sharpen: sharpenByPowers },
  { name: "logarithms", title: "by logarithms", formula: "softmax(γ · log w̃)", sharpen: sharpenByLogarithms },
];

class SharpeningBench extends LiveFigure {
  build({ weightings, start, most }) {
    this.names = Object.keys(weightings);
    this.weightings = this.names.map((name) => weightings[name].data);
    this.most = most;
    const built = element("div", { class: "sharpening-bench" });
    this.which = choice("Sharpen", this.names, (which) => this.#go({ which, at: peak(this.weightings[which]) }));
    const range = { min: 1, max: most, step: STEP, format: (power) => power.toFixed(1) };
    this.power = slider("γ", range, (power) => this.#go({ power }));
    this.power.input.setAttribute("aria-label", "sharpening γ");
    this.rows = [this.#row({ name: "before", title: "before", formula: "w̃" }), ...WAYS.map((way) => this.#row(way))];
    this.sum = element("p", { class: "sum" });
    this.verdict = element("p", { class: "verdict", role: "status" });
    const top = element("div", { class: "live-row" }, this.which.element);
    const turn = element("div", { class: "live-row" }, this.power.element);
    built.append(top, turn, ...this.rows.map((row) => row.element), this.sum, this.verdict);
    this.start = { which: 0, power: start, at: peak(this.weightings[0]) };
    this.#set(this.start);
    return built;
  }

  restore({ weighting, power, at }) {
    const chosen = Math.max(0, this.names.indexOf(weighting)); // an unknown name is the first one
    const steps = numberIn(String(Math.round(Number(power) / STEP)), 1 / STEP, this.most / STEP);
    const place = numberIn(at, 0, this.weightings[chosen].length - 1) ?? peak(this.weightings[chosen]);
    this.#set({ which: chosen, power: steps === undefined ? this.start.power : steps * STEP, at: place });
  }

  #set(change) {
    this.state = { ...this.state, ...change };
    const { which, power } = this.state;
    const before = this.weightings[which];
    this.now = { before: { weighting: before } };
    for (const { name, sharpen } of WAYS) this.now[name] = sharpen(before, power);
    this.#show();
  }

  /** The reader did something: the address follows. */
  #go(change) {
    this.#set(change);
    const { which, power, at } = this.state;
    writeHash(this.figure.id, { weighting: this.names[which], power: power.toFixed(1), at });
  }

  #row({ name, title, formula }) {
    const bars = new Bars({
      label: `${title}: weight by location`,
      describe: (at) => `location ${at}: ${said(this.now[name].weighting[at])}`,
      onPoint: (at) => this.#point(at),
      onPick: (at) => this.#go({ at }),
    });
    const note = element("span", { class: "note" });
    const words = element("p", { class: "title" }, element("b", { text: title }), element("i", { text: formula }), note);
    return { name, bars, note, element: element("section", { "aria-label": title }, words, bars.element) };
  }

  #point(at) {
    this.pointed = at;
    this.#showNotes();
  }

  #show() {
    const { which, power, at } = this.state;
    this.which.show(which);
    this.power.show(power);
    const order = this.weightings[which].map((_, place) => place);
    for (const { name, bars } of this.rows) {
      const { weighting } = this.now[name];
      const broken = weighting.some(Number.isNaN);
      const highest = Math.max(...weighting); // a row is drawn up to its own largest weight
      const values = weighting.map((weight) => (broken ? 0 : weight / highest));
      bars.update({ order, layers: [{ kind: name === "before" ? "previous" : "write", values }], picked: at });
      bars.element.classList.toggle("broken", broken);
    }
    const { sum } = this.now.powers;
    this.sum.textContent = `Σ w̃^γ in 32-bit numbers: ${short(sum)}`;
    const broken = "Every power is too small for a 32-bit number and becomes 0. Then 0 ÷ 0 = NaN.";
    const lost = this.now.powers.lost;
    const some = `${lost} of the ${order.length} powers ${lost === 1 ? "has" : "have"} become 0; the sum is still above 0.`;
    const fine = sum < 1.2e-38 ? "The sum is below the smallest normal 32-bit number, so digits are lost." : "";
    this.verdict.textContent = sum === 0 ? broken : `${lost ? some : fine} ${apart(this.now)}`.trim();
    this.#showNotes();
  }

  #showNotes() {
    const at = this.pointed ?? this.state.at;
    for (const { name, note } of this.rows) note.textContent = `at location ${at}: ${said(this.now[name].weighting[at])}`;
  }
}

/** How far the two ways are from each other, in words. */
export function apart({ powers, logarithms }) {
  const most = Math.max(...powers.weighting.map((weight, place) => Math.abs(weight - logarithms.weighting[place])));
  return `The two ways differ by ${short(most)} at most.`;
}

export function said(weight) {
  return Number.isNaN(weight) ? "NaN" : short(weight);
}

customElements.define("sharpening-bench", SharpeningBench);
