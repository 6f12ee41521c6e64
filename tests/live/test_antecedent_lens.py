"""The live figure of what *it* means, as a reader of the first page uses it."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("width", [1280, 390])
def test_the_ending_decides_what_it_means(visit, width):
    page = visit(width).open("")
    lens = page.locator("antecedent-lens")
    for ending, noun, pronoun in [("wide", "street", "elle"), ("tired", "animal", "il")]:
        lens.get_by_role("button", name=ending).click()
        expect(lens.get_by_role("status")).to_contain_text(f"to “{noun}”")
        expect(lens.locator(".most .lens-word")).to_have_text(noun)
        expect(lens.locator(".french b")).to_have_text(pronoun)


def test_on_a_narrow_screen_the_arc_covers_no_word(visit):
    page = visit(width=390).open("")
    sentence, word, asks = (page.locator(f"antecedent-lens {part}").bounding_box() for part in (".lens-sentence", "div.most", ".asks"))
    arc = page.locator("antecedent-lens path.most").evaluate("(path) => [path.getBBox().y, path.getBBox().height]")
    assert sentence["y"] + arc[0] >= word["y"] + word["height"] - 1
    assert sentence["y"] + sum(arc) <= asks["y"] + 1


def test_a_link_leads_to_the_other_ending(visit):
    page = visit().open("")
    page.locator("antecedent-lens").get_by_role("button", name="wide").click()
    state = page.url.split("#")[1]
    other = visit().open(f"#{state}")
    expect(other.locator("antecedent-lens .french b")).to_have_text("elle")
