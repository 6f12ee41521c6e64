"""One page, built in one pass from its one recorded run: the step that the store keeps."""

import contextlib
import importlib
import inspect
import json
import math
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import numpy as np
import plotly.graph_objects as go

from explainers.kit import labelled
from explainers.kit.build import checkpoint, project, timing
from explainers.kit.build.finding import Finding, Measured, exactly
from explainers.kit.build.project import Marked, Page
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.errors import Mistake
from explainers.kit.figure import markup
from explainers.kit.figure.checks import faults, untold
from explainers.kit.figure.svg import svg
from explainers.kit.figure.tables import Table, as_csv
from explainers.kit.files import ROOT, sha256, shown

AUTHORS = ROOT / "explainers"  # but its kit


def measured(name: str) -> tuple[dict[str, bytes], dict[str, float]]:
    """What `build` makes of a page; and the seconds that the page took, and each study that was run for it.

    This is the step that an executor runs: it takes and returns plain values, and writes nothing.
    """
    with timing.noted() as seconds, timing.timed(f"page {name}"):
        files = build(name)
    return files, dict(seconds)


def build(name: str) -> dict[str, bytes]:
    """Run a page's model and make everything that is published of it.

    Args:
        name: `part/page`.

    Returns:
        Content by path below `docs/built/`.

    Raises:
        Mistake: the run fails, a figure breaks a rule, a fact is no number or word, or a claim is false; all that is wrong is told.
    """
    page = project.chosen([name])[0]
    on_one_thread()
    with paragraph(page.path, 1, f"page {page.name}"):
        return made(page)


def made(page: Page) -> dict[str, bytes]:
    """What `build` returns.

    Raises:
        Mistake: something that an author did is wrong.
        Exception: something else is.
    """
    record = {"page": page.name, "key": project.key(page), "sources": project.digest_of_sources(page)}
    record |= {"facts": {}, "claims": {}, "figures": {}, "tables": {}}
    files: dict[str, bytes] = {}
    wrong: list[Mistake] = []
    with checkpoint.observed() as used, labelled.noted():
        module, run = recorded(page)
        for entry in project.marked(page):
            try:
                value = called(entry, getattr(module, entry.name), run)
                with paragraph(entry.path, entry.line, f"{entry.kind} {entry.name}"):
                    record[f"{entry.kind}s"][entry.name] = published(page, entry, value, files)
            except Mistake as mistake:
                wrong.append(mistake)
    if wrong:
        raise Mistake("\n".join(map(str, wrong))) from ExceptionGroup(f"page {page.name}", wrong)
    record["provenance"] = provenance(page, used)
    for read in sorted(used):
        files[f"checkpoints/{read}.safetensors"] = checkpoint.weights_path(read).read_bytes()
        files[f"checkpoints/{read}.json"] = checkpoint.card_path(read).read_bytes()
    files[f"{page.name}.source.html"] = markup.source_page(page.name, page.path.read_text("utf8")).encode()
    for entry in project.marked(page):
        if entry.kind == "figure":
            files[f"{page.name}.{entry.name}.html"] = markup.embed_page(page.full(entry), record).encode()
    record["files"] = {path: sha256(content) for path, content in sorted(files.items())}
    files[f"{page.name}.json"] = (json.dumps(record, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode()
    return files


def published(page: Page, entry: Marked, value: object, files: dict[str, bytes]) -> dict:
    """What the page's record holds of a value; a figure's files are added to `files`.

    Raises:
        Mistake: the value is not what its mark asks for, or a claim is false.
    """
    told = {"text": entry.text, "source": entry.place}
    if entry.kind == "fact":
        return told | {"mark": entry.mark} | sound_fact(entry, value)
    if entry.kind == "table":
        return told | sound_table(entry, value)
    if entry.kind == "figure":
        return drawn(page, entry, value, files)
    found = sound_claim(entry, value)
    if not found:
        numbers = f" ({found.said})" if found.said else ""
        raise Mistake(f"{entry.place}: the claim {page.full(entry)} is false: “{entry.text}”{numbers}")
    return told | {"mark": entry.mark, "value": True, "margin": found.margin, "said": found.said}


def recorded(page: Page, trial: Trial = PUBLISHED) -> tuple[ModuleType, object]:
    """The page's module and its one run, on one thread so that the numbers are the same every time.

    Args:
        trial: on what data, of what models; the page's `subject` takes it.

    Raises:
        Mistake: the run fails.
    """
    on_one_thread()
    with paragraph(page.path, 1, f"page {page.name}"):
        module = importlib.import_module(page.module)
    line = next((node.lineno for node in project.tree(page.path).body if project.name_of(node) == "subject"), 1)
    with paragraph(page.path, line, "subject"):
        if not inspect.signature(module.subject).parameters:
            if trial != PUBLISHED:
                raise Mistake(f"{shown(page.path)}:{line}: `subject` takes no trial, so nothing on this page can be tried on other data.")
            return module, module.subject()
        with checkpoint.untrained() if trial.untrained else contextlib.nullcontext():
            return module, module.subject(trial)


def on_one_thread() -> None:
    """Have torch compute on one thread, and the same way every time.

    Raises:
        ModuleNotFoundError: torch is not installed. No author can help that, so no paragraph is made of it.
    """
    import torch

    torch.set_num_threads(1)
    torch.set_deterministic_debug_mode("error")  # the same as `use_deterministic_algorithms(True)`, which loads a compiler for seconds


def called(entry: Marked, function: Callable, run: object) -> object:
    """The value of a marked function for the page's run; a setting has no run to look at.

    Raises:
        Mistake: it raised.
    """
    with paragraph(entry.path, entry.line, f"{entry.kind} {entry.name}"):
        return function() if entry.mark == "setting" else function(run)


@contextlib.contextmanager
def paragraph(path: Path, line: int, what: str) -> Iterator[None]:
    """Turn whatever is raised meanwhile into a paragraph: where, what was being made, the kind of error and its words.

    Args:
        path: the page's module.
        line: where the function stands in it, which is named if the error passed through no line of the page.
        what: what is being made: "figure memory_use".

    Raises:
        Mistake: something was raised. The first place is the author's line that is nearest to it; if that is in a study, a task or a model, the
            page's own follows.
    """
    try:
        yield
    except Mistake:
        raise
    except Exception as error:
        passed = [place for place in lines_of(error) if place[0] == path]
        here = f"{shown(path)}:{passed[-1][1] if passed else line}"
        nearest = next((f"{shown(file)}:{number}" for file, number in reversed(lines_of(error))), here)
        said = labelled.unknown_place(error)
        called_from = "" if nearest == here else f" ({here})"
        raise Mistake(f"{nearest}: {what}{called_from}{f': {said}' if said else f' raised {described(error)}'}.") from error


def lines_of(error: Exception) -> list[tuple[Path, int]]:
    """The lines of authors that an error passed through, from the outside in: those of pages, studies, tasks and models."""
    passed = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    return [(file, line) for file, line in passed if file.is_relative_to(AUTHORS) and not file.is_relative_to(AUTHORS / "kit")]


def described(error: Exception) -> str:
    """The kind of an error and its first line."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}".rstrip(": .")


def sound_fact(entry: Marked, value: object) -> dict:
    """The value as JSON takes it; of a statistic, also which one it is, and over what.

    Raises:
        Mistake: it is not a finite number or a word.
    """
    plain = single(value)
    if isinstance(plain, str | int | float) and not isinstance(plain, bool) and (isinstance(plain, str) or np.isfinite(plain)):
        statistic = {"statistic": value.statistic, "over": value.over} if isinstance(value, Measured) else {}
        number = int(plain) if statistic.get("statistic") == "count" else float(plain) if statistic else plain
        return {"value": number} | statistic
    raise Mistake(f"{entry.place}: fact {entry.name} returned {spelled(plain)}; a fact is one finite number or a word.")


def single(value: object) -> object:
    """The number in a tensor or an array that holds one; anything else as it is."""
    return value.item() if hasattr(value, "item") and math.prod(getattr(value, "shape", ())) == 1 else value


def spelled(value: object) -> str:
    """What a function returned, in few words: of a tensor or an array, how many values."""
    shape = getattr(value, "shape", None)
    return repr(value) if shape is None else f"a {type(value).__name__} of {math.prod(shape)} values, shape {tuple(shape)}"


def sound_claim(entry: Marked, value: object) -> Finding:
    """Whether the claim holds, and by how much.

    Raises:
        Mistake: the function did not return true or false.
    """
    plain = single(value)
    if isinstance(plain, bool):
        return exactly(plain)
    if isinstance(plain, Finding):
        return plain
    raise Mistake(f"{entry.place}: claim {entry.name} returned {spelled(plain)}; a claim is true or false.")


def sound_table(entry: Marked, value: object) -> dict:
    """The table as JSON takes it.

    Raises:
        Mistake: it is no table, or a row is not as long as the head.
    """
    if not isinstance(value, Table):
        raise Mistake(f"{entry.place}: table {entry.name} returned {type(value).__name__} instead of a kit.figure.tables.Table.")
    for group in value.groups:
        for row in group.rows:
            if len(row) != len(value.head):
                raise Mistake(f"{entry.place}: table {entry.name}: the row {row[0]!r} has {len(row)} cells, the head has {len(value.head)}.")
    return asdict(value)


def drawn(page: Page, entry: Marked, figure: object, files: dict[str, bytes]) -> dict:
    """Check a figure, add its files, and return its part of the page's record.

    Raises:
        Mistake: it is not a figure, it breaks a rule of `kit.figure.checks`, or its caption does not say what is drawn.
    """
    if not isinstance(figure, go.Figure):
        raise Mistake(f"{entry.place}: figure {entry.name} returned {type(figure).__name__} instead of a Plotly figure.")
    wrong = faults(figure) + untold(figure, entry.text)
    if wrong:
        raise Mistake(f"{entry.place}: figure {entry.name} cannot be published: {'; '.join(wrong)}.")
    stem, identity = f"{page.name}.{entry.name}", page.full(entry)
    files[f"{stem}.json"] = (figure.to_json() + "\n").encode()
    files[f"{stem}.csv"] = as_csv(figure)
    files[f"{stem}.svg"] = (svg(figure, entry.text, identity, standalone=True) + "\n").encode()
    return {
        "text": entry.text,
        "source": entry.place,
        "line": entry.line,
        "live": entry.live,
        "inline": svg(figure, entry.text, identity, "wide") + svg(figure, entry.text, identity, "narrow"),
        "height": {width: figure.layout.meta[width]["height"] for width in ("wide", "narrow")},
    }


def provenance(page: Page, used: dict[str, str]) -> dict:
    """Where the page's numbers come from: the checkpoints that were read for it, with digest and seed, and library versions."""
    cards = {name: checkpoint.read_card(name) for name in sorted(used)}
    return {
        "checkpoints": {name: {"sha256": used[name], "seed": card["seed"], "command": card["command"]} for name, card in cards.items()},
        "versions": project.versions(),
        "rebuild": f"python build_figures.py {page.name}",
    }
