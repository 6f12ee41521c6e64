"""The copy task in the browser: what happens at each step, and what the machine is shown."""


def test_what_happens_at_each_step(call):
    happenings = ["takes in vector 1 of 2", "takes in vector 2 of 2", "sees the end mark", "gives back vector 1 of 2", "gives back vector 2 of 2"]
    assert call("ui/copy.js", *(["happening", time, 2] for time in range(5))) == happenings


def test_vectors_then_the_end_mark_then_silence(call):
    vectors = [[1, 0, 0, 0, 0, 0, 0, 1], [0, 1, 1, 0, 0, 0, 1, 1]]
    (inputs,) = call("ui/copy.js", ["inputsFor", vectors])
    assert inputs == [[*vectors[0], 0], [*vectors[1], 0], [0] * 8 + [1], [0] * 9, [0] * 9]
    assert call("ui/copy.js", ["inputsFor", []], ["BITS"]) == [[[0] * 8 + [1]], 8]
