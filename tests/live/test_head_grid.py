"""The live figure of all heads, as a reader uses it: heads are silenced, and lead to the stepper."""

import pytest
from playwright.sync_api import expect

from tests.browser import rules_in, violations

from .figures import FIGURES, live

PLACE = FIGURES["head-grid"]
HEADS = PLACE.name


def heads() -> dict:
    """The published data of the grid of heads."""
    return live("attention/multi_head", "all_heads")


def head_grid(opened):
    """The awake grid of heads, with the model's weights."""
    page = opened.open(f"{PLACE.path}#{HEADS}:query={heads()['query'] + 1}")
    figure = page.locator("head-grid")
    figure.get_by_role("group", name="Which word asks?").wait_for()
    return figure


@pytest.mark.parametrize("width", [1280, 390])
def test_a_silenced_head_gives_nothing_and_tells_what_was_measured(visit, width):
    figure = head_grid(visit(width))
    layer, head = heads()["layer"], heads()["head"]
    label = f"{layer + 1}.{head + 1}"
    share = figure.locator(".waterfall > div").nth(head).locator("b")
    figure.locator(".below").scroll_into_view_if_needed()
    share.wait_for()
    before = figure.locator(".waterfall").inner_text()
    assert share.inner_text() not in ("0.00", "−0.00")
    figure.get_by_role("button", name=f"Silence head {label}").click()
    assert figure.get_by_role("button", name=f"Silence head {label}").get_attribute("aria-pressed") == "true"
    expect(share).to_have_text("0.00")
    measured = heads()["ablations"][f"{layer},{head}"]
    for number in [*measured.values(), *heads()["intact"].values()]:
        expect(figure.locator(".measured")).to_contain_text(f"{100 * number:.1f} %")
    figure.get_by_role("button", name="Let all heads speak again").click()
    assert figure.locator(".waterfall").inner_text() == before
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= width


def test_pointing_at_a_cell_tells_who_looks_at_whom(visit):
    figure = head_grid(visit())
    words = figure.locator(".words button").all_inner_texts()
    picture = figure.get_by_role("grid", name="Weights of head 1.2")
    picture.scroll_into_view_if_needed()
    box, size = picture.bounding_box(), int(picture.get_attribute("aria-rowcount"))
    row, column = words.index("street"), words.index("animal")
    picture.hover(position={"x": box["width"] * (column + 0.5) / size, "y": box["height"] * (row + 0.5) / size})
    expect(figure).to_contain_text("Head 1.2: “street” gives")
    expect(figure).to_contain_text("of its weight to “animal”.")
    figure.page.mouse.move(5, 5)
    expect(figure).to_contain_text(f"“{words[heads()['query']]}” looks most:")


@pytest.mark.parametrize("width", [1280, 390])
def test_step_through_leads_to_the_head_in_the_stepper(visit, width):
    figure = head_grid(visit(width))
    figure.locator(".words").get_by_role("button", name="street").click()
    figure.get_by_role("link", name="Step through head 1.2").click()
    page = figure.page
    page.wait_for_url("**/attention/dot_product/*")
    there = page.locator("attention-stepper")
    expect(there.locator("button[aria-current='step']")).to_have_attribute("aria-label", "Step 6: softmax")
    for label, text in [("Layer", "1"), ("Head", "2"), ("Which word asks?", "street")]:
        assert there.get_by_role("group", name=label).locator("[aria-pressed='true']").inner_text() == text
    expect(there.locator(".live-steps")).to_be_in_viewport()


def test_the_name_of_the_output_matrix_has_a_subscript(visit):
    figure = head_grid(visit())
    figure.locator(".below").scroll_into_view_if_needed()
    expect(figure.locator(".matrix-name sub").first).to_have_text("O")
    assert "W_O" not in figure.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(visit, width, scheme):
    figure = head_grid(visit(width, scheme))
    figure.locator(".below").scroll_into_view_if_needed()
    figure.locator(".waterfall b").first.wait_for()
    figure.get_by_role("button", name="Silence head 1.1").click()
    assert violations(figure.page, "head-grid", rules_in(scheme)) == []


def test_silent_heads_stand_in_the_address(visit):
    figure = head_grid(visit())
    for name in ("1.1", "2.3"):
        figure.get_by_role("button", name=f"Silence head {name}").click()
    link = figure.page.url
    assert link.endswith("&silenced=1.1%2C2.3")
    opened = visit()
    page = opened.open(f"{PLACE.path}#{link.split('#')[1]}")
    for name, pressed in (("1.1", "true"), ("1.2", "false"), ("2.3", "true")):
        expect(page.get_by_role("button", name=f"Silence head {name}")).to_have_attribute("aria-pressed", pressed)
