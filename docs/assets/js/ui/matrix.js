/* A matrix as a table of coloured cells. The cells are kept and recoloured; rows and columns are built anew only when
   their number changes. The table is one stop of the tab key; the arrow keys, Home and End move the current cell. */

import { element, freshId, number } from "./dom.js";

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
 * @property {number} [row] the chosen row: it shows its numbers if the cells are wide enough
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
    this.current = [0, 0];
    this.currentId = freshId();
    this.head = element("thead");
    this.body = element("tbody");
    this.size = element("span", { class: "live-size" });
    const { label, kind, columnNames, rowNames } = options;
    const classes = ["live-matrix", kind, columnNames && "named-columns", rowNames && "named-rows"].filter(Boolean);
    const grid = { class: "cells", role: "grid", tabindex: "0", "aria-label": label };
    this.table = element("table", grid, this.head, this.body);
    const heading = { class: "live-matrix-title", "aria-hidden": "true" };
    const title = element("div", heading, element("b", { text: label }), this.size);
    this.table.setAttribute("aria-activedescendant", this.currentId);
    this.element = element("div", { class: classes.join(" ") }, title, this.table);
    this.#listen();
  }

  /**
   * Show these numbers.
   *
   * @param {Content} content
   */
  update(content) {
    const { rows, columns } = content;
    this.content = content;
    if (this.cells.length !== rows.length || this.cells[0]?.length !== columns.length) this.#build(rows, columns);
    this.#name(rows, columns);
    this.cells.forEach((line, row) => line.forEach((_, column) => this.#paint(row, column)));
    this.#write(this.row);
    this.#describe();
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
    for (const cell of this.marked) cell.classList.remove("operand", "operand-row", "operand-column");
    const marked = {
      "operand-row": rows.flatMap((at) => this.cells[at]),
      "operand-column": columns.flatMap((at) => this.cells.map((line) => line[at])),
      operand: cells.map(([r, c]) => this.cells[r][c]),
    };
    for (const [name, all] of Object.entries(marked)) all.forEach((cell) => cell.classList.add(name));
    this.marked = Object.values(marked).flat();
  }

  /** Make a cell the current one, from which the arrow keys move on. */
  #move(row, column) {
    for (const name of ["id", "aria-label"]) this.#currentCell()?.removeAttribute(name);
    this.current = [clamp(row, this.cells.length), clamp(column, this.cells[0].length)];
    this.#currentCell().id = this.currentId;
    this.#describe();
  }

  #currentCell() {
    return this.cells[this.current[0]]?.[this.current[1]];
  }

  /** Tell what the current cell holds; the others get their turn with the arrow keys. */
  #describe() {
    const [row, column] = this.current;
    const { rows, columns, value } = this.content;
    const told = this.#isMasked(row, column) ? "masked" : number(value(row, column));
    this.#currentCell().setAttribute("aria-label", `${rows[row]}, ${columns[column]}: ${told}`);
  }

  #build(rows, columns) {
    const { rowNames, columnNames } = this.options;
    const corner = rowNames ? [element("td", { class: "corner" })] : [];
    this.columnHeads = columnNames ? columns.map(() => element("th", { scope: "col" }, element("span"))) : [];
    this.head.replaceChildren(...(columnNames ? [element("tr", {}, ...corner, ...this.columnHeads)] : []));
    this.rowHeads = rowNames ? rows.map((_, row) => this.#rowHead(row)) : [];
    this.cells = rows.map((_, row) => columns.map((_, column) => this.#cell(row, column)));
    const lines = this.cells.map((line, row) => element("tr", {}, ...this.rowHeads.slice(row, row + 1), ...line));
    this.body.replaceChildren(...lines);
    this.table.style.setProperty("--columns", columns.length);
    this.size.textContent = `${rows.length} × ${columns.length}`;
    this.marked = [];
    this.row = undefined;
    this.#move(...this.current);
  }

  #cell(row, column) {
    const cell = element("td", { role: "gridcell" });
    cell.place = [row, column];
    return cell;
  }

  #rowHead(row) {
    const { onPickRow } = this.options;
    const pick = () => onPickRow(row);
    const inner = onPickRow ? element("button", { type: "button", on: { click: pick } }) : element("span");
    return element("th", { scope: "row" }, inner);
  }

  #name(rows, columns) {
    this.rowHeads.forEach((head, row) => rename(head.firstChild, rows[row]));
    this.columnHeads.forEach((head, column) => rename(head.firstChild, columns[column]));
  }

  #paint(row, column) {
    const { value, limit } = this.content;
    const cell = this.cells[row][column];
    const hidden = this.#isMasked(row, column);
    const { fill } = this.options.scale.of(hidden ? 0 : value(row, column), limit);
    this.#fill(cell, hidden ? "" : fill, hidden ? "×" : "");
    if (cell.masked !== hidden) cell.classList.toggle("masked", hidden);
    cell.masked = hidden;
  }

  /** Touch the page only where something has changed: this is called for every cell. */
  #fill(cell, fill, text) {
    if (cell.filled !== fill) cell.style.backgroundColor = fill;
    if (cell.written !== text) cell.textContent = text;
    [cell.filled, cell.written] = [fill, text];
  }

  #isMasked(row, column) {
    return this.content.masked?.(row, column) ?? false;
  }

  /** Write the numbers of a row into its cells, and mark it as chosen. */
  #write(row) {
    if (row === undefined || !this.cells[row]) return;
    const { value, limit } = this.content;
    this.cells[row][0].parentNode.classList.add("chosen");
    this.rowHeads[row]?.firstChild.setAttribute("aria-current", "true");
    if (!this.options.rowNumbers) return;
    const texts = this.cells[row].map((_, column) => number(value(row, column), this.options.decimals ?? 2));
    this.table.style.setProperty("--characters", Math.max(...texts.map((text) => text.length)));
    this.cells[row].forEach((cell, column) => {
      if (this.#isMasked(row, column)) return;
      const { fill, ink } = this.options.scale.of(value(row, column), limit);
      cell.style.color = ink;
      this.#fill(cell, fill, texts[column]);
    });
  }

  #clear(row) {
    if (row === undefined || !this.cells[row]) return;
    this.cells[row][0].parentNode.classList.remove("chosen");
    this.rowHeads[row]?.firstChild.removeAttribute("aria-current");
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
    this.table.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && onLeave?.());
    this.table.addEventListener("focus", () => onPoint?.(...this.current));
    this.table.addEventListener("blur", () => onLeave?.());
    this.table.addEventListener("click", (event) => {
      const place = pointed(event);
      if (!place) return;
      this.#move(...place);
      onPickRow?.(place[0]);
    });
    this.table.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    if (event.target !== this.table || event.altKey || event.metaKey) return;
    const { onPoint, onPickRow } = this.options;
    const [row, column] = this.current;
    const last = [this.cells.length - 1, this.cells[0].length - 1];
    const moves = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [event.ctrlKey ? 0 : row, 0],
      End: [event.ctrlKey ? last[0] : row, last[1]],
    };
    if (moves[event.key]) {
      this.#move(...moves[event.key]);
      onPoint?.(...this.current);
    } else if ((event.key === "Enter" || event.key === " ") && onPickRow) onPickRow(row);
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
