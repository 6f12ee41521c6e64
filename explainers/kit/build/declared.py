"""What a page's module declares, looked at in its text before anything runs."""

import ast
from collections.abc import Iterable

from explainers.kit.build import project
from explainers.kit.build.project import KINDS, Page
from explainers.kit.errors import Mistake
from explainers.kit.files import shown


def sound(pages: Iterable[Page]) -> None:
    """See that all pages can be built, as far as their text tells.

    Raises:
        Mistake: something is wrong; all of it is told.
    """
    found = [fault for page in pages for fault in faults(page)]
    if found:
        raise Mistake("\n".join(found))


def faults(page: Page) -> list[str]:
    """A sentence for each thing that is wrong in a page's module: a mark, an argument, a docstring, a name.

    Raises:
        Mistake: the module is not Python.
    """
    found = []
    for node in project.tree(page.path).body:
        name, here = project.name_of(node), f"{shown(page.path)}:{node.lineno}"
        if name == "subject" and isinstance(node, ast.FunctionDef) and needed(node.args) > 1:
            found.append(f"{here}: subject takes {needed(node.args)} arguments; it is given one at most, the trial.")
        for mark in project.marks_of(node) if name else []:
            found += [f"{here}: {fault}" for fault in of_mark(name, node, mark)]
    if not found:
        for look in (project.docstring, project.marked):
            try:
                look(page)
            except Mistake as mistake:
                found.append(str(mistake))
    return found


def of_mark(name: str, node: ast.stmt, mark: ast.expr) -> list[str]:
    """What is wrong with a mark, and with the arguments of the function that it is on."""
    call = mark if isinstance(mark, ast.Call) else None
    target = call.func if call else mark
    if isinstance(target, ast.Attribute) and target.attr in KINDS and (isinstance(node, ast.FunctionDef) or ast.unparse(target.value) == "marks"):
        kind = target.attr
        return [
            f"{name} is marked with {ast.unparse(target)}, which is not recognised. Write `from explainers.kit.build.marks import {kind}`, and {kind} alone."
        ]
    kind = getattr(target, "id", None)
    if kind not in KINDS:
        return []
    if any(word.arg == "live" and not isinstance(word.value, ast.Constant) for word in (call.keywords if call else ())):
        return [f'figure {name}: write the name of its live element out, as in live="write-bench"; it is read from the text.']
    function = node if isinstance(node, ast.FunctionDef) else declared(call)
    if function is None:
        return [f'{kind} {name} has no function. Write {name} = {kind}("what it is", lambda run: …).']
    return of_arguments(kind, name, function.args) if isinstance(function, ast.FunctionDef | ast.Lambda) else []


def declared(call: ast.Call) -> ast.expr | None:
    """The function of a fact that is declared in one line; None if there is none."""
    named = [word.value for word in call.keywords if word.arg == "function"]
    return next(iter([*call.args[1:2], *named]), None)


def of_arguments(kind: str, name: str, arguments: ast.arguments) -> list[str]:
    """What is wrong with the arguments of a marked function: a setting takes none, any other the run."""
    needs = needed(arguments)
    if kind == "setting":
        return [f"setting {name} takes {needs} argument{'s' * (needs > 1)}; it is chosen, so it takes none. What looks at the run is a fact."] if needs else []
    if needs > 1:
        return [f"{kind} {name} takes {needs} arguments; it is given one, the run."]
    if arguments.posonlyargs or arguments.args or arguments.vararg:
        return []
    chosen = " What was chosen and looks at no run is a setting." if kind == "fact" else ""
    return [f"{kind} {name} takes no argument; it is given one, the run.{chosen}"]


def needed(arguments: ast.arguments) -> int:
    """How many arguments a function cannot do without."""
    unnamed = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return unnamed + sum(default is None for default in arguments.kw_defaults)
