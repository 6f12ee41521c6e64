"""The life of a figure in the browser."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from explainers.kit.files import ROOT
from tests.browser import PAGES, evidence, wake

PLAIN = "attention.dot_product.scaling"
PATH = "attention/dot_product/"


def plain(page):
    """A figure without a live element, in view and drawn by Plotly."""
    figure = page.locator(f"[id='{PLAIN}']")
    figure.scroll_into_view_if_needed()
    page.mouse.move(200, 200)
    figure.locator(".fig-stage.drawn").wait_for()
    return figure


def test_plotly_is_loaded_after_the_first_input_only(visit):
    page = visit().open(PATH)
    page.wait_for_timeout(500)
    assert page.evaluate("window.Plotly === undefined")
    assert plain(page).locator(".fig-plot .main-svg").first.is_visible()


def test_a_plot_follows_the_colours_of_the_page_at_once(visit):
    page = visit().open(PATH)
    figure = plain(page)
    bar = figure.locator(".fig-plot .bars path").first
    expect(bar).to_have_css("fill", "rgb(58, 74, 159)")
    page.locator("label[for='__palette_1']").first.click()
    expect(bar).to_have_css("fill", "rgb(169, 182, 255)")


def test_a_grey_scale_keeps_its_white_in_the_dark(visit):
    page = visit(scheme="dark").open("memory/from_attention/")
    figure = page.locator("[id='memory.from_attention.where_memory_lives']")
    figure.scroll_into_view_if_needed()
    page.mouse.move(200, 200)
    figure.locator(".fig-stage.drawn").wait_for()
    scale = figure.evaluate("(f) => f.querySelector('.fig-plot').data[0].colorscale")
    assert [stop[1] for stop in scale] == ["#000000", "#ffffff"]


def test_a_figure_survives_instant_navigation(visit):
    opened = visit()
    page = opened.open(PATH)
    plain(page)
    page.get_by_role("link", name="Multi-head attention").first.click()
    page.wait_for_url("**/multi_head/")
    figure = page.locator("[id='attention.multi_head.shares']")
    figure.scroll_into_view_if_needed()
    figure.locator(".fig-stage.drawn").wait_for()
    page.go_back()
    page.wait_for_url("**/dot_product/")
    plain(page)
    assert page.evaluate("document.adoptedStyleSheets.length") >= 1


def test_the_table_of_the_numbers_is_the_built_table(visit):
    page = visit().open(PATH)
    figure = evidence(page.locator(f"[id='{PLAIN}']"))
    figure.get_by_text("Table of the numbers").click()
    figure.locator("table").wait_for()
    assert figure.locator(".fig-table").get_attribute("tabindex") == "0"  # a wide one is scrolled with the keys
    built = (ROOT / "docs/built/attention/dot_product.scaling.csv").read_text().strip().splitlines()
    assert figure.locator("tbody tr").count() == len(built) - 1
    assert figure.locator("tbody tr").first.inner_text().split("\t")[-1] == built[1].split(",")[-1]


def test_a_picture_can_be_saved_as_png(visit):
    page = visit().open(PATH)
    with page.expect_download() as waiting:
        evidence(page.locator(f"[id='{PLAIN}']")).get_by_role("button", name="PNG").click()
    download = waiting.value
    assert download.suggested_filename == "dot_product.scaling.png"
    assert Path(download.path()).read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_the_stand_alone_page_works_in_a_frame(visit):
    opened = visit()
    page = opened.open("built/attention/dot_product.scaling.html")
    assert page.locator("figure.fig svg.wide").is_visible()
    wake(page)
    page.locator(".fig-stage.drawn").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_source_leads_to_the_line(visit):
    opened = visit()
    page = opened.open(PATH)
    link = evidence(page.locator(f"[id='{PLAIN}']")).get_by_role("link", name="Source")
    target = link.get_attribute("href")
    page = opened.open("built/attention/dot_product.source.html#" + target.split("#")[1])
    line = int(target.rsplit("-", 1)[1])
    source = (ROOT / "explainers/pages/attention/dot_product.py").read_text().splitlines()
    assert source[line - 1].startswith("def scaling(")


def test_a_narrow_screen_gets_the_narrow_plot(visit):
    page = visit(width=390).open(PATH)
    figure = plain(page)
    wanted = json.loads((ROOT / "docs/built/attention/dot_product.scaling.json").read_text())
    assert figure.evaluate("(f) => f.querySelector('.fig-plot').layout.height") == pytest.approx(wanted["layout"]["meta"]["narrow"]["height"], rel=0.01)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", PAGES)
def test_the_security_policy_forbids_eval_and_strangers(site, path):
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="(.*?)"', (ROOT / "site" / path / "index.html").read_text("utf8"))
    assert "unsafe-eval" not in policy
    assert "script-src 'self';" in policy
    assert "http" not in policy
