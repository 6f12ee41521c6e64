"""What the site's build costs grows with the number of pages, and not faster: the calls are counted, no time is taken."""

import json
import sys
from pathlib import Path

from markdown import Markdown

from explainers.kit.build import builder, project
from explainers.kit.site import records
from tests.synthetic import write

KIT = str(Path(project.__file__).parents[1])
MODULE = '''"""A page."""
from explainers.kit.build.marks import claim, fact
three = fact("Three.", lambda run: 3)
def subject(run):
    """Nothing."""
@claim
def holds(run):
    """It holds."""
'''


def calls(root: Path, pages: int, monkeypatch) -> int:
    """How many functions of the kit are called to publish and to write so many pages, each of which quotes itself and the next."""
    for module, names in ((project, ("PAGES", "DOCS", "BUILT")), (records, ("DOCS", "BUILT")), (builder, ("BUILT",))):
        for name in names:
            monkeypatch.setattr(module, name, root / name)
    for number in range(pages):
        write(root / "PAGES" / "many" / f"page_{number}.py", MODULE)
        write(root / "DOCS" / "many" / f"page_{number}.md", "")
    records.of_this_build.cache_clear()
    count = 0

    def counted(frame, event, _):
        nonlocal count
        count += event == "call" and frame.f_code.co_filename.startswith(KIT)

    sys.setprofile(counted)
    try:
        for page in project.pages():
            told = {"text": "Said.", "source": "", "mark": "fact", "value": 3}
            record = {"sources": project.digest_of_sources(page), "files": {}, "facts": {"three": told}, "claims": {"holds": told | {"mark": "claim"}}}
            builder.publish(page, {f"{page.name}.json": json.dumps(record).encode()})
        for number in range(pages):
            names = [f"many.page_{each % pages}" for each in (number, number + 1)]
            text = " ".join(f"{{{{ {name}.three }}}} {{{{ claim {name}.holds }}}}" for name in names)
            assert Markdown(extensions=["explainers.kit.site.markdown"]).convert(text).count("data-fact") == 2
    finally:
        sys.setprofile(None)
        records.of_this_build.cache_clear()
    return count


def test_twice_as_many_pages_cost_no_more_than_twice_as_much(tmp_path, monkeypatch):
    calls(tmp_path / "first", 2, monkeypatch)  # reads the kit
    five, ten = (calls(tmp_path / str(pages), pages, monkeypatch) for pages in (5, 10))
    assert ten <= 2 * five
