"""Where a head of the n-gram machine looks."""


def test_the_largest_weight_of_each_step(call):
    (found,) = call("live/ngram-scrubber.js", ["whereabouts", [[0.2, 0.8], [0.6, 0.4], [0.5, 0.5]]])
    assert found == {"location": [1, 0, 0], "weight": [0.8, 0.6, 0.5]}
    assert call("live/ngram-scrubber.js", ["whereabouts", []]) == [{"location": [], "weight": []}]
