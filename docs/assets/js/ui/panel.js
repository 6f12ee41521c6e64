/* A panel of an episode: numbers over time as a black and white picture, with a line at the current step. */

import { element } from "./dom.js";
import { paint } from "./picture.js";

export class Panel {
  /**
   * @param {Object} options
   * @param {string} options.title
   * @param {string} options.range what black and white stand for
   * @param {string} options.size a class that gives the height
   * @param {function(number): void} options.onTime called with the share of the width, 0 to 1, that the pointer is at
   */
  constructor({ title, range, size, onTime }) {
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.cursor = element("div", { class: "cursor", "aria-hidden": "true" });
    this.marks = element("div", { class: "marks", "aria-hidden": "true" });
    this.edges = element("div", { class: "edges", "aria-hidden": "true" });
    this.plot = element("div", { class: "plot", role: "img" }, this.canvas, this.edges, this.cursor);
    const heading = element("div", { class: "heading" }, element("b", { text: title }));
    heading.append(element("span", { class: "note", text: range }));
    this.element = element("div", { class: `panel ${size}` }, heading, this.marks, this.plot);
    this.#listen(onTime);
  }

  /**
   * Show these numbers.
   *
   * @param {Object} content
   * @param {string} content.label the text alternative
   * @param {number} content.rows
   * @param {number} content.steps
   * @param {function(number, number): (string|null)} content.colour of row and time; null where nothing is shown
   * @param {Array<[number, string]>} [content.marks] the row, and what stands beside it
   * @param {number[]} [content.edges] the steps before which a line is drawn
   */
  update({ label, rows, steps, colour, marks = [], edges = [] }) {
    paint(this.canvas, rows, steps, colour);
    this.plot.setAttribute("aria-label", label);
    this.steps = steps;
    const mark = ([row, text]) => element("span", { text, style: `top:${(100 * (row + 0.5)) / rows}%` });
    this.marks.replaceChildren(...marks.map(mark));
    this.edges.replaceChildren(...edges.map((step) => element("i", { style: `left:${(100 * step) / steps}%` })));
  }

  /** Move the line. */
  showTime(time) {
    this.cursor.style.left = `${(100 * time) / this.steps}%`;
    this.cursor.style.width = `${100 / this.steps}%`;
  }

  #listen(onTime) {
    const tell = (event) => {
      const { left, width } = this.plot.getBoundingClientRect();
      onTime(Math.min(1, Math.max(0, (event.clientX - left) / width)));
    };
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.plot.setPointerCapture(event.pointerId);
      tell(event);
    });
    this.plot.addEventListener("pointermove", (event) => this.plot.hasPointerCapture(event.pointerId) && tell(event));
  }
}
