// The Neural Turing Machine of Graves, Wayne and Danihelka (2014, arXiv 1410.5401): the arithmetic of
// explainers/models/ntm.py for one episode, under the same names. What kind of machine it is, how many heads it has and
// whether its controller is an LSTM, is read off the checkpoint's tensors.
//
// Plain arrays: a weighting is a list with one number per location, a memory is a list of rows, one per location.
// State goes in and comes out; no function changes what it is given.

/** @typedef {import("./tensor.js").Tensor} Tensor */

export const SHIFTS = [-1, 0, 1];
const INITIAL_MEMORY = 0.05;
const SMALLEST_NORM = 1e-8;
const SMALLEST_WEIGHT = 1e-12;

/**
 * @typedef {Object} Controls Where the controller tells one head to look.
 * @property {number[]} key k [width], what the head looks for
 * @property {number} keyStrength β > 0, how firmly
 * @property {number} gate g, 0 to 1: 1 takes the content weighting, 0 keeps the previous one
 * @property {number[]} shift s [shift], a distribution over SHIFTS
 * @property {number} sharpening γ ≥ 1
 */

/**
 * @typedef {Object} Addressing One head's weighting after each of the four stages; each sums to 1.
 * @property {number[]} content [location]
 * @property {number[]} interpolated [location]
 * @property {number[]} shifted [location]
 * @property {number[]} weighting [location]
 */

/**
 * @typedef {Object} State What the machine carries from one step to the next. The read heads come first.
 * @property {number[][]} memory [location][width]
 * @property {number[][]} weighting [head][location]
 * @property {number[][]} readVector [read head][width]
 * @property {number[][]} carried what the controller hands to itself: nothing, or an LSTM's hidden and cell state
 */

/**
 * @typedef {Object} Trace Every intermediate value of one step. All heads are addressed on memoryBefore; the write
 *   heads turn it into memoryAfter, which the read heads read.
 * @property {Controls[]} controls [head], the read heads first
 * @property {Addressing[]} addressing [head]
 * @property {number[][]} erase [write head][width], 0 to 1
 * @property {number[][]} add [write head][width]
 * @property {number[][]} memoryBefore [location][width]
 * @property {number[][]} memoryAfter [location][width]
 * @property {number[][]} readVector [read head][width]
 * @property {number[]} output [output], logits
 */

/**
 * The cosine of the angle between a key and each location's vector (Graves 2014, eq. 6).
 *
 * @param {number[]} key [width]
 * @param {number[][]} memory [location][width]
 * @returns {number[]} [location], −1 to 1
 */
export function cosineSimilarity(key, memory) {
  return memory.map((row) => dot(key, row) / (norm(key) * norm(row)));
}

/**
 * Attend to the locations whose vectors resemble the key (Graves 2014, eq. 5).
 *
 * @param {number[]} key [width]
 * @param {number} keyStrength
 * @param {number[][]} memory [location][width]
 * @returns {number[]} [location]
 */
export function contentWeighting(key, keyStrength, memory) {
  return softmax(cosineSimilarity(key, memory).map((similarity) => keyStrength * similarity));
}

/**
 * Blend the content weighting with the previous step's weighting (Graves 2014, eq. 7).
 *
 * @param {number[]} content [location]
 * @param {number[]} previous [location]
 * @param {number} gate
 * @returns {number[]} [location]
 */
export function interpolate(content, previous, gate) {
  return content.map((weight, location) => gate * weight + (1 - gate) * previous[location]);
}

/**
 * Move the weighting by −1, 0 or +1 location, each as far as the distribution says (Graves 2014, eq. 8).
 * The convolution is circular: what leaves the memory at one end comes back in at the other.
 *
 * @param {number[]} weighting [location]
 * @param {number[]} shiftDistribution [shift]
 * @returns {number[]} [location]
 */
export function shift(weighting, shiftDistribution) {
  const locations = weighting.length;
  return weighting.map((_, location) =>
    SHIFTS.reduce((sum, distance, which) => {
      const origin = (location - distance + locations) % locations;
      return sum + shiftDistribution[which] * weighting[origin];
    }, 0),
  );
}

/**
 * Raise every weight to the power γ and normalise (Graves 2014, eq. 9).
 * Written as softmax(γ · log w), which neither underflows nor divides by zero when γ is large.
 *
 * @param {number[]} weighting [location]
 * @param {number} sharpening
 * @returns {number[]} [location]
 */
export function sharpen(weighting, sharpening) {
  return softmax(weighting.map((weight) => sharpening * Math.log(Math.max(weight, SMALLEST_WEIGHT))));
}

/**
 * Where one head attends at this step, stage by stage (Graves 2014, figure 2).
 *
 * @param {Controls} controls
 * @param {number[]} previous [location], the head's weighting a step ago
 * @param {number[][]} memory [location][width]
 * @returns {Addressing}
 */
export function address(controls, previous, memory) {
  const content = contentWeighting(controls.key, controls.keyStrength, memory); // ① content
  const interpolated = interpolate(content, previous, controls.gate); // ② interpolation
  const shifted = shift(interpolated, controls.shift); // ③ circular shift
  const weighting = sharpen(shifted, controls.sharpening); // ④ sharpening
  return { content, interpolated, shifted, weighting };
}

/**
 * The memory after all write heads have erased, then all have added (Graves 2014, eq. 3 and 4).
 *
 * @param {number[][]} memory [location][width]
 * @param {number[][]} weighting [write head][location]
 * @param {number[][]} erase [write head][width]
 * @param {number[][]} add [write head][width]
 * @returns {number[][]} [location][width]
 */
export function eraseAndAdd(memory, weighting, erase, add) {
  const erased = weighting.reduce(
    (before, where, head) => change(before, (value, i, j) => value * (1 - where[i] * erase[head][j])), // ⑤ erase
    memory,
  );
  return weighting.reduce(
    (before, where, head) => change(before, (value, i, j) => value + where[i] * add[head][j]), // ⑥ add
    erased,
  );
}

/**
 * The mean of the locations' vectors under one read head's weighting (Graves 2014, eq. 2).
 *
 * @param {number[][]} memory [location][width]
 * @param {number[]} weighting [location]
 * @returns {number[]} [width]
 */
export function read(memory, weighting) {
  return memory[0].map((_, j) => memory.reduce((sum, row, i) => sum + weighting[i] * row[j], 0)); // ⑦ read
}

/** A memory, heads that read and write it, and a controller that steers the heads. */
export class Machine {
  /**
   * @param {Object<string, Tensor>} tensors the checkpoint, under the names of NeuralTuringMachine.state_dict()
   * @param {{locations: number}} options how many locations the memory has where its start is constant: the one size
   *   that no tensor shows
   */
  constructor(tensors, { locations }) {
    this.tensors = tensors;
    [this.readHeads, this.width] = tensors.initial_read.shape;
    this.locations = tensors.initial_memory?.shape[0] ?? locations;
    this.writeHeads = tensors["compose.weight"].shape[0] / (2 * this.width);
    this.hidden = tensors["steer.weight"].shape[1];
    this.recurrent = "controller.weight_hh" in tensors;
    const emit = tensors["emit.weight"] ?? tensors["emit.0.weight"];
    this.seesHidden = emit.shape[1] > this.readHeads * this.width;
  }

  /**
   * The state before the first step: every head at location 0, and a memory that is learned, or the same everywhere.
   *
   * @returns {State}
   */
  initialState() {
    const { initial_memory: learned, initial_read: read } = this.tensors;
    const constant = () => Array.from({ length: this.locations }, () => Array(this.width).fill(INITIAL_MEMORY));
    const memory = learned ? pieces(Array.from(learned.data), this.locations) : constant();
    const atStart = memory.map((_, location) => (location === 0 ? 1 : 0));
    const weighting = Array(this.readHeads + this.writeHeads).fill(atStart);
    const nothing = Array(this.hidden).fill(0);
    const carried = this.recurrent ? [nothing, nothing] : [];
    return { memory, weighting, readVector: pieces(Array.from(read.data), this.readHeads), carried };
  }

  /**
   * One step of the machine: the state after it, and everything that was computed on the way.
   *
   * @param {State} state
   * @param {number[]} inputs [input]
   * @returns {{state: State, trace: Trace}}
   */
  step(state, inputs) {
    const { hidden, carried } = this.#think([...inputs, ...state.readVector.flat()], state.carried);
    const controls = this.controls(hidden);
    const addressing = controls.map((control, head) => address(control, state.weighting[head], state.memory));
    const weighting = addressing.map((stages) => stages.weighting);
    const composed = pieces(this.#linear("compose", hidden), this.writeHeads);
    const erase = composed.map((numbers) => numbers.slice(0, this.width).map(sigmoid));
    const add = composed.map((numbers) => numbers.slice(this.width).map(Math.tanh));
    const memory = eraseAndAdd(state.memory, weighting.slice(this.readHeads), erase, add);
    const readVector = weighting.slice(0, this.readHeads).map((where) => read(memory, where));
    const output = this.#answer(hidden, readVector);
    const memories = { memoryBefore: state.memory, memoryAfter: memory };
    return {
      state: { memory, weighting, readVector, carried },
      trace: { controls, addressing, erase, add, ...memories, readVector, output },
    };
  }

  /**
   * Bring the controller's raw numbers into the range that each quantity must have.
   *
   * @param {number[]} hidden [hidden]
   * @returns {Controls[]} [head]
   */
  controls(hidden) {
    return pieces(this.#linear("steer", hidden), this.readHeads + this.writeHeads).map((raw) => {
      const [keyStrength, gate, ...rest] = raw.slice(this.width);
      return {
        key: raw.slice(0, this.width).map(Math.tanh),
        keyStrength: softplus(keyStrength),
        gate: sigmoid(gate),
        shift: softmax(rest.slice(0, SHIFTS.length)),
        sharpening: 1 + softplus(rest[SHIFTS.length]),
      };
    });
  }

  /**
   * Run an episode from the initial state.
   *
   * @param {number[][]} inputs [time][input]
   * @returns {Trace[]} [time]
   */
  run(inputs) {
    let state = this.initialState();
    return inputs.map((now) => {
      const after = this.step(state, now);
      state = after.state;
      return after.trace;
    });
  }

  /** The controller's state at this step, and what it carries to the next. */
  #think(seen, carried) {
    if (!this.recurrent) return { hidden: this.#linear("controller", seen).map(Math.tanh), carried };
    const { weight_ih, bias_ih, weight_hh, bias_hh } = layer(this.tensors, "controller");
    const [hiddenBefore, cellBefore] = carried;
    const fromBefore = linear(weight_hh, bias_hh, hiddenBefore);
    const sums = linear(weight_ih, bias_ih, seen).map((value, i) => value + fromBefore[i]);
    const [input, forget, proposal, output] = pieces(sums, 4); // in the order of torch.nn.LSTMCell
    const kept = cellBefore.map((value, i) => sigmoid(forget[i]) * value);
    const cell = kept.map((value, i) => value + sigmoid(input[i]) * Math.tanh(proposal[i]));
    const hidden = cell.map((value, i) => sigmoid(output[i]) * Math.tanh(value));
    return { hidden, carried: [hidden, cell] };
  }

  /** The output, as logits. */
  #answer(hidden, readVector) {
    const told = this.seesHidden ? [...readVector.flat(), ...hidden] : readVector.flat();
    if ("emit.weight" in this.tensors) return this.#linear("emit", told);
    return this.#linear("emit.2", this.#linear("emit.0", told).map(Math.tanh));
  }

  #linear(name, x) {
    const { weight, bias } = layer(this.tensors, name);
    return linear(weight, bias, x);
  }
}

/** The tensors of a layer, under their names in it. */
function layer(tensors, name) {
  const own = Object.keys(tensors).filter((one) => one.startsWith(`${name}.`));
  return Object.fromEntries(own.map((one) => [one.slice(name.length + 1), tensors[one]]));
}

/** W x + b for one vector. */
function linear(weight, bias, x) {
  return Array.from(bias.data, (start, output) =>
    x.reduce((sum, value, i) => sum + weight.data[output * x.length + i] * value, start),
  );
}

/** e^x over its sum. The largest number is taken off first, which changes nothing but keeps e^x finite. */
function softmax(x) {
  const largest = Math.max(...x);
  const powers = x.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** log(1 + e^x), which is above 0 and nearly x where x is large. */
function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

function dot(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** The length of a vector, kept away from 0. */
function norm(x) {
  return Math.max(Math.sqrt(dot(x, x)), SMALLEST_NORM);
}

/** A list cut into equal pieces. */
function pieces(list, count) {
  const size = list.length / count;
  return Array.from({ length: count }, (_, piece) => list.slice(piece * size, (piece + 1) * size));
}

/** A memory with every number changed by value, location and column. */
function change(memory, how) {
  return memory.map((row, location) => row.map((value, column) => how(value, location, column)));
}
