"""The texts that new files begin with, in `templates/`, and how files are written: all of them or none."""

from collections.abc import Mapping
from pathlib import Path

from explainers.kit.errors import Mistake
from explainers.kit.files import shown, write_whole

FOLDER = Path(__file__).with_name("templates")
ENDING = ".txt"  # so that nothing takes a template for code


def filled(name: str, words: Mapping[str, str]) -> str:
    """The text of a template, each `«word»` replaced by what stands for it.

    Args:
        name: below `templates/`, without the ending: `task/run.py`.
    """
    text = (FOLDER / f"{name}{ENDING}").read_text("utf8")
    for word, meant in words.items():
        text = text.replace(f"«{word}»", meant)
    return text


def write_all(files: Mapping[Path, str], edited: Mapping[Path, str], what: str) -> list[str]:
    """Write new files and edit others; returns their paths.

    Args:
        files: new ones, with their text.
        edited: the whole new text of files that are there.
        what: the files are for, for messages.

    Raises:
        Mistake: a file is in the way, or a folder cannot be written. Nothing was written.
    """
    for path in files:
        if path.exists():
            raise Mistake(f"{shown(path)}: this file is in the way of {what}. Nothing was written.")
    whole, before = {**files, **edited}, {path: path.read_bytes() for path in edited}
    written: list[Path] = []
    try:
        for path, text in whole.items():
            write_whole(path, text.encode())
            written.append(path)
    except Mistake:
        for path in written:
            if path in before:
                path.write_bytes(before[path])
            else:
                path.unlink()
        raise
    return [shown(path) for path in whole]
