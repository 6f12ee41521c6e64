"""Tries every finding of the site again and writes the table that *Numbers reached* shows; run as `python -m explainers.kit.command.replicate`."""

import sys
from collections import Counter

from explainers.kit.build import project
from explainers.kit.build.project import DOCS, Page
from explainers.kit.command.replication import Tried, again, controlled
from explainers.kit.errors import Mistake
from explainers.kit.files import write_whole

TABLE = DOCS / "about" / "replicated.md"
SETS = 10


def main() -> int:
    """Try everything again, write the table and say what failed; the exit code."""
    pages = project.pages()
    try:
        fresh, without = again(pages, SETS, progress), controlled(pages, progress)
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return mistake.exit_code
    write_whole(TABLE, (table(pages, fresh, without) + "\n").encode())
    failed = [each.name for each in fresh if each.held < SETS] + [each.name for each in without if each.control and not each.worth]
    for name in failed:
        print(f"{name} does not hold on all fresh sets, or holds where nothing was learned", file=sys.stderr)
    return 1 if failed else 0


def progress(words: str) -> None:
    """Say what is being done."""
    print(words, file=sys.stderr, flush=True)


def table(pages: list[Page], fresh: list[Tried], without: list[Tried]) -> str:
    """The counts of each page, the finding that is closest to its bound, and what is true of the control, too, as Markdown."""
    lines = [
        f"| page | findings | held on {SETS} sets | false on control | invariants | this run | facts | settings |",
        "|---|---|---|---|---|---|---|---|",
    ]
    total: Counter[str] = Counter()
    for page in pages:
        count = Counter(entry.mark for entry in project.marked(page))
        count["held"] = sum(each.held == SETS for each in fresh if each.page == page)
        count["false"] = sum(not each.control for each in without if each.page == page)
        total += count
        lines.append(row(f"[{page.name}](../{page.name}.md)", count))
    lines.append(row("**all**", total))
    near = sorted((each for each in fresh if each.margin is not None), key=lambda each: each.margin)[:10]
    lines += ["", "The findings that came closest to their bound:", "", "| finding | margin | closest |", "|---|---|---|"]
    lines += [f"| `{each.name}` | {100 * each.margin:.1f} % | {each.closest} |" for each in near]
    said = [each for each in without if each.control and each.worth]
    if said:
        lines += ["", "True of the control, too, and said all the same:", "", "| finding | because |", "|---|---|"]
        lines += [f"| `{each.name}` | {each.worth} |" for each in said]
    return "\n".join(lines)


def row(title: str, count: Counter[str]) -> str:
    """A line of the table."""
    kinds = ("finding", "held", "false", "invariant", "claim")
    return f"| {title} | {' | '.join(str(count[kind]) for kind in kinds)} | {count['fact'] + count['setting']} | {count['setting']} |"


if __name__ == "__main__":
    sys.exit(main())
