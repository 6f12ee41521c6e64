"""A copy of the project to plant mistakes in, and processes that start warm: the libraries are loaded once, the project anew in each."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from explainers.kit.files import ROOT

LIBRARIES = (
    "torch", "transformers", "transformers.models.marian.modeling_marian", "plotly.graph_objects", "xarray", "numba", "cattrs", "jaxtyping",
    "beartype", "pytest", "hypothesis", "safetensors.torch", "playwright.sync_api", "mkdocs.utils", "filelock", "fontTools",
)  # fmt: skip
COPIED = (".cache/steps", "docs/built", "docs/assets/vendor", "site", "node_modules")


class Workspace:
    """A copy of the project as it is built."""

    def __init__(self, root: Path):
        self.root = root
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
        for file in files:
            if (ROOT / file).is_file():
                (root / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / file, root / file)
        for folder in COPIED:
            if (ROOT / folder).is_dir():
                shutil.copytree(ROOT / folder, root / folder, symlinks=True, dirs_exist_ok=True, copy_function=os.link)
        for folder in ("docs/built", "site"):  # these are written anew; a hard link would change the original
            for file in (root / folder).rglob("*"):
                if file.is_file():
                    content = file.read_bytes()
                    file.unlink()
                    file.write_bytes(content)

    def plant(self, path: str, text: str) -> None:
        """Write a module, in the built site too if it is one of the browser's."""
        (self.root / path).write_text(text, "utf8")
        served = self.root / "site" / path.removeprefix("docs/")
        if path.startswith("docs/") and served.is_file():
            served.write_text(text, "utf8")

    def run(self, function: Callable, *arguments, seconds: float, log: Path) -> int | None:
        """The exit code of a function that runs in the copy, in a process of its own; none if it was still running after so many seconds."""
        child = os.fork()
        if child == 0:
            code = 70
            try:
                os.setsid()
                os.chdir(self.root)
                sys.path[:] = [str(self.root), *(path for path in sys.path if path and Path(path) != ROOT)]
                for name in [name for name in sys.modules if name.split(".")[0] in ("explainers", "tests")]:
                    del sys.modules[name]
                output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                os.dup2(output, 1)
                os.dup2(output, 2)
                os.environ |= {"FIGURES_ARE_BUILT": "1", "PATIENCE": "20000", "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
                code = function(*arguments)
            except BaseException as error:
                print(f"{type(error).__name__}: {error}", flush=True)
                code = 1
            finally:
                sys.stdout.flush()
                os._exit(code)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return None


def warm() -> None:
    """Load the libraries, so that no process needs to do so again."""
    import importlib

    os.environ |= {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "NO_MKDOCS_2_WARNING": "1", "JUPYTER_PLATFORM_DIRS": "1"}
    for name in LIBRARIES:
        importlib.import_module(name)
    import torch

    torch.set_num_threads(1)
