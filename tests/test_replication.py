"""Every finding of every page holds on two sets of data that nobody has looked at, and not where nothing was learned."""

import pytest

from explainers.kit.build import checkpoint, project
from explainers.kit.files import ROOT
from tests.conftest import Project

PAGES = [page.name for page in project.pages() if any(entry.mark in ("finding", "invariant") for entry in project.marked(page))]


@pytest.mark.parametrize("page", PAGES)
def test_findings_hold_on_fresh_data_and_are_false_on_their_control(page):
    done = Project(ROOT).figures("check", page, "--fresh", "2", "--control")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", [page.name for page in project.pages()])
def test_every_fact_moves_and_every_claim_is_false_on_damaged_records(page):
    done = Project(ROOT).figures("check", page, "--damaged")
    assert done.returncode == 0, done.stdout + done.stderr


def test_damage_is_the_same_whenever_it_is_done():
    with checkpoint.damaged(1):
        once, again = (checkpoint.load_checkpoint("rivals") for _ in range(2))
    assert once.keys() == again.keys()
    assert all(once[name].equal(again[name]) for name in once)
