// How the browser writes numbers: numbers.mjs VALUE …; prints the texts.

import { short } from "../../docs/assets/js/ui/numbers.js";

console.log(JSON.stringify(process.argv.slice(2).map((value) => short(Number(value)))));
