"""The arithmetic of attention's lookup in words, worked by hand."""

import math

import pytest

# Four numbers, so that the scores are halved; lengths 2 and 10, 2 and 2.
NOW = {"query": [2, 0, 0, 0], "memory": [[6, 8, 0, 0], [-2, 0, 0, 0]], "locations": [17, 40], "scores": [12, -4], "attention": [0.75, 0.25]}
SUM = math.exp(6) + math.exp(-2)


def test_how_attention_comes_to_a_weight(call):
    assert f"{SUM:.1f}" == "403.6"
    first, second = call("ui/lookup-words.js", ["attentionWords", 0, NOW], ["attentionWords", 1, NOW])
    assert first == {
        "names": "w(17) = exp(q·k(17) ÷ √d) ÷ Σⱼ exp(q·k(j) ÷ √d)",
        "numbers": "q·k(17) = |q|·|k(17)|·cos = 2.000·10.0·0.600 = 12.000\nexp(12.000 ÷ 2.000) ÷ 403.6 = 0.750",
    }
    assert second["numbers"] == "q·k(40) = |q|·|k(40)|·cos = 2.000·2.000·(−1.000) = −4.000\nexp(−4.000 ÷ 2.000) ÷ 403.6 = 0.250"


def test_a_vector_of_no_length_has_no_angle(call):
    nothing = NOW | {"memory": [[0] * 4, [1, 0, 0, 0]], "scores": [0, 2]}
    (found,) = call("ui/lookup-words.js", ["attentionWords", 0, nothing])
    assert found["numbers"].startswith("q·k(17) = |q|·|k(17)|·cos = 2.000·0·0 = 0.000\n")


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ([3, 4, 0, 0], "10.0, 2.000 times as long as stored"),
        ([6, 8, 0, 0], "10.0, as stored"),
        ([6 * (1 - 5e-10), 8 * (1 - 5e-10), 0, 0], "10.0, as stored"),  # what rounding leaves is no stretching
        ([6 * (1 - 5e-9), 8 * (1 - 5e-9), 0, 0], "10.0, 1.000 times as long as stored"),
        ([12, 16, 0, 0], "10.0, 0.500 times as long as stored"),
    ],
)
def test_how_long_a_vector_is(call, stored, said):
    (found,) = call("ui/lookup-words.js", ["lengthWords", 0, NOW | {"stored": [stored, [1, 0, 0, 0]]}])
    assert found == {"names": "|k(17)|: the length of the vector at location 17", "numbers": said}
