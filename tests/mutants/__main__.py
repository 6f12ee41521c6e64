"""Plants mistakes and tells how many are refused: `python -m tests.mutants [PAGE …] [--seconds N] [--seed N] [--again] [--table]`."""

import argparse
import ast
import functools
import json
import math
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from explainers.kit.build import live, project
from explainers.kit.build.project import Page
from explainers.kit.files import ROOT, shown, write_whole
from tests.mutants import guards, javascript, python
from tests.mutants.python import Mutant, marked
from tests.mutants.workspace import Workspace, warm

KEPT = ROOT / ".cache" / "mutants"
TABLE = ROOT / "docs" / "about" / "mutants.md"
DRAWING = ("labelled.py", "figure/plot.py", "figure/draw.py", "figure/ruler.py", "figure/svg.py", "figure/tables.py", "figure/browser.py")
WEIGHTS = {"page": 4, "studies": 2, "drawing": 1, "browser": 1}  # of how many mistakes in each part one page gets
PATIENCE = 400  # seconds; what takes longer hangs
GUARDS = ("build", "record", "numbers", "tests", "replication")
JUDGES = ("claim", "finding", "invariant")


@dataclass(frozen=True)
class Verdict:
    """What became of a mistake: "refused" by a guard, "equivalent", or "survived"."""

    mutant: str
    part: str
    kind: str
    fate: str
    by: str = ""
    mended: bool = False  # it survived when it was first planted


def sources(page: Page) -> dict[str, list[Path]]:
    """The files in which mistakes are planted, by their part."""
    studies = sorted(file for file in project.imported(page.path) if file.parent == ROOT / "explainers/studies" and file.stem != "__init__")
    modules = [ROOT / f"docs/assets/js/live/{entry.live}.js" for entry in project.marked(page) if entry.live]
    return {
        "page": [page.path],
        "studies": studies,
        "drawing": [ROOT / "explainers/kit" / name for name in DRAWING],
        "browser": sorted(file for module in modules for file in live.loaded(module)),
    }


def all_of(page: Page) -> dict[str, list[Mutant]]:
    """Every mistake that can be planted for a page, by its part."""
    facts = json.loads(page.record.read_text("utf8"))["facts"]
    constants = {name: repr(entry["value"]) for name, entry in facts.items()}
    found: dict[str, list[Mutant]] = {}
    for part, files in sources(page).items():
        for file in files:
            text = file.read_text("utf8")
            planted = javascript.mutants(shown(file), text) if file.suffix == ".js" else python.mutants(shown(file), text, constants if part == "page" else {})
            found.setdefault(part, []).extend(mutant for mutant in planted if file.suffix == ".js" or sound(mutant.text))
    return found


def sound(text: str) -> bool:
    """Whether it is Python at all."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def drawn(page: Page, seed: int, parts: list[str]) -> Iterator[tuple[str, Mutant]]:
    """The mistakes of a page in random order, the parts by their weights."""
    chance = random.Random(f"{page.name} {seed}")
    waiting = {part: chance.sample(planted, len(planted)) for part, planted in all_of(page).items() if planted and part in parts}
    while waiting:
        part = chance.choices(list(waiting), [WEIGHTS[part] for part in waiting])[0]
        yield part, waiting[part].pop()
        if not waiting[part]:
            del waiting[part]


def survivors(page: Page) -> Iterator[tuple[str, Mutant]]:
    """The mistakes of a page that survived, where they stand now."""
    planted = [(part, mutant) for part, found in all_of(page).items() for mutant in found]
    for verdict in kept(page):
        if verdict.fate == "survived":
            line = int(verdict.mutant.split(":")[1])
            same = [each for each in planted if unplaced(str(each[1])) == unplaced(verdict.mutant)]
            if same:
                yield min(same, key=lambda each: abs(each[1].line - line))
            else:
                print(f"{page.name}  gone        {verdict.mutant}")


def unplaced(mutant: str) -> str:
    """A mistake without its line, which moves as code does."""
    return re.sub(r":\d+:", ":", mutant, count=1)


def spoken(page: Page, mutant: Mutant) -> bool:
    """Whether the mistake is in what judges the numbers, so that equal numbers prove nothing."""
    if mutant.kind in ("constant", "true"):
        return True
    if mutant.path != shown(page.path):
        return False
    body = project.tree(page.path).body
    return any(marked(node)[1] in JUDGES and node.lineno <= mutant.line <= node.end_lineno for node in body)


def judged(space: Workspace, page: Page, part: str, mutant: Mutant, before: Path) -> tuple[str, str]:
    """What becomes of a mistake, and by which guard."""
    original = (ROOT / mutant.path).read_text("utf8")
    log = before.with_suffix(".log")
    space.plant(mutant.path, mutant.text)
    try:
        for guard, function, *arguments in guards_of(page, part, mutant, before):
            code = space.run(function, *arguments, seconds=PATIENCE, log=log)
            if code == guards.SAME:
                return "equivalent", ""
            if code != 0:
                return "refused", by(guard, log)
        return ("equivalent" if spoken(page, mutant) and same_elsewhere(space, page, mutant, original, before) else "survived"), ""
    finally:
        space.plant(mutant.path, original)


def of_claim(page: Page, mutant: Mutant) -> bool:
    """Whether the mistake is in what says something of one run or of the recorded trainings."""
    return any(marked(node)[1] == "claim" and node.lineno <= mutant.line <= node.end_lineno for node in project.tree(page.path).body) and mutant.path == shown(
        page.path
    )


def same_elsewhere(space: Workspace, page: Page, mutant: Mutant, original: str, before: Path) -> bool:
    """Whether all facts and claims are what they are without the mistake on fresh data and where nothing was learned, too."""
    kept, log = before.with_suffix(".outcomes"), before.with_suffix(".log")
    if not kept.is_file():
        space.plant(mutant.path, original)
        space.run(guards.outcomes, page.name, str(kept), seconds=PATIENCE, log=log)
        space.plant(mutant.path, mutant.text)
    return space.run(guards.outcomes, page.name, str(kept), seconds=PATIENCE, log=log) == guards.SAME


def by(guard: str, log: Path) -> str:
    """The guard that refused, of several that were asked together: what failed stands in the log."""
    told = log.read_text("utf8", errors="replace") if guard == "tests" else ""
    failed = re.search(r"^(?:FAILED|ERROR) (\S+?)\.py", told, flags=re.M)
    return {"tests/test_what_is_drawn": "record", "tests/test_published_numbers": "numbers"}.get(failed[1] if failed else "", guard)


def guards_of(page: Page, part: str, mutant: Mutant, before: Path) -> Iterator[tuple]:
    """The guards of a page, the quickest first: a name, a function, and what it is called with."""
    file = Path(mutant.path)
    if part == "browser":
        if file.parent.name == "model":
            yield "tests", guards.tests, "tests/js"
        own_test = f"tests/js/test_{file.stem.replace('-', '_')}.py"
        if file.parent.name in ("ui", "live") and (ROOT / own_test).is_file():
            yield "tests", guards.tests, own_test
        own, *others = elements_with(ROOT / mutant.path, page)
        yield from of_element(own)
        yield "tests", functools.partial(guards.tests, page=page.name), "tests/site/test_figures.py", "tests/site/test_pages.py"
        for name in others:
            yield from of_element(name)
        return
    yield "build", guards.build, page.name, str(before), spoken(page, mutant)
    tests = ["tests/test_what_is_drawn.py", f"tests/pages/{page.part}/test_{page.stem}.py", "tests/test_published_numbers.py"]
    tests += [f"tests/studies/test_{file.stem}.py"] if part == "studies" else []
    tests += (
        ["tests/kit/figure/test_plot.py", "tests/kit/figure/test_figures.py", "tests/kit/test_labelled.py", "tests/site/test_both_pictures.py"]
        if part == "drawing"
        else []
    )
    yield "tests", functools.partial(guards.tests, page=page.name), *tests
    if mutant.kind == "constant" or of_claim(page, mutant):
        yield "replication", guards.damaged, page.name
    elif spoken(page, mutant):
        yield "replication", guards.again, page.name


def of_element(name: str) -> Iterator[tuple]:
    """The guards of a live element: its own tests, and what all of them must do."""
    yield "tests", guards.tests, f"tests/live/test_{name.replace('-', '_')}.py"
    yield "tests", guards.tests, "tests/live/test_all.py", "-k", name


def elements_with(file: Path, page: Page) -> list[str]:
    """The live elements that a browser module is part of, those of the page first."""
    placed = {entry.live: each != page for each in project.pages() for entry in project.marked(each) if entry.live}
    using = [name for name in placed if file in live.loaded(ROOT / f"docs/assets/js/live/{name}.js")]
    return sorted(using, key=lambda name: placed[name])


def try_page(page: Page, seconds: float, mistakes: Iterator[tuple[str, Mutant]]) -> list[Verdict]:
    """Plant mistakes for so long."""
    found = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        space, before = Workspace(Path(folder) / "project"), Path(folder) / "before.pickle"
        if space.run(guards.baseline, page.name, str(before), seconds=PATIENCE, log=before.with_suffix(".log")) != 0:
            raise SystemExit(f"{page.name} does not build without a mistake:\n{before.with_suffix('.log').read_text()}")
        built = {file: file.read_bytes() for file in (space.root / "docs/built" / page.part).glob(f"{page.stem}.*")}
        end = time.monotonic() + seconds
        for part, mutant in mistakes:
            if time.monotonic() > end:
                break
            fate, by = judged(space, page, part, mutant, before)
            found.append(Verdict(str(mutant), part, mutant.kind, fate, by))
            print(f"{page.name}  {fate:<10} {by:<11} {mutant}", flush=True)
            for file, content in built.items():
                file.write_bytes(content)
    return found


def place(page: Page) -> Path:
    """Where the verdicts of a page lie."""
    return KEPT / f"{page.part}.{page.stem}.json"


def kept(page: Page) -> list[Verdict]:
    """What was found of a page; nothing if it was never tried."""
    return [Verdict(**each) for each in json.loads(place(page).read_text("utf8"))] if place(page).is_file() else []


def keep(page: Page, found: list[Verdict], again: bool) -> None:
    """Add verdicts to those of a page; a mistake that was planted before is judged anew.

    Args:
        again: whether all that had survived was planted again, so that what is not among the verdicts is gone.
    """
    before = [each for each in kept(page) if not again or each.fate != "survived"]
    found = [replace(each, mended=again and each.fate == "refused") for each in found]
    all_found = {unplaced(each.mutant): each for each in (*before, *found)}
    write_whole(place(page), json.dumps([vars(each) for each in all_found.values()], indent=1, ensure_ascii=False).encode())


def table() -> str:
    """What was planted on each page and what became of it, and by which guard how many were refused, in Markdown."""
    lines = ["| page | planted | refused at first | refused | survived | equivalent |", "|---|---|---|---|---|---|"]
    total: Counter = Counter()
    for page in project.pages():
        if found := kept(page):
            counted = counts(found)
            lines.append(row(f"[{page.name}](../{page.name}.md)", counted))
            total += counted
    guards_found = ["| guard | refused |", "|---|---|", *(f"| {guard} | {total[guard]} |" for guard in GUARDS)]
    return "\n".join([*lines, row("**all**", total), "", *guards_found, ""])


def counts(verdicts: list[Verdict]) -> Counter:
    """How many mistakes met each fate, and how many each guard refused."""
    return Counter([*(each.fate for each in verdicts), *(each.by for each in verdicts if each.by), *("mended" for each in verdicts if each.mended)])


def row(name: str, found: Counter) -> str:
    """A line of the table."""
    real = found["refused"] + found["survived"]
    shares = [f"{100 * many // real} %" if real else "" for many in (found["refused"] - found["mended"], found["refused"])]
    return f"| {name} | {real} | {' | '.join(shares)} | {found['survived']} | {found['equivalent']} |"


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    asked.add_argument("pages", nargs="*", metavar="PAGE")
    asked.add_argument("--seconds", type=float, default=300, help="how long mistakes are planted on each page")
    asked.add_argument("--seed", type=int, default=0, help="of the order of the mistakes")
    asked.add_argument("--parts", nargs="+", choices=list(WEIGHTS), default=list(WEIGHTS), help="where mistakes are planted")
    asked.add_argument("--again", action="store_true", help="plant only what survived before")
    asked.add_argument("--table", action="store_true", help=f"only write {shown(TABLE)} from what was found")
    options = asked.parse_args()
    if not options.table:
        warm()
        for page in project.chosen(options.pages):
            mistakes = survivors(page) if options.again else drawn(page, options.seed, options.parts)
            found = try_page(page, math.inf if options.again else options.seconds, mistakes)
            keep(page, found, options.again)
            survived = [each for each in found if each.fate == "survived"]
            print(f"{page.name}: {row('', counts(found))}")
            print("\n".join(f"  survived: {each.mutant}" for each in survived))
        return
    write_whole(TABLE, table().encode())
    sys.stdout.write(table())


if __name__ == "__main__":
    main()
