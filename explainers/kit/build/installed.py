"""What is installed that can change a figure or a page: a version that differs makes another result."""

import functools
import platform
import re
from importlib import metadata, util
from pathlib import Path

from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT, sha256, shown

LOCK_FILE = ROOT / "requirements.txt"


@functools.cache
def digest() -> str:
    """One digest of Python and of the packages of the lock file, each in the version that is installed here.

    Raises:
        Mistake: there is no lock file.
    """
    if not LOCK_FILE.is_file():
        raise Mistake(f"{shown(LOCK_FILE)}: the lock file is missing. `git checkout -- {shown(LOCK_FILE)}` brings it back.")
    names = re.findall(r"^([\w.-]+)==", LOCK_FILE.read_text("utf8"), flags=re.M)
    versions = [f"python {platform.python_version()}", *(f"{name} {version(name)}" for name in names)]
    return sha256("\n".join(versions).encode())


def version(package: str) -> str:
    """The installed version of a package; `none` if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "none"


def theme() -> list[Path]:
    """The files of the site's theme. Its icons are left out: there are ten thousand, and the version stands for them."""
    found = util.find_spec("material")
    if not found:
        return []
    templates = Path(found.submodule_search_locations[0]) / "templates"
    files = (path for path in templates.rglob("*") if path.is_file())
    return sorted(path for path in files if ".icons" not in path.parts and "__pycache__" not in path.parts)
