"""The word that asks, in a new sentence; and what an address says of changes."""


def test_the_word_that_asks_is_kept_or_its_place(call):
    before = ["a", "cat", "sat", "."]
    cases = [(before, 2, ["sat", "a", "cat"]), (before, 1, ["a", "dog", "sat", "."]), (before, 3, ["a", "dog"]), (before, 0, ["x"]), (before, 0, ["a", "a"])]
    assert call("live/attention-stepper.js", *(["keptQuery", *case] for case in cases)) == [0, 1, 1, 0, 0]


def test_what_an_address_does_not_name_or_names_badly_is_unchanged(call):
    unchanged = {"scaling": True, "useMask": True, "temperature": 1}
    named = [
        {},
        {"scaling": "off"},
        {"mask": "off", "temperature": "2.5"},
        {"temperature": "5"},
        {"temperature": "x", "scaling": "on"},
        {"temperature": "0.25"},
    ]
    wanted = [{}, {"scaling": False}, {"useMask": False, "temperature": 2.5}, {}, {}, {"temperature": 0.25}]
    assert call("live/attention-stepper.js", *(["changesFrom", each] for each in named)) == [unchanged | each for each in wanted]
