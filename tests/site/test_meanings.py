"""What a fact or a checked sentence means opens for a mouse, a finger and the keyboard."""

import re

import pytest
from playwright.sync_api import expect

PATH = "attention/dot_product/"
CARD = ".md-tooltip2--active"


def facts(page):
    """The facts of a paragraph that has several."""
    several = page.locator("article p:has(.fact ~ .fact ~ .fact)").first
    several.scroll_into_view_if_needed()
    return several.locator(".fact")


def meaning(fact) -> str:
    """The first words of what a fact means; the theme takes them off the element while it shows them."""
    return re.match(r"[^.]*", fact.get_attribute("title"))[0]


def test_a_mouse_that_rests(visit):
    fact = facts(visit().open(PATH)).first
    said = meaning(fact)
    fact.hover()
    expect(fact.page.locator(CARD)).to_contain_text(said)


def test_a_tap(visit):
    fact = facts(visit(390, touch=True).open(PATH)).first
    said = meaning(fact)
    fact.tap()
    expect(fact.page.locator(CARD)).to_contain_text(said)


def test_the_keyboard(visit):
    """One stop of the Tab key for a paragraph, arrow keys within it."""
    first, second = facts(visit().open(PATH)).all()[:2]
    said = [meaning(fact) for fact in (first, second)]
    assert [first.evaluate("(fact) => fact.tabIndex"), second.evaluate("(fact) => fact.tabIndex")] == [0, -1]
    for key, fact, words in (("Shift", first, said[0]), ("ArrowRight", second, said[1]), ("ArrowLeft", first, said[0])):
        first.focus() if key == "Shift" else first.page.keyboard.press(key)
        expect(fact).to_be_focused()
        expect(first.page.locator(CARD).filter(has_text=words)).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_sentences_mark_is_in_the_margin_where_there_is_one(visit, width):
    page = visit(width).open(PATH)
    claim = page.locator("article p .claim").first
    assert claim.evaluate("(claim) => getComputedStyle(claim, '::before').position") == ("absolute" if width == 1280 else "static")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
