"""Trains tasks side by side, each in a process of its own, on one thread."""

import functools
import importlib
import json
import math
import multiprocessing
import os
import sys
from collections.abc import Sequence
from multiprocessing import connection

from explainers.kit.build.checkpoint import FOLDER
from explainers.kit.build.processes import end_with_parent
from explainers.kit.errors import Mistake


def train(names: Sequence[str], jobs: int) -> None:
    """Train tasks, `jobs` at a time, those first that took longest the last time.

    A task that fails does not stop the others. When this process ends, they end with it; the next time they go on from what they saved.

    Raises:
        Mistake: a task failed; it has said why before.
    """
    waiting = sorted(names, key=known_seconds, reverse=True)
    running, failed = {}, []
    while waiting or running:
        while waiting and len(running) < jobs:
            name, line = waiting.pop(0), min(set(range(jobs)) - {line for _, line, _ in running.values()})
            process = multiprocessing.get_context("spawn").Process(target=alone, args=(name, line), daemon=True)
            process.start()
            running[process.sentinel] = name, line, process
        for sentinel in connection.wait(running):
            name, _, process = running.pop(sentinel)
            process.join()
            if process.exitcode:
                failed.append(name if process.exitcode > 0 else f"{name} (killed by signal {-process.exitcode})")
    if sys.stderr.isatty():
        sys.stderr.write("\x1b[J")  # takes away what bars have left below
    if failed:
        raise Mistake(f"Not trained: {', '.join(failed)}.")


def known_seconds(task: str) -> float:
    """How long a task took, by its cards; a task without cards may take for ever."""
    cards = [json.loads(path.read_bytes()) for path in FOLDER.glob("*.json") if path.stem.split("-")[0] == task]
    return sum(card["cpu_seconds"] for card in cards) if cards else math.inf


def alone(name: str, line: int) -> None:
    """Train one task, as all that a process does. Its progress bars stand on that line of the terminal."""
    end_with_parent()
    os.environ["OMP_NUM_THREADS"] = "1"
    from tqdm import tqdm

    tqdm.__init__ = functools.partialmethod(tqdm.__init__, position=line)
    try:
        importlib.import_module(f"explainers.tasks.{name}.train").train()
    except Mistake as mistake:
        sys.exit(f"{name}: {mistake}")
