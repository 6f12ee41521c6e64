// Calls what a browser module exports: call.mjs MODULE, a path in docs/assets/js, with a list of calls as JSON on standard input; prints the list of
// results. A call is [what, ...arguments]: `what` is a name of the module or of the page ("STEPS.0.text"), or [call, name] for a part of a result.
// Among the arguments {"call": […]} stands for a result, {"map": […]} for a Map and {"always": …} for a function that gives no other value,
// {"table": {"a,1": …}} for one that gives a value for arguments. Numbers that JSON lacks are written as texts.

import { readFileSync } from "node:fs";

// What modules ask of a page when they are loaded, and the address that they read and write.
class Silent {
  observe() {}
}
Object.assign(globalThis, {
  HTMLElement: Silent,
  IntersectionObserver: Silent,
  MutationObserver: Silent,
  ResizeObserver: Silent,
  addEventListener() {},
  customElements: { define() {} },
  document: {},
  location: { hash: "" },
  history: { state: "kept", replaceState: (state, title, hash) => Object.assign(location, { hash, state }) },
});

const module = await import(`../../docs/assets/js/${process.argv[2]}`);

function made(value) {
  if (Array.isArray(value)) return value.map(made);
  if (["Infinity", "-Infinity", "NaN"].includes(value)) return Number(value);
  if (value === null || typeof value !== "object") return value;
  if (value.call) return result(value.call);
  if (value.map) return new Map(value.map);
  if (value.table) return (...given) => value.table[given] ?? null;
  if ("always" in value) return () => made(value.always);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, made(part)]));
}

function result([what, ...given]) {
  const [start, path] = Array.isArray(what) ? [result(what[0]), what[1]] : [null, what];
  const steps = path.split(".");
  const owner = steps.slice(0, -1).reduce((part, name) => part[name], start ?? (steps[0] in module ? module : globalThis));
  const part = owner[steps.at(-1)];
  if (typeof part !== "function") return part;
  return String(part).startsWith("class") ? new part(...given.map(made)) : part.apply(owner, given.map(made));
}

function plain(_, value) {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return ArrayBuffer.isView(value) || value instanceof Set ? [...value] : value;
}

const results = JSON.parse(readFileSync(0, "utf-8")).map((call) => {
  try {
    return result(call) ?? null;
  } catch (error) {
    return { error: error.message };
  }
});
console.log(JSON.stringify(results, plain));
