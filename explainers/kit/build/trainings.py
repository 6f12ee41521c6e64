"""Trains tasks side by side, each in a process of its own, on one thread."""

import functools
import importlib
import json
import math
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from multiprocessing import connection

from tqdm import tqdm

from explainers.kit.build.checkpoint import FOLDER, read_card
from explainers.kit.build.processes import end_with_parent
from explainers.kit.counts import counted
from explainers.kit.errors import Mistake
from explainers.kit.files import shown


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
    tqdm.__init__ = functools.partialmethod(tqdm.__init__, position=line)
    try:
        one(name)
    except Mistake as mistake:
        sys.exit(f"{name}: {mistake}")


def one(name: str) -> None:
    """Train one task, and say in a line what came of it."""
    from tqdm import tqdm

    begun = time.monotonic()
    importlib.import_module(f"explainers.tasks.{name}.train").train()
    tqdm.write(reached(name, time.monotonic() - begun))  # above the bars of the others


def reached(name: str, seconds: float) -> str:
    """How long a training took, the first metric of its first card, and where its weights are."""
    found = sorted((path for path in FOLDER.glob("*.safetensors") if path.stem.split("-")[0] == name), key=lambda path: path.stem)
    if not found:
        return f"{name}: trained in {seconds:.1f} s; it wrote no checkpoint"
    metrics = read_card(found[0].stem)["metrics"]
    metric = next((f", {metric} {value:.4g}" for metric, value in metrics.items() if isinstance(value, int | float)), "")
    others = f" and {counted(len(found) - 1, 'others')}" if found[1:] else ""
    return f"{name}: trained in {seconds:.1f} s{metric}; {shown(found[0])}{others}"
