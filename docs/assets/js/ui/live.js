/* What all live figures share: they wake at the reader's first input when they are near, put their own elements in the
   place of the static picture, and leave the picture where it is if anything fails. */

import { figureData, firstInput } from "../figures.js";
import { parseSafetensors } from "../model/safetensors.js";
import { element } from "./dom.js";
import { linkTo, readHash } from "./hash.js";

const near = { rootMargin: "300px" };
let styles;

/** The style sheet of the live figures. It is kept outside the document, where instant navigation deletes nothing. */
function adoptStyles() {
  styles ??= fetch(new URL("../../css/live.css", import.meta.url)).then(async (answer) => {
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
    const sheet = await new CSSStyleSheet().replace(await answer.text());
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  });
  return styles;
}

export class LiveFigure extends HTMLElement {
  /** Whether the figure comes alive without waiting for the reader. */
  static atOnce = false;

  /**
   * Build the figure's elements. Each figure has its own.
   *
   * @param {Object} live what the build wrote for it (`layout.meta.live`)
   * @returns {HTMLElement | Promise<HTMLElement>}
   */
  build(live) {
    throw new Error(`${this.localName} builds nothing`);
  }

  /**
   * Go to the state that the address names. A figure without such states does nothing.
   *
   * @param {Object<string, string>} state
   */
  restore(state) {}

  connectedCallback() {
    this.figure = this.closest("figure");
    this.leaving = new AbortController();
    addEventListener("hashchange", () => this.#follow(), { signal: this.leaving.signal });
    if (this.awake) return;
    if (readHash(this.figure.id)) this.#follow();
    else if (this.constructor.atOnce) this.wake();
    else this.#wait();
  }

  disconnectedCallback() {
    this.leaving.abort();
    this.watch?.disconnect();
  }

  /** Fetch the data and come alive; once. */
  wake() {
    this.awake ??= this.#start().catch((error) => this.#fail(error));
    return this.awake;
  }

  /**
   * The weights of a checkpoint, fetched when first asked for.
   *
   * @param {string} name
   * @returns {Promise<Object<string, import("../model/tensor.js").Tensor>>}
   */
  checkpoint(name) {
    this.fetched ??= new Map();
    if (!this.fetched.has(name)) {
      const fetching = this.#fetchCheckpoint(name).catch((error) => {
        this.fetched.delete(name);
        throw error;
      });
      this.fetched.set(name, fetching);
    }
    return this.fetched.get(name);
  }

  async #fetchCheckpoint(name) {
    const data = this.figure.querySelector(".fig-json").href;
    const answer = await fetch(new URL(`../checkpoints/${name}.safetensors`, data));
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
    return parseSafetensors(await answer.arrayBuffer());
  }

  #wait() {
    this.watch = new IntersectionObserver(async ([entry]) => {
      if (!entry.isIntersecting) return;
      this.watch.disconnect();
      await firstInput;
      if (this.isConnected) this.wake();
    }, near);
    this.watch.observe(this);
  }

  async #start() {
    const [{ layout }] = await Promise.all([figureData(this.figure), adoptStyles()]);
    const built = await this.build(layout.meta.live);
    built.classList.add("live");
    built.append(this.#share());
    this.querySelector(".fig-stage").hidden = true;
    this.append(built);
  }

  /** A button that copies the address of what is shown. Where that is not allowed, the address is there to be copied by hand. */
  #share() {
    const said = element("span", { "aria-live": "polite" });
    const click = async () => {
      const link = linkTo(this.figure.id);
      try {
        await navigator.clipboard.writeText(link);
        said.replaceChildren("copied");
      } catch {
        const field = element("input", { readonly: "", value: link, "aria-label": "Link to this state" });
        said.replaceChildren(field);
        field.select();
      }
    };
    const copy = element("button", { type: "button", text: "Copy link to this state", on: { click } });
    return element("p", { class: "live-link" }, copy, " ", said);
  }

  /** Go where the address leads, if it leads here. */
  async #follow() {
    const state = readHash(this.figure.id);
    if (!state) return;
    await this.wake();
    if (this.failed) return;
    this.restore(state);
    this.figure.scrollIntoView({ block: "start" });
  }

  #fail(error) {
    this.failed = true;
    console.error(error);
    const text = "The interactive figure could not be loaded; this is its static picture.";
    this.append(element("p", { class: "live-error", role: "status", text }));
  }
}
