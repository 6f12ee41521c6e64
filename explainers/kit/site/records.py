"""What was built of each page, as the prose quotes it: verified, and found by name."""

import functools
import json

from explainers.kit.build import project
from explainers.kit.build.project import BUILT, DOCS, Page
from explainers.kit.errors import Mistake
from explainers.kit.files import sha256, shown

NAME = r"[a-z_]\w*\.[a-z_]\w*\.[a-z_]\w*"
QUOTED = rf"\{{\{{ (?:(figure|claim|table) )?({NAME})(?::[^{{}}\s]+)? \}}\}}"  # of a fact, the name alone


class Record:
    """What was built of one page, verified: an edited or outdated file is refused."""

    def __init__(self, page: Page):
        self.page = page
        again = f"Run `python build_figures.py {page.name}`."
        try:
            self.content = json.loads(page.record.read_bytes())
            files = self.content["files"]
        except (OSError, ValueError, KeyError) as error:
            raise Mistake(f"{shown(page.record)}: the figures of {page.name} are not built. {again}") from error
        if self.content["sources"] != project.digest_of_sources(page):
            raise Mistake(f"{shown(page.record)}: the figures of {page.name} are older than their sources. {again}")
        for path, digest in files.items():
            if not (BUILT / path).is_file() or sha256((BUILT / path).read_bytes()) != digest:
                raise Mistake(f"{shown(BUILT / path)}: this file is not what the build wrote. {again}")


class Records:
    """What one build of the site looks up: pages, the names in their modules and their built records, each read when it is first needed."""

    def __init__(self) -> None:
        self.names: dict[Page, set[tuple[str, str]]] = {}
        self.read: dict[Page, Record] = {}

    @functools.cached_property
    def pages(self) -> dict[str, Page]:
        """The pages by dotted name."""
        return {page.dotted: page for page in project.pages()}

    def find(self, kind: str, full: str, written: str) -> tuple[Page, dict, dict]:
        """The page, its record, and the entry of one figure, fact or claim.

        Raises:
            Mistake: there is none of this name; the message names the file, the line and the nearest name.
        """
        dotted, name = full.rsplit(".", 1)
        page = self.pages.get(dotted)
        if page is None or (kind, name) not in self.declared(page):
            known = [f"{each.dotted}.{name}" for each in self.pages.values() for of, name in self.declared(each) if of == kind]
            said = missing(kind, full, self.pages) or f"there is no {kind} {full}.{project.nearest(full, sorted(known))}"
            raise Mistake(f"{place(written)}: {said}")
        if page not in self.read:
            self.read[page] = Record(page)
        content = self.read[page].content
        return page, content, content[f"{kind}s"][name]

    def declared(self, page: Page) -> set[tuple[str, str]]:
        """Kind and name of everything that a page's module marks."""
        if page not in self.names:
            self.names[page] = {(entry.kind, entry.name) for entry in project.marked(page)}
        return self.names[page]


@functools.cache
def of_this_build() -> Records:
    """What all pages of one build share; `of_this_build.cache_clear()` begins another build, for which files may have changed."""
    return Records()


def missing(kind: str, full: str, pages: dict[str, Page]) -> str:
    """Why a function that there is cannot be quoted as a figure, fact, claim or table; nothing if there is no such function."""
    dotted, name = full.rsplit(".", 1)
    page = pages.get(dotted)
    lines = {project.name_of(node): node.lineno for node in project.tree(page.path).body} if page else {}
    if name not in lines:
        return ""
    marked = {entry.name: entry for entry in project.marked(page)}
    here = f"{shown(page.path)}:{lines[name]}"
    if name in marked:
        return f"there is no {kind} {full}: it is a {marked[name].kind} ({here})."
    return f"the function {full} exists ({here}), but is not marked with @{kind}."


def place(written: str) -> str:
    """Where in the prose something is written: `docs/memory/copy.md:12`."""
    for path in sorted(DOCS.rglob("*.md")):
        for number, line in enumerate(path.read_text("utf8").splitlines(), 1):
            if written in line:
                return f"{shown(path)}:{number}"
    return "the prose"
