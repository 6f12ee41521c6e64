"""A study is recorded once: what it measured of the published data is kept in the store, by what could change it."""

import functools
import inspect
import json
import sys
import typing
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from explainers.kit.build import checkpoint, installed, project, store, timing
from explainers.kit.build.pack import pack, unpack
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.files import sha256, shown

USED = "checkpoints.json"
LOCKS = store.FOLDER.parent / "studies"


def study(function: Callable) -> Callable:
    """Mark a function that takes a `Trial` and plain arguments, runs models, and returns what it recorded as plain data and tensors.

    Of the published trial it is run once, whoever asks: the record lies in the store under the digest of the study's module and everything
    that it imports, of its checkpoints, of the installed packages and of the arguments. The annotation of what it returns is the
    record's type.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def recorded(*arguments, **named):
        given = signature.bind(*arguments, **named)
        given.apply_defaults()
        trials = [value for value in given.arguments.values() if isinstance(value, Trial)]
        if any(trial != PUBLISHED for trial in trials) or not checkpoint.learned():
            return function(*arguments, **named)  # never kept: only what the published models did on the published data is a record
        kind, key = typing.get_type_hints(function)["return"], address(function, given.arguments)
        LOCKS.mkdir(parents=True, exist_ok=True)
        with FileLock(LOCKS / f"{key}.lock"):
            files = store.get(key)
            if files is None:
                with checkpoint.observed() as used, timing.timed(f"study {function.__module__.rpartition('.')[2]}.{function.__qualname__}"):
                    files = pack(function(*arguments, **named), kind)
                files |= {USED: json.dumps(used).encode()}
                store.put(key, files)
            else:
                checkpoint.note(json.loads(files[USED]))
        return unpack(files, kind)

    return recorded


def address(function: Callable, arguments: dict) -> str:
    """Where the record of a study lies in the store."""
    path = Path(sys.modules[function.__module__].__file__)  # not the function's own file: that of a checked function is the checker's
    sources = project.closure(path, Path(__file__))
    files = [*sources, *(part for name in project.checkpoints_of(sources) for part in (checkpoint.weights_path(name), checkpoint.card_path(name)))]
    content = {shown(file): sha256(file.read_bytes()) for file in files}
    named = {name: repr(value) for name, value in arguments.items()}
    return sha256(json.dumps(["study", function.__module__, function.__qualname__, content, installed.digest(), named], sort_keys=True).encode())
