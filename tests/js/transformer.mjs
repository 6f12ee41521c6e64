// Runs the browser's translation model on recorded sentences and prints the largest differences from the record:
// transformer.mjs FOLDER, which holds weights.safetensors, cases.json and recorded.safetensors.

import { Transformer } from "../../docs/assets/js/model/transformer.js";
import { Differences, readJson, readTensors } from "./compare.mjs";

const folder = process.argv[2];
const { heads, cases } = readJson(`${folder}/cases.json`);
const recorded = readTensors(`${folder}/recorded.safetensors`);
const model = new Transformer(readTensors(`${folder}/weights.safetensors`), { heads });

const differences = new Differences();
const translations = [];
cases.forEach(({ ids, mask, changes }, index) => {
  const { layers, output } = model.encode(ids, { mask, ...changes });
  layers.forEach((steps, layer) => {
    for (const [name, tensor] of Object.entries(steps)) {
      differences.add(name, tensor, recorded[`${index}.${layer}.${name}`]);
    }
    steps.weights.data.forEach((weight, cell) => {
      if (steps.masked.data[cell] === -Infinity && weight !== 0) throw new Error(`a masked cell has weight ${weight}`);
    });
  });
  differences.add("encoded", output, recorded[`${index}.encoded`]);

  const translation = model.translate(ids, { mask, ...changes });
  translations.push(translation.ids);
  translation.crossWeights.forEach((weights, layer) => {
    differences.add("crossWeights", weights, recorded[`${index}.${layer}.crossWeights`]);
  });
});
console.log(JSON.stringify({ differences: differences.largest, translations }));
