"""The glossary: its words are references that every page's prose may link to, with what they mean as the link's title."""

import re

from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from explainers.kit.build.project import DOCS

GLOSSARY = DOCS / "about" / "glossary.md"


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
