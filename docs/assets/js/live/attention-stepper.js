/* <attention-stepper>: scaled dot-product attention in seven steps, with the numbers of a trained model. At first it
   shows the run that the build recorded; as soon as the reader changes something, the model runs here. */

import { arithmetic, comparesWords, hasQueryRows, headOf, isMasked, limitOf, STEPS } from "../ui/attention-steps.js";
import { fromZero, legend, signed } from "../ui/colours.js";
import { button, choice, slider, toggle } from "../ui/controls.js";
import { element, freshId, number } from "../ui/dom.js";
import { numberIn, writeHash } from "../ui/hash.js";
import { highlightListing } from "../ui/listing.js";
import { LiveFigure } from "../ui/live.js";
import { Matrix } from "../ui/matrix.js";
import { Stepper } from "../ui/stepper.js";
import { Translation } from "../ui/translation.js";
import { frenchWords, wordButtons } from "../ui/sentence.js";
import { nearestWords, readSentence } from "../ui/words.js";

const EXAMPLES = [
  "the animal did not cross the street because it was too tired .",
  "the animal did not cross the street because it was too wide .",
];
const TEMPERATURES = [0.25, 4];
const UNCHANGED = { scaling: true, useMask: true, temperature: 1 };

class AttentionStepper extends LiveFigure {
  build(live) {
    this.scales = { weights: fromZero(live.scales.weights), signed: signed(live.scales.signed) };
    this.model = new Translation(live, (name) => this.checkpoint(name));
    this.start = { layer: live.layer, head: live.head, query: live.query };
    this.state = { step: 1, ...this.start };
    this.changes = { ...UNCHANGED };
    this.run = this.model.recorded();
    this.translation = live.translation;
    this.views = new Map();
    const box = element("div", { class: "attention-stepper" });
    const names = STEPS.map(({ name }) => name);
    this.stepper = new Stepper({ names, stage: box, onStep: (step) => this.#go({ step }) });
    this.heading = element("p", { class: "step-title" });
    this.summary = element("p", { class: "step-text" });
    this.stage = element("div", { class: "step-stage" });
    this.line = element("p", { class: "live-arithmetic", "aria-live": "polite" });
    this.legends = { signed: legend(this.scales.signed), weights: legend(this.scales.weights) };
    const legends = Object.values(this.legends).map((one) => one.element);
    box.append(
      this.stepper.element, this.heading, this.summary, this.#places(live), this.stage, this.line,
      element("div", { class: "live-row legends" }, ...legends), this.#panel(),
    );
    this.#show();
    return box;
  }

  async restore({ step, layer, head, query, sentence, ...changes }) {
    const asked = changesFrom(changes);
    const { words = this.#spoken() } = sentence ? readSentence(sentence, this.model.known) : {};
    this.field.value = words.join(" ");
    if (sentence || Object.keys(changes).length) {
      this.changes = asked;
      await this.#compute(words);
    }
    const { layers } = this.run;
    const to = {
      step: numberIn(step, 1, STEPS.length),
      layer: numberIn(layer, 1, layers.length) - 1,
      head: numberIn(head, 1, layers[0].query.shape[0]) - 1,
      query: numberIn(query, 1, this.run.words.length) - 1,
    };
    const named = Object.entries(to).filter(([, value]) => value >= 0);
    this.#go(Object.fromEntries(named));
  }

  /** Change the step, the layer, the head or the word that asks, and write it into the address. */
  #go(change) {
    Object.assign(this.state, change);
    this.#note();
    this.#show();
  }

  /** Write everything that the reader chose into the address. */
  #note() {
    const { step, layer, head, query } = this.state;
    const { scaling, useMask, temperature } = this.changes;
    const changes = { scaling: !scaling && "off", mask: !useMask && "off", temperature: temperature !== 1 && temperature };
    const sentence = this.#spoken().join(" ");
    const own = { sentence: sentence !== EXAMPLES[0] && sentence, ...changes };
    const chosen = Object.fromEntries(Object.entries(own).filter(([, value]) => value));
    writeHash(this.figure.id, { step, layer: layer + 1, head: head + 1, query: query + 1, ...chosen });
  }

  /** The words of the sentence, without padding and end. */
  #spoken() {
    return this.run.words.filter((word) => !word.startsWith("<"));
  }

  /** The buttons for layer, head and word. */
  #places(live) {
    const count = (many) => Array.from({ length: many }, (_, index) => String(index + 1));
    this.layer = choice("Layer", count(live.recorded.length), (layer) => this.#go({ layer }));
    this.head = choice("Head", count(live.heads), (head) => this.#go({ head }));
    this.words = wordButtons("Which word asks?", (query) => this.#go({ query }));
    return element("div", { class: "places" }, this.layer.element, this.head.element, this.words.element);
  }

  /** What the reader may change, and the model's answer. */
  #panel() {
    const id = freshId();
    const plain = { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
    this.field = element("input", { id, ...plain, value: EXAMPLES[0] });
    const run = element("button", { class: "live-button", text: "Run" });
    const submit = (event) => {
      event.preventDefault();
      this.#read();
    };
    const form = element("form", { class: "live-field", on: { submit } }, this.field, run);
    const examples = EXAMPLES.map((text) => button(`… ${text.split(" ").slice(-3).join(" ")}`, () => this.#read(text)));
    this.scaling = toggle("divide by √dₖ", (scaling) => this.#change({ scaling }));
    this.mask = toggle("mask the padding", (useMask) => this.#change({ useMask }));
    const [min, max] = TEMPERATURES;
    const range = { min, max, step: 0.05, format: (value) => number(value) };
    this.temperature = slider("temperature", range, (temperature) => this.#change({ temperature }));
    const reset = button("Reset", () => this.#reset());
    this.message = element("div", { class: "live-message", role: "status" });
    this.answer = frenchWords("The model translates:");
    return element("section", { class: "live-panel", "aria-label": "Change it" },
      element("label", { class: "live-label", for: id, text: "Change the sentence; your browser computes it anew" }),
      form,
      element("div", { class: "live-row" }, element("span", { class: "live-label", text: "Examples" }), ...examples),
      element("div", { class: "live-row" }, this.scaling.element, this.mask.element, this.temperature.element, reset),
      this.message, this.answer.element);
  }

  /** Take the reader's sentence, or say what is wrong with it. */
  #read(text = this.field.value) {
    this.field.value = text;
    const { words, problem, unknown = [] } = readSentence(text, this.model.known);
    if (words) return this.#compute(words);
    const offers = unknown.slice(0, 3).map((word) => {
      const near = nearestWords(word, this.model.known.keys());
      const buttons = near.map((other) => button(other, () => this.#replace(word, other)));
      return element("div", { class: "live-row" }, element("span", { text: `Instead of “${word}”:` }), ...buttons);
    });
    this.message.replaceChildren(element("p", { text: problem }), ...offers);
  }

  #replace(word, other) {
    const here = this.field.value.toLowerCase().split(/([\s.,;!?]+)/);
    this.#read(here.map((part) => (part === word ? other : part)).join(""));
    this.field.focus();
  }

  #change(change) {
    Object.assign(this.changes, change);
    this.#compute(this.#spoken());
  }

  #reset() {
    this.changes = { ...UNCHANGED };
    this.state = { ...this.state, ...this.start };
    this.field.value = EXAMPLES[0];
    this.run = this.model.recorded();
    this.translation = this.model.live.translation;
    this.pointed = null;
    this.message.replaceChildren();
    this.#go({});
  }

  /** Run the model; its weights are fetched the first time. */
  async #compute(words) {
    if (!this.model.model) {
      this.message.replaceChildren("Fetching the model’s weights …");
      try {
        await this.model.load();
      } catch (error) {
        console.error(error);
        this.changes = { ...UNCHANGED };
        this.#show();
        this.message.replaceChildren("The model’s weights could not be fetched. Please try again.");
        return;
      }
    }
    const before = this.run.words;
    this.run = this.model.run(words, this.changes);
    if (before.join() !== this.run.words.join()) {
      this.state.query = keptQuery(before, this.state.query, this.run.words);
      this.pointed = null;
    }
    this.message.replaceChildren();
    this.#note();
    this.#show();
    this.#translate(this.run);
  }

  /** The translation takes longest, so the matrices are shown before it; a later change makes it pointless. */
  async #translate(run) {
    await new Promise((resolve) => setTimeout(resolve));
    if (this.run !== run) return;
    this.translation = this.model.translate(run, this.changes);
    this.answer.update(this.translation);
  }

  /** Bring everything up to date. Only the matrices of the current step are drawn. */
  #show() {
    const { step, layer, head, query } = this.state;
    this.current = headOf(this.run, this.state, this.changes, this.model);
    this.stepper.show(step);
    this.heading.textContent = STEPS[step - 1].title;
    this.summary.textContent = STEPS[step - 1].text(this.current);
    this.layer.show(layer);
    this.head.show(head);
    this.words.update(this.run.words, query);
    this.scaling.input.checked = this.changes.scaling;
    this.mask.input.checked = this.changes.useMask;
    this.temperature.show(this.changes.temperature);
    this.answer.update(this.translation);
    if (this.listed !== step) highlightListing(this.figure.id, step);
    this.listed = step;
    this.#draw(step);
  }

  #draw(step) {
    if (!this.views.has(step)) this.views.set(step, this.#view(step));
    const { box, panels } = this.views.get(step);
    if (this.stage.firstChild !== box) {
      this.stage.replaceChildren(box);
      this.pointed = null;
    }
    for (const { panel, matrix } of panels) matrix.update(this.#content(panel, step));
    const told = panels.findLast(({ panel }) => panel.name !== "weights").panel.name;
    this.legends.signed.update(limitOf(this.current, step, told), step === 5 && this.changes.useMask);
    this.legends.weights.update(1, this.changes.useMask);
    this.legends.weights.element.hidden = step < 6;
    if (this.pointed) this.#explain(...this.pointed);
    else this.#rest();
  }

  /** The matrices of a step, built when it is first shown. */
  #view(step) {
    const panels = [];
    const parts = STEPS[step - 1].panels.map((part) => {
      if (typeof part === "string") return element("span", { class: "operator", "aria-hidden": "true", text: part });
      const matrix = this.#matrix(part);
      panels.push({ panel: part, matrix });
      matrix.element.style.flex = `${part.share} 1 ${part.rowNames ? "var(--names)" : "0px"}`;
      return matrix.element;
    });
    return { box: element("div", { class: "step-view" }, ...parts), panels };
  }

  #matrix(panel) {
    return new Matrix({
      label: panel.label,
      kind: panel.kind,
      scale: panel.name === "weights" ? this.scales.weights : this.scales.signed,
      rowNames: panel.rowNames,
      columnNames: panel.columnNames,
      rowNumbers: panel.rowNumbers,
      decimals: panel.name === "weights" ? 2 : 1,
      onPoint: (row, column) => this.#point(panel.name, row, column),
      onLeave: () => this.#rest(),
      onPickRow: hasQueryRows(panel, this.state.step) ? (row) => this.#go({ query: row }) : undefined,
    });
  }

  #content(panel, step) {
    const { planes, words } = this.current;
    const limit = limitOf(this.current, step, panel.name);
    const { rows, columns, at } = planes[panel.name];
    const numbered = Array.from({ length: columns }, (_, index) => `number ${index + 1}`);
    const across = comparesWords(panel.name) ? words : numbered;
    const masked = (row, column) => isMasked(this.current, panel.name, column);
    return { rows: words.slice(0, rows), columns: across, value: at, masked, limit };
  }

  #point(...cell) {
    this.pointed = cell;
    this.#explain(...cell);
  }

  /** Show the arithmetic of a cell and mark what takes part in it. */
  #explain(name, row, column) {
    const { say, marks } = arithmetic(this.current, name, row, column);
    const pieces = say.map((piece) => (piece.text ? element("span", { class: piece.kind, text: piece.text }) : piece));
    this.line.replaceChildren(...pieces);
    for (const { panel, matrix } of this.views.get(this.state.step).panels) {
      const { rows, columns, cells } = marks[panel.name] ?? {};
      const chosen = hasQueryRows(panel, this.state.step) ? this.state.query : undefined;
      matrix.mark({ row: chosen, rows, columns, cells });
    }
  }

  /** Nothing is pointed at: show the step's result for the chosen word, where it is largest. */
  #rest() {
    this.pointed = null;
    const { panel } = this.views.get(this.state.step).panels.at(this.state.step === 2 ? 1 : -1);
    const { columns, at } = this.current.planes[panel.name];
    const row = Array.from({ length: columns }, (_, column) => at(this.state.query, column));
    this.#explain(panel.name, this.state.query, row.indexOf(Math.max(...row)));
  }
}

/** The changes that an address names; what it does not name, or names badly, is unchanged. */
export function changesFrom({ scaling, mask, temperature }) {
  const [least, most] = TEMPERATURES;
  const asked = Number(temperature);
  return {
    scaling: scaling !== "off",
    useMask: mask !== "off",
    temperature: asked >= least && asked <= most ? asked : UNCHANGED.temperature,
  };
}

/** The place of the word that asks in a new sentence: the same word if it is there, else the same place. */
export function keptQuery(before, query, after) {
  const same = after.indexOf(before[query]);
  return same >= 0 ? same : Math.min(query, after.length - 1);
}

customElements.define("attention-stepper", AttentionStepper);
