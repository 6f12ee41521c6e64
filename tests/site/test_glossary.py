"""The words that are explained: as a list on their page, as a card where they are used."""

from playwright.sync_api import expect


def test_the_list_is_a_list(visit):
    page = visit(scripts=False).open("about/glossary/")
    words = page.locator("article dt")
    assert words.count() == page.locator("article dd").count() > 50
    assert page.locator("article").inner_text().count("\n: ") == 0


def test_the_meaning_appears_when_one_rests_on_a_word(visit):
    page = visit().open("attention/dot_product/")
    word = page.locator("article a[href$='glossary/#softmax']").first
    word.scroll_into_view_if_needed()
    word.hover()
    expect(page.locator(".md-tooltip2--active")).to_contain_text("sum to 1")


def test_a_word_leads_to_its_definition(visit):
    page = visit(390, touch=True).open("attention/dot_product/")
    word = page.locator("article a[href$='glossary/#softmax']").first
    word.scroll_into_view_if_needed()
    while page.evaluate("history.state?.y !== scrollY"):  # the theme notes the place a moment after scrolling
        page.wait_for_timeout(50)
    word.tap()
    page.wait_for_url("**/about/glossary/#softmax")
    expect(page.locator("dt#softmax")).to_be_in_viewport()
