"""What a writer sees who edits a page while the site is served."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from explainers.kit.build.project import DOCS, PAGES
from explainers.kit.site import assemble, serve, warm
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


def test_prose_is_shown_at_once_unless_other_pages_say_what_it_says(tmp_path, monkeypatch):
    monkeypatch.setattr(warm, "SITE", tmp_path)
    for page in ("", "about/decisions", "about/glossary", "memory/copy"):
        (tmp_path / page).mkdir(parents=True, exist_ok=True)
        (tmp_path / page / "index.html").touch()
    module, prose, home, decisions = PAGES / "memory" / "copy.py", DOCS / "memory" / "copy.md", DOCS / "index.md", DOCS / "about" / "decisions.md"
    edited = warm.touched([module, home, decisions])
    assert [(path, page and page.name) for path, page in edited.items()] == [(prose, "memory/copy"), (home, None), (decisions, None)]
    for elsewhere in (DOCS / "about" / "glossary.md", DOCS / "about" / "measured.md", DOCS / "assets" / "css" / "site.css", DOCS / "gone.md"):
        assert warm.touched([prose, elsewhere]) is None, elsewhere


def test_what_an_editor_writes_beside_a_file_is_no_edit():
    assert serve.written_by_hand(DOCS / "memory" / "copy.md")
    for name in ("copy.md~", ".copy.md.swp", "#copy.md#", "4913"):
        assert not serve.written_by_hand(DOCS / "memory" / name), name


def test_a_notebook_runs_again_when_the_code_that_it_imports_has_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(assemble, "ROOT", tmp_path)
    monkeypatch.setattr(assemble, "NOTEBOOKS", tmp_path / "kept")
    code = tmp_path / "explainers" / "model.py"
    code.parent.mkdir()
    code.write_text("size = 1\n")
    first = assemble.place_for_notebooks()
    first.mkdir(parents=True)
    assert assemble.place_for_notebooks() == first and first.is_dir()
    code.write_text("size = 2\n")
    assert assemble.place_for_notebooks() != first and not first.exists()


def test_a_port_that_is_taken_is_told_in_a_sentence(toys):
    assert toys.site().returncode == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = toys.python("-m", "explainers.kit.site.serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "--port N" in done.stderr and "Traceback" not in done.stderr
