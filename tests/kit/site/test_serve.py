"""What a writer sees who edits a page while the site is served."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from tests.conftest import Project

DIE = "explainers/pages/toys/die.py"
PATIENCE = 120  # seconds; not how long it takes, but when we stop to believe in it


@pytest.fixture
def served(toys: Project):
    """A served copy of the tiny project: the project, and a function that fetches the page of the die."""
    assert toys.site().returncode == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(toys.root), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "explainers.kit.site.serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=toys.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert f":{port}/" in server.stdout.readline()

            def page() -> str:
                try:
                    return urllib.request.urlopen(f"http://127.0.0.1:{port}/toys/die/", timeout=PATIENCE).read().decode()
                except urllib.error.HTTPError as fault:
                    return fault.read().decode()

            yield toys, page, port
        finally:
            server.terminate()


def wait(page: Callable[[], str], words: str) -> str:
    """The page, once it says this."""
    end = time.monotonic() + PATIENCE
    while words not in (found := page()):
        assert time.monotonic() < end, found
        time.sleep(0.1)
    return found


def test_an_edited_page_is_shown_and_reloads(served):
    toys, page, port = served
    first = wait(page, "as one row of weights")
    script = first.split('<script src="/reload.js')[1].split('"')[0]
    told = urllib.request.urlopen(f"http://127.0.0.1:{port}/reload.js{script}").read().decode()
    assert f"livereload({script[1:]}," in told  # the page asks for what is newer than itself
    toys.edit(DIE, "as one row of weights", "as a single row of weights")
    wait(page, "as a single row of weights")


def test_what_is_wrong_is_shown_until_it_is_mended(served):
    toys, page, _ = served
    toys.edit(DIE, "> 1.2 / 6", "> 7")
    fault = wait(page, "cannot be built")
    assert "die.py:" in fault and "The die is loaded." in fault and "reload.js" in fault
    toys.edit(DIE, "> 7", "> 1.2 / 6")
    wait(page, "as one row of weights")


def test_a_port_that_is_taken_is_told_in_a_sentence(toys):
    assert toys.site().returncode == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = toys.python("-m", "explainers.kit.site.serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "--port N" in done.stderr and "Traceback" not in done.stderr
