"""Dynamic n-grams in the browser: contexts, counts and predictions, step by step, of the recorded sequence and of new ones."""

import pytest
import torch
from playwright.sync_api import expect

from explainers.tasks import ngrams

from .figures import FIGURES, address, awake, live, slider

PLACE = FIGURES["ngram-scrubber"]
NAME = PLACE.name
DRAWN = 'async (seed) => (await import("../../assets/js/ui/counting.js")).drawBits(200, 5, seed)'


def said(figure) -> list[float | None]:
    """The chances of a one: of the optimal estimator, the machine, the LSTM."""
    cells = figure.locator(".said b").all_inner_texts()
    return [None if text == "–" else float(text) for text in cells]


def by_hand(bits: list[int], step: int) -> tuple[int, int]:
    """How often a zero and a one followed the context of a step before it."""
    context = bits[step - ngrams.ORDER : step]
    followed = [bits[now] for now in range(ngrams.ORDER, step) if bits[now - ngrams.ORDER : now] == context]
    return followed.count(0), followed.count(1)


def check_step(figure, bits: list[int], step: int) -> float:
    """The figure shows the right context, bit and counts at a step; what the optimal estimator says there."""
    slider(figure, "Step").fill(str(step + 1))
    shown = [int(text) for text in figure.locator(".strip .bit").all_inner_texts()]
    assert shown == bits[max(0, step - ngrams.ORDER) : step + 1]
    zeros, ones = by_hand(bits, step)
    seen = zeros + ones
    words = "Never seen before." if not seen else f"{zeros} × 0, {ones} × 1."
    assert words in figure.inner_text()
    return (ones + 0.5) / (seen + 1)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_recorded_sequence(visit, width):
    page = visit(width).open(PLACE.path)
    figure = awake(page, NAME)
    told = live("memory/ngrams", "inference")
    bits = [int(bit) for bit in told["bits"]]
    for step in (ngrams.ORDER, 60, 199):
        optimal = check_step(figure, bits, step)
        assert said(figure) == pytest.approx([optimal, told["machine"]["data"][step], told["lstm"]["data"][step]], abs=6e-4)


def test_before_there_is_a_context(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    slider(figure, "Step").fill("3")
    expect(figure.get_by_text("There are no 5 bits yet")).to_be_visible()
    expect(figure.get_by_role("button", name="same context again")).to_be_disabled()


def test_the_arrows_lead_to_the_largest_divergences(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    told = live("memory/ngrams", "inference")
    optimal, machine = (torch.tensor(told[key]["data"], dtype=torch.double) for key in ("optimal", "machine"))
    away = optimal * (optimal / machine).log2() + (1 - optimal) * ((1 - optimal) / (1 - machine)).log2()
    wanted = sorted(step + 1 for step in away.topk(2).indices.tolist())
    buttons = figure.get_by_role("button", name="Go to arrow")
    assert sorted(int(text.split()[1]) for text in buttons.all_inner_texts()) == wanted
    buttons.nth(1).click()
    assert int(slider(figure, "Step").input_value()) in wanted
    assert "step=" in address(page)


def test_from_visit_to_visit_by_keyboard(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    slider(figure, "Step").fill("100")
    context = figure.locator(".strip .bit").all_inner_texts()[: ngrams.ORDER]
    again = figure.get_by_role("button", name="same context again")
    again.focus()
    page.keyboard.press("Enter")
    assert int(slider(figure, "Step").input_value()) > 100
    assert figure.locator(".strip .bit").all_inner_texts()[: ngrams.ORDER] == context
    before = int(slider(figure, "Step").input_value())
    page.keyboard.press("ArrowRight")
    assert int(slider(figure, "Step").input_value()) == before + 1


def test_a_finger_picks_a_step(visit):
    page = visit(390, touch=True).open(PLACE.path)
    figure = awake(page, NAME)
    picture = figure.locator("canvas").nth(1)
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.505, box["y"] + box["height"] / 2)
    assert slider(figure, "Step").input_value() == "151"


@torch.no_grad()
def test_a_new_sequence_is_predicted_as_torch_does(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    figure.get_by_role("button", name="new sequence").click()
    expect(figure.get_by_text("Sequence 1, drawn here")).to_be_visible()
    bits = page.evaluate(DRAWN, 1)
    machine = ngrams.trained().predict(ngrams.seen(torch.tensor(bits).float()[:, None]))[:, 0, 0].sigmoid()
    for step in (20, 123, 199):
        optimal = check_step(figure, bits, step)
        found = said(figure)
        assert found[2] is None
        assert found[:2] == pytest.approx([optimal, float(machine[step])], abs=6e-4)
    page.reload(wait_until="networkidle")
    expect(figure.get_by_text("Sequence 1, drawn here")).to_be_visible()
    figure.get_by_role("button", name="as recorded").click()
    assert "seed" not in address(page)


def test_without_the_weights_the_recorded_sequence_stays(visit):
    opened = visit()
    opened.page.route("**/*.safetensors", lambda route: route.abort())
    page = opened.open(PLACE.embedded)
    figure = awake(page, NAME)
    figure.get_by_role("button", name="new sequence").click()
    expect(figure.get_by_text("The machine could not be loaded.")).to_be_visible()
    assert said(figure)[2] is not None
    opened.complaints.clear()
