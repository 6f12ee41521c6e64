"""Associative recall in the browser: other lists, other queries, and what is said of the heads."""

import pytest

from explainers.tasks import recall

from .figures import FIGURES, address, awake, live, slider

PLACE = FIGURES["recall-scrubber"]
NAME = PLACE.name


@pytest.mark.parametrize("width", [1280, 390])
def test_the_recorded_answer_is_right_and_time_moves_with_the_keyboard(visit, width):
    page = visit(width).open(PLACE.path)
    figure = awake(page, NAME)
    assert "all its bits are right" in figure.inner_text()
    time = slider(figure, "Time step")
    assert int(time.input_value()) == recall.query_steps(recall.MOST).stop
    time.focus()
    page.keyboard.press("ArrowRight")
    assert int(time.input_value()) == recall.answer_steps(recall.MOST).start
    assert "time=" in address(page)


def test_the_table_shows_the_answer(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    told = live("memory/recall", "memory_use")
    first = recall.ITEM * told["settings"]["asked"]
    for vector in range(recall.ITEM):
        slider(figure, "Time step").fill(str(recall.answer_steps(recall.MOST).start + vector))
        cells = figure.locator("tr", has=page.get_by_role("rowheader", name="output")).first.locator("td")
        assert [int(text.split()[0]) for text in cells.all_inner_texts()] == told["vectors"][first + vector]


def test_the_jump_is_said_in_words(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    asked = live("memory/recall", "memory_use")["settings"]["asked"]
    slider(figure, "Time step").fill(str(recall.query_steps(recall.MOST).stop))
    assert f"There lies vector 1 of item {asked + 1}, the item after the one asked for." in figure.inner_text()
    slider(figure, "Time step").fill(str(recall.item_steps(2).start))
    assert "It writes vector 1 of item 3 there, one location after the vector before." in figure.inner_text()


@pytest.mark.parametrize("items", [2, 12, 20])
def test_every_item_with_a_successor_can_be_asked_for(visit, items):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    slider(figure, "Items").fill(str(items))
    asked = slider(figure, "ask for item")
    assert asked.get_attribute("max") == str(items - 1)
    asked.fill(str(items - 1))
    assert f"{items} items, asked for item {items - 1}. The answer should be item {items}" in figure.inner_text()
    assert f"items={items}&asked={items - 1}&seed=0" in address(page)
    assert slider(figure, "Time step").get_attribute("max") == str(recall.answer_steps(items).stop - 1)


def test_a_link_opens_the_list_and_a_broken_one_the_recorded(visit):
    links = {"time=3&items=9&asked=8&seed=4": "9 items, asked for item 8", "items=9&asked=9&seed=4": "6 items"}
    for state, wanted in links.items():
        page = visit().open(f"{PLACE.embedded}#{NAME}:{state}")
        figure = page.locator(f"[id='{NAME}']")
        figure.get_by_role("button", name="as recorded").wait_for()
        assert wanted in figure.inner_text()


def test_new_bits_and_back(visit):
    page = visit().open(PLACE.embedded)
    figure = awake(page, NAME)
    figure.get_by_role("button", name="new bits").click()
    assert "seed=1" in address(page)
    figure.get_by_role("button", name="as recorded").click()
    assert "seed" not in address(page)


def test_the_keys_go_to_the_ends_of_the_memory_and_no_further(visit):
    figure = awake(visit().open(PLACE.embedded), NAME)
    grid = figure.get_by_role("grid", name="memory after this step")
    rows, columns = (int(grid.get_attribute(name)) for name in ("aria-rowcount", "aria-colcount"))
    assert rows != columns
    cell = grid.get_by_role("gridcell")
    cell.focus()

    def at() -> tuple[int, int]:
        return int(grid.get_by_role("row").get_attribute("aria-rowindex")), int(cell.get_attribute("aria-colindex"))

    for key, times, wanted in (
        ("ArrowDown", rows + 1, (rows, 1)),
        ("ArrowRight", columns + 1, (rows, columns)),
        ("Home", 1, (rows, 1)),
        ("End", 1, (rows, columns)),
        ("ArrowUp", rows + 1, (1, columns)),
        ("ArrowLeft", columns + 1, (1, 1)),
    ):
        for _ in range(times):
            figure.page.keyboard.press(key)
        assert at() == wanted, key
