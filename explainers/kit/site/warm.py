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

from explainers.kit.build import builder, declared, project, step
from explainers.kit.build.project import BUILT, DOCS, PAGES, Page
from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT, shown
from explainers.kit.site.assemble import SITE, address, quiet_children


def load() -> object:
    """Load libraries, kit, studies and tasks, and MkDocs' settings, which it returns."""
    import plotly.graph_objects
    import torch
    from mkdocs.config import load_config

    torch.set_num_threads(1)
    plotly.graph_objects.Figure()
    studied = sorted((ROOT / "explainers" / "studies").glob("*.py"))
    for file in project.closure(*studied):
        importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    return load_config(str(ROOT / "mkdocs.yml"), site_dir=str(SITE), site_url=address(), strict=False)


def touched(paths: list[Path]) -> list[Page] | None:
    """The pages whose module or prose was edited; none if something else was, too."""
    known = {place: page for page in project.pages() for place in (page.path, page.markdown)}
    return list(dict.fromkeys(known[path] for path in paths)) if paths and set(paths) <= set(known) else None


def show(pages: list[Page], settings) -> None:
    """Build these pages and put them into the site, which is there. What other pages show of them follows with the next whole site.

    Raises:
        Mistake: a page does not build, or its prose is wrong.
    """
    from mkdocs.commands.build import build

    declared.sound(pages)
    for page in pages:
        if not builder.fresh(page):
            builder.publish(page, step.build(page.name))
        for file in sorted((BUILT / page.part).glob(f"{page.stem}.*")):
            shutil.copy(file, SITE / file.relative_to(DOCS))
        os.utime(SITE / page.name / "index.html", (0, 0))  # MkDocs makes anew what is older than its source
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    with quiet_children():
        build(settings, dirty=True)


def answered(paths: list[Path], settings) -> dict:
    """What became of an edit."""
    try:
        pages = touched(paths)
        if pages is None:
            return {"done": False, "error": ""}
        show(pages, settings)
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
