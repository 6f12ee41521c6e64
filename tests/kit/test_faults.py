"""Bad input and faults: a clear error where the author is looking, exit code 1 or 2, nothing half-written, nothing lost."""

import json
import pickle
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from filelock import FileLock, Timeout

DIE = "explainers/pages/toys/die.py"
WEIGHTS = "explainers/checkpoints/dice.safetensors"


def refused(done: subprocess.CompletedProcess, *words: str, code: int = 1) -> None:
    """The command failed with one paragraph that holds these words, and no traceback."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, f"{word!r} is not in: {done.stderr}"


RUN = "explainers/tasks/dice/run.py"
BY_HAND = 'draw.Panel("by hand", [draw.bars(["one"], [1], "", theme.MODEL)])'
ARRAY = 'run.chances[None], "die face", CHANCE'
HEAT, ROW = "dice.chances(run), 40", 'dice.chances(run).sel(die="die")'


@pytest.mark.parametrize(
    ("path", "old", "new", "words"),
    [
        (DIE, "> 1.2 / 6", "> 7", ("die.py:", "toys.die.is_loaded", "false", "The die is loaded.")),
        (DIE, "def as_bars", "def chances", ("die.py:", "second chances", "line 28")),
        (DIE, HEAT, "1 / 0", ("die.py:30", "chances", "ZeroDivisionError")),
        (DIE, "    return draw.panels([panel])", "    return panel", ("die.py:28", "chances", "instead of a Plotly figure")),
        (DIE, "return run.seen", "return run.seen * float('inf')", ("die.py:22", "seen", "finite number")),
        (RUN, ARRAY, ARRAY.replace("[None]", "[None] * float('nan')"), ("die.py:30", "chances", "The die: a weight is not a number (NaN)")),
        (RUN, ARRAY, 'run.chances[None] / 0, "die face", Quantity("odds")', ("die.py:28", "infinite", "die.py:35", "as_bars")),
        (RUN, ARRAY, ARRAY.replace("[None]", "[None] * 4"), ("die.py:30", "The die: a weight is ")),
        (
            RUN,
            ARRAY,
            ARRAY.replace("[None]", "[None] * 0.9"),
            ("tasks/dice/run.py:36: figure chances (explainers/pages/toys/die.py:30) raised ValueError: The die: weights sum to 0.9 instead of 1",),
        ),
        (RUN, ARRAY, ARRAY.replace("die face", "face die"), ("die.py:30", "1 numbers along face, but 6 places")),
        (RUN, '"face", FACES', '"face", FACES[1:]', ("die.py:30", "6 numbers along face, but 5 places and 5 labels")),
        (RUN, "@recorded\n", "", ("die.py:30", "marked @recorded")),
        (DIE, HEAT, HEAT.replace("(run)", "(run) * 0.5"), ("die.py:30", "tasks.dice.run.chances does not hold these numbers")),
        (DIE, HEAT, HEAT.replace("(run)", "(run).roll(face=1)"), ("die.py:30", "under these names")),
        (DIE, HEAT, HEAT.replace("(run)", "(run).sel(face='six')"), ("die.py:30", "takes 2 axes", "has die")),
        (DIE, ROW, 'dice.chances(run).mean("die")', ("die.py:37", "the axis die is gone")),
        (DIE, ROW, 'dice.chances(run).sel(die="dye")', ("die.py:37: figure as_bars: there is no place 'dye' on the axis die; its places are 'die'.",)),
        (DIE, ROW, 'dice.chances(run).sel(dye="die")', ("die.py:37: figure as_bars: there is no axis dye", "the axes are die, face")),
        (DIE, ROW, 'dice.chances(dice.Run(run.chances.flip(0), 7)).sel(die="die")', ("die.py:37", "chances gave two different arrays")),
        (DIE, ROW, 'dice.chances(run), over="die"', ("die.py:35", "as_bars", "the mean over the axis die", "caption")),
        (DIE, f"plot.bars({ROW}, colours=theme.MODEL)", BY_HAND, ("die.py:35", "not drawn from the record")),
        (DIE, "def subject()", "def subjekt()", ("die.py:1", "subject")),
        (DIE, '    """The same chances as bars."""\n', "", ("die.py:35", "as_bars has no docstring")),
    ],
    ids=lambda value: None if isinstance(value, tuple) else value[:30],
)
def test_a_faulty_page_is_refused_and_the_old_one_stays(toys, path, old, new, words):
    before = toys.built()
    toys.edit(path, old, new)
    refused(toys.figures(), *words)
    assert toys.built() == before


WHATEVER = """

@fact
def all_chances(run: dice.Run):
    \"""The chances.\"""
    return run.chances


@claim
def each_is_possible(run: dice.Run):
    \"""Each face may come.\"""
    return run.chances > 0


@figure
def by_hand(run: dice.Run) -> go.Figure:
    \"""Bars.\"""
    return go.Figure(go.Bar(y=[1, 2]))


@figure
def unlike_any(run: dice.Run) -> go.Figure:
    \"""What the static picture has no place for.\"""
    drawn = as_bars(run)
    drawn.layout.meta |= {"wide": {}}
    return drawn
"""


def test_whatever_is_raised_is_told_in_a_paragraph(toys):
    """Also by what the kit does with a value after the author's function gave it, and by `subject`."""
    toys.edit("explainers/pages/toys/coin.py", 'return len(("heads", "tails"))', "return sides()")
    with open(toys.root / DIE, "a") as module:
        module.write(WHATEVER)
    refused(
        done := toys.figures("--jobs", "1"),
        "coin.py:8: subject raised TypeError: sides() missing 1 required positional argument: 'run'.\n",
        "die.py:47: fact all_chances returned a Tensor of 6 values, shape (6,); a fact is one finite number or a word.\n",
        "die.py:53: claim each_is_possible returned a Tensor of 6 values, shape (6,); a claim is true or false.\n",
        "die.py:59: figure by_hand cannot be published: it was not laid out by kit.figure.draw.panels.\n",
        "die.py:65: figure unlike_any raised KeyError: 'height'.\n",
    )
    assert done.stderr.count("explainers/pages/toys/") == 5


@pytest.mark.parametrize(
    ("element", "registered", "words"),
    [
        ("copy-scruber", None, ("die.py:28: figure chances", "docs/assets/js/live/copy-scruber.js is not there. Did you mean copy-scrubber?")),
        ("die-thrower", "dye-thrower", ("die.py:28: figure chances", "docs/assets/js/live/die-thrower.js does not call", "It registers dye-thrower.")),
    ],
)
def test_a_live_figure_without_its_element(toys, element, registered, words):
    before = toys.built()
    if registered:
        (toys.root / f"docs/assets/js/live/{element}.js").write_text(f'customElements.define("{registered}", class extends HTMLElement {{}});\n')
    toys.edit(DIE, "@figure\ndef chances", f'@figure(live="{element}")\ndef chances')
    refused(toys.figures(), *words)
    assert toys.built() == before


def test_a_live_figure_whose_element_imports_what_is_not_there(toys):
    path = toys.root / "docs/assets/js/live/die-thrower.js"
    path.write_text('import {\n  slider,\n} from "../ui/control.js";\ncustomElements.define("die-thrower", class extends HTMLElement {});\n')
    toys.edit(DIE, "@figure\ndef chances", '@figure(live="die-thrower")\ndef chances')
    refused(toys.figures(), "die.py:28: figure chances", "die-thrower.js:3 imports ../ui/control.js, which is not there. Did you mean ../ui/controls.js?")


def test_a_live_figure_whose_element_is_gone_when_the_site_is_built(toys):
    path = toys.root / "docs/assets/js/live/die-thrower.js"
    path.write_text('customElements.define("die-thrower", class extends HTMLElement {});\n')
    toys.edit(DIE, "@figure\ndef chances", '@figure(live="die-thrower")\ndef chances')
    done = toys.figures("--jobs", "1")
    assert done.returncode == 0, done.stderr
    path.unlink()
    refused(toys.site(), "die.py:28: figure toys.die.chances", "docs/assets/js/live/die-thrower.js is not there")


def test_a_mean_is_drawn_where_the_caption_says_so(toys):
    toys.edit(DIE, ROW, 'dice.chances(run), over="die"')
    toys.edit(DIE, "The same chances as bars.", "The mean chances.")
    assert toys.figures().returncode == 0


def test_check_names_a_false_claim(toys):
    toys.edit(DIE, "> 1.2 / 6", "> 7")
    refused(toys.figures("check"), "die.py:41", "toys.die.is_loaded", "false")


def test_check_names_a_stale_claim(toys):
    toys.edit(DIE, "> 1.2 / 6", "> 1.1 / 6")
    refused(toys.figures("check"), "toys.die.is_loaded", "stale")


def test_a_page_without_a_module(toys):
    (toys.root / "docs/toys/cube.md").write_text("# Cube\n")
    refused(toys.figures(), "docs/toys/cube.md", "no module", "explainers/pages/toys/cube.py")


def test_a_module_without_a_page(toys):
    (toys.root / "docs/toys/coin.md").unlink()
    refused(toys.figures(), "explainers/pages/toys/coin.py", "docs/toys/coin.md")


def test_a_page_that_has_gone_from_the_navigation_too(toys):
    """The prose and the module are gone, its line is not."""
    for path in ("docs/toys/coin.md", "explainers/pages/toys/coin.py"):
        (toys.root / path).unlink()
    refused(toys.site(), "mkdocs.yml:7: the page docs/toys/coin.md is not there.", "If it has gone, so must this line.")
    toys.edit("mkdocs.yml", "toys/coin.md", "toys/dye.md")
    refused(toys.site(), "mkdocs.yml:7: the page docs/toys/dye.md is not there. Did you mean toys/die.md?")


def test_an_unknown_page_offers_the_nearest(toys):
    refused(toys.figures("toys/dye"), "toys/dye", "Did you mean toys/die?", code=2)


def test_an_unknown_option_is_wrong_usage(toys):
    refused(toys.figures("--hurry"), "--hurry", code=2)


def test_an_unknown_task_offers_the_nearest(toys):
    refused(toys.figures("train", "dise"), "Did you mean dice?", code=2)


def flip(content: bytes) -> bytes:
    """The same bytes with one bit changed."""
    return content[:-3] + bytes([content[-3] ^ 1]) + content[-2:]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (None, ("missing", "git checkout")),
        (lambda content: content[:-10], ("not those of the card",)),
        (flip, ("not those of the card",)),
        (lambda content: pickle.dumps({"weight": 1}), ("not those of the card",)),
    ],
    ids=["missing", "truncated", "one bit flipped", "pickle"],
)
def test_a_damaged_checkpoint(toys, damage, words):
    before, path = toys.built(), toys.root / WEIGHTS
    content = path.read_bytes()
    path.unlink()
    if damage:
        path.write_bytes(damage(content))
    refused(toys.figures(), WEIGHTS, "train dice", *words)
    assert toys.built() == before


def test_a_pickle_with_a_matching_card_is_never_unpickled(toys):
    content = pickle.dumps({"weight": 1})
    (toys.root / WEIGHTS).write_bytes(content)
    sign(toys, content)
    refused(toys.figures(), WEIGHTS, "not a safetensors file")


def test_a_checkpoint_of_other_shapes(toys):
    import torch
    from safetensors.torch import save

    content = save({"weight": torch.zeros(5, 1)})
    (toys.root / WEIGHTS).write_bytes(content)
    sign(toys, content)
    refused(toys.figures(), WEIGHTS, "weight", "(5, 1)", "(6, 1)")


def sign(project, content: bytes) -> None:
    """Write the digest of these weights on the card."""
    import hashlib

    card = project.root / WEIGHTS.replace("safetensors", "json")
    text = json.loads(card.read_text())
    text["sha256"] = hashlib.sha256(content).hexdigest()
    card.write_text(json.dumps(text))
    sums = project.root / "explainers/checkpoints/cards.sha256"
    sums.write_text(f"{hashlib.sha256(card.read_bytes()).hexdigest()}  {card.name}\n")


def test_a_number_moved_on_a_card(toys):
    path = toys.root / WEIGHTS.replace("safetensors", "json")
    path.write_text(path.read_text().replace('"steps": 0', '"steps": 1'))
    refused(toys.figures(), "dice.json", "not the one that training wrote", "git checkout")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "{{ toys.die.largest:.2f }}",
            "{{ toys.die.lagrest }}",
            ("docs/toys/die.md:3", "Did you mean toys.die.largest?"),
        ),
        ("{{ toys.die.largest:.2f }}", "{{ toys.die.largest:d }}", ("docs/toys/die.md:3", "format")),
        ("{{ figure toys.die.as_bars }}", "{{ figure toys.die.is_loaded }}", ("docs/toys/die.md:9", "no figure")),
        (
            "{{ claim toys.die.is_loaded }}",
            "{{ claim toys.die.is_loded }}",
            ("docs/toys/die.md:7", "toys.die.is_loaded"),
        ),
        ("{{ toys.die.largest:.2f }}", "{{ fact toys.die.largest }}", ("docs/toys/die.md:3", "not understood")),
        ("[loaded][]", "[laoded][]", ("docs/toys/die.md:3", "laoded", "Did you mean loaded?")),
        ("[some dice][dice]", "[some dice][dyes]", ("docs/toys/die.md:3", "“dyes”")),
        (r"\frac{e^{x_i}}", r"\fraction{e^{x_i}}", ("docs/toys/die.md:7", "TeX")),
        ("In code,", "[In code](dye.md),", ("toys/die.md", "dye.md")),
        ("In code,", "[In code](coin.md#edge),", ("toys/die.md", "coin.md#edge")),
        ("In code,", '<a href="../nowhere/">In code</a>,', ("../nowhere/", "leads nowhere")),
        ("In code,", '<img src="https://example.org/a.png" alt="">', ("example.org", "fetched from elsewhere")),
    ],
)
def test_faulty_prose_is_refused_and_the_old_site_stays(toys, old, new, words):
    assert toys.site().returncode == 0
    before = (toys.root / "site/toys/die/index.html").read_bytes()
    toys.edit("docs/toys/die.md", old, new)
    done = toys.site()
    refused(done, *words)
    assert (toys.root / "site/toys/die/index.html").read_bytes() == before


def test_a_number_edited_in_the_built_record_is_noticed(toys):
    toys.edit("docs/built/toys/die.chances.csv", "\nThe die,,die,one,", "\nThe die,,die,one,9")
    refused(toys.site(), "die.chances.csv", "python build_figures.py toys/die")


def test_outdated_figures_are_not_published(toys):
    toys.edit(DIE, "The largest chance.", "The greatest chance.")
    refused(toys.site(), "older than their sources", "python build_figures.py toys/die")


def test_a_notebook_that_raises(toys):
    (toys.root / "docs/labs").mkdir()
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1 / 0", "outputs": [], "execution_count": None}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (toys.root / "docs/labs/lab.ipynb").write_text(json.dumps(notebook))
    plugin = 'plugins: [{mkdocs-jupyter: {include: ["labs/*.ipynb"], execute: true, allow_errors: false}}]'
    toys.edit("mkdocs.yml", "plugins: []", plugin)
    toys.edit("mkdocs.yml", "theme:", "  - Lab: labs/lab.ipynb\ntheme:")
    refused(toys.site(), "docs/labs/lab.ipynb", "1 / 0", "ZeroDivisionError")
    assert not (toys.root / "site").exists()


REFUSALS = """
import errno, os, tempfile
def refuse(*arguments, **named):
    raise OSError(errno.{code}, os.strerror(errno.{code}))
os.fsync = refuse
"""


@pytest.mark.parametrize(("code", "word"), [("ENOSPC", "disk is full"), ("EROFS", "cannot be written")])
def test_a_full_disk_and_a_read_only_folder(toys, tmp_path, code, word):
    """The operating system's refusal is injected below the project's code, so that it also works for root."""
    before = toys.built()
    (tmp_path / "sitecustomize.py").write_text(REFUSALS.format(code=code))
    toys.edit(DIE, "The largest chance.", "The greatest chance.")
    refused(toys.figures(environment={"PYTHONPATH": str(tmp_path)}), word, "Nothing was changed")
    assert toys.built() == before
    assert not list(toys.root.rglob(".half-*"))
    assert toys.figures().returncode == 0


def test_killed_at_ten_random_moments(toys):
    toys.edit(DIE, "The largest chance.", "The greatest chance.")
    undisturbed = toys.figures()
    assert undisturbed.returncode == 0
    wanted = toys.built()
    moments = random.Random(0)
    shutil.rmtree(toys.root / "docs/built")
    shutil.rmtree(toys.root / ".cache")
    for _ in range(10):
        build = subprocess.Popen([sys.executable, "build_figures.py"], cwd=toys.root, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.05, 4))
        build.send_signal(signal.SIGKILL)
        build.wait()
    assert toys.figures().returncode == 0
    assert toys.built() == wanted
    assert not list(toys.root.rglob(".half-*"))


def test_two_builds_at_once(toys):
    wanted = toys.built()
    shutil.rmtree(toys.root / "docs/built")
    shutil.rmtree(toys.root / ".cache")
    command = [sys.executable, "build_figures.py"]
    both = [subprocess.Popen(command, cwd=toys.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    messages = [build.communicate()[1].decode() for build in both]
    assert [build.returncode for build in both] == [0, 0], messages
    assert toys.built() == wanted


def test_two_sites_at_once(toys):
    """As `make test` beside `make serve`, after an edit: the second waits, and finds the work done."""
    assert toys.site().returncode == 0
    toys.edit("docs/toys/die.md", "In code,", "As code,")
    command = [sys.executable, "-m", "explainers.kit.site"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    both = [subprocess.Popen(command, cwd=toys.root, text=True, **pipes) for _ in range(2)]
    told = [build.communicate() for build in both]
    assert [build.returncode for build in both] == [0, 0], told
    assert sorted(out.split()[1] for out, _ in told) == ["built", "is"]
    assert "As code," in (toys.root / "site/toys/die/index.html").read_text()


def test_a_site_waits_for_the_figures_that_are_being_built(toys):
    toys.edit(DIE, "    return run.seen", "    import time\n    time.sleep(3)\n    return run.seen")
    figures = subprocess.Popen([sys.executable, "build_figures.py", "--jobs", "1"], cwd=toys.root, stderr=subprocess.DEVNULL)
    while not held(toys.root / ".cache/lock"):
        time.sleep(0.01)
    done = toys.site()
    assert (figures.wait(), done.returncode) == (0, 0), done.stderr
    assert "waiting for it" in done.stderr


def held(lock) -> bool:
    """Whether somebody holds the lock."""
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True


def test_a_snippet_of_a_file_that_is_not_there(toys):
    toys.edit("mkdocs.yml", "  - tables\n", "  - tables\n  - pymdownx.snippets: {base_path: [.], check_paths: true}\n")
    toys.edit("docs/toys/die.md", "# The die\n", '# The die\n\n--8<-- "nowhere.md"\n')
    refused(toys.site(), "docs/toys/die.md:3", "nowhere.md", "could not be found")


def test_a_corrupted_store_entry_is_made_again(toys):
    wanted = toys.built()
    shutil.rmtree(toys.root / "docs/built")
    for entry in (toys.root / ".cache/steps").glob("*/0"):
        entry.write_bytes(b"rubbish")
    done = toys.figures()
    assert "built: " in done.stdout
    assert "from the store" not in done.stdout
    assert toys.built() == wanted


def test_a_traceback_on_demand(toys):
    """Of all that is wrong, with the lines of the kit that it passed through."""
    toys.edit(DIE, "return run.seen", "return run.unseen")
    toys.edit(DIE, "return run.chances.max()\n", "return run.chances.maximum()\n")
    toys.edit("explainers/pages/toys/coin.py", 'return len(("heads", "tails"))', "return 1 / 0")
    told = toys.figures("--traceback").stderr
    for line in ("return run.unseen", "return run.chances.maximum()", "return 1 / 0", "kit/build/step.py"):
        assert line in told


def test_a_new_page_builds_at_once(toys):
    """Also in a part that is new."""
    done = toys.figures("new", "cubes/cube")
    assert done.returncode == 0, done.stderr
    assert "opens a new part: cubes, beside toys" in done.stdout
    assert "  - Cubes:\n      - Cube: cubes/cube.md\n" in (toys.root / "mkdocs.yml").read_text()
    for path in ("tests/pages/cubes/test_cube.py", "explainers/pages/cubes/__init__.py"):
        assert (toys.root / path).is_file()
    assert toys.figures().returncode == 0
    built = toys.site()
    assert built.returncode == 0, built.stderr
    assert "cubes.cube.answers" in (toys.root / "site/cubes/cube/index.html").read_text()


def test_a_new_page_never_overwrites_and_breaks_no_build(toys):
    refused(toys.figures("new", "toys/die"), "exists", code=2)
    refused(toys.figures("new", "about/queue"), "toys/queue would do", code=2)
    assert not (toys.root / "docs/about/queue.md").exists()


def test_without_the_packages_one_is_told_how_to_get_them(toys):
    for command in (("build_figures.py",), ("build_figures.py", "train"), ("-m", "explainers.kit.site")):
        done = toys.python("-S", *command)  # no site-packages
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "has no package" in done.stderr and "run `make site` once, then `. .venv/bin/activate`." in done.stderr
