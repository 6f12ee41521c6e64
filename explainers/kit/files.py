"""Files are written whole or not at all."""

import contextlib
import errno
import hashlib
import os
import tempfile
from pathlib import Path

from explainers.kit.errors import Mistake

ROOT = Path(__file__).resolve().parents[2]


def write_whole(path: Path, content: bytes) -> bool:
    """Put `content` at `path` in one step; say whether anything had to change.

    A reader of `path`, or a process killed in the middle, sees the old file or the new one, never half of either.

    Raises:
        Mistake: the folder cannot be written, or the disk is full. The old file is still there.
    """
    with explained(path):
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".half-", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    return True


@contextlib.contextmanager
def explained(path: Path):
    """Turn the operating system's refusals at `path` into a sentence."""
    try:
        yield
    except OSError as refusal:
        place = shown(path)
        if refusal.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Mistake(f"{place}: the disk is full. Nothing was changed; free some space and run the command again.") from refusal
        if refusal.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Mistake(f"{place}: this folder cannot be written ({refusal.strerror}). Nothing was changed.") from refusal
        raise Mistake(f"{place}: {refusal.strerror or refusal}.") from refusal


def shown(path: Path) -> str:
    """The path as a person would write it: from the project's folder where it lies inside."""
    path = Path(path)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def sha256(content: bytes) -> str:
    """Hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()
