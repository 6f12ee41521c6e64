"""A Dask cluster on this machine."""

import re
import subprocess
import sys
import time
from pathlib import Path

from distributed import Client

PATIENCE = 300  # seconds after which a test that waits for something gives up


def until(found):
    """What a function returns as soon as that is true."""
    end = time.monotonic() + PATIENCE
    while not (value := found()) and time.monotonic() < end:
        time.sleep(0.02)
    assert value
    return value


class Machines:
    """A scheduler and workers, each a process of its own, that know nothing of any project."""

    def __init__(self, folder: Path):
        self.folder, self.processes = folder, []
        self.scheduler = self.start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
        self.address = until(lambda: re.search(r"Scheduler at: *(tcp://\S+)", self.said("0")))[1]

    def said(self, number: str) -> str:
        """What a process has written."""
        return (self.folder / number).read_text("utf8")

    def start(self, program: str, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen:
        """Start a scheduler or a worker."""
        with open(self.folder / str(len(self.processes)), "w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{program}", *arguments],
                cwd=self.folder, stdout=log, stderr=log, env={"PATH": "/usr/bin:/bin"} | (environment or {}),
            )  # fmt: skip
        self.processes.append(process)
        return process

    def worker(self, threads: int = 2, environment: dict[str, str] | None = None) -> subprocess.Popen:
        """Start a worker that does so many things at a time."""
        return self.start("dask_worker", self.address, "--nthreads", str(threads), "--no-nanny", "--no-dashboard",
                          "--local-directory", str(self.folder), environment=environment)  # fmt: skip

    def wait(self) -> None:
        """Wait until the scheduler knows the workers that live, and no others."""
        with Client(self.address, set_as_default=False) as client:
            until(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) == sum(each.poll() is None for each in self.processes) - 1)

    def end(self) -> None:
        """End them all."""
        for process in self.processes:
            process.kill()
            process.wait()
