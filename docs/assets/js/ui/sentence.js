/* Sentences on the page: English words as buttons, and the French answer with its pronoun emphasised. */

import { element, freshId } from "./dom.js";
import { roving, stopAt } from "./roving.js";
import { spaced } from "./words.js";

const PRONOUNS = ["il", "elle", "ils", "elles"];

/**
 * The words of a sentence as buttons of which one is pressed.
 *
 * @param {string} label
 * @param {function(number): void} onPick called with the word's place
 * @returns {{element: HTMLElement, update: function(string[], number): void}} `update` takes the words and which is
 *   pressed
 */
export function wordButtons(label, onPick) {
  const id = freshId();
  const list = element("span", { class: "words" });
  let buttons = [];
  const update = (words, chosen) => {
    if (buttons.length !== words.length) {
      buttons = words.map((_, place) => element("button", { type: "button", on: { click: () => onPick(place) } }));
      list.replaceChildren(...buttons);
    }
    buttons.forEach((button, place) => {
      button.textContent = words[place];
      button.setAttribute("aria-pressed", String(place === chosen));
    });
    stopAt(buttons, buttons[chosen] ?? buttons[0]);
  };
  roving(list, "button");
  const title = element("span", { class: "live-label", id, text: label });
  const box = element("div", { class: "live-words", role: "group", "aria-labelledby": id }, title, list);
  return { element: box, update };
}

/**
 * The model's translation.
 *
 * @param {string} label
 * @returns {{element: HTMLElement, update: function(string[], string[]=): void}} `update` takes the words and, if words
 *   that are new are to be marked, the words of the translation before
 */
export function frenchWords(label) {
  const words = element("q", { class: "french", lang: "fr" });
  const update = (now, before = now) => {
    const kept = keptPlaces(before, now);
    const nodes = spaced(now).flatMap(({ text, glued }, index) => {
      const pronoun = PRONOUNS.includes(text);
      const node = kept.has(index) ? (pronoun ? element("b", { text }) : text) : element("mark", { text });
      return glued ? [node] : [" ", node];
    });
    words.replaceChildren(...nodes);
  };
  const box = element("p", { class: "live-answer" }, element("span", { class: "live-label", text: label }), " ", words);
  return { element: box, update };
}

/**
 * The words of a sentence that were there before.
 *
 * @param {string[]} before
 * @param {string[]} now
 * @returns {Set<number>} the places of `now` that a longest common subsequence with `before` covers
 */
export function keptPlaces(before, now) {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array(now.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i][j] = before[i] === now[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const kept = new Set();
  for (let i = 0, j = 0; i < before.length && j < now.length; ) {
    if (before[i] === now[j]) {
      kept.add(j);
      [i, j] = [i + 1, j + 1];
    } else if (lengths[i + 1][j] >= lengths[i][j + 1]) i += 1;
    else j += 1;
  }
  return kept;
}
