"""The live figure about reading and writing, as a reader uses it: mouse, keyboard, touch."""

import re

import pytest
import torch

from explainers.models import ntm
from tests.browser import rules_in, violations

from .figures import FIGURES, address, live

PLACE = FIGURES["write-bench"]
BENCH = PLACE.name
PRESETS = ("as recorded", "sharp write", "blurred write", "erase nothing", "write nothing", "two writes at once")
MATRICES = (
    "memory before", "⑤ kept: 1 − w e", "⑤ after erase = before × kept", "⑥ added: w a", "⑥ after add = erased + added",
    "⑦ weight × vector; their sum r",
)  # fmt: skip
TOLERANCE = 1e-5


def bench(opened, state: str = "preset=as recorded", path: str = PLACE.embedded):
    """The awake figure, in a state that the address names."""
    page = opened.open(f"{path}#{BENCH}:{state}")
    figure = page.locator("write-bench")
    figure.get_by_role("button", name="as recorded").wait_for()
    return figure


def recorded() -> dict:
    """What the build gave the figure."""
    return live("memory/reading_and_writing", "bench")


def shown(figure) -> dict:
    """The numbers that the figure computed."""
    return {name: torch.tensor(values, dtype=torch.double) for name, values in figure.evaluate("(bench) => bench.now").items() if name != "places"}


def slider(figure, name: str):
    """The first row of bars of a name."""
    return figure.get_by_role("slider", name=re.compile(f"^{name}")).first


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("preset", PRESETS)
def test_the_numbers_are_those_of_torch(visit, preset, times):
    figure = bench(visit(), f"preset={preset}&times={times}")
    now = shown(figure)
    where, erase, add = now["writing"][None, None], now["erase"][None, None], now["add"][None, None]
    start = recorded()["memory"]
    memory = torch.tensor(start["data"], dtype=torch.double).reshape(1, *start["shape"])
    for _ in range(times - 1):
        memory = ntm.erase_and_add(memory, where, erase, add)
    after = ntm.erase_and_add(memory, where, erase, add)
    wanted = {
        "memory": memory[0],
        "kept": ntm.erase_and_add(torch.ones_like(memory), where, erase, 0 * add)[0],
        "erased": ntm.erase_and_add(memory, where, erase, 0 * add)[0],
        "added": (where.mT @ add)[0],
        "after": after[0],
        "readVector": ntm.read(after, now["reading"][None, None])[0, 0],
    }
    for name, values in wanted.items():
        assert (now[name] - values).abs().max() <= TOLERANCE, name


def test_as_recorded_the_numbers_are_the_recorded_ones(visit):
    now = shown(bench(visit()))
    for name in ("writing", "erase", "add", "reading"):
        assert (now[name] - torch.tensor(recorded()[name]["data"], dtype=torch.double)).abs().max() <= TOLERANCE


def test_what_each_button_shows(visit):
    figure = bench(visit())
    old = recorded()["old"]
    found = {}
    for preset in PRESETS:
        figure.get_by_role("button", name=preset).click()
        assert figure.get_by_role("button", name=preset).get_attribute("aria-pressed") == "true"
        found[preset] = shown(figure)
    assert torch.equal(found["sharp write"]["after"][old], found["sharp write"]["add"])
    assert torch.equal(found["write nothing"]["after"], found["write nothing"]["memory"])
    piled = found["erase nothing"]
    assert torch.allclose(piled["after"][old], piled["memory"][old] + piled["add"])
    assert sorted(found["two writes at once"]["writing"].tolist())[-3:] == [0, 0.5, 0.5]
    assert found["blurred write"]["writing"].max() == 0.375


def test_a_dragged_weighting_stays_a_distribution(visit):
    figure = bench(visit())
    page, bars = figure.page, slider(figure, "w, write weighting")
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    y = box["y"] + box["height"] / 12  # the first of six places
    page.mouse.move(box["x"] + 4, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, y, steps=5)
    page.mouse.up()
    writing = shown(figure)["writing"]
    assert writing[0] == pytest.approx(0.5, abs=0.1)
    assert writing.sum() == pytest.approx(1)
    assert "writing=" in address(page) and "preset" not in address(page)


def test_a_value_with_a_sign_is_dragged_to_where_the_pointer_is(visit):
    figure = bench(visit())
    bars = slider(figure, "a, what to add")
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    x = box["x"] + box["width"] * 2.5 / 8
    figure.page.mouse.move(x, box["y"] + box["height"] / 2)
    figure.page.mouse.down()
    figure.page.mouse.move(x, box["y"] + box["height"] * 0.75, steps=3)
    figure.page.mouse.up()
    assert shown(figure)["add"][2] == pytest.approx(-0.5, abs=0.05)
    for beyond, end in ((box["height"] + 30, -1), (-30, 1)):
        figure.page.mouse.move(x, box["y"] + box["height"] / 2)
        figure.page.mouse.down()
        figure.page.mouse.move(x, box["y"] + beyond, steps=3)
        figure.page.mouse.up()
        assert shown(figure)["add"][2] == end


@pytest.mark.parametrize(
    ("name", "keys", "which", "at", "by"),
    [
        ("w, write weighting", ["Home", "ArrowDown", "ArrowRight", "ArrowRight"], "writing", 1, 0.1),
        ("w, read weighting", ["Home", "PageUp"], "reading", 0, 0.25),
        ("e, what to erase", ["Home", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp"], "erase", 2, 0.1),
        ("a, what to add", ["Home", "ArrowUp", "ArrowUp"], "add", 0, 0.1),
    ],
)
def test_bars_by_keyboard(visit, name, keys, which, at, by):
    figure = bench(visit())
    before = shown(figure)[which]
    slider(figure, name).focus()
    for key in keys:
        figure.page.keyboard.press(key)
    assert shown(figure)[which][at] - before[at] == pytest.approx(by, abs=1e-3)


def test_bars_by_touch(visit):
    """The first tap picks a place, so that a finger can scroll past; in focus, a drag changes the bar."""
    figure = bench(visit(width=390, touch=True), path=PLACE.path)
    bars = slider(figure, "e, what to erase")
    bars.scroll_into_view_if_needed()
    box, before = bars.bounding_box(), shown(figure)["erase"]
    x = box["x"] + box["width"] * 5.5 / 8
    figure.page.touchscreen.tap(x, box["y"] + 10)
    assert torch.equal(shown(figure)["erase"], before)
    assert "feature 5" in bars.get_attribute("aria-valuetext")
    bars.focus()
    send = """(bars, [type, x, y]) => bars.dispatchEvent(new PointerEvent(type,
        { bubbles: true, pointerType: "touch", pointerId: 1, isPrimary: true, button: 0, clientX: x, clientY: y }))"""
    bars.evaluate("(bars) => (bars.setPointerCapture = () => {})")
    box = bars.bounding_box()
    low = box["y"] + box["height"] - 4
    for kind, y in (("pointerdown", low - 30), ("pointermove", low - 10), ("pointermove", low), ("pointerup", low)):
        bars.evaluate(send, [kind, x, y])
    assert shown(figure)["erase"][5] == pytest.approx(0.1, abs=0.15)


@pytest.mark.parametrize(("number", "digit"), [(0, "⑤"), (1, "⑤"), (2, "⑤"), (3, "⑥"), (4, "⑥"), (5, "⑦")])
def test_a_cell_gives_its_arithmetic_and_its_line(visit, number, digit):
    figure = bench(visit(), "preset=blurred write", path=PLACE.path)
    now, old = shown(figure), recorded()["old"]
    grid = figure.get_by_role("grid", name=MATRICES[number], exact=True)
    grid.locator("tbody tr").nth(old).locator("td").nth(2).hover()
    shares = now["reading"][:, None] * now["after"]
    values = [now["memory"], now["kept"], now["erased"], now["added"], now["after"], shares][number]
    told = figure.locator(".numbers").inner_text().replace("−", "-")
    assert float(told.split("=")[-1]) == pytest.approx(values[old, 2].item(), abs=6e-4)
    lit = figure.page.locator(f".listing[data-for='{BENCH}'] .now").all_inner_texts()
    assert lit and all(digit in line for line in lit)


def test_the_sum_that_is_read(visit):
    figure = bench(visit(), "preset=blurred write")
    grid = figure.get_by_role("grid", name=MATRICES[5], exact=True)
    grid.focus()
    for key in ("Control+End", "Home", "ArrowRight"):
        grid.press(key)
    told = figure.locator(".numbers").inner_text().replace("−", "-")
    assert float(told.split("=")[-1]) == pytest.approx(shown(figure)["readVector"][1].item(), abs=6e-4)
    assert "r[1]" in figure.locator(".arithmetic .names").inner_text()
    grid.press("Enter")
    assert "stage=read" in address(figure.page)


def test_what_came_of_the_write_is_told(visit):
    figure = bench(visit(), "preset=blurred write")
    now = shown(figure)
    apart = 100 * (now["readVector"] - now["add"]).norm() / now["add"].norm()
    moved = (now["after"] - now["memory"]).abs().amax(-1)
    focus = int(now["writing"].argmax())
    most = max(float(each) for place, each in enumerate(moved) if place != focus)
    assert f"What is read is {apart:.0f} % of |a| away from a. No number outside location" in figure.inner_text()
    assert f"changes by more than {most:.2f}." in figure.inner_text()


def test_a_link_brings_a_changed_state_back(visit):
    figure = bench(visit())
    slider(figure, "a, what to add").focus()
    for key in ("Home", "ArrowUp", "ArrowUp", "ArrowRight", "PageDown"):
        figure.page.keyboard.press(key)
    figure.get_by_role("slider", name="The same write").fill("3")
    before, state = shown(figure), figure.page.evaluate("location.hash").split(":", 1)[1]
    again = shown(bench(visit(), state))
    for name in ("writing", "add", "after", "readVector"):
        assert (again[name] - before[name]).abs().max() <= 0.01


@pytest.mark.parametrize("state", ["writing=1,2", "writing=0,0,0,0,0,0", "erase=a,b", "times=99&stage=none&location=77", ""])
def test_an_address_that_makes_no_sense_leaves_the_recorded_step(visit, state):
    now = shown(bench(visit(), state))
    assert (now["writing"] - torch.tensor(recorded()["writing"]["data"], dtype=torch.double)).abs().max() <= TOLERANCE


def test_reset_brings_everything_back(visit):
    figure = bench(visit())
    before = figure.inner_text()
    figure.get_by_role("button", name="two writes at once").click()
    figure.get_by_role("slider", name="The same write").fill("4")
    assert figure.inner_text() != before
    figure.get_by_role("button", name="Reset").click()
    assert figure.inner_text() == before


@pytest.mark.parametrize("width", [1280, 390])
def test_every_label_can_be_read_and_nothing_is_cut_off(visit, width):
    figure = bench(visit(width), path=PLACE.path)
    for preset in PRESETS:
        figure.get_by_role("button", name=preset).click()
        assert figure.page.evaluate("document.documentElement.scrollWidth") <= width
        edge = figure.evaluate("(figure) => figure.closest('figure').getBoundingClientRect().right")
        rights = figure.locator("td, th, button, .bars, .live-legend").evaluate_all("(all) => all.map((part) => part.getBoundingClientRect().right)")
        assert max(rights) <= edge + 1
        names = figure.locator("tbody th > *, tr.chosen td, .live-matrix-title b, .bar-name")
        assert names.evaluate_all("(all) => all.every((name) => name.scrollWidth <= name.clientWidth + 1 || !name.clientWidth)")
        sizes = figure.locator("tr.chosen td").evaluate_all("(all) => all.map((c) => parseFloat(getComputedStyle(c).fontSize))")
        assert min(sizes) >= 7.5


def test_the_bars_stand_beside_the_rows_of_the_matrix(visit):
    figure = bench(visit())
    for card in figure.locator(".card.steered").all():
        rows = [row.bounding_box() for row in card.locator("tbody tr").all()][:6]
        bars = card.locator(".bars.sideways").bounding_box()
        assert bars["y"] == pytest.approx(rows[0]["y"], abs=2.5)
        assert bars["y"] + bars["height"] == pytest.approx(rows[-1]["y"] + rows[-1]["height"], abs=2.5)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_any_state(visit, width, scheme):
    opened = visit(width, scheme, calm=True)
    figure = bench(opened, path=PLACE.path)
    for preset in PRESETS:
        figure.get_by_role("button", name=preset).click()
        assert violations(opened.page, "write-bench", rules_in(scheme)) == []
