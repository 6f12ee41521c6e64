"""The document on extending: what it shows is done, in a project of its own, and everything works."""

import re
import shlex
import shutil

from explainers.kit.files import ROOT
from tests.conftest import Project

from .test_new import EVERYTHING

DOCUMENT = ROOT / "docs" / "about" / "extending.md"
FIGURES, TESTS = "python build_figures.py ", "python -m pytest "
BROWSER = "extra_javascript:\n  - {path: assets/js/site.js, type: module}\nextra_css: [assets/css/site.css]\n"


def blocks(language: str) -> list[str]:
    """The code blocks of a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT.read_text("utf8"), re.M | re.S)


def done(project: Project, *arguments: str) -> str:
    """What a command prints; it must succeed."""
    made = project.python(*arguments)
    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


def test_what_the_document_shows_works(toys):
    for name in ("__init__.py", "conftest.py", "warm.py", "browser.py", "drawn.py", "live/__init__.py", "live/figures.py"):
        (toys.root / "tests" / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "tests" / name, toys.root / "tests" / name)
    shutil.copy(ROOT / "pyproject.toml", toys.root)
    with open(toys.root / "mkdocs.yml", "a") as settings:
        settings.write(BROWSER)
    lines = "".join(blocks("sh")).splitlines()
    tests = [word for line in lines if line.startswith(TESTS) for word in shlex.split(line.removeprefix(TESTS))]
    commands = [line.removeprefix(FIGURES) for line in lines if line.startswith(FIGURES)]
    assert len(tests) + len(commands) == len(lines) and len(tests) == 3

    said = done(toys, "-c", EVERYTHING, *commands)
    assert "memory.queue.answers_well: held 3 of 3" in said and "memory.queue.answers_well: false on the control" in said
    assert said.count("> ") == len(commands)

    (mark,) = blocks("python")
    term, sentence = blocks("markdown")
    toys.edit("explainers/pages/memory/queue.py", "@figure\n", mark)
    toys.edit("docs/memory/queue.md", "Say in three lines what one will understand after this page.\n", sentence)
    with open(toys.root / "docs/about/glossary.md", "a") as glossary:
        glossary.write(f"\n{term}")
    assert "failed" not in done(toys, "-m", "pytest", *tests)
    page = (toys.root / "site/memory/queue/index.html").read_text("utf8")
    assert 'href="../../about/glossary/#queue" title="Things that wait, the first one first."' in page
