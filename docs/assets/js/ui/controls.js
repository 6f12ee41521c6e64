/* Labelled controls: a row of buttons of which one is pressed, a switch, a slider, a plain button. */

import { element, freshId } from "./dom.js";
import { roving, stopAt } from "./roving.js";

/**
 * A row of buttons of which one is pressed. A name that is only a number is read with the label: “Layer 1”.
 *
 * @param {string} label
 * @param {string[]} names one a button
 * @param {function(number): void} onPick called with the button's index
 * @returns {{element: HTMLElement, buttons: HTMLElement[], show: function(number): void}}
 */
export function choice(label, names, onPick) {
  const id = freshId();
  const buttons = names.map((name, index) => button(name, () => onPick(index)));
  names.forEach((name, index) => /^\d+$/.test(name) && buttons[index].setAttribute("aria-label", `${label} ${name}`));
  const show = (chosen) => {
    buttons.forEach((one, index) => one.setAttribute("aria-pressed", String(index === chosen)));
    stopAt(buttons, buttons[chosen] ?? buttons[0]);
  };
  show(-1);
  const title = element("span", { class: "live-label", id, text: label });
  const box = element("div", { class: "live-choice", role: "group", "aria-labelledby": id }, title, ...buttons);
  roving(box, "button");
  return { element: box, buttons, show };
}

/**
 * A switch.
 *
 * @param {string} label
 * @param {function(boolean): void} onChange
 * @returns {{element: HTMLElement, input: HTMLInputElement}}
 */
export function toggle(label, onChange) {
  const input = element("input", { type: "checkbox", role: "switch", on: { change: () => onChange(input.checked) } });
  return { element: element("label", { class: "live-switch" }, input, element("span", { text: label })), input };
}

/**
 * A slider with its value beside it.
 *
 * @param {string} label
 * @param {{min: number, max: number, step: number, format: function(number): string}} range
 * @param {function(number): void} onInput
 * @returns {{element: HTMLElement, input: HTMLInputElement, show: function(number): void}}
 */
export function slider(label, { min, max, step, format }, onInput) {
  const input = element("input", { type: "range", min, max, step });
  const value = element("output", { class: "live-value" });
  const say = () => {
    value.textContent = format(Number(input.value));
    input.setAttribute("aria-valuetext", value.textContent);
  };
  input.addEventListener("input", () => {
    say();
    onInput(Number(input.value));
  });
  const show = (to) => {
    input.value = to;
    say();
  };
  const box = element("label", { class: "live-slider" }, element("span", { text: label }), input, value);
  return { element: box, input, show };
}

/** A plain button. */
export function button(text, onClick) {
  return element("button", { type: "button", class: "live-button", text, on: { click: onClick } });
}
