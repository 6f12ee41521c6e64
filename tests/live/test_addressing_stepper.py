"""The live figure that addresses a memory step by step, as a reader uses it."""

import re

import pytest
import torch
from playwright.sync_api import expect

from explainers.studies import sort_memory
from explainers.tasks import sort

from .figures import FIGURES, assert_the_picture_stays_without_the_weights, awake, live

PLACE = FIGURES["addressing-stepper"]
STEPPER = PLACE.name


def first_factor(term: str) -> float:
    """The first number of a product, as figures write it; a power of ten stands there only for what is next to nothing."""
    return 0.0 if "·10⁻" in term else float(term.split("·")[0].replace("−", "-"))


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("preset", ["pure content", "pure location", "hold", "jump and shift", "around the end"])
def test_after_every_preset_the_stages_are_distributions(visit, preset, width):
    page = visit(width).open(PLACE.embedded)
    figure = awake(page, STEPPER)
    figure.get_by_role("button", name=preset).click()
    sums = re.findall(r"sum (\d\.\d+)", figure.inner_text())
    assert len(sums) >= 5
    assert set(sums) == {"1.000"}


def test_around_the_end_the_weight_comes_back_in(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, STEPPER)
    figure.get_by_role("button", name="around the end").click()
    places = [int(place) for place in re.findall(r"sum 1\.000 · largest \d\.\d+ at (\d+)", figure.inner_text())]
    assert {places[0], places[-1]} == {0, 127}


def test_the_stepper_highlights_the_line_that_runs(visit):
    page = visit().open(PLACE.path)
    figure = awake(page, STEPPER)
    for digit in "③④⑥⑦":
        figure.locator(f"button:has([data-digit='{digit}'])").click()
        lit = page.locator(".listing .now").all_inner_texts()
        assert lit
        assert all(digit in line for line in lit)


def test_a_deep_link_opens_the_step(visit):
    page = visit().open(f"{PLACE.path}#{STEPPER}:step=3&time=7&head=write")
    figure = page.locator(f"[id='{STEPPER}']")
    figure.get_by_role("button", name="as recorded").wait_for()
    assert page.locator(".listing .now").first.inner_text().count("③") == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_the_stepper_shows_the_machine_of_another_task(visit, width):
    opened = visit(width)
    page = opened.open(PLACE.path)
    figure = awake(page, STEPPER)
    _, *others = live("memory/addressing", "stages")["tasks"]
    for task in [*others, others[0]]:
        name, (doing, _) = task["title"], task["phases"][-1]
        figure.get_by_role("button", name=name, exact=True).click()
        page.wait_for_url(f"**/#{STEPPER}:task={task['checkpoint']}&**")
        expect(figure.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")
        expect(figure.locator(".happening")).to_contain_text(f"The machine {doing}: step")
        assert set(re.findall(r"sum (\d\.\d+)", figure.inner_text())) == {"1.000"}
    page.reload(wait_until="networkidle")
    expect(figure.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_machine_with_two_write_heads(visit, width):
    """Each can be chosen; the memory shows what both do, and the arithmetic has a term for each."""
    step, feature = 23, 0
    inputs = torch.tensor(live("memory/addressing", "stages")["tasks"][-1]["inputs"])[:, None]
    with torch.no_grad():
        _, trace = sort.trained()(inputs)
    writing = trace.addressing.weighting[step, 0, sort_memory.FIRST :]
    location = int(writing[1].argmax())
    page = visit(width).open(f"{PLACE.path}#{STEPPER}:task=sort&step=6&time={step}&head=write2&location={location}")
    figure = page.locator(f"[id='{STEPPER}']")
    figure.get_by_role("slider", name=re.compile("Time step")).wait_for()
    expect(figure.get_by_role("button", name="sort", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(figure.get_by_role("button", name="write 2")).to_have_attribute("aria-pressed", "true")
    expect(figure.get_by_text("weighting of write head 2 of 2")).to_be_visible()
    kept = (1 - writing[:, location] * trace.erase[step, 0, :, feature]).prod()
    erased = float(trace.memory_before[step, 0, location, feature] * kept)
    terms = re.split(r" [+=] ", figure.locator(".numbers").inner_text())
    wanted = [erased, float(writing[1, location]), float(writing[0, location]), float(trace.memory_after[step, 0, location, feature])]
    assert [first_factor(term) for term in terms] == pytest.approx(wanted, abs=0.006)
    figure.get_by_role("button", name="write 1").click()
    assert "head=write1" in page.url


def test_without_the_weights_the_static_picture_stays(visit):
    assert_the_picture_stays_without_the_weights(visit, "addressing-stepper")
