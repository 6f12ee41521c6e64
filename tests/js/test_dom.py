"""How a number is written for people, and ids that differ."""


def test_a_real_minus_sign_and_no_minus_zero(call):
    written = call("ui/dom.js", *(["number", *given] for given in ([-1.5], [1.25, 1], [-0.004], [-0.005, 3], [0], [-3, 0], [12.345, 0])))
    assert written == ["−1.50", "1.3", "0.00", "−0.005", "0.00", "−3", "12"]
    assert call("ui/dom.js", ["freshId"], ["freshId"]) == ["live-1", "live-2"]
