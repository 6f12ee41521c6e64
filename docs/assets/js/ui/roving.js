/* A group of controls that is one stop of the Tab key: the arrow keys, Home and End lead on within it. */

/**
 * @param {HTMLElement} box what holds the group
 * @param {string} selector what its members are
 */
export function roving(box, selector) {
  box.dataset.roving = "";
  box.addEventListener("keydown", (event) => {
    const members = [...box.querySelectorAll(selector)];
    const at = members.indexOf(event.target);
    const to = members[{ ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: members.length - 1 }[event.key]];
    if (at < 0 || !to || event.altKey || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    event.stopPropagation();
    stopAt(members, to);
    to.focus();
  });
}

/** Make one member the stop. */
export function stopAt(members, chosen) {
  members.forEach((member) => (member.tabIndex = member === chosen ? 0 : -1));
}
