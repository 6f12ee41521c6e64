// The browser's softmax and its sharpening of rows of numbers: extremes.mjs FILE, JSON with `rows` (null is −∞) and `sharpened`,
// pairs of a weighting and a γ; prints what comes out.

import { sharpenByLogarithms } from "../../docs/assets/js/model/float32.js";
import { sharpen } from "../../docs/assets/js/model/ntm.js";
import { softmax } from "../../docs/assets/js/model/tensor.js";
import { readJson } from "./compare.mjs";

const { rows, sharpened } = readJson(process.argv[2]);
const weights = rows.map((row) => {
  const data = Float32Array.from(row, (value) => value ?? -Infinity);
  return [...softmax({ shape: [1, data.length], data }).data];
});
console.log(JSON.stringify({
  weights,
  double: sharpened.map(([weighting, gamma]) => sharpen(weighting, gamma)),
  single: sharpened.map(([weighting, gamma]) => sharpenByLogarithms(weighting, gamma).weighting),
}));
