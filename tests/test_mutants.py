"""A small fixed sample of planted mistakes: what guards a page refuses each. `python -m tests.mutants` plants many more."""

from functools import cache

import pytest

from explainers.kit.build import project
from tests.mutants import guards
from tests.mutants.__main__ import all_of, judged
from tests.mutants.javascript import mutants as of_javascript
from tests.mutants.python import Mutant
from tests.mutants.python import mutants as of_python
from tests.mutants.workspace import Workspace

PAGE = "attention/dot_product"
SAMPLE = [
    ("page", "roll", "[1, 2]"),  # heads in another order
    ("studies", "labels", "labels of Axis"),  # names rolled by one
    ("studies", "axis", ""),
    ("drawing", "swap", "rows"),
]


@cache
def planted() -> dict[str, list[Mutant]]:
    """All mistakes that can be planted for the page."""
    return all_of(*project.chosen([PAGE]))


@pytest.fixture(scope="module")
def space(figures, tmp_path_factory) -> Workspace:
    """A copy of the project, with the page built and kept."""
    folder = tmp_path_factory.mktemp("mutants")
    made = Workspace(folder / "project")
    assert made.run(guards.baseline, PAGE, str(folder / "before.pickle"), seconds=600, log=folder / "before.log") == 0
    return made


@pytest.mark.parametrize(("part", "kind", "words"), SAMPLE)
def test_a_planted_mistake_is_refused(space, part, kind, words):
    (page,) = project.chosen([PAGE])
    mutant = next(mutant for mutant in planted()[part] if mutant.kind == kind and words in mutant.change)
    fate, _ = judged(space, page, part, mutant, space.root.parent / "before.pickle")
    assert fate == "refused", mutant


def test_a_mistake_is_one_edit():
    text = '"""A module."""\n\nshown = [part for part in parts[1:] if part < 3]\n'
    found = {(mutant.kind, mutant.text.splitlines()[2]) for mutant in of_python("module.py", text)}
    assert ("comparison", "shown = [part for part in parts[1:] if part > 3]") in found
    assert ("shift", "shown = [part for part in parts[(1) + 1:] if part < 3]") in found
    assert ("off by one", "shown = [part for part in parts[1:] if part < 4]") in found


def test_strings_and_comments_of_the_browser_are_left_alone():
    text = 'const width = 2; // 2 of them\nreturn "2 + 2" + `${rows + 1}`;\n'
    found = {mutant.text for mutant in of_javascript("module.js", text)}
    assert {new for new in found if "2 of them" not in new or '"2 + 2"' not in new} == set()
    assert 'const width = 3; // 2 of them\nreturn "2 + 2" + `${rows + 1}`;\n' in found
