"""The site from a zip, read from a disk without a server, and with the one that Python brings."""

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
import zipfile

import pytest
from playwright.sync_api import expect

from explainers.kit.files import ROOT
from tests.browser import evidence


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    """The folder that the zip makes."""
    done = subprocess.run([sys.executable, "-m", "explainers.kit.site.disk"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    folder = tmp_path_factory.mktemp("disk")
    zipfile.ZipFile(ROOT / "site.zip").extractall(folder)
    return folder / "attention-and-memory"


@pytest.fixture
def disk(browser):
    """A page whose console must stay empty."""
    context = browser.new_context(accept_downloads=True)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def test_no_link_leads_to_a_folder_or_nowhere(unpacked):
    pages = sorted(unpacked.rglob("*.html"))
    assert len(pages) > 50
    lost = []
    for page in pages:
        for link in re.findall(r'\b(?:href|src)="([^"#?:]+)[#?"]', page.read_text("utf8")):
            if not (page.parent / link).is_file():
                lost.append((page.name, link))
    assert lost == []


def test_a_reader_goes_from_page_to_page(unpacked, disk):
    disk.goto((unpacked / "index.html").as_uri())
    disk.locator(".doors a").first.click()
    disk.wait_for_url("**/attention/dot_product/index.html")
    expect(disk.locator("article h1")).to_contain_text("Scaled dot-product attention")
    disk.locator(".md-tabs a[href*='memory/']").first.click()
    disk.wait_for_url("**/memory/from_attention/index.html")
    disk.locator(".md-footer a.md-footer__link--next").click()
    disk.wait_for_url("**/memory/addressing/index.html")
    figure = evidence(disk.locator("figure.fig").first)
    for name in ("Embed", "Source"):
        page = disk.context.new_page()
        page.goto(figure.get_by_role("link", name=name).evaluate("(link) => link.href"))
        expect(page.locator("main")).to_be_visible()
        page.close()


def test_a_page_lets_files_of_the_disk_in(unpacked):
    for page in unpacked.rglob("*.html"):  # for Firefox no file has the origin of another, so 'self' is not enough
        policy = re.search(r'http-equiv="Content-Security-Policy" content="(.*?)"', page.read_text("utf8"))[1]
        for rule in ("script-src", "style-src", "img-src", "font-src"):
            assert "file:" in re.search(rf"{rule} ([^;]*)", policy)[1].split(), page


def test_pictures_numbers_and_search_do_not_need_a_server(unpacked, disk):
    disk.goto((unpacked / "memory/copy/index.html").as_uri())
    disk.mouse.move(300, 300)
    figures = disk.locator("figure.fig")
    for number in range(figures.count()):
        expect(figures.nth(number).locator(".fig-stage > svg.wide")).to_be_visible()
    evidence(figures.first).get_by_text("Table of the numbers").click()
    numbers = figures.first.get_by_role("link", name="The numbers as CSV")
    expect(numbers).to_be_visible()
    with disk.expect_download() as waiting:
        numbers.click()
    assert waiting.value.path().read_bytes() == (ROOT / "docs/built/memory/copy.memory_use.csv").read_bytes()
    for key in "/sf":  # there is no search, and asking for it does no harm
        disk.keyboard.press(key)
    expect(disk.locator(".md-search")).to_be_hidden()


@pytest.mark.parametrize("path", ["index.html", "memory/copy/index.html", "built/memory/copy.memory_use.html", "about/gallery/index.html"])
def test_the_page_says_how_figures_come_alive(unpacked, disk, path):
    disk.goto((unpacked / path).as_uri())
    note = disk.locator(".from-disk-note")
    expect(note).to_have_count(1)
    expect(note).to_contain_text("python -m http.server")
    assert note.evaluate("(note) => getComputedStyle(note).borderInlineStartStyle") == "solid"


def test_with_that_command_they_do(unpacked, disk):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(unpacked))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        disk.goto(f"http://127.0.0.1:{server.server_address[1]}/memory/copy/index.html", wait_until="networkidle")
        disk.locator("figure.fig[data-adopted]").first.wait_for()
        disk.mouse.move(300, 300)
        disk.locator("copy-scrubber .live").wait_for()
        expect(disk.locator(".from-disk-note")).to_have_count(0)
        disk.locator("input.md-search__input").click()
        disk.keyboard.type("softmax")
        expect(disk.locator(".md-search-result__link").first).to_be_visible()
        disk.goto("about:blank")
        server.shutdown()


def test_the_zip_is_the_same_every_time(unpacked):
    before = (ROOT / "site.zip").read_bytes()
    for path in (ROOT / "site").rglob("*"):
        os.utime(path, (10**9, 10**9))  # as if it had been built at another time
    subprocess.run([sys.executable, "-m", "explainers.kit.site.disk"], cwd=ROOT, check=True, capture_output=True)
    assert (ROOT / "site.zip").read_bytes() == before
