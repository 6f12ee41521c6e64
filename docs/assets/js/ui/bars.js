/* A row of bars: one number a place. One place is picked, by pointer or by arrow keys; where the row may be changed,
   a bar is dragged up and down, or moved by the arrow keys. Beside a matrix the row lies on its side: the places run
   down, like the matrix's rows, and the bars to the right. */

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 100;
const GAP = 0.12;
const STEP = 0.05;
const LEAP = 0.25;
const DRAG = 4;
/** The keys that go to the place before and after, and that make its bar longer and shorter. */
const UPRIGHT = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
const SIDEWAYS = ["ArrowUp", "ArrowDown", "ArrowRight", "ArrowLeft"];

/**
 * @typedef {Object} Layer Bars of one colour. Layers are stacked, the first at the bottom.
 * @property {string} kind a class that gives the colour
 * @property {number[]} values
 */

export class Bars {
  /**
   * @param {Object} options
   * @param {string} options.label the accessible name
   * @param {boolean} [options.signed] bars go up and down from the middle, −1 to 1; else up from the foot, 0 to 1
   * @param {boolean} [options.sideways] the places run from top to bottom
   * @param {function(number): string} options.describe what is said of a place
   * @param {function(number|null): void} options.onPoint a place is pointed at, or none any more
   * @param {function(number): void} options.onPick a place was picked
   * @param {function(number, number): void} [options.onChange] the reader gave a place a new value
   */
  constructor(options) {
    this.options = options;
    this.order = [];
    this.element = document.createElement("div");
    this.element.className = "bars";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "slider");
    this.element.setAttribute("aria-label", options.label);
    this.element.classList.toggle("editable", Boolean(options.onChange));
    this.element.classList.toggle("sideways", Boolean(options.sideways));
    this.element.setAttribute("aria-orientation", options.sideways ? "vertical" : "horizontal");
    this.svg = this.element.appendChild(draw("svg", { preserveAspectRatio: "none", "aria-hidden": "true" }));
    const turned = options.sideways ? { transform: `matrix(0 1 -1 0 ${HEIGHT} 0)` } : {};
    const plane = this.svg.appendChild(draw("g", turned));
    this.band = plane.appendChild(draw("rect", { class: "picked", y: 0, width: 1, height: HEIGHT }));
    this.paths = plane.appendChild(draw("g", {}));
    this.floor = plane.appendChild(draw("path", { class: "floor" }));
    this.seam = plane.appendChild(draw("path", { class: "seam" }));
    this.parts = plane.appendChild(draw("path", { class: "parts" }));
    this.#listen();
  }

  /**
   * Show these numbers.
   *
   * @param {Object} content
   * @param {number[]} content.order the places shown, from left to right
   * @param {Layer[]} content.layers values by place
   * @param {number} content.picked the picked place
   * @param {number[]} [content.parts] places that take part in the arithmetic
   * @param {number} [content.seam] the index in `order` before which a line is drawn; -1 for none
   */
  update({ order, layers, picked, parts = [], seam = -1 }) {
    Object.assign(this, { order, picked });
    const size = this.options.sideways ? [HEIGHT, order.length] : [order.length, HEIGHT];
    this.svg.setAttribute("viewBox", `0 0 ${size.join(" ")}`);
    while (this.paths.childElementCount < layers.length) this.paths.append(draw("path", {}));
    const feet = order.map(() => 0);
    layers.forEach(({ kind, values }, index) => {
      const path = this.paths.children[index];
      path.setAttribute("class", kind);
      path.setAttribute("d", order.map((place, at) => this.#bar(at, feet[at], (feet[at] += values[place]))).join(""));
    });
    const at = order.indexOf(picked);
    this.band.setAttribute("x", at);
    const here = order.map((place, index) => [place, index]).filter(([place]) => parts.includes(place));
    this.parts.setAttribute("d", here.map(([, index]) => `M${index} 0h1v${HEIGHT}h-1Z`).join(""));
    this.floor.setAttribute("d", `M0 ${this.#height(0)}H${order.length}`);
    this.seam.setAttribute("d", seam > 0 ? `M${seam} 0V${HEIGHT}` : "");
    this.values = order.map((place) => total(layers, place));
    this.#say(at);
  }

  #say(at) {
    this.element.setAttribute("aria-valuemin", 0);
    this.element.setAttribute("aria-valuemax", this.order.length - 1);
    this.element.setAttribute("aria-valuenow", Math.max(at, 0));
    this.element.setAttribute("aria-valuetext", this.options.describe(this.picked));
  }

  /** A value's distance from the top of the drawing. */
  #height(value) {
    return this.options.signed ? (HEIGHT * (1 - value)) / 2 : HEIGHT * (1 - value);
  }

  #bar(at, from, to) {
    return `M${at + GAP} ${this.#height(from)}V${this.#height(to)}H${at + 1 - GAP}V${this.#height(from)}Z`;
  }

  /** The index in `order` under the pointer, and the value at the pointer's height. */
  #under(event) {
    const { left, top, width, height } = this.svg.getBoundingClientRect();
    const { signed, sideways } = this.options;
    const [right, down] = [(event.clientX - left) / width, (event.clientY - top) / height];
    const [along, share] = sideways ? [down, right] : [right, 1 - down];
    const at = Math.floor(along * this.order.length);
    const value = Math.min(1, Math.max(signed ? -1 : 0, signed ? 2 * share - 1 : share));
    return { at: Math.min(this.order.length - 1, Math.max(0, at)), value };
  }

  #listen() {
    const { onPoint, onPick, onChange, sideways } = this.options;
    const across = ({ clientX, clientY }) => (sideways ? clientX : clientY);
    let drag = null;
    this.element.addEventListener("touchstart", (event) => event.stopPropagation(), { passive: true });
    this.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const { at } = this.#under(event);
      const changes = onChange && (event.pointerType === "mouse" || document.activeElement === this.element);
      drag = { at, from: across(event), changes, moved: false };
      this.element.setPointerCapture(event.pointerId);
      onPick(this.order[at]);
    });
    this.element.addEventListener("pointermove", (event) => {
      const { at, value } = this.#under(event);
      if (!drag) onPoint(this.order[at]);
      else if (!drag.changes) onPick(this.order[at]);
      else if ((drag.moved ||= Math.abs(across(event) - drag.from) > DRAG)) onChange(this.order[drag.at], value);
    });
    for (const end of ["pointerup", "pointercancel"]) this.element.addEventListener(end, () => (drag = null));
    this.element.addEventListener("pointerleave", () => onPoint(null));
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const at = this.order.indexOf(this.picked);
    const last = this.order.length - 1;
    const [back, on, more, less] = this.options.sideways ? SIDEWAYS : UPRIGHT;
    const to = { [back]: at - 1, [on]: at + 1, Home: 0, End: last }[event.key];
    const by = { [more]: STEP, [less]: -STEP, PageUp: LEAP, PageDown: -LEAP }[event.key];
    if (to !== undefined) this.options.onPick(this.order[Math.min(last, Math.max(0, to))]);
    else if (by && this.options.onChange && at >= 0) this.#change(at, by);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #change(at, by) {
    const least = this.options.signed ? -1 : 0;
    this.options.onChange(this.order[at], Math.min(1, Math.max(least, this.values[at] + by)));
  }
}

function total(layers, place) {
  return layers.reduce((sum, { values }) => sum + values[place], 0);
}

function draw(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
