"""Measures what the project promises, and writes the tables that the pages "Numbers reached" and "More than one machine" show.

Run as `python -m tests.measure`, on a machine with nothing else to do. It takes long: it runs all tests as well.
"""

import contextlib
import gzip
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from explainers.kit.files import ROOT, write_whole
from explainers.kit.site.node import node
from tests import synthetic
from tests.browser import FLAGS, OTHERS, PAGES, served
from tests.conftest import Project
from tests.machines import Machines

TABLE = ROOT / "docs" / "about" / "measured.md"
ON_A_CLUSTER = ROOT / "docs" / "about" / "measured_cluster.md"
KILOBYTE = 1024


def main() -> None:
    """Measure everything and write the tables."""
    write(
        TABLE,
        ("what", "reach", "measured"),
        [*build_times(), *test_times(), cost_of_a_page(), *bytes_of_pages(), *browser_times(), *arithmetic(), *lighthouse()],
    )
    write(ON_A_CLUSTER, ("all figures from checkpoints, cold", "measured"), cluster_times())


def write(path: Path, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Write a table, and show it."""
    lines = [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]
    lines[1] = lines[1].replace(" ", "")
    write_whole(path, ("\n".join(lines) + "\n").encode())
    print("\n".join(lines))


@contextlib.contextmanager
def bare_copy() -> Iterator[Path]:
    """A copy of the project without anything that was built."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        made = shutil.ignore_patterns(".git", ".venv", ".cache", "built", "node_modules", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=lambda folder, names: made(folder, names) | ({"site"} if folder == str(ROOT) else set()))
        yield copy


def build_times() -> list[tuple[str, str, str]]:
    """A cold build of all figures in a copy without caches, and edits that are shown while that is served; the second `make site` here."""
    with bare_copy() as copy:
        cold = seconds([sys.executable, "build_figures.py"], copy)
        again = seconds([sys.executable, "build_figures.py"], copy)
        (copy / "node_modules").symlink_to(ROOT / "node_modules")
        seconds([sys.executable, "-m", "explainers.kit.site"], copy)
        shown = edit_times(copy)
    subprocess.run(["make", "site"], cwd=ROOT, check=True, capture_output=True)
    second = seconds(["make", "site"], ROOT)
    return [
        ("all figures from checkpoints, cold", "≤ 60 s", f"{cold:.1f} s"),
        ("`build_figures.py`, nothing changed, whole command", "≤ 1 s of its own work", f"{again:.2f} s"),
        ("second `make site`, nothing changed, whole command", "≤ 8 s", f"{second:.1f} s"),
        ("`make serve`, from saving a page's Markdown to the page reloaded, slowest of 5", "≤ 2 s", f"{max(shown):.1f} s"),
    ]


def cluster_times() -> list[tuple[str, str]]:
    """A cold build of all figures by one process, and by two workers of a cluster on the same machine."""
    with bare_copy() as one, bare_copy() as other, tempfile.TemporaryDirectory() as folder:
        alone = seconds([sys.executable, "build_figures.py", "--jobs", "1"], one)
        machines = Machines(Path(folder))
        try:
            for _ in range(2):
                machines.worker(threads=1)
            machines.wait()
            shared = seconds([sys.executable, "build_figures.py", "--cluster", machines.address], other)
        finally:
            machines.end()
        assert Project(one).built() == Project(other).built(), "the workers built other bytes"
    return [("one process", f"{alone:.0f} s"), ("two workers", f"{shared:.0f} s"), ("gain", f"{alone / shared:.1f} times as fast")]


def seconds(command: list[str], folder: Path) -> float:
    """How long a command takes."""
    begun = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.monotonic() - begun


def edit_times(project: Path) -> list[float]:
    """Seconds from saving a page's Markdown until the browser shows what was added, while a project is served, 5 times."""
    prose = project / "docs" / "memory" / "copy.md"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command, times = [sys.executable, "-m", "explainers.kit.site.serve", "--port", port], []
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        try:
            address = server.stdout.readline().split()[-1]
            page = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS).new_page()
            page.goto(f"{address}memory/copy/")
            for number in range(6):
                begun = time.monotonic()
                prose.write_text(f"{prose.read_text('utf8')}\nEdit number {number}.\n", "utf8")
                page.get_by_text(f"Edit number {number}.").wait_for(timeout=120_000)
                times.append(time.monotonic() - begun)
        finally:
            server.terminate()
    return times[1:]  # the first waits until everything is loaded


def cost_of_a_page() -> tuple[str, str, str]:
    """What a page costs in a large project, against one in a small project."""
    found = synthetic.ratio({pages: synthetic.seconds(pages) for pages in synthetic.SIZES})
    return ("figures from the store and site, processor time of a page of 100 pages against one of 10", "≤ 1.5 times", f"{found:.2f} times")


def test_times() -> list[tuple[str, str, str]]:
    """The tests of one page, and all of them in a clone where nothing was built."""
    page = seconds([sys.executable, "-m", "pytest", "tests/pages/memory/test_copy.py"], ROOT)
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        seconds(["git", "clone", "--quiet", str(ROOT), str(clone)], ROOT)
        (clone / "node_modules").symlink_to(ROOT / "node_modules")
        seconds([sys.executable, "-m", "explainers.kit.site.vendor"], clone)
        every = seconds([sys.executable, "-m", "pytest", "-n", "logical", "--dist", "loadscope"], clone)
    return [
        ("the tests of a page, `tests/pages/memory/test_copy.py`", "", f"{page:.0f} s"),
        (f"all tests, cold, {os.cpu_count()} cores", "≤ 12 min", f"{every / 60:.1f} min"),
    ]


def bytes_of_pages() -> list[tuple[str, str, str]]:
    """Compressed bytes before the first input."""
    rows = []
    with served(ROOT / "site") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for path in PAGES:
            page = browser.new_page()
            total = bytes_before_input(page, address + path)
            rows.append(
                (
                    f"`/{path}` before the first input, gzip",
                    f"≤ {150 if not path else 220} KB",
                    f"{total / KILOBYTE:.0f} KB",
                )
            )
            page.close()
        browser.close()
    weights = ROOT / "site/built/checkpoints/translation.safetensors"
    rows.append(
        (
            "translation model, fetched on first use, gzip",
            "≤ 450 KB",
            f"{len(gzip.compress(weights.read_bytes())) / KILOBYTE:.0f} KB",
        )
    )
    return rows


def bytes_before_input(page, address: str) -> int:
    """Compressed bytes of everything that a page loads by itself."""
    answers = []
    page.on("response", lambda response: answers.append(response))
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(500)
    return sum(compressed(answer.url, answer.body()) for answer in answers if answer.status == 200)


def compressed(address: str, body: bytes) -> int:
    """What a server with gzip sends; fonts and pictures are compressed already."""
    return len(body) if re.search(r"\.(woff2|png)$", address) else len(gzip.compress(body, 6))


def browser_times() -> list[tuple[str, str, str]]:
    """From a click in a live figure to everything redrawn, the slowest of 20: a sentence of 12 words, a drawn pattern of 20 vectors."""
    with served(ROOT / "site") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        sentence = max(redraw_times(browser.new_page(), address))
        pattern = max(pattern_times(browser.new_page(), address))
        browser.close()
    return [
        ("from click to redrawn in the live figure, 12 words, slowest of 20", "≤ 50 ms", f"{sentence:.0f} ms"),
        ("from click to copied and redrawn, a drawn pattern of 20 vectors, slowest of 20", "≤ 100 ms", f"{pattern:.0f} ms"),
    ]


# Milliseconds from a click until what it changes is painted; a timer that it sets is waited for.
UNTIL_PAINTED = """(control) => new Promise((resolve) => {
  const begun = performance.now();
  control.click();
  const painted = () => setTimeout(() => resolve(performance.now() - begun));
  setTimeout(() => requestAnimationFrame(painted));
})"""


def pattern_times(page, address: str) -> list[float]:
    """Milliseconds from inverting a drawn pattern of 20 vectors until the machine has copied it and all is painted, 20 times."""
    page.goto(address + f"memory/copy/#memory.copy.memory_use:drawn={'5a' * 20}", wait_until="networkidle")
    page.mouse.move(300, 300)
    invert = page.get_by_role("button", name="invert")
    invert.wait_for()
    return [invert.evaluate(UNTIL_PAINTED) for _ in range(20)]


def redraw_times(page, address: str) -> list[float]:
    """Milliseconds from a click on the scaling switch until new numbers and translation are painted, 20 times."""
    page.goto(address + "attention/dot_product/#attention.dot_product.steps:step=6", wait_until="networkidle")
    page.mouse.move(300, 300)
    switch = page.get_by_role("switch", name="divide by")
    with page.expect_response("**/translation.safetensors"):
        switch.click()
    page.locator("attention-stepper .live-message:empty").wait_for(state="attached")
    return [switch.evaluate(UNTIL_PAINTED) for _ in range(20)]  # the matrices are drawn at once, the translation by a timer


def arithmetic() -> list[tuple[str, str, str]]:
    """The largest differences that the tests of the arithmetic find; they print them."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "tests/js", "tests/models",
         "-k", "trained or library or torch or gradients or whole_episodes"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.findall(r"^measured: (.*): (\S+)$", done.stdout, flags=re.M)
    limits = {"JavaScript": "≤ 1e-5", "compiled": "≤ 1e-5", "step by step": "≤ 1e-6"}
    largest = {what: max((value for name, value in found if name == what), key=float) for what, _ in found}
    return [(what, next(limit for key, limit in limits.items() if key in what), value) for what, value in largest.items()]


def lighthouse() -> list[tuple[str, str, str]]:
    """Performance and accessibility of every page, with Lighthouse's mobile preset.

    One run may be caught by something else that the machine does, so a page's score is the median of three.
    """
    with served(ROOT / "site") as address:
        runs = [[lighthouse_scores(address + path, "performance", "accessibility") for _ in range(3)] for path in PAGES + OTHERS]
    lowest = {name: min(statistics.median(run[name] for run in page) for page in runs) for name in runs[0][0]}
    return [
        (f"Lighthouse {name}, mobile, lowest page, median of three runs", reach, f"{lowest[name]}")
        for name, reach in (("performance", "≥ 90"), ("accessibility", "100"))
    ]


def lighthouse_scores(address: str, *categories: str) -> dict[str, int]:
    """The scores of one page in some categories, 0 to 100."""
    command = [
        node(), str(ROOT / "node_modules/lighthouse/cli/index.js"), address, "--quiet", "--output=json",
        f"--only-categories={','.join(categories)}", f"--chrome-flags={' '.join(FLAGS)}",
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found = json.loads(done.stdout)["categories"]
    return {name: round(100 * found[name]["score"]) for name in categories}


if __name__ == "__main__":
    main()
