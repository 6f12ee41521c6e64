"""The live figures of the site, by their elements, and what a reader does with one of them first."""

import json
import re
from dataclasses import dataclass

from explainers.kit.build import project
from explainers.kit.files import ROOT

MODULES = ROOT / "docs/assets/js/live"


@dataclass(frozen=True)
class Place:
    """A live figure: its full name, `memory.copy.memory_use`, and the page of its module, `memory/copy`."""

    name: str
    page: str

    @property
    def path(self) -> str:
        """Where a reader meets it: among the text of its page."""
        return f"{self.page}/"

    @property
    def embedded(self) -> str:
        """The page that holds this figure and nothing else."""
        return f"built/{self.page}.{self.name.rsplit('.', 1)[1]}.html"


FIGURES = {marked.live: Place(page.full(marked), page.name) for page in project.pages() for marked in project.marked(page) if marked.live}
# A point on any picture of these is a step of an episode.
EPISODES = [element for element in FIGURES if "extends EpisodeScrubber" in (MODULES / f"{element}.js").read_text("utf8")]


def awake(page, name: str):
    """A live figure, in view and awake."""
    figure = page.locator(f"[id='{name}']")
    page.mouse.move(300, 300)
    figure.scroll_into_view_if_needed()
    figure.get_by_role("button", name="as recorded").wait_for()
    return figure


def live(page_name: str, figure: str) -> dict:
    """What the build gave the figure. Called within tests only: the site they visit is built by then."""
    return json.loads((ROOT / f"docs/built/{page_name}.{figure}.json").read_text())["layout"]["meta"]["live"]


def address(page) -> str:
    """What stands after the # in the address."""
    return page.evaluate("decodeURIComponent(decodeURIComponent(location.hash))")


def slider(figure, name: str):
    """The slider whose name begins so."""
    return figure.get_by_role("slider", name=re.compile(f"^{name}", re.IGNORECASE))


def assert_the_picture_stays_without_the_weights(visit, element: str) -> None:
    """A figure that runs a machine as it wakes says that it cannot, below its static picture."""
    opened, place = visit(), FIGURES[element]
    opened.page.route("**/*.safetensors", lambda route: route.abort())
    page = opened.open(place.embedded)
    page.mouse.move(300, 300)
    figure = page.locator(f"[id='{place.name}']")
    figure.scroll_into_view_if_needed()
    figure.get_by_role("status").or_(figure.locator(".live-error")).first.wait_for()
    assert figure.locator("svg.wide").is_visible()
    opened.complaints.clear()
