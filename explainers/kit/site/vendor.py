"""Third-party browser files: fetched from npm by the lock file, checked by its digests, copied where the site needs them.

Run as `python -m explainers.kit.site.vendor`. None of these files is committed.
"""

import json
import subprocess
import sys
from io import BytesIO

from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT, sha256, write_whole
from explainers.kit.lock import alone
from explainers.kit.site.node import npm

MODULES = ROOT / "node_modules"
TARGET = ROOT / "docs" / "assets" / "vendor"
STAMP = MODULES / ".stamp"
FONT = MODULES / "@fontsource" / "stix-two-math" / "files" / "stix-two-math-latin-400-normal.woff2"
LETTERS = (
    "U+20-7E,U+A0,U+B1,U+B7,U+D7,U+302,U+303,U+304,U+391-3A9,U+3B1-3C9,U+2016,U+2026,U+2032,U+2061,U+20D7,U+2113,"
    "U+211D,U+2190-2194,U+21A6,U+2200,U+2202,U+2203,U+2205,U+2207,U+2208,U+2211,U+2212,U+2218,U+2219,U+221A,U+221E,"
    "U+2225,U+2229,U+222A,U+223C,U+2248,U+2260,U+2264,U+2265,U+2282,U+2295,U+2297,U+2299,U+22A4,U+22C5,U+22EE,U+22EF,"
    "U+2308-230B,U+27E8,U+27E9,U+1D434-1D467,U+210E,U+1D6FC-1D714,U+1D7CE-1D7D7"
)


def fetch() -> None:
    """Install the npm packages of the lock file, unless they are there.

    Raises:
        Mistake: npm failed; its last lines are repeated.
    """
    wanted = sha256((ROOT / "package-lock.json").read_bytes())
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Mistake("npm could not install the browser files:\n" + "\n".join(done.stderr.strip().splitlines()[-8:]))
    STAMP.write_text(wanted)


def copy() -> None:
    """Put the files that the site needs into `docs/assets/vendor/`."""
    stamp = TARGET / "made-from.json"
    source = json.dumps([sha256((ROOT / "package-lock.json").read_bytes()), LETTERS]).encode()
    if stamp.is_file() and stamp.read_bytes() == source:
        return
    plotly = MODULES / "plotly.js-cartesian-dist-min"
    write_whole(TARGET / "plotly-cartesian.min.js", (plotly / "plotly-cartesian.min.js").read_bytes())
    write_whole(TARGET / "plotly-LICENSE.txt", (plotly / "LICENSE").read_bytes())
    write_whole(TARGET / "stix-two-math.woff2", subset(FONT.read_bytes()))
    write_whole(TARGET / "stix-two-math-LICENSE.txt", (FONT.parents[1] / "LICENSE").read_bytes())
    write_whole(stamp, source)


def subset(font: bytes) -> bytes:
    """The letters, signs and stretching rules of a maths font that formulas need, as WOFF2."""
    from fontTools import subset as tool

    options = tool.Options(flavor="woff2", layout_features=["ssty", "kern", "mark"], notdef_outline=True, hinting=False)
    loaded = tool.load_font(BytesIO(font), options)
    subsetter = tool.Subsetter(options)
    subsetter.populate(unicodes=tool.parse_unicodes(LETTERS.replace("U+", "")))
    subsetter.subset(loaded)
    out = BytesIO()
    tool.save_font(loaded, out, options)
    return out.getvalue()


if __name__ == "__main__":
    try:
        with alone():
            fetch()
            copy()
    except Mistake as mistake:
        sys.exit(str(mistake))
