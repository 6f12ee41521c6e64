/* Stages ⑤ to ⑦: what the heads do to the memory, as pictures of the memory matrix. Each column is a location, right
   below its weight; each row is a feature of the vectors. */

import { Bars } from "./bars.js";
import { legend } from "./colours.js";
import { element, number } from "./dom.js";
import { circled } from "./listing.js";
import { short } from "./numbers.js";
import { Picture, paint } from "./picture.js";
import { seam } from "./ring.js";

/** The pictures: the stage, the step that makes it (the memory before is given), its name, and the vector beside it. */
export const PICTURES = [
  { stage: "before", step: 0, name: "memory before" },
  { stage: "erased", step: 5, name: "after erase", vector: "e", meaning: "e: what to erase" },
  { stage: "after", step: 6, name: "after add", vector: "a", meaning: "a: what to add" },
  { stage: "read", step: 7, name: "vectors × read weights", vector: "r", meaning: "r: their sum, the vector read" },
];

export class Changing {
  /**
   * @param {import("./colours.js").Scale} scale
   * @param {Object} to what the reader does is told here: `point` and `pick`, as in `Looking`
   */
  constructor(scale, to) {
    this.scale = scale;
    this.to = to;
    this.strips = { write: this.#strip("write", "writing"), read: this.#strip("read", "reading") };
    this.pictures = PICTURES.map((picture) => this.#picture(picture));
    this.legend = legend(scale);
    const [before, erased, after, product] = this.pictures.map((picture) => picture.element);
    const colours = element("p", { class: "colours" }, this.legend.element);
    const [writing, reading] = [this.strips.write.element, this.strips.read.element];
    this.element = element("div", { class: "changing" });
    this.element.append(before, writing, erased, after, reading, product, colours);
  }

  /**
   * Show what happens to the memory.
   *
   * @param {Object} now all values of the step: `memory`, `erased` and `after`, `erase`, `add` and `readVector`,
   *   and the two heads' weightings, `writing` and `reading`; `beside`: what other write heads do in the same step
   * @param {Object} view as in `Looking`
   * @param {string} writer which write head it is, in words
   */
  update(now, view, writer) {
    this.now = now;
    this.view = view;
    this.strips.write.title.textContent = `weighting of ${writer}`;
    const { location, feature } = { ...view, ...view.focus };
    for (const { head, name, bars } of Object.values(this.strips)) {
      const layers = [{ kind: head, values: now[name] }];
      bars.update({ order: view.order, layers, picked: location, seam: seam(view.order) });
    }
    const shown = { rows: now.add.length, columns: view.order.length, limit: view.limit };
    const cell = { row: feature, column: Math.max(0, view.order.indexOf(location)) };
    for (const { stage, step, vector, canvas, picture, element: section } of this.pictures) {
      picture.update({ ...shown, ...cell, value: (j, at) => this.#value(stage, view.order[at], j) });
      section.classList.toggle("now", step === view.step);
      section.classList.toggle("later", step > view.step);
      if (vector) this.#showVector(canvas, vector);
    }
    this.legend.update(view.limit);
  }

  #value(stage, location, feature) {
    const { memory, erased, after, reading } = this.now;
    if (stage === "before") return memory[location][feature];
    if (stage === "erased") return erased[location][feature];
    if (stage === "after") return after[location][feature];
    return reading[location] * after[location][feature];
  }

  #showVector(canvas, name) {
    const values = { e: this.now.erase, a: this.now.add, r: this.now.readVector }[name];
    paint(canvas, values.length, 1, (row) => this.scale.of(values[row], this.view.limit).fill);
    canvas.setAttribute("aria-label", `${name} = ${values.map((value) => number(value)).join(", ")}`);
  }

  #strip(head, name) {
    const bars = new Bars({
      label: `weighting of the ${head} head, by location`,
      describe: (location) => `location ${location}: ${short(this.now[name][location])}`,
      onPoint: (location) => this.to.point(location === null ? null : { location }),
      onPick: (location) => this.to.pick({ location }),
    });
    const title = element("span", { class: head, text: `weighting of the ${head} head` });
    const words = element("div", { class: "words" }, title);
    const section = element("div", { class: "stage strip" }, words, element("div", { class: "drawing" }, bars.element));
    return { head, name, bars, title, element: section };
  }

  #picture({ stage, step, name, vector, meaning = "" }) {
    const place = (feature, at) => ({ stage, feature, location: this.view.order[at] });
    const picture = new Picture({
      label: `${name}: feature by location`,
      scale: this.scale,
      describe: (feature, at) => {
        const location = this.view.order[at];
        return `location ${location}, feature ${feature}: ${short(this.#value(stage, location, feature))}`;
      },
      onPick: (feature, at) => this.to.pick({ feature, location: place(feature, at).location, step }),
      onPoint: (feature, at) => this.to.point(feature === null ? null : place(feature, at)),
    });
    const title = element("b", { class: "title", text: step ? `${circled(step)} ${name}` : name });
    const words = element("div", { class: "words" }, title, element("span", { class: "note", text: meaning }));
    const canvas = vector && element("canvas", { role: "img" });
    const beside = element("div", { class: "beside" });
    if (vector) beside.append(element("i", { text: vector, "aria-hidden": "true" }), canvas);
    const drawing = element("div", { class: "drawing" }, picture.element);
    const section = element("section", { class: "stage", "aria-label": name }, words, drawing, beside);
    return { stage, step, vector, canvas, picture, element: section };
  }
}
