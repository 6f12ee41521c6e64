/* A whole episode of a machine with a memory, as the paper shows it: what goes in and comes out, what is added and read,
   where the heads stand, all over time, and a line that moves through all of it. The machine runs in the browser, so the
   reader may choose other episodes. What a task's episodes are, and what is to be said of them, the task's own figure in
   `live/` says. */

import { Machine } from "../model/ntm.js";
import { fromZero, signed } from "./colours.js";
import { button, slider, toggle } from "./controls.js";
import { element } from "./dom.js";
import { LOCATIONS, isWrong, runEpisode, wrongBits } from "./episode.js";
import { numberIn, writeHash } from "./hash.js";
import { LiveFigure } from "./live.js";
import { Moment } from "./moment.js";
import { largestIn, total } from "./numbers.js";
import { Panel } from "./panel.js";
import { shortestArc, wholeRing } from "./ring.js";

const MARGIN = 2;
const WRONG = "#e0442c";
const CALM_PAUSE = 1000; // between two steps, for readers who asked for less motion

/**
 * @typedef {Object} Setting A slider with which the reader chooses an episode.
 * @property {string} name in the address, and of what `make` is told
 * @property {string} label
 * @property {number} least
 * @property {number | function(Object<string, number>): number} most may depend on the settings before it
 * @property {function(number): string} [format]
 */

export class EpisodeScrubber extends LiveFigure {
  /** Between two steps while it plays, in milliseconds. */
  static pause = 160;
  /** The names of the bits that the machine answers with. */
  static columns = [];
  /** @type {Setting[]} */
  static settings = [];
  /** What the colours of the phases mean: [class, words]. */
  static legend = [];

  /* What each task says for itself. */

  /**
   * An episode. With the recorded settings and seed 0, the recorded one.
   *
   * @param {Object<string, number>} settings
   * @param {number} seed
   * @returns {import("./episode.js").Episode}
   */
  make(settings, seed) {
    throw new Error(`${this.localName} makes no episodes`);
  }

  /** What the machine does at a step, after the words "The machine". */
  happening(run, time) {
    throw new Error(`${this.localName} has no words`);
  }

  /** How the episode ended, in a sentence. */
  verdict(run) {
    const wrong = total(wrongBits(run));
    const bits = total(run.targets.map((answer) => answer.length));
    return wrong ? `${wrong} of ${bits} bits come back wrong.` : "No bit comes back wrong.";
  }

  /** What is shown of the input at a step in the table of bits, one for each column, or nothing. */
  seen(run, time) {
    return null;
  }

  /** What is to be said of each head at a step. */
  words(run, time) {
    return { write: [], read: [] };
  }

  /** How bright an input is, 0 to 1. */
  shade(value, row) {
    return value;
  }

  /** The text alternatives of the panels that differ from task to task. */
  labels(run) {
    const steps = run.inputs.length;
    return { inputs: `Inputs over ${steps} steps.`, outputs: `Outputs, from step ${run.firstAnswer + 1} on.` };
  }

  /** The step that is shown first. */
  firstView(run) {
    return run.firstAnswer;
  }

  /** The steps before which a line is drawn. */
  edges(run) {
    return [];
  }

  /* Waking up. */

  async build(live) {
    this.live = live;
    this.machine = new Machine(await this.checkpoint(live.checkpoint), { locations: LOCATIONS });
    this.locations = this.machine.locations;
    this.downwards = (live.used[0] - live.used[1] + this.locations) % this.locations === 1;
    this.grey = { weights: fromZero(live.scales.greys), values: signed(live.scales.greys) };
    this.moment = new Moment({
      scale: this.grey.values,
      machine: this.machine,
      columns: this.constructor.columns,
      seen: (run, time) => this.seen(run, time),
      words: (run, time) => this.words(run, time),
    });
    const built = element("div", { class: "episode" });
    built.append(this.chooser(), this.#panels(), this.#clock(), this.moment.element);
    built.addEventListener("keydown", (event) => this.#key(event));
    this.useRecorded();
    return built;
  }

  restore({ time, seed, ...state }) {
    const settings = this.#settingsFrom(state);
    if (settings) this.useSettings(settings, numberIn(seed, 0, Number.MAX_SAFE_INTEGER) ?? 0);
    else this.useRecorded();
    this.showTimeFrom(time);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  /* Which episode it is. */

  useRecorded() {
    this.useSettings(this.live.settings, 0);
  }

  useSettings(settings, seed) {
    this.settings = settings;
    this.seed = seed;
    const same = Object.entries(settings).every(([name, value]) => this.live.settings[name] === value);
    const recorded = seed === 0 && same;
    const named = recorded ? {} : { ...settings, seed };
    this.use({ named, ...this.make(settings, seed) }, recorded ? this.live.used : undefined);
  }

  /**
   * Run an episode and show it.
   *
   * @param {import("./episode.js").Episode} episode
   * @param {number[]} [order] the locations to show; those that the heads use by default
   */
  use(episode, order) {
    this.stop();
    const sameSteps = this.run?.inputs.length === episode.inputs.length;
    this.run = runEpisode(this.machine, episode);
    this.used = order ?? this.inOrder(shortestArc(this.placesOf(this.run), this.locations, MARGIN));
    this.limit = Math.max(1, ...this.run.traces.map(({ memoryAfter }) => largestIn(memoryAfter)));
    this.clock.input.max = episode.inputs.length - 1;
    this.showRun();
    this.showTime(sameSteps ? this.time : this.firstView(this.run));
  }

  /** The locations that have to be seen. */
  placesOf(run) {
    return [...run.writeAt, ...run.readAt].flat();
  }

  /** Locations in the order in which this machine fills them. */
  inOrder(locations) {
    return this.downwards ? locations.toReversed() : locations;
  }

  /** The settings that the address names, if all of them are allowed. */
  #settingsFrom(state) {
    const settings = {};
    for (const { name, least, most } of this.constructor.settings) {
      settings[name] = numberIn(state[name], least, limit(most, settings));
      if (settings[name] === undefined) return null;
    }
    return Object.keys(settings).length > 0 || state.seed !== undefined ? settings : null;
  }

  /* Moving through time. */

  get last() {
    return this.run.traces.length - 1;
  }

  moveTo(time) {
    this.showTime(Math.min(this.last, Math.max(0, time)));
    this.unseen = false;
    writeHash(this.figure.id, { time: this.time, ...this.run.named });
  }

  /** Go to the step that the address names, if there is one. */
  showTimeFrom(text) {
    this.showTime(numberIn(text, 0, this.last) ?? this.time);
  }

  #key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.altKey || event.metaKey || event.ctrlKey || event.target.closest("input, [role=grid]")) return;
    event.preventDefault();
    this.moveTo(this.time + by);
  }

  #play() {
    if (this.unseen || this.time === this.last) this.moveTo(0);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const advance = () => {
      this.moveTo(this.time + 1);
      if (this.time === this.last) this.stop();
    };
    this.playing = setInterval(advance, calm ? CALM_PAUSE : this.constructor.pause);
    this.playButton.textContent = "Pause";
  }

  stop() {
    clearInterval(this.playing);
    this.playing = undefined;
    if (this.playButton) this.playButton.textContent = "Play";
  }

  /* Elements. */

  /** How the reader chooses an episode: a slider for each setting, other bits, and the way back. */
  chooser() {
    this.sliders = this.constructor.settings.map(({ name, label, least, most, format }) => {
      const range = { min: least, max: limit(most, this.live.settings), step: 1, format: format ?? String };
      return slider(label, range, (value) => this.#change({ [name]: value }, this.seed));
    });
    const fresh = button("new bits", () => this.#change({}, this.seed + 1));
    const controls = [...this.sliders.map((one) => one.element), fresh, this.backButton()];
    this.result = element("p", { class: "result", role: "status" });
    return element("div", {}, element("div", { class: "live-row" }, ...controls), this.result);
  }

  /** The way back to the recorded episode. */
  backButton() {
    this.original = button("as recorded", () => {
      this.useRecorded();
      this.moveTo(this.time);
    });
    return this.original;
  }

  #change(changes, seed) {
    const settings = { ...this.settings, ...changes };
    for (const { name, least, most } of this.constructor.settings) {
      settings[name] = Math.max(least, Math.min(settings[name], limit(most, settings)));
    }
    this.useSettings(settings, seed);
    this.moveTo(this.time);
  }

  /** Make the controls say what is shown. */
  showChoice() {
    this.constructor.settings.forEach(({ name, most }, index) => {
      this.sliders[index].input.max = limit(most, this.settings);
      this.sliders[index].show(this.settings[name]);
    });
  }

  #panels() {
    const onTime = (share) => {
      this.stop();
      this.moveTo(Math.min(this.last, Math.floor(share * this.run.traces.length)));
    };
    const kinds = this.#kinds();
    const panels = kinds.map(({ title, range, size }) => new Panel({ title, range, size, onTime }));
    this.panels = kinds.map((kind, index) => ({ ...kind, panel: panels[index] }));
    const words = element("span", { text: "not asked for" });
    this.notAsked = element("span", { class: "not-asked", "aria-hidden": "true" }, words);
    this.panels[1].panel.plot.append(this.notAsked);
    this.phases = [1, 2].map(() => element("div", { class: "phases", "aria-hidden": "true" }));
    const explained = this.constructor.legend.map(([kind, text]) =>
      element("span", {}, element("i", { class: kind }), text),
    );
    const legend = element("p", { class: "phase-legend note" }, ...explained);
    const strips = explained.length ? [...this.phases, legend] : this.phases;
    return element("div", { class: "panels" }, ...panels.map((panel) => panel.element), ...strips);
  }

  /** The panels: what each is called, and how its content is found. */
  #kinds() {
    const { writeHeads, readHeads } = this.machine;
    const bits = { size: "bits", range: "black 0, white 1" };
    const vectors = { size: "vectors", range: "black −, white +" };
    const weightings = { size: "weightings", range: "black 0, white 1" };
    const kinds = [
      { ...bits, title: "Inputs", content: () => this.#inputs() },
      { ...bits, title: "Outputs", range: "black 0, white 1, red wrong", content: () => this.#outputs() },
    ];
    const pairs = (make) => {
      for (let which = 0; which < Math.max(writeHeads, readHeads); which++) {
        const [writes, reads] = [writeHeads, readHeads].map((count) => (count > 1 ? `, head ${which + 1}` : ""));
        if (which < writeHeads) kinds.push(make("write", which, writes));
        if (which < readHeads) kinds.push(make("read", which, reads));
      }
    };
    pairs((kind, which, ofHead) => {
      const [title, field] = kind === "write" ? ["Vectors added", "add"] : ["Vectors read", "readVector"];
      return { ...vectors, title: title + ofHead, content: () => this.#vectors(title, field, which) };
    });
    pairs((kind, which, ofHead) => {
      const title = kind === "write" ? "Write weightings" : "Read weightings";
      return { ...weightings, title: title + ofHead, content: () => this.#weightings(kind, which) };
    });
    return kinds;
  }

  #clock() {
    this.playButton = button("Play", () => (this.playing ? this.stop() : this.#play()));
    const format = (time) => `${time + 1} of ${this.run.traces.length}`;
    this.clock = slider("Time step", { min: 0, max: 1, step: 1, format }, (time) => this.moveTo(time));
    this.saying = element("p", { class: "happening" });
    this.whole = toggle(`all ${this.locations} locations`, () => {
      this.showRun();
      this.showTime(this.time);
    });
    const controls = [this.playButton, this.clock.element, this.whole.element, this.saying];
    return element("div", { class: "live-row clock" }, ...controls);
  }

  /* Showing. */

  get order() {
    return this.whole.input.checked ? this.inOrder(wholeRing(this.locations)) : this.used;
  }

  showRun() {
    const { run } = this;
    const steps = run.traces.length;
    const edges = this.edges(run);
    for (const { panel, content } of this.panels) panel.update({ steps, edges, ...content() });
    this.notAsked.style.width = `${(100 * run.firstAnswer) / steps}%`;
    for (const strip of this.phases) {
      strip.style.gridTemplateColumns = run.phases.map((phase) => `${phase.steps}fr`).join(" ");
      const spans = run.phases.map(({ name, kind }) => element("span", { text: name, class: kind }));
      strip.replaceChildren(...spans);
    }
    this.original.disabled = Object.keys(run.named).length === 0;
    this.result.textContent = this.verdict(run);
    this.result.classList.toggle("wrong", total(wrongBits(run)) > 0);
    this.showChoice();
  }

  showTime(time) {
    this.time = time;
    for (const { panel } of this.panels) panel.showTime(time);
    this.clock.show(time);
    this.saying.textContent = `The machine ${this.happening(this.run, time)}.`;
    this.moment.update(this.run, time, { order: this.order, limit: this.limit });
  }

  /* What each panel shows: its text alternative, how many rows, and the colour of each place. */

  #inputs() {
    const { inputs } = this.run;
    const colour = (row, time) => this.grey.weights.of(this.shade(inputs[time][row], row)).fill;
    return { label: this.labels(this.run).inputs, rows: inputs[0].length, colour };
  }

  #outputs() {
    const { chances, firstAnswer, targets } = this.run;
    const colour = (row, time) => {
      const answer = time - firstAnswer;
      if (answer < 0) return null;
      return isWrong(this.run, answer, row) ? WRONG : this.grey.weights.of(chances[answer][row]).fill;
    };
    return { label: this.labels(this.run).outputs, rows: targets[0].length, colour };
  }

  #vectors(title, field, which) {
    const { traces } = this.run;
    const rows = traces[0][field][which].length;
    const words = title === "Vectors added" ? "Vectors added to the memory" : "Vectors read from the memory";
    const colour = (row, time) => this.grey.values.of(traces[time][field][which][row], this.limit).fill;
    return { label: `${words}, ${rows} numbers at each step.`, rows, colour };
  }

  #weightings(kind, which) {
    const { order } = this;
    const { traces, firstAnswer, writeAt, readAt } = this.run;
    const head = kind === "write" ? this.machine.readHeads + which : which;
    const places = kind === "write" ? writeAt[which].slice(0, firstAnswer - 1) : readAt[which].slice(firstAnswer);
    const when = kind === "write" ? "while it goes in" : "while it comes out";
    const title = kind === "write" ? "Write weightings" : "Read weightings";
    const path = `from location ${places[0]} to location ${places.at(-1)}`;
    const label = `${title}: ${when}, the largest weight moves ${path}.`;
    const colour = (row, time) => this.grey.weights.of(traces[time].addressing[head].weighting[order[row]]).fill;
    return { label, rows: order.length, colour, marks: locationMarks(order) };
  }
}

/** The largest value of a setting. */
export function limit(most, settings) {
  return typeof most === "function" ? most(settings) : most;
}

/** The locations that are named beside a panel: a few round ones, and the two neighbours where the ring closes. */
export function locationMarks(order) {
  const every = order.length > 64 ? 16 : order.length > 32 ? 8 : 5;
  const end = order.indexOf(0);
  return order.flatMap((location, row) => {
    const crowded = end >= 0 && row !== end && Math.abs(row - end) < order.length / 10;
    return row === end || (location % every === 0 && !crowded) ? [[row, String(location)]] : [];
  });
}
