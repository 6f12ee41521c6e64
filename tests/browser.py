"""The built site, served on this machine, and a real browser to read it with."""

import functools
import gzip
import http.server
import io
import os
import shutil
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest
from mkdocs.utils import yaml_load
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from explainers.kit.build import project
from explainers.kit.files import ROOT
from tests.conftest import once

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BELOW = "/x/"  # as on a host that keeps several sites, each in a folder
PATIENCE = int(os.environ.get("PATIENCE", 120_000))  # milliseconds; what is waited for comes at last on the busiest machine
expect.set_options(timeout=PATIENCE)
TEXT = (".html", ".css", ".js", ".json", ".svg", ".xml", ".csv")
AXE = ROOT / "node_modules/axe-core/axe.min.js"
IN_COLOURS = ("color-contrast", "link-in-text-block")  # the rules of axe whose answer depends on the colours


def navigation(entry: list | dict | str) -> list[str]:
    """The files that a part of the site's navigation names, in its order."""
    if isinstance(entry, str):
        return [entry]
    return [file for part in (entry.values() if isinstance(entry, dict) else entry) for file in navigation(part)]


def address(file: str) -> str:
    """Where the site shows a file of `docs/`: `memory/copy/`."""
    return "" if file == "index.md" else f"{PurePosixPath(file).with_suffix('')}/"


SHOWN = [address(file) for file in navigation(yaml_load((ROOT / "mkdocs.yml").read_text("utf8"))["nav"])]
EXPLAINERS = {f"{page.name}/" for page in project.pages()}
PAGES = [path for path in SHOWN if path == "" or path in EXPLAINERS]
OTHERS = [path for path in SHOWN if path not in PAGES]


@functools.cache
def zipped(path: Path, written: int) -> bytes:
    """A file as hosts send it; compressed once, as hosts do, not for each of a thousand visits."""
    return gzip.compress(path.read_bytes(), 6)


class Host(http.server.SimpleHTTPRequestHandler):
    """A file server as public hosts of static pages are: the site lies below a folder, text is compressed, and where nothing is,
    the site's own page says so. It does not talk."""

    def translate_path(self, path):
        """The file of an address."""
        return super().translate_path("/" + path.removeprefix(BELOW))

    def send_head(self):
        """Headers and body of a file; text compressed where the browser takes it."""
        if not self.path.startswith(BELOW):
            return self.send_error(404)
        path, status = Path(self.translate_path(self.path)), 200
        path = path / "index.html" if self.path.split("?")[0].endswith("/") else path
        if not path.exists():
            path, status = Path(self.directory) / "404.html", 404
        if path.suffix not in TEXT or not path.is_file() or "gzip" not in self.headers.get("Accept-Encoding", ""):
            return super().send_head()
        body = zipped(path, path.stat().st_mtime_ns)
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def end_headers(self) -> None:
        """Say that a file may be kept for ten minutes, as hosts do."""
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, *arguments) -> None:
        """Say nothing."""


class Server(http.server.ThreadingHTTPServer):
    """A server to which it is no fault that a reader leaves while a file is sent."""

    def handle_error(self, request, client_address):
        """Tell any other fault."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@pytest.fixture(scope="session")
def site(figures, shared) -> Iterator[str]:
    """The address of the real site, built from the committed checkpoints."""
    with once(shared, "site") as first:
        if first and not os.environ.get("FIGURES_ARE_BUILT"):
            done = subprocess.run([sys.executable, "-m", "explainers.kit.site"], cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
    with served(ROOT / "site") as address:
        yield address


@dataclass(frozen=True)
class Published:
    """A site built for the address at which it stands."""

    address: str
    folder: Path


@pytest.fixture(scope="session")
def published(figures, tmp_path_factory) -> Iterator[Published]:
    """The site as the workflow publishes it: built for its address."""
    folder = tmp_path_factory.mktemp("published") / "site"
    with served(folder) as address:
        program = "import sys; from pathlib import Path; from explainers.kit.site.assemble import make; make(Path(sys.argv[1]))"
        done = subprocess.run(
            [sys.executable, "-c", program, str(folder)],
            cwd=ROOT, env=os.environ | {"SITE_URL": address.rstrip("/")}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        yield Published(address, folder)


@contextmanager
def served(folder) -> Iterator[str]:
    """Serve a folder on a free port of this machine, below `/x/`."""
    handler = functools.partial(Host, directory=str(folder))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}{BELOW}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests: the system's Chromium, or the one that Playwright fetched."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        opened = chromium.new_context

        def patient(**settings) -> BrowserContext:
            context = opened(**settings)
            context.set_default_timeout(PATIENCE)
            return context

        chromium.new_context = patient
        yield chromium
        chromium.close()


@dataclass(frozen=True)
class Window:
    """What a reader looks through: `width` in pixels, a light or dark `scheme`, with `scripts` or without, by `touch`, with `calm` pictures."""

    width: int
    scheme: str
    scripts: bool
    touch: bool
    calm: bool

    @property
    def size(self) -> dict[str, int]:
        """Width and height in pixels."""
        return {"width": self.width, "height": 900}

    def opened(self, browser: Browser) -> Page:
        """Such a window, with nothing in its cache."""
        return browser.new_context(
            viewport=self.size,
            color_scheme=self.scheme,
            java_script_enabled=self.scripts,
            has_touch=self.touch,
            reduced_motion="reduce" if self.calm else "no-preference",
        ).new_page()


@dataclass
class Visit:
    """A page, opened, with everything that went wrong while it was open."""

    page: Page
    site: str
    scripts: bool
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __post_init__(self):
        for event, listener in self.listeners().items():
            self.page.on(event, listener)

    def listeners(self) -> dict[str, Callable]:
        """What notes errors, and requests to other sites."""
        return {"console": self.said, "pageerror": self.failed, "request": self.asked}

    def said(self, message) -> None:
        """Note an error in the console."""
        if message.type == "error":
            self.complaints.append(message.text)

    def failed(self, error) -> None:
        """Note what no script caught."""
        self.complaints.append(str(error))

    def asked(self, request) -> None:
        """Note what leaves the site."""
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.foreign.append(request.url)

    def open(self, path: str) -> Page:
        """Go to a page of the site and wait until it is there, with its fonts, and the scripts have done what they do at first."""
        self.page.goto(self.site + path)
        self.page.evaluate("document.fonts.ready.then(() => null)")
        if self.scripts and self.page.locator("script[src$='js/site.js']").count():
            self.page.wait_for_function("document.documentElement.classList.contains('loaded')")
        return self.page

    def end(self, window: Window) -> None:
        """Leave the window as it was found, but for its cache."""
        for event, listener in self.listeners().items():
            self.page.remove_listener(event, listener)
        for other in self.page.context.pages:
            if other != self.page:
                other.close()
        self.page.unroute_all()
        if self.page.url != "about:blank":
            self.page.evaluate("localStorage.clear(), sessionStorage.clear()")
        self.page.goto("about:blank")
        self.page.emulate_media(media="null", color_scheme=window.scheme)
        self.page.set_viewport_size(window.size)


@pytest.fixture(scope="session")
def unused() -> dict[Window, list[Page]]:
    """The windows that are open and that nobody looks through: opening one, with nothing in its cache, takes longer than many a visit."""
    return defaultdict(list)


@pytest.fixture
def visit(browser, site, unused):
    """Opens visits: `visit(width=390, scheme="dark", scripts=True, touch=False)`. Errors of the page fail the test.

    With `alone=True` the window is a new one, and nobody looks through it afterwards.
    """
    visits = []

    def start(width: int = 1280, scheme: str = "light", scripts: bool = True, touch: bool = False, calm: bool = False, alone: bool = False) -> Visit:
        window = Window(width, scheme, scripts, touch, calm)
        made = Visit(unused[window].pop() if unused[window] and not alone else window.opened(browser), site, scripts)
        visits.append((None if alone else window, made))
        return made

    yield start
    for window, made in visits:
        if window is None:
            made.page.context.close()
        else:
            made.end(window)
            unused[window].append(made.page)
    assert [made.complaints for _, made in visits if made.complaints] == []
    assert [made.foreign for _, made in visits if made.foreign] == []


# Each part of the page comes into sight for two frames, so that whoever watches for it is told.
SCROLLED = """async () => {
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  for (let place = 0; place < document.body.scrollHeight; place += 600) {
    scrollTo(0, place);
    await painted();
  }
  scrollTo(0, 0);
  await painted();
}"""
DRAWN = """() => [...document.querySelectorAll("figure.fig[data-figure]")].every((figure) => figure.querySelector(".fig-stage.drawn, .fig-live > .live, .live-error"))"""


def wake(page: Page) -> None:
    """Do what a reader does first: move, and scroll to the end and back; then wait until every figure is drawn, and every live one awake."""
    page.mouse.move(300, 400)
    page.evaluate(SCROLLED)
    page.wait_for_function(DRAWN)


def evidence(figure: Locator) -> Locator:
    """The figure, after the line below its caption was opened."""
    figure.locator(".fig-evidence > summary").click()
    return figure


def rules_in(scheme: str) -> Sequence[str]:
    """What axe is asked: in light colours everything, in dark ones what depends on the colours."""
    return () if scheme == "light" else IN_COLOURS


def violations(page: Page, part: str | None = None, rules: Sequence[str] = ()) -> list:
    """What axe finds on a page, or in a part of it.

    Args:
        rules: the only ones that are asked; all, if none is named.
    """
    if page.evaluate("!window.axe"):
        page.evaluate(AXE.read_text("utf8"))  # a script tag would be refused by the page's security policy
    return page.evaluate(
        """([part, rules]) => axe.run(part ?? document, { resultTypes: ["violations"], ...(rules.length && { runOnly: rules }) })
             .then(({ violations }) => violations.map((each) => [each.id, each.nodes.map((node) => node.html)]))""",
        [part, list(rules)],
    )
