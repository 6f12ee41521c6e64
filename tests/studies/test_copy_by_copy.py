"""What the repeat copy machines did, as arrays: the names of their steps, and numbers that were counted elsewhere."""

from functools import cache

import pytest
import torch

from explainers.kit import labelled
from explainers.studies import copy_by_copy, repeating
from explainers.studies.copy_by_copy import BIT_NAMES, answer_bits, copy_starts, seen, step_names
from explainers.tasks import repeat_copy
from explainers.tasks.repeat_copy import BITS, MOST


@cache
def recorded() -> repeating.Repeats:
    """The published record."""
    return repeating.repeats()


def test_step_names_by_hand():
    copies = ["1", "1, vector 2", "2", "2, vector 2", "3", "3, vector 2"]
    assert step_names(2, 3) == ["in", "in, vector 2", "mark", *copies, "end"]
    assert step_names(1, 2) == ["in", "mark", "1", "2", "end"]
    assert copy_starts(2, 3) == [1, 3, 5]


def test_a_picture_writes_where_copies_begin():
    inputs = copy_by_copy.memory_use(recorded(), part="inputs")
    written = inputs.sel(time=inputs.coords["time written"].values)
    assert labelled.labels(written, "time") == ["in", "1", "2", "3", "4", "5", "6", "end"]
    assert inputs.sel(input="mark").values.argmax() == labelled.labels(inputs, "time").index("mark")


def test_a_line_stands_where_the_read_head_jumps():
    for seed in repeat_copy.SEEDS:
        where = copy_by_copy.weightings(recorded(), seed=seed, head="read")
        (run,) = (machine.run for machine in recorded().machines if machine.seed == seed)
        at = where.argmax("location").values
        before = [at[step - 2] for step in where.time.values[where.coords["time edge"].values]]
        after = [at[step - 1] for step in where.time.values[where.coords["time edge"].values]]
        away = [abs(int(a) - int(b)) % where.sizes["location"] for a, b in zip(after, before, strict=True)]
        assert len(away) == run.repeats - 1 and min(away) > 1
        assert not copy_by_copy.weightings(recorded(), seed=seed, head="write").coords["time edge"].any()


def test_the_number_of_copies_is_shown_between_black_and_white():
    for repeats, grey in ((1, 0), (10, 1), (20, 1)):
        inputs, _ = repeat_copy.episodes(1, repeats, 1, torch.Generator().manual_seed(0))
        picture = seen(inputs)
        assert float(picture[1, 0, -1]) == pytest.approx(grey, abs=1e-6)
        assert torch.equal(picture[..., :-1], inputs[..., :-1])
        assert not picture[2:, 0, -1].any()


def test_the_wrong_bits_of_a_long_answer_are_as_many_as_were_counted():
    for which in copy_by_copy.FARTHER:
        answers, run = copy_by_copy.answers(recorded(), which=which), getattr(recorded(), which)
        assert answers.sel(what="wrong").sum() == run.wrong_bits
        assert answers.sel(what="wrong").size == answer_bits(run.length, run.repeats)
        assert answers.sel(what="wanted", output="end mark").values.argmax() == answers.sizes["answer"] - 1
        repeated = answers.sel(what="wanted", output=list(BIT_NAMES)).values[:-1].reshape(run.repeats, run.length, BITS)
        assert (repeated == repeated[0]).all()


def test_bits_of_an_answer_by_hand():
    """Ten times ten vectors and the end mark, nine channels each."""
    assert answer_bits(10, 10) == 101 * 9


def test_right_counts_are_those_asked_for():
    given = copy_by_copy.copies_given(recorded())
    assert given.sel(who="as asked").values.tolist() == given.asked.values.tolist()
    assert (given.sel(who="seed 0", asked=list(range(1, MOST + 1))) == range(1, MOST + 1)).all()


def test_an_end_mark_is_due_where_the_line_of_its_number_stands():
    marks = copy_by_copy.end_marks(recorded()).sel(seed=0)
    lines = marks.sel(answer=marks.coords["answer edge"].values)
    assert labelled.labels(lines, "answer") == [str(asked) for asked in copy_by_copy.SHOWN]
    assert (lines.sel(answer=1 + 8 * repeating.COUNTED, asked=8)) > 0.5
    assert labelled.labels(marks, "answer")[:6] == ["0", "0 and 1 of 5 vectors", "0 and 2 of 5 vectors", "0 and 3 of 5 vectors", "0 and 4 of 5 vectors", "1"]
