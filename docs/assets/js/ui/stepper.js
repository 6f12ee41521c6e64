/* The buttons that lead through the steps of a figure: one a step, one back, one forward; ← → on the keyboard; a
   horizontal swipe over the stage. */

import { element } from "./dom.js";
import { circled } from "./listing.js";
import { stopAt } from "./roving.js";

const SWIPE = 50;

export class Stepper {
  /**
   * @param {Object} options
   * @param {string[]} options.names what each step does, in a word or two
   * @param {HTMLElement} options.stage where swipes count, and ← → unless the part in focus uses them itself
   * @param {function(number): void} options.onStep called with the step, counted from 1
   */
  constructor({ names, stage, onStep }) {
    this.names = names;
    this.onStep = onStep;
    this.step = 1;
    this.back = this.#arrow("‹", "Previous step", -1);
    this.forward = this.#arrow("›", "Next step", 1);
    this.buttons = names.map((name, index) => this.#button(name, index + 1));
    this.said = element("span", { class: "sr-only", role: "status" });
    const list = element("ol", { "data-roving": "" }, ...this.buttons.map((button) => element("li", {}, button)));
    const parts = [this.back, list, this.forward, this.said];
    this.element = element("nav", { class: "live-steps", "aria-label": "Steps" }, ...parts);
    stage.addEventListener("keydown", (event) => this.#key(event));
    this.#swipe(stage);
  }

  /** Show which step it is. Whoever is told by `onStep` calls this. */
  show(step) {
    const moved = step !== this.step;
    this.step = step;
    this.buttons.forEach((button, index) => {
      if (index + 1 === step) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    if (this.buttons.includes(document.activeElement)) this.buttons[step - 1].focus();
    stopAt(this.buttons, this.buttons[step - 1]);
    this.back.setAttribute("aria-disabled", String(step === 1));
    this.forward.setAttribute("aria-disabled", String(step === this.names.length));
    if (moved) this.said.textContent = `Step ${step} of ${this.names.length}: ${this.names[step - 1]}`;
  }

  #go(step) {
    if (step >= 1 && step <= this.names.length) this.onStep(step);
  }

  #arrow(text, label, by) {
    const click = () => this.#go(this.step + by);
    return element("button", { type: "button", class: "arrow", "aria-label": label, text, on: { click } });
  }

  #button(name, step) {
    const digit = element("b", { "aria-hidden": "true", "data-digit": circled(step) });
    const named = { type: "button", "aria-label": `Step ${step}: ${name}`, on: { click: () => this.#go(step) } };
    return element("button", named, digit, element("span", { text: name }));
  }

  #key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.altKey || event.metaKey || event.ctrlKey || event.target.closest("input, [role=grid]")) return;
    event.preventDefault();
    this.#go(this.step + by);
  }

  #swipe(stage) {
    let start = null;
    stage.addEventListener("touchstart", (event) => {
      const touch = event.touches.length === 1 && !event.target.closest("input, .live-scroll") && event.touches[0];
      start = touch ? [touch.clientX, touch.clientY] : null;
    }, { passive: true });
    stage.addEventListener("touchend", ({ changedTouches: [touch] }) => {
      if (!start) return;
      const [x, y] = [touch.clientX - start[0], touch.clientY - start[1]];
      start = null;
      if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) this.#go(this.step - Math.sign(x));
    }, { passive: true });
  }
}
