"""A process that has everything loaded but the pages, so that an edit of a page is seen at once; run as `python -m explainers.kit.site.warm`.

It reads a line for each edit, a JSON list of changed paths, and answers with a line: `{"done": whether it could be done so, "error": what is wrong}`.
Each edit is built in a copy of the process, so that changed code is what runs.
"""

import contextlib
import importlib
import json
import logging
import os
import shutil
import sys
from pathlib import Path

from explainers.kit.build import builder, declared, installed, project, step
from explainers.kit.build.project import BUILT, DOCS, Page
from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT, shown
from explainers.kit.site.assemble import SITE, address, quiet_children
from explainers.kit.site.glossary import GLOSSARY
from explainers.kit.site.records import of_this_build


def load() -> object:
    """Load libraries, kit, studies and tasks, the theme's templates, and MkDocs' settings, which it returns.

    What is read here stays as it is for every edit: a file of these that changes makes the server start this process anew.
    """
    import plotly.graph_objects
    import torch
    from mkdocs.config import load_config

    torch.set_num_threads(1)
    plotly.graph_objects.Figure()
    studied = sorted((ROOT / "explainers" / "studies").glob("*.py"))
    for file in project.closure(project.STEP, *studied):
        importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    installed.digest()
    settings = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(SITE), site_url=address(), strict=False)
    read_theme(settings.theme)
    return settings


def read_theme(theme) -> None:
    """List the theme's files and compile its templates once; MkDocs would do so for each build."""
    from jinja2 import TemplateAssertionError

    made = theme.get_env()
    names = [name for name in made.loader.list_templates() if not name.startswith(".")]  # ten thousand icons, which are no files of the site
    made.loader.list_templates = lambda: names
    for name in made.list_templates(["html", "xml"]):
        with contextlib.suppress(TemplateAssertionError):  # for a plugin that is not there
            made.get_template(name)
    theme.get_env = lambda: made


def touched(paths: list[Path]) -> dict[Path, Page | None] | None:
    """The prose to be shown anew, each with the page that it belongs to, if to one; none if something else was edited, too."""
    known: dict[Path, tuple[Path, Page | None]] = {prose: (prose, None) for prose in DOCS.rglob("*.md") if place_of(prose).is_file()}
    known.pop(GLOSSARY, None)  # what it says stands on every page
    known |= {place: (page.markdown, page) for page in project.pages() for place in (page.path, page.markdown)}
    return dict(known[path] for path in paths) if paths and set(paths) <= set(known) else None


def place_of(prose: Path) -> Path:
    """Where a Markdown file is shown."""
    path = prose.relative_to(DOCS)
    return SITE / (path.parent if path.stem == "index" else path.with_suffix("")) / "index.html"


def show(edited: dict[Path, Page | None], settings) -> None:
    """Build these pages and put them into the site, which is there. What other pages show of them follows with the next whole site.

    Args:
        edited: Markdown files, each with its page, if it has one.

    Raises:
        Mistake: a page does not build, or its prose is wrong.
    """
    from mkdocs.commands.build import build

    declared.sound(page for page in edited.values() if page)
    for prose, page in edited.items():
        if page and not builder.fresh(page):
            builder.publish(page, step.build(page.name))
        for file in sorted((BUILT / page.part).glob(f"{page.stem}.*")) if page else ():
            shutil.copy(file, SITE / file.relative_to(DOCS))
        os.utime(place_of(prose), (0, 0))  # MkDocs makes anew what is older than its source
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    of_this_build.cache_clear()
    with quiet_children():
        build(settings, dirty=True)


def answered(paths: list[Path], settings) -> dict:
    """What became of an edit."""
    try:
        prose = touched(paths)
        if prose is None:
            return {"done": False, "error": ""}
        show(prose, settings)
    except Mistake as mistake:
        return {"done": True, "error": str(mistake)}
    except Exception as error:
        return {"done": True, "error": f"{shown(paths[0])}: {step.described(error)}."}
    return {"done": True, "error": ""}


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what is printed on the way is no answer
    settings = load()
    print(json.dumps({"done": True, "error": ""}), file=answers, flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BrokenPipeError):
                print(json.dumps(answered([Path(path) for path in json.loads(line)], settings)), file=answers, flush=True)
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
