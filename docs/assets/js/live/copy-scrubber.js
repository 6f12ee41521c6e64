/* The copy task as the paper's figure 6 shows it. The reader may copy other sequences, longer ones, and drawn ones. */

import { BitGrid } from "../ui/bit-grid.js";
import { button, choice, slider } from "../ui/controls.js";
import { BITS, happening, inputsFor } from "../ui/copy.js";
import { element } from "../ui/dom.js";
import { STARTS, fromHex, remarkOn, resized, toHex } from "../ui/drawn.js";
import { wrongBits } from "../ui/episode.js";
import { EpisodeScrubber } from "../ui/episode-scrubber.js";
import { numberIn } from "../ui/hash.js";
import { are, count, total } from "../ui/numbers.js";
import { randomBits } from "../ui/random.js";

const ON_GRID = 20; // vectors: what grid and slider have room for
const LONGER = [30, 50, 120];
const LONGEST = Math.max(...LONGER);

class CopyScrubber extends EpisodeScrubber {
  static columns = Array.from({ length: BITS }, (_, bit) => String(bit + 1));

  restore({ time, length, seed, drawn }) {
    const [vectors, from] = [numberIn(length, 1, LONGEST), numberIn(seed, 1, Number.MAX_SAFE_INTEGER)];
    if (drawn !== undefined) this.#useLink(fromHex(drawn, LONGEST));
    else if (vectors && from) this.#useRandom(vectors, from);
    else this.useRecorded();
    this.showTimeFrom(time);
  }

  /* Which sequence is copied. */

  useRecorded() {
    this.seed = 0;
    this.#copy({}, this.live.targets, this.live.used);
  }

  #useRandom(length, seed) {
    this.seed = seed;
    this.#copy({ length, seed }, randomBits(length, BITS, seed));
  }

  #useDrawn(vectors) {
    this.#copy({ drawn: toHex(vectors) }, vectors);
  }

  #useLink({ vectors, problem }) {
    if (vectors) this.#useDrawn(vectors);
    else this.useRecorded();
    if (vectors) this.#openGrid(vectors.length <= ON_GRID);
    else this.remark.textContent = `${problem} This is the recorded sequence.`;
  }

  #copy(named, targets, order) {
    const { length } = targets;
    const phases = [{ name: "goes in", steps: length }, { name: "comes out", steps: length + 1 }];
    this.remark.textContent = remarkOn(targets);
    this.use({ named, inputs: inputsFor(targets), targets, phases }, order);
  }

  /** Where the write head stands while the sequence comes in, and the read head while it goes out. */
  placesOf({ targets, firstAnswer, writeAt, readAt }) {
    return [...writeAt[0].slice(0, targets.length), ...readAt[0].slice(firstAnswer)];
  }

  /* What is to be said. */

  happening(run, time) {
    return happening(time, run.targets.length);
  }

  verdict(run) {
    const { length } = run.targets;
    const wrong = wrongBits(run);
    const first = wrong.findIndex((bits) => bits > 0) + 1;
    const many = `${total(wrong)} come back wrong, the first in vector ${first}`;
    const how = ["none comes back wrong", `1 comes back wrong, in vector ${first}`][total(wrong)] ?? many;
    return `${count(length, "vectors")}, ${length * BITS} bits: ${how}.`;
  }

  seen(run, time) {
    return run.targets[time] ?? null;
  }

  words({ targets, firstAnswer, writeAt, readAt }, time) {
    const writtenAt = writeAt[0].slice(0, targets.length).indexOf(readAt[0][time]);
    const known = time >= firstAnswer && writtenAt >= 0;
    return { write: [], read: known ? [`That is where vector ${writtenAt + 1} was written.`] : [] };
  }

  labels(run) {
    const { length } = run.targets;
    const wrong = total(wrongBits(run));
    return {
      inputs: `Inputs: ${count(length, "vectors")} of ${BITS} bits, then the end mark, then nothing for ${count(length, "steps")}.`,
      outputs: `Outputs: asked for after the end mark only; ${wrong} of ${length * BITS} bits ${are(wrong)} wrong.`,
    };
  }

  /* Drawing. */

  #draw(vectors) {
    this.#useDrawn(vectors);
    this.#drawn();
  }

  /** Something was drawn: the address names it, and Play shows it from the start. */
  #drawn() {
    this.moveTo(this.time);
    this.unseen = true;
  }

  #openGrid(open) {
    this.opener.setAttribute("aria-expanded", String(open));
    this.board.element.hidden = !open;
    if (!open || this.run.targets.length <= ON_GRID) return;
    const whole = this.run.targets.length;
    this.#draw(this.run.targets.slice(0, ON_GRID));
    this.remark.textContent = `The grid holds ${ON_GRID} vectors. These are the first of the ${whole}.`;
  }

  /* Elements. */

  chooser() {
    const again = (length) => {
      this.#useRandom(length, this.seed + 1);
      this.moveTo(this.time);
    };
    const lengthen = (length) => {
      if (this.board.element.hidden) again(length);
      else this.#draw(resized(this.run.targets, length));
    };
    const format = () => count(this.run.targets.length, "vectors");
    this.length = slider("Length", { min: 1, max: ON_GRID, step: 1, format }, lengthen);
    this.longer = choice("or longer", LONGER.map(String), (index) => again(LONGER[index]));
    const fresh = button("new pattern", () => again(this.run.targets.length));
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
    const controls = [this.length.element, this.longer.element, fresh, this.opener, this.backButton()];
    const row = element("div", { class: "live-row" }, ...controls);
    return element("div", {}, row, this.board.element, this.result, this.remark);
  }

  showChoice() {
    const { length } = this.run.targets;
    if (length <= ON_GRID) this.board.show(this.run.targets);
    else this.#openGrid(false);
    this.length.show(Math.min(length, ON_GRID));
    this.longer.show(LONGER.indexOf(length));
  }
}

customElements.define("copy-scrubber", CopyScrubber);
