/* The site's one entry: finds figures on the page, now and after instant navigation, and brings them to life.
   Without this file every figure is still there as a static picture. */
import { adopt, retire } from "./figures.js";

const elements = ["attention-stepper", "antecedent-lens", "head-grid", "addressing-stepper", "copy-scrubber"];

/** Load the module of each live element that the page holds. A page without one loads none. */
function wakeLiveFigures() {
  for (const name of elements) {
    if (document.querySelector(name) && !customElements.get(name)) import(`./live/${name}.js`);
  }
}

function start() {
  retire();
  document.querySelectorAll("figure.fig").forEach(adopt);
  wakeLiveFigures();
}

document.querySelector(".md-search")?.setAttribute("aria-label", "Search"); /* the theme leaves its dialog unnamed */
if (window.document$) window.document$.subscribe(start);
else start();
