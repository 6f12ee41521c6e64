"""Puts facts, figures, claims and formulas into Markdown, as an extension of Python-Markdown.

In the prose, names are written in full:

- `{{ memory.copy.wrong_bits }}` is a fact; `{{ memory.copy.bits:.2f }}` formats it as Python does
- `{{ claim memory.copy.aligned }}` is the sentence of a claim that was found true
- `{{ figure memory.copy.memory_use }}`, alone on a line, is a figure; `{{ gallery }}` is all of them
- `{{ table memory.results.reached }}`, alone on a line, is a table
- `[softmax][]`, or `[the softmax][softmax]`, leads to the glossary; what the glossary says stands on the link

A formula stands in dollars, as in TeX, and becomes MathML. Anything that cannot be resolved stops the build.
"""

import json
import re
import subprocess
import xml.etree.ElementTree as etree
from collections.abc import Iterator

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from explainers.kit import html, project
from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT, sha256, shown, write_whole
from explainers.kit.node import node
from explainers.kit.project import BUILT, DOCS, Page

NAME = r"[a-z_]\w*\.[a-z_]\w*\.[a-z_]\w*"
FACT = rf"\{{\{{ ({NAME})(?::([^{{}}\s]+))? \}}\}}"
CLAIM = rf"\{{\{{ claim ({NAME}) \}}\}}"
FIGURE = re.compile(rf"^\{{\{{ figure ({NAME}) \}}\}}$")
TABLE = re.compile(rf"^\{{\{{ table ({NAME}) \}}\}}$")
GALLERY = "{{ gallery }}"
GLOSSARY = DOCS / "about" / "glossary.md"
ANYTHING = re.compile(r"\{\{ ?[a-zA-Z][^{}]*\}\}")
AFTER_CODE = 185  # inline code has 190, so names in code stay as they are


class Record:
    """What was built of one page, verified: an edited or outdated file is refused."""

    def __init__(self, page: Page):
        self.page = page
        again = f"Run `python build_figures.py {page.name}`."
        try:
            self.content = json.loads(page.record.read_bytes())
            files = self.content["files"]
        except (OSError, ValueError, KeyError) as error:
            raise Mistake(f"{shown(page.record)}: the figures of {page.name} are not built. {again}") from error
        if self.content["sources"] != project.digest_of_sources(page):
            raise Mistake(f"{shown(page.record)}: the figures of {page.name} are older than their sources. {again}")
        for path, digest in files.items():
            if not (BUILT / path).is_file() or sha256((BUILT / path).read_bytes()) != digest:
                raise Mistake(f"{shown(BUILT / path)}: this file is not what the build wrote. {again}")


class Records:
    """The built records of all pages, read when first needed."""

    def __init__(self) -> None:
        self.read: dict[str, Record] = {}

    def find(self, kind: str, full: str, written: str) -> tuple[Page, dict, dict]:
        """The page, its record, and the entry of one figure, fact or claim.

        Raises:
            Mistake: there is none of this name; the message names the file, the line and the nearest name.
        """
        pages = {page.dotted: page for page in project.pages()}
        dotted, name = full.rsplit(".", 1)
        known = {
            page.full(entry): page for page in pages.values() for entry in project.marked(page) if entry.kind == kind
        }
        if full not in known:
            raise Mistake(f"{place(written)}: there is no {kind} {full}.{project.nearest(full, known)}")
        if dotted not in self.read:
            self.read[dotted] = Record(pages[dotted])
        content = self.read[dotted].content
        return pages[dotted], content, content[f"{kind}s"][name]


def place(written: str) -> str:
    """Where in the prose something is written: `docs/memory/copy.md:12`."""
    for path in sorted(DOCS.rglob("*.md")):
        for number, line in enumerate(path.read_text("utf8").splitlines(), 1):
            if written in line:
                return f"{shown(path)}:{number}"
    return "the prose"


class Fact(InlineProcessor):
    """`{{ part.page.name }}` or `{{ part.page.name:format }}`."""

    def __init__(self, pattern: str, md: Markdown, records: Records):
        super().__init__(pattern, md)
        self.records = records

    def handleMatch(self, m, data):
        _, _, entry = self.records.find("fact", m[1], m[0])
        element = etree.Element("span", {"class": "fact", "data-fact": m[1], "title": entry["text"]})
        try:
            element.text = AtomicString(re.sub(r"^-(?=\d)", "−", format(entry["value"], m[2] or "")))
        except ValueError as error:
            raise Mistake(
                f"{place(m[0])}: {m[1]} is {entry['value']!r}; the format {m[2]} does not fit ({error})."
            ) from error
        return element, m.start(0), m.end(0)


class Claim(InlineProcessor):
    """`{{ claim part.page.name }}`: the sentence, with the mark of a checked sentence."""

    def __init__(self, pattern: str, md: Markdown, records: Records):
        super().__init__(pattern, md)
        self.records = records

    def handleMatch(self, m, data):
        _, _, entry = self.records.find("claim", m[1], m[0])
        element = etree.Element(
            "span", {"class": "claim", "data-claim": m[1], "title": f"Checked by {entry['source']}"}
        )
        element.text = entry["text"]
        return element, m.start(0), m.end(0)


class FigureBlock(BlockProcessor):
    """`{{ figure part.page.name }}`, alone on its line."""

    def __init__(self, md: Markdown, records: Records):
        super().__init__(md.parser)
        self.md = md
        self.records = records

    def test(self, parent, block):
        return bool(FIGURE.match(block.strip()))

    def run(self, parent, blocks):
        written = blocks.pop(0).strip()
        full = FIGURE.match(written)[1]
        page, record, entry = self.records.find("figure", full, written)
        element = etree.fromstring(html.figure(page, full.rsplit(".", 1)[1], record, "/"))
        for part in element.iter():
            if part.text == html.PICTURE:
                part.text = self.md.htmlStash.store(entry["inline"])
            elif part.text and part.tag != "figcaption":
                part.text = AtomicString(part.text)
            if part.tail:
                part.tail = AtomicString(part.tail)
        parent.append(element)


class TableBlock(BlockProcessor):
    """`{{ table part.page.name }}`, alone on its line."""

    def __init__(self, md: Markdown, records: Records):
        super().__init__(md.parser)
        self.records = records

    def test(self, parent, block):
        return bool(TABLE.match(block.strip()))

    def run(self, parent, blocks):
        written = blocks.pop(0).strip()
        full = TABLE.match(written)[1]
        _, _, entry = self.records.find("table", full, written)
        box = etree.SubElement(parent, "table", {"class": "built", "id": full, "data-table": full})
        etree.SubElement(box, "caption").text = AtomicString(entry["text"])
        unsought = {"data-search-exclude": ""}
        head = etree.SubElement(etree.SubElement(box, "thead", unsought), "tr")
        for words in entry["head"]:
            etree.SubElement(head, "th", {"scope": "col"}).text = AtomicString(words)
        for group in entry["groups"]:
            body = etree.SubElement(box, "tbody", unsought)
            above = {"scope": "rowgroup", "colspan": str(len(entry["head"]))}
            title = etree.SubElement(etree.SubElement(body, "tr", {"class": "group"}), "th", above)
            link = {"href": f"/{group['page']}.md"}
            known = group["page"] and (DOCS / f"{group['page']}.md").is_file()
            named = etree.SubElement(title, "a", link) if known else etree.SubElement(title, "span")
            named.text = AtomicString(group["title"])
            etree.SubElement(title, "small").text = AtomicString(group["note"])
            for row in group["rows"]:
                line = etree.SubElement(body, "tr")
                etree.SubElement(line, "th", {"scope": "row"}).text = AtomicString(row[0])
                for column, words in zip(entry["head"][1:], row[1:], strict=True):
                    etree.SubElement(line, "td", {"data-column": column} if words else {"class": "none"}).text = AtomicString(
                        words or "–"
                    )


class GalleryBlock(BlockProcessor):
    """`{{ gallery }}`, alone on its line: every figure of the site, each leading to its place."""

    def __init__(self, md: Markdown, records: Records):
        super().__init__(md.parser)
        self.records = records

    def test(self, parent, block):
        return block.strip() == GALLERY

    def run(self, parent, blocks):
        blocks.pop(0)
        box = etree.SubElement(parent, "ul", {"class": "gallery"})
        for page in project.pages():
            for entry in project.marked(page):
                if entry.kind != "figure":
                    continue
                _, _, built = self.records.find("figure", page.full(entry), GALLERY)
                link = etree.SubElement(
                    etree.SubElement(box, "li"), "a", {"href": f"/{page.name}.md#{page.full(entry)}"}
                )
                size = {"width": "380", "height": str(round(built["height"]["wide"] / 2))}
                source = f"/built/{page.name}.{entry.name}.svg"
                etree.SubElement(link, "img", {"src": source, "alt": "", "loading": "lazy"} | size)
                etree.SubElement(link, "span").text = AtomicString(entry.text)


class Glossary(Preprocessor):
    """Makes every word of the glossary a reference that Markdown's own links know, with what it means as the link's title."""

    def run(self, lines: list[str]) -> list[str]:
        for word, (anchor, meaning) in glossary().items():
            self.md.references[word.lower()] = (f"/{GLOSSARY.relative_to(DOCS)}#{anchor}", meaning)
        return lines


class Anchors(Treeprocessor):
    """Gives each bold word of a definition list an anchor, so that the glossary can be linked to word by word."""

    def run(self, root):
        for word in root.iter("dt"):
            if word.find("strong") is not None:
                word.set("id", anchor_of(word.find("strong").text))


class Elsewhere(Treeprocessor):
    """Marks links that leave the site; on paper their targets are written out."""

    def run(self, root):
        for link in root.iter("a"):
            if re.match(r"https?://", link.get("href", "")):
                link.set("rel", "external")


class BareNumbers(Treeprocessor):
    """Keeps cells without a word out of the search's index: nobody looks for a row of numbers."""

    WORD = re.compile(r"[^\W\d_]{3}")

    def run(self, root):
        written = (table for table in root.iter("table") if table.get("class") != "built")  # what was built is left out already
        for cell in (cell for table in written for cell in table.iter("td")):
            if not self.WORD.search("".join(cell.itertext())):
                cell.set("data-search-exclude", "")


def anchor_of(heading: str) -> str:
    """The anchor of a word of the glossary: that of `Add vector` is `add-vector`."""
    return re.sub(r"\W+", "-", heading.lower()).strip("-")


def glossary() -> dict[str, tuple[str, str]]:
    """Every word of the glossary, with its anchor and its meaning in plain text.

    A heading such as `**Head**, **heads** h` is known by its words in bold; the first of them is its anchor.
    """
    if not GLOSSARY.is_file():
        return {}
    known = {}
    for heading, meaning in re.findall(r"^(\*\*.+)\n:   (.+(?:\n    .+)*)", GLOSSARY.read_text("utf8"), flags=re.M):
        words = re.findall(r"\*\*(.+?)\*\*", heading)
        plain = re.sub(r"\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])|\{[.#][^}]*\}|[*$`]", lambda found: found[1] or "", meaning)
        known |= {word.lower(): (anchor_of(words[0]), " ".join(plain.split())) for word in words}
    return known


class Leftovers(Postprocessor):
    """Refuses anything in double braces, and any word sought in the glossary, that was not understood, outside code and formulas."""

    def run(self, text: str) -> str:
        visible = re.sub(r"<(code|math|pre|svg|script)\b.*?</\1>", "", text, flags=re.S)
        unknown = re.search(r"\[([^\[\]<>]*)\]\[([^\[\]<>]*)\]", visible)
        if unknown:
            word = (unknown[2] or unknown[1]).lower()
            raise Mistake(
                f"{place(unknown[0])}: the glossary does not know “{word}”.{project.nearest(word, glossary())} "
                f"It is {shown(GLOSSARY)}."
            )
        found = ANYTHING.search(visible)
        if found:
            raise Mistake(
                f"{place(found[0])}: {found[0]} is not understood. Write `{{{{ part.page.fact }}}}`, "
                "`{{ claim part.page.name }}`, or `{{ figure part.page.name }}` or `{{ table part.page.name }}` alone on a line."
            )
        return text


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
            raise Mistake(
                f"Temml failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no message'}."
            )
        for (key, (tex, _)), result in zip(new.items(), json.loads(done.stdout), strict=True):
            if "error" in result:
                raise Mistake(f"{place(tex.splitlines()[0])}: TeX error in `{tex}`: {result['error']}")
            known[key] = result["mathml"]
        write_whole(MATHS, json.dumps(known, sort_keys=True).encode())
    return [known[key] for key in keys]


class Explainers(Extension):
    """The extension that `mkdocs.yml` names."""

    def extendMarkdown(self, md: Markdown) -> None:
        records = Records()
        md.inlinePatterns.register(Fact(FACT, md, records), "explainers-fact", AFTER_CODE)
        md.inlinePatterns.register(Claim(CLAIM, md, records), "explainers-claim", AFTER_CODE + 1)
        md.parser.blockprocessors.register(FigureBlock(md, records), "explainers-figure", 175)
        md.parser.blockprocessors.register(TableBlock(md, records), "explainers-table", 175)
        md.parser.blockprocessors.register(GalleryBlock(md, records), "explainers-gallery", 174)
        md.preprocessors.register(Glossary(md), "explainers-glossary", 20)
        md.treeprocessors.register(Anchors(md), "explainers-anchors", 5)
        md.treeprocessors.register(Elsewhere(md), "explainers-elsewhere", 4)
        md.treeprocessors.register(BareNumbers(md), "explainers-bare-numbers", 3)
        md.postprocessors.register(Formulas(md), "explainers-formulas", 0)
        md.postprocessors.register(Leftovers(md), "explainers-leftovers", -1)


def makeExtension(**options) -> Explainers:
    """Python-Markdown's entry."""
    return Explainers(**options)
