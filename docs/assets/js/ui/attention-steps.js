/* The seven steps of scaled dot-product attention: what each is called, which matrices take part and how they stand,
   and the arithmetic of every cell.

   A `head` is one head's part of a run, as `headOf` makes it: its planes by name, the words, the reader's changes. */

import { number } from "./dom.js";
import { short } from "./numbers.js";
import { largest, plane } from "./translation.js";

/**
 * @typedef {Object} Panel A matrix in a step.
 * @property {string} name which plane of the head it shows
 * @property {string} label
 * @property {string} kind its colour: query, key, value or none
 * @property {number} share how much of the width it takes, beside the others in its row
 * @property {boolean} [rowNames] its rows are named by the words
 * @property {boolean} [columnNames] its columns are named by the words
 * @property {boolean} [rowNumbers] the chosen row shows its numbers
 */

/**
 * @typedef {Object} Step
 * @property {string} name one word, for the button
 * @property {string} title
 * @property {function(Object): string} text one or two plain sentences, for a head
 * @property {(Panel|string)[]} panels side by side, so that the rows of all stand level; a text stands between two
 */

const words = { rowNames: true };

/** @type {Step[]} */
export const STEPS = [
  {
    name: "words",
    title: "Words become vectors",
    text: ({ planes: { x }, layer }) =>
      `${layer === 0 ? "What a word is and where it stands" : "What the layer before made of a word"} is a list of ` +
      `${x.columns} numbers: its row of X.`,
    panels: [{ name: "x", label: "X", kind: "", share: 1, ...words }],
  },
  {
    name: "project",
    title: "Each vector is projected three times",
    text: ({ planes: { query } }) =>
      `From each row of X this head makes a query (what the word asks), a key (what it can be found by) and a value ` +
      `(what it hands over), ${query.columns} numbers each.`,
    panels: [
      { name: "x", label: "X", kind: "", share: 1.2, ...words }, "→",
      { name: "query", label: "Q", kind: "query", share: 1 },
      { name: "key", label: "K", kind: "key", share: 1 },
      { name: "value", label: "V", kind: "value", share: 1 },
    ],
  },
  {
    name: "compare",
    title: "Every query is compared with every key",
    text: () =>
      "A score is the dot product of a row of Q and a row of K, which is a column of Kᵀ. It is large where both " +
      "are long and point the same way.",
    panels: [
      { name: "query", label: "Q", kind: "query", share: 1, ...words },
      { name: "key", label: "K", kind: "key", share: 1 }, "→",
      { name: "scores", label: "scores = Q Kᵀ", kind: "", share: 4.5, columnNames: true, rowNumbers: true },
    ],
  },
  {
    name: "scale",
    title: "The scores are divided by √dₖ",
    text: ({ changes, planes: { query } }) =>
      (changes.scaling
        ? `A query has dₖ = ${query.columns} numbers, so every score is divided by ${root(query.columns)}. It keeps ` +
          "the softmax from becoming all or nothing."
        : `You have switched the division by ${root(query.columns)} off: the scores stay that many times as far ` +
          "apart, and the softmax comes closer to all or nothing.") + heated(changes),
    panels: [
      { name: "scores", label: "scores", kind: "", share: 1, ...words }, "÷",
      { name: "scaled", label: "scaled", kind: "", share: 3, columnNames: true, rowNumbers: true },
    ],
  },
  {
    name: "mask",
    title: "What must not be seen is masked",
    text: ({ changes }) =>
      changes.useMask
        ? "The padding at the end only fills up the sentence. Its scores become −∞: not small, but not allowed."
        : "You have switched the mask off: every word may look at the padding.",
    panels: [
      { name: "scaled", label: "scaled", kind: "", share: 1, ...words }, "→",
      { name: "masked", label: "masked", kind: "", share: 3, columnNames: true, rowNumbers: true },
    ],
  },
  {
    name: "softmax",
    title: "The softmax turns scores into weights",
    text: ({ changes }) =>
      "e to the power of each score, divided by the sum of these powers in its row: weights from 0 to 1 that sum to 1." +
      heated(changes),
    panels: [
      { name: "masked", label: "masked", kind: "", share: 1, ...words }, "→",
      { name: "weights", label: "weights", kind: "", share: 3, columnNames: true, rowNumbers: true },
    ],
  },
  {
    name: "mix",
    title: "The values are mixed with these weights",
    text: ({ words: all, query }) =>
      `This head’s output for “${all[query]}” is a bit of every word’s value: as much of each as the weight says. ` +
      "Together with the outputs of the other heads it goes into the word’s new vector.",
    panels: [
      { name: "weights", label: "weights", kind: "", share: 2, columnNames: true, ...words }, "·",
      { name: "value", label: "V", kind: "value", share: 1 }, "=",
      { name: "output", label: "output", kind: "value", share: 1 },
    ],
  },
];

/**
 * One head's part of a run, ready to be shown.
 *
 * @param {import("./translation.js").Run} run
 * @param {{layer: number, head: number, query: number}} place
 * @param {import("./translation.js").Changes} changes
 * @param {import("./translation.js").Translation} model
 */
export function headOf(run, { layer, head, query }, changes, model) {
  const steps = run.layers[layer];
  const names = ["x", "query", "key", "value", "scores", "scaled", "masked", "weights"];
  const planes = Object.fromEntries(names.map((name) => [name, plane(steps[name], name === "x" ? 0 : head)]));
  planes.output = plane(steps.headOutputs, head);
  const hidden = (column) => changes.useMask && run.padding[column];
  return { words: run.words, layer, head, query, planes, changes, hidden, model };
}

/** Whether the plane has a row and a column for every word. */
export function comparesWords(name) {
  return ["scores", "scaled", "masked", "weights"].includes(name);
}

/** Whether the plane's rows are queries, so that the chosen word's row is emphasised in it. */
export function hasQueryRows(panel, step) {
  return step === 2 || !["key", "value"].includes(panel.name);
}

/** Whether a cell of a plane is masked. */
export function isMasked(head, name, column) {
  return (name === "masked" || name === "weights") && head.hidden(column);
}

/**
 * The end of a plane's colour scale. In each step, vectors share one scale and scores share another.
 *
 * @param {Object} head
 * @param {number} step
 * @param {string} name the plane
 */
export function limitOf(head, step, name) {
  if (name === "weights") return 1;
  const shown = STEPS[step - 1].panels.flatMap((panel) => panel.name ?? []);
  const alike = shown.filter((other) => other !== "weights" && comparesWords(other) === comparesWords(name));
  return largest(alike.map((other) => head.planes[other === "masked" ? "scaled" : other])) || 1;
}

/**
 * The arithmetic of a cell.
 *
 * @param {Object} head
 * @param {string} name the plane
 * @param {number} row
 * @param {number} column
 * @returns {{say: (string|{text: string, kind: string})[], marks: Object<string, import("./matrix.js").Marks>}}
 *   `say`: pieces of a line of text, some in a colour; `marks`: by plane, what takes part
 */
export function arithmetic(head, name, row, column) {
  const at = { x: feature, query: projected, key: projected, value: projected, output: mixed }[name] ?? compared;
  return at(head, name, row, column);
}

function feature(head, name, row, column) {
  const { columns, at } = head.planes.x;
  const say = [`“${head.words[row]}”, number ${column + 1} of ${columns}: ${number(at(row, column))}`];
  return { say, marks: { x: { cells: [[row, column]] } } };
}

function projected(head, name, row, column) {
  const { x, [name]: plane } = head.planes;
  const vector = Array.from({ length: x.columns }, (_, index) => x.at(row, index));
  const learned = head.model.projection(`${name[0]}_proj`, head.layer, head.head * plane.columns + column);
  const factors = learned ? [...learned.weights] : vector.map((_, index) => `w${lowered(index + 1)}`);
  const bias = learned ? ` ${learned.bias < 0 ? "−" : "+"} ${number(Math.abs(learned.bias))}` : " + b";
  return {
    say: [
      { text: `${name} of “${head.words[row]}”, number ${column + 1}`, kind: name },
      ` = ${products(vector, factors)}${bias} = `, { text: number(plane.at(row, column)), kind: "result" },
    ],
    marks: { x: { rows: [row] }, [name]: { cells: [[row, column]] } },
  };
}

/** A cell of the scores, and what has become of it up to the plane `name`. */
function compared(head, name, row, column) {
  const { query, key, scores, scaled, weights } = head.planes;
  const count = query.columns;
  const q = Array.from({ length: count }, (_, index) => query.at(row, index));
  const k = Array.from({ length: count }, (_, index) => key.at(column, index));
  const score = scores.at(row, column);
  const say = [
    { text: `q(${head.words[row]})`, kind: "query" }, " · ", { text: `k(${head.words[column]})`, kind: "key" },
    ` = ${products(q, k)} = `, { text: number(score), kind: "result" },
  ];
  const cell = { cells: [[row, column]] };
  const marks = { query: { rows: [row] }, key: { rows: [column] }, scores: cell, scaled: cell, masked: cell };
  if (name === "scores") return { say, marks };
  say.push(divided(head, count), { text: number(scaled.at(row, column)), kind: "result" });
  if (name === "scaled") return { say, marks };
  if (head.hidden(column)) {
    const end = name === "masked" ? "" : ", and e to the power of −∞ is exactly 0";
    say.push(`; “${head.words[column]}” is padding: −∞ instead${end}`);
    return { say, marks: { ...marks, weights: cell } };
  }
  if (name === "masked") return { say: [...say, "; allowed, so it stays"], marks };
  const powers = head.words.map((_, other) => (head.hidden(other) ? 0 : Math.exp(scaled.at(row, other))));
  const sum = powers.reduce((total, power) => total + power, 0);
  say.push(
    "; softmax: e", { text: number(scaled.at(row, column)), kind: "power" },
    ` ÷ Σ = ${short(powers[column])} ÷ ${short(sum)} = `,
    { text: number(weights.at(row, column)), kind: "result" },
  );
  return { say, marks: { ...marks, masked: { rows: [row] }, weights: cell } };
}

function mixed(head, name, row, column) {
  const { weights, value, output } = head.planes;
  const order = head.words.map((_, index) => index).sort((a, b) => weights.at(row, b) - weights.at(row, a));
  const term = (word) => `${number(weights.at(row, word))}·${factor(value.at(word, column))} ${head.words[word]}`;
  return {
    say: [
      { text: `output of “${head.words[row]}”, number ${column + 1}`, kind: "value" },
      ` = ${order.slice(0, 3).map(term).join(" + ")} + … (${order.length} products) = `,
      { text: number(output.at(row, column)), kind: "result" },
    ],
    marks: { weights: { rows: [row] }, value: { columns: [column] }, output: { cells: [[row, column]] } },
  };
}

/** What the reader's temperature does, if there is one. */
function heated({ temperature }) {
  if (temperature === 1) return "";
  const effect = temperature > 1 ? "more even" : "less even";
  return ` The temperature divides the scores by ${number(temperature)}, too: the weights become ${effect}.`;
}

function divided({ changes }, count) {
  const scaling = changes.scaling ? `; ÷ √${count}` : `; not divided by √${count}`;
  return `${scaling}${changes.temperature === 1 ? "" : `, ÷ ${number(changes.temperature)}`} = `;
}

/** The first products of a sum, and how many there are. Factors may be numbers or names. */
function products(one, other) {
  const terms = [0, 1].map((index) => `${factor(one[index])}·${factor(other[index])}`);
  return `${terms.join(" + ")} + … (${one.length} products)`;
}

function factor(value) {
  if (typeof value === "string") return value;
  const text = number(value);
  return text.startsWith("−") ? `(${text})` : text;
}

function lowered(value) {
  return [...String(value)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");
}

function root(count) {
  const value = Math.sqrt(count);
  return `√${count}${Number.isInteger(value) ? ` = ${value}` : ` = ${number(value)}`}`;
}
