/* One step of the copy machine, stage by stage: how a head finds its location, and what it does there. Every number
   comes from the trained machine; the reader may change what the controller said and sees everything computed again. */

import { Machine, address, eraseAndAdd, read } from "../model/ntm.js";
import { componentWords, memoryWords, weightWords } from "../ui/addressing-words.js";
import { Changing, PICTURES } from "../ui/changing.js";
import { signed } from "../ui/colours.js";
import { button, choice, slider, toggle } from "../ui/controls.js";
import { LOCATIONS, happening } from "../ui/copy.js";
import { element } from "../ui/dom.js";
import { numberIn, writeHash } from "../ui/hash.js";
import { highlightListing } from "../ui/listing.js";
import { LiveFigure } from "../ui/live.js";
import { Looking, ROWS, keyFrom, only } from "../ui/looking.js";
import { peak } from "../ui/numbers.js";
import { seam, shortestArc, wholeRing } from "../ui/ring.js";
import { Stepper } from "../ui/stepper.js";

const HEADS = ["write", "read"];
const WRITTEN = 0.1; // a weight, or the length of a vector, above this counts
const MARGIN = 3;
const LAST = LOCATIONS - 1;

const STEPS = [
  [
    "content",
    "How well does the vector at each location fit the key k? Take their cosine, times β, through a softmax. " +
      "With β = 0 all locations are alike; a large β picks the best match.",
  ],
  [
    "interpolation",
    "The gate g mixes two weightings. With g = 1 the content decides; with g = 0 the key is ignored and the head " +
      "stays where it was one step ago.",
  ],
  [
    "shift",
    "The weighting moves by −1, 0 or +1 location, each as far as s says. The memory is a ring: what leaves at " +
      `${LAST} comes in at 0. Nothing falls off an edge, so the sum stays 1.`,
  ],
  [
    "sharpening",
    "A shift smears a little. Every weight is raised to the power γ, then all are divided by their sum. With γ = 1 " +
      "nothing changes; a large γ leaves one location.",
  ],
  [
    "erase",
    "The write head first erases: every number at location i is multiplied by 1 − w(i)·e. Where the weight is 0, " +
      "nothing changes.",
  ],
  ["add", "Then it adds w(i)·a at every location i. Erase and add together put a new vector in the place of the old."],
  ["read", "The read head takes every vector times its weight. Their sum is the vector r that is read."],
];

/**
 * What the reader can try: each gives new controls and where to look, from what was recorded.
 *
 * @type {Object<string, function(Object): {controls?: Object, previous?: number[], location?: number, step?: number}>}
 */
const PRESETS = {
  "as recorded": () => ({}),
  "pure content": ({ key, target }) => ({
    controls: { key, keyStrength: 50, gate: 1, shift: [0, 1, 0], sharpening: 1 },
    location: target,
  }),
  "pure location": ({ before }) => ({
    controls: { gate: 0, shift: [0, 0, 1], sharpening: 1 },
    location: (before + 1) % LOCATIONS,
  }),
  hold: ({ before }) => ({ controls: { gate: 0, shift: [0, 1, 0], sharpening: 1 }, location: before }),
  "jump and shift": ({ key, target }) => ({
    controls: { key, keyStrength: 50, gate: 1, shift: [0, 0, 1], sharpening: 1 },
    location: (target + 1) % LOCATIONS,
  }),
  "around the end": () => ({
    controls: { gate: 0, shift: [0, 0.2, 0.8], sharpening: 1 },
    previous: only(LAST, LOCATIONS),
    location: 0,
    step: 3,
  }),
};

class AddressingStepper extends LiveFigure {
  async build(live) {
    const machine = new Machine(await this.checkpoint(live.checkpoint), { locations: LOCATIONS });
    this.headIndex = { read: 0, write: machine.readHeads };
    this.start = machine.initialState().weighting;
    this.traces = machine.run(live.inputs);
    this.length = live.length;
    this.limit = Math.max(1, ...this.traces.map(({ memoryAfter }) => Math.max(...memoryAfter.flat().map(Math.abs))));
    this.near = this.#neighbourhood();
    this.view = { head: live.head, step: 1, order: this.near, component: 0, limit: this.limit };
    const to = {
      point: (point) => this.#point(point),
      pick: ({ step, ...place }) => this.#go({ ...place, step: step || this.view.step }),
      change: (controls) => this.#change({ controls: { ...this.controls, ...controls } }),
      changePrevious: (previous) => this.#change({ previous }),
    };
    this.looking = new Looking(to);
    this.changing = new Changing(signed(live.scales.signed), to);
    const built = element("div", {});
    built.append(this.#top(), this.#clock(), this.#stepper(built), this.looking.element, this.changing.element, this.#axis(), this.#words());
    this.#load(live.step, live.head);
    return built;
  }

  restore({ time, head, step, location }) {
    this.#load(numberIn(time, 0, this.traces.length - 1) ?? this.time, HEADS.includes(head) ? head : this.view.head);
    const there = { step: numberIn(step, 1, STEPS.length), location: numberIn(location, 0, LAST) };
    for (const [name, value] of Object.entries(there)) this.view[name] = value ?? this.view[name];
    this.#show();
  }

  /** The locations that the episode is about: wherever a head stands, and location 0. */
  #neighbourhood() {
    const used = this.traces.flatMap(({ addressing }) =>
      addressing.flatMap(({ weighting }) => weighting.flatMap((weight, location) => (weight > WRITTEN ? [location] : []))),
    );
    return shortestArc([0, ...used], LOCATIONS, MARGIN);
  }

  /* State. */

  /** Go to a step of the episode and to a head, as the machine ran. */
  #load(time, head) {
    this.time = time;
    this.view.head = head;
    this.view.location = peak(this.traces[time].addressing[this.headIndex[head]].weighting);
    this.#usePreset("as recorded");
  }

  /** What the machine did at this step: the head's controls, and its weighting a step ago. */
  #recorded() {
    const index = this.headIndex[this.view.head];
    const before = this.time > 0 ? this.traces[this.time - 1].addressing.map(({ weighting }) => weighting) : this.start;
    return { controls: this.traces[this.time].controls[index], previous: before[index] };
  }

  #usePreset(name) {
    const recorded = this.#recorded();
    const memory = this.traces[this.time].memoryBefore;
    const target = this.#writtenLocation(memory);
    const changed = PRESETS[name]({ target, key: keyFrom(memory[target]), before: peak(recorded.previous) });
    this.controls = { ...recorded.controls, ...changed.controls };
    this.previous = changed.previous ?? recorded.previous;
    this.preset = name;
    this.view.location = changed.location ?? this.view.location;
    this.view.step = changed.step ?? this.view.step;
    this.#compute();
    this.#show();
  }

  /** The picked location if something is written there, else the location with the longest vector. */
  #writtenLocation(memory) {
    const lengths = memory.map((vector) => Math.hypot(...vector));
    return lengths[this.view.location] > WRITTEN ? this.view.location : peak(lengths);
  }

  /** The reader changed what the controller said, or the previous weighting. */
  #change({ controls = this.controls, previous = this.previous }) {
    Object.assign(this, { controls, previous, preset: null });
    this.#compute();
    this.#show();
  }

  /** Everything that follows, by the code that runs the machine. */
  #compute() {
    const { controls, previous } = this;
    const { memoryBefore: memory, addressing, erase: [erase], add: [add] } = this.traces[this.time]; // prettier-ignore
    const stages = address(controls, previous, memory);
    const [reading, writing] = HEADS.toReversed().map((head) =>
      head === this.view.head ? stages.weighting : addressing[this.headIndex[head]].weighting,
    );
    const nothing = add.map(() => 0);
    const erased = eraseAndAdd(memory, [writing], [erase], [nothing]);
    const after = eraseAndAdd(memory, [writing], [erase], [add]);
    const readVector = read(after, reading);
    this.now = { controls, previous, stages, memory, erased, after, erase, add, writing, reading, readVector };
  }

  #go(place) {
    Object.assign(this.view, place);
    this.#show();
    const { step, head, location } = this.view;
    writeHash(this.figure.id, { step, time: this.time, head, location });
  }

  #moveTo(time, head = this.view.head) {
    this.#load(Math.min(this.traces.length - 1, Math.max(0, time)), head);
    this.#go({});
  }

  #point(point) {
    this.view.focus = point ?? this.#standing();
    this.#showStages();
  }

  /** What the arithmetic is about while nothing is pointed at. */
  #standing() {
    const { step, location, component } = this.view;
    const { stage } = [...ROWS, ...PICTURES].find((one) => one.step === step);
    return step <= 4 ? { stage, location } : { stage, location, component };
  }

  /* Elements. */

  #top() {
    this.heads = choice("Head", HEADS, (index) => this.#moveTo(this.time, HEADS[index]));
    this.heads.buttons.forEach((one, index) => one.classList.add(HEADS[index]));
    this.whole = toggle(`all ${LOCATIONS} locations`, (on) => this.#go({ order: on ? wholeRing(LOCATIONS) : this.near }));
    return element("div", { class: "live-row" }, this.heads.element, this.whole.element);
  }

  #clock() {
    const steps = this.traces.length;
    const range = { min: 0, max: steps - 1, step: 1, format: (time) => `${time + 1} of ${steps}` };
    this.clock = slider("Time step", range, (time) => this.#moveTo(time));
    this.happening = element("p", { class: "happening" });
    const by = (change, text, label) => {
      const one = button(text, () => this.#moveTo(this.time + change));
      one.setAttribute("aria-label", label);
      return one;
    };
    const [back, on] = [by(-1, "−", "One time step back"), by(1, "+", "One time step on")];
    return element("div", { class: "live-row clock" }, back, this.clock.element, on, this.happening);
  }

  #stepper(stage) {
    const names = STEPS.map(([name]) => name);
    this.stepper = new Stepper({ names, stage, onStep: (step) => this.#go({ step }) });
    this.explanation = element("p", { class: "explanation" });
    this.presets = choice("Try", Object.keys(PRESETS), (index) => {
      this.#usePreset(Object.keys(PRESETS)[index]);
      this.#go({});
    });
    return element("div", {}, this.stepper.element, this.explanation, this.presets.element);
  }

  #axis() {
    this.ticks = element("div", { class: "ticks drawing", "aria-hidden": "true" });
    const name = element("div", { class: "words note", text: `location (a ring: ${LAST} and 0 are neighbours)` });
    this.axis = element("div", { class: "stage axis" }, name, this.ticks);
    return this.axis;
  }

  #words() {
    this.names = element("p", { class: "names" });
    this.numbers = element("p", { class: "numbers" });
    return element("div", { class: "arithmetic", role: "status" }, this.names, this.numbers);
  }

  /* Showing. */

  #show() {
    this.view.focus = this.#standing();
    const { step, head } = this.view;
    this.heads.show(HEADS.indexOf(head));
    this.clock.show(this.time);
    this.happening.textContent = `The machine ${happening(this.time, this.length)}.`;
    this.stepper.show(step);
    this.explanation.textContent = STEPS[step - 1][1];
    this.presets.show(Object.keys(PRESETS).indexOf(this.preset));
    this.looking.element.hidden = this.presets.element.hidden = step > 4;
    this.changing.element.hidden = step <= 4;
    this.axis.classList.toggle("beside-vectors", step > 4);
    this.#showTicks();
    this.#showStages();
    highlightListing(this.figure.id, step);
  }

  #showStages() {
    if (this.view.step <= 4) this.looking.update(this.now, this.view);
    else this.changing.update(this.now, this.view);
    const { names, numbers } = this.#arithmetic();
    this.names.textContent = names;
    this.numbers.textContent = numbers;
  }

  #arithmetic() {
    const { stage, location, component } = { ...this.#standing(), ...this.view.focus };
    if (stage === "key") return componentWords(component, this.view.location, this.now);
    if (this.view.step <= 4) return weightWords(stage, location, this.now);
    return memoryWords(stage, location, component, this.now);
  }

  /** The numbers under the bars; the two neighbours at the seam always have theirs. */
  #showTicks() {
    const { order } = this.view;
    const every = order.length > 64 ? 32 : 5;
    const end = seam(order);
    const ticks = order.flatMap((location, at) => {
      const place = `left:${(100 * (at + 0.5)) / order.length}%`;
      if (at === end) return [element("span", { class: "first", text: location, style: place })];
      if (at === end - 1) return [element("span", { class: "last", text: location, style: place })];
      const crowded = end > 0 && Math.abs(at - end + 0.5) < order.length / 12;
      return location % every === 0 && !crowded ? [element("span", { text: location, style: place })] : [];
    });
    this.ticks.replaceChildren(...ticks);
  }
}

customElements.define("addressing-stepper", AddressingStepper);
