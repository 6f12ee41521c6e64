/* <head-grid>: all heads of all layers at once. A word's row is followed through all of them, a head is silenced and
   the sentence translated again, and the heads' outputs are put together for a word. */

import { fromZero, legend, signed } from "../ui/colours.js";
import { button, choice } from "../ui/controls.js";
import { element, number } from "../ui/dom.js";
import { numberIn, writeHash } from "../ui/hash.js";
import { highlightListing } from "../ui/listing.js";
import { LiveFigure } from "../ui/live.js";
import { Mixing } from "../ui/mixing.js";
import { frenchWords, wordButtons } from "../ui/sentence.js";
import { Sheet } from "../ui/sheet.js";
import { plane, Translation } from "../ui/translation.js";

const STEPPER = "attention.dot_product.steps";

class HeadGrid extends LiveFigure {
  build(live) {
    this.live = live;
    this.model = new Translation(live, (name) => this.checkpoint(name));
    this.run = this.model.recorded();
    this.translation = live.translation;
    this.state = { layer: live.layer, query: live.query };
    this.silenced = [];
    this.weights = fromZero(live.scales.weights);
    this.words = wordButtons("Which word asks?", (query) => this.#go({ query }));
    this.line = element("p", { class: "live-arithmetic short", "aria-live": "polite" });
    this.cards = this.run.layers.flatMap((_, layer) =>
      Array.from({ length: live.heads }, (_, head) => this.#card(layer, head)),
    );
    const colours = legend(this.weights);
    colours.update(1, true);
    const box = element("div", { class: "head-grid" },
      this.words.element,
      element("div", { class: "heads", style: `--heads:${live.heads}` }, ...this.cards.map((card) => card.box)),
      element("div", { class: "live-row legends" }, colours.element),
      this.line, this.#panel(), this.#below(live));
    this.#show();
    return box;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.near?.disconnect();
  }

  restore({ layer, query, silenced }) {
    const silent = this.cards.filter((card) => (silenced ?? "").split(",").includes(nameOf(card)));
    if (silent.length) this.#hear(silent.map((card) => [card.layer, card.head]));
    const to = {
      layer: numberIn(layer, 1, this.run.layers.length) - 1,
      query: numberIn(query, 1, this.run.words.length) - 1,
    };
    this.#go(Object.fromEntries(Object.entries(to).filter(([, value]) => value >= 0)));
  }

  #go(change) {
    Object.assign(this.state, change);
    this.#note();
    this.#show();
  }

  #note() {
    const silenced = this.silenced.map(([layer, head]) => nameOf({ layer, head })).join(",");
    const state = { layer: this.state.layer + 1, query: this.state.query + 1, ...(silenced && { silenced }) };
    writeHash(this.figure.id, state);
  }

  /** One head: its name, its weights, the way to the stepper, and the switch that silences it. */
  #card(layer, head) {
    const place = `${layer},${head}`;
    const label = nameOf({ layer, head });
    const name = this.live.names[place];
    const sheet = new Sheet({
      label: `Weights of head ${label}`, scale: this.weights,
      onPoint: (row, column) => this.#point(layer, head, row, column),
      onLeave: () => this.#rest(),
      onPickRow: (query) => this.#go({ query, layer }),
    });
    const link = element("a", { text: "step through", "aria-label": `Step through head ${label}` });
    const mute = button("silence", () => this.#silence(layer, head));
    mute.setAttribute("aria-label", `Silence head ${label}`);
    const title = element("p", { class: "head-name" }, element("b", { text: label }), ` ${name}`);
    return { layer, head, sheet, link, mute, box: element("div", { class: "head" }, title, sheet.element, link, mute) };
  }

  /** What became of the translation, and what the build measured. */
  #panel() {
    this.answer = frenchWords("The model translates:");
    this.message = element("div", { class: "measured", role: "status" });
    this.all = button("Let all heads speak again", () => this.#hear([]));
    const parts = [this.answer.element, this.message, this.all];
    return element("section", { class: "live-panel", "aria-label": "The translation" }, ...parts);
  }

  /** From the heads to the result. It needs the model's weights, which are fetched when it comes near. */
  #below(live) {
    const layers = this.run.layers.map((_, layer) => String(layer + 1));
    this.layer = choice("From the heads to the result. Layer", layers, (layer) => this.#go({ layer }));
    this.mixing = new Mixing({
      heads: live.heads, scale: signed(live.scales.signed),
      onPickWord: (query) => this.#go({ query }),
      onStep: (step) => highlightListing(this.figure.id, step),
    });
    this.mixing.element.hidden = true;
    this.waiting = element("p", { role: "status", text: "Fetching the model’s weights …" });
    const box = element("section", { class: "below", "aria-label": "From the heads to the result" },
      element("div", { class: "live-row" }, this.layer.element), this.waiting, this.mixing.element);
    this.near = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      this.near.disconnect();
      this.#compute();
    }, { rootMargin: "200px" });
    this.near.observe(box);
    return box;
  }

  #silence(layer, head) {
    const others = this.silenced.filter(([l, h]) => l !== layer || h !== head);
    this.#hear(others.length < this.silenced.length ? others : [...this.silenced, [layer, head]]);
  }

  /** Silence these heads and no others. */
  #hear(silenced) {
    this.silenced = silenced;
    this.#note();
    this.#compute();
  }

  /** Run the model with some heads silenced; its weights are fetched the first time. */
  async #compute() {
    try {
      await this.model.load();
    } catch (error) {
      console.error(error);
      this.silenced = [];
      this.waiting.textContent = "The model’s weights could not be fetched. Press “silence” to try again.";
      return;
    }
    this.waiting.hidden = true;
    this.mixing.element.hidden = false;
    const spoken = this.run.words.filter((word) => !word.startsWith("<"));
    this.run = this.model.run(spoken, { silenced: this.silenced });
    this.#show();
    this.#translate(this.run);
  }

  /** The translation takes longest, so the heads are shown before it; a later change makes it pointless. */
  async #translate(run) {
    await new Promise((resolve) => setTimeout(resolve));
    if (this.run !== run) return;
    this.translation = this.model.translate(run, { silenced: this.silenced });
    this.answer.update(this.translation, this.live.translation);
    this.#measured();
  }

  #show() {
    const { layer, query } = this.state;
    const { words, layers } = this.run;
    this.words.update(words, query);
    for (const card of this.cards) {
      if (this.drawn !== this.run) this.#draw(card, this.run);
      this.#follow(card, query);
    }
    this.drawn = this.run;
    this.layer.show(layer);
    this.answer.update(this.translation, this.live.translation);
    this.all.hidden = !this.silenced.length;
    if (this.model.model) this.mixing.update(words, layers[layer], this.model.outputBias(layer), query);
    this.#rest();
    this.#measured();
  }

  #draw({ layer, head, sheet, mute, box }, { words, layers, padding }) {
    const { at } = plane(layers[layer].weights, head);
    sheet.update({ rows: words, columns: words, value: at, masked: (_, column) => padding[column] });
    const silent = this.silenced.some(([l, h]) => l === layer && h === head);
    box.classList.toggle("silent", silent);
    mute.setAttribute("aria-pressed", String(silent));
  }

  /** Emphasise a word's row in a head's weights, and let the link lead to it. */
  #follow({ layer, head, sheet, link }, query) {
    sheet.choose(query);
    const [part, page] = this.figure.id.split(".");
    const here = new URL(`../../${part}/${page}/`, this.figure.querySelector(".fig-json").href);
    const state = `step=6&layer=${layer + 1}&head=${head + 1}&query=${query + 1}`;
    link.href = `${new URL(this.live.stepper, here)}#${STEPPER}:${state}`;
  }

  #point(layer, head, row, column) {
    const { words, layers, padding } = this.run;
    const value = plane(layers[layer].weights, head).at(row, column);
    const told = padding[column] ? "may not look at" : `gives ${number(value)} of its weight to`;
    this.line.textContent = `Head ${layer + 1}.${head + 1}: “${words[row]}” ${told} “${words[column]}”.`;
    highlightListing(this.figure.id, 2);
  }

  /** Nothing is pointed at: tell which word each head of the layer looks at most. */
  #rest() {
    const { words, layers } = this.run;
    const { layer, query } = this.state;
    const told = Array.from({ length: this.live.heads }, (_, head) => {
      const { columns, at } = plane(layers[layer].weights, head);
      const row = Array.from({ length: columns }, (_, column) => at(query, column));
      const most = row.indexOf(Math.max(...row));
      return `head ${layer + 1}.${head + 1} at “${words[most]}” (${number(row[most])})`;
    });
    this.line.textContent = `“${words[query]}” looks most: ${told.join(", ")}.`;
  }

  /** What the build measured for each silenced head. */
  #measured() {
    const { ablations, intact, tested } = this.live;
    const told = this.silenced.map(([layer, head]) => {
      const { exact_match: exact, pronoun_gender: pronoun } = ablations[`${layer},${head}`];
      const text =
        `Measured over ${tested} sentences, with head ${layer + 1}.${head + 1} alone silenced: ${percent(exact)} are ` +
        `translated exactly (with all heads ${percent(intact.exact_match)}), and the French pronoun is right in ` +
        `${percent(pronoun)} (${percent(intact.pronoun_gender)}).`;
      return element("li", { text });
    });
    const same = this.translation.join() === this.live.translation.join();
    const here = same ? "Here the translation stays the same." : "Changed words are underlined.";
    const nothing = element("p", { text: "Silence a head above and see what becomes of the translation." });
    const shown = told.length ? [element("p", { text: here }), element("ul", {}, ...told)] : [nothing];
    this.message.replaceChildren(...shown);
  }
}

function percent(share) {
  return `${number(100 * share, 1)} %`;
}

/** How a head is called: layer and head, counted from 1. */
function nameOf({ layer, head }) {
  return `${layer + 1}.${head + 1}`;
}

customElements.define("head-grid", HeadGrid);
