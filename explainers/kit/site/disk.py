"""Packs the site so that it can be unpacked and read without a server; run as `python -m explainers.kit.site.disk`.

On a disk a link to a folder shows the folder, and a browser runs no modules. So links name files, and in the place of the site's module
stands a plain script that says how to bring the live figures to life.
"""

import os
import re
import sys
import zipfile
from pathlib import Path

from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT, explained, shown
from explainers.kit.lock import alone
from explainers.kit.site.assemble import SITE, everything

ZIP = ROOT / "site.zip"
FOLDER = "attention-and-memory"
NEEDLESS = {"404.html", "sitemap.xml.gz"}  # only a public host shows them
LINK = re.compile(r'(?<=[ "]href=")([^"#?:]+)(?=[#?"])')
MODULE = re.compile(r'<script\b[^>]*\bsrc="([^"]*)assets/js/site\.js"[^>]*></script>')


def pack() -> str:
    """Write `site.zip` from `site/`, the same bytes every time; returns a sentence about it.

    Raises:
        Mistake: there is no site, or the file cannot be written.
    """
    with alone(), explained(ZIP):
        files = [path for path in everything(SITE) if str(path.relative_to(SITE)) not in NEEDLESS]
        if not files:
            raise Mistake("site/: there is no site to pack. Run `make zip`, which builds it first.")
        half = ROOT / ".cache" / ZIP.name
        with zipfile.ZipFile(half, "w") as packed:
            for path in files:
                content = readable(path) if path.suffix == ".html" else path.read_bytes()
                entry = zipfile.ZipInfo(f"{FOLDER}/{path.relative_to(SITE).as_posix()}")  # dated 1980, so that no two differ
                entry.external_attr = 0o644 << 16
                packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
        os.replace(half, ZIP)
    return f"{shown(ZIP)}: {len(files)} files, {ZIP.stat().st_size / 2**20:.1f} MB. Unpack it and open {FOLDER}/index.html."


def readable(path: Path) -> bytes:
    """A page of the site as it can be read from a disk."""
    page = LINK.sub(lambda link: to_file(path.parent, link[1]), path.read_text("utf8"))
    page = MODULE.sub(r'<script src="\1assets/js/from-disk.js" defer></script>', page)
    return page.replace("'self'", "'self' file:").encode()  # for Firefox no file has the origin of another


def to_file(folder: Path, link: str) -> str:
    """A link that names a file: where it leads to a folder, the page in it."""
    return f"{link.rstrip('/')}/index.html" if (folder / link).is_dir() else link


if __name__ == "__main__":
    try:
        print(pack())
    except Mistake as mistake:
        sys.exit(str(mistake))
