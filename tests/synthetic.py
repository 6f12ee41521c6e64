"""What a page costs in a large project: one of 100 pages, 1,000 figures and 5,000 facts against one of 10 pages.

Run as `python -m tests.synthetic`. It makes such projects in a folder that it removes, with the kit and the settings of this one, fills their
stores without a model, builds their figures from the store, and their sites. It prints processor seconds, which a busy machine changes little.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZES = ONE, SMALL, LARGE = 1, 10, 100
FIGURES, FACTS, CLAIMS = 10, 50, 5  # of each page
FILL = "fill"
COMMANDS = {"figures": ["build_figures.py"], "site": ["-m", "explainers.kit.site"]}


def main() -> None:
    """Build projects of every size and print what they cost."""
    took = {pages: seconds(pages) for pages in SIZES}
    for pages, spent in took.items():
        told = ", ".join(f"{what} {each:.1f} s" for what, each in spent.items())
        print(f"{pages} pages: {told}")
    print(f"a page of {LARGE} costs {ratio(took):.2f} times what a page of {SMALL} costs")


def ratio(took: dict[int, dict[str, float]]) -> float:
    """What a page costs in the large project, in pages of the small one; of figures and site together.

    What starting takes, and everything that there is once, is in the project of one page and is left out: it would make the large one look cheap.
    """
    large, small = ((sum(took[pages].values()) - sum(took[ONE].values())) / (pages - ONE) for pages in (LARGE, SMALL))
    return large / small


def seconds(pages: int) -> dict[str, float]:
    """Processor seconds that a project of so many pages takes, by what is built."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "synthetic"
        make(root, pages)
        spent(root, [__file__, FILL])
        return {what: spent(root, command) for what, command in COMMANDS.items()}


def spent(root: Path, command: list[str]) -> float:
    """Processor seconds of a Python command in a project, on one thread, and of the processes that it starts."""
    environment = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1", "NO_MKDOCS_2_WARNING": "1", "JUPYTER_PLATFORM_DIRS": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *command], cwd=root, env=environment, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip()}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def make(root: Path, pages: int) -> None:
    """Write a project of so many pages, with nothing built."""
    for folder in ("explainers/kit", "docs/assets", "overrides"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("explainers/__init__.py", "build_figures.py", "requirements.txt"):
        shutil.copy(ROOT / file, root / file)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    nav = ["nav:", "  - Home: index.md", "  - Gallery: about/gallery.md", "  - Many:"]
    for number in range(pages):
        nav.append(f"      - Page {number}: many/page_{number}.md")
        write(root / "explainers" / "pages" / "many" / f"page_{number}.py", module(number))
        write(root / "docs" / "many" / f"page_{number}.md", prose(f"many.page_{number}"))
    write(root / "docs" / "index.md", "# Many pages\n\nEach has figures, facts and claims.\n")
    write(root / "docs" / "about" / "gallery.md", "# Gallery\n\n{{ gallery }}\n")
    settings = re.sub(r"^nav:\n(?: .*\n)*", "\n".join(nav) + "\n", (ROOT / "mkdocs.yml").read_text("utf8"), flags=re.M)
    write(root / "mkdocs.yml", settings)


def write(path: Path, text: str) -> None:
    """Put text into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf8")


def module(number: int) -> str:
    """A page's module, which is only read: what its functions return is in the store."""
    return (
        "\n\n\n".join(
            [
                f'"""Page {number}."""\n\nfrom explainers.kit.build.marks import claim, fact, figure',
                f'def subject() -> int:\n    """The number of this page."""\n    return {number}',
                "\n".join(f'fact_{each} = fact("The number of the page and {each}.", lambda run: run + {each})' for each in range(FACTS)),
                *(f'@figure\ndef figure_{each}(run: int):\n    """Three numbers, drawn for the {each}th time."""' for each in range(FIGURES)),
                *(f'@claim\ndef claim_{each}(run: int) -> bool:\n    """This page has a number, said {each} times."""' for each in range(CLAIMS)),
            ]
        )
        + "\n"
    )


def prose(dotted: str) -> str:
    """A page's Markdown: a section for each figure, with its share of the facts and claims."""
    sections = [f"# {dotted}"]
    for each in range(FIGURES):
        facts = ", ".join(f"{{{{ {dotted}.fact_{number} }}}}" for number in range(each, FACTS, FIGURES))
        claims = " ".join(f"{{{{ claim {dotted}.claim_{number} }}}}" for number in range(each, CLAIMS, FIGURES))
        sections += [f"## The figure {each}", f"The numbers are {facts}. {claims}", f"{{{{ figure {dotted}.figure_{each} }}}}"]
    return "\n\n".join(sections) + "\n"


def fill() -> None:
    """Put what a step makes of each page into the store of the project that this runs in. One small figure, drawn once, stands for all."""
    from explainers.kit.build import project, step, store

    pages = project.pages()
    first = next(entry for entry in project.marked(pages[0]) if entry.kind == "figure")
    drawn: dict[str, bytes] = {}
    model = step.drawn(pages[0], first, small_figure(), drawn), drawn, pages[0], first
    for page in pages:
        store.put(project.key(page), made(page, *model))


def small_figure():
    """Three bars."""
    from explainers.kit import labelled
    from explainers.kit.figure import draw, plot, theme
    from explainers.kit.labelled import Axis, Quantity, recorded

    @recorded
    def numbers(run: int):
        """Three numbers."""
        return labelled.array([0.2, 0.3, 0.5], "place", Quantity("share", "weights", 0, 1), "Shares", place=Axis("place", ["a", "b", "c"]))

    return draw.panels([plot.bars(numbers(0), colours=theme.MODEL)])


def made(page, entry_drawn: dict, drawn: dict[str, bytes], page_drawn, first) -> dict[str, bytes]:
    """The files of a page, as `kit.build.step` makes them, by path below `docs/built/`; each figure is the one that was drawn, under its own name."""
    from explainers.kit.build import project, step
    from explainers.kit.figure import markup
    from explainers.kit.files import sha256

    record = {"page": page.name, "key": project.key(page), "sources": project.digest_of_sources(page)}
    record |= {"facts": {}, "claims": {}, "figures": {}, "tables": {}, "provenance": step.provenance(page, {})}
    files: dict[str, bytes] = {}
    for entry in project.marked(page):
        if entry.kind == "figure":
            own = {"text": entry.text, "source": entry.place, "line": entry.line}
            inline = entry_drawn["inline"].replace(page_drawn.full(first), page.full(entry))
            record["figures"][entry.name] = entry_drawn | own | {"inline": inline}
            stems = f"{page_drawn.name}.{first.name}", f"{page.name}.{entry.name}"
            files |= {path.replace(*stems): content for path, content in drawn.items()}
            files[f"{stems[1]}.html"] = markup.embed_page(page.full(entry), record).encode()
        else:
            record[f"{entry.kind}s"][entry.name] = step.published(page, entry, entry.kind == "claim" or 1, files)
    files[f"{page.name}.source.html"] = markup.source_page(page.name, page.path.read_text("utf8")).encode()
    record["files"] = {path: sha256(content) for path, content in files.items()}
    return files | {f"{page.name}.json": json.dumps(record).encode()}


if __name__ == "__main__":
    if sys.argv[1:] == [FILL]:
        fill()
    else:
        main()
