"""The elements of live figures: a figure that asks for one that a browser will not find would stay a picture, and lose its plot as well."""

import re
from collections.abc import Iterator
from pathlib import Path

from explainers.kit.build import project
from explainers.kit.build.project import DOCS
from explainers.kit.errors import Mistake
from explainers.kit.files import shown

MODULES = DOCS / "assets" / "js" / "live"
IMPORT = re.compile(r"^(?:import|export)\b(?:[^\"'`;]*?\bfrom)?\s*[\"']([^\"']+)[\"']", re.M)


def refuse_unless_there(element: str, figure: str, place: str) -> None:
    """Look whether a live figure's element is there, as the browser will look for it.

    Args:
        element: `copy-scrubber`.
        figure: the name of the figure's function.
        place: file and line of the figure.

    Raises:
        Mistake: its file is not there, or does not register it.
    """
    path, asks = MODULES / f"{element}.js", f"{place}: figure {figure} comes to life by the element {element}"
    if not path.is_file():
        near = project.nearest(element, sorted(known.stem for known in MODULES.glob("*.js")))
        raise Mistake(f"{asks}, and {shown(path)} is not there.{near}")
    registered = re.findall(r"^customElements\.define\(\s*[\"'`]([^\"'`]*)", path.read_text("utf8"), re.M)
    if element not in registered:
        instead = f" It registers {', '.join(registered)}." if registered else ""
        raise Mistake(f'{asks}, and {shown(path)} does not call customElements.define("{element}", …).{instead}')
    if lost := next(lost_imports(path), ""):
        raise Mistake(f"{asks}, and {lost}")


def imports(module: Path) -> list[tuple[int, str, Path]]:
    """What a browser module imports itself: the line, the name as it stands there, and the file to which that leads, be it there or not."""
    text = module.read_text("utf8")
    return [(text.count("\n", 0, found.start(1)) + 1, found[1], (module.parent / found[1]).resolve()) for found in IMPORT.finditer(text)]


def all_imports(module: Path) -> Iterator[tuple[Path, int, str, Path]]:
    """Every import of a browser module and of what it imports: the file and the line where it stands, the name there, and the file to which it leads."""
    seen, waiting = set(), [module]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        for line, name, target in imports(path):
            yield path, line, name, target
            if target.is_file() and target not in seen:
                waiting.append(target)


def loaded(module: Path) -> set[Path]:
    """What a browser loads of a module: the module, and all that it imports, directly or through others."""
    return {module, *(target for *_, target in all_imports(module))}


def lost_imports(module: Path) -> Iterator[str]:
    """A sentence for each import of a browser module, or of what it imports, that leads to no file: the browser would load nothing of it."""
    for path, line, name, target in all_imports(module):
        if not target.is_file():
            near = project.nearest(name, [f"../{each.parent.name}/{each.name}" for each in sorted(MODULES.parent.glob("*/*.js"))])
            yield f"{shown(path)}:{line} imports {name}, which is not there.{near}"
