"""The live figure of priority sort, as a reader uses it."""

import re

import pytest

from explainers.tasks import sort

from .figures import FIGURES, address, awake, live, slider

PLACE = FIGURES["sort-scrubber"]
NAME = PLACE.name


def wrong_bits(figure) -> int:
    """How many bits the figure calls wrong; where there are such, it says so in the colour of what is wrong."""
    result = figure.locator(".result")
    text = result.inner_text()
    count = 0 if "no bit is wrong" in text else int(re.search(r"(\d+) of \d+ bits are wrong", text)[1])
    assert ("wrong" in result.get_attribute("class").split()) == (count > 0)
    return count


@pytest.mark.parametrize("width", [1280, 390])
def test_the_browser_sorts_as_the_build_did_and_time_moves_with_the_keyboard(visit, width):
    page = visit(width).open(PLACE.path)
    figure = awake(page, NAME)
    assert wrong_bits(figure) == sort.run(0).wrong_bits
    time = slider(figure, "Time step")
    before = int(time.input_value())
    time.focus()
    page.keyboard.press("ArrowRight")
    assert int(time.input_value()) == before + 1
    assert f"time={before + 1}" in address(page)


def test_a_vector_with_the_highest_priority_is_wanted_first(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    slider(figure, "Vector").fill("7")
    slider(figure, "its priority").fill("1")
    slider(figure, "Time step").fill(str(sort.SHOWN + 1))
    assert "gives answer 1; vector 7, priority 1.00, is wanted" in figure.inner_text()
    assert address(page).count(",") == sort.SHOWN - 1
    wanted = figure.locator("tr", has=page.get_by_role("rowheader", name="wanted")).locator("td").all_inner_texts()
    assert [int(text) for text in wanted] == live("memory/sort", "memory_use")["vectors"][6]


def test_every_answer_says_where_its_vector_lies(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    slider(figure, "Time step").fill("4")
    assert re.search(r"takes in vector 5 of 20, priority [−\d.]+, the (\d+(nd|rd|th) )?highest", figure.inner_text())
    assert "It writes vector 5 there." in figure.inner_text()


def test_a_link_opens_the_sequence_and_a_broken_one_the_recorded(visit):
    own = ",".join(str(place / 20) for place in range(sort.SHOWN))
    for state, wanted in ((f"time=21&seed=3&priorities={own}", "vector 20, priority 0.95"), ("time=21&priorities=2,1", "answer 1")):
        page = visit().open(f"{PLACE.embedded}#{NAME}:{state}")
        figure = page.locator(f"[id='{NAME}']")
        figure.get_by_role("button", name="as recorded").wait_for()
        assert wanted in figure.inner_text()


def test_new_vectors_and_back(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    figure.get_by_role("button", name="new vectors").click()
    assert "seed=1" in address(page)
    figure.get_by_role("button", name="as recorded").click()
    assert "seed" not in address(page)
