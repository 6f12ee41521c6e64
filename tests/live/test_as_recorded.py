"""What a live figure shows when it wakes is what its static picture shows: the same numbers in the same places under the same titles."""

import json
import re

import numpy as np
import pytest

from explainers.kit.files import ROOT
from tests.drawn import numbers

from .figures import FIGURES, awake

SEEN = """(figure) => {
  const pixels = (canvas) => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data];
  const picture = (name, canvas) => ({name, rows: canvas.height, columns: canvas.width, data: pixels(canvas)});
  const colour = (cell) => getComputedStyle(cell).backgroundColor.match(/[0-9.]+/g).map(Number).slice(0, 3);
  const matrix = (table) => [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("td, [role=gridcell]")].map(colour));
  return {
    canvases: [
      ...[...figure.querySelectorAll(".panel")].filter((panel) => panel.querySelector(".plot canvas"))
        .map((panel) => picture(panel.querySelector(".heading b").textContent, panel.querySelector(".plot canvas"))),
      ...[...figure.querySelectorAll(".picture")].map((grid) => picture(grid.getAttribute("aria-label"), grid.querySelector("canvas"))),
    ],
    matrices: [...figure.querySelectorAll(".live-matrix")]
      .map((whole) => ({name: whole.querySelector("table").getAttribute("aria-label"), cells: matrix(whole.querySelector("table"))})),
  };
}"""


def drawn(element: str) -> dict[str, dict]:
    """The heatmaps of the static figure, by the title of their panel."""
    place = FIGURES[element]
    figure = json.loads((ROOT / f"docs/built/{place.page}.{place.name.rsplit('.', 1)[1]}.json").read_text())
    titles = figure["layout"]["meta"]["panels"]
    heat = [trace for trace in figure["data"] if trace["type"] == "heatmap" and trace["meta"]["kind"] != "masked"]
    return {titles[int((trace.get("xaxis") or "x")[1:] or 1) - 1]: trace for trace in heat}


# What the paper's figure calls so, the live figure calls by what it is.
CALLED = {
    "adds": "vectors added", "reads": "vectors read", "first write head": "write weightings, head 1", "second write head": "write weightings, head 2",
    "read head": "read weightings",
}  # fmt: skip
ELEMENTS = [element for element in FIGURES if element not in ("antecedent-lens", "addressing-stepper", "two-lookups", "ngram-scrubber", "sharpening-bench")]


def plain(name: str) -> str:
    """What two titles of the same thing have in common: a head's number, or the words without the number of the step and what is added."""
    head = re.search(r"\b\d\.\d\b", name)
    words = re.sub(r"^[①-⑨] ", "", name).split(": ")[0].casefold()
    return head[0] if head else CALLED.get(words, words)


def colours(trace: dict) -> np.ndarray:
    """The colour of each cell by the trace's own scale: row, column, red green blue."""
    stops = np.array([[int(colour[place : place + 2], 16) for place in (1, 3, 5)] for _, colour in trace["colorscale"]], float)
    shares = np.clip((numbers(trace["z"]) - trace["zmin"]) / (trace["zmax"] - trace["zmin"]), 0, 1)
    return np.stack([np.interp(shares * (len(stops) - 1), range(len(stops)), stops[:, channel]) for channel in range(3)], -1)


@pytest.mark.parametrize("element", ELEMENTS)
def test_it_wakes_with_the_numbers_of_its_static_picture(visit, element):
    place = FIGURES[element]
    page = visit().open(f"{place.page}/")
    page.mouse.move(300, 300)
    figure = page.locator(f"[id='{place.name}']")
    figure.scroll_into_view_if_needed()
    figure.locator(f"{element} .live canvas, {element} .live-matrix td").first.wait_for()
    seen, wanted = figure.evaluate(SEEN), {plain(title): trace for title, trace in drawn(element).items()}
    found = {plain(each["name"]): np.array(each["data"]).reshape(each["rows"], each["columns"], 4)[..., :3] for each in seen["canvases"]}
    found |= {plain(each["name"]): np.array(each["cells"]) for each in seen["matrices"]}
    same = wanted.keys() & found.keys()
    assert same if element == "attention-stepper" else same == wanted.keys()  # that one shows a step at a time
    for name in same:
        gone = np.isnan(numbers(wanted[name]["z"]))
        off = np.abs(found[name] - colours(wanted[name])).max(-1)
        assert off[~gone].max() <= 6, name  # of 255: the browser's arithmetic differs in the last digits, its scale has whole steps
