"""What live figures share: all of them wake, and a point on any picture of an episode is a step, for a mouse and for a finger."""

import re

import pytest
from playwright.sync_api import expect

from .figures import EPISODES, FIGURES, MODULES, assert_the_picture_stays_without_the_weights, awake


def test_every_element_has_a_figure_and_every_live_figure_its_element():
    assert set(FIGURES) == {module.stem for module in MODULES.glob("*.js")}
    assert EPISODES


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("element", FIGURES)
def test_it_wakes_on_its_page_and_on_a_page_of_its_own(visit, element, alone):
    place = FIGURES[element]
    page = visit().open(place.embedded if alone else f"{place.page}/")
    page.mouse.move(300, 300)
    figure = page.locator(f"[id='{place.name}']")
    figure.scroll_into_view_if_needed()
    expect(figure.locator(f"{element} > .live")).to_be_visible()
    expect(figure.locator(".fig-stage")).to_be_hidden()


@pytest.mark.parametrize("element", EPISODES)
def test_without_the_weights_the_static_picture_stays(visit, element):
    assert_the_picture_stays_without_the_weights(visit, element)


def opened(visit, element: str):
    """The page, its time slider, how many steps there are, and the pictures."""
    place = FIGURES[element]
    page = visit.open(f"{place.page}/")
    figure = awake(page, place.name)
    time = figure.get_by_role("slider", name=re.compile("^Time step"))
    pictures = figure.locator(".panels .plot").all()
    assert len(pictures) >= 6
    return page, time, int(time.get_attribute("max")) + 1, pictures


def point(picture, step: int, steps: int) -> dict[str, float]:
    """The middle of a step's column, from the picture's corner."""
    box = picture.bounding_box()
    return {"x": box["width"] * (step + 0.5) / steps, "y": box["height"] / 2}


@pytest.mark.parametrize("element", EPISODES)
def test_the_mouse_drags_time(visit, element):
    page, time, steps, pictures = opened(visit(), element)
    for number, picture in enumerate(pictures):
        picture.hover(position=point(picture, number, steps))
        page.mouse.down()
        expect(time).to_have_value(str(number))
        picture.hover(position=point(picture, steps - 1 - number, steps))
        page.mouse.up()
        expect(time).to_have_value(str(steps - 1 - number))


@pytest.mark.parametrize("element", EPISODES)
def test_a_finger_picks_a_step(visit, element):
    page, time, steps, pictures = opened(visit(390, touch=True), element)
    for number, picture in enumerate(pictures):
        picture.tap(position=point(picture, 2 * number + 1, steps))
        expect(time).to_have_value(str(2 * number + 1))
    assert f"time={2 * len(pictures) - 1}" in page.evaluate("location.hash")
