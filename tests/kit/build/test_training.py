"""Tasks trained side by side: at the same time, the longest first, and stopped cleanly."""

import functools
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from explainers.kit.build import cards, project, trainings
from explainers.kit.build.checkpoint import read_card

MEETING = '''"""Waits for another task."""
import time
from pathlib import Path


def train() -> None:
    """Say that it is here, and wait until the other is."""
    Path("here-{own}").touch()
    end = time.monotonic() + 300
    while not Path("here-{other}").exists():
        if time.monotonic() > end:
            raise RuntimeError("nobody came")
        time.sleep(0.05)
'''
LATER = '''"""Notes how many of those that meet had begun before it."""
from pathlib import Path


def train() -> None:
    """Count them."""
    Path("before-{own}").write_text(str(len(list(Path().glob("here-*")))))
'''
WRONG = '''"""Cannot be trained."""
from explainers.kit.errors import Mistake


def train() -> None:
    """Fail."""
    raise Mistake("the cost is not a number.")
'''
ENDLESS = '''"""Goes on and on."""
import os
import time
from pathlib import Path


def train() -> None:
    """Write its own number down and wait."""
    Path("pid-{own}").write_text(str(os.getpid()))
    time.sleep(600)
'''


def add(toys, name: str, source: str, **words: str) -> None:
    """Add a task to the tiny project."""
    task = toys.root / "explainers" / "tasks" / name
    task.mkdir()
    (task / "__init__.py").write_text('"""A task."""\n', "utf8")
    (task / "train.py").write_text(source.format(own=name, **words), "utf8")


def test_tasks_are_trained_at_the_same_time(toys):
    add(toys, "left", MEETING, other="right")
    add(toys, "right", MEETING, other="left")
    done = toys.figures("train", "left", "right", "--jobs", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert {line.split()[0] for line in done.stdout.splitlines() if "wrote no checkpoint" in line} == {"left:", "right:"}


def test_what_came_of_a_training_is_told_in_a_line():
    metric, value = next(iter(read_card("copy")["metrics"].items()))
    assert trainings.reached("copy", 61) == f"copy: trained in 61.0 s, {metric} {value:.4g}; explainers/checkpoints/copy.safetensors and three others"


def test_every_card_of_the_project_is_told_by_the_text():
    """So nothing of it is found out only after training."""
    for task in project.trainable():
        files = [path for path in project.closure(project.TASKS / task / "train.py") if path.is_relative_to(project.TASKS)]
        calls = sum(path.read_text("utf8").count("save_checkpoint(") for path in files)
        assert [fields for _, _, fields in cards.written(files)] == [cards.WANTED] * calls, task


PARTS = """
def spent(stages):
    return {"steps": 1, "sequences": 1, "cpu_seconds": 1.0, **more()}
def more():
    return {"threads": 1}
def train(given):
    common = {"task": "dice"} | {"command": "train"}
    card = {"seed": 0}
    card = common | {"model": "six numbers", "seed": 0, **spent([]), "metrics": {"sum": 1}}
    card |= {"across_seeds": {}}
    save_checkpoint("dice", {}, card | {"baselines": {}})
    card = {"task": "dice"}
"""


@pytest.mark.parametrize(
    ("old", "new", "missing", "unknown"),
    [
        ("", "", set(), set()),
        ('"threads"', '"thraeds"', {"threads"}, {"thraeds"}),
        ('"model": ', '"orders": 1, "model": ', set(), {"orders"}),
        ('    card |= {"across_seeds": {}}\n', "", {"across_seeds"}, set()),
        ('"seed": 0, **', "**", {"seed"}, set()),
        ("common = ", "common = given | ", None, None),
    ],
)
def test_the_fields_of_a_card_are_read_from_the_text(tmp_path, old, new, missing, unknown):
    path = tmp_path / "train.py"
    path.write_text(PARTS.replace(old, new) if old else PARTS)
    told = [(cards.WANTED - fields, fields - cards.WANTED) for _, _, fields in cards.written([path])]
    assert told == ([] if missing is None else [(missing, unknown)])


def test_a_card_with_a_wrong_field_is_refused_before_training(toys):
    toys.edit("explainers/tasks/dice/train.py", '"seed": 0', '"sead": 0')
    toys.edit("explainers/tasks/dice/train.py", "    card = {", '    print("training")\n    card = {')
    done = toys.figures("train")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "explainers/tasks/dice/train.py:22: the card that is written here lacks seed and has the unknown field sead. Did you mean seed? Nothing was trained.\n"
    )


def test_the_longest_begin_first(toys):
    """The two long ones wait for each other, so neither ends before both have begun."""
    card = json.loads((toys.root / "explainers/checkpoints/dice.json").read_bytes())
    add(toys, "brief", LATER)
    add(toys, "middling", MEETING, other="lengthy")
    add(toys, "lengthy", MEETING, other="middling")
    for name, seconds in (("brief", 1.0), ("middling", 50.0), ("lengthy", 100.0)):
        text = json.dumps(card | {"task": name, "cpu_seconds": seconds})
        (toys.root / f"explainers/checkpoints/{name}.json").write_text(text)
    assert toys.figures("train", "brief", "middling", "lengthy", "--jobs", "2").returncode == 0
    assert (toys.root / "before-brief").read_text() == "2"


def test_a_task_that_fails_says_why_and_stops_no_other(toys):
    add(toys, "wrong", WRONG)
    add(toys, "later", LATER)
    done = toys.figures("train", "wrong", "later", "--jobs", "2")
    assert done.returncode == 1
    assert done.stderr == "wrong: the cost is not a number.\nNot trained: wrong.\n"
    assert (toys.root / "before-later").exists()


def test_no_jobs_are_wrong_usage(toys):
    done = toys.figures("train", "--jobs", "0")
    assert (done.returncode, done.stderr) == (2, "--jobs must be 1 or more, not 0.\n")


def alive(pid: int) -> bool:
    """Whether a process is still there and not merely waiting to be buried."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks processes up in /proc")
@pytest.mark.parametrize(("sent", "said"), [(signal.SIGINT, "stopped; what was finished is kept\n"), (signal.SIGKILL, "")])
def test_stopping_stops_all(toys, sent, said):
    for name in ("one", "other"):
        add(toys, name, ENDLESS)
    command = [sys.executable, "build_figures.py", "train", "one", "other", "--jobs", "2"]
    listening = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a background job ignores Ctrl-C
    process = subprocess.Popen(command, cwd=toys.root, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=listening)
    notes = [toys.root / "pid-one", toys.root / "pid-other"]
    end = time.monotonic() + 300
    while not all(note.exists() and note.read_text() for note in notes) and time.monotonic() < end:
        time.sleep(0.05)
    if sent == signal.SIGINT:
        os.killpg(process.pid, sent)  # as Ctrl-C does
    else:
        process.send_signal(sent)
    _, told = process.communicate(timeout=300)
    assert told == said
    end = time.monotonic() + 300
    while any(alive(int(note.read_text())) for note in notes) and time.monotonic() < end:
        time.sleep(0.05)
    assert [alive(int(note.read_text())) for note in notes] == [False, False]
