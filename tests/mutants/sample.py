"""A small fixed sample of planted mistakes; run as `python -m tests.mutants.sample`. Exits 1 and names each that is not refused."""

import sys
import tempfile
from pathlib import Path

from explainers.kit.build import project
from tests.mutants import guards
from tests.mutants.__main__ import PATIENCE, all_of, judged
from tests.mutants.workspace import Workspace, warm

PAGE = "attention/dot_product"
SAMPLE = [
    ("page", "roll", "[1, 2]"),  # heads in another order
    ("studies", "labels", "labels of Axis"),  # names rolled by one
    ("studies", "axis", ""),
    ("drawing", "swap", "rows"),
]


def main() -> int:
    """Plant each mistake of the sample."""
    warm()
    (page,) = project.chosen([PAGE])
    planted, kept = all_of(page), []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        space, before = Workspace(Path(folder) / "project"), Path(folder) / "before.pickle"
        log = before.with_suffix(".log")
        if space.run(guards.baseline, PAGE, str(before), seconds=PATIENCE, log=log) != 0:
            print(f"{PAGE} does not build without a mistake:\n{log.read_text('utf8')}")
            return 1
        for part, kind, words in SAMPLE:
            mutant = next(mutant for mutant in planted[part] if mutant.kind == kind and words in mutant.change)
            if judged(space, page, part, mutant, before)[0] != "refused":
                kept.append(f"{mutant}\n{log.read_text('utf8')}")
    print("\n".join(kept))
    return 1 if kept else 0


if __name__ == "__main__":
    sys.exit(main())
