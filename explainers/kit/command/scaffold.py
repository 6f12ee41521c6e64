"""Makes a new page that builds at once: module, prose, test and navigation line."""

import keyword
import re
from pathlib import Path

from explainers.kit.build import project
from explainers.kit.build.project import Page
from explainers.kit.errors import Mistake, WrongUsage
from explainers.kit.files import ROOT, shown, write_whole

MODULE = '''"""{title}: say in one sentence what a reader understands after this page."""

from dataclasses import fields

import plotly.graph_objects as go
import xarray as xr

from explainers.kit import labelled
from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.figure import draw, plot, theme
from explainers.kit.labelled import Axis, Quantity, recorded
from explainers.tasks import {task}


def subject() -> {task}.Run:
    """The one recorded run that this page is about."""
    return {task}.run()


@fact
def recorded_parts(run: {task}.Run) -> int:
    """How many named parts the run records."""
    return len(fields(run))


@recorded
def characters(run: {task}.Run) -> xr.DataArray:
    """How many characters each part of the run takes.

    What a figure draws is made and named in a function like this one. It belongs in the module of the study or the task, beside the numbers
    that it names; it stands here only as long as the page has no such module of its own.
    """
    sizes = {{field.name: len(repr(getattr(run, field.name))) for field in fields(run)}}
    return labelled.array(list(sizes.values()), "part", Quantity("characters"), "Size of each part", part=Axis("", tuple(sizes)))


@figure
def sizes(run: {task}.Run) -> go.Figure:
    """How many characters it takes to write down each part of the run."""
    return draw.panels([plot.bars(characters(run), colours=theme.MODEL)])


@claim
def repeatable(run: {task}.Run) -> bool:
    """Running the model again gives the same record, to the last digit."""
    return repr(subject()) == repr(run)
'''
PROSE = """# {title}

Say in three lines what one will understand after this page.

The run that this page is about has {{{{ {dotted}.recorded_parts }}}} named parts.

{{{{ figure {dotted}.sizes }}}}

{{{{ claim {dotted}.repeatable }}}}
"""
TEST = '''"""What must be true of the page {name}, beside its claims."""

from explainers.pages.{part} import {stem}


def test_the_run_has_parts():
    assert {stem}.recorded_parts({stem}.subject()) > 0
'''
NAVIGATION = ROOT / "mkdocs.yml"
RESERVED = (project.BUILT.name, "checkpoints")  # names of folders that the build writes


def scaffold(name: str) -> list[str]:
    """Write the files of a new page; returns their paths.

    Args:
        name: `part/page`, in small letters and underscores.

    Raises:
        WrongUsage: the name is no name, or the page exists.
        Mistake: a file is in the way, or a folder cannot be written. Nothing was written.
    """
    page = named(name)
    if page.path.exists():
        raise WrongUsage(f"The page {name} exists: {shown(page.path)}.")
    task = likely_task(page.part)
    title = spoken(page.stem)
    words = {"title": title, "task": task, "dotted": page.dotted, "name": name, "part": page.part, "stem": page.stem}
    test = ROOT / "tests" / "pages" / page.part / f"test_{page.stem}.py"
    files = {
        page.path: MODULE.format(**words),
        page.markdown: PROSE.format(**words),
        test: TEST.format(**words),
    }
    for path in files:
        if path.exists():
            raise Mistake(f"{shown(path)}: this file is in the way of the new page.")
    package = page.path.with_name("__init__.py")
    if not package.exists():
        files[package] = ""
    files[NAVIGATION] = with_line(NAVIGATION.read_text("utf8"), page, title)
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    try:
        for path, text in files.items():
            write_whole(path, text.encode())
    except Mistake:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
        raise
    return [shown(path) for path in files]


def named(name: str) -> Page:
    """The page of a name that is given for a new one.

    Raises:
        WrongUsage: it is no name, a word of Python, or its part is a folder that is there for something else; a name that would do is offered.
    """
    match = re.fullmatch(r"([a-z][a-z0-9_]*)/([a-z][a-z0-9_]*)", name)
    if not match:
        raise WrongUsage(f"{name} is not a page's name. Write part/page in small letters, for instance memory/queue.")
    page = Page(*match.groups())
    words = [word for word in match.groups() if keyword.iskeyword(word)]
    if words:
        would_do = "/".join(f"the_{word}" if word in words else word for word in match.groups())
        raise WrongUsage(f"{name} cannot be a page's name: {words[0]} is a word of Python. {would_do} would do.")
    folder = project.DOCS / page.part
    of_others = folder.is_dir() and any(folder.iterdir()) and not any(page.path.parent.glob("*.py"))
    if of_others or page.part in RESERVED:
        why = f"{shown(folder)} holds what has no modules" if of_others else f"the build writes to a folder {page.part}"
        part = next((other.part for other in project.pages()), "memory")
        raise WrongUsage(f"{name} cannot be a page's name: {why}. {part}/{page.stem} would do.")
    return page


def spoken(name: str) -> str:
    """A part's or a page's name as a title."""
    return name.replace("_", " ").capitalize()


def likely_task(part: str) -> str:
    """The task that the other pages of the part are about, or else the first one."""
    tasks = project.trainable()
    for neighbour in sorted((project.PAGES / part).glob("*.py")):
        used: set[Path] = project.imported(neighbour)
        for name in tasks:
            if project.TASKS / name / "__init__.py" in used:
                return name
    return tasks[0]


def with_line(navigation: str, page: Page, title: str) -> str:
    """The text of `mkdocs.yml` with a line for the page, after the last page of its part. A new part comes before *About*, or else last."""
    lines = navigation.splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if re.search(rf"\b{page.part}/\w+\.md\s*$", line)]
    if places:
        indent = re.match(r"\s*", lines[places[-1]])[0]
        lines.insert(places[-1] + 1, f"{indent}- {title}: {page.name}.md\n")
        return "".join(lines)
    start = next(number for number, line in enumerate(lines) if line.startswith("nav:"))
    end = next(
        (n for n in range(start + 1, len(lines)) if (lines[n].strip() and not lines[n].startswith((" ", "#"))) or lines[n] == "  - About:\n"),
        len(lines),
    )
    lines[end:end] = [f"  - {spoken(page.part)}:\n", f"      - {title}: {page.name}.md\n"]
    return "".join(lines)
