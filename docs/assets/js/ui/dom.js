/* Small help for building elements. */

let made = 0;

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Object<string, *>} [attributes] `text` sets the text, `on` holds listeners by event name;
 *   undefined is left out
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function element(tag, { text, on = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) node.setAttribute(name, value);
  }
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  if (text !== undefined) node.textContent = text;
  node.append(...children);
  return node;
}

/** An id that nothing else on the page has. */
export function freshId() {
  made += 1;
  return `live-${made}`;
}

/**
 * A number for people: a real minus sign, and as many decimals as asked for.
 *
 * @param {number} value
 * @param {number} [decimals]
 */
export function number(value, decimals = 2) {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}
