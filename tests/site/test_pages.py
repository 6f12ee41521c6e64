"""Every page as a reader meets it: wide and narrow, light and dark, with and without scripts."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from explainers.kit.files import ROOT
from tests.browser import OTHERS, PAGES, evidence, rules_in, violations, wake
from tests.measure import bytes_before_input

KILOBYTE = 1024
REQUESTS = 40
FIRST = "material/start.js"  # it picks the colours before anything is painted
# Controls of figures that the Tab key passes by; within a grid the arrow keys lead.
LOST = """() => [...document.querySelectorAll(`figure.fig :is(button:not([hidden]):not([disabled]), input:not([disabled]), select, summary, a[href])`)]
  .filter((element) => element.tabIndex < 0 && !element.closest("[role=grid], table, [data-roving]"))
  .map((element) => element.outerHTML.slice(0, 120))"""
# How high the pictures are that become plots.
STAGES = (
    """() => Object.fromEntries([...document.querySelectorAll("figure.fig > .fig-stage")].map((stage) => [stage.closest("figure").id, stage.offsetHeight]))"""
)
# Names and tick labels of axes that lie below a legend of the same plot.
COVERED = """() => [...document.querySelectorAll(".fig-plot")].flatMap((plot) => {
  const legend = plot.querySelector("g.legend")?.getBoundingClientRect();
  const texts = legend ? plot.querySelectorAll("g[class$=title] text, .xtick text") : [];
  return [...texts].filter((text) => {
    const box = text.getBoundingClientRect();
    const beside = box.right <= legend.left || box.left >= legend.right;
    return box.width && !beside && box.bottom > legend.top + 2 && box.top < legend.bottom;
  }).map((text) => `${plot.closest("figure")?.id}: ${text.textContent}`);
})"""


@pytest.mark.parametrize("path", PAGES + OTHERS)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_everybody_can_read_the_page(visit, path, width, scheme):
    """Nothing moves when a plot takes the place of its picture, nothing needs sideways scrolling, no legend covers an axis, axe, which Lighthouse asks as well, finds nothing, nor in other colours,
    and every control is reached by the keyboard."""
    page = visit(width, scheme, calm=True).open(path)  # else the tabs may still be fading in
    before = page.evaluate(STAGES)
    wake(page)
    assert page.evaluate(STAGES) == pytest.approx(before, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(COVERED) == []
    assert page.evaluate(LOST) == []
    page.mouse.move(1, 300)  # else the card of a word may stand over the page, and outside of its parts
    expect(page.locator(".md-tooltip2")).to_have_count(0)
    assert violations(page) == []
    if width == 1280:
        page.get_by_title("Dark colours").click()
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
        assert violations(page, rules=rules_in("dark")) == []


# Scripts in the head that hold back the page; and how far what stands there moves while the page loads.
BLOCKING = """() => [...document.head.querySelectorAll("script[src]")].filter((script) => !script.defer && !script.async && script.type !== "module")
  .map((script) => script.src)"""
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 200);
})"""


@pytest.mark.parametrize(("path", "limit"), [(PAGES[0], 150), *((path, 220) for path in PAGES[1:])])
def test_what_is_loaded_before_the_first_input(visit, path, limit):
    """Little, in few requests, nothing that holds back the page, and nothing moves meanwhile."""
    opened = visit(390, alone=True)
    asked = []
    opened.page.on("request", lambda request: asked.append(request.url))
    assert bytes_before_input(opened.page, opened.site + path) <= limit * KILOBYTE
    assert len(asked) <= REQUESTS, asked
    assert [script for script in opened.page.evaluate(BLOCKING) if not script.endswith(FIRST)] == []
    assert opened.page.evaluate(SHIFT) <= 0.01


@pytest.mark.parametrize("path", PAGES)
def test_without_scripts_every_figure_and_number_is_there(visit, path):
    page = visit(scripts=False).open(path)
    figures = page.locator("figure.fig")
    assert figures.count() >= 1
    for number in range(figures.count()):
        figure = figures.nth(number)
        figure.scroll_into_view_if_needed()
        expect(figure.locator(".fig-stage > svg.wide")).to_be_visible()
        expect(figure.locator("figcaption")).to_contain_text(re.compile(r"\w"))
        expect(evidence(figure).get_by_role("link", name="CSV", exact=True)).to_be_visible()
    assert not re.search(r"\{\{|\\\(|\$\$", page.locator("article").inner_text())


def test_the_lab_is_small_and_shows_its_figures(visit):
    path = "labs/attention_in_forty_lines/"
    assert len((ROOT / "site" / path / "index.html").read_bytes()) < 100 * KILOBYTE
    page = visit(scripts=False).open(path)
    assert page.locator("figure.fig svg.wide").count() == 2
    assert page.locator("figure.fig svg.wide").first.is_visible()
    assert page.locator("article").inner_text().count("def attention(") == 1
    assert page.locator("meta[name=description]").get_attribute("content").startswith("After this notebook")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download notebook").click()
    assert json.loads(Path(waiting.value.path()).read_bytes())["cells"]


def test_no_page_names_a_folder_of_the_machine_that_built_it(site):
    pages = [*(ROOT / "site").rglob("*.html"), *(ROOT / "site").rglob("*.json")]
    assert pages and [str(page) for page in pages if str(ROOT) in page.read_text("utf8")] == []


def test_the_home_page_shows_doors_to_parts_that_exist_only(visit):
    page = visit(scripts=False).open("")
    for number in range(page.locator(".doors a").count()):
        target = page.locator(".doors a").nth(number).get_attribute("href")
        assert (ROOT / "site" / target / "index.html").is_file()
