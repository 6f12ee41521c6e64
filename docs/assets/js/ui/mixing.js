/* From the heads' outputs to the result of a layer: side by side, through W_O, and each head's share for one word. */

import { legend } from "./colours.js";
import { element, number } from "./dom.js";
import { Matrix } from "./matrix.js";
import { Sheet } from "./sheet.js";
import { largest, plane } from "./translation.js";

export class Mixing {
  /**
   * @param {Object} options
   * @param {number} options.heads
   * @param {import("./colours.js").Scale} options.scale for signed numbers
   * @param {function(number): void} options.onPickWord a row was pressed
   * @param {function(number): void} options.onStep the reader looks at this step of the listing
   */
  constructor({ heads, scale, onPickWord, onStep }) {
    const pick = (step, heading) => ({ scale, heading, onPickRow: onPickWord, onPoint: () => onStep(step) });
    const labels = Array.from({ length: heads }, (_, head) => `head ${head + 1}`);
    this.outputs = labels.map((label, head) => new Sheet({ ...pick(3, [label]), label, named: head === 0 }));
    const joined = "side by side: concatenated";
    this.joined = new Sheet({ ...pick(4, [joined]), label: joined, named: true });
    const heading = ["times ", outputMatrix(), ", plus the bias: the result"];
    this.result = new Sheet({ ...pick(5, heading), label: "times W O, plus the bias: the result", named: true });
    this.shares = new Matrix({
      label: "shares of the heads", scale, rowNames: true,
      onPoint: (_, feature) => {
        onStep(6);
        this.feature = feature;
        this.#choose(feature);
      },
    });
    this.legends = [legend(scale), legend(scale)];
    this.sum = element("div", { class: "waterfall", role: "list" });
    this.line = element("p", { class: "live-arithmetic", "aria-live": "polite" });
    this.about = element("p", { class: "step-text" });
    const outputs = this.outputs.map(({ element: box }, head) => {
      box.style.flex = `1 1 ${head === 0 ? "var(--names)" : "0px"}`;
      return box;
    });
    this.element = element("div", { class: "mixing" },
      element("div", { class: "line" }, ...outputs), this.joined.element, this.result.element, row(this.legends[0]),
      this.about, this.shares.element, row(this.legends[1]), this.sum, this.line);
  }

  /**
   * Show a layer, for one word.
   *
   * @param {string[]} words
   * @param {import("../model/transformer.js").Layer} layer
   * @param {import("../model/tensor.js").Tensor} bias of the output projection
   * @param {number} query the word
   */
  update(words, layer, bias, query) {
    const heads = this.outputs.map((_, head) => plane(layer.headOutputs, head));
    const limit = largest([plane(layer.concatenated), plane(layer.output)]);
    if (this.layer !== layer) {
      this.outputs.forEach((sheet, head) => show(sheet, words, heads[head], limit));
      show(this.joined, words, plane(layer.concatenated), limit);
      show(this.result, words, plane(layer.output), limit);
      this.legends[0].update(limit);
      this.layer = layer;
    }
    for (const sheet of [...this.outputs, this.joined, this.result]) sheet.choose(query);
    this.#sharesOf(layer, bias, query);
    const rest =
      ` only multiplies and adds, the layer’s result for “${words[query]}” is the sum of a share of each head and the ` +
      "bias. Point at a column to add it up.";
    this.about.replaceChildren("Because ", outputMatrix(), rest);
  }

  /** The rows that add up, for one word: a share a head, the bias, the result. */
  #sharesOf({ shares, output }, bias, query) {
    const own = this.outputs.map((_, head) => plane(shares, head));
    const result = plane(output);
    this.names = [...own.map((_, head) => `head ${head + 1}`), "bias", "= result"];
    this.value = (row, column) => {
      if (row < own.length) return own[row].at(query, column);
      return row === own.length ? bias.data[column] : result.at(query, column);
    };
    const limit = largest([{ rows: this.names.length, columns: result.columns, at: this.value }]);
    this.shares.update({ rows: this.names, columns: numbered(result.columns), value: this.value, limit });
    this.legends[1].update(limit);
    const row = Array.from({ length: result.columns }, (_, column) => Math.abs(result.at(query, column)));
    this.#choose(this.feature ?? row.indexOf(Math.max(...row)));
  }

  /** Add up one column: bars that start where the one before ends, and the arithmetic. */
  #choose(feature) {
    this.shares.mark({ columns: [feature] });
    const parts = this.names.map((_, row) => this.value(row, feature));
    const result = parts.pop();
    const ends = parts.map((_, row) => parts.slice(0, row + 1).reduce((sum, part) => sum + part, 0));
    const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
    const place = (value) => (100 * (value - low)) / (high - low || 1);
    const bars = [...parts.map((part, row) => [ends[row] - part, ends[row]]), [0, result]].map(([from, to], row) => {
      const [left, right] = [place(Math.min(from, to)), place(Math.max(from, to))];
      const bar = element("i", { class: to < from ? "less" : "more", style: `left:${left}%;width:${right - left}%` });
      const track = element("span", { class: "track", style: `--zero:${place(0)}%` }, bar);
      const text = element("b", { text: number(row < parts.length ? parts[row] : result) });
      return element("div", { role: "listitem" }, element("span", { text: this.names[row] }), track, text);
    });
    this.sum.replaceChildren(...bars);
    const terms = parts.map((part) => number(part)).map((text) => (text.startsWith("−") ? `(${text})` : text));
    this.line.textContent = `Number ${feature + 1}: ${terms.join(" + ")} = ${number(result)}`;
  }
}

/** W with its subscript O, the matrix that mixes the heads. */
function outputMatrix() {
  return element("span", { class: "matrix-name" }, "W", element("sub", { text: "O" }));
}

function show(sheet, words, { columns, at }, limit) {
  sheet.update({ rows: words, columns: numbered(columns), value: at, limit });
}

function numbered(count) {
  return Array.from({ length: count }, (_, index) => `number ${index + 1}`);
}

function row({ element: strip }) {
  return element("div", { class: "live-row legends" }, strip);
}
