"""Whether everybody can use the pages, by Lighthouse's mobile preset.

How fast they are on a slow phone, Lighthouse takes from timings: `tests.measure` does that on a quiet machine.
"""

import pytest

from tests.browser import OTHERS, PAGES
from tests.measure import lighthouse_scores


@pytest.mark.parametrize("path", PAGES + OTHERS)
def test_lighthouse_finds_the_page_usable(site, path):
    assert lighthouse_scores(site + path, "accessibility") == {"accessibility": 100}
