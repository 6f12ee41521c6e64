/* The code listing of a figure: the lines of the current step are highlighted. Each line names its steps by circled
   digits in its comment. */

const DIGITS = "①②③④⑤⑥⑦⑧⑨";

/** The circled digit of a step, counted from 1. */
export function circled(step) {
  return DIGITS[step - 1];
}

/**
 * Highlight the lines that do a step.
 *
 * @param {string} id the figure's id; nothing happens if the page has no listing for it
 * @param {number} step counted from 1
 */
export function highlightListing(id, step) {
  const listing = document.querySelector(`.listing[data-for="${id}"]`);
  if (!listing) return;
  const lines = [...listing.querySelectorAll('[id^="__line-"]')];
  lines.forEach((line) => line.classList.toggle("now", line.textContent.includes(circled(step))));
  const first = lines.find((line) => line.classList.contains("now"));
  if (!first || listing.scrollHeight <= listing.clientHeight) return;
  const offset = first.getBoundingClientRect().top - listing.getBoundingClientRect().top;
  listing.scrollTop += offset - listing.clientHeight / 3;
}
