"""How the machines sort: what is measured of many sequences, on records made by hand."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from explainers.kit.build.checkpoint import read_card
from explainers.studies import sort_memory, sorting
from explainers.tasks import sort


@cache
def record() -> sort_memory.Record:
    """Sequences of a machine that has learned nothing."""
    return sort_memory.record(sort.build(0), 100, 0)


@cache
def two() -> sort_memory.Record:
    """Two of them, to be changed by hand."""
    return sort_memory.record(sort.build(0), 2, 0)


def test_bars_by_gap_are_means_over_all_answers():
    """Weighted by how often a gap lies in a bin, the bars give the mean again."""
    gaps = sort_memory.smaller_gap(record().priority)
    counts = [int(((gaps >= low) & (gaps < high)).sum()) for low, high in zip(sorting.GAPS, sorting.GAPS[1:], strict=False)]
    assert sum(counts) == gaps.numel()
    assert min(counts) > 30
    assert float(np.average(sorting.at_gaps(record()), weights=counts)) == pytest.approx(float(record().wrong.float().mean()))


def test_a_location_that_follows_the_priority_is_not_one_by_turn_alone():
    """Each vector after the one before, round the end of the memory; then two locations of one sequence exchanged."""
    turns = (torch.arange(sort.SHOWN) + 120) % 128
    location = turns[:, None].repeat(1, 2)
    in_turn = replace(two(), location=location)
    assert sorting.by_turn_alone(in_turn) and sorting.one_after_another(in_turn)
    moved = location.clone()
    moved[[0, 1], 1] = moved[[1, 0], 1]
    assert not sorting.by_turn_alone(replace(two(), location=moved))
    assert not sorting.one_after_another(replace(two(), location=moved))
    elsewhere = location.clone()
    elsewhere[:, 1] += 1  # in order, but from another location on
    assert not sorting.by_turn_alone(replace(two(), location=elsewhere % 128))
    assert sorting.one_after_another(replace(two(), location=elsewhere % 128))


def test_places_are_counted_from_one_and_only_where_there_is_one():
    stood = torch.zeros_like(two().stood)
    stood[:2] = torch.tensor([[0, 2], [3, sort_memory.NOWHERE]])
    assert sorting.mean_place(replace(two(), stood=stood)) == [2.0, 4.0, *[1.0] * (sort.ASKED - 1)]
    unspoilt = torch.full_like(two().unspoilt, 9)
    unspoilt[1] = torch.tensor([0, 1])
    assert sorting.asks_for(replace(two(), unspoilt=unspoilt), 1) == 1.5


def test_what_was_wrong_and_what_was_crossed_out_by_hand():
    """The step with the mark is no answer, so what is written there does not count."""
    wrong = torch.zeros_like(two().wrong)
    wrong[:2] = torch.tensor([[1, 0], [2, 1]])
    assert sorting.wrong(replace(two(), wrong=wrong)) == 2
    before, after = torch.full_like(two().before, 0.8), torch.full_like(two().after, 0.5)
    before[0], after[0] = 0.9, 0.0
    assert sorting.drop(replace(two(), before=before, after=after)) == pytest.approx(0.3)


def test_the_published_sequences_cost_what_the_card_says():
    many = sort.shown(sort.FRESH, torch.Generator().manual_seed(sort.FRESH_SEED))
    assert float(sorting.cost(sort.trained(), many).mean()) == pytest.approx(read_card("sort")["metrics"]["bits_per_sequence"], rel=1e-3)


def sorts(**changes) -> sorting.Sorts:
    """Two machines of seeds 7 and 3; what is not told is that of a machine that has learned nothing."""
    pair = (record(), record())
    kept = {"records": pair, "still": pair, "first_still": pair, "untrained": record(), "costs": ()}
    return sorting.Sorts(**{"run": sort.run(), "seeds": (7, 3)} | kept | changes)


def test_pictures_name_the_machine_and_the_head_that_is_still():
    def costing(bits: int) -> sort_memory.Record:
        wrong = torch.zeros_like(record().wrong)
        wrong[4] = bits
        return replace(record(), wrong=wrong)

    kinds = {"records": (1, 2), "first_still": (3, 4), "still": (5, 6)}
    changed = sorts(**{kind: tuple(map(costing, both)) for kind, both in kinds.items()})
    found = sorting.wrong_when_still(changed)
    assert [found.sel(still=still, seed=3).item() for still in ("none", "first", "second")] == [2, 4, 6]
    by_answer = sorting.wrong_by_answer(changed).sel(seed=7)
    assert by_answer.sel(answer=5) == 1 and by_answer.sum() == 1


def test_scores_stand_at_their_place_and_answer():
    """The key of the second answer fits the vector at the third place, in one machine."""
    score = torch.zeros_like(record().score)
    score[2, :, 2] = 0.5
    found = sorting.scores(sorts(records=(record(), replace(record(), score=score)))).sel(seed=3)
    assert found.sel(place=3, answer=2) == 0.5 and found.sum() == 0.5


def test_places_and_cosines_are_told_of_the_right_step():
    stood = torch.zeros_like(record().stood)
    stood[1] = 4
    changed = replace(record(), stood=stood, before=torch.full_like(record().before, 0.5), after=torch.full_like(record().after, 0.25))
    found = sorting.mean_places(sorts(still=(changed, changed))).sel(seed=7, still="second")
    assert found.sel(answer=1) == 5 and set(found.drop_sel(answer=1).values) == {1}
    assert sorting.crossed_out(sorts(records=(changed, changed))).sel(seed=7).values.tolist() == [0.5, 0.25]


def test_a_vector_keeps_its_location_and_its_priority():
    found = sorting.location_and_priority(sorts()).sel(kind="a vector", vector="turn 3, sequence 2")
    assert found == record().location[2, 1]
    assert found.priority == record().priority[2, 1]
    assert sorting.location_and_turn(sorts()).sel(kind="a vector", turn=3) == record().location[2, 0]
