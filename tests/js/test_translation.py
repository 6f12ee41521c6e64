"""One head's part of a tensor, the end of its colour scale, and the recorded run, which the build gives up to the projections."""

import numpy as np
import pytest


def tensor(numbers: np.ndarray) -> dict:
    return {"shape": list(numbers.shape), "data": {"call": ["Float64Array.from", numbers.flatten().tolist()]}}


THREE = np.arange(24).reshape(2, 3, 4) - 20


def plane(numbers: np.ndarray, *head: int) -> dict:
    return {"call": ["plane", tensor(numbers), *head]}


def test_one_heads_rows_and_columns(call):
    for head in range(2):
        made = ["plane", tensor(THREE), head]
        found = call("ui/translation.js", [[made, "rows"]], [[made, "columns"]], *([[made, "at"], row, column] for row in range(3) for column in range(4)))
        assert found == [3, 4, *THREE[head].flatten()]
    assert call("ui/translation.js", [[["plane", tensor(THREE[1])], "at"], 2, 3], [[["plane", tensor(THREE)], "at"], 0, 1]) == [3, -19]


@pytest.mark.parametrize(
    ("planes", "most"),
    [([], 0), ([plane(THREE, 0)], 20), ([plane(THREE, 1)], 8), ([plane(THREE, 1), plane(THREE, 0)], 20), ([plane(np.zeros((1, 2)))], 0)],
)
def test_the_largest_size(call, planes, most):
    assert call("ui/translation.js", ["largest", planes]) == [most]


def test_what_is_masked_is_not_the_largest(call):
    cells = {"shape": [2, 2], "data": [1, "-Infinity", "Infinity", -3]}
    assert call("ui/translation.js", ["largest", [{"call": ["plane", cells]}]]) == [3]
    corners = [np.array([[5, 1, 1], [1, 1, 1]]), np.array([[1, 1, 1], [1, 1, 5]])]
    assert call("ui/translation.js", *(["largest", [plane(corner)]] for corner in corners)) == [5, 5]


def test_the_recorded_run_goes_on_from_the_projections(call):
    rng = np.random.default_rng(0)
    query, key, value = (rng.normal(size=(2, 3, 4)) for _ in range(3))
    layer = {name: tensor(numbers) for name, numbers in {"x": rng.normal(size=(3, 8)), "query": query, "key": key, "value": value}.items()}
    words = ["it", "</s>", "<pad>"]
    live = {"words": words, "recorded": [layer], "tokens": [], "english": [0, 0]}
    (run,) = call("ui/translation.js", [[["Translation", live, None], "recorded"]])
    assert run["words"] == words
    assert run["padding"] == [False, False, True]
    scores = np.einsum("hqi,hki->hqk", query, key)
    powers = np.exp(scores / 2) * [1, 1, 0]
    weights = powers / powers.sum(-1, keepdims=True)
    (steps,) = run["layers"]
    for name, wanted in {"query": query, "key": key, "scores": scores, "scaled": scores / 2, "weights": weights, "headOutputs": weights @ value}.items():
        assert np.reshape(steps[name]["data"], wanted.shape) == pytest.approx(wanted), name


LIVE = {"words": [], "recorded": [], "tokens": ["</s>", "the", "it", "<pad>", "il"], "english": [1, 3]}


def test_the_vocabulary_is_the_english_part(call):
    known = [["Translation", LIVE, None], "known.get"]
    assert call("ui/translation.js", *([known, word] for word in LIVE["tokens"])) == [None, 1, 2, None, None]


def test_the_learned_numbers_of_a_projection_are_there_once_the_model_is(call):
    attention, weight = "model.encoder.layers.3.self_attn", np.arange(12).reshape(4, 3)
    bias = tensor(np.array([5, 6, 7, 8]))
    tensors = {f"{attention}.k_proj.weight": tensor(weight), f"{attention}.k_proj.bias": bias, f"{attention}.out_proj.bias": bias}
    loaded = ["Object.assign", {"call": ["Translation", LIVE, None]}, {"model": {"tensors": tensors}}]
    found = call("ui/translation.js", *([[loaded, "projection"], "k_proj", 3, row] for row in (0, 2, 3)), [[loaded, "outputBias"], 3])
    assert found[:3] == [{"weights": weight[row].tolist(), "bias": 5 + row} for row in (0, 2, 3)]
    assert found[3]["data"] == [5, 6, 7, 8]
    assert call("ui/translation.js", [[["Translation", LIVE, None], "projection"], "k_proj", 3, 0]) == [None]
