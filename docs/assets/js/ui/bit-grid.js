/* A grid of bits to draw on: a column a vector, a row a bit. The pointer paints as it is dragged, and the first cell
   says what: the opposite of what it held. The grid is one stop of the tab key; the arrow keys, Home and End move
   through it, Space and Enter turn a bit over. */

import { button } from "./controls.js";
import { element, freshId } from "./dom.js";

const REACH = 6; // the pointer's way is looked at in steps of this many pixels, less than a cell
const HALF = 10; // on a narrow screen the vectors after these stand below them

export class BitGrid {
  /**
   * @param {Object} options
   * @param {string} options.label the accessible name
   * @param {import("./colours.js").Scale} options.scale
   * @param {Array<{name: string, make: function(number): number[][]}>} options.starts patterns to start from; `make` is
   *   told how many vectors there are now
   * @param {function(number[][]): void} options.onDraw the pattern has changed: [vector][bit]
   * @param {function(): void} options.onEnd a stroke, or another change, has come to its end
   */
  constructor(options) {
    this.options = options;
    this.cells = [];
    this.current = [0, 0];
    const help = "Black 0, white 1. Press a cell, or drag; keys: arrows and space.";
    const hint = element("span", { id: freshId(), text: help });
    const named = { class: "bit-grid", role: "grid", "aria-label": options.label, "aria-describedby": hint.id };
    this.grid = element("div", named);
    this.said = element("span", { class: "said", role: "status" });
    const words = element("p", { class: "note" }, hint, this.said);
    this.element = element("div", { class: "drawing-board" }, this.grid, words, this.#buttons());
    this.#listen();
  }

  /**
   * Show a pattern.
   *
   * @param {number[][]} vectors [vector][bit], each 0 or 1
   */
  show(vectors) {
    this.vectors = vectors.map((bits) => [...bits]);
    if (this.cells.length !== vectors.length) this.#build();
    this.cells.forEach((column, vector) => column.forEach((_, bit) => this.#paint(vector, bit)));
  }

  #build() {
    this.cells = this.vectors.map((bits, vector) => bits.map((_, bit) => this.#cell(vector, bit)));
    const rows = this.cells[0].map((_, bit) => element("div", { role: "row" }, ...this.cells.map((one) => one[bit])));
    const above = this.cells.map((_, vector) => numberAt(vector, -1, vector + 1));
    const beside = rows.map((_, bit) => numberAt(-1, bit, bit + 1));
    const again = rows.map((_, bit) => numberAt(HALF - 1, bit, bit + 1, "second again"));
    this.grid.replaceChildren(...above, ...beside, ...(this.cells.length > HALF ? again : []), ...rows);
    this.#moveTo(...this.current);
  }

  #cell(vector, bit) {
    const cell = element("div", { role: "gridcell", class: "bit", tabindex: "-1" });
    cell.place = [vector, bit];
    return put(cell, vector, bit);
  }

  /** Touch the page only where something has changed. */
  #paint(vector, bit) {
    const cell = this.cells[vector][bit];
    const value = this.vectors[vector][bit];
    if (cell.value === value) return;
    cell.value = value;
    cell.style.backgroundColor = this.options.scale.of(value).fill;
    cell.setAttribute("aria-label", describe(vector, bit, value));
  }

  /** Make a cell the one that the tab key reaches. */
  #moveTo(vector, bit) {
    const [before, at] = this.current;
    this.cells[before]?.[at].setAttribute("tabindex", "-1");
    this.current = [clamp(vector, this.cells.length), clamp(bit, this.cells[0].length)];
    this.#currentCell().setAttribute("tabindex", "0");
  }

  #currentCell() {
    const [vector, bit] = this.current;
    return this.cells[vector][bit];
  }

  /* Changing. */

  #set(vector, bit, value) {
    if (this.vectors[vector][bit] === value) return false;
    this.vectors[vector][bit] = value;
    this.said.textContent = describe(vector, bit, value);
    return true;
  }

  #tell() {
    this.options.onDraw(this.vectors.map((bits) => [...bits]));
  }

  #replace(vectors) {
    this.options.onDraw(vectors);
    this.options.onEnd();
  }

  #buttons() {
    const { starts } = this.options;
    const every = (change) => () => this.#replace(this.vectors.map((bits) => bits.map(change)));
    const changes = [button("clear", every(() => 0)), button("invert", every((bit) => 1 - bit))];
    const makes = starts.map(({ name, make }) => button(name, () => this.#replace(make(this.vectors.length))));
    const label = element("span", { class: "live-label", text: "or start from" });
    return element("div", { class: "live-row" }, ...changes, label, ...makes);
  }

  #listen() {
    let stroke = null;
    this.grid.addEventListener("pointerdown", (event) => {
      const cell = cellAt(event.clientX, event.clientY, this.grid);
      if (event.button !== 0 || !event.isPrimary || !cell) return;
      event.preventDefault();
      this.grid.setPointerCapture(event.pointerId);
      stroke = { value: 1 - cell.value, x: event.clientX, y: event.clientY };
      this.#draw([cell], stroke.value);
    });
    this.grid.addEventListener("pointermove", (event) => {
      if (!stroke || !event.isPrimary) return;
      this.#draw(this.#between(stroke, event), stroke.value);
      [stroke.x, stroke.y] = [event.clientX, event.clientY];
    });
    const end = (event) => {
      if (!stroke || !event.isPrimary) return;
      stroke = null;
      this.options.onEnd();
    };
    for (const name of ["pointerup", "pointercancel"]) this.grid.addEventListener(name, end);
    this.grid.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The cells on the pointer's way. A quick hand crosses several of them between two events. */
  #between({ x, y }, event) {
    const [across, down] = [event.clientX - x, event.clientY - y];
    const steps = Math.max(1, Math.ceil(Math.hypot(across, down) / REACH));
    const at = (_, step) => cellAt(x + (across * (step + 1)) / steps, y + (down * (step + 1)) / steps, this.grid);
    return Array.from({ length: steps }, at).filter(Boolean);
  }

  #draw(cells, value) {
    if (cells.length === 0) return;
    this.#moveTo(...cells.at(-1).place);
    this.#currentCell().focus({ preventScroll: true });
    const changed = cells.filter(({ place }) => this.#set(...place, value));
    if (changed.length > 0) this.#tell();
  }

  #key(event) {
    if (event.altKey || event.metaKey) return;
    const [vector, bit] = this.current;
    const last = [this.cells.length - 1, this.cells[0].length - 1];
    const to = {
      ArrowLeft: [vector - 1, bit],
      ArrowRight: [vector + 1, bit],
      ArrowUp: [vector, bit - 1],
      ArrowDown: [vector, bit + 1],
      Home: [0, event.ctrlKey ? 0 : bit],
      End: [last[0], event.ctrlKey ? last[1] : bit],
    }[event.key];
    if (to) {
      this.#moveTo(...to);
      this.#currentCell().focus();
    } else if (event.key === " " || event.key === "Enter") {
      this.#draw([this.#currentCell()], 1 - this.vectors[vector][bit]);
      this.options.onEnd();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function describe(vector, bit, value) {
  return `vector ${vector + 1}, bit ${bit + 1}: ${value}`;
}

/** The cell at a place of the window. */
function cellAt(x, y, grid) {
  const cell = document.elementFromPoint(x, y)?.closest(".bit");
  return cell && grid.contains(cell) ? cell : null;
}

/** Say where an element stands; the style sheet makes one or two rows of vectors of it. */
function put(node, vector, bit, line = vector < HALF ? "" : "second") {
  node.className = `${node.className} ${line}`.trim();
  node.style.setProperty("--vector", vector);
  node.style.setProperty("--bit", bit);
  return node;
}

/** A number beside or above the cells. */
function numberAt(vector, bit, text, line) {
  return put(element("span", { "aria-hidden": "true", text }), vector, bit, line);
}

function clamp(index, count) {
  return Math.min(Math.max(index, 0), count - 1);
}
