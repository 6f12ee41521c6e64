"""The static picture and the interactive one of each figure: the same numbers beside the axes, and the same marks at the same places.

Plotly draws every figure in one page of a browser, as large as the static picture, and is asked where it put what.
"""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from explainers.kit.build import project
from explainers.kit.figure import draw, theme
from explainers.kit.figure.draw import BORDER, LETTER, NARROW, WIDE
from explainers.kit.figure.known import undrawn_of_layout, undrawn_of_trace
from explainers.kit.figure.svg import DASHES, svg
from explainers.kit.files import ROOT
from tests.drawn import BUILT, Drawn, panels

FIGURES = [(page.name, marked.name) for page in project.pages() for marked in project.marked(page) if marked.kind == "figure"]
WIDTHS = {"wide": WIDE, "narrow": NARROW}
NEAR = 0.3  # pixels: the static picture is written with one decimal

# Draws a figure at one width, arranged as assets/js/figures.js arranges it, and tells of each panel what stands where.
SEEN = """async ({ drawing: { data, layout }, shape, width }) => {
  const { height, layout: places, colorbars } = layout.meta[shape];
  for (const [place, value] of Object.entries(places)) {
    const [axis, setting] = place.split(".");
    if (setting) layout[axis][setting] = value;
  }
  colorbars.forEach((bar, number) => bar && (data[number].colorbar = bar));
  const plot = document.getElementById("plot");
  await Plotly.newPlot(plot, data, { ...layout, width, height }, { staticPlot: true });
  const corner = plot.getBoundingClientRect();
  const all = (where, selector) => [...where.querySelectorAll(selector)];
  const box = (node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    return [left - corner.left, top - corner.top, left - corner.left + width, top - corner.top + height];
  };
  const shown = (node) => getComputedStyle(node).display !== "none" && getComputedStyle(node).opacity !== "0";
  const ticks = (axis) =>
    all(plot, `.${axis._id}tick text`).filter(shown).map((text) => {
      const { x } = text.parentNode.__data__;
      return { text: text.textContent, at: axis._offset + axis.l2p(x), value: x };
    });
  return layout.meta.panels.map((_, number) => {
    const suffix = number ? number + 1 : "";
    const [across, down] = [plot._fullLayout[`xaxis${suffix}`], plot._fullLayout[`yaxis${suffix}`]];
    const panel = plot.querySelector(`.subplot.x${suffix}y${suffix}`);
    const moved = (d) => {
      const numbers = d.match(/-?[0-9.]+/g).map(Number);
      return numbers.map((number, place) => number + (place % 2 ? down : across)._offset);
    };
    const bar = plot._fullData.find((trace) => trace.xaxis === across._id && trace.showscale)?.uid;
    return {
      box: [across._offset, down._offset, across._offset + across._length, down._offset + down._length],
      ranges: [across.range, down.range],
      across: ticks(across),
      down: ticks(down),
      bars: all(panel, ".barlayer .point > path").map((path) => (path.getAttribute("d") === "M0,0Z" ? null : box(path))),
      ends: all(panel, ".barlayer .yerror").map(box),
      points: all(panel, ".scatterlayer .points path").map(box),
      lines: all(panel, ".scatterlayer .js-line").map((path) => moved(path.getAttribute("d"))),
      dashes: all(panel, ".scatterlayer .js-line").map((path) => path.style.strokeDasharray),
      cells: all(panel, ".heatmaplayer image").map(box),
      edges: all(plot, ".shapelayer path").map(box).filter(([x, y]) => x > across._offset && x < across._offset + across._length
        && Math.abs(y - down._offset) < 1).map(([left, , right]) => (left + right) / 2),
      scale: bar ? all(plot, `.cb${bar}tick text, .ycb${bar}tick text`).map((text) => text.textContent) : [],
    };
  });
}"""


@pytest.fixture(scope="module")
def plotly(browser, figures):
    """A page with Plotly and nothing else."""
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.set_content('<body style="margin:0"><div id="plot"></div>')
    page.add_script_tag(path=ROOT / "docs/assets/vendor/plotly-cartesian.min.js")
    yield page
    page.close()


@pytest.fixture(scope="module")
def built(figures):
    """The built record of a page, read once."""
    return {page.name: json.loads(page.record.read_bytes()) for page in project.pages()}


@pytest.mark.parametrize("shape", WIDTHS)
@pytest.mark.parametrize(("page", "name"), FIGURES)
def test_both_pictures_show_the_same_at_the_same_places(plotly, built, page, name, shape):
    drawing = json.loads((BUILT / f"{page}.{name}.json").read_bytes())
    drawing["layout"]["meta"].pop("live", None)
    assert_same(plotly, drawing, built[page]["figures"][name]["inline"], shape)


@pytest.mark.parametrize("shape", WIDTHS)
def test_marks_that_no_published_figure_has_are_the_same_too(plotly, shape):
    dashes = [draw.line([1, 10, 1000], [2 + n, 300, 20 * n + 1], dash, theme.MODEL, "lines", dash) for n, dash in enumerate(DASHES)]
    stack = [draw.bars(["a", "b"], heights, name, theme.READ) for name, heights in (("low", [-1, 2]), ("high", [-2, 1]))]
    below = draw.bars(["a", "b"], [-3, -0.5], "below", theme.WRITE, [(-4, -2), (-1, 0)])
    stack[1].update(base=stack[0].y)
    for bar in stack:
        bar.update(offsetgroup="stack")
    beyond = draw.line([0, 1, 2, 3], [0, 30_000, -30_000, 1e-3], "beyond", theme.KEY)
    contents = [
        draw.Panel("both logarithmic", dashes, axes={"x": {"type": "log"}, "y": {"type": "log"}}),
        draw.Panel("stacked", stack),
        draw.Panel("below", [below]),
        draw.Panel("beyond its axis", [beyond], axes={"y": {"range": [-20_000, 20_000]}}),
        draw.Panel("small", [draw.line([-2e-7, 3e-7], [-2e7, 5e7], "small", theme.KEY)], axes={"y": {"rangemode": "normal"}}),
    ]
    figure = draw.panels(contents, 2)
    assert undrawn_of_layout(figure) + [fault for trace in figure.data for fault in undrawn_of_trace(trace)] == []
    assert_same(plotly, json.loads(figure.to_json()), "".join(svg(figure, "caption", "name", width) for width in WIDTHS), shape)


def assert_same(plotly, drawing: dict, inline: str, shape: str) -> None:
    """What Plotly makes of a drawing is what the static pictures show."""
    seen = plotly.evaluate(SEEN, {"drawing": drawing, "shape": shape, "width": WIDTHS[shape]})
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    both = ElementTree.fromstring(f"<both {spaces}>{inline}</both>")
    drawn = panels(both[list(WIDTHS).index(shape)])
    assert len(drawn) == len(seen)
    for static, live in zip(drawn, seen, strict=True):
        assert_axes(static, live)
        assert_marks(static, live)


def assert_axes(static: Drawn, live: dict) -> None:
    """The same words beside both axes and the scale of colours, at the same places, so the axes end at the same numbers."""
    x0, _, x1, y1 = live["box"]
    texts = [node for node in static.tagged("text")[1:] if node.get("font-size") is None]
    upright = [node for node in texts if node.get("text-anchor") == "end" and node.get("transform")]
    level = [node for node in texts if node.get("text-anchor") == "middle" and node.get("y") and abs(float(node.get("y")) - y1 - 15) < NEAR]
    found = [(node.text, float(re.findall(r"-?[\d.]+", node.get("transform"))[0]) - 4) for node in upright]
    found += [(node.text, float(node.get("x"))) for node in level]
    assert [text for text, _ in found] == [tick["text"] for tick in live["across"]]
    for (text, x), tick in zip(found, live["across"], strict=True):
        pushed = x + len(text) * LETTER / 2 >= x1 + BORDER - NEAR
        assert x == pytest.approx(tick["at"], abs=NEAR) or (pushed and x < tick["at"])
    beside = [(node.text, float(node.get("y")) - 4) for node in texts if node.get("text-anchor") == "end" and node.get("y") and float(node.get("x")) < x0]
    assert [text for text, _ in beside] == [tick["text"] for tick in live["down"]]
    np.testing.assert_allclose([y for _, y in beside], [tick["at"] for tick in live["down"]], atol=NEAR)
    scale = [node.text for node in static.tagged("text") if node.get("font-size") == "11"]
    assert scale == live["scale"]


def assert_marks(static: Drawn, live: dict) -> None:
    """Bars, ends, dots, lines and cells stand where Plotly puts them."""
    box = live["box"]
    for (left, top, foot), bar in zip(static.bars, live["bars"], strict=True):
        assert foot - top <= 2 * NEAR if bar is None else [left, top, foot] == pytest.approx([bar[0], bar[1], bar[3]], abs=NEAR)
    middles = [((left + right) / 2, (top + foot) / 2) for left, top, right, foot in live["points"]]
    assert_near(static.points, [(x, y) for x, y in middles if box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1])  # others are clipped
    assert_near(static.ends, [((left + right) / 2, top, foot) for left, top, right, foot in live["ends"] if foot - top > NEAR])
    assert_near(static.images, live["cells"][:1], 0.6)  # Plotly's are whole pixels wide
    assert_near(static.edges, sorted(live["edges"]))
    assert len(static.curves) == len(live["lines"])
    for points, other in zip(static.curves, live["lines"], strict=True):
        there = np.reshape(other, (-1, 2))  # Plotly leaves points out that no eye would miss
        inside = (there > np.array(box[:2]) - 1).all(1) & (there < np.array(box[2:]) + 1).all(1)
        apart = np.abs(there[inside][:, None] - np.array(points)[None]).max(-1).min(-1)
        assert apart.max() <= NEAR
    assert [line.get("stroke-dasharray", "") for line in static.lines] == [re.sub("px|,", "", dash) for dash in live["dashes"]]


def assert_near(found: list, wanted: list, near: float = NEAR) -> None:
    """The same places, in the same order."""
    assert len(found) == len(wanted)
    np.testing.assert_allclose(np.reshape(found, -1), np.reshape(wanted, -1), atol=near)
