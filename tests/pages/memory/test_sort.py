"""What must be true of the page memory/sort, beside its claims: what the figures hold."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from explainers.pages.memory import sort as page
from explainers.studies.sort_memory import READ
from explainers.tasks import sort


@cache
def sorts() -> page.Sorts:
    """The recorded runs of the page."""
    return page.subject()


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
    shown, read = page.priorities(run, len(run.inputs)).traces
    assert list(shown.y) == pytest.approx(run.priority.tolist())
    stands = run.trace.addressing.weighting[:, 0, READ].argmax(-1)
    for time, priority in zip(read.x, read.y, strict=True):
        vector = run.priority.tolist().index(pytest.approx(priority))
        assert run.trace.addressing.weighting[vector, 0, page.FIRST].argmax() == stands[time - 1]


def test_every_location_shown_holds_its_vectors():
    assert len(sorts().used) == sort.SHOWN + 4
    for record in sorts().records[:1]:
        assert set(record.location.flatten().tolist()) <= set(sorts().used)


def test_bars_by_gap_are_means_over_all_answers():
    """Weighted by how often a gap lies in a bin, the bars give the mean again."""
    for record in sorts().records:
        gaps = page.sort_memory.smaller_gap(record.priority)
        counts = [int(((gaps >= low) & (gaps < high)).sum()) for low, high in zip(page.GAPS, page.GAPS[1:], strict=False)]
        assert sum(counts) == gaps.numel()
        assert min(counts) > 30
        mean = float(np.average(page.at_gaps(record), weights=counts))
        assert mean == pytest.approx(float(record.wrong.float().mean()))


def test_the_papers_lines_stand_at_the_papers_costs():
    levels = {trace.name: set(trace.y) for trace in page.learning(sorts()).data if trace.name.startswith("the paper")}
    assert levels == {"the paper's NTM": {page.PAPER["ntm"]}, "the paper's LSTM": {page.PAPER["lstm"]}}


def test_scores_are_cosines():
    for trace in page.scores(sorts()).data:
        assert np.abs(np.asarray(trace.z)).max() <= 1
        assert np.asarray(trace.z).shape == (sort.SHOWN, sort.ASKED + 1)


def test_a_location_that_follows_the_priority_is_not_one_by_turn_alone():
    """The same record with two locations of one sequence exchanged: no more in order, no more alike in all sequences."""
    record = sorts().records[0]
    assert page.by_turn_alone(record) and page.one_after_another(record)
    location = record.location.clone()
    location[[0, 1], 3] = location[[1, 0], 3]
    moved = replace(record, location=location)
    assert not page.by_turn_alone(moved) and not page.one_after_another(moved)


def test_claims_are_false_of_a_machine_that_has_learned_nothing():
    untrained = sorts().untrained
    nothing = replace(sorts(), records=(untrained,), still=(untrained,), first_still=(untrained,))
    for claim in (
        page.priority_lies_in_the_row, page.reads_by_content, page.goes_down, page.stands_where_wanted, page.second_head_goes_along,
        page.crosses_out, page.stays_on_the_highest, page.near_ties_are_hard, page.erasing_was_learned,
    ):  # fmt: skip
        assert not claim(nothing), claim.__name__


def test_a_key_that_keeps_up_or_begins_low_does_not_lag_behind():
    record = sorts().records[0]
    in_step = torch.cat([record.unspoilt[:1], torch.arange(sort.ASKED)[:, None].expand_as(record.unspoilt[1:])])
    late = record.unspoilt.flip(0)
    for changed in (in_step, late):
        assert not page.key_lags_behind(replace(sorts(), records=(replace(record, unspoilt=changed),)))
    assert page.key_lags_behind(sorts())
