"""What a page says in its head to search engines, and to whoever shares a link to it: title, description and picture.

Nothing of it is typed: the title is the page's heading, the description its first paragraph, the picture its first figure.
"""

import re
import textwrap
from html import escape, unescape
from pathlib import Path

from explainers.kit.files import write_whole
from explainers.kit.site import preview

LONGEST = 300


def complete(site: Path, address: str) -> None:
    """Give each page of a built site its description and its Open Graph tags.

    Args:
        site: the folder of the built site. Pictures are added to it if the address is known, for they are linked by it.
        address: where the site will be published, or nothing.

    Raises:
        Mistake: the pictures cannot be drawn.
    """
    pages = {path: path.read_text("utf8") for path in sorted(site.rglob("index.html"))}
    home = pages[site / "index.html"]
    name = plain(re.search(r"<title>(.*?)</title>", home, flags=re.S)[1])
    said = {path: about(page) for path, page in pages.items()}
    shown = {path: first_figure(page) or first_figure(home) for path, page in pages.items()}
    pictures = {path: picture_of(site, path) for path in pages if address and shown[path]}
    drawings = [preview.sheet(said[path][0], (site / "built" / f"{shown[path].replace('.', '/', 1)}.svg").read_text("utf8"), name) for path in pictures]
    for picture, content in zip(pictures.values(), preview.drawn(drawings), strict=True):
        write_whole(picture, content)
    for path, page in pages.items():
        title, description = said[path]
        tags = {"og:type": "website", "og:site_name": name, "og:title": title, "og:description": description}
        if path in pictures:
            tags |= {
                "og:url": address + path.relative_to(site).parent.as_posix().removeprefix(".") + "/" * (path.parent != site),
                "og:image": address + pictures[path].relative_to(site).as_posix(),
                "og:image:width": str(preview.WIDTH),
                "og:image:height": str(preview.HEIGHT),
            }
        lines = [f'<meta property="{key}" content="{escape(value)}">' for key, value in tags.items()]
        if '<meta name="description"' not in page:
            lines.insert(0, f'<meta name="description" content="{escape(description)}">')
        write_whole(path, page.replace("</head>", "\n".join(lines) + "\n</head>", 1).encode())


def about(page: str) -> tuple[str, str]:
    """Title and description of a page, as plain text."""
    article = re.sub(r"<figure\b.*?</figure>", "", re.search(r"<article.*?</article>", page, flags=re.S)[0], flags=re.S)
    title = plain(re.search(r"<h1\b[^>]*>(.*?)</h1>", article, flags=re.S)[1])
    given = re.search(r'<meta name="description" content="([^"]*)">', page)
    if given:
        return title, unescape(given[1])
    blocks = (plain(block) for _, block in re.findall(r"<(p|li)\b[^>]*>(.*?)</\1>", article, flags=re.S))
    return title, shortened(next(filter(None, blocks), title))


def plain(markup: str) -> str:
    """The text of some markup, without the marks that lead to a heading. A root keeps its sign."""
    markup = re.sub(r"<a\b[^>]*>¶</a>", "", markup.replace("&para;", "¶")).replace("<msqrt>", "√")
    return " ".join(unescape(re.sub(r"<[^>]+>", "", markup)).split())


def shortened(text: str) -> str:
    """As many whole sentences as fit; if not even one does, its beginning."""
    whole = text[: text.rfind(". ", 0, LONGEST) + 1] if len(text) > LONGEST else text
    return whole or textwrap.shorten(text, LONGEST, placeholder=" …")


def first_figure(page: str) -> str | None:
    """The full name of the first figure of a page."""
    found = re.search(r'<figure\b[^>]*data-figure="([^"]+)"', page)
    return found and found[1]


def picture_of(site: Path, page: Path) -> Path:
    """Where the picture of a page lies."""
    name = page.relative_to(site).parent
    return site / "assets" / "previews" / (f"{name}.png" if name.parts else "home.png")
