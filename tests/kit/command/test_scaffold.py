"""What a new page may be called, and where it stands in the navigation."""

import pytest
import yaml

from explainers.kit.build.project import Page
from explainers.kit.command import scaffold
from explainers.kit.errors import WrongUsage


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Memory/queue one", "is not a page's name. Write part/page in small letters, digits and underscores; memory/queue_one would do"),
        ("about/queue", "docs/about holds what has no modules. attention/queue would do"),
        ("labs/queue", "docs/labs holds what has no modules. attention/queue would do"),
        ("built/queue", "attention/queue would do"),
        ("checkpoints/queue", "the build writes to a folder checkpoints. attention/queue would do"),
        ("memory/class", "class is a word of Python. memory/the_class would do"),
        ("lambda/queue", "lambda is a word of Python. the_lambda/queue would do"),
    ],
)
def test_a_name_that_would_break_the_build_is_refused_and_another_offered(name, said):
    with pytest.raises(WrongUsage, match=said):
        scaffold.named(name)


def test_a_new_part_comes_before_about():
    text = scaffold.NAVIGATION.read_text("utf8")
    before, after = (titles(each) for each in (text, scaffold.with_line(text, Page("data_structures", "queue"), "Queue")))
    assert after == [*before[: before.index("About")], "Data structures", "About"]


def titles(navigation: str) -> list[str]:
    """The parts of the navigation, in order."""
    nav = navigation[navigation.index("nav:") : navigation.index("\ntheme:")]
    return [title for entry in yaml.safe_load(nav)["nav"] for title in entry]
