"""Makes a new task that trains at once: data, training, recorded run and test."""

import ast
import keyword
import re

from explainers.kit.build import checkpoint, project
from explainers.kit.command.scaffold import SHAPES
from explainers.kit.command.templates import filled, write_all
from explainers.kit.errors import WrongUsage
from explainers.kit.files import ROOT, shown

MODULES = ("__init__", "data", "run", "train")


def new_task(name: str) -> list[str]:
    """Write the files of a new task; returns their paths.

    Args:
        name: in small letters and underscores.

    Raises:
        WrongUsage: the name is no name of a package, or something has it already.
        Mistake: a file is in the way, or a folder cannot be written. Nothing was written.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise WrongUsage(f"{name} is not a task's name. Write small letters, digits and underscores, for instance word_order.")
    if keyword.iskeyword(name):
        raise WrongUsage(f"{name} is a word of Python itself, and no task can be called so.")
    if name in used_by_pages():
        raise WrongUsage(f"{name} is a name that pages use for something else, and no task can be called so.")
    folder = project.TASKS / name
    for taken in (folder, checkpoint.card_path(name), checkpoint.weights_path(name)):
        if taken.exists():
            raise WrongUsage(f"There is already something called {name}: {shown(taken)}.")
    words = {"task": name, "title": name.replace("_", " ").capitalize()}
    files = {folder / f"{module}.py": filled(f"task/{module}.py", words) for module in MODULES}
    files[ROOT / "tests" / "tasks" / f"test_{name}.py"] = filled("task/test.py", words)
    return write_all(files, {}, f"the new task {name}")


def used_by_pages() -> set[str | None]:
    """The names that a new page uses beside that of its task."""
    nodes = [node for shape in SHAPES for node in ast.walk(ast.parse(filled(f"page/{shape}/page.py", {"task": "of_a_task"})))]
    return {getattr(node, field, None) for node in nodes for field in ("id", "name", "asname", "arg")}
