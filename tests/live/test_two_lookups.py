"""The live figure that looks up in two ways, as a reader uses it: mouse, keyboard, touch."""

import math
import re

import pytest
import torch

from explainers.models import ntm

from .figures import FIGURES, address, awake, live

PLACE = FIGURES["two-lookups"]
NAME = PLACE.name
TOLERANCE = 1e-5


def given() -> dict:
    """What the build gave the figure."""
    return live("memory/from_attention", "lookups")


def shown(page) -> dict:
    """The numbers that the figure shows, and the state they come from."""
    return page.evaluate("(({now, state}) => ({...now, ...state, query: [...now.query]}))(document.querySelector('two-lookups'))")


def assert_as_torch(page) -> None:
    """Both columns hold what torch makes of the vectors and the query on the page."""
    numbers = shown(page)
    stored = torch.tensor(given()["stored"]["data"]).view(given()["stored"]["shape"])
    memory = stored * torch.tensor(numbers["factors"])[:, None]
    query, strength = torch.tensor(numbers["query"]), torch.tensor([float(numbers["strength"])])
    attention = torch.softmax(memory @ query / math.sqrt(len(query)), -1)
    machine = ntm.content_weighting(query[None], strength, memory)[0]
    assert numbers["attention"] == pytest.approx(attention.tolist(), abs=TOLERANCE)
    assert numbers["machine"] == pytest.approx(machine.tolist(), abs=TOLERANCE)


def changed(before: list[float], after: list[float]) -> list[int]:
    """The places at which two lists differ."""
    return [place for place, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("preset", ["as recorded", "one vector longer", "β too small", "the same numbers"])
def test_after_every_preset_the_numbers_are_those_of_torch(visit, preset, width):
    page = visit(width).open(PLACE.path)
    figure = awake(page, NAME)
    figure.get_by_role("button", name=preset).click()
    assert_as_torch(page)
    assert re.findall(r"sum (\d\.\d+)", figure.inner_text()) == ["1.000", "1.000"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_longer_vector_moves_attention_and_not_the_machine(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    before = shown(page)
    figure.get_by_role("button", name="one vector longer").click()
    after = shown(page)
    assert max(after["attention"]) == after["attention"][given()["rival"]]
    assert after["machine"] == pytest.approx(before["machine"], abs=1e-9)


def test_the_same_numbers_are_the_same(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    assert "differ by at most" in figure.inner_text()
    figure.get_by_role("button", name="the same numbers").click()
    numbers = shown(page)
    assert numbers["attention"] == pytest.approx(numbers["machine"], abs=1e-9)
    assert "Both lookups give the same numbers" in figure.inner_text()


def test_any_stored_vector_can_be_looked_for(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    for place, location in enumerate(given()["locations"]):
        figure.get_by_role("button", name=f"Look for the vector at {location}").click()
        numbers = shown(page)
        assert numbers["machine"].index(max(numbers["machine"])) == place
        assert_as_torch(page)


def test_the_keyboard_turns_strength_and_length(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    before = shown(page)
    figure.get_by_role("slider", name="key strength β").press("End")
    assert shown(page)["strength"] == 50
    figure.get_by_role("slider", name=re.compile("length of the vector at")).press("ArrowRight")
    assert changed(before["lengths"], shown(page)["lengths"]) == [given()["wanted"]]
    assert_as_torch(page)


def test_the_keyboard_draws_a_query(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    query = figure.get_by_role("slider", name="query q: value by feature")
    query.press("Home")
    before = shown(page)["query"]
    query.press("ArrowRight")
    query.press("ArrowUp")
    after = shown(page)["query"]
    assert changed(before, after) == [1]
    assert "your own" in figure.inner_text()
    assert figure.locator("[aria-pressed='true']").count() == 0
    assert_as_torch(page)


def test_a_bar_of_the_query_is_dragged(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    bars = figure.get_by_role("slider", name="query q: value by feature")
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    x, y = box["x"] + box["width"] * 4.5 / 20, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - box["height"] / 4, steps=4)
    page.mouse.up()
    end = max(abs(part) for part in given()["stored"]["data"])
    assert shown(page)["query"][4] == pytest.approx(end / 2, abs=0.05 * end)
    assert_as_torch(page)


def test_pointing_at_a_bar_tells_its_arithmetic(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    location = given()["locations"][2]
    for row, wanted in (
        ("attention: weight by location", f"w({location}) = exp(q·k({location}) ÷ √d)"),
        ("machine: weight by location", f"wᶜ({location}) = exp(β·cos(k, M({location})))"),
        ("length by location", f"|k({location})|"),
    ):
        bars = figure.get_by_role("slider", name=row)
        bars.scroll_into_view_if_needed()
        box = bars.bounding_box()
        page.mouse.move(box["x"] + box["width"] * 2.5 / 8, box["y"] + box["height"] / 2)
        assert wanted in figure.locator(".arithmetic").inner_text()


def test_pointing_at_a_number_of_a_stored_vector_tells_its_place(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    picture = figure.get_by_role("grid", name="stored vectors: location by feature")
    picture.scroll_into_view_if_needed()
    box, (rows, columns) = picture.bounding_box(), given()["stored"]["shape"]
    row, column = 1, columns - 2
    picture.hover(position={"x": box["width"] * (column + 0.5) / columns, "y": box["height"] * (row + 0.5) / rows})
    assert f"k[{column}]·M({given()['locations'][row]})[{column}]: one of" in figure.locator(".arithmetic").inner_text()
    page.mouse.move(5, 5)
    assert "one of" not in figure.locator(".arithmetic").inner_text()


def test_a_touch_picks_a_bar(visit):
    page = visit(390, touch=True).open(PLACE.path)
    figure = awake(page, NAME)
    bars = figure.get_by_role("slider", name="machine: weight by location")
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 5.5 / 8, box["y"] + box["height"] / 2)
    location = given()["locations"][5]
    assert f"wᶜ({location})" in figure.locator(".arithmetic").inner_text()
    assert f"at={location}" in address(page)


def test_the_address_leads_back_to_the_state(visit):
    opened = visit()
    page = opened.open(PLACE.embedded)
    figure = awake(page, NAME)
    figure.get_by_role("button", name="one vector longer").click()
    figure.get_by_role("slider", name="query q: value by feature").press("ArrowUp")
    figure.get_by_role("slider", name="key strength β").fill("12.5")
    before, link = shown(page), page.url
    page = visit().open(link.removeprefix(opened.site))
    page.locator(f"[id='{NAME}']").get_by_role("button", name="as recorded").wait_for()
    after = shown(page)
    assert after["strength"] == 12.5
    assert after["query"] == pytest.approx(before["query"], abs=0.01)
    assert after["lengths"] == pytest.approx(before["lengths"], abs=0.01)


@pytest.mark.parametrize("state", ["try=nonsense", "own=1,2,x", "lengths=0,0&strength=-3", "query=5&at=900", "strength="])
def test_a_broken_address_shows_the_recorded_state(visit, state):
    page = visit().open(f"{PLACE.embedded}#{NAME}:{state}")
    figure = page.locator(f"[id='{NAME}']")
    figure.get_by_role("button", name="as recorded").wait_for()
    assert shown(page)["strength"] == pytest.approx(given()["strength"])
    assert figure.get_by_role("button", name="as recorded").get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_in_the_figure_is_cut_off(visit, width):
    page = visit(width).open(PLACE.path)
    figure = awake(page, NAME)
    figure.get_by_role("button", name="one vector longer").click()
    cut = page.evaluate(
        """() => [...document.querySelectorAll("two-lookups .live :is(button, p, span, output, b, i)")]
             .filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== "inline")
             .map((node) => node.outerHTML.slice(0, 100))"""
    )
    assert cut == []
    box = figure.bounding_box()
    for text in figure.locator(".locations span").all():
        inner = text.bounding_box()
        assert inner["x"] >= box["x"] - 1
        assert inner["x"] + inner["width"] <= box["x"] + box["width"] + 1
        assert inner["height"] < 25
