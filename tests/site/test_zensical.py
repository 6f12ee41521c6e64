"""The site would survive a move to Zensical: the same pages, figures, numbers and formulas come out there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from explainers.kit.files import ROOT
from tests.browser import PAGES


def content(page: Path) -> dict[str, list[str]]:
    """What matters in a built page."""
    text = re.search(r"<article.*?</article>", page.read_text("utf8"), flags=re.S)[0]
    return {
        "facts": re.findall(r'<span[^>]*data-fact="([^"]+)"[^>]*>([^<]*)</span>', text),
        "claims": re.findall(r'data-claim="([^"]+)"', text),
        "figures": re.findall(r'<figure[^>]*data-figure="([^"]+)"', text),
        "formulas": re.findall(r"<math.*?</math>", text, flags=re.S),
    }


def test_zensical_builds_the_same_content(site, tmp_path):
    for name in ("docs", "explainers", "overrides"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    text = (ROOT / "mkdocs.yml").read_text("utf8")
    plugins = re.search(r"^plugins:\n(?:[ \t]+.*\n)+", text, flags=re.M)[0]
    (tmp_path / "mkdocs.yml").write_text(text.replace(plugins, "plugins: [search]\n"), "utf8")
    program = Path(sys.executable).parent / "zensical"
    done = subprocess.run(
        [program, "build"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for path in PAGES:
        ours = content(ROOT / "site" / path / "index.html")
        assert ours["figures"], path
        assert content(tmp_path / "site" / path / "index.html") == ours
