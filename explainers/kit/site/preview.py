"""Draws the picture that a shared link shows: a page's title above its first figure, as PNG.

resvg draws it, compiled to WebAssembly: no browser, no font of this machine, the same bytes on every processor.
"""

import base64
import json
import re
import subprocess
from html import escape
from io import BytesIO

from explainers.kit.errors import Mistake
from explainers.kit.figure import theme
from explainers.kit.files import ROOT, sha256, write_whole
from explainers.kit.site.node import node

WIDTH, HEIGHT = 1200, 630  # what sites that show links ask for
MARGIN = 60
MODULES = ROOT / "node_modules"
RESVG = MODULES / "@resvg" / "resvg-wasm"
FONTS = (
    "inter/files/inter-latin-400-normal.woff2",
    "inter/files/inter-latin-600-normal.woff2",
    "inter/files/inter-greek-400-normal.woff2",
    "stix-two-math/files/stix-two-math-latin-400-normal.woff2",  # has the signs that the others lack
)
DRAWN = ROOT / ".cache" / "previews"
PROGRAM = """
const {readFileSync} = require("fs");
const {initWasm, Resvg} = require(process.argv[1]);
const {drawings, fonts, wasm} = JSON.parse(readFileSync(0, "utf8"));
initWasm(readFileSync(wasm)).then(() => {
  const font = {fontBuffers: fonts.map((each) => Buffer.from(each, "base64")), defaultFontFamily: "Inter"};
  const done = drawings.map((drawing) => Buffer.from(new Resvg(drawing, {font}).render().asPng()).toString("base64"));
  console.log(JSON.stringify(done));
});
"""


def sheet(title: str, figure: str, site: str) -> str:
    """The picture as SVG.

    Args:
        title: of the page.
        figure: a static picture, as `kit.figure.svg` makes it for a file of its own.
        site: the name of the site.
    """
    figure = re.sub(r"<style>.*?</style>", "", figure, flags=re.S)
    figure = re.sub(r"var\(--[\w-]+, (#\w+)\)", r"\1", figure).replace(' font-family="inherit"', "")
    figure = figure.replace('style="image-rendering:pixelated"', 'image-rendering="optimizeSpeed"')
    place = f'x="{MARGIN}" y="120" width="{WIDTH - 2 * MARGIN}" height="420"'
    size = min(44, 2000 // max(len(title), 1))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="Inter">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{theme.PAPER.light}"/>'
        f'<text x="{MARGIN}" y="82" font-size="{size}" font-weight="600" fill="{theme.INK.light}">{escape(title)}</text>'
        f"{figure.replace('<svg ', f'<svg {place} ', 1)}"
        f'<text x="{MARGIN}" y="596" font-size="24" fill="{theme.CONTROL.light}">{escape(site)}</text></svg>'
    )


def drawn(sheets: list[str]) -> list[bytes]:
    """PNG files of pictures; those drawn before are remembered.

    Raises:
        Mistake: resvg or a font is not installed, or it cannot draw a picture.
    """
    if not sheets:
        return []
    try:
        version = json.loads((RESVG / "package.json").read_bytes())["version"]
        fonts = [(MODULES / "@fontsource" / font).read_bytes() for font in FONTS]
    except OSError as error:
        raise Mistake(f"{error.filename}: not installed. Run `make site`, or `npm ci --ignore-scripts`.") from error
    made_by = sha256(json.dumps([version, PROGRAM, *map(sha256, fonts)]).encode())
    places = [DRAWN / f"{sha256(f'{made_by} {each}'.encode())}.png" for each in sheets]
    new = {place: each for place, each in zip(places, sheets, strict=True) if not place.is_file()}
    if new:
        for place, content in zip(new, rendered(list(new.values()), fonts), strict=True):
            write_whole(place, content)
    return [place.read_bytes() for place in places]


def rendered(sheets: list[str], fonts: list[bytes]) -> list[bytes]:
    """PNG files of pictures, drawn by resvg.

    Raises:
        Mistake: it failed; its last line is repeated.
    """
    asked = {
        "drawings": sheets,
        "fonts": [base64.b64encode(unpacked(font)).decode() for font in fonts],
        "wasm": str(RESVG / "index_bg.wasm"),
    }
    done = subprocess.run([node(), "-e", PROGRAM, str(RESVG)], input=json.dumps(asked), text=True, capture_output=True, check=False)
    if done.returncode:
        told = done.stderr.strip().splitlines()
        raise Mistake(f"resvg failed: {told[-1] if told else 'no message'}.")
    return [base64.b64decode(each) for each in json.loads(done.stdout)]


def unpacked(font: bytes) -> bytes:
    """A WOFF2 font as TrueType, which resvg reads."""
    from fontTools.ttLib import TTFont

    loaded, out = TTFont(BytesIO(font)), BytesIO()
    loaded.flavor = None
    loaded.recalcTimestamp = False
    loaded.save(out)
    return out.getvalue()
