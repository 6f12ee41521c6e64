// Prints the tensors of a .safetensors file, or why it cannot be read: safetensors.mjs FILE

import { readTensors } from "./compare.mjs";

const listed = ({ shape, data }) => ({ shape, data: Array.from(data, (number) => String(number)) });

let result;
try {
  const tensors = Object.entries(readTensors(process.argv[2]));
  result = { tensors: Object.fromEntries(tensors.map(([name, tensor]) => [name, listed(tensor)])) };
} catch (error) {
  result = { error: error.message };
}
console.log(JSON.stringify(result));
