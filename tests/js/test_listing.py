"""The circled digits of the steps."""


def test_steps_are_counted_from_one(call):
    assert call("ui/listing.js", *(["circled", step] for step in range(1, 10))) == list("①②③④⑤⑥⑦⑧⑨")
