"""The site works at any address: below a folder of any host, built for it or not."""

import re
import subprocess

import pytest
import yaml
from playwright.sync_api import expect

from explainers.kit.files import ROOT

PAGE = "memory/copy/"
LINKS = {
    "article": "article a[href*='addressing/']",
    "tabs": ".md-tabs a[href*='attention/dot_product/']",
    "footer": ".md-footer a.md-footer__link--next",
}
MISSING = ("nowhere", "memory/nowhere/", "memory/copy/deeper/still.html")


@pytest.fixture(params=["site", "published"])
def anywhere(request) -> str:
    """The address of the site, built for no address and for this one."""
    found = request.getfixturevalue(request.param)
    return found if isinstance(found, str) else found.address


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_a_link_leads_to_the_next_page_without_reloading(visit, anywhere, link):
    opened = visit()
    opened.site = anywhere
    page = opened.open(PAGE)
    page.evaluate("window.mark = 'still here'")
    page.locator(link).first.click()
    page.wait_for_url(lambda address: PAGE not in address)
    expect(page.locator("article h1")).not_to_contain_text("The copy task")
    assert page.evaluate("window.mark") == "still here"


def test_the_published_site_names_its_own_address_and_no_other(published):
    pages = sorted(published.folder.rglob("index.html"))
    assert len(pages) > 20
    for page in pages:
        place = page.relative_to(published.folder).parent.as_posix()
        wanted = published.address + ("" if place == "." else f"{place}/")
        text = page.read_text("utf8")
        assert re.findall('<link rel="canonical" href="(.*?)">', text) == [wanted]
        assert f"<loc>{wanted}</loc>" in (published.folder / "sitemap.xml").read_text("utf8")
        assert "127.0.0.1:8000" not in text


def test_a_site_for_no_address_claims_none(site):
    assert [page for page in (ROOT / "site").rglob("*.html") if 'rel="canonical"' in page.read_text("utf8")] == []


@pytest.mark.parametrize("path", MISSING)
@pytest.mark.parametrize("scripts", [True, False])
def test_the_page_for_a_missing_page_works_at_any_depth(browser, published, path, scripts):
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    asked = []
    page.on("response", lambda answer: asked.append((answer.status, answer.url)))
    assert page.goto(published.address + path, wait_until="networkidle").status == 404
    assert [each for each in asked if each[0] != 200] == [(404, published.address + path)]  # styles and scripts are there
    assert page.locator(".md-header").evaluate("(bar) => getComputedStyle(bar).backgroundColor") == "rgb(38, 50, 77)"
    links = page.locator("a[href]").evaluate_all("(all) => all.map((each) => each.href)")
    assert len(links) > 20
    assert [link for link in links if not link.startswith(published.address)] == []
    page.locator("article a").click()
    page.wait_for_url(published.address)
    expect(page.locator("article h1")).to_contain_text("looked at from the inside")
    context.close()


def test_the_search_works_where_a_page_is_missing(browser, published):
    context = browser.new_context()
    page = context.new_page()
    page.goto(published.address + MISSING[2], wait_until="networkidle")
    page.locator("input.md-search__input").click()
    page.keyboard.type("softmax")
    result = page.locator(".md-search-result__link").first
    expect(result).to_be_visible()
    result.click()
    page.wait_for_url(lambda address: MISSING[2] not in address)
    expect(page.locator(".md-content article")).to_contain_text("softmax")
    assert page.url.startswith(published.address)
    context.close()


@pytest.mark.parametrize("wrong", ["example.org/x/", "ftp://example.org/", "https://", "https://example.org/?x"])
def test_an_address_that_is_none_is_refused(toys, wrong):
    done = toys.python("-m", "explainers.kit.site", environment={"SITE_URL": wrong})
    assert done.returncode == 1
    assert f"SITE_URL={wrong}: this is not the address of a site" in done.stderr
    assert "Traceback" not in done.stderr


def test_another_address_makes_another_site(toys):
    def built(address: str) -> str:
        done = toys.python("-m", "explainers.kit.site", environment={"SITE_URL": address})
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "built" in built("https://example.org/one")
    assert "up to date" in built("https://example.org/one/")
    assert "built" in built("https://example.org/two/")
    assert 'href="https://example.org/two/toys/die/"' in (toys.root / "site/toys/die/index.html").read_text("utf8")
    assert "built" in built("")
    assert "canonical" not in (toys.root / "site/toys/die/index.html").read_text("utf8")


def test_make_hands_the_address_on(tmp_path):
    told = tmp_path / "python"
    told.write_text('#!/bin/sh\necho "$2 $SITE_URL"\n', "utf8")
    told.chmod(0o755)
    command = ["make", "--silent", "--old-file=.venv/.site", f"BIN={tmp_path}", "SITE_URL=https://example.org/x/", "zip"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for module in ("explainers.kit.site", "explainers.kit.site.disk"):
        assert f"{module} https://example.org/x/" in done.stdout.splitlines()


def test_the_workflow_publishes_for_the_address_that_github_gives():
    steps = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text("utf8"))["jobs"]["publish"]["steps"]
    asks = next(number for number, step in enumerate(steps) if step.get("uses", "").startswith("actions/configure-pages@"))
    builds = next(number for number, step in enumerate(steps) if step.get("run") == "make site")
    assert asks < builds
    assert steps[builds]["env"]["SITE_URL"] == f"${{{{ steps.{steps[asks]['id']}.outputs.base_url }}}}"
