/* One moment of the copy task: the memory matrix with both heads beside it, the vector written, the vector read, and
   the bits that go in and come out. */

import { BITS, isWrong } from "./copy.js";
import { element, number } from "./dom.js";
import { short } from "./numbers.js";
import { Picture, paint } from "./picture.js";

const ROWS = ["input", "output", "chance of 1", "wanted"];

export class Moment {
  /** @param {import("./colours.js").Scale} scale black for the lowest number, white for the highest */
  constructor(scale) {
    this.scale = scale;
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
    this.added = element("canvas", { role: "img" });
    this.read = element("canvas", { role: "img" });
    this.said = element("p", { class: "note" });
    this.heads = { write: element("span", { class: "write" }), read: element("span", { class: "read" }) };
    this.element = element("div", { class: "moment" }, this.#matrix(), this.#facts());
  }

  /**
   * Show a step.
   *
   * @param {import("./copy.js").Episode} run
   * @param {number} time
   * @param {Object} view
   * @param {number[]} view.order the locations shown
   * @param {number} view.limit the largest number in any memory of the run
   */
  update(run, time, view) {
    Object.assign(this, { run, time, view });
    this.#showMemory();
    this.#showVectors();
    this.#showHeads();
    this.#showBits();
  }

  #matrix() {
    const strip = (text, kind, canvas) => element("div", { class: `strip ${kind}` }, element("span", { text }), canvas);
    const left = element("div", { class: "side", "aria-hidden": "true" }, this.heads.write);
    const right = element("div", { class: "side", "aria-hidden": "true" }, this.heads.read);
    const middle = element("div", { class: "matrix" }, left, this.picture.element, right);
    const name = element("b", { class: "title", text: "Memory after this step" });
    const written = strip("vector written", "write", this.added);
    return element("div", {}, name, written, middle, strip("vector read", "read", this.read), this.said);
  }

  #facts() {
    this.bits = ROWS.map((name) => ({ name, cells: Array.from({ length: BITS }, () => element("td")) }));
    const heads = Array.from({ length: BITS }, (_, bit) => element("th", { scope: "col", text: bit + 1 }));
    const row = ({ name, cells }) => element("tr", {}, element("th", { scope: "row", text: name }), ...cells);
    const rows = this.bits.map(row);
    const head = element("thead", {}, element("tr", {}, element("th", { scope: "col", text: "bit" }), ...heads));
    const caption = element("caption", { text: "The bits at this step" });
    const table = element("table", { class: "bit-table" }, caption, head, element("tbody", {}, ...rows));
    this.writeWords = element("p");
    this.readWords = element("p");
    return element("div", { class: "facts" }, table, this.writeWords, this.readWords);
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

  #showVectors() {
    const { add, readVector } = this.run.traces[this.time];
    this.#showVector(this.added, add[0], "written");
    this.#showVector(this.read, readVector[0], "read");
  }

  #showVector(canvas, vector, name) {
    paint(canvas, 1, vector.length, (_, column) => this.scale.of(vector[column], this.view.limit).fill);
    canvas.setAttribute("aria-label", `vector ${name}: ${vector.map((value) => number(value)).join(", ")}`);
  }

  #showHeads() {
    const { run, time } = this;
    const { addressing } = run.traces[time];
    const [reading, writing] = [addressing[0], addressing.at(-1)].map(({ weighting }) => weighting);
    const [write, read] = [run.writeAt[time], run.readAt[time]];
    this.#place(this.heads.write, write, `${write} ▶`);
    this.#place(this.heads.read, read, `◀ ${read}`);
    this.writeWords.replaceChildren(
      element("b", { class: "write", text: "The write head" }),
      ` gives its largest weight, ${number(writing[write])}, to location ${write}.`,
    );
    const writtenAt = run.writeAt.slice(0, run.length).indexOf(read);
    const known = time > run.length && writtenAt >= 0 ? ` That is where vector ${writtenAt + 1} was written.` : "";
    this.readWords.replaceChildren(
      element("b", { class: "read", text: "The read head" }),
      ` gives its largest weight, ${number(reading[read])}, to location ${read}.${known}`,
    );
  }

  #place(head, location, text) {
    const row = this.view.order.indexOf(location);
    head.hidden = row < 0;
    head.textContent = text;
    head.style.top = `${(100 * (row + 0.5)) / this.view.order.length}%`;
  }

  #showBits() {
    const { run, time } = this;
    const vector = time - run.length - 1;
    const asked = vector >= 0;
    const given = time < run.length ? run.targets[time] : null;
    const values = {
      input: (bit) => (given ? given[bit] : "–"),
      output: (bit) => (asked ? Number(run.chances[vector][bit] >= 0.5) : "–"),
      "chance of 1": (bit) => (asked ? number(run.chances[vector][bit]) : "–"),
      wanted: (bit) => (asked ? run.targets[vector][bit] : "–"),
    };
    for (const { name, cells } of this.bits) {
      cells.forEach((cell, bit) => {
        const wrong = asked && name === "output" && isWrong(run, vector, bit);
        cell.textContent = `${values[name](bit)}${wrong ? " ✗" : ""}`;
        cell.classList.toggle("wrong", wrong);
      });
    }
  }
}
