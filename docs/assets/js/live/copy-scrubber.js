/* The copy task as the paper's figure 6 shows it: six panels over time, and a line that moves through all of them. The
   whole machine runs in the browser, so the reader may copy other sequences, and longer ones. */

import { Machine } from "../model/ntm.js";
import { BitGrid } from "../ui/bit-grid.js";
import { fromZero, signed } from "../ui/colours.js";
import { button, choice, slider, toggle } from "../ui/controls.js";
import { BITS, LOCATIONS, happening, inputsFor, isWrong, runEpisode, wrongBits } from "../ui/copy.js";
import { element } from "../ui/dom.js";
import { STARTS, fromHex, remarkOn, resized, toHex } from "../ui/drawn.js";
import { numberIn, writeHash } from "../ui/hash.js";
import { LiveFigure } from "../ui/live.js";
import { Moment } from "../ui/moment.js";
import { largestIn, total } from "../ui/numbers.js";
import { Panel } from "../ui/panel.js";
import { randomBits } from "../ui/random.js";
import { shortestArc, wholeRing } from "../ui/ring.js";

const LONGEST_SEEN = 20;
const LONGER = [30, 50, 120];
const LONGEST = Math.max(...LONGER);
const MARGIN = 2;
const WRONG = "#e0442c";
const PAUSE = 160; // between two steps while it plays, in milliseconds
const CALM_PAUSE = 1000; // the same for readers who asked for less motion

const PANELS = [
  { name: "inputs", title: "Inputs", range: "black 0, white 1", size: "bits" },
  { name: "outputs", title: "Outputs", range: "black 0, white 1, red wrong", size: "bits" },
  { name: "adds", title: "Vectors added", range: "black −, white +", size: "vectors" },
  { name: "reads", title: "Vectors read", range: "black −, white +", size: "vectors" },
  { name: "writing", title: "Write weightings", range: "black 0, white 1", size: "weightings" },
  { name: "reading", title: "Read weightings", range: "black 0, white 1", size: "weightings" },
];

class CopyScrubber extends LiveFigure {
  async build(live) {
    this.machine = new Machine(await this.checkpoint(live.checkpoint), { locations: LOCATIONS });
    this.recorded = { inputs: live.inputs, targets: live.targets, order: live.used };
    this.downwards = (live.used[0] - live.used[1] + LOCATIONS) % LOCATIONS === 1;
    this.grey = { weights: fromZero(live.scales.greys), values: signed(live.scales.greys) };
    this.seed = 0;
    this.moment = new Moment(this.grey.values);
    const built = element("div", {});
    built.append(this.#chooser(), this.#panels(), this.#clock(), this.moment.element);
    built.addEventListener("keydown", (event) => this.#key(event));
    this.#useRecorded();
    return built;
  }

  restore({ time, length, seed, drawn }) {
    const [vectors, from] = [numberIn(length, 1, LONGEST), numberIn(seed, 1, Number.MAX_SAFE_INTEGER)];
    if (drawn !== undefined) this.#useLink(fromHex(drawn, LONGEST));
    else if (vectors && from) this.#useRandom(vectors, from);
    else this.#useRecorded();
    this.#showTime(numberIn(time, 0, this.run.traces.length - 1) ?? this.time);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  /* Which sequence is copied. */

  #useRecorded() {
    const { inputs, targets, order } = this.recorded;
    this.seed = 0;
    this.#use({}, inputs, targets, order);
  }

  #useRandom(length, seed) {
    const vectors = randomBits(length, BITS, seed);
    this.seed = seed;
    this.#use({ length, seed }, inputsFor(vectors), vectors);
  }

  #useDrawn(vectors) {
    this.#use({ drawn: toHex(vectors) }, inputsFor(vectors), vectors);
  }

  #useLink({ vectors, problem }) {
    if (vectors) this.#useDrawn(vectors);
    else this.#useRecorded();
    if (vectors) this.#openGrid(vectors.length <= LONGEST_SEEN);
    else this.remark.textContent = `${problem} This is the recorded sequence.`;
  }

  /** Copy a sequence; `named` is what the address says of it. */
  #use(named, inputs, targets, order) {
    this.#stop();
    this.named = named;
    const sameLength = this.run?.length === targets.length;
    this.run = runEpisode(this.machine, inputs, targets);
    this.used = order ?? this.#usedLocations();
    this.limit = Math.max(1, ...this.run.traces.map(({ memoryAfter }) => largestIn(memoryAfter)));
    this.clock.input.max = inputs.length - 1;
    this.remark.textContent = remarkOn(targets);
    this.#showRun();
    this.#showTime(sameLength ? this.time : this.run.length + 1);
  }

  /** Where the write head stands while the sequence comes in, and the read head while it goes out. */
  #usedLocations() {
    const { length, writeAt, readAt } = this.run;
    return this.#inOrder(shortestArc([...writeAt.slice(0, length), ...readAt.slice(length + 1)], LOCATIONS, MARGIN));
  }

  /** Locations in the order in which this machine fills them. */
  #inOrder(locations) {
    return this.downwards ? locations.toReversed() : locations;
  }

  #moveTo(time) {
    this.#showTime(Math.min(this.run.traces.length - 1, Math.max(0, time)));
    this.unseen = false;
    writeHash(this.figure.id, { time: this.time, ...this.named });
  }

  #key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.altKey || event.metaKey || event.ctrlKey || event.target.closest("input, [role=grid]")) return;
    event.preventDefault();
    this.#moveTo(this.time + by);
  }

  /* Drawing. */

  #draw(vectors) {
    this.#useDrawn(vectors);
    this.#drawn();
  }

  /** Something was drawn: the address names it, and Play shows it from the start. */
  #drawn() {
    this.#moveTo(this.time);
    this.unseen = true;
  }

  #openGrid(open) {
    this.opener.setAttribute("aria-expanded", String(open));
    this.board.element.hidden = !open;
    if (!open || this.run.length <= LONGEST_SEEN) return;
    const whole = this.run.length;
    this.#draw(this.run.targets.slice(0, LONGEST_SEEN));
    this.remark.textContent = `The grid holds ${LONGEST_SEEN} vectors. These are the first of the ${whole}.`;
  }

  /* Playing. */

  #play() {
    if (this.unseen || this.time === this.run.traces.length - 1) this.#moveTo(0);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const advance = () => {
      this.#moveTo(this.time + 1);
      if (this.time === this.run.traces.length - 1) this.#stop();
    };
    this.playing = setInterval(advance, calm ? CALM_PAUSE : PAUSE);
    this.playButton.textContent = "Pause";
  }

  #stop() {
    clearInterval(this.playing);
    this.playing = undefined;
    this.playButton.textContent = "Play";
  }

  /* Elements. */

  #chooser() {
    const again = (length) => {
      this.#useRandom(length, this.seed + 1);
      this.#moveTo(this.time);
    };
    const lengthen = (length) => {
      if (this.board.element.hidden) again(length);
      else this.#draw(resized(this.run.targets, length));
    };
    const format = () => `${this.run.length} vectors`;
    this.length = slider("Length", { min: 1, max: LONGEST_SEEN, step: 1, format }, lengthen);
    this.longer = choice("or longer", LONGER.map(String), (index) => again(LONGER[index]));
    const fresh = button("new pattern", () => again(this.run.length));
    this.original = button("as recorded", () => {
      this.#useRecorded();
      this.#moveTo(this.time);
    });
    this.opener = button("draw your own", () => this.#openGrid(this.board.element.hidden));
    this.board = new BitGrid({
      label: "The pattern to copy: a column a vector, a row a bit",
      scale: this.grey.weights,
      starts: STARTS,
      onDraw: (vectors) => this.#useDrawn(vectors),
      onEnd: () => this.#drawn(),
    });
    this.#openGrid(false);
    this.result = element("p", { class: "result", role: "status" });
    this.remark = element("p", { class: "live-message", role: "status" });
    const controls = [this.length.element, this.longer.element, fresh, this.opener, this.original];
    const row = element("div", { class: "live-row" }, ...controls);
    return element("div", {}, row, this.board.element, this.result, this.remark);
  }

  #panels() {
    const onTime = (share) => {
      this.#stop();
      this.#moveTo(Math.min(this.run.traces.length - 1, Math.floor(share * this.run.traces.length)));
    };
    this.panels = Object.fromEntries(PANELS.map(({ name, ...options }) => [name, new Panel({ ...options, onTime })]));
    this.notAsked = element("span", { class: "not-asked", "aria-hidden": "true", text: "not asked for" });
    this.panels.outputs.plot.append(this.notAsked);
    const halves = () => ["goes in", "comes out"].map((text) => element("span", { text }));
    this.phases = [1, 2].map(() => element("div", { class: "phases", "aria-hidden": "true" }, ...halves()));
    const boxes = Object.values(this.panels).map((panel) => panel.element);
    return element("div", { class: "panels" }, ...boxes, ...this.phases);
  }

  #clock() {
    this.playButton = button("Play", () => (this.playing ? this.#stop() : this.#play()));
    const format = (time) => `${time + 1} of ${this.run.traces.length}`;
    this.clock = slider("Time step", { min: 0, max: 1, step: 1, format }, (time) => this.#moveTo(time));
    this.happening = element("p", { class: "happening" });
    this.whole = toggle(`all ${LOCATIONS} locations`, () => {
      this.#showRun();
      this.#showTime(this.time);
    });
    const controls = [this.playButton, this.clock.element, this.happening, this.whole.element];
    return element("div", { class: "live-row clock" }, ...controls);
  }

  /* Showing. */

  get order() {
    return this.whole.input.checked ? this.#inOrder(wholeRing(LOCATIONS)) : this.used;
  }

  #showRun() {
    const { run, order } = this;
    const steps = run.traces.length;
    const marks = locationMarks(order);
    const shown = this.#pictures(order);
    for (const [name, panel] of Object.entries(this.panels)) panel.update({ steps, ...shown[name] });
    for (const name of ["writing", "reading"]) this.panels[name].update({ steps, marks, ...shown[name] });
    this.notAsked.style.width = `${(100 * (run.length + 1)) / steps}%`;
    for (const phases of this.phases) phases.style.gridTemplateColumns = `${run.length}fr ${run.length + 1}fr`;
    if (run.length <= LONGEST_SEEN) this.board.show(run.targets);
    else this.#openGrid(false);
    this.length.show(Math.min(run.length, LONGEST_SEEN));
    this.longer.show(LONGER.indexOf(run.length));
    this.original.disabled = Object.keys(this.named).length === 0;
    this.#showResult();
  }

  #showResult() {
    const wrong = wrongBits(this.run);
    const count = total(wrong);
    const first = wrong.findIndex((bits) => bits > 0);
    const verdict = count ? `${count} come back wrong, the first in vector ${first + 1}` : "none comes back wrong";
    this.result.textContent = `${this.run.length} vectors, ${this.run.length * BITS} bits: ${verdict}.`;
    this.result.classList.toggle("wrong", count > 0);
  }

  /** What each panel shows: its text alternative, how many rows, and the colour of each place. */
  #pictures(order) {
    const { length, inputs, traces, chances, writeAt, readAt } = this.run;
    const { weights, values } = this.grey;
    const asked = (time) => time > length;
    const wrong = total(wrongBits(this.run));
    const output = (row, time) => {
      if (!asked(time)) return null;
      const vector = time - length - 1;
      return isWrong(this.run, vector, row) ? WRONG : weights.of(chances[vector][row]).fill;
    };
    const weighting = (head) => (row, time) => weights.of(traces[time].addressing.at(head).weighting[order[row]]).fill;
    const path = (places) => `from location ${places[0]} to location ${places.at(-1)}`;
    return {
      inputs: {
        label: `Inputs: ${length} vectors of ${BITS} bits, then the end mark, then nothing for ${length} steps.`,
        rows: BITS + 1,
        colour: (row, time) => weights.of(inputs[time][row]).fill,
      },
      outputs: {
        label: `Outputs: asked for after the end mark only; ${wrong} of ${length * BITS} bits are wrong.`,
        rows: BITS,
        colour: output,
      },
      adds: {
        label: `Vectors added to the memory, ${traces[0].add[0].length} numbers at each step.`,
        rows: traces[0].add[0].length,
        colour: (row, time) => values.of(traces[time].add[0][row], this.limit).fill,
      },
      reads: {
        label: `Vectors read from the memory, ${traces[0].readVector[0].length} numbers at each step.`,
        rows: traces[0].readVector[0].length,
        colour: (row, time) => values.of(traces[time].readVector[0][row], this.limit).fill,
      },
      writing: {
        label: `Write weightings: while it goes in, the largest weight moves ${path(writeAt.slice(0, length))}.`,
        rows: order.length,
        colour: weighting(-1),
      },
      reading: {
        label: `Read weightings: while it comes out, the largest weight moves ${path(readAt.slice(length + 1))}.`,
        rows: order.length,
        colour: weighting(0),
      },
    };
  }

  #showTime(time) {
    this.time = time;
    for (const panel of Object.values(this.panels)) panel.showTime(time);
    this.clock.show(time);
    this.happening.textContent = `The machine ${happening(time, this.run.length)}.`;
    this.moment.update(this.run, time, { order: this.order, limit: this.limit });
  }
}

/** The locations that are named beside a panel: a few round ones, and the two neighbours where the ring closes. */
function locationMarks(order) {
  const every = order.length > 64 ? 16 : order.length > 32 ? 8 : 5;
  const end = order.indexOf(0);
  return order.flatMap((location, row) => {
    const crowded = end >= 0 && row !== end && Math.abs(row - end) < order.length / 10;
    return row === end || (location % every === 0 && !crowded) ? [[row, String(location)]] : [];
  });
}

customElements.define("copy-scrubber", CopyScrubber);
