"""The ends of settings, and the locations that are named beside a panel."""


def test_the_end_of_a_setting(call):
    assert call("ui/episode-scrubber.js", ["limit", 7, {}], ["limit", {"always": 4}, {}]) == [7, 4]


def test_a_few_round_locations_are_named_and_the_seam(call):
    marks = {
        (10, 22): [[0, 10], [5, 15], [10, 20]],
        (3, 4): [],
        (0, 33): [[0, 0], [8, 8], [16, 16], [24, 24], [32, 32]],  # more than 32: every eighth
        (0, 32): [[0, 0], [5, 5], [10, 10], [15, 15], [20, 20], [25, 25], [30, 30]],
        (0, 65): [[0, 0], [16, 16], [32, 32], [48, 48], [64, 64]],
        (0, 64): [[0, 0], [8, 8], [16, 16], [24, 24], [32, 32], [40, 40], [48, 48], [56, 56]],
    }
    found = call("ui/episode-scrubber.js", *(["locationMarks", [*range(*ends)]] for ends in marks))
    assert found == [[[row, str(location)] for row, location in wanted] for wanted in marks.values()]


def test_names_keep_away_from_the_seam(call):
    around = [(location + 107) % 128 for location in range(40)]
    small = [(location + 124) % 128 for location in range(21)]
    crowded = [0, 5, 10, 15]  # a tenth of four rows is less than one
    tight = [(location * 5) % 128 for location in range(30)]  # rows 1 and 2 are nearer to 0 than a tenth of all
    wanted = [
        [[5, "112"], [13, "120"], [21, "0"], [29, "8"], [37, "16"]],
        [[1, "125"], [4, "0"], [9, "5"], [14, "10"], [19, "15"]],
        [[0, "0"], [1, "5"], [2, "10"], [3, "15"]],
        [[0, "0"], *([row, str(row * 5)] for row in range(3, 26))],
    ]
    assert call("ui/episode-scrubber.js", *(["locationMarks", order] for order in (around, small, crowded, tight))) == wanted
