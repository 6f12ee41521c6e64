"""The word that asks, in a new sentence."""


def test_the_word_that_asks_is_kept_or_its_place(call):
    before = ["a", "cat", "sat", "."]
    cases = [(before, 2, ["sat", "a", "cat"]), (before, 1, ["a", "dog", "sat", "."]), (before, 3, ["a", "dog"]), (before, 0, ["x"]), (before, 0, ["a", "a"])]
    assert call("live/attention-stepper.js", *(["keptQuery", *case] for case in cases)) == [0, 1, 1, 0, 0]
