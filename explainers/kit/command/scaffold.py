"""Makes a new page that builds at once: module, prose, test and navigation line."""

import ast
import keyword
import re
from pathlib import Path

from explainers.kit.build import project
from explainers.kit.build.project import Page
from explainers.kit.command.templates import filled, write_all
from explainers.kit.errors import WrongUsage
from explainers.kit.files import ROOT, shown

# What a run must hold for a new page to begin with it, by the folder of the page's templates.
SHAPES = {
    "answers": {"targets", "outputs", "wrong_bits"},
    "predictions": {"sequences", "predicted"},
    "sentences": {"words", "encoder"},
}
NAVIGATION = ROOT / "mkdocs.yml"
PAGE_NAME = r"([a-z][a-z0-9_]*)/([a-z][a-z0-9_]*)"
RESERVED = (project.BUILT.name, "checkpoints")  # names of folders that the build writes


def scaffold(name: str, task: str = "") -> list[str]:
    """Write the files of a new page; returns their paths.

    Args:
        name: `part/page`, in small letters and underscores.
        task: what the page is about; by default what the other pages of its part are about.

    Raises:
        WrongUsage: the name is no name, or the page exists, or the task records nothing that a page could begin with.
        Mistake: a file is in the way, or a folder cannot be written. Nothing was written.
    """
    page = named(name)
    if page.path.exists():
        raise WrongUsage(f"The page {name} exists: {shown(page.path)}.")
    task = known_task(task) if task else likely_task(page.part)
    title = spoken(page.stem)
    words = {"title": title, "task": task, "dotted": page.dotted, "name": name, "part": page.part, "stem": page.stem}
    places = {
        "page.py": page.path,
        "page.md": page.markdown,
        "test.py": ROOT / "tests" / "pages" / page.part / f"test_{page.stem}.py",
    }
    files = {path: filled(f"page/{shape_of(task)}/{template}", words) for template, path in places.items()}
    package = page.path.with_name("__init__.py")
    if not package.exists():
        files[package] = ""
    navigation = with_line(NAVIGATION.read_text("utf8"), page, title)
    return write_all(files, {NAVIGATION: navigation}, f"the new page {name}")


def shape_of(task: str) -> str:
    """Which templates fit what a task records; nothing if none does."""
    module = project.TASKS / task / "run.py"
    classes = [node for node in project.tree(module).body if isinstance(node, ast.ClassDef)] if module.is_file() else []
    fields = {line.target.id for node in classes if node.name == "Run" for line in node.body if isinstance(line, ast.AnnAssign)}
    return next((shape for shape, needed in SHAPES.items() if needed <= fields), "")


def shown_by_pages() -> list[str]:
    """The tasks that a new page can begin with.

    Raises:
        WrongUsage: there are none.
    """
    found = [task for task in project.trainable() if shape_of(task)]
    if not found:
        raise WrongUsage("No task records a run that a page could begin with. `python build_figures.py new --task NAME` makes one that does.")
    return found


def known_task(task: str) -> str:
    """The task of this name.

    Raises:
        WrongUsage: there is no such task (the nearest name is offered), or it records nothing that a page could begin with.
    """
    known = project.trainable()
    if task not in known:
        raise WrongUsage(f"There is no task {task}.{project.nearest(task, known)} Tasks: {', '.join(known)}.")
    if not shape_of(task):
        needed = "; or ".join(", ".join(sorted(fields)) for fields in SHAPES.values())
        raise WrongUsage(
            f"The task {task} records no run that a page could begin with: its `Run` in {shown(project.TASKS / task / 'run.py')} would hold "
            f"{needed}. Tasks that do: {', '.join(shown_by_pages())}."
        )
    return task


def named(name: str) -> Page:
    """The page of a name that is given for a new one.

    Raises:
        WrongUsage: it is no name, a word of Python, or its part is a folder that is there for something else; a name that would do is offered.
    """
    match = re.fullmatch(PAGE_NAME, name)
    if not match:
        would_do = re.sub(r"[\s-]+", "_", name.lower())
        offered = f"{would_do} would do" if re.fullmatch(PAGE_NAME, would_do) else "for instance memory/queue"
        raise WrongUsage(f"{name} is not a page's name. Write part/page in small letters, digits and underscores; {offered}.")
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
    tasks = shown_by_pages()
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
