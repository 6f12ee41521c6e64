"""Steps and trainings on other machines, by the workers of a Dask cluster.

A worker needs the packages of the lock file and nothing of this project. It is sent the files that a step depends on, each under its digest,
lays them out in a folder of its own, and runs the ordinary command there; what that command writes is what comes back.
"""

import logging
import platform
import re
import socket
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, as_completed
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from explainers.kit.build import checkpoint, installed, live, project
from explainers.kit.build.trainings import known_seconds
from explainers.kit.errors import Mistake, WrongUsage
from explainers.kit.files import ROOT, sha256, shown, write_whole

MAIN = ROOT / "explainers" / "kit" / "command" / "main.py"

# The process in which a worker runs one command after the other. Libraries stay loaded; the project's own modules, which may have changed, do not.
# It ends with the worker, however that ends: the pipe that brings the commands is closed then.
PROCESS = """
import contextlib, importlib, io, json, os, queue, sys, threading, traceback
answers, commands = os.fdopen(os.dup(1), "w"), queue.Queue()
os.dup2(2, 1)
def listen():
    for line in sys.stdin:
        commands.put(json.loads(line))
    os._exit(0)
threading.Thread(target=listen, daemon=True).start()
while True:
    command, said, code = commands.get(), io.StringIO(), 1
    for name in [name for name in sys.modules if name.partition(".")[0] == "explainers"]:
        del sys.modules[name]
    importlib.invalidate_caches()
    with contextlib.redirect_stderr(said):
        try:
            from explainers.kit.command.main import main
            code = main(command)
        except BaseException:
            traceback.print_exc()
    print(json.dumps([code, said.getvalue()]), file=answers, flush=True)
"""


class Gone(Mistake):
    """The scheduler is not there any more."""


def versions() -> dict[str, str]:
    """What a worker must have, too: Python, Dask and the packages of the lock file, as they are installed here."""
    names = re.findall(r"^([\w.-]+)==", installed.LOCK_FILE.read_text("utf8"), flags=re.M)
    return {"python": platform.python_version()} | {name: installed.version(name) for name in ("distributed", *names)}


def travelling() -> tuple[Callable, Callable]:
    """The two functions that run on workers. As functions inside of a function they are sent whole, and not as names to import there."""

    def differing(wanted: dict[str, str]) -> str:
        """What is installed here in another version than wanted, in words."""
        import platform
        from importlib import metadata

        def version(name: str) -> str:
            try:
                return metadata.version(name) if name != "python" else platform.python_version()
            except metadata.PackageNotFoundError:
                return "none"

        return ", ".join(f"{name} {version(name)} instead of {wanted[name]}" for name in wanted if version(name) != wanted[name])

    def work(command: list[str], files: dict[str, bytes], digests: dict[str, str], wanted: dict[str, str], written: str) -> dict[str, bytes] | str:
        """Run a command of the project; returns what it wrote into a folder, or why it did not."""
        import hashlib
        import json
        import os
        import subprocess
        import sys
        import threading
        from pathlib import Path

        from distributed import get_worker

        worker = get_worker()
        if wrong := differing(wanted):
            return f"{worker.address} has {wrong}."
        found = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
        if wrong := [f"{path} {found[path]} instead of {digests[path]}" for path in files if found[path] != digests[path]]:
            return f"{worker.address} was given other files: {', '.join(wrong)}."

        folder = Path(worker.local_directory) / f"project-{threading.get_ident()}"
        there = {path.relative_to(folder).as_posix(): path for room in ("explainers", "docs") for path in (folder / room).rglob("*") if path.is_file()}
        for path in there.keys() - files.keys():
            if "__pycache__" not in path:  # what is compiled for training takes half a minute
                there[path].unlink()
        for path, content in files.items():
            if path not in there or there[path].read_bytes() != content:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)

        running = worker.__dict__.setdefault("processes_of_explainers", {})
        process = running.get(folder)
        if process is None or process.poll() is not None:
            alone = os.environ | {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
            start = [sys.executable, "-B", "-c", PROCESS]
            process = running[folder] = subprocess.Popen(start, cwd=folder, env=alone, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process.stdin.write(json.dumps(command) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            return f"A process of {worker.address} was ended from outside (exit code {process.wait()}); perhaps there was too little memory."
        code, said = json.loads(answer)
        if code:
            return said.strip()
        results = {path.relative_to(folder / written).as_posix(): path.read_bytes() for path in (folder / written).rglob("*") if path.is_file()}
        return {path: content for path, content in results.items() if content != files.get(f"{written}/{path}")}

    return differing, work


class Cluster(Executor):
    """Runs steps on the workers of a cluster."""

    def __init__(self, client, address: str):
        self.client, self.address, self.pool = client, address, client.get_executor(pure=False)
        self.wanted, self.sent = versions(), {}
        self.differing, self.work = travelling()

    def check(self) -> None:
        """See that there are workers, and that each of them has what is installed here.

        Raises:
            Mistake: there is none, or one has another version of something.
        """
        wrong = {at: f"python {found} instead of {self.wanted['python']}" for at, found in self.client.run(platform.python_version).items()
                 if found != self.wanted["python"]}  # fmt: skip
        if not wrong:  # what is sent whole can be read by the same Python only
            answers = self.client.run(self.differing, self.wanted)
            if not answers:
                raise Mistake(f"No worker has joined the scheduler at {self.address}. `dask worker {self.address}` starts one.")
            wrong = {at: found for at, found in answers.items() if found}
        if wrong:
            told = "; ".join(f"{at} has {found}" for at, found in sorted(wrong.items()))
            raise Mistake(f"Refused, because versions differ: {told}. A worker needs those of {shown(installed.LOCK_FILE)}.")

    def submit(self, function, /, name: str) -> Future:
        """Build a page on a worker.

        Args:
            function: `kit.build.step.measured`; the worker runs its own copy.
            name: `part/page`.

        Returns:
            A future of what the function returns and raises; how long a page took on a worker is not told.
        """
        page = project.chosen([name])[0]
        elements = {file for entry in project.marked(page) if entry.live for file in live.loaded(live.MODULES / f"{entry.live}.js")}
        sources = [*project.closure(page.path, project.STEP, MAIN), page.markdown, *elements]
        return self.ask([name, "--jobs", "1"], sources, project.checkpoints(page), "docs/built", lambda files: (files, {}))

    def training(self, name: str) -> Future:
        """Train a task on a worker; returns a future of the weights and cards that it wrote, by path below `explainers/checkpoints/`."""
        sources = project.closure(project.TASKS / name / "train.py", MAIN)
        return self.ask(["train", name, "--jobs", "1"], sources, project.checkpoints_of(sources), "explainers/checkpoints", lambda files: files)

    def ask(self, command: list[str], sources: Sequence[Path], checkpoints: Sequence[str], written: str, result: Callable) -> Future:
        """Run a command on a worker, with these files; returns a future of the result that is made of what it wrote below a folder."""
        parts = [part(name) for name in checkpoints for part in (checkpoint.weights_path, checkpoint.card_path)]
        contents = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in (*sources, *parts, installed.LOCK_FILE, checkpoint.SUMS) if path.is_file()}
        digests = {path: sha256(content) for path, content in contents.items()}
        for path, digest in digests.items():
            if digest not in self.sent:
                self.sent[digest] = self.client.submit(bytes, contents[path], key=f"file-{digest}")
        files = {path: self.sent[digest] for path, digest in digests.items()}
        future: Future = Future()

        def settle(done: Future) -> None:
            try:
                answer = done.result()
            except CancelledError:
                future.set_exception(Gone(f"The scheduler at {self.address} is gone; what was finished is kept."))
            except Exception as error:
                future.set_exception(Mistake(f"{' '.join(command)}: {type(error).__name__}: {error}"))
            else:
                future.set_exception(Mistake(answer)) if isinstance(answer, str) else future.set_result(result(answer))

        self.pool.submit(self.work, command, files, digests, self.wanted, written).add_done_callback(settle)
        return future


@contextmanager
def joined(address: str) -> Iterator[Cluster]:
    """The cluster of the scheduler at an address, `tcp://HOST:PORT`.

    Raises:
        WrongUsage: it is no such address, or Dask is not installed.
        Mistake: nobody answers there, there are no workers, or a worker has other versions.
    """
    place = re.fullmatch(r"tcp://([^/:]+|\[[^/]+\]):(\d+)", address)
    if not place:
        raise WrongUsage(f"--cluster takes the address of a scheduler, tcp://HOST:PORT, not {address}.")
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise WrongUsage("--cluster needs Dask: `pip install -e .[cluster]`.") from error
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is told once, by us
    try:
        socket.create_connection((place[1].strip("[]"), int(place[2])), timeout=10).close()  # Dask itself would go on trying
        with warnings.catch_warnings(action="ignore"):  # of versions that differ, which `check` names
            client = Client(address, set_as_default=False)
    except OSError as error:
        raise Mistake(f"No scheduler answers at {address} ({error}). `dask scheduler` starts one.") from error
    with client:
        cluster = Cluster(client, address)
        cluster.check()
        yield cluster


def train(names: Sequence[str], address: str) -> None:
    """Train tasks on a cluster, those first that took longest the last time. What is finished is written at once.

    Raises:
        Mistake: a task failed. It does not stop the others.
    """
    failed = {}
    with joined(address) as cluster, tqdm(total=len(names), unit="task", leave=False, mininterval=0) as bar:
        running = {cluster.training(name): name for name in sorted(names, key=known_seconds, reverse=True)}
        for future in as_completed(running):
            name = running[future]
            try:
                keep(future.result())
            except Gone:
                raise
            except Mistake as mistake:
                failed[name] = f"{name}: {mistake}"
            bar.set_postfix_str(name)
            bar.update()
    if failed:
        raise Mistake("\n".join([*failed.values(), f"Not trained: {', '.join(failed)}."]))


def keep(files: dict[str, bytes]) -> None:
    """Write weights and cards that a worker trained, and the digests of the cards among those of the others."""
    cards = {Path(path).stem: sha256(content) for path, content in files.items() if path.endswith(".json")}
    for path in sorted(files.keys() - {checkpoint.SUMS.name}, reverse=True):  # the weights before their card
        write_whole(checkpoint.FOLDER / path, files[path])
    sums = checkpoint.card_sums() | cards
    write_whole(checkpoint.SUMS, "".join(f"{digest}  {card}.json\n" for card, digest in sorted(sums.items())).encode())
