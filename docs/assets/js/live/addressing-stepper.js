/* One step of a trained machine, stage by stage: how a head finds its location, and what it does there. The reader chooses
   the task and the head, may change what the controller said, and sees everything computed again. */

import { Machine, address, contentWeighting, eraseAndAdd, read } from "../model/ntm.js";
import { featureWords, memoryWords, weightWords } from "../ui/addressing-words.js";
import { Changing, PICTURES } from "../ui/changing.js";
import { signed } from "../ui/colours.js";
import { button, choice, slider, toggle } from "../ui/controls.js";
import { element } from "../ui/dom.js";
import { LOCATIONS } from "../ui/episode.js";
import { numberIn, writeHash } from "../ui/hash.js";
import { highlightListing } from "../ui/listing.js";
import { LiveFigure } from "../ui/live.js";
import { Looking, ROWS, keyFrom, only } from "../ui/looking.js";
import { largestIn, peak } from "../ui/numbers.js";
import { arc, seam, shortestArc, wholeRing } from "../ui/ring.js";
import { Stepper } from "../ui/stepper.js";

const STANDS = 0.1; // a head stands where its weight is above this
const MARGIN = 3;
const LAST = LOCATIONS - 1;
const ALL = arc(0, LAST, LOCATIONS);
const STRONG = 50; // a key strength that leaves only the best match

const STEPS = [
  [
    "content",
    "How well does the vector at each location fit the key k? Take their cosine, times β, through a softmax. " +
      "With β = 0 all locations get the same; the larger β, the more the best match gets.",
  ],
  [
    "interpolation",
    "The gate g mixes two weightings. With g = 1 the content decides; with g = 0 the key is ignored, and what is left " +
      "is the weighting of one step ago.",
  ],
  [
    "shift",
    "The weighting moves by −1, 0 or +1 location, each as much as s says. The memory is a ring: what leaves at " +
      `${LAST} comes in at 0. Nothing falls off an edge, so the sum stays 1.`,
  ],
  [
    "sharpening",
    "A shift can smear. Every weight is raised to the power γ, then all are divided by their sum. With γ = 1 " +
      "nothing changes; the larger γ, the more the largest weight gets.",
  ],
  [
    "erase",
    "The write head first erases: every number at location i is multiplied by 1 − w(i)·e. Where the weight is 0, " +
      "nothing changes.",
  ],
  ["add", "Then it adds w(i)·a at every location i. Where weight and e are 1, a stands in the place of the old vector."],
  ["read", "The read head takes every vector times its weight. Their sum is the vector r that is read."],
];

/** The heads of a machine, as the reader chooses among them; `index` is that of its weighting. */
export function headsOf({ readHeads, writeHeads }) {
  const named = (kind, count, first) =>
    Array.from({ length: count }, (_, at) => ({
      kind,
      name: count > 1 ? `${kind} ${at + 1}` : kind,
      id: count > 1 ? `${kind}${at + 1}` : kind,
      index: first + at,
    }));
  return [...named("write", writeHeads, readHeads), ...named("read", readHeads, 0)];
}

/**
 * What the reader can try: each gives new controls and where to look, from what was recorded.
 *
 * @type {Object<string, function(Object): {controls?: Object, previous?: number[], location: number, step?: number}>}
 */
export const PRESETS = {
  "as recorded": ({ standing }) => ({ location: standing }),
  "pure content": ({ clear, keyAt }) => ({
    controls: { key: keyAt(clear()), keyStrength: STRONG, gate: 1, shift: [0, 1, 0], sharpening: 1 },
    location: clear(),
  }),
  "pure location": ({ before }) => ({
    controls: { gate: 0, shift: [0, 0, 1], sharpening: 1 },
    location: (before + 1) % LOCATIONS,
  }),
  hold: ({ before }) => ({ controls: { gate: 0, shift: [0, 1, 0], sharpening: 1 }, location: before }),
  "jump and shift": ({ clear, keyAt }) => ({
    controls: { key: keyAt(clear()), keyStrength: STRONG, gate: 1, shift: [0, 0, 1], sharpening: 1 },
    location: (clear() + 1) % LOCATIONS,
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
    this.tasks = live.tasks;
    this.signed = signed(live.scales.signed);
    this.built = element("div", {});
    await this.#choose(0);
    return this.built;
  }

  /** Show the machine of another task. The last one asked for is shown, whichever comes first. */
  async #choose(number) {
    this.asked = number;
    const task = this.tasks[number];
    const tensors = await this.checkpoint(task.checkpoint);
    if (this.asked !== number) return;
    const machine = new Machine(tensors, { locations: LOCATIONS });
    this.task = number;
    this.phases = task.phases;
    this.heads = headsOf(machine);
    this.readHeads = machine.readHeads;
    this.start = machine.initialState().weighting;
    this.traces = machine.run(task.inputs);
    const limit = Math.max(1, ...this.traces.map(({ memoryAfter }) => largestIn(memoryAfter)));
    this.near = this.#neighbourhood();
    this.view = { step: this.view?.step ?? 1, order: this.near, feature: 0, limit };
    this.#furnish();
    this.#load(task.step, this.heads.find(({ kind }) => kind === task.head));
  }

  /** The reader asked for another task. */
  async #pickTask(number) {
    try {
      await this.#choose(number);
      this.#go({});
      this.taskChoice.buttons[number].focus();
    } catch (error) {
      console.error(error);
      this.happening.textContent = "That machine could not be loaded.";
    }
  }

  /** New elements for the machine at hand. */
  #furnish() {
    const to = {
      point: (point) => this.#point(point),
      pick: ({ step, ...place }) => this.#go({ ...place, step: step || this.view.step }),
      change: (controls) => this.#change({ controls: { ...this.controls, ...controls } }),
      changePrevious: (previous) => this.#change({ previous }),
    };
    this.looking = new Looking(to);
    this.changing = new Changing(this.signed, to);
    const inside = element("div", {});
    inside.append(this.#top(), this.#clock(), this.#stepper(inside));
    inside.append(this.looking.element, this.changing.element, this.#axis(), this.#words());
    this.built.replaceChildren(inside);
  }

  async restore({ task, time, head, step, location }) {
    const number = this.tasks.findIndex(({ checkpoint }) => checkpoint === task);
    if (number >= 0 && number !== this.task) await this.#choose(number);
    const asked = this.heads.find(({ id }) => id === head) ?? this.chosen;
    this.#load(numberIn(time, 0, this.traces.length - 1) ?? this.time, asked);
    const there = { step: numberIn(step, 1, STEPS.length), location: numberIn(location, 0, LAST) };
    for (const [name, value] of Object.entries(there)) this.view[name] = value ?? this.view[name];
    this.#show();
  }

  /** The locations that the episode is about: wherever a head stands, and location 0. */
  #neighbourhood() {
    const used = this.traces.flatMap(({ addressing }) =>
      addressing.flatMap(({ weighting }) => ALL.filter((location) => weighting[location] > STANDS)),
    );
    return shortestArc([0, ...used], LOCATIONS, MARGIN);
  }

  /* State. */

  /** Go to a step of the episode and to a head, as the machine ran. */
  #load(time, head) {
    this.time = time;
    this.chosen = head;
    this.view.head = head.kind;
    this.#usePreset("as recorded");
  }

  /** What happens at this step of the episode: each phase has its words, and says how far it is. */
  #doing() {
    let first = 0;
    for (const [words, steps] of this.phases) {
      if (this.time < first + steps) {
        return steps > 1 ? `${words}: step ${this.time - first + 1} of ${steps}` : words;
      }
      first += steps;
    }
    return "";
  }

  /** What the machine did at this step: the head's controls, its weighting a step ago, and where that led it. */
  #recorded() {
    const { index } = this.chosen;
    const { controls, addressing } = this.traces[this.time];
    const before = this.time > 0 ? this.traces[this.time - 1].addressing.map(({ weighting }) => weighting) : this.start;
    return { controls: controls[index], previous: before[index], standing: peak(addressing[index].weighting) };
  }

  #usePreset(name) {
    const recorded = this.#recorded();
    const { standing, previous } = recorded;
    const memory = this.traces[this.time].memoryBefore;
    const keyAt = (location) => keyFrom(memory[location]);
    const clear = () => this.#clearLocation(memory);
    const changed = PRESETS[name]({ standing, before: peak(previous), keyAt, clear });
    this.controls = { ...recorded.controls, ...changed.controls };
    this.previous = changed.previous ?? previous;
    this.preset = name;
    this.view.location = changed.location;
    this.view.step = changed.step ?? this.view.step;
    this.#compute();
    this.#show();
  }

  /** A written location whose vector no other location resembles: the picked one, if it is such a one. */
  #clearLocation(memory) {
    const lengths = memory.map((vector) => Math.hypot(...vector));
    const written = ALL.filter((location) => lengths[location] > Math.max(...lengths) / 2);
    const found = (location) => contentWeighting(memory[location], STRONG, memory)[location] > 0.9;
    const first = this.view.location;
    return [first, ...written].find((location) => written.includes(location) && found(location)) ?? peak(lengths);
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
    const { memoryBefore: memory, addressing, erase, add } = this.traces[this.time];
    const stages = address(controls, previous, memory);
    const weightings = addressing.map(({ weighting }, head) => (head === this.chosen.index ? stages.weighting : weighting));
    const writings = weightings.slice(this.readHeads);
    const nothing = add.map((numbers) => numbers.map(() => 0));
    const erased = eraseAndAdd(memory, writings, erase, nothing);
    const after = eraseAndAdd(memory, writings, erase, add);
    const writes = writings.map((writing, head) => ({ writing, erase: erase[head], add: add[head] }));
    const writer = this.#headBeside("write").index - this.readHeads;
    const reading = weightings[this.#headBeside("read").index];
    const readVector = read(after, reading);
    const beside = writes.filter((_, head) => head !== writer);
    this.now = { controls, previous, stages, memory, erased, after, ...writes[writer], beside, reading, readVector };
  }

  /** The head of a kind that is shown: the chosen one, or else the first. */
  #headBeside(kind) {
    return this.chosen.kind === kind ? this.chosen : this.heads.find((head) => head.kind === kind);
  }

  #writerInWords() {
    const writers = this.heads.filter(({ kind }) => kind === "write");
    const which = writers.indexOf(this.#headBeside("write")) + 1;
    return writers.length > 1 ? `write head ${which} of ${writers.length}` : "the write head";
  }

  #go(place) {
    Object.assign(this.view, place);
    this.#show();
    const { step, location } = this.view;
    const head = this.chosen.id;
    const task = this.task > 0 ? { task: this.tasks[this.task].checkpoint } : {};
    writeHash(this.figure.id, { ...task, step, time: this.time, head, location });
  }

  /** The memory changes where the write head stands, and is read where the read head stands. */
  #placeFor(step) {
    if (step <= 4) return this.view.location;
    return peak(step === 7 ? this.now.reading : this.now.writing);
  }

  #moveTo(time, head = this.chosen) {
    this.#load(Math.min(this.traces.length - 1, Math.max(0, time)), head);
    this.#go({});
  }

  #point(point) {
    this.view.focus = point ?? this.#standing();
    this.#showStages();
  }

  /** What the arithmetic is about while nothing is pointed at. */
  #standing() {
    const { step, location, feature } = this.view;
    const { stage } = [...ROWS, ...PICTURES].find((one) => one.step === step);
    return step <= 4 ? { stage, location } : { stage, location, feature };
  }

  /* Elements. */

  #top() {
    const names = this.heads.map(({ name }) => name);
    this.headChoice = choice("Head", names, (index) => this.#moveTo(this.time, this.heads[index]));
    this.headChoice.buttons.forEach((one, index) => one.classList.add(this.heads[index].kind));
    const show = (all) => this.#go({ order: all ? wholeRing(LOCATIONS) : this.near });
    this.whole = toggle(`all ${LOCATIONS} locations`, show);
    const titles = this.tasks.map(({ title }) => title);
    this.taskChoice = choice("Task", titles, (number) => this.#pickTask(number));
    this.taskChoice.show(this.task);
    const heads = element("div", { class: "live-row" }, this.headChoice.element, this.whole.element);
    return element("div", {}, this.taskChoice.element, heads);
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
    const onStep = (step) => this.#go({ step, location: this.#placeFor(step) });
    this.stepper = new Stepper({ names, stage, onStep });
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
    const { step } = this.view;
    this.headChoice.show(this.heads.indexOf(this.chosen));
    this.clock.show(this.time);
    this.happening.textContent = `The machine ${this.#doing()}.`;
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
    else this.changing.update(this.now, this.view, this.#writerInWords());
    const { names, numbers } = this.#arithmetic();
    this.names.textContent = names;
    this.numbers.textContent = numbers;
  }

  #arithmetic() {
    const { stage, location, feature } = { ...this.#standing(), ...this.view.focus };
    if (stage === "key") return featureWords(feature, this.view.location, this.now);
    if (this.view.step <= 4) return weightWords(stage, location, this.now);
    return memoryWords(stage, location, feature, this.now);
  }

  /** The numbers under the bars. Those of the two neighbours at the seam stand on either side of it. */
  #showTicks() {
    const { order } = this.view;
    const every = order.length > 64 ? 32 : 5;
    const end = seam(order);
    const share = (at) => `left:${(100 * at) / order.length}%`;
    const tick = (text, at, side) => element("span", { class: side, text, style: share(at) });
    const inner = order.flatMap((location, at) => {
      const crowded = end > 0 && Math.abs(at - end + 0.5) < order.length / 9;
      return location % every === 0 && !crowded ? [tick(location, at + 0.5)] : [];
    });
    const atSeam = end > 0 ? [tick(order[end - 1], end, "last"), tick(order[end], end, "first")] : [];
    this.ticks.replaceChildren(...inner, ...atSeam);
  }
}

customElements.define("addressing-stepper", AddressingStepper);
