"""One page, built in one pass from its one recorded run: the step that the store keeps."""

import contextlib
import importlib
import inspect
import json
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import numpy as np
import plotly.graph_objects as go

from explainers.kit import labelled
from explainers.kit.build import checkpoint, project
from explainers.kit.build.finding import Finding, Measured, exactly
from explainers.kit.build.project import Marked, Page
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.errors import Mistake
from explainers.kit.figure import markup
from explainers.kit.figure.checks import faults, untold
from explainers.kit.figure.svg import svg
from explainers.kit.figure.tables import Table, as_csv
from explainers.kit.files import sha256, shown


def build(name: str) -> dict[str, bytes]:
    """Run a page's model and make everything that is published of it.

    This is the step that an executor runs: it takes and returns plain values, and writes nothing.

    Args:
        name: `part/page`.

    Returns:
        Content by path below `docs/built/`.

    Raises:
        Mistake: the run fails, a figure breaks a rule, a fact is no number or word, or a claim is false; all that is wrong is told.
    """
    page = project.chosen([name])[0]
    record = {"page": page.name, "key": project.key(page), "sources": project.digest_of_sources(page)}
    record |= {"facts": {}, "claims": {}, "figures": {}, "tables": {}}
    files: dict[str, bytes] = {}
    wrong: list[Mistake] = []
    with checkpoint.observed() as used, labelled.noted():
        module, run = recorded(page)
        for entry in project.marked(page):
            try:
                value = called(entry, getattr(module, entry.name), run)
                record[f"{entry.kind}s"][entry.name] = published(page, entry, value, files)
            except Mistake as mistake:
                wrong.append(mistake)
    if wrong:
        raise Mistake("\n".join(map(str, wrong))) from wrong[0]
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
    import torch

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    try:
        module = importlib.import_module(page.module)
        if not inspect.signature(module.subject).parameters:
            if trial != PUBLISHED:
                raise Mistake(f"{shown(page.path)}: `subject` takes no trial, so nothing on this page can be tried on other data.")
            return module, module.subject()
        with checkpoint.untrained() if trial.untrained else contextlib.nullcontext():
            return module, module.subject(trial)
    except Mistake:
        raise
    except Exception as error:
        raise Mistake(f"{where(error, page.path)}: {described(error)}.") from error


def called(entry: Marked, function: Callable, run: object) -> object:
    """The value of a marked function for the page's run; a setting has no run to look at.

    Raises:
        Mistake: it raised; the message names the line in the page's module.
    """
    try:
        return function() if entry.mark == "setting" else function(run)
    except Mistake:
        raise
    except Exception as error:
        said = labelled.unknown_place(error)
        what = f": {said}" if said else f" raised {described(error)}"
        raise Mistake(f"{where(error, entry.path)}: {entry.kind} {entry.name}{what}.") from error


def where(error: Exception, path: Path) -> str:
    """The last line of `path` that the error passed through."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
    return f"{shown(path)}:{lines[-1] if lines else 1}"


def described(error: Exception) -> str:
    """The kind of an error and its first line."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}".rstrip(": .")


def sound_fact(entry: Marked, value: object) -> dict:
    """The value as JSON takes it; of a statistic, also which one it is, and over what.

    Raises:
        Mistake: it is not a finite number or a word.
    """
    plain = value.item() if hasattr(value, "item") else value
    if (
        isinstance(plain, str | int | float)
        and not isinstance(plain, bool)
        and (isinstance(plain, str) or np.isfinite(plain))
    ):
        statistic = {"statistic": value.statistic, "over": value.over} if isinstance(value, Measured) else {}
        number = int(plain) if statistic.get("statistic") == "count" else float(plain) if statistic else plain
        return {"value": number} | statistic
    raise Mistake(f"{entry.place}: fact {entry.name} returned {plain!r}; a fact is a finite number or a word.")


def sound_claim(entry: Marked, value: object) -> Finding:
    """Whether the claim holds, and by how much.

    Raises:
        Mistake: the function did not return true or false.
    """
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, bool):
        return exactly(plain)
    if isinstance(plain, Finding):
        return plain
    raise Mistake(f"{entry.place}: claim {entry.name} returned {plain!r}; a claim is true or false.")


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
                raise Mistake(
                    f"{entry.place}: table {entry.name}: the row {row[0]!r} has {len(row)} cells, the head has {len(value.head)}."
                )
    return asdict(value)


def drawn(page: Page, entry: Marked, figure: object, files: dict[str, bytes]) -> dict:
    """Check a figure, add its files, and return its part of the page's record.

    Raises:
        Mistake: it is not a figure, it breaks a rule of `kit.figure.checks`, or its caption does not say what is drawn.
    """
    if not isinstance(figure, go.Figure):
        raise Mistake(
            f"{entry.place}: figure {entry.name} returned {type(figure).__name__} instead of a Plotly figure."
        )
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
        "checkpoints": {
            name: {"sha256": used[name], "seed": card["seed"], "command": card["command"]}
            for name, card in cards.items()
        },
        "versions": project.versions(),
        "rebuild": f"python build_figures.py {page.name}",
    }
