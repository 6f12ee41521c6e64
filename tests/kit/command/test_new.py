"""What `new` makes: pages of every task, tasks and live figures; and what it refuses to make."""

import re
import shutil
import tomllib

import pytest

from explainers.kit.build import project
from explainers.kit.command import new_live, new_task, scaffold, templates
from explainers.kit.errors import Mistake, WrongUsage
from explainers.kit.files import ROOT
from tests.conftest import Project

# Commands one after the other in one process: what takes longest is to import torch.
EVERYTHING = """
import sys
import pytest
from explainers.kit.command.main import main
for line in sys.argv[1:]:
    print(">", line, flush=True)
    command, *arguments = line.split()
    if code := pytest.main(arguments) if command == "pytest" else main(line.split()):
        sys.exit(code)
"""
# What has a recorded run. A new task's page is made, built and tried where the document on extending is.
SHOWN = [task for task in project.trainable() if scaffold.shape_of(task)]


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """A project with all tasks and no page, where a page was made of every task, built, tried where its sentences must and must not hold, and tested."""
    root = tmp_path_factory.mktemp("tried")
    shutil.copytree(ROOT / "explainers", root / "explainers", ignore=shutil.ignore_patterns("__pycache__", "pages"))
    for name in ("mkdocs.yml", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    made = [f"new tried/{task} --task {task}" for task in SHOWN]
    return Project(root).python("-c", EVERYTHING, *made, "--jobs 1", "check --fresh 2 --control", "check --damaged", "pytest tests/pages")


def test_a_page_of_every_task_builds_and_its_finding_holds_on_fresh_data_and_nowhere_else(tried):
    assert tried.returncode == 0, tried.stdout + tried.stderr
    pages = [project.Page("tried", task) for task in SHOWN]
    assert f"built: {', '.join(page.name for page in pages)}" in tried.stdout
    for page in pages:
        assert re.search(rf"^{re.escape(page.dotted)}\.\w+: held 2 of 2, margin \d+ %", tried.stdout, re.M), page.name
        assert re.search(rf"^{re.escape(page.dotted)}\.\w+: false on the control$", tried.stdout, re.M), page.name
    assert "\nevery fact moves, and every claim is false, on damaged records\n" in tried.stdout
    assert f"\n{len(SHOWN)} passed" in tried.stdout


def test_such_a_page_holds_one_of_each_kind():
    assert {scaffold.shape_of(task) for task in SHOWN} == set(scaffold.SHAPES)
    for shape in scaffold.SHAPES:
        module = templates.filled(f"page/{shape}/page.py", {"task": "lookup"})
        assert [mark for mark in re.findall(r"^@(\w+)$", module, re.M) if mark in project.KINDS] == ["figure", "fact", "finding", "invariant"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: scaffold.scaffold("memory/queue", "coppy"), ("no task coppy. Did you mean copy? Tasks: ",)),
        (lambda: scaffold.scaffold("memory/queue", "rivals"), ("The task rivals records no run", "explainers/tasks/rivals/run.py", "Tasks that do: copy, ")),
        (lambda: new_task.new_task("Word-order"), ("Word-order is not a task's name", "word_order")),
        (lambda: new_task.new_task("lambda"), ("a word of Python",)),
        (lambda: new_task.new_task("figure"), ("pages use for something else",)),
        (lambda: new_task.new_task("go"), ("pages use for something else",)),
        (lambda: new_task.new_task("copy"), ("already something called copy: explainers/tasks/copy.",)),
        (lambda: new_task.new_task("common"), ("already something called common",)),
        (lambda: new_live.new_live("bench"), ("bench is not an element's name", "queue-bench")),
        (lambda: new_live.new_live("Queue-bench"), ("Queue-bench is not an element's name",)),
        (lambda: new_live.new_live("font-face"), ("HTML's own",)),
        (lambda: new_live.new_live("copy-scrubber"), ("exists: docs/assets/js/live/copy-scrubber.js",)),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_a_sentence(make, words, monkeypatch):
    for module in (scaffold, new_task, new_live):
        monkeypatch.setattr(module, "write_all", lambda *_: pytest.fail("it is made"))
    with pytest.raises(WrongUsage) as refused:
        make()
    assert all(word in str(refused.value) for word in words), refused.value
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("arguments", [[], ["a/b", "--live", "c-d"], ["--live", "c-d", "--task", "e"]])
def test_new_makes_one_thing_at_a_time(toys_once, arguments):
    done = toys_once.figures("new", *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "Say what is to be made" in done.stderr


def test_nothing_is_written_where_a_file_is_in_the_way(tmp_path, monkeypatch):
    monkeypatch.setattr(new_live, "ROOT", tmp_path)
    monkeypatch.setattr(new_live, "ELEMENTS", tmp_path / "live")
    (tmp_path / "tests/live").mkdir(parents=True)
    (tmp_path / "tests/live/test_queue_bench.py").write_text("mine")
    with pytest.raises(Mistake, match="in the way of the new live figure queue-bench"):
        new_live.new_live("queue-bench")
    assert [path.read_text() for path in tmp_path.rglob("*") if path.is_file()] == ["mine"]


def test_nothing_stays_written_where_one_of_the_files_cannot_be(tmp_path):
    (tmp_path / "navigation").write_text("before")
    (tmp_path / "no folder").write_text("")
    files = {tmp_path / "first": "new", tmp_path / "no folder" / "second": "new"}
    with pytest.raises(Mistake):
        templates.write_all(files, {tmp_path / "navigation": "after"}, "it")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"navigation": "before", "no folder": ""}


def test_templates_are_installed_with_the_package():
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["tool"]["setuptools"]["package-data"]["explainers"]
    packed = {path for pattern in patterns for path in (ROOT / "explainers").glob(pattern)}
    assert {path for path in templates.FOLDER.rglob("*") if path.is_file()} <= packed
