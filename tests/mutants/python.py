"""Mistakes in Python code, planted in the syntax tree: each is one edit of the source text."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

SWAPPED = (
    ("read", "write"), ("query", "key"), ("before", "after"), ("inputs", "outputs"), ("tired", "wide"), ("erase", "add"), ("rows", "columns"),
    ("READ", "WRITE"), ("wanted", "given"), ("trained", "untrained"), ("ntm", "lstm"), ("scores", "scaled"), ("first", "second"),
    ("memory_before", "memory_after"), ("queries", "keys"), ("QUERY", "KEY"), ("asked", "given"), ("least", "most"), ("low", "high"),
)  # fmt: skip
CALLS = {
    "mean": "largest", "largest": "mean", "smallest": "largest", "median": "largest", "min": "max", "max": "min", "any": "all", "all": "any",
    "argmax": "argmin", "argmin": "argmax", "amax": "amin", "amin": "amax", "log2": "log", "sum": "mean", "count": "largest",
}  # fmt: skip
COMPARED = {ast.Lt: ">", ast.Gt: "<", ast.LtE: ">", ast.GtE: "<", ast.Eq: "!=", ast.NotEq: "=="}
COUNTED = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*"}
LAYOUT = {"height", "span", "scale", "untitled", "top", "low", "mode", "dashes", "colours", "written", "every", "digits"}
STATISTICS = {"mean": "largest", "means": "maxima", "largest": "mean", "smallest": "largest", "median": "mean", "most": "least"}


@dataclass(frozen=True)
class Mutant:
    """One mistake: the file, the line, what was done, and the whole text with it."""

    path: str
    line: int
    kind: str
    change: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind}: {self.change}"


class Source:
    """The text of a module, its tree, and edits of it."""

    def __init__(self, path: str, text: str):
        self.path, self.text = path, text
        self.tree = ast.parse(text)
        self.starts = [0]
        for line in text.encode().splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.bytes = text.encode()

    def place(self, node: ast.AST) -> tuple[int, int]:
        """First and last byte of a node."""
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[node.end_lineno - 1] + node.end_col_offset

    def code(self, node: ast.AST) -> str:
        start, end = self.place(node)
        return self.bytes[start:end].decode()

    def edit(self, node: ast.AST, new: str, kind: str, told: str = "") -> Mutant:
        """The mutant in which a node reads `new`."""
        start, end = self.place(node)
        changed = self.bytes[:start] + new.encode() + self.bytes[end:]
        old = self.code(node)
        return Mutant(self.path, node.lineno, kind, told or f"{shortened(old)} → {shortened(new)}", changed.decode())

    def between(self, left: ast.AST, right: ast.AST, new: str, kind: str, whole: ast.AST) -> Mutant:
        """The mutant with another operator between two nodes; brackets about them stay."""
        start, end = self.place(left)[1], self.place(right)[0]
        changed = re.sub(r"[^\s()]+(?: [^\s()]+)?", new, self.bytes[start:end].decode(), count=1)
        text = self.bytes[:start] + changed.encode() + self.bytes[end:]
        return Mutant(self.path, left.lineno, kind, f"{new} in {shortened(self.code(whole))}", text.decode())


def shortened(code: str) -> str:
    words = " ".join(code.split())
    return words if len(words) < 60 else words[:57] + "…"


def mutants(path: str, text: str, constants: dict[str, str] | None = None) -> Iterator[Mutant]:
    """All mistakes that can be planted in a module.

    Args:
        constants: the published value of each fact, as Python writes it.
    """
    source = Source(path, text)
    skipped = typed(source.tree)
    strings = by_argument(source.tree)
    for node in ast.walk(source.tree):
        if id(node) in skipped:
            continue
        yield from of_node(source, node, strings)
    yield from of_marks(source, constants or {})
    yield from of_docstrings(source)


def typed(tree: ast.Module) -> set[int]:
    """What no mistake is planted in: annotations, docstrings, imports, layout, and messages of errors."""
    left: set[int] = set()

    def leave(part: ast.AST | None) -> None:
        if part is not None:
            left.update(id(node) for node in ast.walk(part))

    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for argument in (*node.args.args, *node.args.kwonlyargs):
                leave(argument.annotation)
            leave(node.returns)
        elif isinstance(node, ast.AnnAssign):
            leave(node.annotation)
        elif isinstance(node, ast.Import | ast.ImportFrom | ast.Raise):
            leave(node)
        elif isinstance(node, ast.Assign) and all(target.id.isupper() for target in ast.walk(node.targets[0]) if isinstance(target, ast.Name)):
            leave(node.value)  # how many, how long, from which seed: another choice is no mistake
        elif isinstance(node, ast.Call):
            name = called(node)
            for word in node.keywords:
                if word.arg in LAYOUT:
                    leave(word.value)
            if name == "round" and len(node.args) > 1:
                leave(node.args[1])
            if name in ("heat", "bars", "lines", "dots", "panels", "rule") and node.args:
                for argument in node.args[1:]:
                    leave(argument)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node):
            leave(node.body[0])
    return left


def called(node: ast.AST) -> str:
    """The last part of the name of what is called."""
    function = node.func if isinstance(node, ast.Call) else node
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def by_argument(tree: ast.Module) -> dict[str, list[str]]:
    """The strings that stand in the place of each named argument."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found.setdefault(node.arg or "", []).append(node.value.value)
    return found


def of_node(source: Source, node: ast.AST, strings: dict[str, list[str]]) -> Iterator[Mutant]:
    """The mistakes of one node."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield source.edit(node, str(node.value + 1), "off by one")
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield source.edit(node, str(not node.value), "true and false")
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        yield source.between(node.left, node.comparators[0], COMPARED[type(node.ops[0])], "comparison", node)
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED and not isinstance(node.left, ast.Constant | ast.JoinedStr | ast.List):
        yield source.between(node.left, node.right, COUNTED[type(node.op)], "arithmetic", node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield source.edit(node, source.code(node.operand), "negation")
    elif isinstance(node, ast.Attribute | ast.Name) and (isinstance(node.ctx, ast.Load)):
        name = node.attr if isinstance(node, ast.Attribute) else node.id
        before = f"{source.code(node.value)}." if isinstance(node, ast.Attribute) else ""
        for one, other in SWAPPED:
            if name in (one, other):
                yield source.edit(node, before + (other if name == one else one), "swap")
        if name == "T" and before:
            yield source.edit(node, before[:-1], "axes")
    elif isinstance(node, ast.Call):
        yield from of_call(source, node, strings)
    elif isinstance(node, ast.List | ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        if not any(isinstance(each, ast.Starred | ast.Slice) for each in node.elts):
            rolled = [*node.elts[1:], node.elts[0]]
            inner = ", ".join(source.code(each) for each in rolled)
            yield source.edit(node, f"[{inner}]" if isinstance(node, ast.List) else f"({inner})", "roll")
    elif isinstance(node, ast.Dict) and len(node.keys) > 1 and all(node.keys):
        values = [*node.values[1:], node.values[0]]
        inner = ", ".join(f"{source.code(key)}: {source.code(value)}" for key, value in zip(node.keys, values, strict=True))
        yield source.edit(node, "{" + inner + "}", "roll", f"values of {shortened(source.code(node))} rolled by one")
    elif isinstance(node, ast.Slice):
        lower = source.code(node.lower) if node.lower else "0"
        upper, step = (source.code(part) if part else "" for part in (node.upper, node.step))
        yield source.edit(node, f"({lower}) + 1:{upper}" + (f":{step}" if step else ""), "shift")


def of_call(source: Source, node: ast.Call, strings: dict[str, list[str]]) -> Iterator[Mutant]:
    """The mistakes of a call."""
    name = called(node)
    if name in CALLS:
        code, function = source.code(node), source.code(node.func)
        new = function[: len(function) - len(name)] + CALLS[name]
        yield source.edit(node, new + code[len(function) :], "statistic")
    for word in node.keywords:
        if isinstance(word.value, ast.Constant) and isinstance(word.value.value, str) and word.arg not in LAYOUT:
            others = sorted(set(strings[word.arg or ""]) - {word.value.value})
            if others:
                yield source.edit(word.value, repr(others[0]), "another")
        if word.arg == "dim" and isinstance(word.value, ast.UnaryOp):
            yield source.edit(word.value, "-2", "axis")
    if (
        name in ("sum", "mean", "stack", "argmax", "amax", "max", "norm")
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value in (0, 1)
    ):
        yield source.edit(node.args[0], str(1 - node.args[0].value), "axis")
    if name in ("words", "count", "Axis") and len(node.args) > 1:
        places = source.code(node.args[1])
        yield source.edit(
            node.args[1],
            f"[*list({places})[1:], list({places})[0]]" if name != "count" else places,
            "labels",
            f"places of {shortened(source.code(node))} rolled by one",
        )
        if len(node.args) > 2:
            labels = source.code(node.args[2])
            yield source.edit(node.args[2], f"[*list({labels})[1:], list({labels})[0]]", "labels", f"labels of {shortened(source.code(node))} rolled by one")
    if name == "zip" and len(node.args) > 1:
        first = source.code(node.args[0])
        yield source.edit(node.args[0], f"list({first})[::-1]", "reverse")
    if name == "transpose" and len(node.args) == 2:
        yield source.edit(node, source.code(node.func) + f"({source.code(node.args[1])}, {source.code(node.args[0])})", "axes")


def of_marks(source: Source, constants: dict[str, str]) -> Iterator[Mutant]:
    """A fact that gives yesterday's number; a claim that gives true."""
    for node in source.tree.body:
        name, mark = marked(node)
        if mark in ("fact", "setting") and name in constants:
            if isinstance(node, ast.Assign) and len(node.value.args) > 1 and mark == "fact":
                yield source.edit(node.value.args[1], f"lambda run: {constants[name]}", "constant", f"{name} gives {constants[name]}")
            elif isinstance(node, ast.FunctionDef) and mark == "fact":
                last = node.body[-1]
                yield source.edit(last, f"return {constants[name]}", "constant", f"{name} gives {constants[name]}")
        elif mark in ("claim", "finding") and isinstance(node, ast.FunctionDef):
            last = node.body[-1]
            value = "exactly(True)" if mark == "finding" and "exactly" in source.text else "True"
            yield source.edit(last, f"return {value}", "true", f"{name} gives true")


def marked(node: ast.stmt) -> tuple[str, str]:
    """Name and mark of a function at the top of a page module, or of a fact declared in a line."""
    if isinstance(node, ast.FunctionDef) and node.decorator_list:
        return node.name, called(node.decorator_list[0])
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, called(node.value)
    return "", ""


def of_docstrings(source: Source) -> Iterator[Mutant]:
    """Another statistic in a caption or in what a fact says that it is."""
    for node in source.tree.body:
        name, mark = marked(node)
        if mark not in ("figure", "fact"):
            continue
        place = node.body[0].value if isinstance(node, ast.FunctionDef) else node.value.args[0]
        code = source.code(place)
        for word in re.findall(r"\b[a-z]+\b", code):
            if word in STATISTICS:
                yield source.edit(place, re.sub(rf"\b{word}\b", STATISTICS[word], code, count=1), "word", f"{name}: {word} → {STATISTICS[word]}")
                break
