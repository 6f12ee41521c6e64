/* One moment of an episode: the memory matrix with the heads beside it, the vectors written, the vectors read, and the
   bits that go in and come out. */

import { element, number } from "./dom.js";
import { isWrong } from "./episode.js";
import { short } from "./numbers.js";
import { Picture, paint } from "./picture.js";

const ROWS = ["input", "output", "chance of 1", "wanted"];

export class Moment {
  /**
   * @param {Object} options
   * @param {import("./colours.js").Scale} options.scale black for the lowest number, white for the highest
   * @param {import("../model/ntm.js").Machine} options.machine
   * @param {string[]} options.columns the names of the bits
   * @param {function(import("./episode.js").Run, number): ((string|number)[]|null)} options.seen what is shown of the
   *   input at a step, one for each column, or nothing
   * @param {function(import("./episode.js").Run, number): {write: string[], read: string[]}} options.words what is to
   *   be said of each head at a step
   */
  constructor({ scale, machine, columns, seen, words }) {
    Object.assign(this, { scale, columns, seen, words });
    this.cell = { row: 0, column: 0 };
    this.picture = new Picture({
      label: "memory after this step: location by feature",
      scale,
      describe: (row, column) => this.#describe(row, column),
      onPick: (row, column) => {
        this.cell = { row, column };
        this.#showMemory();
      },
      onPoint: (row, column) => this.#say(row ?? this.cell.row, column ?? this.cell.column),
    });
    const heads = (kind, count) => Array.from({ length: count }, (_, which) => head(kind, count > 1 ? which + 1 : 0));
    this.write = heads("write", machine.writeHeads);
    this.read = heads("read", machine.readHeads);
    this.said = element("p", { class: "note" });
    this.element = element("div", { class: "moment" }, this.#matrix(), this.#facts());
  }

  /**
   * Show a step.
   *
   * @param {import("./episode.js").Run} run
   * @param {number} time
   * @param {Object} view
   * @param {number[]} view.order the locations shown
   * @param {number} view.limit the largest number in any memory of the run
   */
  update(run, time, view) {
    Object.assign(this, { run, time, view });
    this.#showMemory();
    this.#showHeads();
    this.#showBits();
  }

  #matrix() {
    const side = (heads) => element("div", { class: "side", "aria-hidden": "true" }, ...heads.map(({ flag }) => flag));
    const strips = (heads) => heads.map(({ strip }) => strip);
    const middle = element("div", { class: "matrix" }, side(this.write), this.picture.element, side(this.read));
    const name = element("b", { class: "title", text: "Memory after this step" });
    return element("div", {}, name, ...strips(this.write), middle, ...strips(this.read), this.said);
  }

  #facts() {
    this.bits = ROWS.map((name) => ({ name, cells: this.columns.map(() => element("td")) }));
    const names = this.columns.map((text) => element("th", { scope: "col", text }));
    const row = ({ name, cells }) => element("tr", {}, element("th", { scope: "row", text: name }), ...cells);
    const rows = this.bits.map(row);
    const top = element("thead", {}, element("tr", {}, element("th", { scope: "col", text: "bit" }), ...names));
    const caption = element("caption", { text: "The bits at this step" });
    const table = element("table", { class: "bit-table" }, caption, top, element("tbody", {}, ...rows));
    const words = [...this.write, ...this.read].map(({ words }) => words);
    return element("div", { class: "facts" }, table, ...words);
  }

  #describe(row, column) {
    const location = this.view.order[row];
    const memory = this.run.traces[this.time].memoryAfter;
    return `location ${location}, feature ${column}: ${short(memory[location][column])}`;
  }

  #say(row, column) {
    this.said.textContent = this.#describe(row, column);
  }

  #showMemory() {
    const { order, limit } = this.view;
    const memory = this.run.traces[this.time].memoryAfter;
    this.cell.row = Math.min(this.cell.row, order.length - 1);
    const value = (row, column) => memory[order[row]][column];
    this.picture.update({ rows: order.length, columns: memory[0].length, value, limit, ...this.cell });
    this.#say(this.cell.row, this.cell.column);
  }

  #showHeads() {
    const { run, time } = this;
    const { addressing, add, readVector } = run.traces[time];
    const words = this.words(run, time);
    const show = (heads, vectors, places, offset, more) =>
      heads.forEach((head, which) => {
        const place = places[which][time];
        const weight = addressing[offset + which].weighting[place];
        this.#showVector(head, vectors[which]);
        this.#place(head, place);
        const said = ` gives its largest weight, ${number(weight)}, to location ${place}.`;
        head.words.replaceChildren(element("b", { class: head.kind, text: head.name }), said, more[which] ? ` ${more[which]}` : "");
      });
    show(this.write, add, run.writeAt, this.read.length, words.write);
    show(this.read, readVector, run.readAt, 0, words.read);
  }

  #showVector({ canvas, vectorName }, vector) {
    paint(canvas, 1, vector.length, (_, column) => this.scale.of(vector[column], this.view.limit).fill);
    canvas.setAttribute("aria-label", `${vectorName}: ${vector.map((value) => number(value)).join(", ")}`);
  }

  #place({ flag, kind }, location) {
    const row = this.view.order.indexOf(location);
    flag.hidden = row < 0;
    flag.textContent = kind === "write" ? `${location} ▶` : `◀ ${location}`;
    flag.style.top = `${(100 * (row + 0.5)) / this.view.order.length}%`;
  }

  #showBits() {
    const { run, time } = this;
    const answer = time - run.firstAnswer;
    const asked = answer >= 0;
    const seen = this.seen(run, time);
    const values = {
      input: (bit) => (seen ? seen[bit] : "–"),
      output: (bit) => (asked ? Number(run.chances[answer][bit] >= 0.5) : "–"),
      "chance of 1": (bit) => (asked ? number(run.chances[answer][bit]) : "–"),
      wanted: (bit) => (asked ? run.targets[answer][bit] : "–"),
    };
    for (const { name, cells } of this.bits) {
      cells.forEach((cell, bit) => {
        const wrong = asked && name === "output" && isWrong(run, answer, bit);
        cell.textContent = `${values[name](bit)}${wrong ? " ✗" : ""}`;
        cell.classList.toggle("wrong", wrong);
      });
    }
  }
}

/** The elements of one head; `which` counts from 1 where there are several of its kind. */
function head(kind, which) {
  const ofHead = which ? ` ${which}` : "";
  const vectorName = `vector ${kind === "write" ? "written" : "read"}${which ? `, head ${which}` : ""}`;
  const canvas = element("canvas", { role: "img" });
  return {
    kind,
    name: `The ${kind} head${ofHead}`,
    vectorName,
    canvas,
    strip: element("div", { class: `strip ${kind}` }, element("span", { text: vectorName }), canvas),
    flag: element("span", { class: kind }),
    words: element("p"),
  };
}
