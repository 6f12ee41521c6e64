/* <antecedent-lens>: one sentence with two endings. Arcs lead from “it” to the words it looks at, the wider the more
   weight; the French translation below changes with them. */

import { element, number } from "../ui/dom.js";
import { writeHash } from "../ui/hash.js";
import { LiveFigure } from "../ui/live.js";
import { frenchWords } from "../ui/sentence.js";

const SVG = "http://www.w3.org/2000/svg";

class AntecedentLens extends LiveFigure {
  static atOnce = true;

  build(live) {
    this.live = live;
    this.endings = Object.keys(live.words);
    const [first, second] = this.endings.map((ending) => live.words[ending]);
    this.place = first.findIndex((word, index) => word !== second[index]);
    this.shown = first.map((_, index) => index).filter((index) => !first[index].startsWith("<"));
    this.columns = this.shown.map((index) => this.#word(index));
    this.arcs = this.shown.map(() => document.createElementNS(SVG, "path"));
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("aria-hidden", "true");
    drawing.append(...this.arcs);
    const words = this.columns.map(({ box }) => box);
    const label = "The sentence, with the weight that “it” gives to each word";
    this.sentence = element("div", { class: "lens-sentence", role: "list", "aria-label": label }, ...words, drawing);
    this.said = element("p", { class: "lens-said", role: "status" });
    this.answer = frenchWords("The model translates:");
    this.#choose(this.endings[0]);
    this.sizes = new ResizeObserver(() => this.#bend());
    this.sizes.observe(this.sentence);
    return element("div", { class: "antecedent-lens" }, this.sentence, this.said, this.answer.element);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.sizes?.disconnect();
  }

  /** A word with its weight below; the last word but one is the switch between the endings. */
  #word(index) {
    const { words, query } = this.live;
    const weight = element("span", { class: "lens-weight" });
    const bar = element("i", { "aria-hidden": "true" });
    const word = words[this.endings[0]][index];
    const text = index === this.place ? this.#switch() : element("span", { class: "lens-word", text: word });
    const box = element("div", { role: "listitem", class: index === query ? "asks" : "" }, text, bar, weight);
    return { index, box, text, bar, weight };
  }

  #switch() {
    this.buttons = this.endings.map((ending) =>
      element("button", { type: "button", text: ending, on: { click: () => this.#pick(ending) } }),
    );
    return element("span", { class: "lens-switch", role: "group", "aria-label": "Choose the ending" }, ...this.buttons);
  }

  restore({ ending }) {
    if (this.endings.includes(ending)) this.#choose(ending);
  }

  #pick(ending) {
    writeHash(this.figure.id, { ending });
    this.#choose(ending);
  }

  /** Show the sentence with this ending. */
  #choose(ending) {
    const { words, weights, translation, query, layer, head } = this.live;
    this.buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.textContent === ending)));
    this.columns.forEach(({ index, bar, weight }, column) => {
      const share = weights[ending][index];
      bar.style.setProperty("--share", share);
      weight.textContent = number(share);
      this.arcs[column].style.setProperty("--share", index === query ? 0 : share);
    });
    const others = this.shown.filter((index) => index !== query);
    const most = others.reduce((best, index) => (weights[ending][index] > weights[ending][best] ? index : best));
    this.columns.forEach(({ index, box }) => box.classList.toggle("most", index === most));
    this.arcs.forEach((arc, column) => arc.classList.toggle("most", this.shown[column] === most));
    const [asks, found] = [query, most].map((index) => `“${words[ending][index]}”`);
    this.said.textContent =
      `Of all other words, ${asks} gives most to ${found}: a weight of ${number(weights[ending][most])} ` +
      `(encoder layer ${layer + 1}, head ${head + 1}).`;
    this.answer.update(translation[ending]);
  }

  /** Lay the arcs anew: the words stand elsewhere on a screen of another width. */
  #bend() {
    const origin = this.sentence.getBoundingClientRect();
    const places = this.columns.map(({ box, text }) => {
      const { left, width, top } = text.getBoundingClientRect();
      const { bottom } = box.getBoundingClientRect();
      return { x: left + width / 2 - origin.left, top: top - origin.top, bottom: bottom - origin.top };
    });
    const from = places[this.shown.indexOf(this.live.query)];
    places.forEach((to, column) => {
      const across = to.bottom < from.top || to.top > from.bottom;
      this.arcs[column].setAttribute("d", across ? between(from, to) : above(from, to));
      this.arcs[column].classList.toggle("across", across);
    });
  }
}

/** An arc above two words of one line. */
function above(from, to) {
  const height = Math.min(from.top, to.top) - Math.min(70, 14 + Math.abs(to.x - from.x) * 0.22);
  return `M${from.x} ${from.top}C${from.x} ${height} ${to.x} ${height} ${to.x} ${to.top}`;
}

/** An arc in the gap between two lines: it covers neither words nor numbers. */
function between(from, to) {
  const [start, end] = to.bottom < from.top ? [from.top, to.bottom] : [from.bottom, to.top];
  const middle = (start + end) / 2;
  return `M${from.x} ${start}C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${end}`;
}

customElements.define("antecedent-lens", AntecedentLens);
