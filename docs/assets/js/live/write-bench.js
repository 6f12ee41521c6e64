/* A small memory that is written and read: erase, then add, then read. The reader changes where the heads stand and what
   is erased and added, and sees every number computed again by the code that runs the machine. */

import { eraseAndAdd, read, shift } from "../model/ntm.js";
import { memoryWords } from "../ui/addressing-words.js";
import { Bars } from "../ui/bars.js";
import { fromZero, legend, signed } from "../ui/colours.js";
import { button, choice, slider } from "../ui/controls.js";
import { element, number } from "../ui/dom.js";
import { numberIn, writeHash } from "../ui/hash.js";
import { circled, highlightListing } from "../ui/listing.js";
import { LiveFigure } from "../ui/live.js";
import { only, withWeight } from "../ui/looking.js";
import { Matrix } from "../ui/matrix.js";
import { largestIn, peak, total } from "../ui/numbers.js";

const MOST_TIMES = 5;
const SMEAR = [0.25, 0.5, 0.25];
const ERASE = 5;
const ADD = 6;
const READ = 7;

/** The matrices: left the memory, right what is done to it. `sources` are the matrices that its cells are made from. */
const CARDS = [
  { stage: "before", step: ERASE, name: "memory before", sources: [] },
  { stage: "kept", step: ERASE, name: "kept: 1 − w e", sources: [], beside: "writing", across: "erase" },
  { stage: "erased", step: ERASE, name: "after erase = before × kept", sources: ["before", "kept"] },
  { stage: "added", step: ADD, name: "added: w a", sources: [], beside: "writing", across: "add" },
  { stage: "after", step: ADD, name: "after add = erased + added", sources: ["erased", "added"] },
  { stage: "share", step: READ, name: "weight × vector; their sum r", sources: ["after"], beside: "reading" },
];

const EXPLANATIONS = {
  [ERASE]:
    "The write head first erases. Each number is multiplied by 1 − w(i)·e: nothing is lost where the weight w(i) is 0 " +
    "or e is 0, all of it where both are 1.",
  [ADD]: "Then it adds w(i)·a to every location: the whole vector a where the weight is 1, a part of it elsewhere.",
  [READ]: "The read head takes every location’s vector times its weight. The sum is r, the vector read.",
};

/** What can be changed: its symbol, what it means, the colour of its bars. */
const CONTROLS = {
  writing: { symbol: "w", meaning: "write weighting", kind: "write" },
  erase: { symbol: "e", meaning: "what to erase", kind: "erase" },
  add: { symbol: "a", meaning: "what to add", kind: "add", signed: true },
  reading: { symbol: "w", meaning: "read weighting", kind: "read" },
};
const WEIGHTINGS = ["writing", "reading"];

/** What the reader can try: each gives new controls from those recorded. `old` is the location written a step before. */
const PRESETS = {
  "as recorded": () => ({}),
  "sharp write": ({ old, one, full }) => ({ writing: one(old), erase: full, reading: one(old) }),
  "blurred write": ({ old, one, full }) => ({ writing: blurred(one(old)), erase: full, reading: blurred(one(old)) }),
  "erase nothing": ({ old, one, none }) => ({ writing: one(old), erase: none, reading: one(old) }),
  "write nothing": ({ old, one, none }) => ({ writing: one(old), erase: none, add: none, reading: one(old) }),
  "two writes at once": ({ old, next, one, full }) => ({
    writing: withWeight(one(old), next, 0.5),
    erase: full,
    reading: one(old),
  }),
};

/** A weighting that has been shifted twice without being sharpened. */
function blurred(weighting) {
  return shift(shift(weighting, SMEAR), SMEAR);
}

class WriteBench extends LiveFigure {
  build(live) {
    const rows = ({ shape: [, width], data }) =>
      Array.from({ length: data.length / width }, (_, row) => data.slice(row * width, (row + 1) * width));
    this.places = live.places;
    this.memory = rows(live.memory);
    this.recorded = Object.fromEntries(Object.keys(CONTROLS).map((name) => [name, live[name].data]));
    this.start = { stage: "after", location: live.focus, feature: 0 };
    this.neighbours = { old: live.old, next: live.next };
    this.scales = { shares: fromZero(live.scales.weights), numbers: signed(live.scales.signed) };
    this.order = { locations: this.places.map((_, at) => at), features: this.memory[0].map((_, at) => at) };
    this.rowNames = this.places.map(String);
    this.cards = CARDS.map((card) => this.#card(card));
    this.legends = { numbers: legend(this.scales.numbers), shares: legend(this.scales.shares) };
    const built = element("div", {});
    built.append(...this.#top(), this.#table(), ...this.#bottom());
    this.#reset();
    return built;
  }

  restore({ preset, times, stage, location, feature, ...changed }) {
    this.picked = { ...this.start };
    this.#use(preset in PRESETS ? preset : "as recorded");
    const lists = Object.keys(CONTROLS).flatMap((name) => {
      const list = this.#listFrom(name, changed[name]);
      return list ? [[name, list]] : [];
    });
    if (lists.length) this.#set({ ...this.controls, ...Object.fromEntries(lists) }, null);
    this.times = numberIn(times, 1, MOST_TIMES) ?? 1;
    if ([...CARDS.map((card) => card.stage), "read"].includes(stage)) this.picked.stage = stage;
    this.picked.location = numberIn(location, 0, this.places.length - 1) ?? this.picked.location;
    this.picked.feature = numberIn(feature, 0, this.memory[0].length - 1) ?? this.picked.feature;
    this.#show();
  }

  /** The values of a control from the address; undefined where they make no sense. */
  #listFrom(name, text) {
    const list = text?.split(",").map(Number);
    const least = CONTROLS[name].signed ? -1 : 0;
    if (list?.length !== this.recorded[name].length) return undefined;
    if (!list.every((value) => value >= least && value <= 1)) return undefined;
    if (!WEIGHTINGS.includes(name)) return list;
    const sum = total(list);
    return sum > 0 ? list.map((value) => value / sum) : undefined;
  }

  /* State. */

  #reset() {
    this.picked = { ...this.start };
    this.#use("as recorded");
  }

  #use(name) {
    const { places, memory, neighbours, recorded } = this;
    const numbers = memory[0].length;
    const parts = {
      ...neighbours,
      one: (location) => only(location, places.length),
      full: Array(numbers).fill(1),
      none: Array(numbers).fill(0),
    };
    const changed = PRESETS[name](parts);
    if (changed.writing) this.picked.location = neighbours.old;
    this.times = 1;
    this.#set({ ...recorded, ...changed }, name);
  }

  #set(controls, preset) {
    Object.assign(this, { controls, preset, focus: null });
    this.#show();
  }

  /** The reader gave one number a new value; in a weighting, the others share what is left. */
  #change(name, at, value) {
    const old = this.controls[name];
    const list = WEIGHTINGS.includes(name) ? withWeight(old, at, value) : old.with(at, value);
    this.#set({ ...this.controls, [name]: list }, null);
    this.#remember();
  }

  #pick(place) {
    Object.assign(this.picked, place);
    this.focus = null;
    this.#show();
    this.#remember();
  }

  #point(place) {
    this.focus = place;
    this.#showPlace();
  }

  #remember() {
    const lists = Object.entries(this.controls).map(([name, list]) => [name, list.map((x) => x.toFixed(3)).join(",")]);
    const what = this.preset ? { preset: this.preset } : Object.fromEntries(lists);
    writeHash(this.figure.id, { ...what, times: this.times, ...this.picked });
  }

  /** Everything that follows from the controls. A write to ones shows what is kept, one to zeros what is added. */
  #compute() {
    const { writing, reading, erase, add } = this.controls;
    const write = (memory, e, a) => eraseAndAdd(memory, [writing], [e], [a]);
    let { memory } = this;
    for (let time = 1; time < this.times; time++) memory = write(memory, erase, add);
    const nothing = add.map(() => 0);
    const filled = (value) => memory.map((row) => row.map(() => value));
    const after = write(memory, erase, add);
    this.now = {
      ...this.controls,
      places: this.places,
      memory,
      kept: write(filled(1), erase, nothing),
      erased: write(memory, erase, nothing),
      added: write(filled(0), nothing, add),
      after,
      shares: after.map((row, location) => row.map((value) => reading[location] * value)),
      readVector: read(after, reading),
    };
    this.limit = Math.max(...["memory", "added", "after"].map((name) => largestIn(this.now[name])), 1);
  }

  /** The numbers of a card, by row and column. */
  #values(stage) {
    const { memory, shares, readVector } = this.now;
    return { ...this.now, before: memory, share: [...shares, readVector] }[stage];
  }

  /* Elements. */

  #top() {
    const names = Object.keys(PRESETS);
    this.presets = choice("Try", names, (index) => {
      this.#use(names[index]);
      this.#remember();
    });
    this.presets.element.classList.add("presets");
    const range = { min: 1, max: MOST_TIMES, step: 1, format: (times) => (times === 1 ? "once" : `${times} times`) };
    this.repeat = slider("The same write", range, (times) => {
      this.times = times;
      this.#show();
      this.#remember();
    });
    const reset = button("Reset", () => {
      this.#reset();
      this.#remember();
    });
    const text =
      "Drag the bars of w, e and a (on a touch screen: tap, then drag), or use the arrow keys. Point at a cell to see " +
      "its arithmetic.";
    this.explanation = element("p", { class: "explanation" });
    this.outcome = element("p", { class: "outcome", role: "status" });
    return [
      element("p", { class: "hint", text }),
      this.presets.element,
      element("div", { class: "live-row" }, this.repeat.element, reset),
      this.outcome,
      this.explanation,
    ];
  }

  #table() {
    return element("div", { class: "cards" }, ...this.cards.map((card) => card.element));
  }

  #bottom() {
    this.names = element("p", { class: "names" });
    this.numbers = element("p", { class: "numbers" });
    const kept = element("span", {}, "kept: ", this.legends.shares.element);
    const numbers = element("span", {}, "numbers: ", this.legends.numbers.element);
    const legends = element("div", { class: "live-row legends", "aria-hidden": "true" }, kept, numbers);
    const words = element("div", { class: "arithmetic", role: "status" }, this.names, this.numbers);
    return [legends, words];
  }

  #card({ stage, step, name, sources, beside, across }) {
    const place = (row, feature) =>
      row < this.places.length ? { stage, location: row, feature } : { ...this.picked, stage: "read", feature };
    const matrix = new Matrix({
      label: stage === "before" ? name : `${circled(step)} ${name}`,
      scale: stage === "kept" ? this.scales.shares : this.scales.numbers,
      kind: { writing: "write", reading: "read" }[beside],
      rowNames: true,
      rowNumbers: true,
      onPoint: (row, feature) => this.#point(place(row, feature)),
      onLeave: () => this.#point(null),
      onPickRow: (row) => this.#pick(this.focus ?? place(row, this.picked.feature)),
    });
    const box = element("section", { class: `card ${stage}`, "aria-label": name });
    const bars = [];
    if (beside) {
      bars.push(this.#bars(beside, step, true));
      box.classList.add("steered", beside);
      box.append(element("div", { class: "beside" }, ...bars.at(-1).parts));
    }
    if (across) {
      bars.push(this.#bars(across, step, false));
      matrix.table.before(element("div", { class: "across" }, ...bars.at(-1).parts));
    }
    box.append(matrix.element);
    return { stage, step, sources, matrix, bars, element: box };
  }

  #bars(name, step, sideways) {
    const { symbol, meaning, kind, signed: both } = CONTROLS[name];
    const which = sideways ? "location" : "feature";
    const { stage } = CARDS.find((card) => card.step === step && (card.beside === name || card.across === name));
    const bars = new Bars({
      label: `${symbol}, ${meaning}, by ${which} (step ${circled(step)})`,
      signed: both,
      sideways,
      describe: (at) => `${which} ${sideways ? this.places[at] : at}: ${number(this.controls[name][at], 3)}`,
      onPoint: (at) => this.#point(at === null ? null : { ...this.picked, stage, [which]: at }),
      onPick: (at) => this.#pick({ stage, [which]: at }),
      onChange: (at, value) => this.#change(name, at, value),
    });
    const words = sideways ? [`${kind} `, element("b", { text: symbol })] : [element("b", { text: symbol }), `: ${meaning}`];
    const title = element("span", { class: `bar-name ${kind}` }, ...words);
    const update = ({ location, feature }) =>
      bars.update({
        order: sideways ? this.order.locations : this.order.features,
        layers: [{ kind, values: this.controls[name] }],
        picked: sideways ? location : feature,
      });
    return { parts: [title, bars.element], update };
  }

  /* Showing. */

  #show() {
    this.#compute();
    this.presets.show(Object.keys(PRESETS).indexOf(this.preset));
    this.repeat.show(this.times);
    const columns = this.order.features.map((feature) => `feature ${feature}`);
    for (const { stage, matrix } of this.cards) {
      const values = this.#values(stage);
      const rows = stage === "share" ? [...this.rowNames, "r"] : this.rowNames;
      const limit = stage === "kept" ? 1 : this.limit;
      matrix.update({ rows, columns, value: (row, column) => values[row][column], limit });
    }
    this.legends.numbers.update(this.limit);
    this.outcome.textContent = this.#told();
    this.#showPlace();
  }

  /** What came of it: is what was added read back, and what happened to the other locations? */
  #told() {
    const { add, readVector, writing, memory, after } = this.now;
    const distance = Math.hypot(...readVector.map((value, j) => value - add[j]));
    const length = Math.hypot(...add);
    const back = length > 0 ? `What is read is ${number((100 * distance) / length, 0)} % of |a| away from a. ` : "";
    const focus = peak(writing);
    const moved = after.map((row, i) => (i === focus ? 0 : Math.max(...row.map((x, j) => Math.abs(x - memory[i][j])))));
    return `${back}No number outside location ${this.places[focus]} changes by more than ${number(Math.max(...moved), 2)}.`;
  }

  #showPlace() {
    const place = { ...this.picked, ...this.focus };
    const { stage, location, feature } = place;
    const last = this.places.length;
    const made = stage === "read" ? "share" : stage;
    const { step, sources } = this.cards.find((card) => card.stage === made);
    for (const card of this.cards) {
      card.bars.forEach((bars) => bars.update(place));
      const row = stage === "read" && card.stage === "share" ? last : location;
      const takesPart = card.stage === made || (stage !== "read" && sources.includes(card.stage));
      const cells = takesPart ? [[row, feature]] : [];
      card.matrix.mark({ row, cells, columns: stage === "read" && card.stage === "share" ? [feature] : [] });
      card.element.classList.toggle("now", card.step === step);
    }
    this.explanation.textContent = EXPLANATIONS[step];
    const { names, numbers } = memoryWords(stage, location, feature, this.now);
    this.names.textContent = names;
    this.numbers.textContent = numbers;
    highlightListing(this.figure.id, step);
  }
}

customElements.define("write-bench", WriteBench);
