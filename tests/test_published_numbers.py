"""No published number changes unseen: facts, and the series of figures, are those of the ledger. `python -m tests.published` accepts new ones."""

import json
import re

import pytest

from explainers.kit.build import project
from tests import published

NEAR = 0.005  # another processor rounds otherwise
PIXEL = 0.5


def test_every_page_has_its_ledger_and_no_ledger_lost_its_page():
    there, wanted = {*published.LEDGER.glob("*.json")}, {published.place(page) for page in project.pages()}
    assert there == wanted, "`python -m tests.published` writes the ledger of each page, and removes that of a page that is gone."


@pytest.mark.parametrize("name", [page.name for page in project.pages()])
def test_what_is_published_is_what_was_read(figures, name):
    (page,) = project.chosen([name])
    wanted, found = json.loads(published.place(page).read_text("utf8")), published.numbers(page)
    told = [f"{where}: {new} instead of {old}" for where, old, new in differences(wanted, found)]
    assert not told, "\n".join([*told, "If this is meant: `python -m tests.published` accepts it."])


def differences(old: object, new: object, where: str = "") -> list[tuple[str, object, object]]:
    """What is not the same, to within NEAR of its size."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [found for name in sorted({*old, *new}) for found in differences(old.get(name), new.get(name), f"{where} {name}".strip())]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [found for place, (one, other) in enumerate(zip(old, new, strict=True)) for found in differences(one, other, f"{where}[{place}]")]
    if isinstance(old, str) and isinstance(new, str) and where.startswith(("claims ", "places ")):  # "largest over words 0.31 < 0.5", "12 40 middle query"
        one, other = (re.split(r"(-?\d[\d.]*(?:e-?\d+)?)", said) for said in (old, new))
        pairs = [(float(one), float(other)) for one, other in zip(one[1::2], other[1::2], strict=False)]
        near = all(abs(one - other) <= PIXEL if where.startswith("places ") else other == pytest.approx(one, rel=NEAR) for one, other in pairs)
        return [] if one[::2] == other[::2] and near else [(where, old, new)]
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (old, new))
    same = new == pytest.approx(old, rel=NEAR, abs=1e-5) if numbers else old == new
    return [] if same else [(where, old, new)]
