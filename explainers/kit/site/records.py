"""What was built of each page, as the prose quotes it: verified, and found by name."""

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
    """The built records of all pages, read when first needed."""

    def __init__(self) -> None:
        self.read: dict[str, Record] = {}

    def find(self, kind: str, full: str, written: str) -> tuple[Page, dict, dict]:
        """The page, its record, and the entry of one figure, fact or claim.

        Raises:
            Mistake: there is none of this name; the message names the file, the line and the nearest name.
        """
        pages = {page.dotted: page for page in project.pages()}
        dotted, name = full.rsplit(".", 1)
        known = {
            page.full(entry): page for page in pages.values() for entry in project.marked(page) if entry.kind == kind
        }
        if full not in known:
            raise Mistake(f"{place(written)}: there is no {kind} {full}.{project.nearest(full, known)}")
        if dotted not in self.read:
            self.read[dotted] = Record(pages[dotted])
        content = self.read[dotted].content
        return pages[dotted], content, content[f"{kind}s"][name]


def place(written: str) -> str:
    """Where in the prose something is written: `docs/memory/copy.md:12`."""
    for path in sorted(DOCS.rglob("*.md")):
        for number, line in enumerate(path.read_text("utf8").splitlines(), 1):
            if written in line:
                return f"{shown(path)}:{number}"
    return "the prose"
