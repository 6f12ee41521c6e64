/* The reader's words: cut a sentence into the words of the vocabulary, and find near words for those it lacks. */

const MOST = 30;

/**
 * Cut a sentence into words that the model knows.
 *
 * @param {string} text
 * @param {Map<string, number>} known the vocabulary
 * @returns {{words: string[]} | {problem: string, unknown?: string[]}} `problem` is a sentence for the reader
 */
export function readSentence(text, known) {
  const words = text.toLowerCase().replace(/[.,;!?]/g, " $& ").split(/\s+/).filter(Boolean);
  if (!words.length) return { problem: "Write a sentence first, or take one of the examples." };
  if (words.at(-1) !== ".") words.push(".");
  if (words.length > MOST) return { problem: `That is ${words.length} words; please write at most ${MOST}.` };
  const unknown = [...new Set(words.filter((word) => !known.has(word)))];
  if (!unknown.length) return { words };
  const named = unknown.map((word) => `“${word}”`).join(", ");
  return { problem: `The model has learned ${known.size} words; it does not know ${named}.`, unknown };
}

/**
 * Known words that are spelt much like an unknown one.
 *
 * @param {string} word
 * @param {Iterable<string>} known
 * @param {number} [count] how many to offer
 */
export function nearestWords(word, known, count = 4) {
  const letters = [...known].filter((other) => /^[a-z]/.test(other));
  const ranked = letters.map((other) => [editDistance(word, other) - sharedStart(word, other) / 4, other]);
  return ranked.sort(([a], [b]) => a - b).slice(0, count).map(([, other]) => other);
}

/**
 * French words as a sentence: no space after an apostrophe or before a full stop.
 *
 * @param {string[]} words
 * @returns {{text: string, glued: boolean}[]} each word, and whether it follows the one before it without a space
 */
export function spaced(words) {
  return words.map((text, index) => ({ text, glued: index === 0 || text === "." || words[index - 1].endsWith("'") }));
}

function sharedStart(one, other) {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count++;
  return count;
}

/** How many letters must be changed, added or taken away (Levenshtein 1966). */
function editDistance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[other.length];
}
