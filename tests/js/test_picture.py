"""A picture of more cells than a table can hold: what the mouse points at, what a click picks, where the keys lead."""

import pytest

ROWS, COLUMNS = 3, 5
CELL = 20  # pixels
MADE = """async ([module, name, rows, columns, cell]) => {
  const made = (await import(`../../assets/js/ui/${module}.js`))[name];
  const told = (window.told = []);
  const options = {
    label: "tested", scale: { of: () => ({ fill: "black" }) }, describe: (row, column) => `${row}, ${column}`,
    onPoint: (...at) => told.push(["point", ...at]), onLeave: () => told.push(["leave"]),
    onPick: (...at) => told.push(["pick", ...at]), onPickRow: (row) => told.push(["row", row]),
  };
  const picture = new made(options);
  document.body.replaceChildren(picture.element);
  const grid = picture.picture?.element ?? picture.element;
  Object.assign(grid.style, { position: "absolute", left: 0, top: 0, width: `${columns * cell}px`, height: `${rows * cell}px` });
  Object.assign(grid.querySelector("canvas").style, { display: "block", width: "100%", height: "100%" });
  const names = (count) => Array.from({ length: count }, (_, place) => `at ${place}`);
  window.show = (rows, columns, gone = [2, 4]) => {
    const shown = name === "Sheet" ? { rows: names(rows), columns: names(columns) } : { rows, columns, row: 1, column: 2 };
    picture.update({ ...shown, value: (row, column) => row + column / 10, limit: 1, masked: (row, column) => row === gone[0] && column === gone[1] });
  };
  show(rows, columns);
  picture.choose?.(0);
}"""


def made(visit, module: str, name: str):
    """A page with one picture in its corner, and what it tells whoever made it."""
    page = visit().open("built/memory/addressing.stages.html")
    page.mouse.move(600, 600)
    page.evaluate(MADE, [module, name, ROWS, COLUMNS, CELL])

    def told() -> list:
        return page.evaluate("window.told.splice(0)")

    return page, told


def middle(row: int, column: int) -> tuple[float, float]:
    """Where a cell is in the window."""
    return (column + 0.5) * CELL, (row + 0.5) * CELL


PIXELS = """() => {
  const canvas = document.querySelector("canvas"), all = [0, 0, canvas.width, canvas.height];
  return [canvas.height, canvas.width, canvas.getContext("2d").getImageData(...all).data.filter((_, place) => place % 4 === 3).join()];
}"""


def test_every_number_is_one_pixel_and_a_masked_one_is_none(visit):
    page, _ = made(visit, "sheet", "Sheet")
    sizes = [(ROWS, COLUMNS, 2, 4), (ROWS, COLUMNS + 2, 2, 4), (ROWS + 2, COLUMNS + 2, 2, 4)]
    corners = [(ROWS + 2, COLUMNS + 2, row, column) for row in (0, ROWS + 1) for column in (0, COLUMNS + 1)]
    for rows, columns, *gone in [*sizes, *corners]:
        page.evaluate("(shape) => show(...shape)", [rows, columns, gone])
        filled = ["255"] * (rows * columns)
        filled[gone[0] * columns + gone[1]] = "0"
        assert page.evaluate(PIXELS) == [rows, columns, ",".join(filled)]


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 4), (2, 0), (2, 4), (1, 3)])
def test_the_mouse_points_at_a_cell_and_a_click_picks_it(visit, row, column):
    page, told = made(visit, "picture", "Picture")
    page.mouse.move(*middle(row, column))
    assert told()[-1] == ["point", row, column]
    page.mouse.click(*middle(row, column))
    assert ["pick", row, column] in told()
    page.mouse.move(600, 600)
    assert told()[-1] == ["point", None, None]


@pytest.mark.parametrize(
    ("key", "row", "column"),
    [("ArrowUp", 0, 2), ("ArrowDown", 2, 2), ("ArrowLeft", 1, 1), ("ArrowRight", 1, 3), ("Home", 1, 0), ("End", 1, 4)],
)
def test_the_keys_lead_from_cell_to_cell(visit, key, row, column):
    page, told = made(visit, "picture", "Picture")
    page.get_by_role("gridcell").press(key)
    assert told() == [["pick", row, column]]


def test_a_sheet_names_its_cells_and_keeps_within_its_ends(visit):
    page, told = made(visit, "sheet", "Sheet")
    cell = page.get_by_role("gridcell")
    assert cell.get_attribute("aria-label") == "at 0, at 0: 0.00"
    for key in ("ArrowUp", "ArrowLeft"):
        cell.press(key)
        assert told() == [["point", 0, 0]]
    cell.press("End")
    assert told() == [["point", 0, 4]] and cell.get_attribute("aria-label") == "at 0, at 4: 0.40"
    cell.press("ArrowRight")
    assert told() == [["point", 0, 4]]
    for row in (1, 2, 2):
        cell.press("ArrowDown")
        assert told() == [["row", row], ["point", row, 4]]
    assert cell.get_attribute("aria-label") == "at 2, at 4: masked"


def test_a_sheet_tells_what_is_pointed_at(visit):
    page, told = made(visit, "sheet", "Sheet")
    page.mouse.move(*middle(1, 3))
    assert told()[-1] == ["point", 1, 3]
    page.mouse.move(600, 600)
    assert told()[-1] == ["leave"]
