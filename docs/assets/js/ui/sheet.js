/* A small matrix with the words as rows, for places where many stand side by side: a picture instead of a table. The
   chosen word's row is emphasised. */

import { element, number } from "./dom.js";
import { Picture } from "./picture.js";

export class Sheet {
  /**
   * @param {Object} options
   * @param {string} options.label the accessible name
   * @param {(string|Node)[]} [options.heading] the label as it stands above, if it does
   * @param {boolean} [options.named] name the rows beside the picture
   * @param {import("./colours.js").Scale} options.scale
   * @param {function(number, number): void} options.onPoint a cell was pointed at, or reached with the arrow keys
   * @param {function(): void} [options.onLeave] nothing is pointed at any more
   * @param {function(number): void} options.onPickRow a row was picked
   */
  constructor(options) {
    this.options = options;
    this.cell = { row: 0, column: 0 };
    this.picture = new Picture({
      label: options.label,
      scale: options.scale,
      describe: (row, column) => this.#describe(row, column),
      onPick: (row, column) => this.#pick(row, column),
      onPoint: (row, column) => (row === null ? options.onLeave?.() : options.onPoint(row, column)),
    });
    this.band = element("span", { class: "band", "aria-hidden": "true" });
    this.picture.element.append(this.band);
    this.size = element("span", { class: "live-size" });
    const heading = { class: "live-matrix-title", "aria-hidden": "true" };
    const title = element("div", heading, element("b", {}, ...(options.heading ?? [])), this.size);
    this.names = element("div", { class: "names", "aria-hidden": "true" });
    const body = element("div", { class: "sheet-body" }, ...(options.named ? [this.names] : []), this.picture.element);
    this.element = element("div", { class: "sheet" }, ...(options.heading ? [title] : []), body);
  }

  /**
   * Show these numbers.
   *
   * @param {import("./matrix.js").Content} content
   */
  update(content) {
    this.content = content;
    this.size.textContent = `${content.rows.length} × ${content.columns.length}`;
    this.element.style.setProperty("--rows", content.rows.length);
    this.#draw();
  }

  /** Emphasise a row. */
  choose(row) {
    this.chosen = row;
    this.element.style.setProperty("--chosen", row);
    if (this.options.named) this.#name(this.content.rows, row);
  }

  #draw() {
    const { rows, columns } = this.content;
    this.picture.update({ ...this.content, rows: rows.length, columns: columns.length, ...this.cell });
  }

  #name(words, chosen) {
    if (this.names.childElementCount !== words.length) this.names.replaceChildren(...words.map(() => element("span")));
    words.forEach((word, row) => {
      this.names.children[row].textContent = word;
      this.names.children[row].classList.toggle("chosen", row === chosen);
    });
  }

  #describe(row, column) {
    const { rows, columns, value, masked } = this.content;
    return `${rows[row]}, ${columns[column]}: ${masked?.(row, column) ? "masked" : number(value(row, column))}`;
  }

  #pick(row, column) {
    this.cell = { row, column };
    this.#draw();
    if (row !== this.chosen) this.options.onPickRow(row);
    this.options.onPoint(row, column);
  }
}
