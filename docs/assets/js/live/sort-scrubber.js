/* Priority sort, as `explainers/tasks/sort/data.py` sets it: vectors with a priority each, a mark, then the vectors of highest
   priority as answers. The reader may take other vectors and give any of them another priority. */

import { cosineSimilarity } from "../model/ntm.js";
import { button, slider } from "../ui/controls.js";
import { element, number } from "../ui/dom.js";
import { wrongBits } from "../ui/episode.js";
import { EpisodeScrubber } from "../ui/episode-scrubber.js";
import { listIn, numberIn } from "../ui/hash.js";
import { total } from "../ui/numbers.js";
import { randomBits, randomNumbers } from "../ui/random.js";

const BITS = 8;
const SHOWN = 20;
const ASKED = 16;
const STANDS = 0.25; // a head stands where at least this weight is
const DIGITS = 3; // of a priority in the address

export class SortScrubber extends EpisodeScrubber {
  static pause = 500;
  static columns = Array.from({ length: BITS }, (_, bit) => String(bit + 1));

  restore({ time, seed, priorities }) {
    this.#sort(numberIn(seed, 0, Number.MAX_SAFE_INTEGER) ?? 0, listIn(priorities, SHOWN, -1, 1));
    this.showTimeFrom(time);
  }

  /* Which sequence is sorted. */

  useRecorded() {
    this.#sort(0);
  }

  /**
   * @param {number} seed of the vectors; 0 for those recorded
   * @param {number[]} [own] priorities to take instead of those drawn with the vectors
   */
  #sort(seed, own) {
    this.seed = seed;
    const vectors = seed === 0 ? this.live.vectors : randomBits(SHOWN, BITS, seed);
    const drawn = seed === 0 ? this.live.priorities : randomNumbers(SHOWN, seed + 1);
    const priorities = own?.map((priority) => Number(priority.toFixed(DIGITS)));
    const changed = priorities && { priorities: priorities.join(",") };
    const named = seed === 0 && !own ? {} : { seed, ...changed };
    this.use({ named, ...episode(vectors, priorities ?? drawn) }, seed === 0 ? this.live.used : undefined);
  }

  /** Where the vectors were written, and where the read head stands from the mark on. */
  placesOf({ firstAnswer, writeAt, readAt }) {
    return [...writeAt[0].slice(0, SHOWN), ...readAt[0].slice(firstAnswer - 1)];
  }

  edges({ firstAnswer }) {
    return [firstAnswer - 1];
  }

  /* What is to be said. */

  happening({ order, priorities, firstAnswer }, time) {
    if (time < SHOWN) {
      const place = nth(order.indexOf(time));
      return `takes in vector ${time + 1} of ${SHOWN}, priority ${number(priorities[time])}, the ${place}highest`;
    }
    if (time < firstAnswer) return "sees the mark: from now on it answers";
    const answer = time - firstAnswer;
    const vector = order[answer];
    return `gives answer ${answer + 1}; vector ${vector + 1}, priority ${number(priorities[vector])}, is wanted`;
  }

  verdict(run) {
    const wrong = wrongBits(run);
    const first = wrong.findIndex((bits) => bits > 0);
    const how = first < 0 ? "no bit is wrong" : `${total(wrong)} of ${ASKED * BITS} bits are wrong, the first in answer ${first + 1}`;
    return `${SHOWN} vectors, the ${ASKED} of highest priority given back: ${how}.`;
  }

  seen({ inputs }, time) {
    return time < SHOWN ? inputs[time].slice(0, BITS) : null;
  }

  words(run, time) {
    return { write: [this.#writing(run, time), this.#changing(run, time)], read: [this.#reading(run, time)] };
  }

  shade(value, row) {
    return row === BITS ? (value + 1) / 2 : value;
  }

  labels(run) {
    return {
      inputs: `Inputs: ${SHOWN} vectors of ${BITS} bits, each with a priority, then the mark, then nothing for ${ASKED} steps.`,
      outputs: `Outputs: asked for after the mark; ${total(wrongBits(run))} of ${ASKED * BITS} bits are wrong.`,
    };
  }

  #writing(run, time) {
    if (time < SHOWN) return `It writes vector ${time + 1} there.`;
    return this.#there(run, this.#lying(run, time, run.writeAt[0][time]));
  }

  /** What the second write head does to a row that holds a vector, as the read head sees it. */
  #changing(run, time) {
    const location = run.writeAt[1][time];
    const vector = this.#standing(run, time, 2, location);
    if (time < SHOWN || vector === null) return this.#there(run, vector);
    const { memoryBefore, memoryAfter, controls } = run.traces[time];
    const rows = [memoryBefore[location], memoryAfter[location]];
    const [before, after] = cosineSimilarity(controls[0].key, rows).map((cosine) => number(cosine));
    return `${this.#there(run, vector)} The cosine of that row with the read head’s key was ${before}, and is ${after} now.`;
  }

  #reading(run, time) {
    const { readAt, firstAnswer, order } = run;
    if (time < SHOWN) return "Nothing is wanted yet.";
    const vector = this.#standing(run, time, 0, readAt[0][time]);
    if (vector === null) return this.#there(run, vector);
    const place = order.indexOf(vector);
    return `${this.#there(run, vector)} It ${place < ASKED ? wantedIn(firstAnswer + place - time) : "is not asked for"}.`;
  }

  #there({ order, priorities }, vector) {
    if (vector === null) return "It is at no single vector.";
    return `There lies vector ${vector + 1}, priority ${number(priorities[vector])}, the ${nth(order.indexOf(vector))}highest.`;
  }

  /** The vector on whose row a head stands, or null. */
  #standing(run, time, head, location) {
    const firm = run.traces[time].addressing[head].weighting[location] >= STANDS;
    return firm ? this.#lying(run, time, location) : null;
  }

  /** The vector that was written at a location by then, or null. */
  #lying({ writeAt }, time, location) {
    const vector = writeAt[0].slice(0, Math.min(SHOWN, time + 1)).indexOf(location);
    return vector < 0 ? null : vector;
  }

  /* Elements. */

  chooser() {
    const other = (choose) => {
      choose();
      this.moveTo(this.time);
    };
    const give = (priority) => {
      const changed = this.run.priorities.with(this.chosen, priority);
      other(() => this.#sort(this.seed, changed));
    };
    this.chosen = 0;
    this.which = slider("Vector", { min: 1, max: SHOWN, step: 1, format: String }, (which) => {
      this.chosen = which - 1;
      this.showChoice();
    });
    const format = (priority) => `${number(priority)}, ${nth(this.run.order.indexOf(this.chosen))}highest`;
    this.priority = slider("its priority", { min: -1, max: 1, step: 0.01, format }, give);
    const fresh = button("new vectors", () => other(() => this.#sort(this.seed + 1)));
    this.result = element("p", { class: "result", role: "status" });
    const row = element("div", { class: "live-row" }, this.which.element, this.priority.element, fresh, this.backButton());
    return element("div", {}, row, this.result);
  }

  showChoice() {
    this.which.show(this.chosen + 1);
    this.priority.show(this.run.priorities[this.chosen]);
  }
}

/** What the machine is shown and what it should answer; `order` holds the vectors from the highest priority down. */
export function episode(vectors, priorities) {
  const shown = vectors.map((bits, vector) => [...bits, priorities[vector], 0]);
  const mark = [...Array(BITS + 1).fill(0), 1];
  const silence = Array.from({ length: ASKED }, () => Array(BITS + 2).fill(0));
  const order = vectors.map((_, vector) => vector).sort((a, b) => priorities[b] - priorities[a]);
  const targets = order.slice(0, ASKED).map((vector) => vectors[vector]);
  const phases = [{ name: "input", steps: SHOWN }, { name: "answers", steps: ASKED + 1 }];
  return { inputs: [...shown, mark, ...silence], targets, phases, priorities, order };
}

/** "", "2nd ", "3rd " and so on up to twenty, to be followed by "highest"; `place` counts from 0. */
function nth(place) {
  return place === 0 ? "" : `${place + 1}${{ 1: "nd", 2: "rd" }[place] ?? "th"} `;
}

export function wantedIn(steps) {
  if (steps === 0) return "is wanted now";
  if (steps === 1) return "is wanted at the next step";
  return steps > 0 ? `is wanted ${steps} steps later` : `was wanted ${-steps === 1 ? "a step" : `${-steps} steps`} ago`;
}

customElements.define("sort-scrubber", SortScrubber);
