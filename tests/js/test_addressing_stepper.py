"""The heads that a reader chooses among, and what there is to try."""

PLACES = {"standing": 9, "before": 127, "clear": {"always": 127}, "keyAt": {"always": [0.5]}}


def test_heads_have_numbers_where_there_are_several(call):
    one, several = call("live/addressing-stepper.js", *(["headsOf", {"readHeads": reading, "writeHeads": writing}] for reading, writing in ((1, 1), (1, 2))))
    head = lambda kind, index, number="": {"kind": kind, "name": f"{kind} {number}".strip(), "id": f"{kind}{number}", "index": index}  # noqa: E731
    assert one == [head("write", 1), head("read", 0)]  # the machine's read heads come first
    assert several == [head("write", 1, 1), head("write", 2, 2), head("read", 0)]


def test_what_there_is_to_try(call):
    names = ["as recorded", "pure content", "pure location", "hold", "jump and shift", "around the end"]
    tried = dict(zip(names, call("live/addressing-stepper.js", *([f"PRESETS.{name}", PLACES] for name in names)), strict=True))
    assert {name: each["location"] for name, each in tried.items()} == dict(zip(names, [9, 127, 0, 127, 0, 0], strict=True))
    controls = {name: each.get("controls", {}) for name, each in tried.items()}
    assert [controls[name].get("gate") for name in names] == [None, 1, 0, 0, 1, 0]
    assert [controls[name].get("shift") for name in names] == [None, [0, 1, 0], [0, 0, 1], [0, 1, 0], [0, 0, 1], [0, 0.2, 0.8]]
    assert {controls[name]["sharpening"] for name in names[1:]} == {1}
    assert controls["pure content"]["key"] == controls["jump and shift"]["key"] == [0.5]
    last = tried["around the end"]
    assert last["previous"] == [0] * 127 + [1]
    assert last["step"] == 3
