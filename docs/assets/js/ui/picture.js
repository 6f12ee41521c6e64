/* A matrix as a picture: too many cells for a table of elements. Each number becomes one pixel of a canvas, which the
   page enlarges. For screen readers and the keyboard it is a grid of which only the current cell is there. */

import { element } from "./dom.js";

/**
 * Paint numbers into a canvas, one pixel each.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} rows
 * @param {number} columns
 * @param {function(number, number): (string|null)} colour of row and column; null leaves the place empty
 */
export function paint(canvas, rows, columns, colour) {
  if (canvas.width !== columns || canvas.height !== rows) [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const fill = colour(row, column);
      if (fill === null) continue;
      context.fillStyle = fill;
      context.fillRect(column, row, 1, 1);
    }
  }
}

export class Picture {
  /**
   * @param {Object} options
   * @param {string} options.label the accessible name
   * @param {import("./colours.js").Scale} options.scale
   * @param {function(number, number): string} options.describe what is said of the cell at row and column
   * @param {function(number, number): void} options.onPick a cell was picked
   * @param {function(number|null, number|null): void} options.onPoint a cell is pointed at, or none any more
   */
  constructor(options) {
    this.options = options;
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.cell = element("div", { role: "gridcell", class: "cell", tabindex: "0" });
    this.line = element("div", { role: "row" }, this.cell);
    const named = { class: "picture", role: "grid", "aria-label": options.label };
    this.element = element("div", named, this.canvas, this.line);
    this.#listen();
  }

  /**
   * Show these numbers.
   *
   * @param {Object} content
   * @param {number} content.rows
   * @param {number} content.columns
   * @param {function(number, number): number} content.value of row and column
   * @param {number} content.limit the end of the colour scale
   * @param {number} content.row the current cell
   * @param {number} content.column
   * @param {function(number, number): boolean} [content.masked] whether the place is left empty
   */
  update({ rows, columns, value, limit, row, column, masked = () => false }) {
    Object.assign(this, { rows, columns, row, column });
    paint(this.canvas, rows, columns, (r, c) => (masked(r, c) ? null : this.options.scale.of(value(r, c), limit).fill));
    this.element.setAttribute("aria-rowcount", rows);
    this.element.setAttribute("aria-colcount", columns);
    this.line.setAttribute("aria-rowindex", row + 1);
    this.cell.setAttribute("aria-colindex", column + 1);
    this.cell.setAttribute("aria-label", this.options.describe(row, column));
    const place = { left: column / columns, top: row / rows, width: 1 / columns, height: 1 / rows };
    for (const [side, share] of Object.entries(place)) this.cell.style[side] = `${100 * share}%`;
  }

  #under(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const at = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    return [at((event.clientY - top) / height, this.rows), at((event.clientX - left) / width, this.columns)];
  }

  #listen() {
    this.element.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse") this.options.onPoint(...this.#under(event));
    });
    this.element.addEventListener("pointerleave", () => this.options.onPoint(null, null));
    this.element.addEventListener("click", (event) => {
      this.options.onPick(...this.#under(event));
      this.cell.focus({ preventScroll: true });
    });
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const { row, column, rows, columns } = this;
    const to = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [row, 0],
      End: [row, columns - 1],
    }[event.key];
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    this.options.onPick(Math.min(rows - 1, Math.max(0, to[0])), Math.min(columns - 1, Math.max(0, to[1])));
  }
}
