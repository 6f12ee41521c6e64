"""What a page says in its head, to search engines and to whoever shares a link."""

import re
import struct
from html import unescape

import pytest

from explainers.kit.site import head, preview
from tests.browser import PAGES

KEYS = ("og:type", "og:site_name", "og:title", "og:description", "og:url", "og:image")


@pytest.fixture(scope="module")
def heads(published) -> dict[str, dict[str, str]]:
    """What each page of the published site says, by path."""
    found = {}
    for page in sorted(published.folder.rglob("index.html")):
        text = page.read_text("utf8").split("</head>")[0]
        tags = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', text)
        assert len(dict(tags)) == len(tags), page
        found[page.relative_to(published.folder).as_posix()] = {key: unescape(value) for key, value in tags}
    assert len(found) > 20
    return found


def test_every_page_says_what_it_is(heads, published):
    for path, tags in heads.items():
        assert all(tags.get(key) for key in KEYS), path
        assert tags["og:description"] == tags["description"]
        assert tags["og:url"] == published.address + path.removesuffix("index.html")
        assert not re.search(r"[<>{}¶]", tags["og:title"] + tags["og:description"]), path
        assert len(tags["description"]) <= head.LONGEST


@pytest.mark.parametrize("key", ["og:title", "og:description", "og:image"])
def test_no_two_pages_say_the_same(heads, key):
    said = [tags[key] for tags in heads.values()]
    assert sorted(set(said)) == sorted(said)


def test_every_picture_is_a_png_of_the_size_that_is_told(heads, published):
    for tags in heads.values():
        assert tags["og:image"].startswith(published.address)
        picture = (published.folder / tags["og:image"].removeprefix(published.address)).read_bytes()
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        size = struct.unpack(">II", picture[16:24])
        assert size == (1200, 630) == (int(tags["og:image:width"]), int(tags["og:image:height"]))


def test_a_picture_is_the_pages_title_above_its_first_figure(heads, published):
    name = heads["index.html"]["og:site_name"]
    for page in PAGES:
        text = (published.folder / page / "index.html").read_text("utf8")
        figure = re.search('data-figure="(.*?)"', text)[1].replace(".", "/", 1)
        assert figure.startswith(page.rstrip("/"))
        tags = heads[f"{page}index.html"]
        drawing = preview.sheet(tags["og:title"], (published.folder / f"built/{figure}.svg").read_text("utf8"), name)
        picture = (published.folder / tags["og:image"].removeprefix(published.address)).read_bytes()
        assert [picture] == preview.drawn([drawing])


def test_a_picture_is_drawn_the_same_twice(published, monkeypatch, tmp_path):
    figure = (published.folder / "built/memory/copy.memory_use.svg").read_text("utf8")
    made = []
    for name in ("one", "two"):
        monkeypatch.setattr(preview, "DRAWN", tmp_path / name)
        made += preview.drawn([preview.sheet("Title & more", figure, "Site")])
    assert made[0] == made[1]
    nothing = '<svg viewBox="0 0 1 1"></svg>'
    bare, untitled = preview.drawn([preview.sheet("Title & more", nothing, "Site"), preview.sheet("", nothing, "Site")])
    assert len(made[0]) > 2 * len(bare)  # there is a figure in it
    assert bare != untitled


def test_the_description_is_the_first_paragraph(heads):
    assert heads["memory/copy/index.html"]["description"].startswith("After this page you can read the most famous picture")
    assert "√" in heads["attention/dot_product/index.html"]["description"]
    assert head.shortened("One. " * 100).endswith("One.")
    assert len(head.shortened("word " * 100)) <= head.LONGEST
