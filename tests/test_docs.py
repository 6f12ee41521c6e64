"""Documents that stand outside the site agree with it."""

import re

from explainers.kit.files import ROOT


def test_the_picture_of_the_readme_is_a_built_figure(figures):
    name = "docs/assets/readme.svg"
    assert f"({name})" in (ROOT / "README.md").read_text("utf8")
    built = (ROOT / "docs/built/memory/copy.memory_use.svg").read_bytes()
    assert (ROOT / name).read_bytes() == built, "copy docs/built/memory/copy.memory_use.svg to docs/assets/readme.svg"


def test_lock_files_hold_exact_versions_and_no_addresses():
    for name in ("requirements.txt", "requirements-test.txt", "package-lock.json"):
        text = (ROOT / name).read_text("utf8")
        assert '"resolved"' not in text
        assert "://" not in text, name
    for name in ("requirements.txt", "requirements-test.txt"):
        for line in (ROOT / name).read_text("utf8").splitlines():
            assert re.fullmatch(r"#.*|-r requirements\.txt|[a-z0-9-]+==[\w.]+", line), f"{name}: {line}"


def test_continuous_integration_runs_the_test_command_of_the_readme():
    commands = [
        line for line in (ROOT / ".ci/run").read_text("utf8").splitlines() if line and not line.startswith(("#", "set"))
    ]
    assert commands == ["make test"]
    assert "make test" in (ROOT / "README.md").read_text("utf8")
