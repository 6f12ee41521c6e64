"""What the figures of all episodes share: a point on any of their pictures is a step, for a mouse and for a finger."""

import re

import pytest
from playwright.sync_api import expect

from .test_memory_figures import awake

PAGES = ("memory/copy", "memory/repeat_copy", "memory/recall", "memory/sort")


def opened(visit, path: str):
    """The page, its time slider, how many steps there are, and the pictures."""
    page = visit.open(f"{path}/")
    figure = awake(page, f"{path.replace('/', '.')}.memory_use")
    time = figure.get_by_role("slider", name=re.compile("^Time step"))
    pictures = figure.locator(".panels .plot").all()
    assert len(pictures) >= 6
    return page, time, int(time.get_attribute("max")) + 1, pictures


def point(picture, step: int, steps: int) -> dict[str, float]:
    """The middle of a step's column, from the picture's corner."""
    box = picture.bounding_box()
    return {"x": box["width"] * (step + 0.5) / steps, "y": box["height"] / 2}


@pytest.mark.parametrize("path", PAGES)
def test_the_mouse_drags_time(visit, path):
    page, time, steps, pictures = opened(visit(), path)
    for number, picture in enumerate(pictures):
        picture.hover(position=point(picture, number, steps))
        page.mouse.down()
        expect(time).to_have_value(str(number))
        picture.hover(position=point(picture, steps - 1 - number, steps))
        page.mouse.up()
        expect(time).to_have_value(str(steps - 1 - number))


@pytest.mark.parametrize("path", PAGES)
def test_a_finger_picks_a_step(visit, path):
    page, time, steps, pictures = opened(visit(390, touch=True), path)
    for number, picture in enumerate(pictures):
        picture.tap(position=point(picture, 2 * number + 1, steps))
        expect(time).to_have_value(str(2 * number + 1))
    assert f"time={2 * len(pictures) - 1}" in page.evaluate("location.hash")
