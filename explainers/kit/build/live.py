"""The elements of live figures: a figure that asks for one that a browser will not find would stay a picture, and lose its plot as well."""

import re

from explainers.kit.build import project
from explainers.kit.build.project import DOCS
from explainers.kit.errors import Mistake
from explainers.kit.files import shown

MODULES = DOCS / "assets" / "js" / "live"


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
