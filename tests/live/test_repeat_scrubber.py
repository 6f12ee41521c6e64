"""Repeat copy in the browser: other lengths, more copies than in training, and what is said of a jump."""

import re

import pytest

from .figures import FIGURES, address, awake, live, slider

PLACE = FIGURES["repeat-scrubber"]
NAME = PLACE.name


def told() -> tuple[int, int]:
    """Length and repeats of the recorded episode."""
    settings = live("memory/repeat_copy", "memory_use")["settings"]
    return settings["length"], settings["repeats"]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_recorded_answer_is_right_and_time_moves_with_the_keyboard(visit, width):
    page = visit(width).open(PLACE.path)
    figure = awake(page, NAME)
    length, repeats = told()
    assert f"{length} vectors, {repeats} times: no bit is wrong; it says that it is done when it is." in figure.inner_text()
    assert "wrong" not in figure.locator(".result").get_attribute("class").split()
    time = slider(figure, "Time step")
    assert int(time.input_value()) == 2 * length + 1
    time.focus()
    page.keyboard.press("ArrowRight")
    assert int(time.input_value()) == 2 * length + 2
    assert "time=" in address(page)


def test_the_jump_is_said_in_words(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    length, repeats = told()
    slider(figure, "Time step").fill(str(2 * length + 1))
    text = figure.inner_text()
    assert f"The machine gives copy 2 of {repeats}, vector 1 of {length}." in text
    found = re.search(r"There lies vector 1\. It jumps from location (\d+) to (\d+), by content", text)
    used = live("memory/repeat_copy", "memory_use")["used"]
    assert found and [int(place) for place in found.groups()] == [used[length], used[1]]


@pytest.mark.parametrize(("length", "repeats"), [(1, 1), (3, 10), (20, 2)])
def test_other_shapes(visit, length, repeats):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    slider(figure, "Vectors").fill(str(length))
    slider(figure, "Copies asked for").fill(str(repeats))
    assert f"{length} vector{'s' * (length > 1)}, {repeats} time{'s' * (repeats > 1)}" in figure.inner_text()
    assert f"length={length}&repeats={repeats}&seed=0" in address(page)
    assert slider(figure, "Time step").get_attribute("max") == str(length + 1 + length * repeats)


def test_twenty_copies_are_too_many(visit):
    page = visit().open(f"{PLACE.embedded}#{NAME}:time=3&length=5&repeats=20&seed=1")
    figure = page.locator(f"[id='{NAME}']")
    figure.get_by_role("button", name="as recorded").wait_for()
    text = figure.inner_text()
    assert "5 vectors, 20 times, more than in training" in text
    assert "it never says that it is done" in text or "it says that it is done after" in text
    assert "when it is." not in text


def test_new_bits_and_back(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    figure.get_by_role("button", name="new bits").click()
    assert "seed=1" in address(page)
    figure.get_by_role("button", name="as recorded").click()
    assert "seed" not in address(page)
