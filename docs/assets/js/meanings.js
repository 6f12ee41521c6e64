/* What a fact or a checked sentence means stands on a card. The theme opens it where the mouse rests; here it opens at a tap as well,
   and from the keyboard: each block of prose is one stop of the Tab key. */

import { roving, stopAt } from "./ui/roving.js";

const MEANT = ".fact, .claim";

/** Make every fact and claim of the page reachable. */
export function reachMeanings() {
  const blocks = new Set();
  for (const one of document.querySelectorAll(`article :is(${MEANT})`)) blocks.add(one.closest("p, li, dd, th, td, figcaption, summary"));
  for (const block of blocks) {
    const members = [...block.querySelectorAll(MEANT)];
    stopAt(members, members[0]);
    roving(block, MEANT);
  }
}
