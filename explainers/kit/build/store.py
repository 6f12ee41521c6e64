"""The store of finished steps, addressed by content: the same sources, inputs and versions give the same address.

An entry is a folder that appears in one step, so a process killed while writing leaves no half entry. It carries the
digests of its files; an entry that does not match them is thrown away and made again.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

from explainers.kit.files import ROOT, explained, sha256

FOLDER = ROOT / ".cache" / "steps"
MANIFEST = "manifest.json"


def get(key: str) -> dict[str, bytes] | None:
    """The files of an entry, by relative name, or None if there is no sound entry."""
    place = FOLDER / key
    try:
        manifest = json.loads((place / MANIFEST).read_bytes())
        files = {name: (place / str(number)).read_bytes() for number, name in enumerate(manifest)}
    except (OSError, ValueError):
        return None
    if any(sha256(content) != manifest[name] for name, content in files.items()):
        return None
    return files


def put(key: str, files: dict[str, bytes]) -> None:
    """Keep the files of a finished step. A damaged entry at this address is replaced.

    Raises:
        Mistake: the folder cannot be written, or the disk is full. Nothing half-written is left.
    """
    place = FOLDER / key
    with explained(FOLDER):
        FOLDER.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(dir=FOLDER, prefix=".half-"))
        try:
            for number, content in enumerate(files.values()):
                _write(half / str(number), content)
            digests = {name: sha256(content) for name, content in files.items()}
            _write(half / MANIFEST, json.dumps(digests).encode())
            shutil.rmtree(place, ignore_errors=True)
            os.replace(half, place)
        except BaseException:
            shutil.rmtree(half, ignore_errors=True)
            raise


def _write(path: Path, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sweep() -> None:
    """Remove what killed builds have left half-written. Only for who holds the lock: nobody else may be writing."""
    for half in FOLDER.glob(".half-*"):
        shutil.rmtree(half, ignore_errors=True)
    for half in (ROOT / "docs" / "built").rglob(".half-*"):
        half.unlink(missing_ok=True)
