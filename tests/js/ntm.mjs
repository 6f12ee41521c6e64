// Runs the browser's Neural Turing Machine on recorded episodes and its addressing on recorded single steps, and prints
// the largest differences from the record: ntm.mjs FOLDER, which holds cases.json, recorded.safetensors and, for
// episodes, weights.safetensors.

import { Machine, address, eraseAndAdd, read } from "../../docs/assets/js/model/ntm.js";
import { Differences, flatten, readJson, readTensors } from "./compare.mjs";

const folder = process.argv[2];
const { locations, episodes = [], steps = [] } = readJson(`${folder}/cases.json`);
const recorded = readTensors(`${folder}/recorded.safetensors`);
const differences = new Differences();

/** Compare a field of every step, [time][…], with the recorded tensor of that name. */
function compare(number, name, lists) {
  differences.add(name, flatten(lists), recorded[`${number}.${name}`]);
}

if (episodes.length > 0) {
  const machine = new Machine(readTensors(`${folder}/weights.safetensors`), { locations });
  episodes.forEach((inputs, number) => {
    const traces = machine.run(inputs);
    for (const name of Object.keys(traces[0].controls[0])) {
      compare(number, `controls.${name}`, traces.map((trace) => trace.controls.map((head) => head[name])));
    }
    for (const name of Object.keys(traces[0].addressing[0])) {
      compare(number, `addressing.${name}`, traces.map((trace) => trace.addressing.map((head) => head[name])));
    }
    for (const name of ["erase", "add", "memoryBefore", "memoryAfter", "readVector", "output"]) {
      compare(number, name, traces.map((trace) => trace[name]));
    }
  });
}

steps.forEach(({ controls, previous, memory, erase, add }, number) => {
  const stages = address(controls, previous, memory);
  for (const [name, weighting] of Object.entries(stages)) compare(number, name, weighting);
  const after = eraseAndAdd(memory, [stages.weighting], [erase], [add]);
  compare(number, "memory", after);
  compare(number, "readVector", read(after, stages.weighting));
});

console.log(JSON.stringify(differences.largest));
