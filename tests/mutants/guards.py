"""What guards a page against a mistake. Each function runs in a process of its own in the copy, and gives 0 if nothing is refused."""

import json
import pickle
import typing
from pathlib import Path

SAME = 3  # exit code: what is published is what it was


def build(name: str, before: str, spoken: bool) -> int:
    """Build the page and publish it in the copy.

    Args:
        name: `part/page`.
        before: the file of what is published without the mistake.
        spoken: whether the same output is no proof: the mistake is in what judges it.
    """
    from explainers.kit.build import builder, project, step

    (page,) = project.chosen([name])
    files = step.build(name)
    builder.publish(page, files)
    return SAME if not spoken and published(name, files) == pickle.loads(Path(before).read_bytes()) else 0


def baseline(name: str, before: str) -> int:
    """Build the page without a mistake, and keep what is published of it."""
    from explainers.kit.build import builder, project, step

    (page,) = project.chosen([name])
    files = step.build(name)
    builder.publish(page, files)
    Path(before).write_bytes(pickle.dumps(published(name, files)))
    return 0


def published(name: str, files: dict[str, bytes]) -> dict:
    """What a reader gets of a page, without the places of its code."""
    record = json.loads(files[f"{name}.json"])
    for part in ("key", "sources", "files"):
        del record[part]
    for kind in ("facts", "claims", "figures", "tables"):
        for entry in record[kind].values():
            entry.pop("line", None)
            entry.pop("source", None)
    kept = {path: content for path, content in files.items() if path.endswith((".csv", ".svg")) or (path.endswith(".json") and path.count(".") > 1)}
    return {"record": record} | {path: content for path, content in kept.items() if not path.startswith("checkpoints/")}


class Others:
    """Leaves out the tests of other pages."""

    def __init__(self, page: str):
        self.page = page

    def pytest_collection_modifyitems(self, items: list) -> None:
        """Keep what is about this page, or about none."""
        for name, wanted in (("page", self.page), ("path", f"{self.page}/")):
            items[:] = [item for item in items if getattr(item, "callspec", Nothing).params.get(name, wanted) == wanted]
        items[:] = [
            item for item in items if item.path.name != "test_published_numbers.py" or getattr(item, "callspec", Nothing).params.get("name") == self.page
        ]
        quick = ("test_what_is_drawn.py", "test_published_numbers.py")
        items.sort(key=lambda item: quick.index(item.path.name) if item.path.name in quick else len(quick))


class Nothing:
    """A test without parameters."""

    params: typing.ClassVar[dict] = {}


def tests(*arguments: str, page: str = "") -> int:
    """Run tests; no test found is no refusal.

    Args:
        page: tests of other pages are left out.
    """
    import pytest

    code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=line", *arguments], plugins=[Others(page)] if page else [])
    return 0 if code == 5 else int(code)


def again(name: str) -> int:
    """The page's findings on one fresh set, and where nothing was learned."""
    from explainers.kit.build import project
    from explainers.kit.command import replication

    pages = project.chosen([name])
    if not all(each.held for each in replication.again(pages, 1, print)):
        return 1
    return 1 if any(each.control and not each.worth for each in replication.controlled(pages, print)) else 0


def damaged(name: str) -> int:
    """The page's facts and claims on damaged records."""
    from explainers.kit.build import project
    from explainers.kit.command import replication

    return 1 if replication.damaged(project.chosen([name]), print) else 0


def outcomes(name: str, kept: str) -> int:
    """What every fact and claim gives on a fresh set and where nothing was learned: the first time it is kept, then compared."""
    from explainers.kit.build import project
    from explainers.kit.build.step import recorded
    from explainers.kit.build.trial import Trial
    from explainers.kit.command.replication import result

    (page,) = project.chosen([name])
    found = {}
    for trial in (Trial(fresh=501), Trial(fresh=502, untrained=True)):
        module, run = recorded(page, trial)
        found |= {
            (entry.name, trial): repr(result(entry, module, run))
            for entry in project.marked(page)
            if entry.kind in ("fact", "claim") and entry.mark != "setting"
        }
    place = Path(kept)
    if not place.is_file():
        place.write_bytes(pickle.dumps(found))
        return 0
    return SAME if pickle.loads(place.read_bytes()) == found else 0
