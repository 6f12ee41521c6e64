"""Associative recall in the browser: the episode of a list of two items, and what happens at each step."""

ELEMENT = ["Object.assign", {"call": ["RecallScrubber"]}, {"locations": 8, "live": {"vectors": [[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]]}}]
ASK = {"items": 2, "asked": 1}


def test_the_episode_is_a_list_a_query_and_silence(call):
    (made,) = call("live/recall-scrubber.js", [[ELEMENT, "make"], ASK, 0])
    inputs, targets = made["inputs"], made["targets"]
    assert [row[6:] for row in inputs] == [*[[1, 0], *[[0, 0]] * 3] * 2, [0, 1], *[[0, 0]] * 3, [0, 1], *[[0, 0]] * 3]
    bits = [row[:6] for row in inputs]
    assert bits[1:3] == [[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]]  # those recorded come first
    assert bits[5:8] == targets  # the item after the one asked for
    assert bits[9:12] == bits[1:4]  # the query
    assert [*bits[0:9:4], *bits[12:]] == [[0] * 6] * 7
    drawn, same = call("live/recall-scrubber.js", [[ELEMENT, "make"], ASK, 5], ["RecallScrubber.settings.1.most", {"items": 7}])
    assert drawn["inputs"][1][:6] != bits[1] or drawn["inputs"][2][:6] != bits[2]
    assert same == 6


def test_the_phases_of_short_and_of_long_lists(call):
    short, long = call("live/recall-scrubber.js", *([[ELEMENT, "make"], {"items": items, "asked": 7}, 3] for items in (8, 9)))
    item = lambda name, kind=None: {"name": name, "steps": 4} | ({"kind": kind} if kind else {})  # noqa: E731
    query, answer = {"name": "Q", "steps": 5, "kind": "query"}, {"name": "A", "steps": 3, "kind": "value"}
    assert short["phases"] == [*(item(str(count)) for count in range(1, 7)), item("7", "key"), item("8", "value"), query, answer]
    assert [phase["name"] for phase in long["phases"]] == [""] * 11
    assert [phase.get("kind") for phase in long["phases"]] == [*[None] * 6, "key", "value", None, "query", "value"]


def test_what_happens_at_each_step(call):
    now = ASK | {"firstAnswer": 13}
    list_ = [f"{what} item {item}" for item in (1, 2) for what in ("sees the mark of", *(f"takes in vector {vector} of" for vector in (1, 2, 3)))]
    query = ["sees the query mark", *(f"sees vector {vector} of the query, which is item 1" for vector in (1, 2, 3))]
    answers = [f"answers: vector {vector} of item 2 is wanted" for vector in (1, 2, 3)]
    wanted = [*list_, *query, "sees the query mark again: the query is at its end", *answers]
    assert call("live/recall-scrubber.js", *([[ELEMENT, "happening"], now, time] for time in range(16))) == wanted


def test_the_steps_that_matter(call):
    heads = {"writeAt": [list(range(100, 116))], "readAt": [list(range(200, 216))], "firstAnswer": 13}
    run = ASK | heads
    places, first = call("live/recall-scrubber.js", [[ELEMENT, "placesOf"], run], [[ELEMENT, "firstView"], run])
    assert places == [101, 102, 103, 105, 106, 107, 212, 213, 214, 215]  # vectors without their marks; from the end of the query on
    assert first == 12
    edges = call("live/recall-scrubber.js", *([[ELEMENT, "edges"], {"items": items, "asked": 4, "firstAnswer": 99}] for items in (2, 8, 9)))
    assert edges == [[4, 8, 99], [*range(4, 33, 4), 99], [12, 16, 20, 36, 99]]
    inputs = call("live/recall-scrubber.js", [[ELEMENT, "make"], ASK, 0])[0]["inputs"]
    seen = call("live/recall-scrubber.js", *([[ELEMENT, "seen"], {"inputs": inputs}, time] for time in range(16)))
    assert [step for step, bits in enumerate(seen) if bits] == [1, 2, 3, 5, 6, 7, 9, 10, 11]
    assert seen[5] == inputs[5][:6]


WRITTEN = [7, 2, 3, 4, 4, 5, 6, 0, *[0] * 8]  # where the write head is at each step


def at_step(call, time: int, written: float = 1, read: float = 0, place: int = 5, content: int = 3, **controls) -> tuple[str, str]:
    """What is said of both heads: their largest weights, where the read head is and what resembles its key most."""
    one = lambda where, weight: [weight if location == where else 0 for location in range(8)]  # noqa: E731
    reading = {"weighting": one(place, read), "content": one(content, 1)}
    steering = {"gate": 0.9, "shift": [0, 0, 1], "sharpening": 5} | controls
    trace = {"addressing": [reading, {"weighting": one(WRITTEN[time], written)}], "controls": [steering]}
    inputs = call("live/recall-scrubber.js", [[ELEMENT, "make"], ASK, 0])[0]["inputs"]
    run = ASK | {"inputs": inputs, "writeAt": [WRITTEN], "readAt": [[place] * 16], "traces": [trace] * 16, "firstAnswer": 13}
    (words,) = call("live/recall-scrubber.js", [[ELEMENT, "words"], run, time])
    return words["write"][0], words["read"][0]


def test_what_the_write_head_does(call):
    said = [at_step(call, time)[0] for time in range(9)]
    assert said[:3] == ["", "It writes vector 1 of item 1 there.", "It writes vector 2 of item 1 there, one location after the vector before."]
    assert said[4] == "It waits there: the mark gets no location of its own."
    assert said[7:] == ["It writes vector 3 of item 2 there, 2 locations after the vector before.", ""]  # around the ring
    away = "It has let go: its weight is spread over the memory, and hardly anything changes there."
    assert (at_step(call, 1, written=0.049)[0], at_step(call, 8, written=0.049)[0], at_step(call, 8, written=0.05)[0]) == (away, away, "")


def test_what_the_read_head_does(call):
    on = "Mostly by content (gate 0.90), then one location on; sharpening (γ 5.00) favours the largest weight."
    stay = "Mostly from where it was (gate 0.50), then without moving."
    assert at_step(call, 7)[1] == "It waits, spread over the memory: nothing is to be found yet."
    assert at_step(call, 7, read=0.6)[1] == ""
    assert at_step(call, 12, read=0.6)[1] == f"There lies vector 1 of item 2, the item after the one asked for. {on}"
    assert at_step(call, 12, read=0.6, place=4, gate=0.5, shift=[0, 1, 0], sharpening=4)[1] == f"There lies vector 3 of item 1, the item asked for. {stay}"
    assert at_step(call, 12, read=0.6, place=1)[1] == on
    most = "It is at no single place yet. What resembles the head’s key most is vector 2 of item 1, the item asked for. "
    assert at_step(call, 10, read=0.5)[1] == most + on
    assert at_step(call, 12, read=0.5)[1] == f"It is at no single place yet. {on}"  # a mark resembles nothing


def test_the_names_and_ends_of_what_can_be_set(call):
    columns, *ends = call(
        "live/recall-scrubber.js", *([f"RecallScrubber.{name}"] for name in ("columns", "settings.0.least", "settings.0.most", "settings.1.least"))
    )
    assert columns == ["1", "2", "3", "4", "5", "6"]
    assert ends == [2, 20, 1]
