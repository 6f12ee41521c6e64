"""The copy task in the browser: the recorded pattern, and patterns that the reader draws, by mouse, keyboard, touch and link."""

import re

import pytest
import torch
from playwright.sync_api import expect

from explainers.tasks import copy
from tests.browser import violations

from .figures import FIGURES, awake, live

PLACE = FIGURES["copy-scrubber"]
SCRUBBER = PLACE.name
ALTERNATING = ["aa" if vector % 2 else "55" for vector in range(20)]
PATTERNS = [
    "80",
    "8f01c3",
    "00ff00ff00",
    "".join(ALTERNATING),
    "0180" * 5,
    "".join(f"{37 * vector % 256:02x}" for vector in range(50)),
]


def board(visit, **options):
    """The figure with its grid open, and the page of it."""
    page = visit(**options).open(PLACE.path if options else PLACE.embedded)
    figure = awake(page, SCRUBBER)
    figure.get_by_role("button", name="draw your own").click()
    return page, figure


def opened(visit, state: str, **options):
    """The figure as a link leads to it."""
    page = visit(**options).open(f"{PLACE.embedded}#{SCRUBBER}:{state}")
    figure = page.locator(f"[id='{SCRUBBER}']")
    figure.get_by_role("button", name="as recorded").wait_for()
    return figure


def cell(figure, vector: int, bit: int):
    """A cell of the grid, both counted from 1."""
    return figure.get_by_role("gridcell", name=re.compile(f"^vector {vector}, bit {bit}:"))


def middle(figure, vector: int, bit: int) -> tuple[float, float]:
    """Where in the window a cell is."""
    box = cell(figure, vector, bit).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drawn(page) -> str:
    """The pattern in the address."""
    return re.search(r"drawn=(\w+)", page.evaluate("location.hash"))[1]


def bits(text: str) -> list[list[int]]:
    """The vectors that an address names."""
    return [[int(bit) for bit in f"{byte:08b}"] for byte in bytes.fromhex(text)]


def on_grid(figure) -> list[list[int]]:
    """The vectors on the grid."""
    rows = figure.locator(".bit-grid [role=row]").evaluate_all(
        "(rows) => rows.map((row) => [...row.children].map((cell) => Number(cell.getAttribute('aria-label').at(-1))))"
    )
    return [list(vector) for vector in zip(*rows, strict=True)]


@torch.no_grad()
def verdict(text: str) -> str:
    """What the figure must say of a pattern, by torch."""
    targets = torch.tensor(bits(text), dtype=torch.float)
    length = len(targets)
    inputs = torch.zeros(2 * length + 1, 1, copy.BITS + 1)
    inputs[:length, 0, : copy.BITS] = targets
    inputs[length, 0, copy.BITS] = 1
    wrong = (copy.trained().predict(inputs)[length + 1 :, 0] > 0) != targets.bool()
    count = int(wrong.sum())
    sequence = f"{length} vector{'s' * (length != 1)}, {length * copy.BITS} bits"
    if not count:
        return f"{sequence}: none comes back wrong."
    first = int(wrong.any(-1).float().argmax()) + 1
    if count == 1:
        return f"{sequence}: 1 comes back wrong, in vector {first}."
    return f"{sequence}: {count} come back wrong, the first in vector {first}."


@pytest.mark.parametrize("width", [1280, 390])
def test_the_scrubber_moves_with_the_keyboard(visit, width):
    page = visit(width).open(PLACE.path)
    figure = awake(page, SCRUBBER)
    time = figure.get_by_role("slider", name=re.compile("Time step"))
    before = int(time.input_value())
    time.focus()
    page.keyboard.press("ArrowRight")
    assert int(time.input_value()) == before + 1
    assert f"time={before + 1}" in page.evaluate("decodeURIComponent(location.hash)")


def test_the_scrubber_shows_what_the_machine_gives_back(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, SCRUBBER)
    assert "none comes back wrong" in figure.inner_text()
    targets = live("memory/copy", "memory_use")["targets"]
    time = figure.get_by_role("slider", name=re.compile("Time step"))
    for place in (0, 7, 19):
        time.fill(str(len(targets) + 1 + place))
        wanted = figure.locator("tr", has=page.get_by_role("rowheader", name="output")).first.locator("td").all_inner_texts()
        assert [int(text.split()[0]) for text in wanted] == targets[place]


def test_a_new_pattern_and_back(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, SCRUBBER)
    figure.get_by_role("button", name="new pattern").click()
    assert "seed=1" in page.evaluate("decodeURIComponent(location.hash)")
    figure.get_by_role("button", name="as recorded").click()
    assert "seed" not in page.evaluate("decodeURIComponent(location.hash)")


def test_a_sequence_of_fifty_is_copied_in_the_browser(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, SCRUBBER)
    figure.get_by_role("button", name="or longer 50").click()
    assert "50 vectors, 400 bits: none comes back wrong" in figure.inner_text()


@pytest.mark.parametrize("text", PATTERNS)
def test_the_counts_are_those_of_torch(visit, text):
    figure = opened(visit, f"drawn={text}")
    assert figure.locator(".result").inner_text() == verdict(text)


@pytest.mark.parametrize("width", [1280, 390])
def test_drawing_with_the_mouse(visit, width):
    page, figure = board(visit, width=width)
    before = on_grid(figure)
    assert before == live("memory/copy", "memory_use")["targets"]
    time = figure.get_by_role("slider", name=re.compile("Time step")).input_value()
    wanted = [list(vector) for vector in before]
    value = 1 - before[1][2]
    cell(figure, 2, 3).scroll_into_view_if_needed()
    page.mouse.move(*middle(figure, 2, 3))
    page.mouse.down()
    page.mouse.move(*middle(figure, 8, 3))  # at one go: no cell on the way is left out
    page.mouse.move(*middle(figure, 8, 6), steps=4)
    page.mouse.up()
    page.mouse.move(*middle(figure, 3, 8))  # the button is up: this paints nothing
    for vector, bit in [*((vector, 3) for vector in range(2, 9)), (8, 4), (8, 5), (8, 6)]:
        wanted[vector - 1][bit - 1] = value
    assert on_grid(figure) == wanted == bits(drawn(page))
    assert figure.locator(".result").inner_text() == verdict(drawn(page))
    assert figure.get_by_role("slider", name=re.compile("Time step")).input_value() == time


def test_drawing_with_the_keyboard(visit):
    page, figure = board(visit)
    figure.get_by_role("button", name="clear").click()
    assert figure.locator(".bit[tabindex='0']").count() == 1
    figure.get_by_role("button", name="draw your own").focus()
    page.keyboard.press("Tab")  # as recorded
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("aria-label", "vector 1, bit 1: 0")
    for keys, said in [
        (["Space"], "vector 1, bit 1: 1"),
        (["ArrowRight", "ArrowRight", "ArrowDown", "Enter"], "vector 3, bit 2: 1"),
        (["End", "Space"], "vector 20, bit 2: 1"),
        (["ArrowRight", "ArrowDown"], "vector 20, bit 3: 0"),
        (["Control+Home", "ArrowUp", "ArrowLeft"], "vector 1, bit 1: 1"),
        (["Space"], "vector 1, bit 1: 0"),
    ]:
        for key in keys:
            page.keyboard.press(key)
        expect(focused).to_have_attribute("aria-label", said)
    assert drawn(page) == "000040" + "00" * 16 + "40"
    assert figure.locator(".said").inner_text() == "vector 1, bit 1: 0"
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("clear")


def test_drawing_by_touch(visit):
    page, figure = board(visit, width=390, touch=True)
    figure.get_by_role("button", name="clear").tap()
    cell(figure, 12, 1).click(trial=True)  # scrolls there, and waits until nothing moves any more
    top = page.evaluate("scrollY")
    finger = page.context.new_cdp_session(page)
    way = [middle(figure, 12, bit) for bit in range(1, 9)]

    def touch(kind: str, *points) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", way[0])
    for place in way[1:]:
        touch("touchMove", place)
    touch("touchEnd")
    assert drawn(page) == "00" * 11 + "ff" + "00" * 8
    assert page.evaluate("scrollY") == top
    cell(figure, 12, 3).tap()
    assert drawn(page) == "00" * 11 + "df" + "00" * 8


def test_buttons_and_length(visit):
    page, figure = board(visit)
    before = on_grid(figure)
    length = figure.get_by_role("slider", name=re.compile("Length"))
    figure.get_by_role("button", name="invert").click()
    assert bits(drawn(page)) == [[1 - bit for bit in vector] for vector in before]
    for name in ("letters", "a smile", "a diagonal"):
        figure.get_by_role("button", name=name).click()
        assert figure.locator(".result").inner_text() == verdict(drawn(page))
    figure.get_by_role("button", name="a diagonal").click()
    length.fill("2")
    length.fill("4")
    assert drawn(page) == "80400000"
    figure.get_by_role("button", name="as recorded").click()
    assert on_grid(figure) == before
    assert "drawn" not in page.url
    figure.get_by_role("button", name="new pattern").click()
    assert "length=20&seed=1" in page.url
    expect(figure.locator(".bit-grid")).to_be_visible()


def test_a_pattern_too_long_for_the_grid(visit):
    page, figure = board(visit)
    figure.get_by_role("button", name="or longer 50").click()
    expect(figure.locator(".bit-grid")).to_be_hidden()
    figure.get_by_role("button", name="draw your own").click()
    assert len(on_grid(figure)) == len(bits(drawn(page))) == 20
    expect(figure.get_by_text("the first of the 50")).to_be_visible()


def test_play_shows_what_was_drawn_from_the_start(visit):
    page, figure = board(visit, calm=True)
    figure.get_by_role("button", name="a diagonal").click()
    figure.get_by_role("button", name="Play").click()
    assert int(figure.get_by_role("slider", name=re.compile("Time step")).input_value()) <= 2
    figure.get_by_role("button", name="Pause").click()
    assert "time=" in page.url and drawn(page) == "8040201008040201" * 2 + "80402010"


def test_a_link_restores_pattern_and_time(visit):
    figure = opened(visit, "time=5&drawn=8F01c3")
    assert on_grid(figure) == bits("8f01c3")
    assert figure.get_by_role("slider", name=re.compile("Time step")).input_value() == "5"
    figure.page.keyboard.press("Escape")
    cell(figure, 1, 2).click()
    assert figure.page.url.endswith("time=5&drawn=cf01c3")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("00" * 6, "no 1 in this pattern"),
        ("ff" * 20, "Every bit of this pattern is 1"),
    ],
)
def test_empty_and_full_patterns_are_run_and_remarked_on(visit, text, said):
    figure = opened(visit, f"drawn={text}")
    expect(figure.get_by_role("status").filter(has_text=said)).to_be_visible()
    assert figure.locator(".result").inner_text() == verdict(text)
    cell(figure, 1, 1).click()
    expect(figure.get_by_text(said)).to_be_hidden()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cannot be read"),
        ("8f0", "cannot be read"),
        ("8g", "cannot be read"),
        ("%zz", "cannot be read"),
        ("8f 01", "cannot be read"),
        ("01" * 121, "has 121 vectors; no more than 120"),
    ],
)
def test_a_broken_link_shows_the_recorded_sequence_and_says_so(visit, text, said):
    figure = opened(visit, f"time=3&drawn={text}")
    expect(figure.get_by_role("status").filter(has_text=said)).to_be_visible()
    expect(figure.get_by_role("button", name="as recorded")).to_be_disabled()
    figure.get_by_role("button", name="draw your own").click()
    assert on_grid(figure) == live("memory/copy", "memory_use")["targets"]
    figure.get_by_role("button", name="new pattern").click()
    expect(figure.get_by_text(said)).to_be_hidden()


def test_the_longest_link(visit):
    text = "".join(f"{59 * vector % 255 + 1:02x}" for vector in range(120))
    figure = opened(visit, f"drawn={text}")
    assert "120 vectors, 960 bits" in figure.locator(".result").inner_text()
    expect(figure.locator(".bit-grid")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_twenty_vectors_fit_a_phone(visit, scheme):
    page, figure = board(visit, width=390, scheme=scheme, touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = figure.locator(".bit").evaluate_all("(cells) => cells.map((cell) => cell.getBoundingClientRect().toJSON())")
    assert len(boxes) == 20 * copy.BITS
    assert min(min(box["width"], box["height"]) for box in boxes) >= 24
    assert min(box["left"] for box in boxes) >= 0 and max(box["right"] for box in boxes) <= 390
    places = {(round(box["left"]), round(box["top"])) for box in boxes}
    assert len(places) == len(boxes)
    assert violations(page, "copy-scrubber") == []
