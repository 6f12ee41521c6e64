"""Documents that stand outside the site agree with it."""

import ast
import base64
import json
import math
import re
import struct
import tomllib
import zlib

import numpy as np
import pytest

from explainers.kit.figure.png import png
from explainers.kit.figure.svg import SHADES
from explainers.kit.files import ROOT

COPY = "copy docs/built/memory/copy.memory_use.svg to docs/assets/readme.svg"
SHADE = math.ceil(255 / SHADES)  # another processor may round a cell to the next shade


def pictures(svg: str) -> list[np.ndarray]:
    """The heatmaps in a picture, as shades [row, column, (red, green, blue, opacity)]."""
    return [pixels(base64.b64decode(found)) for found in re.findall(r"data:image/png;base64,([^\"]+)", svg)]


def pixels(png: bytes) -> np.ndarray:
    """What `kit.png` wrote, back as shades."""
    width, height = struct.unpack(">II", png[16:24])
    (length,) = struct.unpack(">I", png[33:37])
    lines = np.frombuffer(zlib.decompress(png[41 : 41 + length]), np.uint8).reshape(height, 1 + 4 * width)
    return lines[:, 1:].reshape(height, width, 4).astype(int)


def drawing(svg: str) -> str:
    """Everything else in a picture, but the numbers that are read aloud, which name the smallest weight to three digits."""
    return re.sub(r"<desc.*?</desc>|data:image/png;base64,[^\"]+", "", svg, flags=re.S)


def test_the_picture_of_the_readme_is_a_built_figure(figures):
    name = "docs/assets/readme.svg"
    assert f"({name})" in (ROOT / "README.md").read_text("utf8")
    built, committed = ((ROOT / path).read_text("utf8").rstrip() for path in ("docs/built/memory/copy.memory_use.svg", name))
    assert drawing(built) == drawing(committed), COPY
    assert len(pictures(built)) == 6
    for ours, theirs in zip(pictures(built), pictures(committed), strict=True):
        assert ours.shape == theirs.shape, COPY
        assert np.abs(ours - theirs).max() <= SHADE, COPY


def test_shades_are_read_back_as_they_were_drawn():
    shades = np.arange(24).reshape(2, 3, 4)
    assert np.array_equal(pixels(png(shades.astype(np.uint8))), shades)


def test_lock_files_hold_exact_versions_and_no_addresses():
    for name in ("requirements.txt", "requirements-test.txt", "package-lock.json"):
        text = (ROOT / name).read_text("utf8")
        assert '"resolved"' not in text
        assert "://" not in text, name
    for name in ("requirements.txt", "requirements-test.txt"):
        for line in (ROOT / name).read_text("utf8").splitlines():
            assert re.fullmatch(r"#.*|-r requirements\.txt|[a-z0-9-]+==[\w.]+", line), f"{name}: {line}"


def test_continuous_integration_runs_the_test_command_of_the_readme():
    commands = [line for line in (ROOT / ".ci/run").read_text("utf8").splitlines() if line and not line.startswith(("#", "set"))]
    assert commands == ["make test"]
    assert "make test" in (ROOT / "README.md").read_text("utf8")


def test_every_python_that_we_say_is_supported_is_tried_by_the_workflow():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    named = [word.rpartition(" ")[2] for word in declared["classifiers"]]
    matrix = re.search(r"matrix: \{python: (\[.*\])\}", (ROOT / ".github/workflows/test.yml").read_text("utf8"))
    assert json.loads(matrix[1]) == named
    assert declared["requires-python"] == f">={named[0]}"


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.py")) + sorted(ROOT.glob("[et]*/**/*.py")), ids=lambda path: path.name)
def test_the_oldest_python_reads_every_file(path):
    """Syntax only: a test here runs on one Python, the workflow on all of them."""
    ast.parse(path.read_bytes(), feature_version=(3, 11))
