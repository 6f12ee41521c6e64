"""Formulas: TeX in the prose becomes MathML on the page, by Temml."""

import json
import re
import subprocess
from collections.abc import Iterator

from markdown.postprocessors import Postprocessor

from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT, sha256, write_whole
from explainers.kit.site.node import node
from explainers.kit.site.records import place

TEMML = ROOT / "node_modules" / "temml"
MATHS = ROOT / ".cache" / "maths.json"
MACROS = {
    "\\query": r"\class{query}{#1}", "\\key": r"\class{key}{#1}", "\\value": r"\class{value}{#1}",
    "\\softmax": r"\operatorname{softmax}",
}  # fmt: skip
PROGRAM = """
const temml = require(process.argv[1]);
const {formulas, macros} = JSON.parse(require("fs").readFileSync(0, "utf8"));
const done = formulas.map(([tex, display]) => {
  try { return {mathml: temml.renderToString(tex, {displayMode: display, throwOnError: true, trust: true, macros: {...macros}})}; }
  catch (error) { return {error: String(error.message)}; }
});
console.log(JSON.stringify(done));
"""


class Formulas(Postprocessor):
    """Turns the formulas that pymdownx.arithmatex found into MathML."""

    FOUND = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.S)

    def run(self, text: str) -> str:
        found = [(unescaped(match[3]).strip(), match[2] == "[") for match in self.FOUND.finditer(text)]
        if not found:
            return text
        pictures: Iterator[str] = iter(mathml(found))
        return self.FOUND.sub(lambda match: next(pictures), text)


def unescaped(text: str) -> str:
    """TeX as the author wrote it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mathml(formulas: list[tuple[str, bool]]) -> list[str]:
    """MathML of formulas, made by Temml and remembered.

    Args:
        formulas: TeX, and whether it stands on a line of its own.

    Raises:
        Mistake: Temml does not understand a formula (never remembered), or it is not installed.
    """
    try:
        version = json.loads((TEMML / "package.json").read_bytes())["version"]
    except OSError as error:
        raise Mistake("node_modules/temml: not installed. Run `make site`, or `npm ci --ignore-scripts`.") from error
    try:
        known = json.loads(MATHS.read_bytes())
    except (OSError, ValueError):
        known = {}
    keys = [sha256(json.dumps([version, MACROS, PROGRAM, formula]).encode()) for formula in formulas]
    new = {key: formula for key, formula in zip(keys, formulas, strict=True) if key not in known}
    if new:
        asked = json.dumps({"formulas": list(new.values()), "macros": MACROS})
        done = subprocess.run(
            [node(), "-e", PROGRAM, str(TEMML / "dist" / "temml.cjs")],
            input=asked,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise Mistake(f"Temml failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no message'}.")
        for (key, (tex, _)), result in zip(new.items(), json.loads(done.stdout), strict=True):
            if "error" in result:
                raise Mistake(f"{place(tex.splitlines()[0])}: TeX error in `{tex}`: {result['error']}")
            known[key] = result["mathml"]
        write_whole(MATHS, json.dumps(known, sort_keys=True).encode())
    return [known[key] for key in keys]
