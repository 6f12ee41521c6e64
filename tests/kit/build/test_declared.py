"""What is wrong in the text of a page is told before anything runs, on the right line, and by every command alike."""

import shutil

import pytest

from explainers.kit.build import declared, project
from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT
from explainers.kit.site.records import Records

FACT = '@fact\ndef largest(run: dice.Run) -> float:\n    """The largest chance."""\n    return run.chances.max()\n'
HEAD = "@fact\ndef largest(run: dice.Run)"


@pytest.fixture
def die(tmp_path, monkeypatch):
    """The toys' pages as they were written; what writes the page of the die with one piece replaced, and gives it."""
    for name, place in (("PAGES", "explainers/pages"), ("DOCS", "docs")):
        shutil.copytree(ROOT / "tests/toys" / place, tmp_path / place)
        monkeypatch.setattr(project, name, tmp_path / place)

    def written(old: str, new: str) -> project.Page:
        page = project.Page("toys", "die")
        text = page.path.read_text("utf8")
        assert text.count(old) == 1
        page.path.write_text(text.replace(old, new), "utf8")
        return page

    yield written
    project.tree.cache_clear()


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (HEAD, "@fact\ndef largest()", 16, "fact largest takes no argument; it is given one, the run. What was chosen and looks at no run is a setting."),
        (HEAD, "@claim\ndef largest(*, run)", 16, "claim largest takes no argument; it is given one, the run."),
        (HEAD, "@fact\ndef largest(run, face)", 16, "fact largest takes 2 arguments; it is given one, the run."),
        (HEAD, "@setting\ndef largest(run)", 16, "setting largest takes 1 argument; it is chosen, so it takes none. What looks at the run is a fact."),
        (FACT, 'largest = fact(\n    "The largest chance.",\n    lambda: 1,\n)\n', 15, "fact largest takes no argument"),
        (FACT, 'largest = fact("The largest chance.")\n', 15, "fact largest has no function"),
        (HEAD, "@marks.fact\ndef largest(run)", 16, "largest is marked with marks.fact, which is not recognised"),
        (FACT, 'largest = marks.fact("The largest chance.", lambda run: 1)\n', 15, "largest is marked with marks.fact, which"),
        ("@figure\ndef as_bars", "@figure(live=NAME)\ndef as_bars", 35, "figure as_bars: write the name of its live element out"),
        ("def subject()", "def subject(trial, seed)", 10, "subject takes 2 arguments"),
        (FACT, 'largest = fact("", lambda run: 1)\n', 15, "largest has no docstring; it is the meaning."),
        ('    """The largest chance."""\n', "", 16, "largest has no docstring; it is the meaning."),
        ('"""A loaded die."""\n', "", 1, "the module has no docstring"),
    ],
)  # fmt: skip
def test_what_the_text_tells(die, old, new, line, said):
    page = die(old, new)
    (fault,) = declared.faults(page)
    assert f"die.py:{line}: {said}" in fault


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (HEAD, "@fact\ndef largest(run, face=1)"),
        (HEAD, "@fact\ndef largest(*run)"),
        (HEAD, "@setting\ndef largest(face=1)"),
        (FACT, 'largest = fact("The largest chance.", steady="so", function=lambda run: 1)\n'),
        (FACT, 'largest = fact("The largest chance.", dice.largest)\nother = dice.table()\n'),
        ("def subject()", "def subject(trial=1)"),
    ],
)
def test_what_is_sound_is_let_be(die, old, new):
    declared.sound([die(old, new)])


def test_every_command_tells_the_same_before_anything_runs(toys):
    """If the page ran, it would be told that it divides by zero."""
    toys.edit("explainers/pages/toys/die.py", "def subject()", "1 / 0\n\n\ndef subject()")
    toys.edit("explainers/pages/toys/die.py", '    """The same chances as bars."""\n', "")
    toys.edit("explainers/pages/toys/coin.py", "def sides(run: int)", "def sides()")
    told = [done.stderr for done in (toys.figures(), toys.figures("list"), toys.figures("check"), toys.site())]
    paths = "explainers/pages/toys/coin.py:12: fact sides takes no argument", "explainers/pages/toys/die.py:38: as_bars has no docstring"
    assert all(path in told[0] for path in paths)
    assert set(told) == {told[0]}


@pytest.mark.parametrize(
    ("old", "new", "kind", "said"),
    [
        (HEAD, "def largest(run)", "fact", r"the function toys.die.largest exists \(.*die.py:15\), but is not marked with @fact\."),
        (HEAD, "def largest(run)", "table", r"largest exists .* not marked with @table\."),
        (FACT, 'largest = facts("The largest chance.", lambda run: 1)\n', "fact", r"exists \(.*die.py:15\), but is not marked with @fact\."),
        (HEAD, "@claim\ndef largest(run)", "fact", r"there is no fact toys.die.largest: it is a claim \(.*die.py:16\)\."),
        (HEAD, "@fact\ndef lagrest(run)", "fact", r"there is no fact toys.die.largest\. Did you mean toys.die.lagrest\?"),
    ],
)
def test_a_function_that_was_not_marked_is_named(die, old, new, kind, said):
    die(old, new)
    with pytest.raises(Mistake, match=said):
        Records().find(kind, "toys.die.largest", "{{ toys.die.largest }}")
