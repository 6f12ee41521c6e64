"""The steps of attention: which cells take part in which, and the arithmetic of each, worked by hand for two heads, two words and padding."""

import pytest

WORDS = ["it", "</s>", "<pad>"]
UNCHANGED = {"scaling": True, "useMask": True, "temperature": 1}


def second(rows: list[list[float]]) -> dict:
    """A tensor of two heads; the first one's numbers are all 0."""
    numbers = [value for row in rows for value in row]
    return {"shape": [2, len(rows), len(rows[0])], "data": [0] * len(numbers) + numbers}


QUERY, KEY = [[1, -2, 3, 0], [2, 0, 0, 0], [0, 0, 0, 1]], [[1, 1, -1, 0], [4, 0, 0, 2], [0, 0, 9, 0]]
VALUE = [[1, -5, 0, 0], [2, 6, 0, 0], [3, 0, 0, 7]]
SCORES = [[-4, 4, 27], [2, 8, 0], [0, 2, 0]]  # row by row of QUERY with row by row of KEY
SCALED = [[value / 2 for value in row] for row in SCORES]  # four numbers a query
MASKED = [[row[0], row[1], "-Infinity"] for row in SCALED]
WEIGHTS = [[0.018, 0.982, 0], [0.047, 0.953, 0], [0.269, 0.731, 0]]
OUTPUT = [[1.5, 5.8, 0, 0], [2, 5.5, 0, 0], [1.7, 3, 0, 0]]
LAYER = {"x": {"shape": [3, 2], "data": [0.5, -1, 30, 0, 1, 1]}} | {
    name: second(rows)
    for name, rows in {"query": QUERY, "key": KEY, "value": VALUE, "scores": SCORES, "scaled": SCALED,
                       "masked": MASKED, "weights": WEIGHTS, "headOutputs": OUTPUT}.items()
}  # fmt: skip
LEARNED = {"v_proj,0,5": {"weights": [3, -0.5], "bias": -0.25}, "k_proj,0,4": {"weights": [2, 1], "bias": 0.5}}  # the second head has rows 4 to 7


def head(learned: dict | None = None, query: int = 0, **changes) -> dict:
    """The second head of the only layer."""
    run = {"layers": [LAYER], "words": WORDS, "padding": [False, False, True]}
    return {"call": ["headOf", run, {"layer": 0, "head": 1, "query": query}, UNCHANGED | changes, {"projection": {"table": learned or {}}}]}


def said(call, name: str, row: int, column: int, **options) -> tuple[str, dict]:
    """The line of text, and what takes part."""
    (found,) = call("ui/attention-steps.js", ["arithmetic", head(**options), name, row, column])
    return "".join(piece if isinstance(piece, str) else piece["text"] for piece in found["say"]), found["marks"]


PRODUCTS = "q(it) · k(</s>) = 1.00·4.00 + (−2.00)·0.00 + … (4 products) = 4.00"
CELL = {"cells": [[0, 1]]}
COMPARED = {"query": {"rows": [0]}, "key": {"rows": [1]}, "scores": CELL, "scaled": CELL, "masked": CELL}
SAID = {
    ("x", 0, 1): ("“it”, number 2 of 2: −1.00", {"x": CELL}),
    ("query", 0, 1): ("query of “it”, number 2 = 0.50·w₁ + (−1.00)·w₂ + … (2 products) + b = −2.00", {"x": {"rows": [0]}, "query": CELL}),
    ("scores", 0, 1): (PRODUCTS, COMPARED),
    ("scaled", 0, 1): (PRODUCTS + "; ÷ √4 = 2.00", COMPARED),
    ("masked", 0, 1): (PRODUCTS + "; ÷ √4 = 2.00; allowed, so it stays", COMPARED),
    ("weights", 0, 1): (
        PRODUCTS + "; ÷ √4 = 2.00; softmax: e2.00 ÷ Σ = 7.389 ÷ 7.524 = 0.98",  # e² and e² + e⁻²
        COMPARED | {"masked": {"rows": [0]}, "weights": CELL},
    ),
    ("output", 0, 1): (
        "output of “it”, number 2 = 0.98·6.00 </s> + 0.02·(−5.00) it + 0.00·0.00 <pad> + … (3 products) = 5.80",
        {"weights": {"rows": [0]}, "value": {"columns": [1]}, "output": CELL},
    ),
}


@pytest.mark.parametrize(("name", "row", "column"), SAID)
def test_the_arithmetic_of_a_cell(call, name, row, column):
    assert said(call, name, row, column) == SAID[name, row, column]


def test_the_arithmetic_of_padding_and_of_changes(call):
    masked, weights = (said(call, name, 1, 2)[0] for name in ("masked", "weights"))
    assert masked == "q(</s>) · k(<pad>) = 2.00·0.00 + 0.00·0.00 + … (4 products) = 0.00; ÷ √4 = 0.00; “<pad>” is padding: −∞ instead"
    assert weights == masked + ", and e to the power of −∞ is exactly 0"
    assert said(call, "weights", 1, 2)[1]["weights"] == {"cells": [[1, 2]]}
    assert said(call, "masked", 1, 2, useMask=False)[0].endswith("allowed, so it stays")
    assert said(call, "weights", 2, 0, useMask=False)[0].endswith("1.000 ÷ 4.718 = 0.27")  # 1 + e + 1
    assert said(call, "scaled", 0, 1, scaling=False, temperature=2)[0] == PRODUCTS + "; not divided by √4, ÷ 2.00 = 2.00"
    assert said(call, "value", 0, 1, learned=LEARNED)[0].endswith("0.50·3.00 + (−1.00)·(−0.50) + … (2 products) − 0.25 = −5.00")
    assert said(call, "key", 0, 0, learned=LEARNED)[0].endswith("0.50·2.00 + (−1.00)·1.00 + … (2 products) + 0.50 = 1.00")


# Vectors: x holds 30, queries 3, keys 9, values 7, outputs 5.8. Scores: 27, and 13.5 scaled; what is masked has the scale of what it was.
LIMITS = {(1, "x"): 30, (2, "query"): 30, (3, "query"): 9, (3, "key"): 9, (3, "scores"): 27, (4, "scores"): 27, (4, "scaled"): 27, (5, "scaled"): 13.5,
          (5, "masked"): 13.5, (6, "masked"): 13.5, (6, "weights"): 1, (7, "weights"): 1, (7, "value"): 7, (7, "output"): 7}  # fmt: skip


def test_planes_of_a_kind_share_a_scale(call):
    assert call("ui/attention-steps.js", *(["limitOf", head(), step, name] for step, name in LIMITS)) == list(LIMITS.values())


def test_which_cells_are_masked_and_which_rows_ask(call):
    names = ["x", "query", "key", "value", "scores", "scaled", "masked", "weights", "output"]
    found = call("ui/attention-steps.js", *(["isMasked", head(), name, column] for name in names for column in (1, 2)))
    assert found == [column == 2 and name in ("masked", "weights") for name in names for column in (1, 2)]
    assert call("ui/attention-steps.js", ["isMasked", head(useMask=False), "masked", 2]) == [False]
    assert call("ui/attention-steps.js", *(["comparesWords", name] for name in names)) == [False] * 4 + [True] * 4 + [False]
    asking = call("ui/attention-steps.js", *(["hasQueryRows", {"name": name}, step] for step in (1, 2, 3, 7) for name in names))
    assert asking == [step == 2 or name not in ("key", "value") for step in (1, 2, 3, 7) for name in names]


def test_the_texts_tell_the_sizes_and_the_changes(call):
    texts = lambda **changes: call("ui/attention-steps.js", *([f"STEPS.{step}.text", head(**changes)] for step in range(7)))  # noqa: E731
    plain, changed = texts(query=1), texts(scaling=False, useMask=False, temperature=0.5)
    assert plain[0] == "What a word is and where it stands is a list of 2 numbers: its row of X."
    assert "(what it hands over), 4 numbers each." in plain[1]
    assert plain[3].startswith("A query has dₖ = 4 numbers, so every score is divided by √4 = 2. ")
    assert plain[4].startswith("The padding") and plain[6].startswith("This head’s output for “</s>”")
    assert changed[3].startswith("You have switched the division by √4 = 2 off")
    assert changed[4].startswith("You have switched the mask off")
    for step in (3, 5):
        assert "temperature" not in plain[step]
        assert changed[step].endswith(" The temperature divides the scores by 0.50, too: the weights become less even.")
    assert texts(temperature=1.5)[5].endswith("by 1.50, too: the weights become more even.")


SHOWN = ["x", "x → query key value", "query key → scores", "scores ÷ scaled", "scaled → masked", "masked → weights", "weights · value = output"]


def test_the_panels_of_each_step(call):
    """Words stand at the rows of the first panel and at the columns of what is made of words; there the chosen row shows its numbers."""
    steps = [step["panels"] for step in call("ui/attention-steps.js", ["STEPS"])[0]]
    assert [" ".join(panel if isinstance(panel, str) else panel["name"] for panel in panels) for panels in steps] == SHOWN
    for number, panels in enumerate(steps):
        shown = [panel for panel in panels if isinstance(panel, dict)]
        made = shown[-1 if number < 6 else 0]["name"] if number > 1 else None
        assert [panel.get("rowNames", False) for panel in shown] == [True] + [False] * (len(shown) - 1)
        assert [panel.get("columnNames", False) for panel in shown] == [panel["name"] == made for panel in shown]
        assert [panel.get("rowNumbers", False) for panel in shown] == [panel["name"] == made and number < 6 for panel in shown]
        shares = {panel["name"]: panel["share"] for panel in shown}
        assert len({shares[name] for name in ("query", "key", "value", "output") if name in shares}) <= 1  # they are equally wide
        if number in (3, 4, 5):
            assert shares[made] == 3 * min(shares.values())
