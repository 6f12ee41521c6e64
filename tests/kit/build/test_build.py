"""The pipeline: what is built, kept, restored and refused."""

import json
import shutil
from importlib import util
from pathlib import Path

import pytest


def test_a_second_build_keeps_everything(toys):
    done = toys.figures()
    assert done.returncode == 0
    assert "kept: toys/coin, toys/die" in done.stdout


def test_nothing_changed_needs_no_torch(toys):
    program = "import sys; from explainers.kit.command.main import main; main([]); print('torch' in sys.modules, 'plotly' in sys.modules)"
    assert toys.python("-c", program).stdout.splitlines()[-1] == "False False"


def test_a_system_without_unix_modules_builds(toys):
    """As on Windows, which has no `fcntl`, `resource`, `pwd` and the like."""
    toys.edit("explainers/pages/toys/coin.py", "How many sides.", "The number of sides.")
    (toys.root / ".cache/lock").unlink()  # another kind of lock than is taken without `fcntl`
    absent = "sys.modules |= dict.fromkeys(('fcntl', 'grp', 'pwd', 'resource', 'termios'))"
    done = toys.python("-c", f"import sys; {absent}; from explainers.kit.command.main import main; sys.exit(main([]))")
    assert done.returncode == 0, done.stderr
    assert "built: toys/coin" in done.stdout


def test_two_cold_builds_are_identical_to_the_byte(toys):
    before = toys.built()
    forget(toys)
    assert toys.figures().returncode == 0
    assert toys.built() == before


def test_editing_one_page_rebuilds_that_page_only(toys):
    toys.edit("explainers/pages/toys/coin.py", "How many sides.", "The number of sides.")
    done = toys.figures()
    assert "built: toys/coin" in done.stdout
    assert "kept: toys/die" in done.stdout


def test_editing_a_task_rebuilds_the_pages_that_use_it(toys):
    toys.edit("explainers/tasks/dice/run.py", ", 7)", ", 8)")
    done = toys.figures()
    assert "built: toys/die" in done.stdout
    assert "kept: toys/coin" in done.stdout
    assert json.loads(toys.built()["toys/die.json"])["facts"]["seen"]["value"] == 8


def test_reverting_an_edit_finds_the_old_result(toys):
    before = toys.built()
    toys.edit("explainers/tasks/dice/run.py", ", 7)", ", 8)")
    toys.figures()
    toys.edit("explainers/tasks/dice/run.py", ", 8)", ", 7)")
    assert "from the store: toys/die" in toys.figures().stdout
    assert toys.built() == before


def test_a_process_pool_builds_the_same(toys):
    before = toys.built()
    forget(toys)
    done = toys.figures("--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert toys.built() == before


def test_a_stopped_build_keeps_what_was_finished(toys):
    """The die, which needs a model, is built first."""
    toys.edit("explainers/pages/toys/die.py", "The same chances as bars.", "The chances as bars.")
    toys.edit("explainers/pages/toys/coin.py", 'return len(("heads", "tails"))', "raise KeyboardInterrupt")
    done = toys.figures("--jobs", "1")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "stopped; what was finished is kept")
    assert "The chances as bars." in toys.built()["toys/die.json"].decode()


def test_a_process_that_is_ended_from_outside_is_told(toys):
    before = toys.built()
    toys.edit("explainers/pages/toys/die.py", "return run.seen", "__import__('os').kill(__import__('os').getpid(), 9)")
    done = toys.figures("--jobs", "2")
    assert done.returncode == 1
    assert "ended from outside" in done.stderr
    assert "`--jobs 1`" in done.stderr
    assert "Traceback" not in done.stderr
    assert toys.built() == before


def test_a_removed_figure_leaves_no_file(toys):
    toys.edit("explainers/pages/toys/die.py", "@figure\ndef as_bars", "def as_bars")
    toys.figures()
    assert not [path for path in toys.built() if "as_bars" in path]


def test_what_was_built_of_a_page_that_is_gone_goes(toys):
    """As after a page or a part was deleted, or another branch checked out; the site would publish it, and find that it leads nowhere."""
    shutil.copytree(toys.root / "docs/built/toys", toys.root / "docs/built/games")
    for path in ("explainers/pages/toys/die.py", "docs/toys/die.md"):
        (toys.root / path).unlink()
    assert toys.figures("toys/coin").returncode == 0
    assert [path for path in toys.built() if not path.startswith("checkpoints/")] == ["toys/coin.json", "toys/coin.source.html"]
    assert not (toys.root / "docs/built/games").exists()


def forget(project) -> None:
    """Remove everything that a build made."""
    import shutil

    shutil.rmtree(project.root / "docs" / "built")
    shutil.rmtree(project.root / ".cache")


def test_a_negative_number_has_a_minus_sign(toys):
    toys.edit("explainers/pages/toys/coin.py", "    return run\n", "    return -run\n")
    assert toys.figures("toys/coin").returncode == 0
    assert toys.site().returncode == 0
    assert ">−2</span> sides" in (toys.root / "site/toys/coin/index.html").read_text("utf8")


def pretend(toys, package: str, version: str) -> dict[str, str]:
    """An environment in which pip seems to have installed another version of a package."""
    folder = toys.root / "elsewhere" / f"{package.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
    return {"PYTHONPATH": str(folder.parent)}


@pytest.mark.parametrize("package", ["numba", "tokenizers", "torch"])
def test_another_version_of_a_package_makes_figures_stale(toys, package):
    done = toys.figures(environment=pretend(toys, package, "0.0.1"))
    assert "built: toys/coin, toys/die" in done.stdout, done.stderr


def test_another_version_of_a_package_makes_the_site_stale(toys):
    assert "built in" in toys.site().stdout
    assert toys.site().stdout == "site/ is up to date\n"
    other = toys.python("-m", "explainers.kit.site", environment=pretend(toys, "pymdown-extensions", "0.0.1"))
    assert "built in" in other.stdout


def test_a_touched_theme_makes_the_site_stale(toys):
    place = Path(util.find_spec("material").submodule_search_locations[0])
    theme = toys.root / "elsewhere" / "material"
    shutil.copytree(place, theme, ignore=shutil.ignore_patterns(".icons", "__pycache__"))
    (theme / "templates" / ".icons").symlink_to(place / "templates" / ".icons")
    environment = {"PYTHONPATH": str(theme.parent)}
    assert "built in" in toys.python("-m", "explainers.kit.site", environment=environment).stdout
    assert "up to date" in toys.python("-m", "explainers.kit.site", environment=environment).stdout
    base = theme / "templates" / "base.html"
    base.write_text(base.read_text("utf8").replace("</body>", "<!-- touched --></body>"), "utf8")
    assert "built in" in toys.python("-m", "explainers.kit.site", environment=environment).stdout
    assert "<!-- touched -->" in (toys.root / "site/index.html").read_text()
