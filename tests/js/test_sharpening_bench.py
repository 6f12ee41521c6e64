"""How far the two ways of sharpening are from each other, in words."""


def test_the_largest_difference_and_what_is_no_number(call):
    cases = [([0.5, 0.5], [0.5, 0.5]), ([0.2, 0.8], [0.25, 0.75]), ([0.9, 0.1], [0.2, 0.8])]
    found = call("live/sharpening-bench.js", *(["apart", {"powers": {"weighting": one}, "logarithms": {"weighting": other}}] for one, other in cases))
    assert found == [f"The two ways differ by {most} at most." for most in ("0", "0.050", "0.700")]
    assert call("live/sharpening-bench.js", *(["said", weight] for weight in ("NaN", 0, 0.25))) == ["NaN", "0", "0.250"]
