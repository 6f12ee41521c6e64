"""A page on paper: light whatever the scheme, figures whole, nothing folded away."""

import base64
import re
import zlib

import pytest
from markdown import Markdown
from playwright.sync_api import expect

from tests.browser import PAGES, evidence, wake

A4 = 1123 - 2 * 38  # pixels that a page is high, between its margins
WIDE = 794 - 2 * 38
A5 = 559 - 2 * 38  # so narrow that a screen would show the narrow pictures


def contrast_with_white(red: float, green: float, blue: float) -> float:
    """The contrast of a colour, its parts from 0 to 1, with white paper (WCAG 2.2)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def colours_of_text(pdf: bytes) -> list[tuple[float, ...]]:
    """The colour of each piece of text in a PDF file, as its drawing commands set it."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, flags=re.S):
        try:
            commands = zlib.decompress(stream)
        except zlib.error:
            continue
        colour, kept = (0.0, 0.0, 0.0), []
        for rgb, grey, command in re.findall(rb"((?:[\d.]+ ){3})rg\s|([\d.]+) g\s|\b(q|Q|Tj|TJ)\s", commands):
            if rgb or grey:
                colour = tuple(float(part) for part in rgb.split()) or (float(grey),) * 3
            elif command == b"q":
                kept.append(colour)
            elif command == b"Q" and kept:
                colour = kept.pop()
            elif command in (b"Tj", b"TJ"):
                found.append(colour)
    return found


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("awake", [False, True])
def test_every_figure_is_its_static_picture_fits_on_a_page_and_can_be_read_on_white_paper(visit, path, awake):
    page = visit(scheme="dark").open(path)
    if awake:
        wake(page)  # so that the figures are drawn in the colours of the dark page
    if awake and path:
        page.locator(".fig-stage.drawn").first.wait_for()
        assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
        colours = colours_of_text(page.pdf())
        assert len(colours) > 200
        assert [colour for colour in colours if contrast_with_white(*colour) < 4.4] == []
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDE, "height": A4})
    figures = page.locator("figure.fig")
    assert figures.count() >= 1
    for number in range(figures.count()):
        figure = figures.nth(number)
        stage = figure.locator(".fig-stage")
        assert figure.locator(".fig-stage > svg:visible").count() == 1
        assert figure.locator(".fig-plot:visible, .live:visible").count() == 0
        assert stage.evaluate("(stage) => getComputedStyle(stage).breakInside") == "avoid"
        assert stage.evaluate("(stage) => stage.getBoundingClientRect().height") < A4
        assert figure.locator("svg.wide text").first.evaluate("(text) => getComputedStyle(text).fill") == "rgb(34, 38, 43)"
    page.set_viewport_size({"width": A5, "height": A4})
    assert page.locator(".fig-stage > svg.wide:visible").count() == figures.count()
    assert page.locator(".fig-stage > svg.narrow:visible").count() == 0


def test_what_is_folded_away_is_open_and_no_table_of_all_numbers_is_printed(visit):
    page = visit(scheme="dark").open("attention/dot_product/")
    folded = page.locator(".fig-evidence dl")
    assert folded.first.is_hidden()
    evidence(page.locator("figure.fig").first).locator(".fig-numbers summary").click()
    page.locator(".fig-table").wait_for()  # the one that the reader asked for
    page.emulate_media(media="print")
    assert page.locator("article details").count() > 5
    for number in range(folded.count()):
        assert folded.nth(number).is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".fig-numbers:not([open])")).to_have_count(0)  # the theme opens them too
    page.wait_for_timeout(500)
    assert page.locator(".fig-table").count() == 1  # and no other was loaded
    assert page.locator(".fig-table:visible, .fig-png:visible").count() == 0


def test_the_target_of_a_link_that_leaves_the_site_is_written_out(visit):
    linked = Markdown(extensions=["explainers.kit.site.markdown"]).convert("[paper](https://example.org/paper) [page](other.md)")
    page = visit().open("memory/copy/")
    page.locator("article").evaluate("(article, linked) => article.insertAdjacentHTML('beforeend', linked)", linked)
    page.emulate_media(media="print")
    after = "(link) => getComputedStyle(link, '::after').content"
    assert page.locator("a[href='https://example.org/paper']").evaluate(after) == '" (https://example.org/paper)"'
    assert page.locator("a[href='other.md']").evaluate(after) == "none"


@pytest.mark.parametrize("path", ["built/attention/dot_product.scaling.html", "built/attention/dot_product.scaling.svg", "about/gallery/"])
def test_what_stands_alone_is_light_too(browser, site, path):
    page = browser.new_context(color_scheme="dark").new_page()
    page.goto(site + path, wait_until="networkidle")
    assert dark_share(page) > 0.8
    page.emulate_media(media="print")
    assert dark_share(page) < 0.2
    page.context.close()


def dark_share(page) -> float:
    """How much of what a page shows is dark. The browser decodes its own screenshot."""
    address = "data:image/png;base64," + base64.b64encode(page.screenshot()).decode()
    blank = page.context.new_page()
    return blank.evaluate(
        """async (address) => {
          const picture = new Image();
          picture.src = address;
          await picture.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [picture.width, picture.height];
          const context = canvas.getContext("2d");
          context.drawImage(picture, 0, 0);
          const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
          let dark = 0;
          for (let at = 0; at < data.length; at += 4) dark += data[at] + data[at + 1] + data[at + 2] < 300;
          return (4 * dark) / data.length;
        }""",
        address,
    )
