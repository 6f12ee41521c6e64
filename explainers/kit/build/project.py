"""What there is: pages, their marked functions, the modules and checkpoints they depend on.

Everything is read from the source text, so listing the site and finding out what is stale needs neither torch
nor a run.
"""

import ast
import difflib
import functools
import hashlib
import inspect
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from explainers.kit.build import checkpoint, installed
from explainers.kit.errors import Mistake, WrongUsage
from explainers.kit.files import ROOT, shown

PAGES = ROOT / "explainers" / "pages"
TASKS = ROOT / "explainers" / "tasks"
DOCS = ROOT / "docs"
BUILT = DOCS / "built"
STEP = ROOT / "explainers" / "kit" / "build" / "step.py"
KINDS = {"figure": "figure", "fact": "fact", "setting": "fact", "claim": "claim", "finding": "claim", "invariant": "claim", "table": "table"}
LIBRARIES = ("torch", "numpy", "plotly", "transformers")


@dataclass(frozen=True)
class Marked:
    """One figure, fact, claim or table as its module declares it.

    Attributes:
        kind: "figure", "fact", "claim" or "table".
        mark: what it is marked with: a fact may be a "setting", a claim a "finding" or an "invariant".
    """

    kind: str
    mark: str
    name: str
    text: str
    path: Path
    line: int
    live: str | None = None

    @property
    def place(self) -> str:
        """File and line of the function's `def`."""
        return f"{shown(self.path)}:{self.line}"


@dataclass(frozen=True)
class Page:
    """One explainer: a module under `explainers/pages/` and the Markdown file of the same stem."""

    part: str
    stem: str

    @property
    def name(self) -> str:
        """As the command line takes it: `memory/copy`."""
        return f"{self.part}/{self.stem}"

    @property
    def dotted(self) -> str:
        """As the prose takes it: `memory.copy`."""
        return f"{self.part}.{self.stem}"

    @property
    def module(self) -> str:
        """The module to import."""
        return f"explainers.pages.{self.dotted}"

    @property
    def path(self) -> Path:
        """The module's file."""
        return PAGES / self.part / f"{self.stem}.py"

    @property
    def markdown(self) -> Path:
        """The prose."""
        return DOCS / self.part / f"{self.stem}.md"

    @property
    def record(self) -> Path:
        """The built facts, claims, captions and provenance."""
        return BUILT / self.part / f"{self.stem}.json"

    def full(self, marked: Marked) -> str:
        """The full name of a marked function, as the prose writes it."""
        return f"{self.dotted}.{marked.name}"


def pages() -> list[Page]:
    """All pages, by name.

    Raises:
        Mistake: a page module has no Markdown file, or a Markdown file of a part has no module.
    """
    found = [Page(path.parent.name, path.stem) for path in sorted(PAGES.glob("*/*.py")) if not path.stem.startswith("_")]
    for page in found:
        if not page.markdown.is_file():
            raise Mistake(f"{shown(page.path)}: this page has no prose. Write {shown(page.markdown)}, or remove the module.")
    known = {page.markdown for page in found}
    for part in sorted(folder for folder in PAGES.glob("*") if folder.is_dir() and not folder.name.startswith("_")):
        for prose in sorted((DOCS / part.name).glob("*.md")):
            if prose not in known:
                raise Mistake(
                    f"{shown(prose)}: this page has no module. Write {shown(part / prose.stem)}.py "
                    f"(`python build_figures.py new {part.name}/{prose.stem}` makes one for a new name), or remove it."
                )
    return found


def chosen(names: Iterable[str]) -> list[Page]:
    """The pages of these names; all of them if no name is given.

    Raises:
        WrongUsage: there is no such page; the nearest name is offered.
    """
    known = {page.name: page for page in pages()}
    names = list(names)
    for name in names:
        if name not in known:
            raise WrongUsage(f"There is no page {name}.{nearest(name, known)} Pages: {', '.join(known)}.")
    return [known[name] for name in dict.fromkeys(names)] or list(known.values())


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known name, or nothing. Starts with a space."""
    near = difflib.get_close_matches(name, list(known), 1, 0.5)
    return f" Did you mean {near[0]}?" if near else ""


@functools.cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a source file.

    Raises:
        Mistake: the file is not Python.
    """
    try:
        return ast.parse(path.read_bytes(), filename=str(path))
    except SyntaxError as error:
        raise Mistake(f"{shown(path)}:{error.lineno}: {error.msg}.") from error


def marked(page: Page) -> list[Marked]:
    """The figures, facts, claims and tables of a page, in the order in which they stand in the module.

    Raises:
        Mistake: two functions of one name, a marked function without a docstring, or no `subject`.
    """
    found: dict[str, Marked] = {}
    lines: dict[str, int] = {}
    for node in tree(page.path).body:
        name = name_of(node)
        if not name:
            continue
        if name in lines:
            raise Mistake(
                f"{shown(page.path)}:{node.lineno}: a second {name}; the first is on line {lines[name]}. Names are the wiring: give one of them another."
            )
        lines[name] = node.lineno
        for mark in marks_of(node):
            call = mark if isinstance(mark, ast.Call) else None
            marked_with = getattr(call.func if call else mark, "id", None)
            if marked_with not in KINDS:
                continue
            kind = KINDS[marked_with]
            text = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else text_in(call)
            if not text:
                wanted = {"figure": "caption", "fact": "meaning", "claim": "sentence", "table": "caption"}[kind]
                raise Mistake(f"{shown(page.path)}:{node.lineno}: {name} has no docstring; it is the {wanted}.")
            live = next((word.value.value for word in call.keywords if word.arg == "live"), None) if call else None
            found[name] = Marked(kind, marked_with, name, joined(text), page.path, node.lineno, live)
    if "subject" not in lines:
        raise Mistake(f"{shown(page.path)}:1: no function `subject`; it returns the one recorded run of this page.")
    return list(found.values())


def name_of(node: ast.stmt) -> str | None:
    """What a line at the top of a module defines: a function, or what one call makes."""
    if isinstance(node, ast.FunctionDef):
        return node.name
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return None


def marks_of(node: ast.stmt) -> list[ast.expr]:
    """The marks on a function, or the call that declares a fact in one line."""
    return node.decorator_list if isinstance(node, ast.FunctionDef) else [node.value]


def text_in(call: ast.Call) -> str:
    """The words that a fact is declared with: `name = fact("…", lambda run: …)`."""
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def joined(text: str) -> str:
    """A docstring as one paragraph."""
    return " ".join(inspect.cleandoc(text).split())


@functools.cache
def imported(path: Path) -> frozenset[Path]:
    """The project's own files that a file imports directly."""
    names: set[str] = set()
    for node in statements(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    own = (name for name in names if name.split(".")[0] == "explainers")
    return frozenset().union(*map(run_with, own))


def statements(module: ast.Module) -> Iterator[ast.AST]:
    """Every statement of a module, at whatever depth. Their expressions, which are most of a tree, are not gone through."""
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        yield node
        for inner in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += getattr(node, inner, ())


@functools.cache
def run_with(name: str) -> frozenset[Path]:
    """The files that importing a name runs: those of its module, and of the packages around it. A name in a module has no file of its own."""
    place, around = ROOT.joinpath(*name.split(".")), name.rpartition(".")[0]
    own = frozenset(file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())
    return own | run_with(around) if around else own


def closure(*paths: Path) -> list[Path]:
    """Files and every project file that they import, directly or through others."""
    seen: set[Path] = set()
    waiting = set(paths)
    while waiting:
        file = waiting.pop()
        seen.add(file)
        waiting |= imported(file) - seen
    return sorted(seen)


def checkpoints(page: Page) -> list[str]:
    """The checkpoints of every task that the page imports."""
    return checkpoints_of(closure(page.path))


def checkpoints_of(files: Iterable[Path]) -> list[str]:
    """The checkpoints of every task that some of these files belong to."""
    tasks = {file.relative_to(TASKS).parts[0] for file in files if file.is_relative_to(TASKS)}
    names = sorted(path.stem for path in checkpoint.FOLDER.glob("*.json"))
    return [name for name in names if name.split("-")[0] in tasks]


def digest_of_sources(page: Page) -> str:
    """One digest of everything in the repository that the page's output depends on: modules, weights and cards.

    The step that builds it is part of it, with all that the step imports: what draws a figure is part of the figure.
    """
    files = closure(page.path, STEP)
    for name in checkpoints(page):
        files += [checkpoint.weights_path(name), checkpoint.card_path(name)]
    total = hashlib.sha256()
    for file in files:
        content = file.read_bytes() if file.is_file() else b"missing"
        total.update(f"{shown(file)} {hashlib.sha256(content).hexdigest()}\n".encode())
    return total.hexdigest()


@functools.cache
def versions() -> dict[str, str]:
    """The versions of the libraries that a reader may want to know beside a figure."""
    return {library: installed.version(library) for library in LIBRARIES}


def key(page: Page) -> str:
    """The address of the page's output in the store: the page's name, sources and checkpoints, and every package as installed."""
    content = json.dumps([page.name, digest_of_sources(page), installed.digest()])
    return hashlib.sha256(content.encode()).hexdigest()


def docstring(page: Page) -> str:
    """What the page's module says about itself.

    Raises:
        Mistake: it says nothing.
    """
    text = ast.get_docstring(tree(page.path))
    if not text:
        raise Mistake(f"{shown(page.path)}:1: the module has no docstring; it says what the page is about.")
    return text


def trainable() -> list[str]:
    """The tasks that can be trained: those with a module `train`."""
    return sorted(path.parent.name for path in TASKS.glob("*/train.py"))
