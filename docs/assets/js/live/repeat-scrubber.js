/* Repeat copy, as `explainers/tasks/repeat_copy/data.py` sets it: vectors of bits, a mark with the number of copies, then
   silence, in which the machine gives the vectors back so many times, and an end mark at the end. The reader chooses how
   many vectors there are and how many copies are asked for, also more than in training. */

import { number } from "../ui/dom.js";
import { wrongBits } from "../ui/episode.js";
import { EpisodeScrubber } from "../ui/episode-scrubber.js";
import { are, count, peak, total } from "../ui/numbers.js";
import { randomBits } from "../ui/random.js";

const BITS = 8;
const TRAINED = 10; // vectors, and copies
const MOST = 20;
const NAMED = 12; // more copies leave no room for numbers under the panels
const STANDS = 0.5; // a head stands where more than this weight is
const LET_GO = 0.1; // a write head with no more than this anywhere changes hardly anything
const OPEN = 0.5; // a gate above this takes more by content than from where the head was

export class RepeatScrubber extends EpisodeScrubber {
  static pause = 350;
  static columns = [...Array.from({ length: BITS }, (_, bit) => String(bit + 1)), "end"];
  static settings = [
    { name: "length", label: "Vectors", least: 1, most: MOST },
    { name: "repeats", label: "Copies asked for", least: 1, most: MOST },
  ];

  make({ length, repeats }, seed) {
    const recorded = seed === 0 ? this.live.vectors : [];
    const vectors = [...recorded, ...randomBits(MOST, BITS, seed)].slice(0, length);
    const copies = Array.from({ length: repeats }, () => vectors.map((bits) => [...bits, 0])).flat();
    const targets = [...copies, [...Array(BITS).fill(0), 1]];
    const mark = [...Array(BITS).fill(0), 1, scalar(repeats)];
    const silence = targets.map(() => Array(BITS + 2).fill(0));
    const inputs = [...vectors.map((bits) => [...bits, 0, 0]), mark, ...silence];
    return { inputs, targets, phases: phases(length, repeats), length, repeats };
  }

  /** Where the vectors were written, and where the read head stands while it gives them back. */
  placesOf({ length, firstAnswer, writeAt, readAt }) {
    return [...writeAt[0].slice(0, length), ...readAt[0].slice(firstAnswer, -1)];
  }

  /** The first jump. */
  firstView(run) {
    return this.edges(run)[0] ?? run.firstAnswer;
  }

  edges(run) {
    return run.traces.map((_, time) => time).filter((time) => this.#jumped(run, time));
  }

  happening({ length, repeats, firstAnswer, inputs }, time) {
    if (time < length) return `takes in vector ${time + 1} of ${length}`;
    if (time === length) return `sees the mark, and the number ${number(scalar(repeats))}, which stands for ${repeats}`;
    if (time === inputs.length - 1) return "should say that it is done";
    const [copy, vector] = [Math.floor((time - firstAnswer) / length), (time - firstAnswer) % length];
    return `gives copy ${copy + 1} of ${repeats}, vector ${vector + 1} of ${length}`;
  }

  verdict(run) {
    const { length, repeats, chances, targets } = run;
    const more = length > TRAINED || repeats > TRAINED ? ", more than in training" : "";
    const asked = `${count(length, "vectors")}, ${count(repeats, "times")}${more}`;
    const wrong = total(wrongBits(run));
    const of = total(targets.map((each) => each.length));
    const bits = wrong ? `${wrong} of ${of} bits ${are(wrong)} wrong` : "no bit is wrong";
    const end = chances.findIndex((each) => each[BITS] >= 0.5);
    const right = "it says that it is done when it is";
    return `${asked}: ${bits}; ${end === targets.length - 1 ? right : told(end, length)}.`;
  }

  seen({ inputs, length }, time) {
    return time < length ? [...inputs[time].slice(0, BITS), "–"] : null;
  }

  words(run, time) {
    return { write: [this.#writing(run, time)], read: [this.#reading(run, time)] };
  }

  /** The number of copies, in the last row, lies between −scalar(10) and scalar(10) in training. */
  shade(value, row) {
    return row > BITS && value !== 0 ? Math.min(1, Math.max(0, 0.5 + value / (2 * scalar(TRAINED)))) : value;
  }

  labels(run) {
    const { length, repeats, targets } = run;
    const wrong = total(wrongBits(run));
    return {
      inputs: `Inputs: ${count(length, "vectors")} of ${BITS} bits, then a mark and the number ${number(scalar(repeats))}, then nothing for ${targets.length} steps.`,
      outputs: `Outputs: ${copies(repeats)} of ${count(length, "vectors")} and an end mark are asked for; ${count(wrong, "bits")} ${are(wrong)} wrong.`,
    };
  }

  /* What the heads do, said from their numbers. */

  #writing({ length, writeAt, traces }, time) {
    const place = writeAt[0][time];
    const weight = traces[time].addressing.at(-1).weighting[place];
    if (weight <= LET_GO) return "It has let go: its weight is spread over the memory, and hardly anything changes there.";
    if (time < length) return `It writes vector ${time + 1} there.`;
    return weight > STANDS && place === writeAt[0][length - 1] ? "It still stands on the last vector." : "It is letting go.";
  }

  #reading(run, time) {
    const { readAt, firstAnswer, traces } = run;
    const { addressing, controls } = traces[time];
    const place = readAt[0][time];
    if (addressing[0].weighting[place] <= STANDS) return "It is at no single place.";
    const lies = this.#lying(run, place);
    const here = lies ? `There lies ${lies}.` : "None of the vectors lies there.";
    if (time < firstAnswer) return `${here} It waits.`;
    const { gate, shift } = controls[0];
    if (!this.#jumped(run, time)) return `${here} It ${this.#moved(readAt[0][time - 1], place)} (gate ${number(gate)}).`;
    const [by, found] = [gate > OPEN ? "by content" : "mostly from where it was", peak(addressing[0].content)];
    const looked = this.#lying(run, found);
    const best = looked ? `${looked} at location ${found}` : `location ${found}, where no vector lies`;
    const on = ["then one location down", "without moving on", "then one location up"][peak(shift)];
    const way = `It jumps from location ${readAt[0][time - 1]} to ${place}, ${by} (gate ${number(gate)})`;
    return `${here} ${way}: what resembles its key most is ${best}, ${on}.`;
  }

  /** Whether the read head came farther than a shift can take it. */
  #jumped({ readAt, firstAnswer, inputs }, time) {
    if (time <= firstAnswer || time === inputs.length - 1) return false;
    return Math.abs(this.#way(readAt[0][time - 1], readAt[0][time])) > 1;
  }

  /** How far it is from one location to another, the short way around the ring. */
  #way(from, to) {
    const half = this.locations / 2;
    return ((to - from + half + this.locations) % this.locations) - half;
  }

  #moved(from, to) {
    return { "-1": "came one location down", 0: "stays", 1: "came one location up" }[this.#way(from, to)] ?? "came from afar";
  }

  /** Which vector was written at a location, in words. */
  #lying({ length, writeAt }, place) {
    const vector = writeAt[0].slice(0, length).indexOf(place);
    return vector < 0 ? null : `vector ${vector + 1}`;
  }
}

/** The number of copies as the machine sees it: of mean 0 and variance 1 over the numbers it was trained on. */
function scalar(repeats) {
  return (repeats - (1 + TRAINED) / 2) / Math.sqrt((TRAINED ** 2 - 1) / 12);
}

/** When the machine said that it is done, where that was wrong; `end` is the step of the answer, −1 if it never did. */
function told(end, length) {
  if (end < 0) return "it never says that it is done";
  const [whole, vectors] = [Math.floor(end / length), end % length];
  const more = vectors ? ` and ${count(vectors, "vectors")}` : "";
  return `it says that it is done after ${copies(whole)}${more}`;
}

function copies(many) {
  return many === 1 ? "1 copy" : `${many} copies`;
}

function phases(length, repeats) {
  const named = (name) => (repeats > NAMED ? "" : name);
  const copies = Array.from({ length: repeats }, (_, copy) => ({
    name: named(String(copy + 1)), steps: length, kind: copy % 2 ? "" : "value",
  }));
  return [{ name: named("in"), steps: length + 1, kind: "query" }, ...copies, { name: "", steps: 1 }];
}

customElements.define("repeat-scrubber", RepeatScrubber);
