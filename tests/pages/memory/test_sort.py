"""What must be true of the page memory/sort, beside its claims: what the figures hold."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from explainers.pages.memory import sort as page
from explainers.studies import sorting
from explainers.studies.sort_memory import FIRST, READ
from explainers.tasks import sort


@cache
def sorts() -> sorting.Sorts:
    """The record of the page."""
    return sorting.sorts.__wrapped__()


def by_title(figure) -> dict:
    """The traces of a figure, by the title of their panel."""
    titles = figure.layout.meta["panels"]
    found: dict[str, list] = {title: [] for title in titles}
    for trace in figure.data:
        found[titles[int((trace.xaxis or "x")[1:] or 1) - 1]].append(trace)
    return found


def test_the_memory_figure_shows_the_episode():
    figure, run = page.memory_use(sorts()), sorts().run
    panels = by_title(figure)
    inputs = np.asarray(panels["inputs"][0].z)
    assert (inputs[: sort.BITS] == run.inputs[:, 0, : sort.BITS].T.numpy()).all()
    np.testing.assert_allclose(2 * inputs[sort.BITS, : sort.SHOWN] - 1, run.priority, atol=1e-6)
    outputs = np.asarray(panels["outputs"][0].z)
    assert not outputs[:, : sort.SHOWN + 1].any()
    assert ((outputs[:, sort.SHOWN + 1 :] > 0.5) != run.targets[:, 0].T.bool().numpy()).sum() == run.wrong_bits
    live = figure.layout.meta["live"]
    assert live["vectors"] == run.inputs[: sort.SHOWN, 0, : sort.BITS].int().tolist()
    assert live["priorities"] == pytest.approx(run.priority.tolist(), abs=1e-6)


def test_priorities_read_are_those_of_the_rows_that_the_head_stands_on():
    run = sorts().run
    shown, read = page.order(sorts()).data
    assert list(shown.y) == pytest.approx(run.priority.tolist())
    stands = run.trace.addressing.weighting[:, 0, READ].argmax(-1)
    for time, priority in zip(read.x, read.y, strict=True):
        vector = run.priority.tolist().index(pytest.approx(priority))
        assert run.trace.addressing.weighting[vector, 0, FIRST].argmax() == stands[time - 1]


def test_chance_is_that_of_as_many_pairs_as_are_drawn_upon():
    assert {record.priority.numel() for record in sorts().records} == {round(page.by_chance() ** -2)}


def test_every_location_shown_holds_its_vectors():
    assert len(sorts().used) == sort.SHOWN + 4
    for record in sorts().records[:1]:
        assert set(record.location.flatten().tolist()) <= set(sorts().used)


def test_the_papers_lines_stand_at_the_papers_costs():
    levels = {trace.name: set(trace.y) for trace in page.learning(sorts()).data if trace.name.startswith("the paper")}
    assert levels == {"the paper's NTM": {page.PAPER["ntm"]}, "the paper's LSTM": {page.PAPER["lstm"]}}


def test_scores_are_cosines():
    for trace in page.scores(sorts()).data:
        assert np.abs(np.asarray(trace.z)).max() <= 1
        assert np.asarray(trace.z).shape == (sort.SHOWN, sort.ASKED + 1)


def with_last(**changes) -> sorting.Sorts:
    """The page's record with something else in place of the last machine's."""
    return replace(sorts(), **{name: (*getattr(sorts(), name)[:-1], last) for name, last in changes.items()})


ABOUT_MACHINES = (
    page.priority_lies_in_the_row, page.reads_by_content, page.goes_down, page.stands_where_wanted, page.key_lags_behind,
    page.erasing_was_learned, page.second_head_goes_along, page.crosses_out, page.needs_the_second_head, page.near_ties_are_hard,
)  # fmt: skip


@pytest.mark.parametrize("says", ABOUT_MACHINES, ids=lambda says: says.__name__)
def test_one_machine_that_has_learned_nothing_turns_what_is_said_of_all_false(says):
    assert says(sorts()) and not says(with_last(records=sorts().untrained))


def test_one_sequence_written_out_of_turn_is_noticed():
    last = sorts().records[-1]
    location = last.location.clone()
    location[[0, 1], 3] = location[[1, 0], 3]
    changed = with_last(records=replace(last, location=location))
    for says in (page.writes_in_sequence, page.location_by_turn_alone):
        assert says(sorts()) and not says(changed)
    assert not page.untrained_does_so_too(replace(sorts(), untrained=changed.records[-1]))


def test_which_head_is_silent_matters():
    """Silent in the other's place, the first head does no harm, and the second one does."""
    other = with_last(still=sorts().first_still[-1], first_still=sorts().still[-1])
    for says in (page.needs_the_second_head, page.stays_on_the_highest, page.first_head_is_done):
        assert says(sorts()) and not says(other)


def test_one_machine_that_costs_more_than_the_papers_is_noticed():
    assert page.lower_than_the_paper(sorts()) and not page.lower_than_the_paper(with_last(costs=3 * sorts().costs[-1]))


def test_a_key_that_keeps_up_or_begins_low_does_not_lag_behind():
    record = sorts().records[0]
    in_step = torch.cat([record.unspoilt[:1], torch.arange(sort.ASKED)[:, None].expand_as(record.unspoilt[1:])])
    late = record.unspoilt.flip(0)
    for changed in (in_step, late):
        assert not page.key_lags_behind(replace(sorts(), records=(replace(record, unspoilt=changed),)))
    assert page.key_lags_behind(sorts())
