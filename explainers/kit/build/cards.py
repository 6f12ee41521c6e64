"""The fields of the cards that a training will write, read from its text: a field that is missing is told before hours of training, not after."""

import ast
from collections.abc import Iterator
from pathlib import Path

from explainers.kit.build import project
from explainers.kit.build.checkpoint import CARD_FIELDS
from explainers.kit.errors import Mistake
from explainers.kit.files import shown

WANTED = set(CARD_FIELDS) - {"sha256", "versions"}  # `save_checkpoint` fills these in


def sound(task: str) -> None:
    """See that every card that the training of a task writes has the fields of a card.

    Raises:
        Mistake: one lacks a field or has another, as far as the text tells.
    """
    files = [path for path in project.closure(project.TASKS / task / "train.py") if path.is_relative_to(project.TASKS)]
    found = []
    for path, line, fields in written(files):
        missing, unknown = sorted(WANTED - fields), sorted(fields - WANTED)
        said = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has the unknown field {', '.join(unknown)}"] * bool(unknown)
        if said:
            near = project.nearest(unknown[0], WANTED) if unknown else ""
            found.append(f"{shown(path)}:{line}: the card that is written here {' and '.join(said)}.{near} Nothing was trained.")
    if found:
        raise Mistake("\n".join(found))


def written(files: list[Path]) -> Iterator[tuple[Path, int, set[str]]]:
    """File, line and fields of each card that is written in some files, where the text tells all its fields."""
    functions = {node.name: node for path in files for node in ast.walk(project.tree(path)) if isinstance(node, ast.FunctionDef)}
    for path in files:
        for function in (node for node in ast.walk(project.tree(path)) if isinstance(node, ast.FunctionDef)):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "save_checkpoint" and len(call.args) == 3:
                    fields = fields_of(call.args[2], function, functions)
                    if fields is not None:
                        yield path, call.lineno, fields


def fields_of(value: ast.expr, function: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> set[str] | None:
    """The keys of a dictionary that is written out in a function, or put together with `|`, `|=` and `**`; None if the text does not tell.

    Args:
        functions: by name; what they return may be a part of it.
    """
    parts: list[set[str] | None] = []
    if isinstance(value, ast.Dict):
        parts = [
            {key.value} if isinstance(key, ast.Constant) else fields_of(each, function, functions) if key is None else None
            for key, each in zip(value.keys, value.values, strict=True)
        ]
    elif isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr):
        parts = [fields_of(side, function, functions) for side in (value.left, value.right)]
    elif isinstance(value, ast.Call) and getattr(value.func, "id", "") in functions:
        other = functions[value.func.id]
        parts = [fields_of(node.value, other, functions) for node in ast.walk(other) if isinstance(node, ast.Return) and node.value] or [None]
    elif isinstance(value, ast.Name):
        lines = [node for node in ast.walk(function) if isinstance(node, ast.Assign | ast.AugAssign) and node.lineno < value.lineno]
        given = sorted((node for node in lines if value.id in map(ast.unparse, getattr(node, "targets", None) or [node.target])), key=lambda node: node.lineno)
        first = max((number for number, node in enumerate(given) if isinstance(node, ast.Assign)), default=None)
        parts = [None] if first is None else [fields_of(node.value, function, functions) for node in given[first:]]
    else:
        return None
    return None if None in parts else set().union(*parts)
