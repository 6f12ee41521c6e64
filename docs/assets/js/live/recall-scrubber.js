/* Associative recall, as `explainers/tasks/recall/data.py` sets it: a list of items, one of them again as the query, and the
   item after it as the answer. The reader chooses how long the list is and which item is asked for. */

import { number } from "../ui/dom.js";
import { wrongBits } from "../ui/episode.js";
import { EpisodeScrubber } from "../ui/episode-scrubber.js";
import { are, peak, total } from "../ui/numbers.js";
import { randomBits } from "../ui/random.js";

const BITS = 6;
const ITEM = 3; // vectors
const SPAN = ITEM + 1; // steps of an item: its mark and its vectors
const FEWEST = 2;
const MOST = 20;
const NAMED = 8; // a list of more items leaves no room for names under the panels, nor for a line at every item
const STANDS = 0.5; // a head stands where more than this weight is
const FIRM = 4; // a sharpening that favours the largest weight by far

export class RecallScrubber extends EpisodeScrubber {
  static pause = 500;
  static columns = Array.from({ length: BITS }, (_, bit) => String(bit + 1));
  static settings = [
    { name: "items", label: "Items", least: FEWEST, most: MOST },
    { name: "asked", label: "ask for item", least: 1, most: ({ items }) => items - 1 },
  ];
  static legend = [
    ["", "other items"],
    ["key", "the item asked for"],
    ["value", "the item after it, and the answer"],
    ["query", "the query"],
  ];

  make({ items, asked }, seed) {
    const recorded = seed === 0 ? this.live.vectors : [];
    const vectors = [...recorded, ...randomBits(MOST * ITEM, BITS, seed)].slice(0, items * ITEM);
    const item = (which) => vectors.slice((which - 1) * ITEM, which * ITEM);
    const list = Array.from({ length: items }, (_, index) => [mark(BITS), ...item(index + 1).map(shown)]).flat();
    const query = [mark(BITS + 1), ...item(asked).map(shown), mark(BITS + 1)];
    const inputs = [...list, ...query, ...Array.from({ length: ITEM }, silence)];
    return { inputs, targets: item(asked + 1), phases: phases(items, asked), items, asked };
  }

  /** Where the vectors were written, and where the read head stands from the end of the query on. */
  placesOf({ items, firstAnswer, writeAt, readAt }) {
    return [...vectorSteps(items).map((step) => writeAt[0][step]), ...readAt[0].slice(firstAnswer - 1)];
  }

  /** The jump, at the end of the query. */
  firstView({ firstAnswer }) {
    return firstAnswer - 1;
  }

  /** Where items begin; in a long list, where the two that matter begin and end. */
  edges({ items, asked, firstAnswer }) {
    const between = Array.from({ length: items - 1 }, (_, index) => index + 1);
    const drawn = between.filter((count) => items <= NAMED || Math.abs(count - asked) <= 1);
    return [...[...drawn, items].map((count) => SPAN * count), firstAnswer];
  }

  happening({ items, asked, firstAnswer }, time) {
    if (time >= firstAnswer) return `answers: vector ${time - firstAnswer + 1} of item ${asked + 1} is wanted`;
    const [index, vector] = [Math.floor(time / SPAN), time % SPAN];
    if (index < items && vector === 0) return `sees the mark of item ${index + 1}`;
    if (index < items) return `takes in vector ${vector} of item ${index + 1}`;
    if (time === firstAnswer - 1) return "sees the query mark again: the query is at its end";
    return vector ? `sees vector ${vector} of the query, which is item ${asked}` : "sees the query mark";
  }

  verdict(run) {
    const wrong = total(wrongBits(run));
    const how = wrong ? `${wrong} of its ${ITEM * BITS} bits ${are(wrong)} wrong` : "all its bits are right";
    return `${run.items} items, asked for item ${run.asked}. The answer should be item ${run.asked + 1}: ${how}.`;
  }

  seen({ inputs }, time) {
    const bits = inputs[time].slice(0, BITS);
    return isVector(inputs, time) ? bits : null;
  }

  words(run, time) {
    return { write: [this.#writing(run, time)], read: [this.#reading(run, time)] };
  }

  labels(run) {
    const { items, asked } = run;
    const wrong = total(wrongBits(run));
    return {
      inputs:
        `Inputs: ${items} items of ${ITEM} vectors, each after a mark; ` +
        `then item ${asked} again between two query marks; then nothing.`,
      outputs: `Outputs: item ${asked + 1} is asked for; ${wrong} of ${ITEM * BITS} bits ${are(wrong)} wrong.`,
    };
  }

  /* What the heads do, said from their numbers. */

  #writing(run, time) {
    const { items, writeAt, traces } = run;
    const place = writeAt[0][time];
    if (traces[time].addressing.at(-1).weighting[place] < STANDS / 10) {
      return "It has let go: its weight is spread over the memory, and hardly anything changes there.";
    }
    if (time >= SPAN * items) return "";
    const steps = vectorSteps(items);
    const before = steps.filter((step) => step < time).map((step) => writeAt[0][step]);
    if (time % SPAN === 0) return before.at(-1) === place ? "It waits there: the mark gets no location of its own." : "";
    const which = this.#name(steps.indexOf(time));
    if (before.length === 0) return `It writes ${which} there.`;
    return `It writes ${which} there, ${this.#distance(before.at(-1), place)} the vector before.`;
  }

  #reading(run, time) {
    const { items, readAt, traces } = run;
    const { addressing, controls } = traces[time];
    const place = readAt[0][time];
    const { weighting, content } = addressing[0];
    const stands = weighting[place] > STANDS;
    if (time < SPAN * items) return stands ? "" : "It waits, spread over the memory: nothing is to be found yet.";
    const way = this.#way(controls[0]);
    const lies = this.#lying(run, place, time);
    if (stands) return lies ? `There lies ${lies}. ${way}` : way;
    const best = this.#lying(run, peak(content), time);
    const found = best && isVector(run.inputs, time) ? ` What resembles the head’s key most is ${best}.` : "";
    return `It is at no single place yet.${found} ${way}`;
  }

  /** How the read head comes to where it is. */
  #way({ gate, shift, sharpening }) {
    const from = gate > 0.5 ? "Mostly by content" : "Mostly from where it was";
    const by = ["one location back", "without moving", "one location on"][peak(shift)];
    const how = sharpening > FIRM ? `; sharpening (γ ${number(sharpening)}) favours the largest weight` : "";
    return `${from} (gate ${number(gate)}), then ${by}${how}.`;
  }

  /** What was written at a location, in words. */
  #lying({ items, asked, writeAt }, place, time) {
    const vector = vectorSteps(items).findLastIndex((step) => step < time && writeAt[0][step] === place);
    if (vector < 0) return null;
    const item = Math.floor(vector / ITEM) + 1;
    const more = { [asked]: ", the item asked for", [asked + 1]: ", the item after the one asked for" }[item] ?? "";
    return this.#name(vector) + more;
  }

  #name(vector) {
    return `vector ${(vector % ITEM) + 1} of item ${Math.floor(vector / ITEM) + 1}`;
  }

  #distance(from, to) {
    const way = (to - from + this.locations) % this.locations;
    if (way === 0) return "over";
    const steps = Math.min(way, this.locations - way);
    return `${steps === 1 ? "one location" : `${steps} locations`} ${way === steps ? "after" : "before"}`;
  }
}

/** The steps at which the vectors of the list are shown. */
function vectorSteps(items) {
  return Array.from({ length: items * ITEM }, (_, vector) => vector + Math.floor(vector / ITEM) + 1);
}

function phases(items, asked) {
  const kinds = { [asked]: "key", [asked + 1]: "value" };
  const named = (name) => (items > NAMED ? "" : name);
  const list = Array.from({ length: items }, (_, index) => ({
    name: named(String(index + 1)), steps: SPAN, kind: kinds[index + 1],
  }));
  const query = { name: named("Q"), steps: ITEM + 2, kind: "query" };
  return [...list, query, { name: named("A"), steps: ITEM, kind: "value" }];
}

/** Whether a step shows a vector of an item or of the query. */
function isVector(inputs, time) {
  const [item, query] = inputs[time].slice(BITS);
  const first = inputs.findLastIndex((input) => input[BITS + 1] === 1);
  return !item && !query && time < first;
}

function shown(bits) {
  return [...bits, 0, 0];
}

function mark(channel) {
  return Array.from({ length: BITS + 2 }, (_, at) => (at === channel ? 1 : 0));
}

function silence() {
  return Array(BITS + 2).fill(0);
}

customElements.define("recall-scrubber", RecallScrubber);
