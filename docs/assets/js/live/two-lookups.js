/* <two-lookups>: one lookup by content in two ways, over the same stored vectors: attention's softmax of dot products
   and the machine's softmax of cosines. The reader chooses or draws the query, stretches a vector, and turns β. */

import { contentWeighting } from "../model/ntm.js";
import { dotProducts, map, softmax } from "../model/tensor.js";
import { featureWords, weightWords } from "../ui/addressing-words.js";
import { Bars } from "../ui/bars.js";
import { legend, signed } from "../ui/colours.js";
import { choice, slider } from "../ui/controls.js";
import { element, number } from "../ui/dom.js";
import { listIn, numberIn, writeHash } from "../ui/hash.js";
import { LiveFigure } from "../ui/live.js";
import { attentionWords, lengthWords } from "../ui/lookup-words.js";
import { largestIn, peak, short, total } from "../ui/numbers.js";
import { Sheet } from "../ui/sheet.js";

const STRONGEST = 50;
const SHORTEST = 0.1; // a vector is never shorter: one of no length has no direction
const ROOM = 1.6; // the colours reach further than the stored numbers: both ends of the scale are nearly black
const SAME = 1e-9;

/**
 * What the reader can try: each gives the state it changes, from the state as recorded.
 *
 * @type {Object<string, function(TwoLookups): Object>}
 */
const PRESETS = {
  "as recorded": () => ({}),
  "one vector longer": ({ live, stored }) => ({
    factors: stored.map((_, i) => (i === live.rival ? live.longer : 1)),
    focus: { row: "attention", i: live.rival },
  }),
  "β too small": ({ live }) => ({ strength: live.weak, focus: { row: "machine", i: live.wanted } }),
  "the same numbers": ({ live, stored }) => {
    const lengths = stored.map(size);
    const mean = total(lengths) / lengths.length;
    const strength = (size(stored[live.wanted]) * mean) / Math.sqrt(stored[0].length);
    return { factors: lengths.map((length) => mean / length), strength, focus: { row: "machine", i: live.wanted } };
  },
};

class TwoLookups extends LiveFigure {
  build(live) {
    this.live = live;
    this.stored = rows(live.stored);
    this.limit = largestIn(this.stored);
    this.longest = live.longer * Math.max(...this.stored.map(size));
    const built = element("div", { class: "two-lookups" });
    built.append(this.#top(), this.#given(live), this.#rows(), ...this.#said());
    this.#use("as recorded");
    return built;
  }

  restore({ try: preset, at, query, strength, lengths, own }) {
    this.#use(preset in PRESETS ? preset : "as recorded");
    const { locations } = this.live;
    const width = this.stored[0].length;
    const asked = locations.indexOf(numberIn(query, 0, Infinity));
    const firmly = listIn(strength, 1, 0, STRONGEST)?.[0];
    const long = listIn(lengths, locations.length, SHORTEST, this.longest + 0.01); // they are written with two decimals
    const drawn = listIn(own, width, -100, 100);
    const change = {};
    if (asked >= 0) Object.assign(change, { query: this.stored[asked], asked });
    if (drawn) Object.assign(change, { query: drawn.map((part) => (part * this.limit) / 100), asked: null });
    if (firmly !== undefined) change.strength = firmly;
    if (long) change.factors = long.map((length, i) => length / size(this.stored[i]));
    if (Object.keys(change).length) this.#set({ ...change, preset: null });
    const picked = locations.indexOf(numberIn(at, 0, Infinity));
    if (picked >= 0) this.#set({ focus: { ...this.state.focus, i: picked } });
  }

  /* State. */

  /** Go to one of the presets: everything as recorded, but for what it changes. */
  #use(preset) {
    const { wanted, strength } = this.live;
    const recorded = { query: this.stored[wanted], asked: wanted, strength, factors: this.stored.map(() => 1) };
    this.#set({ ...recorded, focus: { row: "attention", i: wanted }, feature: 0, ...PRESETS[preset](this), preset });
  }

  #set(change) {
    this.state = { ...this.state, ...change };
    this.#compute();
    this.#show();
  }

  /** The reader did something: the address follows. */
  #go(change) {
    this.#set(change);
    const { preset, focus, strength, factors, asked, query } = this.state;
    const at = this.live.locations[focus.i];
    if (preset) return writeHash(this.figure.id, { try: preset, at });
    const asks =
      asked === null
        ? { own: query.map((part) => Math.round((100 * part) / this.limit)).join() }
        : { query: this.live.locations[asked] };
    const lengths = this.now.lengths.map((length) => length.toFixed(2)).join();
    const stretched = factors.some((factor) => factor !== 1) ? { lengths } : {};
    writeHash(this.figure.id, { at, ...asks, strength: strength.toFixed(2), ...stretched });
  }

  /** Both lookups, by the code that runs the models. */
  #compute() {
    const { query, strength, factors } = this.state;
    const memory = this.stored.map((vector, i) => vector.map((part) => factors[i] * part));
    const scores = dotProducts(tensor([query]), tensor(memory));
    const attention = Array.from(softmax(map(scores, (score) => score / Math.sqrt(query.length))).data);
    const machine = contentWeighting(query, strength, memory);
    this.now = { query, memory, attention, machine, scores: Array.from(scores.data), lengths: memory.map(size) };
  }

  #ask(i) {
    this.#go({ query: this.stored[i], asked: i, preset: null, focus: { row: "attention", i } });
  }

  #draw(feature, value) {
    this.#go({ query: this.state.query.with(feature, value * this.limit), asked: null, feature, preset: null });
  }

  #stretch(i, length) {
    const factor = Math.max(SHORTEST, length) / size(this.stored[i]);
    this.#go({ factors: this.state.factors.with(i, factor), focus: { row: "lengths", i }, preset: null });
  }

  /* Elements. */

  #top() {
    const names = Object.keys(PRESETS);
    this.presets = choice("Try", names, (index) => {
      this.#use(names[index]);
      this.#go({});
    });
    return element("div", { class: "live-row" }, this.presets.element);
  }

  /** The query, and the stored vectors below it, feature under feature. */
  #given({ locations, scales }) {
    this.asked = choice("Look for", locations.map(String), (i) => this.#ask(i));
    this.asked.buttons.forEach((one, i) => one.setAttribute("aria-label", `Look for the vector at ${locations[i]}`));
    this.query = new Bars({
      label: "query q: value by feature",
      signed: true,
      describe: (feature) => `feature ${feature}: ${number(this.state.query[feature])}`,
      onPoint: (feature) => this.#point(feature === null ? null : { row: "feature", feature }),
      onPick: (feature) => this.#pick({ row: "feature", feature }),
      onChange: (feature, value) => this.#draw(feature, value),
    });
    const scale = signed(scales.signed);
    this.sheet = new Sheet({
      label: "stored vectors: location by feature",
      named: true,
      scale,
      onPoint: (i, feature) => this.#point({ row: "feature", i, feature }),
      onLeave: () => this.#point(null),
      onPickRow: (i) => this.#pick({ i }),
    });
    const colours = legend(scale);
    this.scaleEnd = ROOM * this.limit;
    colours.update(this.scaleEnd);
    this.whose = element("span", { class: "note" });
    const title = element("p", { class: "title" }, element("b", { class: "query", text: "query q" }), this.whose);
    const below = element("p", { class: "title" }, element("b", { class: "key", text: "stored vectors" }));
    const names = element("span", { class: "note", text: "keys k for attention, rows M(i) for the machine" });
    below.append(names, colours.element);
    const drawn = element("div", { class: "drawn-query" }, this.query.element);
    return element("div", { class: "given" }, this.asked.element, title, drawn, below, this.sheet.element);
  }

  /** Three rows of bars over the same locations: how long the vectors are, and the two lookups. */
  #rows() {
    const root = number(Math.sqrt(this.stored[0].length));
    const long = () => short(this.now.lengths[this.state.focus.i]);
    const lengths = { min: SHORTEST, max: this.longest, step: 0.01, format: long };
    this.length = slider("", lengths, (length) => this.#stretch(this.state.focus.i, length));
    this.lengthName = this.length.element.firstElementChild;
    const strengths = { min: 0, max: STRONGEST, step: 0.1, format: () => short(this.state.strength) };
    this.strength = slider("β", strengths, (strength) =>
      this.#go({ strength, focus: { row: "machine", i: this.state.focus.i }, preset: null }),
    );
    this.strength.input.setAttribute("aria-label", "key strength β");
    const fixed = element("p", { class: "note fixed", text: `√d = ${root}, the same for every query` });
    this.bars = [
      this.#row("lengths", "length of each vector", "|k|, |M(i)|", "key", this.length.element),
      this.#row("attention", "attention", "softmax(q·k ÷ √d)", "query", fixed),
      this.#row("machine", "machine", "softmax(β·cos(k, M(i)))", "read", this.strength.element),
    ];
    return element("div", { class: "rows" }, ...this.bars.map((row) => row.element));
  }

  #row(name, title, formula, kind, tool) {
    const { locations } = this.live;
    const bars = new Bars({
      label: name === "lengths" ? "length by location" : `${title}: weight by location`,
      describe: (i) => `location ${locations[i]}: ${short(this.now[name][i])}`,
      onPoint: (i) => this.#point(i === null ? null : { row: name, i }),
      onPick: (i) => this.#pick({ row: name, i }),
      onChange: name === "lengths" && ((i, share) => this.#stretch(i, share * this.longest)),
    });
    const note = element("p", { class: "note" });
    const places = locations.map((text) => element("span", { text }));
    const ticks = element("div", { class: "locations", "aria-hidden": "true" }, ...places);
    const heading = element("b", { class: kind, text: title });
    const words = element("p", { class: "title" }, heading, element("i", { text: formula }));
    const section = element("section", { "aria-label": title }, words, note, bars.element, ticks, tool);
    return { name, kind, bars, note, ticks, element: section };
  }

  #said() {
    this.verdict = element("p", { class: "verdict", role: "status" });
    this.names = element("p", { class: "names" });
    this.numbers = element("p", { class: "numbers" });
    return [this.verdict, element("div", { class: "arithmetic", role: "status" }, this.names, this.numbers)];
  }

  /* Showing. */

  /** Something is pointed at: it is explained, and nothing else happens. */
  #point(there) {
    this.pointed = there;
    this.#showFocus();
  }

  #pick(there) {
    this.pointed = null;
    const { feature = this.state.feature, ...focus } = there;
    this.#go({ feature, focus: { ...this.state.focus, ...focus } });
  }

  #show() {
    const { asked, strength, preset, query } = this.state;
    const { attention, machine } = this.now;
    this.presets.show(Object.keys(PRESETS).indexOf(preset));
    this.asked.show(asked ?? -1);
    const from = asked === null ? "your own" : `the vector at ${this.live.locations[asked]}`;
    this.whose.textContent = `${from}, length ${short(size(query))} (drag the bars)`;
    this.strength.show(strength);
    const apart = Math.max(...attention.map((weight, i) => Math.abs(weight - machine[i])));
    const differ = `The two weights of a location differ by at most ${short(apart)}.`;
    this.verdict.textContent = apart < SAME ? "Both lookups give the same numbers." : differ;
    this.#showFocus();
  }

  #showFocus() {
    const { locations } = this.live;
    const { query, memory } = this.now;
    const focus = { ...this.state.focus, feature: this.state.feature, ...this.pointed };
    const order = locations.map((_, i) => i);
    for (const { name, kind, bars, note, ticks } of this.bars) {
      const values = name === "lengths" ? this.now.lengths.map((length) => length / this.longest) : this.now[name];
      bars.update({ order, layers: [{ kind, values }], picked: focus.i });
      const top = peak(values);
      const most = `largest ${short(this.now[name][top])} at ${locations[top]}`;
      note.textContent = name === "lengths" ? most : `sum ${number(total(values), 3)} · ${most}`;
      [...ticks.children].forEach((tick, i) => tick.classList.toggle("now", i === focus.i));
    }
    const features = query.map((_, feature) => feature);
    const asking = { kind: "query", values: query.map((part) => part / this.limit) };
    this.query.update({ order: features, layers: [asking], picked: focus.feature });
    const value = (i, feature) => memory[i][feature];
    const columns = features.map((feature) => `feature ${feature}`);
    this.sheet.update({ rows: locations.map(String), columns, value, limit: this.scaleEnd });
    this.sheet.choose(focus.i);
    const picked = this.state.focus.i;
    this.lengthName.textContent = `at ${locations[picked]}`;
    this.length.input.setAttribute("aria-label", `length of the vector at ${locations[picked]}`);
    this.length.show(this.now.lengths[picked]);
    const { names, numbers } = this.#arithmetic(focus);
    this.names.textContent = names;
    this.numbers.textContent = numbers;
  }

  #arithmetic({ row, i, feature }) {
    const now = { ...this.now, stored: this.stored, locations: this.live.locations };
    const controls = { key: now.query, keyStrength: this.state.strength };
    const asMachine = { ...now, controls, stages: { content: now.machine } };
    if (row === "feature") return featureWords(feature, i, asMachine);
    if (row === "machine") return weightWords("content", i, asMachine);
    return row === "lengths" ? lengthWords(i, now) : attentionWords(i, now);
  }
}

/** The rows of a matrix as the build wrote it. */
function rows({ shape: [count, width], data }) {
  return Array.from({ length: count }, (_, row) => data.slice(row * width, (row + 1) * width));
}

/** Vectors as a tensor with one head. */
function tensor(vectors) {
  return { shape: [1, vectors.length, vectors[0].length], data: Float64Array.from(vectors.flat()) };
}

function size(vector) {
  return Math.hypot(...vector);
}

customElements.define("two-lookups", TwoLookups);
