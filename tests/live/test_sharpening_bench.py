"""The live figure that sharpens in 32-bit numbers, as a reader uses it: mouse, keyboard, touch."""

import re

import pytest
import torch

from explainers.models import ntm
from explainers.tasks import training_trials

from .figures import FIGURES, live

PLACE = FIGURES["sharpening-bench"]
NAME = PLACE.name


def awake(page):
    """The figure, in view and awake."""
    figure = page.locator(f"[id='{NAME}']")
    page.mouse.move(300, 300)
    figure.scroll_into_view_if_needed()
    figure.get_by_role("slider", name="sharpening γ").wait_for()
    return figure


def given() -> dict:
    """What the build gave the figure."""
    return live("memory/training", "sharpening")["weightings"]


def shown(page) -> dict:
    """What the figure computes, and from what; what is no number comes as None."""
    return page.evaluate(
        """(({names, now, state}) => ({name: names[state.which], power: state.power, now: JSON.parse(JSON.stringify(now))}))(
             document.querySelector("sharpening-bench"))"""
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_both_ways_are_those_of_torch(visit, width):
    page = visit(width).open(PLACE.path)
    figure = awake(page)
    for name, weighting in given().items():
        figure.get_by_role("button", name=name, exact=True).click()
        for power in ("1", "7.3", "18", "33.3", "60", "151"):
            figure.get_by_role("slider", name="sharpening γ").fill(power)
            found = shown(page)
            assert found["name"] == name and found["power"] == pytest.approx(float(power))
            before, gamma = torch.tensor(weighting["data"]), torch.tensor(float(power))
            logs = ntm.sharpen(before, gamma)
            assert found["now"]["logarithms"]["weighting"] == pytest.approx(logs.tolist(), abs=1e-5)
            powers = training_trials.power(before, gamma)
            if powers.isnan().any():
                assert set(found["now"]["powers"]["weighting"]) == {None}
                assert "NaN" in figure.locator(".verdict").inner_text()
                continue
            assert "The two ways differ by" in figure.locator(".verdict").inner_text()
            if (before**gamma).sum() > 1e-36:  # below, digits go, and every library rounds in its own way
                assert found["now"]["powers"]["weighting"] == pytest.approx(powers.tolist(), abs=1e-5)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_begins_with_the_first_weighting_where_that_is_largest(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page)
    name, weighting = next(iter(given().items()))
    assert figure.get_by_role("button", name=name, exact=True).get_attribute("aria-pressed") == "true"
    assert shown(page)["name"] == name
    assert page.evaluate("document.querySelector('sharpening-bench').state.at") == torch.tensor(weighting["data"]).argmax()


def test_the_keyboard_turns_the_power_until_it_breaks(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page)
    figure.get_by_role("button", name="even over 128").click()
    slider = figure.get_by_role("slider", name="sharpening γ")
    slider.fill("21.4")
    assert shown(page)["now"]["powers"]["sum"] > 0
    slider.press("ArrowRight")
    assert shown(page)["now"]["powers"]["sum"] == 0
    assert "0 ÷ 0 = NaN" in figure.inner_text()
    assert "power=21.5" in page.evaluate("decodeURIComponent(location.hash)")


def test_a_touch_picks_a_location(visit):
    page = visit(390, touch=True).open(PLACE.path)
    figure = awake(page)
    figure.get_by_role("button", name="even over 128").tap()
    bars = figure.get_by_role("slider", name=re.compile("^by logarithms"))
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 5.5 / 128, box["y"] + box["height"] / 2)
    assert "at location 5:" in figure.inner_text()


def test_the_address_leads_back_to_the_state(visit):
    page = visit().open(f"{PLACE.embedded}#{NAME}:weighting=two locations&power=44.0&at=3")
    page.locator(f"[id='{NAME}']").get_by_role("slider", name="sharpening γ").wait_for()
    found = shown(page)
    assert (found["name"], found["power"]) == ("two locations", pytest.approx(44))


@pytest.mark.parametrize("state", ["weighting=none&power=x", "power=-3&at=900", "power=1e9"])
def test_a_broken_address_shows_the_first_state(visit, state):
    page = visit().open(f"{PLACE.embedded}#{NAME}:{state}")
    page.locator(f"[id='{NAME}']").get_by_role("slider", name="sharpening γ").wait_for()
    found = shown(page)
    assert (found["name"], found["power"]) == (next(iter(given())), 10)
