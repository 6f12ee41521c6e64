"""The rules of the house that a machine can watch."""

import ast
import functools
import re
import shutil
from pathlib import Path

import pytest

from explainers.kit.build import project
from explainers.kit.figure import theme
from explainers.kit.files import ROOT
from explainers.kit.site import house

CODE = sorted((ROOT / "explainers").rglob("*.py"))
KIT = {"kit", "kit/figure", "kit/build"}
ALLOWED = {
    "kit": set(),
    "kit/figure": {"kit"},
    "kit/build": {"kit", "kit/figure"},
    "kit/site": KIT,
    "kit/command": {*KIT, "kit/site"},
    "models": set(),
    "tasks": {*KIT, "models"},
    "studies": {*KIT, "models", "tasks"},
    "pages": {*KIT, "models", "tasks", "studies"},
}


def test_imports_follow_the_arrows():
    arrows = house.arrows()
    assert set(arrows) == set(ALLOWED)
    for room, others in arrows.items():
        assert others <= ALLOWED[room], room


@pytest.mark.parametrize(
    ("room", "module", "line"),
    [("kit/figure", "draw", "from explainers.kit.build import store"), ("tasks", "copy/run", "from explainers.pages.memory import copy")],
)
def test_an_arrow_that_leads_up_is_seen(tmp_path, monkeypatch, room, module, line):
    shutil.copytree(ROOT / "explainers", tmp_path / "explainers", ignore=shutil.ignore_patterns("__pycache__", "checkpoints"))
    monkeypatch.setattr(house, "CODE", tmp_path / "explainers")
    monkeypatch.setattr(project, "ROOT", tmp_path)
    monkeypatch.setattr(project, "run_with", functools.cache(project.run_with.__wrapped__))  # it remembers files of the other ROOT
    path = tmp_path / "explainers" / room / f"{module}.py"
    path.write_text(path.read_text("utf8") + line + "\n", "utf8")
    assert not house.arrows()[room] <= ALLOWED[room]
    with pytest.raises(ValueError, match=f"{room} → "):
        house.levels(house.arrows())


def test_no_page_imports_a_page():
    for page in project.pages():
        others = {other.path for other in project.pages()} - {page.path}
        assert not others & set(project.closure(page.path)), page.name


def test_what_only_trains_or_makes_scaffolds_makes_no_page_stale():
    used = {path.relative_to(ROOT / "explainers") for page in project.pages() for path in project.closure(page.path, project.STEP)}
    assert not [path for path in used if path.name == "train.py" or path.parts[:2] in (("kit", "command"), ("kit", "site"))]
    assert not [path for path in used if path.name in ("learning.py", "teaching.py", "ntm_fused.py", "ntm_compiled.py", "trainings.py", "builder.py")]


@pytest.mark.parametrize(
    ("folder", "tests"),
    [("docs/assets/js/live", "live"), ("explainers/pages", "pages"), ("explainers/studies", "studies")],
)
def test_every_live_element_page_and_study_has_its_tests_and_no_test_lost_its_subject(folder, tests):
    files = [path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.suffix in (".js", ".py")]
    wanted = {path.with_name(f"test_{path.stem.replace('-', '_')}.py") for path in files if not path.name.startswith("_")}
    there = {path.relative_to(ROOT / "tests" / tests) for path in (ROOT / "tests" / tests).rglob("test_*.py")}
    assert there - {Path("test_all.py")} == wanted


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_functions_say_what_they_do(path):
    tree = ast.parse(path.read_bytes())
    silent = [
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not silent
    assert ast.get_docstring(tree) or not tree.body


def prose(path: Path) -> list[tuple[int, str]]:
    """The lines of a Markdown file without its settings, code, formulas, names and links."""
    text = path.read_text("utf8")
    blank = lambda match: "\n" * match[0].count("\n")  # noqa: E731 (keeps line numbers right)
    for pattern in (
        r"\A---\n.*?\n---\n",
        r"```.*?```",
        r"\$\$.*?\$\$",
        r"\$[^$\n]+\$",
        r"\{\{.*?\}\}",
        r"`[^`\n]*`",
        r"\]\([^)]*\)",
        r"<[^>]*>",
    ):
        text = re.sub(pattern, blank, text, flags=re.S)
    return list(enumerate(text.splitlines(), 1))


WORD = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty|a hundred)"
MEASURED = r"(?:seeds?|machines|lists|sequences|runs|trainings|words|sentences|transformers)"
TYPED = re.compile(
    r"(?<![\w.])(?:\d*\.\d+(?:e[+-]?\d+)?|\d+e[+-]?\d+)(?!\w|\.\d)|\d+\s?%|\bpercent of\b \d"  # numbers, at the end of a sentence as well
    rf"|\b{WORD}[ -]per ?cent\b"
    rf"|\b{WORD}(?: {MEASURED})? (?:in|of|out of)(?: the)? {WORD}\b(?: {MEASURED}\b| lost| did| had)"  # counts in words
    r"|^\|.*\|\s*(?:above |below )?[\d,]+(?:, [\d,]+)*\s*\|",  # a cell of a table that is a number
    re.I,
)
# References name papers by number, decisions and licences name versions: none of these is a measurement.
NUMBERED = re.compile(r"arXiv \d{4}\.\d{4,5}|doi \S+|CC BY \d\.\d|[Ss]ection \d(\.\d)*|sections? \d(\.\d)*|Python ≥? ?\d\.\d+|MkDocs \d\.\d")


# Written by tests/measure.py and by `make replicate`.
BY_PROGRAMS = ("measured.md", "measured_cluster.md", "replicated.md", "mutants.md")
WRITTEN_BY_HAND = sorted(path for path in (ROOT / "docs").rglob("*.md") if path.name not in BY_PROGRAMS)


@pytest.mark.parametrize("path", WRITTEN_BY_HAND, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_measured_number_is_typed(path):
    found = [f"{path.name}:{number}: {line}" for number, line in prose(path) if TYPED.search(NUMBERED.sub("", line))]
    assert not found, "\n".join(
        ["A measured number is a fact that the prose quotes, {{ part.page.name }}; one of others is a constant with its source:", *found]
    )


@pytest.mark.parametrize(
    "line",
    [
        "The weight is 0.93, that is 93 %.", "It is 0.44.", "It is .44 of all.", "It is (.44).", "It is 2.5e-3.", "A rate of 1e-4", "44 percent", "44 per cent",
        "a 44-percent share", "ten percent", "One seed in three lost it, two of three machines did, in 5 of 12 lists.", "| random | 12 |",
    ],
)  # fmt: skip
def test_a_typed_number_is_found(tmp_path, line):
    assert typed(tmp_path, line)


@pytest.mark.parametrize(
    "line",
    [
        "`0.93` is code, $0.93$ is a formula, {{ a.b.c:.2f }} is a fact.", "In two of the three cases of the proof.", "| two vectors | [2] |",
        "Release 1.2.3 of part 4. One more.", "{{ a.b.c:.1f }} percent.", "In 2014.", "`percent`: two. Percent is a word.",
    ],
)  # fmt: skip
def test_what_is_no_typed_number_is_not_found(tmp_path, line):
    assert not typed(tmp_path, line)


# On a narrow screen the panels of a figure stand one below the other. The same is asked of captions by `kit.figure.checks`.
PLACED = re.compile(r"\bon the (?:left|right)\b|\bthe (?:left|right|upper|lower|top|bottom) (?:picture|panel|plot)s?\b", re.I)


@pytest.mark.parametrize("path", WRITTEN_BY_HAND, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_picture_is_told_by_where_it_stands(path):
    assert [f"{path.name}:{number}: {line}" for number, line in prose(path) if PLACED.search(line)] == []


def test_what_tells_a_picture_by_its_place_is_found():
    assert all(PLACED.search(line) for line in ("On the left is the memory.", "The right picture is dark.", "what the lower panels show"))
    assert not any(
        PLACED.search(line)
        for line in ("the right noun", "to the right of the mark", "the lowest row", "it is left alone", "at the top of the list", "the right answer")
    )


def typed(folder: Path, line: str) -> bool:
    """Whether a page with this line is refused."""
    (folder / "page.md").write_text(f"# A page\n\n{line}\n")
    return any(TYPED.search(NUMBERED.sub("", text)) for _, text in prose(folder / "page.md"))


def test_the_style_sheet_has_the_colours_of_the_theme():
    css = (ROOT / "docs/assets/css/site.css").read_text()
    script = (ROOT / "docs/assets/js/figures.js").read_text()
    for colour in theme.PALETTE:
        assert f"{colour.variable}-light: {colour.light};" in css
        assert f"{colour.variable}: {colour.light};" in css
        assert css.count(f"{colour.variable}: {colour.dark};") == 2
        assert f'"{colour.variable}"' in script


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2)."""
    levels = []
    for colour in (one, other):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        levels.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(levels) + 0.05) / (min(levels) + 0.05)


@pytest.mark.parametrize("colour", [*theme.PALETTE[:8]], ids=lambda colour: colour.variable)
def test_words_in_a_colour_can_be_read(colour):
    assert contrast(colour.light, theme.PAPER.light) >= 4.5
    assert contrast(colour.dark, theme.PAPER.dark) >= 4.5


def test_weights_get_lighter_step_by_step():
    def light(colour: str) -> float:
        return contrast(colour, "#000000")

    levels = [light(colour) for colour in theme.WEIGHTS]
    assert levels == sorted(levels)


def test_the_listing_of_a_page_is_the_code_that_ran():
    for path in (ROOT / "docs").rglob("*.md"):
        for source, section in re.findall(r'--8<-- "(explainers/[^":]+):(\w+)"', path.read_text("utf8")):
            assert f"[start:{section}]" in (ROOT / source).read_text("utf8")


def test_every_command_that_a_document_shows_exists():
    makefile = (ROOT / "Makefile").read_text()
    for name in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"\bmake (\w+)", (ROOT / name).read_text("utf8")):
            assert f"\n{target}:" in makefile
