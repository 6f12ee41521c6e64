"""One moment of an episode, of two steps on a memory of three locations, every word and number of it by hand."""

import pytest

MADE = """async () => {
  const { Moment } = await import("../../assets/js/ui/moment.js");
  const steps = [
    { memoryAfter: [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], add: [[1, 2], [3, 4]], readVector: [[5, 6]],
      addressing: [{ weighting: [0.7, 0.2, 0.1] }, { weighting: [0, 0.25, 0.75] }, { weighting: [0.5, 0.5, 0] }] },
    { memoryAfter: [[1.1, 1.2], [1.3, 1.4], [1.5, 1.6]], add: [[-1, 0], [0, 1]], readVector: [[7, 8]],
      addressing: [{ weighting: [0, 1, 0] }, { weighting: [1, 0, 0] }, { weighting: [0, 0.4, 0.6] }] },
  ];
  const run = { traces: steps, readAt: [[0, 1]], writeAt: [[2, 0], [0, 2]], firstAnswer: 1, chances: [[0.75, 0.5]], targets: [[1, 0]] };
  const moment = new Moment({
    scale: { of: (value) => ({ fill: `rgb(${10 * value}, 0, 0)` }) }, machine: { readHeads: 1, writeHeads: 2 }, columns: ["first", "second"],
    seen: (run, time) => (time === 0 ? [1, 0] : null), words: (run, time) => ({ write: ["It writes.", ""], read: [`It reads at ${time}.`] }),
  });
  document.body.replaceChildren(moment.element);
  window.show = (time, order) => moment.update(run, time, { order, limit: 2 });
  show(0, [2, 0, 1]);
  Object.assign(document.querySelector(".picture canvas").style, { display: "block", width: "100px", height: "90px" });
}"""


@pytest.fixture
def moment(visit):
    """A page that holds that moment and nothing else."""
    page = visit().open("built/memory/addressing.stages.html")
    page.evaluate(MADE)
    return page


def bits(page) -> list[list[str]]:
    """The table of bits."""
    return [row.locator("th, td").all_inner_texts() for row in page.locator(".bit-table tbody tr").all()]


def flags(page) -> list[tuple[str, str]]:
    """What stands beside the memory, and how far down."""
    return [(flag.inner_text(), flag.evaluate("(flag) => flag.style.top")) for flag in page.locator(".side > *").all() if flag.is_visible()]


def test_the_memory_is_told_cell_by_cell(moment):
    said, cell = moment.locator(".note"), moment.get_by_role("gridcell")
    assert said.inner_text() == "location 2, feature 0: 0.500"
    assert cell.get_attribute("aria-label") == said.inner_text()
    cell.press("ArrowDown")
    cell.press("ArrowRight")
    assert said.inner_text() == "location 0, feature 1: 0.200"
    cell.press("ArrowDown")
    moment.evaluate("show(1, [2, 0])")  # the current cell is gone: the last that is there takes its place
    assert said.inner_text() == "location 0, feature 1: 1.200"
    moment.evaluate("show(1, [2, 0, 1])")
    box = moment.locator(".picture canvas").bounding_box()
    moment.mouse.move(box["x"] + 25, box["y"] + 75)
    assert said.inner_text() == "location 1, feature 0: 1.300"
    moment.mouse.move(0, 0)
    assert said.inner_text() == "location 0, feature 1: 1.200"


def test_a_flag_stands_where_a_head_has_its_largest_weight(moment):
    assert flags(moment) == [("2 ▶", "16.6667%"), ("0 ▶", "50%"), ("◀ 0", "50%")]
    moment.evaluate("show(1, [1, 0])")
    assert flags(moment) == [("0 ▶", "75%"), ("◀ 1", "25%")]  # location 2 is not shown


def test_each_head_is_told_in_words(moment):
    told = moment.locator(".facts p").all_inner_texts()
    assert told == [
        "The write head 1 gives its largest weight, 0.75, to location 2. It writes.",
        "The write head 2 gives its largest weight, 0.50, to location 0.",
        "The read head gives its largest weight, 0.70, to location 0. It reads at 0.",
    ]


def test_the_vectors_are_named_and_painted_with_their_own_numbers(moment):
    strips = moment.locator("canvas[aria-label]")
    named = [strip.get_attribute("aria-label") for strip in strips.all()]
    assert named == ["vector written, head 1: 1.00, 2.00", "vector written, head 2: 3.00, 4.00", "vector read: 5.00, 6.00"]
    red = "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data].filter((_, place) => place % 4 === 0)"
    assert [strip.evaluate(red) for strip in strips.all()] == [[10, 20], [30, 40], [50, 60]]


def test_a_bit_of_the_answer_stands_beside_the_wanted_one(moment):
    assert bits(moment) == [["input", "1", "0"], ["output", "–", "–"], ["chance of 1", "–", "–"], ["wanted", "–", "–"]]
    moment.evaluate("show(1, [0, 1, 2])")
    assert bits(moment) == [["input", "–", "–"], ["output", "1", "1 ✗"], ["chance of 1", "0.75", "0.50"], ["wanted", "1", "0"]]
    assert moment.locator(".wrong").all_inner_texts() == ["1 ✗"]
