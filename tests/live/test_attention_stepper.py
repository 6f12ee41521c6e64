"""The live figure that goes through attention step by step, as a reader uses it: mouse, keyboard, touch."""

import math
import re

import pytest
import torch
from playwright.sync_api import Page, expect

from tests.browser import rules_in, violations

from .figures import FIGURES, live, slider

PLACE = FIGURES["attention-stepper"]
STEPS = PLACE.name
NAMES = ["words", "project", "compare", "scale", "mask", "softmax", "mix"]


def steps() -> dict:
    """The published data of the stepper."""
    return live("attention/dot_product", "steps")


def recorded(name: str, layer: int) -> torch.Tensor:
    """A recorded array of an encoder layer, [head, word, feature]."""
    array = steps()["recorded"][layer][name]
    return torch.tensor(array["data"]).reshape(array["shape"])


def stepper(opened, state: str = "step=1", path: str = PLACE.embedded):
    """The awake stepper, in a state that the address names."""
    page = opened.open(f"{path}#{STEPS}:{state}")
    figure = page.locator("attention-stepper")
    figure.get_by_role("navigation", name="Steps").wait_for()
    return figure


def shown_step(figure) -> int:
    """The step that the stepper shows."""
    label = figure.locator("button[aria-current='step']").get_attribute("aria-label")
    return int(re.match(r"Step (\d)", label)[1])


def results(figure) -> list[float]:
    """The emphasised numbers of the line of arithmetic."""
    return [float(text.replace("−", "-")) for text in figure.locator(".live-arithmetic .result").all_inner_texts()]


def point(figure, matrix: str, row: int, column: int) -> None:
    """Go to a cell of a matrix by keyboard."""
    grid = figure.get_by_role("grid", name=matrix, exact=True)
    grid.focus()
    for key in ["Control+Home", *["ArrowDown"] * row, *["ArrowRight"] * column]:
        grid.press(key)


def fetched(page: Page, act) -> None:
    """Do something that needs the model's weights for the first time, and wait until it is done."""
    with page.expect_response("**/translation.safetensors"):
        act()
    expect(page.locator(".live-message")).to_be_empty()


def test_steps_by_buttons_and_arrows(visit):
    figure = stepper(visit())
    for number, name in enumerate(NAMES, start=1):
        figure.get_by_role("button", name=f"Step {number}: {name}").click()
        assert shown_step(figure) == number
    figure.get_by_role("button", name="Previous step").click()
    assert shown_step(figure) == 6
    figure.get_by_role("button", name="Next step").click()
    assert shown_step(figure) == 7
    expect(figure.get_by_role("button", name="Next step")).to_be_disabled()
    expect(figure.get_by_role("status").first).to_have_text("Step 7 of 7: mix")


def test_steps_by_keyboard(visit):
    figure = stepper(visit())
    figure.get_by_role("button", name="Step 1: words").focus()
    for key, step in [("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("ArrowLeft", 1), ("ArrowLeft", 1)]:
        figure.page.keyboard.press(key)
        assert shown_step(figure) == step


@pytest.mark.parametrize(("move", "step"), [((-120, 10), 4), ((120, 10), 2), ((-120, 200), 3), ((-20, 0), 3)])
def test_steps_by_swipe(visit, move, step):
    figure = stepper(visit(width=390, touch=True), "step=3", path=PLACE.path)
    figure.locator(".step-stage").evaluate(
        """(stage, [x, y]) => {
             const touch = (x, y) => new Touch({ identifier: 1, target: stage, clientX: x, clientY: y });
             const send = (type, all) => stage.dispatchEvent(new TouchEvent(type, { bubbles: true, ...all }));
             send("touchstart", { touches: [touch(200, 300)], changedTouches: [touch(200, 300)] });
             send("touchend", { touches: [], changedTouches: [touch(200 + x, 300 + y)] });
           }""",
        list(move),
    )
    assert shown_step(figure) == step


@pytest.mark.parametrize("width", [1280, 390])
def test_a_link_leads_to_a_state(visit, width):
    figure = stepper(visit(width), "step=6&layer=1&head=2&query=7", path=PLACE.path)
    assert shown_step(figure) == 6
    for label, text in [("Layer", "1"), ("Head", "2"), ("Which word asks?", steps()["words"][6])]:
        group = figure.get_by_role("group", name=label, exact=False)
        assert group.locator("[aria-pressed='true']").inner_text() == text
    expect(figure.locator(".live-steps")).to_be_in_viewport()


def test_the_state_stands_in_the_address(visit):
    figure = stepper(visit())
    figure.get_by_role("button", name="Step 3: compare").click()
    figure.get_by_role("group", name="Head").get_by_role("button", name="1").click()
    figure.locator(".words").get_by_role("button", name="street").click()
    assert figure.page.url.endswith(f"#{STEPS}:step=3&layer={steps()['layer'] + 1}&head=1&query=7")


def test_what_the_reader_changed_stands_in_the_address_too(visit):
    opened = visit()
    figure = stepper(opened)
    fetched(opened.page, lambda: figure.get_by_role("button", name="too wide .").click())
    figure.get_by_role("switch", name="divide by").click()
    slider(figure, "temperature").fill("2")
    expect(figure.locator(".french b")).to_have_text("elle")
    chosen = opened.page.url.split(f"#{STEPS}:")[1]
    other = stepper(visit(), chosen)
    expect(other.locator("form input")).to_have_value("the animal did not cross the street because it was too wide .")
    expect(other.get_by_role("switch", name="divide by")).not_to_be_checked()
    expect(other.get_by_role("switch", name="mask the padding")).to_be_checked()
    expect(slider(other, "temperature")).to_have_value("2")
    expect(other.locator(".words").get_by_role("button", name="wide")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_another_word_asks(visit, width):
    figure = stepper(visit(width), "step=3", path=PLACE.path)
    street = steps()["words"].index("street")
    figure.locator(".words").get_by_role("button", name="street").click()
    assert figure.locator(".live-arithmetic .query").inner_text() == "q(street)"
    assert figure.locator("tr.chosen").first.inner_text().strip().startswith("street")
    figure.locator("tbody th").get_by_role("button", name="animal").first.click()
    assert figure.locator(".live-arithmetic .query").inner_text() == "q(animal)"
    point(figure, "scores = Q Kᵀ", street, 0)
    figure.page.keyboard.press("Enter")
    assert figure.page.url.endswith(f"query={street + 1}")


def test_the_arithmetic_of_a_cell(visit):
    """Each step's number for one cell, against torch's for the recorded queries, keys and values."""
    layer, head, row, column = steps()["layer"], steps()["head"], 6, 1
    figure = stepper(visit(), "step=3")
    query, key, value = (recorded(name, layer)[head] for name in ("query", "key", "value"))
    score = query @ key.T
    scaled = score / math.sqrt(query.shape[1])
    padding = torch.tensor([word == "<pad>" for word in steps()["words"]])
    weights = torch.softmax(scaled.masked_fill(padding, -math.inf), dim=-1)
    output = weights @ value
    for step, matrix, found in [
        (3, "scores = Q Kᵀ", [score]),
        (4, "scaled", [score, scaled]),
        (6, "weights", [score, scaled, weights]),
        (7, "output", [output]),
    ]:
        figure.get_by_role("button", name=f"Step {step}").click()
        point(figure, matrix, row, column)
        assert results(figure) == pytest.approx([array[row, column].item() for array in found], abs=0.0051)


def test_a_masked_cell_says_so(visit):
    figure = stepper(visit(), "step=5")
    point(figure, "masked", 0, len(steps()["words"]) - 1)
    assert "padding: −∞" in figure.locator(".live-arithmetic").inner_text()
    assert figure.get_by_role("gridcell", name="<pad>: masked").is_visible()
    assert figure.locator("td.masked").first.inner_text() == "×"


def test_the_listing_follows_the_step(visit):
    figure = stepper(visit(), path=PLACE.path)
    now = figure.page.locator(f".listing[data-for='{STEPS}'] .now")
    for step, digit in [(2, "②"), (3, "③"), (7, "⑦")]:
        figure.get_by_role("button", name=f"Step {step}").click()
        assert now.count() >= 1
        assert all(digit in line for line in now.all_inner_texts())


def test_another_sentence_gets_another_pronoun(visit):
    figure = stepper(visit(), "step=6")
    expect(figure.locator(".french b")).to_have_text("il")
    fetched(figure.page, lambda: figure.get_by_role("button", name="… too wide .").click())
    expect(figure.locator(".french b")).to_have_text("elle")
    assert figure.get_by_role("textbox").input_value().endswith("too wide .")
    assert figure.locator("thead th").last.inner_text() == "<pad>"


def test_without_the_division_the_weights_are_those_of_torch(visit):
    """In the first layer: what goes into it does not depend on the division."""
    figure = stepper(visit(), f"step=6&layer=1&head={steps()['head'] + 1}&query=2")
    query, key = (recorded(name, 0)[steps()["head"]] for name in ("query", "key"))
    padding = torch.tensor([word == "<pad>" for word in steps()["words"]])
    scores = (query @ key.T).masked_fill(padding, -math.inf)
    column = int(scores[1].argmax())
    point(figure, "weights", 1, column)
    before = results(figure)[-1]
    fetched(figure.page, lambda: figure.get_by_role("switch", name="divide by").click())
    point(figure, "weights", 1, column)
    wanted = torch.softmax(scores, dim=-1)[1, column].item()
    assert results(figure)[-1] == pytest.approx(wanted, abs=0.0051)
    assert abs(wanted - before) > 0.02
    assert "not divided" in figure.locator(".live-arithmetic").inner_text()


def test_without_the_mask_the_padding_is_seen(visit):
    figure = stepper(visit(), "step=6")
    assert figure.locator("td.masked").count() > 0
    fetched(figure.page, lambda: figure.get_by_role("switch", name="mask the padding").click())
    assert figure.locator("td.masked").count() == 0


def test_a_higher_temperature_evens_the_weights(visit):
    figure = stepper(visit(), "step=6")
    before = results(figure)[-1]
    fetched(figure.page, lambda: figure.get_by_role("slider", name="temperature").fill("4"))
    assert results(figure)[-1] < before


def test_reset_brings_everything_back(visit):
    figure = stepper(visit(), "step=6")
    before = (figure.locator(".live-arithmetic").inner_text(), figure.locator(".french").inner_text())
    fetched(figure.page, lambda: figure.get_by_role("button", name="… too wide .").click())
    figure.get_by_role("switch", name="divide by").click()
    figure.get_by_role("group", name="Layer").get_by_role("button", name="1").click()
    figure.get_by_role("button", name="Reset").click()
    after = (figure.locator(".live-arithmetic").inner_text(), figure.locator(".french").inner_text())
    assert after == before
    assert figure.get_by_role("switch", name="divide by").is_checked()
    assert figure.get_by_role("textbox").input_value().endswith("too tired .")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [("", "Write a sentence first"), ("the animal " * 20, "at most 30"), ("the animel did not sleep", "“animel”")],
)
def test_a_sentence_that_cannot_be_read_loses_nothing(visit, sentence, said):
    figure = stepper(visit(), "step=6")
    before = figure.locator(".step-view").inner_text()
    figure.get_by_role("textbox").fill(sentence)
    figure.get_by_role("button", name="Run").click()
    expect(figure.locator(".live-message")).to_contain_text(said)
    assert figure.get_by_role("textbox").input_value() == sentence
    assert figure.locator(".step-view").inner_text() == before


def test_an_unknown_word_gets_offers(visit):
    figure = stepper(visit(width=390), "step=6", path=PLACE.path)
    figure.get_by_role("textbox").fill("The animel was too tired")
    figure.get_by_role("textbox").press("Enter")
    message = figure.locator(".live-message")
    expect(message).to_contain_text("it does not know “animel”")
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 390
    fetched(figure.page, lambda: message.get_by_role("button", name="animal", exact=True).click())
    assert figure.locator("tbody th").first.inner_text() == "the"
    assert figure.get_by_role("textbox").input_value() == "the animal was too tired"


def test_weights_that_cannot_be_fetched_leave_the_recorded_run(visit):
    opened = visit()
    figure = stepper(opened, "step=6")
    before = figure.locator(".step-view").inner_text()
    opened.page.route("**/translation.safetensors", lambda route: route.abort())
    figure.get_by_role("button", name="… too wide .").click()
    expect(figure.locator(".live-message")).to_contain_text("could not be fetched")
    assert figure.locator(".step-view").inner_text() == before
    assert opened.complaints
    opened.complaints.clear()
    opened.page.unroute("**/translation.safetensors")
    fetched(opened.page, lambda: figure.get_by_role("button", name="… too wide .").click())
    expect(figure.locator(".french b")).to_have_text("elle")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_label_can_be_read_and_nothing_is_cut_off(visit, width):
    figure = stepper(visit(width), path=PLACE.path)
    for step in range(1, len(NAMES) + 1):
        figure.get_by_role("button", name=f"Step {step}").click()
        names = figure.locator("tbody th > *")
        assert names.all_inner_texts() == steps()["words"], step
        assert names.evaluate_all("(all) => all.every((name) => name.scrollWidth <= name.clientWidth)"), step
        assert figure.locator("tbody tr").evaluate_all("(all) => all.every((row) => row.offsetHeight <= 22)"), step
        edge = figure.evaluate("(figure) => figure.closest('figure').getBoundingClientRect().right")
        rights = figure.locator("tr > :last-child").evaluate_all("(all) => all.map((cell) => cell.getBoundingClientRect().right)")
        assert max(rights) <= edge + 1, step
        cells = figure.locator("tr.chosen td")
        assert cells.evaluate_all("(all) => all.every((cell) => cell.scrollWidth <= cell.clientWidth + 1)"), step


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_any_state(visit, width, scheme):
    opened = visit(width, scheme)
    figure = stepper(opened, path=PLACE.path)
    for step in range(1, 8):
        figure.get_by_role("button", name=f"Step {step}").click()
        assert violations(opened.page, "attention-stepper", rules_in(scheme)) == []
