/* A matrix as a table of coloured cells. The cells are kept and recoloured; rows and columns are built anew only when
   their number changes. One cell is in the tab order; the arrow keys, Home and End move from it. */

import { element, number } from "./dom.js";

/**
 * @typedef {Object} Content What a matrix shows.
 * @property {string[]} rows the name of each row
 * @property {string[]} columns the name of each column
 * @property {function(number, number): number} value of row and column
 * @property {function(number, number): boolean} [masked] whether there is nothing to see at row and column
 * @property {number} [limit] the end of the colour scale; by default 1
 */

/**
 * @typedef {Object} Marks What is emphasised.
 * @property {number} [row] the chosen row: it shows its numbers where there is room
 * @property {number[]} [rows] whole rows that take part in the arithmetic
 * @property {number[]} [columns] whole columns that take part
 * @property {number[][]} [cells] single cells that take part, as [row, column]
 */

export class Matrix {
  /**
   * @param {Object} options
   * @param {string} options.label the accessible name, and the heading above the table
   * @param {import("./colours.js").Scale} options.scale
   * @param {string} [options.kind] a class for the heading: query, key, value, write, read
   * @param {boolean} [options.columnNames] show the names of the columns above them
   * @param {boolean} [options.rowNames] show the names of the rows beside them
   * @param {boolean} [options.rowNumbers] write the numbers into the cells of the chosen row
   * @param {number} [options.decimals] of those numbers
   * @param {function(number, number): void} [options.onPoint] a cell was pointed at, focused or tapped
   * @param {function(): void} [options.onLeave] the pointer or the focus has left
   * @param {function(number): void} [options.onPickRow] the name of a row, or a cell in it, was pressed
   */
  constructor(options) {
    this.options = options;
    this.cells = [];
    this.marked = [];
    this.focus = [0, 0];
    this.head = element("thead");
    this.body = element("tbody");
    this.size = element("span", { class: "live-size" });
    const shown = ["live-matrix", options.kind, options.columnNames && "named-columns", options.rowNames && "named-rows"];
    this.table = element("table", { role: "grid", "aria-label": options.label }, this.head, this.body);
    const title = element("div", { class: "live-matrix-title", "aria-hidden": "true" }, element("b", { text: options.label }), this.size);
    this.element = element("div", { class: shown.filter(Boolean).join(" ") }, title, this.table);
    this.#listen();
  }

  /**
   * Show these numbers.
   *
   * @param {Content} content
   */
  update(content) {
    const { rows, columns } = content;
    if (this.cells.length !== rows.length || this.cells[0]?.length !== columns.length) this.#build(rows, columns);
    this.#name(rows, columns);
    this.content = content;
    this.cells.forEach((line, row) => line.forEach((_, column) => this.#paint(row, column)));
    if (this.row !== undefined) this.#write(this.row);
  }

  /**
   * Emphasise some cells and nothing else.
   *
   * @param {Marks} marks
   */
  mark({ row, rows = [], columns = [], cells = [] }) {
    if (this.row !== row) {
      this.#clear(this.row);
      this.row = row;
      this.#write(row);
    }
    for (const cell of this.marked) cell.classList.remove("operand");
    this.marked = [
      ...rows.flatMap((at) => this.cells[at]),
      ...columns.flatMap((at) => this.cells.map((line) => line[at])),
      ...cells.map(([r, c]) => this.cells[r][c]),
    ];
    for (const cell of this.marked) cell.classList.add("operand");
  }

  /** Move the keyboard's place, and the focus itself if `now`. */
  focusCell(row, column, now = true) {
    this.#cellInTabOrder()?.setAttribute("tabindex", "-1");
    this.focus = [clamp(row, this.cells.length), clamp(column, this.cells[0].length)];
    this.#cellInTabOrder().setAttribute("tabindex", "0");
    if (now) this.#cellInTabOrder().focus({ preventScroll: false });
  }

  #cellInTabOrder() {
    return this.cells[this.focus[0]]?.[this.focus[1]];
  }

  #build(rows, columns) {
    const corner = element("td", { class: "corner" });
    this.columnHeads = columns.map(() => element("th", { scope: "col" }, element("span")));
    this.head.replaceChildren(element("tr", {}, corner, ...this.columnHeads));
    this.rowHeads = [];
    this.cells = rows.map((_, row) => columns.map((_, column) => this.#cell(row, column)));
    this.body.replaceChildren(...this.cells.map((line) => element("tr", {}, this.#rowHead(), ...line)));
    this.size.textContent = `${rows.length} × ${columns.length}`;
    this.marked = [];
    this.row = undefined;
    this.focusCell(...this.focus, false);
  }

  #cell(row, column) {
    const cell = element("td", { role: "gridcell", tabindex: "-1" });
    cell.place = [row, column];
    return cell;
  }

  #rowHead() {
    const { onPickRow, rowNames } = this.options;
    const row = this.rowHeads.length;
    const inner =
      onPickRow && rowNames ? element("button", { type: "button", on: { click: () => onPickRow(row) } }) : element("span");
    this.rowHeads.push(element("th", { scope: "row" }, inner));
    return this.rowHeads.at(-1);
  }

  #name(rows, columns) {
    rows.forEach((name, row) => rename(this.rowHeads[row].firstChild, name));
    columns.forEach((name, column) => rename(this.columnHeads[column].firstChild, name));
  }

  #paint(row, column) {
    const { value, masked, limit } = this.content;
    const cell = this.cells[row][column];
    const hidden = masked?.(row, column) ?? false;
    const { fill, ink } = this.options.scale.of(hidden ? 0 : value(row, column), limit);
    cell.classList.toggle("masked", hidden);
    cell.style.background = hidden ? "" : fill;
    cell.style.color = hidden ? "" : ink;
    cell.textContent = hidden ? "×" : "";
    cell.setAttribute("aria-label", hidden ? "masked" : number(value(row, column)));
  }

  /** Write the numbers of a row into its cells, and mark it as chosen. */
  #write(row) {
    if (row === undefined || !this.cells[row]) return;
    this.cells[row].forEach((cell, column) => {
      cell.parentNode.classList.add("chosen");
      if (!this.options.rowNumbers || cell.classList.contains("masked")) return;
      cell.textContent = number(this.content.value(row, column), this.options.decimals ?? 2);
    });
    this.rowHeads[row].firstChild.setAttribute("aria-current", "true");
  }

  #clear(row) {
    if (row === undefined || !this.cells[row]) return;
    this.cells[row][0].parentNode.classList.remove("chosen");
    this.rowHeads[row].firstChild.removeAttribute("aria-current");
    this.cells[row].forEach((_, column) => this.#paint(row, column));
  }

  #listen() {
    const { onPoint, onLeave, onPickRow } = this.options;
    const pointed = (event) => {
      const place = event.target.closest("td")?.place;
      if (place) onPoint?.(...place);
      return place;
    };
    this.table.addEventListener("pointerover", pointed);
    this.table.addEventListener("focusin", pointed);
    this.table.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && onLeave?.());
    this.table.addEventListener("focusout", () => onLeave?.());
    this.table.addEventListener("click", (event) => {
      const place = pointed(event);
      if (!place) return;
      this.focusCell(...place);
      onPickRow?.(place[0]);
    });
    this.table.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const place = event.target.place;
    if (!place || event.altKey || event.metaKey) return;
    const [row, column] = place;
    const last = [this.cells.length - 1, this.cells[0].length - 1];
    const moves = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [event.ctrlKey ? 0 : row, 0],
      End: [event.ctrlKey ? last[0] : row, last[1]],
    };
    if (moves[event.key]) this.focusCell(...moves[event.key]);
    else if ((event.key === "Enter" || event.key === " ") && this.options.onPickRow) this.options.onPickRow(row);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function clamp(index, count) {
  return Math.min(Math.max(index, 0), count - 1);
}

function rename(node, name) {
  if (node.textContent !== name) node.textContent = name;
}
