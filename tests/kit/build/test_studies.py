"""A study is recorded once, by its own key; findings are tried on fresh data and where nothing was learned."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from jaxtyping import Float
from torch import Tensor

from explainers.kit.build.pack import pack, unpack
from explainers.kit.build.study import address
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.files import ROOT
from explainers.studies import copying, shut_gates
from tests.conftest import Project


@dataclass(frozen=True)
class Part:
    """A part of a record."""

    values: Float[Tensor, "step head"]
    places: tuple[int, ...]


@dataclass(frozen=True)
class Whole:
    """A record of many kinds of things."""

    parts: tuple[Part, ...]
    by_place: dict[tuple[int, int], dict[str, float]]
    flags: dict[str, Tensor]
    name: str | None


def test_what_was_packed_comes_back():
    part = Part(torch.arange(6.0).reshape(2, 3)[:, ::2], (3, 1))
    whole = Whole((part, part), {(0, 1): {"a": 0.1, "b": float("inf")}}, {"yes": torch.tensor([True, False])}, None)
    again = unpack(pack(whole, Whole), Whole)
    assert again.parts[1].values.equal(part.values) and again.parts[0].places == (3, 1)
    assert again.by_place == whole.by_place and again.flags["yes"].tolist() == [True, False] and again.name is None


@pytest.fixture(scope="module")
def thrown_once(toys_once, tmp_path_factory) -> Project:
    """The tiny project with one page more, whose study throws the die."""
    root = tmp_path_factory.mktemp("throws") / "toys"
    shutil.copytree(toys_once.root, root, symlinks=True)
    shutil.copytree(Path(__file__).parent / "throws", root, dirs_exist_ok=True)
    project = Project(root)
    project.edit("mkdocs.yml", "      - The die: toys/die.md\n", "      - The die: toys/die.md\n      - Throws: toys/throws.md\n")
    done = project.figures()
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def toys(thrown_once, tmp_path) -> Project:
    """That project, built, to do with as a test likes."""
    shutil.copytree(thrown_once.root, tmp_path / "toys", symlinks=True)
    return Project(tmp_path / "toys")


def thrown(toys) -> int:
    """How often the die was thrown."""
    return len((toys.root / "thrown.txt").read_text().splitlines())


def test_a_caption_is_redrawn_without_a_run(toys):
    before = thrown(toys)
    toys.edit("explainers/pages/toys/throws.py", "as one row of weights", "in one row")
    done = toys.figures()
    assert (done.returncode, thrown(toys)) == (0, before), done.stderr
    assert b"in one row" in toys.built()["toys/throws.json"]
    assert b'"dice"' in toys.built()["toys/throws.json"]  # the checkpoint that the record was made from is still named


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("explainers/studies/throws.py", 'trial.seed(0, "throws")', 'trial.seed(1, "throws")'),
        ("explainers/tasks/dice/run.py", ", 7)", ", 8)"),
    ],
)
def test_what_changes_a_study_runs_it_again_and_is_timed(toys, path, old, new):
    """A page is timed with its studies, so it stands before them."""
    before = thrown(toys)
    toys.edit(path, old, new)
    done = toys.figures("--timings")
    assert (done.returncode, thrown(toys)) == (0, before + 1), done.stderr
    timings = re.findall(r"^ *\d+\.\d\d s  (.+)$", done.stdout, flags=re.M)
    built = done.stdout.splitlines()[0].removeprefix("built: ").split(", ")
    assert set(timings) == {*(f"page {page}" for page in built), "study throws.throws"}
    assert timings.index("page toys/throws") < timings.index("study throws.throws")


def test_a_record_has_the_same_address_where_shapes_are_checked():
    told = "from explainers.kit.build.study import address; from explainers.studies import shut_gates; print(address(shut_gates.copies, {}))"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert address(shut_gates.copies, {}) == done.stdout.strip() != address(copying.copies, {})


def test_what_only_trains_makes_nothing_stale(toys):
    toys.edit("explainers/tasks/dice/train.py", '"six numbers"', '"6 numbers"')
    assert toys.figures().stdout.startswith("kept: toys/coin, toys/die, toys/throws\n")


def test_streams_of_seeds_have_nothing_in_common():
    seeds = [Trial(fresh).seed(0, name) for fresh in range(1, 50) for name in ("episodes", "sentences", "episodes 1")]
    assert len(set(seeds)) == len(seeds) and min(seeds) > 1_000_000
    assert PUBLISHED.seed(7, "episodes") == 7 == Trial(untrained=True).seed(7, "episodes")


def test_findings_are_tried_on_fresh_sets(toys):
    done = toys.figures("check", "--fresh", "2")
    assert done.returncode == 0 and "toys.throws.is_loaded: held 2 of 2, margin " in done.stdout
    toys.edit("explainers/pages/toys/throws.py", "> 1.5 / 6", "> 5.9 / 6")
    done = toys.figures("check", "toys/throws", "--fresh", "2")
    assert (done.returncode, "held 0 of 2, margin -" in done.stdout) == (1, True)


def test_a_close_call_is_listed(toys):
    toys.edit("explainers/pages/toys/throws.py", "> 1.5 / 6", "> 0.95 * float(usual(run))")
    assert "close: toys.throws.is_loaded, margin 5.3 % (share over throws " in toys.figures().stdout
    toys.edit("explainers/pages/toys/throws.py", "> 0.95 *", "> 0.5 *")
    assert "close" not in toys.figures().stdout


def test_a_count_is_a_whole_number(toys):
    toys.edit("explainers/pages/toys/throws.py", "return share([face", "return count([face")
    toys.edit("explainers/pages/toys/throws.py", "import Finding, Measured, share", "import Finding, Measured, count")
    toys.edit("explainers/pages/toys/throws.py", "usual(run) > 1.5 / 6", "usual(run) > 150")
    toys.edit("docs/toys/throws.md", "usual:.2f", "usual")
    assert toys.figures().returncode == 0
    value = json.loads(toys.built()["toys/throws.json"])["facts"]["usual"]["value"]
    assert isinstance(value, int) and value > 150


def test_a_finding_is_false_where_nothing_was_learned(toys):
    done = toys.figures("check", "--control")
    assert (done.returncode, done.stdout) == (0, "toys.throws.is_loaded: false on the control\n"), done.stderr
    toys.edit("explainers/pages/toys/throws.py", "> 1.5 / 6", "> 0.5 / 6")
    done = toys.figures("check", "--control")
    assert done.returncode == 1 and "true on the control, so it says nothing about learning" in done.stdout
    toys.edit("explainers/pages/toys/throws.py", "@finding\n", '@finding(worth="dice are fun")\n')
    done = toys.figures("check", "--control")
    assert done.returncode == 0 and "true on the control, too; said because dice are fun" in done.stdout


def test_what_nothing_was_learned_for_is_never_kept(toys):
    """Even a study that is asked for the published data while models keep their random weights."""
    shutil.rmtree(toys.root / ".cache/steps")
    program = (
        "from explainers.kit.build import checkpoint; from explainers.studies.throws import throws\n"
        "with checkpoint.untrained(): fair = throws().die.chances\n"
        "assert fair.max() - fair.min() < 1e-6 < throws().die.chances.max() - throws().die.chances.min()"
    )
    done = toys.python("-c", program)
    assert done.returncode == 0, done.stderr


def test_a_number_of_sets_below_one_is_wrong_usage(toys):
    done = toys.figures("check", "--fresh", "0")
    assert (done.returncode, done.stderr) == (2, "--fresh must be 1 or more, not 0.\n")


def test_a_control_of_its_own(toys):
    toys.edit("explainers/pages/toys/throws.py", "@finding\n", "@finding(control=lambda run: run)\n")
    assert "true on the control" in toys.figures("check", "--control").stdout


def test_an_invariant_that_needs_learning_is_none(toys):
    toys.edit("explainers/pages/toys/throws.py", "return bool(run.counts.sum() == 600)", "return bool(usual(run) > 1.5 / 6)")
    done = toys.figures("check", "--control")
    assert done.returncode == 1 and "the invariant toys.throws.comes_up is false on random weights" in done.stderr


def test_a_page_without_a_trial_says_so(toys):
    toys.edit("explainers/pages/toys/coin.py", "@claim\n", "@finding\n")
    toys.edit("explainers/pages/toys/coin.py", "import claim, fact", "import fact, finding")
    done = toys.figures("check", "--fresh", "1")
    assert done.returncode == 1 and "explainers/pages/toys/coin.py:6: `subject` takes no trial" in done.stderr


def test_the_reader_sees_what_a_sentence_speaks_of(toys):
    assert toys.site().returncode == 0
    page = (toys.root / "site/toys/throws/index.html").read_text()
    assert 'class="claim finding"' in page and 'class="claim invariant"' in page
    assert 'title="How many faces a die has. A setting: chosen, not measured."' in page
    assert "The share over throws." in page
