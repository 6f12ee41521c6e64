"""Puts facts, figures, claims and formulas into Markdown, as an extension of Python-Markdown.

In the prose, names are written in full:

- `{{ memory.copy.wrong_bits }}` is a fact; `{{ memory.copy.bits:.2f }}` formats it as Python does
- `{{ claim memory.copy.aligned }}` is the sentence of a claim that was found true
- `{{ figure memory.copy.memory_use }}`, alone on a line, is a figure; `{{ gallery }}` is all of them
- `{{ house }}` is the picture of the rooms of the project
- `{{ table memory.results.reached }}`, alone on a line, is a table
- `[softmax][]`, or `[the softmax][softmax]`, leads to the glossary; what the glossary says stands on the link

A formula stands in dollars, as in TeX, and becomes MathML. Anything that cannot be resolved stops the build.
"""

import itertools
import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from explainers.kit.build import live, project
from explainers.kit.build.project import DOCS
from explainers.kit.errors import Mistake
from explainers.kit.figure import markup
from explainers.kit.files import shown
from explainers.kit.site import house
from explainers.kit.site.glossary import GLOSSARY, Anchors, Glossary, glossary
from explainers.kit.site.maths import Formulas
from explainers.kit.site.records import NAME, Records, of_this_build, place

FACT = rf"\{{\{{ ({NAME})(?::([^{{}}\s]+))? \}}\}}"
CLAIM = rf"\{{\{{ claim ({NAME}) \}}\}}"
FIGURE = re.compile(rf"^\{{\{{ figure ({NAME}) \}}\}}$")
TABLE = re.compile(rf"^\{{\{{ table ({NAME}) \}}\}}$")
GALLERY = "{{ gallery }}"
HOUSE = "{{ house }}"
ANYTHING = re.compile(r"\{\{ ?[a-zA-Z][^{}]*\}\}")
SPEAKS_OF = {
    "claim": "True of what is recorded on this page.",
    "finding": "True of each of the published machines, and tried on data that nobody had looked at.",
    "invariant": "True whatever the weights are: it tests the code.",
}
AFTER_CODE = 185  # inline code has 190, so names in code stay as they are


def meaning(entry: dict) -> str:
    """What a fact is: of a statistic, which one and over what; of a setting, that it was chosen."""
    if entry["mark"] == "setting":
        return f"{entry['text']} A setting: chosen, not measured."
    return f"{entry['text']} The {entry['statistic']} over {entry['over']}." if "statistic" in entry else entry["text"]


class Fact(InlineProcessor):
    """`{{ part.page.name }}` or `{{ part.page.name:format }}`."""

    def __init__(self, pattern: str, md: Markdown, records: Records):
        super().__init__(pattern, md)
        self.records = records

    def handleMatch(self, m, data):
        _, _, entry = self.records.find("fact", m[1], m[0])
        element = etree.Element("span", {"class": "fact", "data-fact": m[1], "title": meaning(entry)})
        try:
            element.text = AtomicString(re.sub(r"^-(?=\d)", "−", format(entry["value"], m[2] or "")))
        except ValueError as error:
            raise Mistake(f"{place(m[0])}: {m[1]} is {entry['value']!r}; the format {m[2]} does not fit ({error}).") from error
        return element, m.start(0), m.end(0)


class Claim(InlineProcessor):
    """`{{ claim part.page.name }}`: the sentence, with the mark of a checked sentence."""

    def __init__(self, pattern: str, md: Markdown, records: Records):
        super().__init__(pattern, md)
        self.records = records

    def handleMatch(self, m, data):
        _, _, entry = self.records.find("claim", m[1], m[0])
        title = f"{SPEAKS_OF[entry['mark']]} Checked by {entry['source']}"
        element = etree.Element("span", {"class": f"claim {entry['mark']}", "data-claim": m[1], "title": title})
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
        _, record, entry = self.records.find("figure", full, written)
        if entry["live"]:
            live.refuse_unless_there(entry["live"], full, entry["source"])
        element = etree.fromstring(markup.figure(full, record, "/"))
        for part in element.iter():
            if part.text == markup.PICTURE:
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
                    etree.SubElement(line, "td", {"data-column": column} if words else {"class": "none"}).text = AtomicString(words or "–")


class GalleryBlock(BlockProcessor):
    """`{{ gallery }}`, alone on its line: every figure of the site by its part, each leading to its place."""

    def __init__(self, md: Markdown, records: Records):
        super().__init__(md.parser)
        self.records = records

    def test(self, parent, block):
        return block.strip() == GALLERY

    def run(self, parent, blocks):
        blocks.pop(0)
        for part, pages in itertools.groupby(project.pages(), lambda page: page.part):
            etree.SubElement(parent, "h2").text = part.replace("_", " ").capitalize()
            box = etree.SubElement(parent, "ul", {"class": "gallery"})
            for page in pages:
                for entry in (one for one in project.marked(page) if one.kind == "figure"):
                    self.show(etree.SubElement(box, "li"), page, entry)

    def show(self, place: etree.Element, page: project.Page, entry: project.Marked) -> None:
        """A figure, large enough to be read, cut off where there is no room; and whether one can touch it."""
        _, _, built = self.records.find("figure", page.full(entry), GALLERY)
        link = etree.SubElement(place, "a", {"href": f"/{page.name}.md#{page.full(entry)}"})
        crop = etree.SubElement(link, "span", {"class": "crop"})
        size = {"width": "688", "height": str(round(built["height"]["wide"]))}
        etree.SubElement(crop, "img", {"src": f"/built/{page.name}.{entry.name}.svg", "alt": "", "loading": "lazy"} | size)
        if built["live"]:
            etree.SubElement(link, "b", {"class": "badge"}).text = "live"
        etree.SubElement(link, "span").text = AtomicString(entry.text)


class HouseBlock(BlockProcessor):
    """`{{ house }}`, alone on its line: the rooms of the project and their arrows, read from the imports."""

    def test(self, parent, block):
        return block.strip() == HOUSE

    def run(self, parent, blocks):
        blocks.pop(0)
        for made in (house.picture(), house.rooms()):
            for part in made.iter():
                part.text = part.text and AtomicString(part.text)
            parent.append(made)


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


class Leftovers(Postprocessor):
    """Refuses anything in double braces, and any word sought in the glossary, that was not understood, outside code and formulas."""

    def run(self, text: str) -> str:
        visible = re.sub(r"<(code|math|pre|svg|script)\b.*?</\1>", "", text, flags=re.S)
        unknown = re.search(r"\[([^\[\]<>]*)\]\[([^\[\]<>]*)\]", visible)
        if unknown:
            word = (unknown[2] or unknown[1]).lower()
            raise Mistake(f"{place(unknown[0])}: the glossary does not know “{word}”.{project.nearest(word, glossary())} It is {shown(GLOSSARY)}.")
        found = ANYTHING.search(visible)
        if found:
            raise Mistake(
                f"{place(found[0])}: {found[0]} is not understood. Write `{{{{ part.page.fact }}}}`, "
                "`{{ claim part.page.name }}`, or `{{ figure part.page.name }}` or `{{ table part.page.name }}` alone on a line."
            )
        return text


class Explainers(Extension):
    """The extension that `mkdocs.yml` names."""

    def extendMarkdown(self, md: Markdown) -> None:
        records = of_this_build()
        md.inlinePatterns.register(Fact(FACT, md, records), "explainers-fact", AFTER_CODE)
        md.inlinePatterns.register(Claim(CLAIM, md, records), "explainers-claim", AFTER_CODE + 1)
        md.parser.blockprocessors.register(FigureBlock(md, records), "explainers-figure", 175)
        md.parser.blockprocessors.register(TableBlock(md, records), "explainers-table", 175)
        md.parser.blockprocessors.register(GalleryBlock(md, records), "explainers-gallery", 174)
        md.parser.blockprocessors.register(HouseBlock(md.parser), "explainers-house", 174)
        md.preprocessors.register(Glossary(md), "explainers-glossary", 20)
        md.treeprocessors.register(Anchors(md), "explainers-anchors", 5)
        md.treeprocessors.register(Elsewhere(md), "explainers-elsewhere", 4)
        md.treeprocessors.register(BareNumbers(md), "explainers-bare-numbers", 3)
        md.postprocessors.register(Formulas(md), "explainers-formulas", 0)
        md.postprocessors.register(Leftovers(md), "explainers-leftovers", -1)


def makeExtension(**options) -> Explainers:
    """Python-Markdown's entry."""
    return Explainers(**options)
