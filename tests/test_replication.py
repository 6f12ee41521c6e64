"""Every finding of every page holds on two sets of data that nobody has looked at, and not where nothing was learned."""

import pytest

from explainers.kit.build import checkpoint, project
from explainers.kit.build.project import Page
from explainers.kit.files import ROOT
from tests.conftest import Project

GRAMMAR = ROOT / "explainers/tasks/translation/grammar.py"


def together(pages: list[Page]) -> list[list[str]]:
    """The pages in groups: those that draw the same sentences draw them once."""
    drawing = [page.name for page in pages if GRAMMAR in project.closure(page.path)]
    return [group for group in (drawing, *([page.name] for page in pages if page.name not in drawing)) if group]


PAGES = together(project.pages())
TRIED = together([page for page in project.pages() if any(entry.mark in ("finding", "invariant") for entry in project.marked(page))])


@pytest.mark.parametrize("pages", TRIED, ids=", ".join)
def test_findings_hold_on_fresh_data_and_are_false_on_their_control(figures, pages):
    done = Project(ROOT).figures("check", *pages, "--fresh", "2", "--control")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("pages", PAGES, ids=", ".join)
def test_every_fact_moves_and_every_claim_is_false_on_damaged_records(figures, pages):
    done = Project(ROOT).figures("check", *pages, "--damaged")
    assert done.returncode == 0, done.stdout + done.stderr


def test_damage_is_the_same_whenever_it_is_done():
    with checkpoint.damaged(1):
        once, again = (checkpoint.load_checkpoint("rivals") for _ in range(2))
    assert once.keys() == again.keys()
    assert all(once[name].equal(again[name]) for name in once)
