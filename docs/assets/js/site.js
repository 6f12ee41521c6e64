/* The site's one entry: finds figures on the page, now and after instant navigation, and brings them to life.
   Without this file every figure is still there as a static picture. */
import { adopt, retire } from "./figures.js";
import { reachMeanings } from "./meanings.js";

/** Load the module of each live element that the page holds; it has the element's name. A page without one loads none. */
function wakeLiveFigures() {
  for (const { localName } of document.querySelectorAll(".fig-live")) {
    if (!customElements.get(localName)) import(`./live/${localName}.js`);
  }
}

/** What the theme and the formulas leave out for keyboards and screen readers. */
function complete() {
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
  document.querySelectorAll(".md-code__nav").forEach((nav, number) => nav.setAttribute("aria-label", `Code ${number + 1}`));
  document.querySelectorAll("math[display=block], math.tml-display").forEach((formula) => (formula.tabIndex = 0));
}

function start() {
  retire();
  complete();
  document.querySelectorAll("figure.fig[data-figure]").forEach(adopt);
  wakeLiveFigures();
  reachMeanings();
}

function loaded() {
  document.documentElement.classList.add("loaded");
}

if (document.readyState === "complete") loaded();
else window.addEventListener("load", () => setTimeout(loaded));
if (window.document$) window.document$.subscribe(start);
else start();
