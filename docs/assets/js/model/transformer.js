// The translation model, encoder and decoder, as MarianMTModel of the transformers library computes it: sine and
// cosine positions, layer normalisation after each residual sum, one table for the words going in and coming out.
// `encode` keeps every intermediate result, so that a figure can show each step and recompute it.

import {
  add, dotProducts, embed, headShares, joinHeads, layerNorm, linear, map, maskScores, relu, softmax, splitHeads,
  weightedSum, zeros,
} from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */

const START = 1; // the word <s>, which the decoder is given first
const END = 2; // the word </s>, after which the translation is over
const WORDS = "model.shared.weight"; // [word, feature], for the words going in and for those coming out
const POSITIONS = "model.encoder.embed_positions.weight"; // [position, feature], for encoder and decoder

/**
 * @typedef {Object} Changes What a reader may change in the encoder. Left out, all is as in the trained model.
 * @property {boolean[]} [mask] which positions may be looked at; all, if left out
 * @property {boolean} [useMask] false: look at every position whatever `mask` says
 * @property {boolean} [scaling] false: leave out the division by √d_k
 * @property {number} [temperature] what the scores are divided by besides; above 1 the weights get more even
 * @property {number[][]} [silenced] pairs [layer, head] whose head output is set to 0
 */

/**
 * @typedef {Object} Attention Every step of multi-head attention. Keys and queries are positions.
 * @property {Tensor} query [head, query, feature]
 * @property {Tensor} key [head, key, feature]
 * @property {Tensor} value [head, key, feature]
 * @property {Tensor} scores [head, query, key], q · k
 * @property {Tensor} scaled [head, query, key], scores ÷ √d_k ÷ temperature
 * @property {Tensor} masked [head, query, key], scaled, and -Infinity where the query may not look
 * @property {Tensor} weights [head, query, key], every row sums to 1
 * @property {Tensor} headOutputs [head, query, feature], 0 for a silenced head
 * @property {Tensor} concatenated [query, feature], the head outputs side by side
 * @property {Tensor} shares [head, query, feature], what each head adds to the output; the bias is nobody's
 * @property {Tensor} output [query, feature], concatenated · W_O + b_O
 */

/** @typedef {Attention & {x: Tensor, result: Tensor}} Layer What goes in, every step, what comes out. */

export class Transformer {
  /**
   * @param {Object<string, Tensor>} tensors the checkpoint, under the names of MarianMTModel.state_dict()
   * @param {{heads: number}} options how many heads each attention has, the one size that no tensor shows
   */
  constructor(tensors, { heads }) {
    this.tensors = tensors;
    this.heads = heads;
    this.encoderLayers = countLayers(tensors, "model.encoder.layers");
    this.decoderLayers = countLayers(tensors, "model.decoder.layers");
  }

  /**
   * Run the encoder on one sentence.
   *
   * @param {number[]} ids word numbers, the sentence's </s> included
   * @param {Changes} changes
   * @returns {{layers: Layer[], output: Tensor}} output: [position, feature]
   * @throws {RangeError} a word number is not in the vocabulary, or nothing may be looked at
   */
  encode(ids, { mask, useMask = true, scaling = true, temperature = 1, silenced = [] } = {}) {
    const keys = allowedKeys(ids, { mask, useMask });
    const allowed = ids.flatMap(() => keys);
    const layers = [];
    let x = this.#embed(ids);
    for (let layer = 0; layer < this.encoderLayers; layer++) {
      const name = `model.encoder.layers.${layer}`;
      const silencedHeads = silenced.filter(([where]) => where === layer).map(([, head]) => head);
      const seen = this.#keysAndValues(`${name}.self_attn`, x);
      const steps = this.#look(`${name}.self_attn`, x, seen, { allowed, scaling, temperature, silencedHeads });
      const attended = this.#normalise(`${name}.self_attn_layer_norm`, add(x, steps.output));
      const result = this.#feedForward(name, attended);
      const shares = headShares(steps.headOutputs, this.#tensor(`${name}.self_attn.out_proj.weight`));
      layers.push({ x, ...steps, shares, result });
      x = result;
    }
    return { layers, output: x };
  }

  /**
   * Translate one sentence, taking the likeliest word each time.
   *
   * @param {number[]} ids word numbers, the sentence's </s> included
   * @param {Changes} changes to the encoder; the decoder heeds the mask only
   * @param {Tensor} encoded what `encode` gave for the same words and changes, if that is known already
   * @returns {{ids: number[], crossWeights: Tensor[]}} ids: the translation up to </s>, or as many words as there
   *   are positions; crossWeights: for every decoder layer [head, target, source], row t for the word ids[t]
   */
  translate(ids, changes = {}, encoded = this.encode(ids, changes).output) {
    const keys = allowedKeys(ids, changes);
    const longest = this.#tensor(POSITIONS).shape[0];
    const layers = this.#startDecoding(encoded);
    const words = [START];
    for (;;) {
      const logits = this.#decodeNext(words, layers, keys);
      words.push(logits.data.indexOf(Math.max(...logits.data)));
      if (words.at(-1) === END || words.length > longest) break;
    }
    return { ids: words.slice(1), crossWeights: layers.map((layer) => layer.crossWeights) };
  }

  /**
   * What the decoder layers look at: the encoded sentence, whose keys and values stay the same from word to word, and
   * the words written so far, of which there are none yet.
   */
  #startDecoding(encoded) {
    const features = encoded.shape[1] / this.heads;
    return Array.from({ length: this.decoderLayers }, (_, layer) => {
      const name = `model.decoder.layers.${layer}`;
      const none = zeros([this.heads, 0, features]);
      const source = this.#keysAndValues(`${name}.encoder_attn`, encoded);
      return { name, source, own: { key: none, value: none }, crossWeights: zeros([this.heads, 0, encoded.shape[0]]) };
    });
  }

  /**
   * Run the decoder on the last of the words so far. The words before it have left their keys and values in `layers`,
   * and so does this one; no word can see a later one.
   *
   * @returns {Tensor} logits [1, word], how likely each word is to come next
   */
  #decodeNext(words, layers, sourceAllowed) {
    let x = this.#embed(words.slice(-1), words.length - 1);
    for (const layer of layers) {
      const latest = this.#keysAndValues(`${layer.name}.self_attn`, x);
      layer.own = { key: append(layer.own.key, latest.key), value: append(layer.own.value, latest.value) };
      const own = this.#look(`${layer.name}.self_attn`, x, layer.own, { allowed: words.map(() => true) });
      x = this.#normalise(`${layer.name}.self_attn_layer_norm`, add(x, own.output));
      const cross = this.#look(`${layer.name}.encoder_attn`, x, layer.source, { allowed: sourceAllowed });
      layer.crossWeights = append(layer.crossWeights, cross.weights);
      x = this.#normalise(`${layer.name}.encoder_attn_layer_norm`, add(x, cross.output));
      x = this.#feedForward(layer.name, x);
    }
    return linear(x, this.#tensor(WORDS), this.#tensor("final_logits_bias"));
  }

  /** Word vectors times √d, plus the sine and cosine of each position, from `first` on: [position, feature]. */
  #embed(ids, first = 0) {
    const table = this.#tensor(WORDS);
    const scale = Math.sqrt(table.shape[1]);
    const words = map(embed(table, ids), (value) => value * scale);
    return add(words, embed(this.#tensor(POSITIONS), ids.map((_, index) => first + index)));
  }

  /** The keys and values of what is looked at, each [head, key, feature]. */
  #keysAndValues(name, source) {
    const key = splitHeads(this.#linear(`${name}.k_proj`, source), this.heads);
    const value = splitHeads(this.#linear(`${name}.v_proj`, source), this.heads);
    return { key, value };
  }

  /**
   * Multi-head attention (Vaswani et al. 2017, section 3.2): x asks; keys and values are given.
   *
   * @returns {Attention}
   */
  #look(name, x, { key, value }, { allowed, scaling = true, temperature = 1, silencedHeads = [] }) {
    const query = splitHeads(this.#linear(`${name}.q_proj`, x), this.heads);

    const scores = dotProducts(query, key);
    const divisor = (scaling ? Math.sqrt(query.shape[2]) : 1) * temperature;
    const scaled = map(scores, (score) => score / divisor);
    const masked = maskScores(scaled, allowed);
    const weights = softmax(masked);
    const headOutputs = silence(weightedSum(weights, value), silencedHeads);

    const concatenated = joinHeads(headOutputs);
    const output = this.#linear(`${name}.out_proj`, concatenated);
    return { query, key, value, scores, scaled, masked, weights, headOutputs, concatenated, output };
  }

  /** Each position on its own through two linear layers, then added to what came in and normalised. */
  #feedForward(name, x) {
    const inner = relu(this.#linear(`${name}.fc1`, x));
    return this.#normalise(`${name}.final_layer_norm`, add(x, this.#linear(`${name}.fc2`, inner)));
  }

  #linear(name, x) {
    return linear(x, this.#tensor(`${name}.weight`), this.#tensor(`${name}.bias`));
  }

  #normalise(name, x) {
    return layerNorm(x, this.#tensor(`${name}.weight`), this.#tensor(`${name}.bias`));
  }

  #tensor(name) {
    if (!(name in this.tensors)) throw new Error(`The checkpoint has no tensor ${name}.`);
    return this.tensors[name];
  }
}

/** How many numbered layers the tensors' names speak of. */
function countLayers(tensors, prefix) {
  let count = 0;
  while (`${prefix}.${count}.fc1.weight` in tensors) count++;
  return count;
}

/** Which positions of the sentence may be looked at. */
function allowedKeys(ids, { mask, useMask = true }) {
  if (!mask || !useMask) return ids.map(() => true);
  if (mask.length !== ids.length) throw new RangeError(`${ids.length} words, but a mask of ${mask.length} positions.`);
  if (!mask.includes(true)) throw new RangeError("The mask leaves no position to look at.");
  return mask;
}

/** The head outputs [head, query, feature] with those of some heads set to 0. */
function silence(headOutputs, silencedHeads) {
  const [heads, queries, features] = headOutputs.shape;
  const result = zeros([heads, queries, features]);
  for (let head = 0; head < heads; head++) {
    if (silencedHeads.includes(head)) continue;
    const start = head * queries * features;
    result.data.set(headOutputs.data.subarray(start, start + queries * features), start);
  }
  return result;
}

/** Two tensors [head, row, feature] as one: the rows of `next` after those of `before`, head by head. */
function append(before, next) {
  const [heads, rows, features] = before.shape;
  const result = zeros([heads, rows + next.shape[1], features]);
  const [old, added] = [rows * features, next.shape[1] * features];
  for (let head = 0; head < heads; head++) {
    const start = head * (old + added);
    result.data.set(before.data.subarray(head * old, (head + 1) * old), start);
    result.data.set(next.data.subarray(head * added, (head + 1) * added), start + old);
  }
  return result;
}
