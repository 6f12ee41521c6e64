/* A figure's life on the page: a static picture first; an interactive plot once the reader has done something and the
   figure is near; the links and tables below it. */

const near = { rootMargin: "300px" };
const inputs = ["pointermove", "pointerdown", "touchstart", "wheel", "scroll", "keydown"];
const listening = { passive: true, capture: true };
const narrowBelow = 560;

/** Resolves at the reader's first input. Nothing heavy is loaded before it. */
export const firstInput = new Promise((resolve) => {
  const go = () => {
    inputs.forEach((name) => removeEventListener(name, go, listening));
    resolve();
  };
  inputs.forEach((name) => addEventListener(name, go, listening));
});

/** Give a figure its buttons and, unless it has a live element, its interactive plot. */
export function adopt(figure) {
  if (figure.dataset.adopted) return;
  figure.dataset.adopted = "yes";
  offerPng(figure);
  offerTable(figure);
  if (!figure.querySelector(".fig-live")) nearby.observe(figure);
}

/** Forget the plots of a page that instant navigation has replaced. */
export function retire() {
  for (const plot of plots) {
    if (plot.isConnected) continue;
    window.Plotly.purge(plot);
    plots.delete(plot);
  }
}

const nearby = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    nearby.unobserve(target);
    firstInput.then(() => draw(target));
  }
}, near);

const plots = new Set();
let loading;

function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../vendor/plotly-cartesian.min.js", import.meta.url);
    script.onload = () => {
      keepStyles();
      resolve(window.Plotly);
    };
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

/** Plotly puts its rules into the head, where instant navigation deletes them; a copy outside the document stays. */
function keepStyles() {
  const own = document.getElementById("plotly.js-style-global");
  if (!own) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([...own.sheet.cssRules].map((rule) => rule.cssText).join("\n"));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** The data of a figure: `{data, layout}` as Plotly takes it. */
export async function figureData(figure) {
  const answer = await fetch(figure.querySelector(".fig-json").href);
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  return answer.json();
}

async function draw(figure) {
  const stage = figure.querySelector(".fig-stage");
  const [Plotly, drawing] = await Promise.all([plotly(), figureData(figure)]);
  if (!figure.isConnected) return;
  const plot = document.createElement("div");
  plot.className = "fig-plot";
  const { layout, data } = coloured(drawing);
  const shape = shapeOf(stage);
  arrange(layout, data, stage);
  stage.append(plot);
  await Plotly.newPlot(plot, data, layout, { responsive: true, displaylogo: false, displayModeBar: false });
  plot.drawing = drawing;
  plot.shape = shape;
  stage.classList.add("drawn");
  plots.add(plot);
  widths.observe(stage);
}

function shapeOf(stage) {
  return stage.clientWidth < narrowBelow ? "narrow" : "wide";
}

/** Place the panels as `kit.figure.draw` arranged them for this width, as high as the static picture is here: nothing moves. */
function arrange(layout, data, stage) {
  const shape = shapeOf(stage);
  const { height, layout: places, colorbars } = layout.meta[shape];
  layout.height = (height * stage.clientWidth) / stage.querySelector(`svg.${shape}`).viewBox.baseVal.width;
  layout.autosize = true;
  delete layout.width;
  for (const [place, value] of Object.entries(places)) {
    const [axis, setting] = place.split(".");
    if (setting) layout[axis][setting] = value;
  }
  colorbars.forEach((bar, number) => bar && (data[number].colorbar = bar));
}

const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const plot = target.querySelector(".fig-plot");
    if (!plot?.drawing) continue;
    if (shapeOf(target) !== plot.shape) redraw(plot);
  }
});

function redraw(plot) {
  const { layout, data } = coloured(plot.drawing);
  arrange(layout, data, plot.parentElement);
  plot.shape = shapeOf(plot.parentElement);
  window.Plotly.react(plot, data, layout);
}

/* Plotly knows no CSS variables, so the colours of the light page are exchanged for those of the page as it is now. */

const palette = [
  "--query", "--key", "--value", "--write", "--read", "--model", "--control", "--ink", "--faint", "--paper", "--masked",
];

/** A copy of a drawing in the colours of the page: each colour of the palette is looked up in the page's styles. */
function coloured(drawing) {
  const light = getComputedStyle(document.documentElement);
  const now = getComputedStyle(document.body);
  const exchange = new Map(
    palette.map((name) => [light.getPropertyValue(`${name}-light`).trim(), now.getPropertyValue(name).trim()]),
  );
  const walk = (part) => {
    if (typeof part === "string") return exchange.get(part) ?? part;
    if (Array.isArray(part)) return part.map(walk);
    if (part && typeof part === "object") return Object.fromEntries(Object.entries(part).map(([key, x]) => [key, walk(x)]));
    return part;
  };
  const drawn = walk(drawing);
  drawn.data.forEach((trace, number) => {
    // A scale of numbers is the same on every page: the white of a grey scale is not the colour of the paper.
    if (trace.meta?.kind && trace.meta.kind !== "masked") trace.colorscale = drawing.data[number].colorscale;
  });
  return drawn;
}

new MutationObserver(() => plots.forEach(redraw)).observe(document.body, {
  attributes: true,
  attributeFilter: ["data-md-color-scheme"],
});

function offerPng(figure) {
  const button = figure.querySelector(".fig-png");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const link = figure.querySelector(".fig-svg");
    const text = await (await fetch(link.href)).text();
    const picture = new Image();
    picture.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    await picture.decode();
    const canvas = document.createElement("canvas");
    const [, , width, height] = text.match(/viewBox="([^"]+)"/)[1].split(" ").map(Number);
    [canvas.width, canvas.height] = [2 * width, 2 * height];
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(picture.src);
    const save = document.createElement("a");
    save.download = link.download.replace(/svg$/, "png");
    save.href = canvas.toDataURL("image/png");
    save.click();
  });
}

/** Fill the table of the numbers when it is opened for the first time. */
function offerTable(figure) {
  const details = figure.querySelector(".fig-numbers");
  details.addEventListener("toggle", async () => {
    const printing = matchMedia("print").matches; // then the theme opens everything
    if (!details.open || printing || details.querySelector("table")) return;
    const text = await (await fetch(details.querySelector(".fig-csv").href)).text();
    details.append(tableOf(text, figure.querySelector("figcaption").textContent));
  });
}

/** A table from CSV text; columns that hold nothing are left out. */
function tableOf(text, caption) {
  const [head, ...rows] = text.trim().split("\n").map(cellsOf);
  const used = head.map((_, column) => rows.some((row) => row[column]));
  const box = document.createElement("div");
  box.className = "fig-table";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", caption);
  const table = box.appendChild(document.createElement("table"));
  table.createCaption().textContent = caption;
  const line = (cells, tag) => {
    const row = document.createElement("tr");
    cells.filter((_, column) => used[column]).forEach((cell) => {
      row.appendChild(document.createElement(tag)).textContent = cell;
    });
    return row;
  };
  table.createTHead().append(line(head, "th"));
  table.createTBody().append(...rows.map((row) => line(row, "td")));
  return box;
}

/** The cells of one line of CSV. */
function cellsOf(line) {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );
}
