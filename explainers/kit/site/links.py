"""Finds what is broken in a built site: links, anchors, ids that occur twice, and anything fetched from elsewhere."""

import os
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Reader(HTMLParser):
    """Collects the ids and the references of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.references: list[tuple[str, str, str]] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag, attributes):
        """Note what the element is called and what it refers to."""
        named = dict(attributes)
        if named.get("id"):
            self.ids[named["id"]] += 1
        if tag == "a" and named.get("name") and named["name"] != named.get("id"):
            self.ids[named["name"]] += 1
        if tag == "img" and "alt" not in named:
            self.faults.append(f"a picture without alt: {named.get('src')}")
        for key in ("href", "src", "xlink:href"):
            if named.get(key) is not None and named.get("rel") not in ("canonical", "next", "prev", "alternate"):
                self.references.append((tag, key, named[key]))

    handle_startendtag = handle_starttag


def problems(root: Path, home: str = "/") -> list[str]:
    """A sentence for each fault of the site below `root`.

    Args:
        root: the folder of the built site.
        home: the path of the site's address, with a slash at either end.

    Raises:
        ValueError: there is no page below `root`.
    """
    pages: dict[Path, Reader] = {}
    for path in sorted(root.rglob("*.html")):
        pages[path] = Reader()
        pages[path].feed(path.read_text("utf8"))
    if not pages:
        raise ValueError(f"no pages below {root}")
    found = []
    for path, page in pages.items():
        name = path.relative_to(root)
        found += [f"{name}: {fault}" for fault in page.faults]
        found += [f"{name}: the id {each} occurs twice" for each, times in sorted(page.ids.items()) if times > 1]
        for tag, key, reference in page.references:
            fault = broken(root, home, path, pages, tag, reference)
            if fault:
                found.append(f"{name}: <{tag} {key}> {fault}: {reference}")
    return found


def broken(root: Path, home: str, page: Path, pages: dict[Path, Reader], tag: str, reference: str) -> str | None:
    """What is wrong with one reference, or None."""
    address = urlsplit(reference)
    if address.scheme in ("data", "mailto", "blob"):
        return None
    if address.scheme or address.netloc:
        return None if tag == "a" else "is fetched from elsewhere"
    path = unquote(address.path)
    if path.startswith("/") and not path.startswith(home):
        return "leaves the site"
    target = (root / path.removeprefix(home)) if path.startswith("/") else Path(os.path.normpath(page.parent / path)) if path else page
    if target.is_dir():
        target = target / "index.html"
    if not target.exists():
        return "leads nowhere"
    anchor = unquote(address.fragment)
    dynamic = not anchor or anchor.startswith("__") or "=" in anchor
    if not dynamic and target in pages and anchor not in pages[target].ids:
        return "names an anchor that is not there"
    return None
