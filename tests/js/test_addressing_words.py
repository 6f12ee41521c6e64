"""The arithmetic of the memory in words, worked by hand."""

import math

import pytest

# Cosines: (3·4 + 4·3) ÷ (5·5) = 0.96 and (4·5) ÷ (5·5) = 0.8; a shift from each side; squares for the sharpening.
NOW = {
    "controls": {"key": [3, 4], "keyStrength": 10, "gate": 0.75, "shift": [0.2, 0.7, 0.1], "sharpening": 2},
    "previous": [0.25, 0.125, 0.625],
    "memory": [[4, 3], [0, 5], [-3, -4]],
    "stages": {"content": [0.8, 0.2, 0], "interpolated": [0.6, 0.3, 0.1], "shifted": [0.5, 0.3, 0.2], "weighting": [0.658, 0.237, 0.105]},
}
SUM = math.exp(9.6) + math.exp(8) + math.exp(-10)  # 14764.8 + 2981.0: more than four digits, so a power of ten
WEIGHTS = {
    ("previous", 1): ("wₜ₋₁(1): the weight that this head gave to location 1 one step ago", "0.125"),
    ("content", 0): (
        "wᶜ(0) = exp(β·cos(k, M(0))) ÷ Σⱼ exp(β·cos(k, M(j)))",
        "cos = k·M(0) ÷ (|k|·|M(0)|) = 24.0 ÷ (5.000·5.000) = 0.960\nexp(10.0·0.960) ÷ 1.8·10⁴ = 0.800",
    ),
    ("content", 2): (
        "wᶜ(2) = exp(β·cos(k, M(2))) ÷ Σⱼ exp(β·cos(k, M(j)))",
        "cos = k·M(2) ÷ (|k|·|M(2)|) = −25.0 ÷ (5.000·5.000) = −1.000\nexp(10.0·(−1.000)) ÷ 1.8·10⁴ = 0",
    ),
    ("interpolated", 1): ("wᵍ(1) = g·wᶜ(1) + (1 − g)·wₜ₋₁(1)", "0.750·0.200 + 0.250·0.125 = 0.300"),
    ("shifted", 0): ("w̃(0) = s(−1)·wᵍ(1) + s(0)·wᵍ(0) + s(+1)·wᵍ(2)", "0.200·0.300 + 0.700·0.600 + 0.100·0.100 = 0.500"),
    ("shifted", 2): ("w̃(2) = s(−1)·wᵍ(0) + s(0)·wᵍ(2) + s(+1)·wᵍ(1)", "0.200·0.600 + 0.700·0.100 + 0.100·0.300 = 0.200"),
    ("weighting", 1): ("w(1) = w̃(1)^γ ÷ Σⱼ w̃(j)^γ", "0.300^2.000 ÷ 0.380 = 0.237"),  # 0.25 + 0.09 + 0.04
}


@pytest.mark.parametrize(("stage", "location"), WEIGHTS)
def test_how_a_weight_came_about(call, stage, location):
    assert 17500 < SUM < 18500
    names, numbers = WEIGHTS[stage, location]
    assert call("ui/addressing-words.js", ["weightWords", stage, location, NOW]) == [{"names": names, "numbers": numbers}]


def test_locations_of_a_part_have_their_own_names(call):
    some = NOW | {"locations": [7, 9, 30]}
    content, feature = call("ui/addressing-words.js", ["weightWords", "content", 1, some], ["featureWords", 1, 2, some])
    assert content["names"].startswith("wᶜ(9) = exp(β·cos(k, M(9)))")
    assert content["numbers"].startswith("cos = k·M(9) ÷ (|k|·|M(9)|) = 20.0 ÷ (5.000·5.000) = 0.800\n")
    assert feature == {"names": "k[1]·M(30)[1]: one of the 2 products in k·M(30)", "numbers": "4.000·(−4.000) = −16.0"}
    assert call("ui/addressing-words.js", ["featureWords", 0, 0, NOW])[0]["names"] == "k[0]·M(0)[0]: one of the 2 products in k·M(0)"


# At location 1, feature 0: 8·(1 − 0.5·0.25) = 7, then 0.5·(−2) is added: 6.
WRITE = {"memory": [[1, 2], [8, 1]], "erased": [[1, 2], [7, 1]], "after": [[1, 2], [6, 1]], "writing": [0.5, 0.5], "erase": [0.25, 0], "add": [-2, 3]}
READ = {"reading": [0.25, 0.75], "readVector": [4.75, 1.25]}
MEMORY = {
    "before": ("M(1)[0]: feature 0 of the vector at location 1, before this step", "8.000"),
    "kept": ("1 − w(1)·e[0]: the share of this number that is kept", "1 − 0.500·0.250 = 0.875"),
    "erased": ("M(1)[0]·(1 − w(1)·e[0])", "8.000·(1 − 0.500·0.250) = 7.000"),
    "added": ("w(1)·a[0]: what is added here", "0.500·(−2.000) = −1.000"),
    "after": ("erased(1)[0] + w(1)·a[0]", "7.000 + 0.500·(−2.000) = 6.000"),
    "share": ("w(1)·M(1)[0], with the read head’s w: what location 1 gives to r[0]", "0.750·6.000 = 4.500"),
    "read": ("r[0] = Σᵢ w(i)·M(i)[0], most of it from locations 1, 0", "0.750·6.000 + 0.250·1.000 + the others 0.000 = 4.750"),
}


@pytest.mark.parametrize("stage", MEMORY)
def test_how_a_number_of_the_memory_came_about(call, stage):
    (found,) = call("ui/addressing-words.js", ["memoryWords", stage, 1, 0, WRITE | READ])
    assert (found["names"], found["numbers"]) == MEMORY[stage]
    (named,) = call("ui/addressing-words.js", ["memoryWords", stage, 1, 0, WRITE | READ | {"places": [60, 71]}])
    assert named["numbers"] == found["numbers"]
    assert named["names"] == MEMORY[stage][0].replace("(1)", "(71)").replace("location 1", "location 71").replace("locations 1, 0", "locations 71, 60")


def test_every_write_head_takes_part(call):
    two = WRITE | {"beside": [{"writing": [0, 1], "erase": [0.5, 0], "add": [4, 0]}]}
    erased, after = call("ui/addressing-words.js", ["memoryWords", "erased", 1, 0, two], ["memoryWords", "after", 1, 0, two])
    assert erased["names"].endswith("(1 − w(1)·e[0]), for each write head, the chosen one first")
    assert erased["numbers"] == "8.000·(1 − 0.500·0.250)·(1 − 1.000·0.500) = 7.000"
    assert after["numbers"] == "7.000 + 0.500·(−2.000) + 1.000·4.000 = 6.000"


@pytest.mark.parametrize(
    ("reading", "column", "words", "numbers"),
    [
        ([0.1, 0.1, 0.4, 0.4], [1, 2, -3, 0.5], ", most of it from locations 2, 1, 3", "0.400·(−3.000) + 0.100·2.000 + 0.400·0.500 + the others 0.100"),
        ([0, 0.001, 0, 0], [9, -0.5, 1, 1], ", most of it from location 1", "0.001·(−0.500) + the others 0.000"),  # worth showing, just
        ([0, 0.001, 0, 0], [9, 0.49, 1, 1], "", "the others 0.000"),
    ],
)
def test_what_is_read_comes_from_the_largest_products(call, reading, column, words, numbers):
    now = {"reading": reading, "after": [[value] for value in column], "readVector": [2]}
    (found,) = call("ui/addressing-words.js", ["memoryWords", "read", 0, 0, now])
    assert found == {"names": f"r[0] = Σᵢ w(i)·M(i)[0]{words}", "numbers": f"{numbers} = 2.000"}


def test_a_negative_second_factor_stands_in_brackets(call):
    assert call("ui/addressing-words.js", ["product", -1, 2], ["product", 1, -2], ["product", 3, 0]) == ["−1.000·2.000", "1.000·(−2.000)", "3.000·0"]
