/* The translation model behind the figures on attention: first the run that the build recorded, then, once the weights
   are here, any sentence and any change. */

import { dotProducts, map, maskScores, softmax, weightedSum } from "../model/tensor.js";
import { Transformer } from "../model/transformer.js";

const PADS = ["<pad>", "<pad>"];
const END = "</s>";

/** @typedef {import("../model/transformer.js").Changes} Changes */

/**
 * @typedef {Object} Run One sentence on its way through the encoder.
 * @property {string[]} words with </s> and padding
 * @property {boolean[]} padding true at <pad>
 * @property {import("../model/transformer.js").Layer[]} layers recorded layers have no shares and no result
 * @property {import("../model/tensor.js").Tensor} [encoded] what the decoder gets; not recorded
 */

export class Translation {
  /**
   * @param {Object} live what the build wrote for the figure
   * @param {function(string): Promise<Object>} checkpoint fetches the weights of that name
   */
  constructor(live, checkpoint) {
    this.live = live;
    this.checkpoint = checkpoint;
    const [first, end] = live.english;
    this.known = new Map(live.tokens.slice(first, end).map((word, index) => [word, first + index]));
  }

  /** The run that the build recorded: the sentence of the page. */
  recorded() {
    const { words, recorded } = this.live;
    const padding = words.map((word) => word === "<pad>");
    const allowed = words.flatMap(() => padding.map((pad) => !pad));
    return { words, padding, layers: recorded.map((layer) => attention(layer, allowed)) };
  }

  /** Fetch the model's weights, once. */
  async load() {
    const tensors = await this.checkpoint(this.live.checkpoint);
    this.model ??= new Transformer(tensors, { heads: this.live.heads });
  }

  /**
   * Run the encoder. The model must have been loaded.
   *
   * @param {string[]} words of the vocabulary, without </s>
   * @param {Changes} changes
   * @returns {Run}
   */
  run(words, changes) {
    const all = [...words, END, ...PADS];
    const padding = all.map((word) => word === "<pad>");
    const { layers, output } = this.model.encode(this.#ids(all), { ...changes, mask: padding.map((pad) => !pad) });
    return { words: all, padding, layers, encoded: output };
  }

  /**
   * Translate what `run` gave for the same changes.
   *
   * @param {Run} run
   * @param {Changes} changes
   * @returns {string[]} the French words
   */
  translate({ words, padding, encoded }, changes) {
    const mask = padding.map((pad) => !pad);
    const { ids } = this.model.translate(this.#ids(words), { ...changes, mask }, encoded);
    return ids.map((id) => this.live.tokens[id]).filter((word) => word !== END);
  }

  #ids(words) {
    return words.map((word) => this.known.get(word) ?? this.live.tokens.indexOf(word));
  }

  /**
   * The row of a projection that makes one feature of a head.
   *
   * @param {"q_proj"|"k_proj"|"v_proj"} projection
   * @param {number} layer
   * @param {number} row head × features + feature
   * @returns {{weights: Float64Array, bias: number} | null} null until the model is loaded
   */
  projection(projection, layer, row) {
    if (!this.model) return null;
    const name = `model.encoder.layers.${layer}.self_attn.${projection}`;
    const { [`${name}.weight`]: weight, [`${name}.bias`]: bias } = this.model.tensors;
    const width = weight.shape[1];
    return { weights: weight.data.subarray(row * width, (row + 1) * width), bias: bias.data[row] };
  }

  /** The bias of a layer's output projection, once the model is loaded. */
  outputBias(layer) {
    return this.model.tensors[`model.encoder.layers.${layer}.self_attn.out_proj.bias`];
  }
}

/** The steps from queries, keys and values on, as the model computes them. */
function attention({ x, query, key, value }, allowed) {
  const scores = dotProducts(query, key);
  const scaled = map(scores, (score) => score / Math.sqrt(query.shape[2]));
  const masked = maskScores(scaled, allowed);
  const weights = softmax(masked);
  return { x, query, key, value, scores, scaled, masked, weights, headOutputs: weightedSum(weights, value) };
}

/**
 * One head's rows and columns of a tensor.
 *
 * @param {import("../model/tensor.js").Tensor} tensor [head, row, column] or [row, column]
 * @param {number} [head]
 * @returns {{rows: number, columns: number, at: function(number, number): number}}
 */
export function plane({ shape, data }, head = 0) {
  const [rows, columns] = shape.slice(-2);
  return { rows, columns, at: (row, column) => data[(head * rows + row) * columns + column] };
}

/** The largest absolute value in one head's part of some tensors; the end of their common colour scale. */
export function largest(planes) {
  let most = 0;
  for (const { rows, columns, at } of planes) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const size = Math.abs(at(row, column));
        if (size > most && size !== Infinity) most = size;
      }
    }
  }
  return most;
}
