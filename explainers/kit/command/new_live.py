"""Makes a new live figure that moves at once: its element and the test of it. The site loads an element's module by its name."""

import re

from explainers.kit.build.project import DOCS
from explainers.kit.command.templates import filled, write_all
from explainers.kit.errors import WrongUsage
from explainers.kit.files import ROOT, shown

ELEMENTS = DOCS / "assets" / "js" / "live"
KEPT = ("annotation-xml", "color-profile", "font-face", "font-face-src", "font-face-uri", "font-face-format", "font-face-name", "missing-glyph")


def new_live(name: str) -> list[str]:
    """Write the files of a new live figure; returns their paths.

    Args:
        name: of the element: words in small letters with hyphens between them.

    Raises:
        WrongUsage: the name is no name of an element, or the element exists.
        Mistake: a file is in the way, or a folder cannot be written. Nothing was written.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name):
        raise WrongUsage(f"{name} is not an element's name. Write two words or more in small letters with hyphens between, for instance queue-bench.")
    if name in KEPT:
        raise WrongUsage(f"{name} is an element of HTML's own. Choose another name.")
    element = ELEMENTS / f"{name}.js"
    if element.exists():
        raise WrongUsage(f"The live figure {name} exists: {shown(element)}.")
    words = {"element": name, "class": name.title().replace("-", "")}
    files = {
        element: filled("live/element.js", words),
        ROOT / "tests" / "live" / f"test_{name.replace('-', '_')}.py": filled("live/test.py", words),
    }
    return write_all(files, {}, f"the new live figure {name}")
