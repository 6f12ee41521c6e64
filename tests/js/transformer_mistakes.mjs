// Uses the browser's translation model wrongly and prints what it says: transformer_mistakes.mjs WEIGHTS HEADS

import { Transformer } from "../../docs/assets/js/model/transformer.js";
import { readTensors } from "./compare.mjs";

const tensors = readTensors(process.argv[2]);
const model = new Transformer(tensors, { heads: Number(process.argv[3]) });
const { "model.encoder.layers.0.fc2.bias": _, ...incomplete } = tensors;
const uses = [
  () => model.encode([3, 97, 2]),
  () => model.encode([3, 4, 2], { mask: [true, true] }),
  () => model.encode([3, 4, 2], { mask: [false, false, false] }),
  () => new Transformer(incomplete, { heads: model.heads }).encode([3, 2]),
];

const messages = uses.map((use) => {
  try {
    use();
    return "nothing was said";
  } catch (error) {
    return error.message;
  }
});
console.log(JSON.stringify(messages));
