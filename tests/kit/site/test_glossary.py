"""The glossary: its definitions are rendered, and a word in brackets leads to its own, with the meaning on the link."""

import re


def test_each_word_has_an_anchor_and_a_definition(toys):
    assert toys.site().returncode == 0
    page = (toys.root / "site/about/glossary/index.html").read_text("utf8")
    assert re.findall(r'<dt id="(.*?)">', page) == ["die", "loaded"]
    assert len(re.findall(r"<dd>", page)) == 2


def test_a_word_in_brackets_leads_there_and_says_what_it_means(toys):
    assert toys.site().returncode == 0
    page = (toys.root / "site/toys/die/index.html").read_text("utf8")
    links = re.findall(r'<a href="([^"]*glossary[^"]*)" title="([^"]*)">([^<]*)</a>', page)
    assert links == [
        ("../../about/glossary/#loaded", "Made so that one face comes more often.", "loaded"),
        ("../../about/glossary/#die", "A cube whose faces are numbered; see the die.", "some dice"),
    ]
