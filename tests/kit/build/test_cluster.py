"""Steps on a cluster: a real scheduler and two workers on this machine."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from distributed import Client

from explainers.kit.build.cluster import Cluster, joined, travelling
from explainers.kit.errors import Mistake, WrongUsage
from explainers.kit.files import sha256
from tests.kit.build.test_build import forget, pretend
from tests.kit.build.test_training import WRONG, add, alive
from tests.machines import PATIENCE, Machines, until


@pytest.fixture(scope="module")
def machines(tmp_path_factory) -> Iterator[Machines]:
    """A scheduler and two workers."""
    made = Machines(tmp_path_factory.mktemp("machines"))
    try:
        made.worker()
        made.worker()
        made.wait()
        yield made
    finally:
        made.end()


@pytest.fixture
def client(machines) -> Iterator[Client]:
    """Who asks the scheduler."""
    with Client(machines.address, set_as_default=False) as made:
        yield made


WAITS = """    import os, time
    from pathlib import Path
    if not (note := Path({folder!r}) / f"note-{{Path(__file__).stem}}").exists():
        note.write_text(f"{{os.getppid()}} {{os.getpid()}}")
        time.sleep(600)
"""


def first_waits(toys, page: str, line: str) -> Path:
    """Make whoever runs a line of a page first write down its worker's number and its own, and wait; returns the note."""
    toys.edit(f"explainers/pages/toys/{page}.py", line, WAITS.format(folder=str(toys.root)) + line)
    return toys.root / f"note-{page}"


def building(toys, address: str) -> subprocess.Popen:
    """A build that goes on."""
    return subprocess.Popen(
        [sys.executable, "build_figures.py", "--cluster", address], cwd=toys.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_cluster_builds_the_same(toys, machines):
    before = toys.built()
    forget(toys)
    done = toys.figures("--cluster", machines.address)
    assert (done.returncode, "built: toys/coin, toys/die" in done.stdout) == (0, True), done.stderr
    assert "2/2" in done.stderr
    assert toys.built() == before


def test_a_live_figure_is_built_where_nothing_of_the_project_is(toys, machines):
    """Its element is looked at there, too, and whatever that imports."""
    (toys.root / "docs/assets/js/live/die-thrower.js").write_text(
        'import { button } from "../ui/controls.js";\ncustomElements.define("die-thrower", class extends HTMLElement {});\n'
    )
    toys.edit("explainers/pages/toys/die.py", "@figure\ndef chances", '@figure(live="die-thrower")\ndef chances')
    done = toys.figures("--cluster", machines.address)
    assert (done.returncode, "built: toys/die" in done.stdout) == (0, True), done.stderr


def test_a_cluster_trains_the_same_and_says_what_failed(toys, machines):
    folder = toys.root / "explainers" / "checkpoints"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    mine = next(line for line in before["cards.sha256"].splitlines(keepends=True) if line.endswith(b" dice.json\n"))
    other = f"{'0' * 64}  other.json\n".encode()
    (folder / "dice.json").unlink()
    (folder / "dice.safetensors").write_bytes(b"damaged")
    (folder / "cards.sha256").write_bytes(other)
    add(toys, "wrong", WRONG)
    done = toys.figures("train", "wrong", "dice", "--cluster", machines.address)
    assert (done.returncode, done.stderr.splitlines()[-2:]) == (1, ["wrong: the cost is not a number.", "Not trained: wrong."])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before | {"cards.sha256": mine + other}


def test_a_false_claim_is_told_as_at_home(toys, machines):
    toys.edit("explainers/pages/toys/coin.py", "return run == 2", "return run == 3")
    done = toys.figures("--cluster", machines.address)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "explainers/pages/toys/coin.py:18: the claim toys.coin.has_two_sides is false: “A coin has two sides.”"


def test_what_a_killed_worker_did_is_done_by_the_other(toys, machines):
    note = first_waits(toys, "coin", "    return len(")
    build = building(toys, machines.address)
    worker, process = map(int, until(lambda: note.exists() and note.read_text()).split())
    next(each for each in machines.processes if each.pid == worker).kill()
    told = build.communicate(timeout=PATIENCE)
    assert (build.returncode, "built: toys/coin" in told[0]) == (0, True), told
    until(lambda: not alive(process))
    machines.worker()
    machines.wait()


def test_a_worker_with_other_versions_is_refused(toys, machines):
    toys.edit("explainers/pages/toys/coin.py", "How many sides.", "The number of sides.")
    before = toys.built()
    worker = machines.worker(environment=pretend(toys, "numpy", "0.0.1"))
    machines.wait()
    done = toys.figures("--cluster", machines.address)
    worker.kill()
    worker.wait()
    machines.wait()
    assert (done.returncode, toys.built()) == (1, before)
    assert re.fullmatch(
        r"Refused, because versions differ: tcp://127\.0\.0\.1:\d+ has numpy 0\.0\.1 instead of [\d.]+\. A worker needs those of requirements\.txt\.\n",
        done.stderr,
    )


def test_a_worker_with_another_python_is_refused(machines, client):
    cluster = Cluster(client, machines.address)
    cluster.wanted["python"] = "3.0.1"
    with pytest.raises(Mistake, match=r"has python 3\.\d+\.\d+ instead of 3\.0\.1"):
        cluster.check()


def test_a_worker_that_comes_later_refuses_other_versions_and_other_files(client):
    _, work = travelling()
    assert " has numpy " in client.submit(work, [], {}, {}, {"numpy": "0.0.1"}, "docs").result()
    refused = client.submit(work, [], {"a.py": b"one"}, {"a.py": sha256(b"other")}, {}, "docs").result()
    assert f"a.py {sha256(b'one')} instead of {sha256(b'other')}" in refused


SAYS = """import time
from pathlib import Path
def main(command):
    name, *others = command
    Path(name).touch()
    end = time.monotonic() + {patience}
    while not all(Path(other).exists() for other in others) and time.monotonic() < end:
        time.sleep(0.02)
    Path("docs").mkdir(exist_ok=True)
    Path("docs/said").write_text("{said} " + str(all(Path(other).exists() for other in others)))
"""


def say(client: Client, said: str, *command: str):
    """Let the first worker run a project that says a word, with the names of a file to touch and of others to wait for; returns the future."""
    files = {"explainers/kit/command/main.py": SAYS.format(said=said, patience=PATIENCE).encode()}
    digests = {path: sha256(content) for path, content in files.items()}
    first = min(client.scheduler_info(n_workers=-1)["workers"])
    return client.submit(travelling()[1], command, files, digests, {}, "docs", workers=[first], pure=False)


def test_a_worker_runs_what_it_was_sent_last(client, tmp_path):
    """One of three must run in a process that has run another one: a worker has two."""
    for said in ("one", "two", "six"):
        assert say(client, said, str(tmp_path / said)).result() == {"said": f"{said} True".encode()}


def test_a_worker_that_does_two_things_at_a_time_keeps_them_apart(client, tmp_path):
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    futures = say(client, "one", one, two), say(client, "two", two, one)
    assert [future.result() for future in futures] == [{"said": b"one True"}, {"said": b"two True"}]


def test_wrong_addresses_are_wrong_usage():
    for address in ("127.0.0.1:8786", "tcp://127.0.0.1", "tcp://host/port"):
        with pytest.raises(WrongUsage, match="tcp://HOST:PORT"), joined(address):
            pass


def test_a_cluster_without_workers_is_told():
    client = SimpleNamespace(run=lambda *_: {}, get_executor=lambda pure: None)
    with pytest.raises(Mistake, match="No worker has joined the scheduler at tcp://far:1"):
        Cluster(client, "tcp://far:1").check()


def test_a_scheduler_that_goes_away_is_told_in_a_sentence_and_what_was_finished_is_kept(toys, machines):
    """The last test of this file: nothing is left of the cluster. Two of three pages never end."""
    toys.edit("explainers/pages/toys/coin.py", "How many sides.", "The number of sides.")
    note = first_waits(toys, "die", "    return dice.run()")
    for folder, ending in (("explainers/pages/toys", "py"), ("docs/toys", "md")):
        shutil.copy(toys.root / folder / f"die.{ending}", toys.root / folder / f"also.{ending}")
    build = building(toys, machines.address)
    until(lambda: note.exists() and note.with_name("note-also").exists() and "The number of sides." in toys.built()["toys/coin.json"].decode())
    machines.scheduler.kill()
    machines.scheduler.wait()
    told = build.communicate(timeout=PATIENCE)[1]
    gone = f"The scheduler at {machines.address} is gone; what was finished is kept."
    assert (build.returncode, [line for line in told.splitlines() if line.strip() and "page" not in line]) == (1, [gone])
    with pytest.raises(Mistake, match="No scheduler answers at"), joined(machines.address):
        pass
