"""The search costs a reader nothing who does not search, and answers one who does at the first try."""

import json
import re
from html import unescape

import pytest
from markdown import Markdown
from playwright.sync_api import expect

from explainers.kit.files import ROOT

PAGE = "memory/copy/"
LENS = "label.md-header__button[for=__search]"


@pytest.fixture(params=[1280, 390])
def opened(visit, request):
    """A page that has come to rest, wide and narrow, and the search's files that it asked for since it was opened."""
    page = visit(request.param, touch=request.param == 390).page
    asked = []
    page.context.on("request", lambda each: asked.append(each.url) if "search" in each.url.split("/")[-1] else None)
    return page, asked


def settle(page, address: str) -> None:
    """Go there, wait until nothing is loaded any more, and move about as a reader does."""
    page.goto(address, wait_until="networkidle")
    page.mouse.move(200, 300)
    page.mouse.wheel(0, 500)
    page.wait_for_timeout(300)


def found(page):
    """The first result."""
    return page.locator(".md-search-result__link").first


def files(asked: list[str]) -> list[str]:
    """What was asked for: the index and the worker; the script that makes them wait is no part of it."""
    return [address for address in asked if not address.endswith("material/search.js")]


def open_search(page) -> None:
    """Click into the field, or tap on the lens where the field is hidden."""
    if page.viewport_size["width"] > 1000:
        page.locator("input.md-search__input").click()
    else:
        page.locator(LENS).tap()


def test_nothing_is_loaded_before_the_search_is_opened(opened, site):
    page, asked = opened
    settle(page, site + PAGE)
    assert files(asked) == []


def test_the_first_word_finds_something(opened, site):
    page, asked = opened
    settle(page, site + PAGE)
    open_search(page)
    page.keyboard.type("softmax")
    expect(found(page)).to_be_visible()
    expect(page.locator(".md-search-result__meta")).to_contain_text("matching documents")
    assert len([address for address in asked if address.endswith("search_index.json")]) == 1


def test_words_typed_before_the_index_is_there_are_not_lost(opened, site):
    page, _ = opened
    page.route("**/search_index.json", lambda route: page.wait_for_timeout(1500) or route.continue_())
    settle(page, site + PAGE)
    open_search(page)
    page.keyboard.type("softmax")
    expect(found(page)).to_be_visible()


@pytest.mark.parametrize("key", ["/", "s", "f"])
def test_the_keyboard_alone_is_enough(visit, site, key):
    page = visit().page
    settle(page, site + PAGE)
    page.keyboard.press(key)
    page.keyboard.type("softmax")
    expect(found(page)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: PAGE not in address)
    expect(page.locator(".md-content article")).to_contain_text("softmax")


def test_it_works_after_going_to_another_page_as_well(opened, site):
    page, asked = opened
    settle(page, site + PAGE)
    page.locator("article a[href*='addressing/']").first.click()
    page.wait_for_url("**/addressing/**")
    page.wait_for_timeout(500)
    assert files(asked) == []
    open_search(page)
    page.keyboard.type("softmax")
    expect(found(page)).to_be_visible()
    assert len([address for address in asked if address.endswith("search_index.json")]) == 1


def test_an_address_with_a_question_in_it_is_answered(visit, site):
    page = visit().page
    page.goto(site + PAGE + "?q=softmax")
    expect(found(page)).to_be_visible()


NUMBER = re.compile(r"[-−≤≥±]?\d[\d.,%]*(e[-−+]?\d+)?")


def longest_wall(text: str) -> int:
    """How many numbers follow each other without a word between them."""
    longest = now = 0
    for token in re.findall(r"[^\s:;,()=|]+", text):
        now = now + 1 if NUMBER.fullmatch(token.strip(".,%·")) else 0
        longest = max(longest, now)
    return longest


def test_no_figure_and_no_table_of_numbers_is_in_the_index(site):
    index = json.loads((ROOT / "site/search/search_index.json").read_bytes())
    assert len(index["docs"]) > 100
    texts = {part["location"]: unescape(re.sub(r"<pre>.*?</pre>|<[^>]+>", " ", part["text"], flags=re.S)) for part in index["docs"]}
    assert {place: text for place, text in texts.items() if longest_wall(text) > 5} == {}
    assert longest_wall("it: 127: 0.0667; 126: 0.0044; 125: 3e-05.") == 6
    assert [place for place, text in texts.items() if "The numbers as CSV" in text or "how it was made" in text] == []
    assert [place for place, text in texts.items() if re.search(r"Data CSV JSON|Image SVG|Embed Source", " ".join(text.split()))] == []
    caption = json.loads((ROOT / "docs/built/memory/copy.json").read_bytes())["figures"]["memory_use"]["text"]
    assert any(caption in text for place, text in texts.items() if place.startswith("memory/copy/"))


def test_numbers_in_a_table_of_the_prose_are_left_out_and_words_are_not():
    table = "| task | error |\n| --- | --- |\n| the copy task | 0.25 |\n| 80 | ≤ 3 % |"
    cells = re.findall("<td(.*?)>(.*?)</td>", Markdown(extensions=["tables", "explainers.kit.site.markdown"]).convert(table))
    left_out = ' data-search-exclude=""'
    assert cells == [("", "the copy task"), (left_out, "0.25"), (left_out, "80"), (left_out, "≤ 3 %")]


def test_the_first_answer_to_softmax_is_the_page_that_explains_it(opened, site):
    page, _ = opened
    settle(page, site + PAGE)
    open_search(page)
    page.keyboard.type("softmax")
    expect(found(page)).to_have_attribute("href", re.compile(r"/attention/dot_product/"))
    page.wait_for_timeout(300)  # no later answer takes its place
    expect(found(page)).to_have_attribute("href", re.compile(r"/attention/dot_product/"))
    expect(found(page)).not_to_contain_text(re.compile(r"(\d+: [\d.]+; ){2}"))
