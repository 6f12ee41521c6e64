"""A process that has the libraries loaded and makes a copy of itself for each command of a test, so that no command loads them again."""

import atexit
import functools
import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

LIBRARIES = ("torch", "plotly.graph_objects", "xarray", "numba", "cattrs", "jaxtyping", "safetensors.torch", "mkdocs.commands.build", "filelock", "tqdm", "fontTools.ttLib")  # fmt: skip


def can(arguments: Sequence[str], environment: dict[str, str]) -> bool:
    """Whether a command may begin with loaded libraries: not where it is about what is installed, or about how Python starts."""
    return (arguments[0] == "build_figures.py" or (arguments[0] == "-m" and arguments[1].startswith("explainers."))) and "PYTHONPATH" not in environment


def run(root: Path, arguments: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess:
    """Run `python ARGUMENTS` in a folder, with no other environment; a script of the folder, or `-m MODULE`."""
    with tempfile.TemporaryDirectory() as folder:
        process = started()
        process.stdin.write(json.dumps([str(root), list(arguments), environment, folder]) + "\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        said = [(Path(folder) / name).read_text("utf8", errors="replace") for name in ("stdout", "stderr")]
    return subprocess.CompletedProcess(list(arguments), code, *said)


@functools.cache
def started() -> subprocess.Popen:
    """The process that waits for commands; it ends with this one."""
    alone = {"PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "NO_MKDOCS_2_WARNING": "1"}
    process = subprocess.Popen([sys.executable, "-P", __file__], env=alone, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(process.stdin.close)
    return process


def wait_for_commands() -> None:
    """Answer each line of the input with the exit code of the command."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    load()
    for line in sys.stdin:
        root, arguments, environment, folder = json.loads(line)
        child = os.fork()
        if child == 0:
            command(root, arguments, environment, folder)
        answers.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        answers.flush()


def load() -> None:
    """Load the libraries, and what they load when they are first used."""
    for name in LIBRARIES:
        importlib.import_module(name)
    import plotly.graph_objects as go

    go.Figure(
        [go.Bar(y=[1]), go.Heatmap(z=[[1]]), go.Scatter(y=[1])], {"title": "", "xaxis": {"title": ""}, "annotations": [{"text": ""}], "shapes": [{}]}
    ).to_json()


def command(root: str, arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """Be that command, and end."""
    os.chdir(root)
    os.environ.clear()
    os.environ.update(environment)
    for number, name in ((0, "/dev/null"), (1, f"{folder}/stdout"), (2, f"{folder}/stderr")):
        os.dup2(os.open(name, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT), number)
    sys.stdin = os.fdopen(0)
    sys.path.insert(0, root)
    code = 0
    try:
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    wait_for_commands()
