/* Inference on a sequence of random bits: step by step the context, how often it was seen and with what after it, and what
   the optimal estimator, the machine and the LSTM say. New sequences are drawn and predicted in the browser; the LSTM, whose
   weights are many, speaks of the recorded sequence only. */

import { Machine } from "../model/ntm.js";
import { fromZero } from "../ui/colours.js";
import { button, slider } from "../ui/controls.js";
import { count, divergence, drawBits, farthest } from "../ui/counting.js";
import { element, number } from "../ui/dom.js";
import { numberIn, writeHash } from "../ui/hash.js";
import { LiveFigure } from "../ui/live.js";
import { peak, short } from "../ui/numbers.js";
import { Panel } from "../ui/panel.js";

const PREDICTORS = [
  { key: "optimal", name: "optimal", title: "optimal estimator" },
  { key: "machine", name: "machine", title: "Neural Turing Machine" },
  { key: "lstm", name: "LSTM", title: "LSTM" },
];
const ROWS = ["input", ...PREDICTORS.map(({ name }) => name)];
const HALVES = 2;

class NgramScrubber extends LiveFigure {
  build(live) {
    const said = Object.fromEntries(PREDICTORS.map(({ key }) => [key, live[key].data]));
    this.recorded = { ...live, ...said, named: {} };
    this.live = live;
    this.steps = live.bits.length;
    this.half = this.steps / HALVES;
    this.grey = fromZero(live.scales.greys);
    const built = element("div", {});
    built.append(this.#chooser(), ...this.#pictures(), this.#clock(), this.#moment());
    built.addEventListener("keydown", (event) => this.#key(event));
    this.#use(this.recorded, live.mistakes[0]);
    return built;
  }

  async restore({ step, seed }) {
    const from = numberIn(seed, 1, Number.MAX_SAFE_INTEGER);
    const to = (numberIn(step, 1, this.steps) ?? this.step + 1) - 1;
    if (from) await this.#useNew(from, to);
    else this.#use(this.recorded, to);
  }

  /* Which sequence. */

  #use(sequence, step) {
    this.now = sequence;
    this.original.disabled = !sequence.named.seed;
    this.#showSequence();
    this.#show(step);
  }

  /** Draw a sequence, let the machine run, and show it. */
  async #useNew(seed, step) {
    try {
      this.machine ??= new Machine(await this.checkpoint(this.live.checkpoint), { locations: 0 });
    } catch (error) {
      console.error(error);
      this.remark.textContent = "The machine could not be loaded. This is the recorded sequence.";
      return;
    }
    const { order } = this.live;
    const bits = drawBits(this.steps, order, seed);
    const counted = count(bits, order);
    const traces = this.machine.run(bits.map((_, time) => [time ? 2 * bits[time - 1] - 1 : 0]));
    const machine = traces.map(({ output }) => 1 / (1 + Math.exp(-output[0])));
    const head = (place) => traces.map(({ addressing }) => addressing.at(place).weighting);
    const [read, write] = [whereabouts(head(0)), whereabouts(head(-1))];
    const mistakes = farthest(counted.optimal, machine);
    this.#use({ bits, ...counted, machine, read, write, mistakes, named: { seed } }, step);
  }

  #moveTo(step) {
    this.#show(Math.min(this.steps - 1, Math.max(0, step)));
    this.#address();
  }

  #address() {
    writeHash(this.figure.id, { step: this.step + 1, ...this.now.named });
  }

  #key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.altKey || event.metaKey || event.ctrlKey || event.target.closest("input")) return;
    event.preventDefault();
    this.#moveTo(this.step + by);
  }

  /* Elements. */

  #chooser() {
    const fresh = button("new sequence", async () => {
      await this.#useNew((this.now.named.seed ?? 0) + 1, this.step);
      this.#address();
    });
    this.original = button("as recorded", () => {
      this.#use(this.recorded, this.step);
      this.#address();
    });
    this.remark = element("span", { class: "note", role: "status" });
    return element("div", { class: "live-row" }, fresh, this.original, this.remark);
  }

  /** The sequence in two halves, one below the other, so that a step is wide enough for a finger. */
  #pictures() {
    this.panels = Array.from({ length: HALVES }, (_, half) => {
      const first = half * this.half;
      const onTime = (share) => this.#moveTo(first + Math.min(this.half - 1, Math.floor(share * this.half)));
      const title = `Steps ${first + 1} to ${first + this.half}`;
      const panel = new Panel({ title, range: half ? "" : "black 0, white 1", size: "halves", onTime });
      const arrows = element("div", { class: "arrows", "aria-hidden": "true" });
      panel.element.append(arrows);
      return { panel, first, title, arrows };
    });
    return this.panels.map(({ panel }) => panel.element);
  }

  #clock() {
    const format = (step) => `${step} of ${this.steps}`;
    this.time = slider("Step", { min: 1, max: this.steps, step: 1, format }, (step) => this.#moveTo(step - 1));
    this.before = button("◂ same context before", () => this.#moveTo(this.#visit(-1)));
    this.after = button("same context again ▸", () => this.#moveTo(this.#visit(1)));
    this.worst = [0, 1].map((index) => button("", () => this.#moveTo(this.now.mistakes[index])));
    return element("div", { class: "live-row clock" }, this.time.element, this.before, this.after, ...this.worst);
  }

  #moment() {
    this.strip = element("p", { class: "strip" });
    this.counts = element("p", { class: "counts" });
    this.memory = element("p", { class: "counts" });
    const head = ["", "chance of a one", "away from optimal"].map((text) => element("th", { scope: "col", text }));
    head[0] = element("td");
    this.rows = PREDICTORS.map(({ title }) => {
      const [bar, value, away] = [element("i"), element("b"), element("td")];
      const chance = element("td", {}, element("span", { class: "track", "aria-hidden": "true" }, bar), value);
      return { bar, value, away, row: element("tr", {}, element("th", { scope: "row", text: title }), chance, away) };
    });
    const body = element("tbody", {}, ...this.rows.map(({ row }) => row));
    const caption = element("caption", { class: "sr-only", text: "What is said at this step" });
    const table = element("table", { class: "said" }, caption, element("thead", {}, element("tr", {}, ...head)), body);
    return element("div", { class: "moment" }, this.strip, this.counts, table, this.memory);
  }

  /* Showing. */

  /** The nearest step with the same context, in a direction; the same step if there is none. */
  #visit(direction) {
    const { context } = this.now;
    if (context[this.step] < 0) return this.step;
    for (let step = this.step + direction; step >= 0 && step < this.steps; step += direction) {
      if (context[step] === context[this.step]) return step;
    }
    return this.step;
  }

  #showSequence() {
    const { now } = this;
    const shown = (row, step) => (row ? now[PREDICTORS[row - 1].key]?.[step] : now.bits[step]);
    for (const { panel, first, title, arrows } of this.panels) {
      const colour = (row, time) => {
        const value = shown(row, first + time);
        return value === undefined ? null : this.grey.of(value).fill;
      };
      const marks = ROWS.map((name, row) => [row, name]);
      const label = `${title}: the bits, and how likely a one was, by the optimal estimator, the machine and the LSTM.`;
      panel.update({ label, rows: ROWS.length, steps: this.half, colour, marks });
      const inside = now.mistakes.filter((step) => step >= first && step < first + this.half);
      const left = (step) => `left:${(100 * (step - first + 0.5)) / this.half}%`;
      arrows.replaceChildren(...inside.map((step) => element("span", { text: "▲", style: left(step) })));
    }
    this.worst.forEach((one, index) => {
      one.textContent = `▲ ${now.mistakes[index] + 1}`;
      one.setAttribute("aria-label", `Go to arrow ${index + 1}, step ${now.mistakes[index] + 1}`);
    });
    const { seed } = now.named;
    this.remark.textContent = seed ? `Sequence ${seed}, drawn here. The LSTM does not run in the browser.` : "";
  }

  #show(step) {
    this.step = step;
    for (const { panel, first } of this.panels) {
      panel.cursor.hidden = step < first || step >= first + this.half;
      panel.showTime(step - first);
    }
    this.time.show(step + 1);
    this.before.disabled = this.#visit(-1) === step;
    this.after.disabled = this.#visit(1) === step;
    this.#showContext();
    this.#showSaid();
    this.#showMemory();
  }

  #showContext() {
    const { order } = this.live;
    const { bits, context, ones, zeros, optimal } = this.now;
    const { step } = this;
    const box = (bit, next = "") => element("span", { class: `bit of-${bit} ${next}`, text: bit });
    const before = bits.slice(Math.max(0, step - order), step).map((bit) => box(bit));
    this.strip.replaceChildren("context", ...before, "then came", box(bits[step], "next"));
    if (context[step] < 0) {
      this.counts.textContent = `There are no ${order} bits yet, so there is no context: the best is to say ½.`;
      return;
    }
    const [one, all] = [ones[step], ones[step] + zeros[step]];
    const times = `Seen ${all === 1 ? "once" : `${all} times`} before: ${zeros[step]} × 0, ${one} × 1`;
    const value = number(optimal[step], 3);
    this.counts.textContent = `${all ? times : "Never seen before"}. Optimal: (${one} + ½) / (${all} + 1) = ${value}`;
  }

  #showSaid() {
    const best = this.now.optimal[this.step];
    PREDICTORS.forEach(({ key }, index) => {
      const said = this.now[key]?.[this.step];
      const { bar, value, away } = this.rows[index];
      bar.style.width = `${100 * (said ?? 0)}%`;
      value.textContent = said === undefined ? "–" : number(said, 3);
      away.textContent = said === undefined ? "–" : key === "optimal" ? "0" : `${short(divergence(best, said))} bits`;
    });
  }

  #showMemory() {
    const { read, write } = this.now;
    const at = (head, step) => `location ${head.location[step]} (weight ${number(head.weight[step])})`;
    const reads = element("span", { class: "read", text: `The machine reads most at ${at(read, this.step)}.` });
    this.memory.replaceChildren(reads);
    if (this.step + 1 === this.steps) return;
    this.memory.append(" ", element("span", { class: "write", text: `A step later it writes most at ${at(write, this.step + 1)}.` }));
  }
}

/** Where a head has its largest weight at each step, and that weight. */
export function whereabouts(weightings) {
  const location = weightings.map(peak);
  return { location, weight: weightings.map((weighting, step) => weighting[location[step]]) };
}

customElements.define("ngram-scrubber", NgramScrubber);
