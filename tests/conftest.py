"""What all tests share: checked shapes, a copy of the project to break, and a tiny project for the pipeline."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jaxtyping
import pytest
from filelock import FileLock

from tests import warm

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads that wait for one another take many times as long on a busy machine
ROOT = Path(__file__).resolve().parents[1]
pytest_plugins = ("tests.browser",)

# Numba compiles plain functions only, so its module goes unchecked; in the grammar there are words and no shapes.
UNCHECKED = ("models/ntm_compiled.py", "tasks/translation/grammar.py", "tasks/translation/lexicon.py")
FILES = [path.relative_to(ROOT) for room in ("models", "tasks", "studies") for path in sorted((ROOT / "explainers" / room).rglob("*.py"))]
CHECKED = [path for path in FILES if path.stem != "__init__" and not str(path).endswith(UNCHECKED)]
jaxtyping.install_import_hook([".".join(path.with_suffix("").parts) for path in CHECKED], "beartype.beartype")


@dataclass(frozen=True)
class Project:
    """A project of its own in a temporary folder."""

    root: Path

    def figures(self, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
        """Run `build_figures.py` there; a build without helpers, unless their number is given."""
        building = not arguments or arguments[0].startswith("-") or "/" in arguments[0]
        alone = ["--jobs", "1"] if building and not {"--jobs", "--cluster"} & {*arguments} else []
        return self.python("build_figures.py", *arguments, *alone, environment=environment)

    def site(self) -> subprocess.CompletedProcess:
        """Build the site there."""
        return self.python("-m", "explainers.kit.site")

    def python(self, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
        """Run Python there, on one thread."""
        settings = {"PATH": "/usr/bin:/bin", "HOME": str(self.root), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "NO_MKDOCS_2_WARNING": "1"} | (
            environment or {}
        )
        if warm.can(arguments, settings):
            return warm.run(self.root, arguments, settings)
        return subprocess.run([sys.executable, *arguments], cwd=self.root, env=settings, capture_output=True, text=True, check=False)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace one piece of text in a file; it must be there."""
        text = (self.root / path).read_text("utf8")
        assert text.count(old) == 1, f"{path} holds {old!r} {text.count(old)} times"
        (self.root / path).write_text(text.replace(old, new), "utf8")

    def built(self) -> dict[str, bytes]:
        """Every built file, by path."""
        folder = self.root / "docs" / "built"
        return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def unchecked() -> Iterator[None]:
    """Shapes go unchecked meanwhile: where hundreds of episodes are run, that takes as long as the episodes."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


# Of these, each test takes long and shares nothing.
LONGEST = "test_replication.py"
ALONE = (LONGEST, "test_build.py", "test_faults.py", "test_pages.py", "test_new.py", "test_published_mistakes.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first, then whole files, then single tests: so at the end no process works long while the others wait."""
    items.sort(key=lambda item: 0 if item.path.name == LONGEST else 1 + (item.path.name in ALONE))


def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """The tests of a file run in one process, since they share what it has read and opened; in the order in which they stand."""
    from xdist.scheduler import LoadScopeScheduling

    class Files(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            return nodeid if file.endswith(ALONE) else file

    config.option.loadscopereorder = False
    return Files(config, log)


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder of all processes that run these tests."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextlib.contextmanager
def once(shared: Path, name: str) -> Iterator[bool]:
    """Whether this process is the first to make something; the others wait until it is made."""
    with FileLock(shared / f"{name}.lock"):
        yield not (shared / f"{name}.made").exists()
        (shared / f"{name}.made").touch()


@pytest.fixture(scope="session")
def figures(shared) -> None:
    """The project's own figures, built from the committed checkpoints."""
    if os.environ.get("FIGURES_ARE_BUILT"):  # where mistakes are planted, by whoever planted them
        return
    with once(shared, "figures") as first:
        if first:
            done = subprocess.run([sys.executable, "build_figures.py"], cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def toys_once(shared) -> Project:
    """The tiny project with its checkpoints trained and its figures built; tests work on copies of it. Beside its own task it has a new one."""
    root = shared / "toys"
    with once(shared, "toys") as first:
        if first:
            make_toys(root)
    return Project(root)


def make_toys(root: Path) -> None:
    """Put the tiny project together in a folder, train it and build its figures."""
    shutil.copytree(ROOT / "tests" / "toys", root, dirs_exist_ok=True)
    for name in ("kit", "models", "tasks/common"):
        shutil.copytree(ROOT / "explainers" / name, root / "explainers" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("explainers/__init__.py", "build_figures.py", "requirements.txt"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "docs" / "assets", root / "docs" / "assets")
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    project = Project(root)
    for command in (["new", "--task", "echo"], ["train", "--jobs", "1"], []):
        done = project.figures(*command)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def toys(toys_once, tmp_path) -> Project:
    """The tiny project, built, to do with as a test likes."""
    shutil.copytree(toys_once.root, tmp_path / "toys", symlinks=True)
    return Project(tmp_path / "toys")
