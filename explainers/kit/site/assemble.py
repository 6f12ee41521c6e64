"""Builds the site from built figures and prose, unless nothing has changed since.

The new site is made beside the old one, checked, and put in its place only if it is sound.
"""

import contextlib
import json
import logging
import os
import re
import shutil
import time
from pathlib import Path
from urllib.parse import urlsplit

from explainers.kit.build import declared, installed, project
from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT, explained, sha256, shown, write_whole
from explainers.kit.lock import alone
from explainers.kit.site import head
from explainers.kit.site.links import problems
from explainers.kit.site.records import of_this_build, place

SITE = ROOT / "site"
NEXT = ROOT / ".cache" / "site"
STAMP = ROOT / ".cache" / "site.json"
NOTEBOOKS = ROOT / ".cache" / "notebooks"
INPUTS = (
    "docs",
    "overrides",
    "explainers",
    "mkdocs.yml",
    "requirements.txt",
    "package-lock.json",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
)


def build() -> str:
    """Build the site into `site/`; returns a sentence about what was done.

    Raises:
        Mistake: the prose, a link or a notebook is wrong. The site that was there is left as it is.
    """
    begun = time.monotonic()
    with alone():
        inputs = made_from()
        if known().get("inputs") == inputs and known().get("outputs") == digests(everything(SITE)):
            return "site/ is up to date"
        make(NEXT)
        with explained(SITE):
            shutil.rmtree(SITE, ignore_errors=True)
            shutil.move(NEXT, SITE)
        write_whole(STAMP, json.dumps({"inputs": inputs, "outputs": digests(everything(SITE))}).encode())
    return f"site/ built in {time.monotonic() - begun:.1f} s"


def made_from() -> dict[str, str]:
    """What the site depends on: digests of the project's files, the theme's and the installed packages, and its address."""
    own = digests(path for name in INPUTS for path in everything(ROOT / name))
    theme = sha256(b"".join(path.read_bytes() for path in installed.theme()))
    return own | {"theme": theme, "packages": installed.digest(), "address": address()}


def make(target: Path) -> None:
    """Make the site anew at `target`, whole and checked.

    Raises:
        Mistake: as `build`. What was made until then stays for whoever wants to look at it.
    """
    declared.sound(project.pages())
    shutil.rmtree(target, ignore_errors=True)
    render(target)
    for page in (target / "labs").rglob("index.html"):
        write_whole(page, in_the_sites_style(page.read_text("utf8")).encode())
    head.complete(target, address())
    found = problems(target, urlsplit(address()).path or "/")
    if found:
        raise Mistake("The built site has faults:\n" + "\n".join(found))


def address() -> str:
    """Where the site will be published: the environment variable SITE_URL, with a slash at the end. Empty if nobody said.

    Raises:
        Mistake: it is not the address of a site.
    """
    given = os.environ.get("SITE_URL", "").strip()
    if not given:
        return ""
    if not re.fullmatch(r"https?://[^/?#\s]+(/[^?#\s]*)?", given):
        raise Mistake(f"SITE_URL={given}: this is not the address of a site. Write it as in SITE_URL=https://example.org/attention/, or leave it out.")
    return given.rstrip("/") + "/"


def render(target: Path) -> None:
    """Run MkDocs, strictly.

    Raises:
        Mistake: MkDocs refused; what it said stands above. Or the navigation names a page that is not there.
    """
    import warnings

    from mkdocs.commands.build import build as run
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, MkDocsException
    from nbclient.exceptions import CellExecutionError
    from pymdownx.snippets import SnippetMissingError

    lost = lost_pages()
    if lost:
        raise Mistake("\n".join(lost))
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    os.environ["PYTHONWARNINGS"] = "ignore"  # a warning in a notebook names folders of this machine
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    of_this_build.cache_clear()
    try:
        with quiet_children():
            settings = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(target), site_url=address(), strict=True)
            if "mkdocs-jupyter" in settings.plugins:
                settings.plugins["mkdocs-jupyter"].config["cache_dir"] = str(place_for_notebooks())
            run(settings)
    except (Abort, MkDocsException) as error:
        raise Mistake(f"MkDocs stopped: {error}") from error
    except SnippetMissingError as error:
        raise Mistake(f"{place(missing(str(error)))}: {error}.") from error
    except CellExecutionError as error:
        raise Mistake(f"{notebook_with(error)}: a cell raised {error.ename}: {error.evalue}.") from error


def lost_pages() -> list[str]:
    """A sentence for each line of the navigation that names a page which is not there."""
    there = [str(path.relative_to(project.DOCS)) for path in everything(project.DOCS) if path.suffix in (".md", ".ipynb")]
    lines = enumerate((ROOT / "mkdocs.yml").read_text("utf8").splitlines(), 1)
    named = [(number, found[1]) for number, line in lines if (found := re.fullmatch(r"\s*-\s.*?([^\s\"']+\.(?:md|ipynb))[\"']?\s*", line))]
    return [
        f"mkdocs.yml:{number}: the page docs/{name} is not there.{project.nearest(name, there)} If it has gone, so must this line."
        for number, name in named
        if name not in there
    ]


def place_for_notebooks() -> Path:
    """Where to keep what notebooks returned: a folder for the code as it is, since whoever looks there compares the notebooks only."""
    code = json.dumps([digests(everything(ROOT / "explainers")), installed.digest()])
    place = NOTEBOOKS / sha256(code.encode())
    for other in NOTEBOOKS.glob("*"):
        if other != place:
            shutil.rmtree(other)
    return place


def missing(told: str) -> str:
    """The file that a snippet names, out of what the extension said."""
    return re.search(r"'([^']*)'", told)[1]


@contextlib.contextmanager
def quiet_children():
    """Keep a notebook's kernel and MkDocs from printing the traceback of a failed cell; we tell it in a sentence."""
    ours = os.dup(2)
    with open(os.devnull, "wb") as nowhere, os.fdopen(os.dup(ours), "w") as stream:
        os.dup2(nowhere.fileno(), 2)
        logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s", stream=stream, force=True)
        told = logging.getLogger().handlers[0]
        told.addFilter(lambda record: not record.getMessage().startswith("Error reading page"))
        try:
            yield
        finally:
            os.dup2(ours, 2)
            os.close(ours)


def notebook_with(error) -> str:
    """The notebook and the first line of the cell that failed."""
    for path in sorted((ROOT / "docs").rglob("*.ipynb")):
        for cell in json.loads(path.read_bytes())["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and source.strip() and source.strip() in str(error):
                return f"{shown(path)}: {source.strip().splitlines()[0]}"
    return "a notebook"


def in_the_sites_style(page: str) -> str:
    """A notebook's page with code as on every other page, and without JupyterLab's half a megabyte of styles and scripts."""
    page = re.sub(r"<style\b[^>]*>.*?</style>", "", page, flags=re.S)
    page = re.sub(r"<script\b(?![^>]*\b(?:src|id=\"__config\"))[^>]*>.*?</script>", "", page, flags=re.S)
    page = re.sub(r'<div class="zeroclipboard-container">.*?</clipboard-copy>\s*</div>', "", page, flags=re.S)
    page = re.sub(r'<div class="clipboard-copy-txt"[^>]*>.*?</div>', "", page, flags=re.S)
    code = r'<div class="highlight-ipynb hl-python"><pre><span></span>(.*?)\s*</pre>'
    return re.sub(code, r'<div class="highlight"><pre><span></span><code>\1</code></pre>', page, flags=re.S)


def known() -> dict:
    """What the last build was made from and made; empty if there was none."""
    try:
        return json.loads(STAMP.read_bytes())
    except (OSError, ValueError):
        return {}


def everything(place: Path) -> list[Path]:
    """All files at or below a place, but caches and half-written files."""
    if place.is_file():
        return [place]
    files = (path for path in place.rglob("*") if path.is_file())
    return sorted(path for path in files if "__pycache__" not in path.parts and not path.name.startswith("."))


def digests(paths) -> dict[str, str]:
    """SHA-256 of files, by path from the project's folder."""
    return {str(path.relative_to(ROOT)): sha256(path.read_bytes()) for path in paths}
