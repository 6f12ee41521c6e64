"""A small fixed sample of planted mistakes: what guards a page refuses each. `python -m tests.mutants` plants many more."""

import subprocess
import sys

from explainers.kit.files import ROOT
from tests.mutants.javascript import mutants as of_javascript
from tests.mutants.python import mutants as of_python


def test_planted_mistakes_are_refused(figures):
    done = subprocess.run([sys.executable, "-m", "tests.mutants.sample"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


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
