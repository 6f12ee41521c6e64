"""Builds what is stale: finds it, runs the steps through an executor, keeps the results, publishes them."""

import json
import os
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from dataclasses import dataclass, field

from explainers.kit.build import live, project, store
from explainers.kit.build.project import BUILT, Page
from explainers.kit.errors import Mistake
from explainers.kit.files import sha256, write_whole
from explainers.kit.lock import alone


@dataclass
class Report:
    """What a build did: names of pages built anew, taken from the store, and left as they were; seconds, and those of each page and study built."""

    built: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    seconds: float = 0.0
    took: Counter = field(default_factory=Counter)


class InPlace(Executor):
    """Runs each step at once, in this process."""

    def submit(self, function, /, *arguments, **named) -> Future:
        """Run the step now; its result or its error is in the future."""
        future: Future = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def fresh(page: Page) -> bool:
    """Whether everything published of a page is what its sources make, to the byte."""
    try:
        record = json.loads(page.record.read_bytes())
        return record["key"] == project.key(page) and all(sha256((BUILT / path).read_bytes()) == digest for path, digest in record["files"].items())
    except (OSError, ValueError, KeyError):
        return False


def build(pages: Iterable[Page], executor: Executor, told) -> Report:
    """Build the stale ones among `pages`.

    Args:
        pages: what to build.
        executor: any `concurrent.futures.Executor`; it is given `kit.build.step.measured` and a page's name.
        told: called as `told(page name)` for each finished page.

    Raises:
        Mistake: one or more pages failed, each told in a paragraph. The others are published. Nothing is built if an element of a live figure is missing.
    """
    report, begun, failed = Report(), time.monotonic(), {}
    pages = list(pages)
    for page in pages:
        for entry in project.marked(page):
            if entry.live:
                live.refuse_unless_there(entry.live, entry.name, entry.place)
    building: dict[Future, tuple[Page, str]] = {}

    def finish(done: Iterable[Future]) -> None:
        for future in done:
            page, key = building.pop(future)
            try:
                files, seconds = future.result()
            except Mistake as mistake:
                failed[page.name] = mistake
                continue
            except BrokenExecutor as broken:
                raise Mistake(
                    "A process that was building a page was ended from outside; perhaps there was too little memory for so many. "
                    "What was finished is kept. `--jobs 1` builds one page at a time."
                ) from broken
            store.put(key, files)
            publish(page, files)
            report.built.append(page.name)
            report.took.update(seconds)
            told(page.name)

    with alone():
        store.sweep()
        forget_others(project.pages())
        stale = []
        for page in pages:
            if fresh(page):
                report.kept.append(page.name)
                told(page.name)
                continue
            key = project.key(page)
            files = store.get(key)
            if files is None:
                stale.append((page, key))
                continue
            publish(page, files)
            report.restored.append(page.name)
            told(page.name)
        # What needs most models takes longest; begun last, it would keep one process busy while the others have nothing left.
        for page, key in sorted(stale, key=lambda each: len(project.checkpoints(each[0])), reverse=True):
            from explainers.kit.build.step import measured as step  # torch and plotly are needed from here on only

            building[executor.submit(step, page.name)] = page, key
            finish([future for future in building if future.done()])
        finish(as_completed(list(building)))
    if failed:
        raise Mistake("\n".join(dict.fromkeys(str(failed[name]) for name in sorted(failed)))) from ExceptionGroup("pages", [*failed.values()])
    report.built.sort()
    report.seconds = time.monotonic() - begun
    return report


def forget_others(pages: Iterable[Page]) -> None:
    """Remove what was built of pages that are no longer there: their files would be published, and lead nowhere."""
    known = {(page.part, page.stem) for page in pages}
    for folder in sorted(path for path in BUILT.glob("*") if path.is_dir() and path.name != "checkpoints"):
        for file in sorted(folder.iterdir()):
            if (folder.name, file.name.split(".")[0]) not in known:
                file.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()


def publish(page: Page, files: dict[str, bytes]) -> None:
    """Put a page's files below `docs/built/`; the record last, so that it never speaks of files that are not there.

    Raises:
        Mistake: the folder cannot be written, or the disk is full.
    """
    record = f"{page.name}.json"
    for path in sorted(files, key=lambda path: path == record):
        write_whole(BUILT / path, files[path])
    known = set(files)
    for name in os.listdir(BUILT / page.part):
        if name.startswith(f"{page.stem}.") and f"{page.part}/{name}" not in known:
            (BUILT / page.part / name).unlink()
