"""What live figures share: all of them wake, with the numbers of their static pictures, and a point on any picture of an episode is a step, for a
mouse and for a finger."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from explainers.kit.files import ROOT
from tests.drawn import numbers

from .figures import EPISODES, FIGURES, MODULES, assert_the_picture_stays_without_the_weights, awake

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


def test_every_element_has_a_figure_and_every_live_figure_its_element():
    assert set(FIGURES) == {module.stem for module in MODULES.glob("*.js")}
    assert EPISODES


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("element", FIGURES)
def test_it_wakes_on_its_page_and_on_a_page_of_its_own(visit, element, alone):
    place = FIGURES[element]
    page = visit().open(place.embedded if alone else place.path)
    page.mouse.move(300, 300)
    figure = page.locator(f"[id='{place.name}']")
    figure.scroll_into_view_if_needed()
    expect(figure.locator(f"{element} > .live")).to_be_visible()
    expect(figure.locator(".fig-stage")).to_be_hidden()


@pytest.mark.parametrize("element", FIGURES)
def test_a_link_to_what_is_shown_can_be_copied(visit, element):
    """Where the browser does not allow it, the link is there to be copied by hand."""
    place, opened = FIGURES[element], visit(alone=True)
    page = opened.open(place.embedded)
    page.mouse.move(300, 300)
    copy = page.get_by_role("button", name="Copy link to this state")
    copy.click()
    by_hand = page.get_by_role("textbox", name="Link to this state")
    expect(by_hand.or_(page.get_by_text("copied"))).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy.click()
    expect(page.get_by_text("copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{opened.site}{place.embedded}#{place.name}")


@pytest.mark.parametrize("element", EPISODES)
def test_the_link_leads_to_the_step(visit, element):
    place, opened = FIGURES[element], visit(alone=True)
    opened.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened.open(place.embedded)
    figure = awake(page, place.name)
    time = figure.get_by_role("slider", name=re.compile("^Time step"))
    time.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft" if int(time.input_value()) > 3 else "ArrowRight")
    before = time.input_value()
    figure.get_by_role("button", name="Copy link to this state").click()
    expect(figure.get_by_text("copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    other = page.context.new_page()
    other.goto(link)
    expect(other.get_by_role("slider", name=re.compile("^Time step"))).to_have_value(before)


@pytest.mark.parametrize("element", EPISODES)
def test_without_the_weights_the_static_picture_stays(visit, element):
    assert_the_picture_stays_without_the_weights(visit, element)


def opened(visit, element: str):
    """The page, its time slider, how many steps there are, and the pictures."""
    place = FIGURES[element]
    page = visit.open(place.embedded)
    figure = awake(page, place.name)
    time = figure.get_by_role("slider", name=re.compile("^Time step"))
    pictures = figure.locator(".panels .plot").all()
    assert len(pictures) >= 6
    return page, time, int(time.get_attribute("max")) + 1, pictures


def point(picture, step: int, steps: int) -> dict[str, float]:
    """The middle of a step's column, from the picture's corner."""
    box = picture.bounding_box()
    return {"x": box["width"] * (step + 0.5) / steps, "y": box["height"] / 2}


@pytest.mark.parametrize("element", EPISODES)
def test_the_mouse_drags_time(visit, element):
    page, time, steps, pictures = opened(visit(), element)
    for number, picture in enumerate(pictures):
        picture.hover(position=point(picture, number, steps))
        page.mouse.down()
        expect(time).to_have_value(str(number))
        picture.hover(position=point(picture, steps - 1 - number, steps))
        page.mouse.up()
        expect(time).to_have_value(str(steps - 1 - number))


@pytest.mark.parametrize("element", EPISODES)
def test_a_finger_picks_a_step(visit, element):
    page, time, steps, pictures = opened(visit(390, touch=True), element)
    for number, picture in enumerate(pictures):
        picture.tap(position=point(picture, 2 * number + 1, steps))
        expect(time).to_have_value(str(2 * number + 1))
    assert f"time={2 * len(pictures) - 1}" in page.evaluate("location.hash")


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
    page = visit().open(place.embedded)
    page.mouse.move(300, 300)
    figure = page.locator(f"[id='{place.name}']")
    figure.scroll_into_view_if_needed()
    figure.locator(f"{element} .live canvas, {element} .live-matrix td").first.wait_for()
    seen, wanted = figure.evaluate(SEEN), {plain(title): trace for title, trace in drawn(element).items()}
    found = {plain(each["name"]): np.array(each["data"]).reshape(each["rows"], each["columns"], 4)[..., :3] for each in seen["canvases"]}
    found |= {plain(each["name"]): np.array(each["cells"]) for each in seen["matrices"]}
    same = wanted.keys() & found.keys()
    whole = same if element == "attention-stepper" else same == wanted.keys()  # that one shows a step at a time
    assert whole, f"the static picture has {sorted(wanted)}, the live one {sorted(found)}: each heatmap is to be there under the title of its panel"
    for name in same:
        gone = np.isnan(numbers(wanted[name]["z"]))
        off = np.abs(found[name] - colours(wanted[name])).max(-1)
        assert off[~gone].max() <= 6, name  # of 255: the browser's arithmetic differs in the last digits, its scale has whole steps
