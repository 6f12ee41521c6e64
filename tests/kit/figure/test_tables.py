"""Tables that the build writes: into the prose, and not if they are no tables."""

import json
import re

import pytest

DIE = "explainers/pages/toys/die.py"
TABLE = '''

@table
def thrown(run: dice.Run) -> Table:
    """How often & what."""
    return Table(("face", "times"), (Group("A <die>", "thrown", (("one", "3"), ("two", "")), "toys/coin"), Group("No page", "", ())))
'''


@pytest.fixture
def tabled(toys):
    """The toys, with a table on a page."""
    path = toys.root / DIE
    text = path.read_text("utf8").replace("import claim, fact, figure", "import claim, fact, figure, table")
    path.write_text(text.replace("from explainers.tasks", "from explainers.kit.figure.tables import Group, Table\nfrom explainers.tasks") + TABLE)
    with (toys.root / "docs/toys/die.md").open("a") as prose:
        prose.write("\n\n{{ table toys.die.thrown }}\n")
    return toys


def test_a_table_in_the_prose(tabled):
    assert tabled.figures().returncode == 0
    done = tabled.site()
    assert done.returncode == 0, done.stderr
    page = (tabled.root / "site/toys/die/index.html").read_text("utf8")
    found = re.search(r'<table class="built".*?</table>', page, flags=re.S)[0]
    assert "<caption>How often &amp; what.</caption>" in found
    assert '<a href="../coin/">A &lt;die&gt;</a>' in found
    assert re.search('<th [^>]*scope="row"[^>]*>one</th>\n<td [^>]*data-column="times"[^>]*>3</td>', found)
    assert re.search('<td [^>]*class="none"[^>]*>–</td>', found)
    assert "<span>No page</span>" in found


def test_a_row_that_is_too_short_is_refused(tabled):
    tabled.edit(DIE, '("two", "")', '("two",)')
    done = tabled.figures()
    assert done.returncode == 1
    assert "thrown: the row 'two' has 1 cells, the head has 2." in done.stderr


def test_no_table_is_refused(tabled):
    tabled.edit(DIE, "return Table((", "return ((")
    done = tabled.figures()
    assert done.returncode == 1
    assert "table thrown returned tuple instead of a kit.figure.tables.Table." in done.stderr


def test_the_list_has_the_table(tabled):
    (found,) = [element for element in json.loads(tabled.figures("list", "--json").stdout) if element["kind"] == "table"]
    assert (found["name"], found["text"], found["value"], found["checkpoints"]) == ("toys.die.thrown", "How often & what.", None, ["dice"])
