"""What the project holds, as `list` prints it, and whether its claims hold, as `check` asks."""

import json
import re
from collections.abc import Iterable

from explainers.kit.build import declared, project
from explainers.kit.build.builder import fresh
from explainers.kit.build.project import DOCS, Page
from explainers.kit.errors import Mistake
from explainers.kit.files import shown


def entries() -> list[dict]:
    """Every page, figure, fact, claim and table, as the contract describes an element of `list --json`.

    Raises:
        Mistake: something is wrong in the text of a page's module.
    """
    found = []
    declared.sound(project.pages())
    for page in project.pages():
        record, is_fresh, checkpoints = built(page), fresh(page), project.checkpoints(page)
        shared = {"page": page.name, "checkpoints": checkpoints, "fresh": is_fresh}
        title = project.joined(project.docstring(page))
        source = f"{shown(page.path)}:1"
        found.append({"kind": "page", "name": page.dotted, "text": title, "value": None, "source": source} | shared)
        for entry in project.marked(page):
            value = record.get(f"{entry.kind}s", {}).get(entry.name, {}).get("value")
            found.append(
                {
                    "kind": entry.kind,
                    "name": page.full(entry),
                    "text": entry.text,
                    "value": value,
                    "source": entry.place,
                }
                | shared
            )
    order = ("kind", "name", "page", "text", "value", "source", "checkpoints", "fresh")
    return [{key: entry[key] for key in order} for entry in found]


def unquoted() -> list[str]:
    """A sentence for each figure, fact, claim and table that no page quotes, so that no reader sees it. Code quotes nothing."""
    from explainers.kit.site.records import QUOTED

    prose = "".join(re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf8"), flags=re.S) for path in sorted(DOCS.rglob("*.md")))
    quoted = {(kind or "fact", name) for kind, name in re.findall(QUOTED, prose)}
    return [
        f"{entry.place}: no page quotes the {entry.kind} {page.full(entry)}"
        for page in project.pages()
        for entry in project.marked(page)
        if (entry.kind, page.full(entry)) not in quoted
    ]


def built(page: Page) -> dict:
    """The page's built record; empty if there is none."""
    try:
        return json.loads(page.record.read_bytes())
    except (OSError, ValueError):
        return {}


def broken_claims(pages: Iterable[Page]) -> tuple[int, list[str]]:
    """How many claims these pages have, and a sentence for each that is false, or published from outdated sources."""
    from explainers.kit.build.step import called, recorded, sound_claim

    count, broken = 0, []
    for page in pages:
        claims = [entry for entry in project.marked(page) if entry.kind == "claim"]
        if not claims:
            continue
        count += len(claims)
        is_fresh = fresh(page)
        module, run = recorded(page)
        for entry in claims:
            name = page.full(entry)
            try:
                found = sound_claim(entry, called(entry, getattr(module, entry.name), run))
            except Mistake as mistake:
                broken.append(str(mistake))
                continue
            if not found:
                broken.append(f"{entry.place}: the claim {name} is false: “{entry.text}”")
            elif not is_fresh:
                broken.append(f"{entry.place}: the claim {name} is stale. Run `python build_figures.py {page.name}`.")
    return count, broken
