"""What must be true of the page memory/from_attention, beside its claims."""

from dataclasses import replace
from functools import cache

import pytest
import torch

from explainers.pages.memory import from_attention as page
from explainers.studies import two_lookups
from explainers.studies.two_lookups import LENGTH, Copied, cosine_lookup, dot_product_lookup


@cache
def bridge() -> page.Bridge:
    """What the page is about."""
    return page.subject()


def with_run(**changes) -> page.Bridge:
    """The page's record with something else in the episode of the first machine."""
    first, *others = bridge().lookups.shown
    return replace(bridge(), lookups=replace(bridge().lookups, shown=(replace(first, **changes), *others)))


def with_second(**changes) -> page.Bridge:
    """The page's record with something else in the second sequences of the last machine."""
    *others, last = bridge().seconds
    return replace(bridge(), seconds=(*others, replace(last, **changes)))


def test_the_figure_carries_what_it_draws():
    drawn = page.lookups(bridge())
    live = drawn.layout.meta["live"]
    vectors = torch.tensor(live["stored"]["data"]).view(live["stored"]["shape"])
    weights = dot_product_lookup(vectors[live["wanted"]], vectors)
    assert list(drawn.data[0].y) == pytest.approx(weights.tolist(), abs=1e-6)
    weights = cosine_lookup(vectors[live["wanted"]], live["strength"], vectors)
    assert list(drawn.data[1].y) == pytest.approx(weights.tolist(), abs=1e-6)
    assert drawn.data[0].meta["labels"] == [str(place) for place in live["locations"]]


def test_a_sequence_with_a_vector_twice_is_counted():
    def shown(*vectors: list[float]) -> Copied:
        return Copied(torch.tensor(vectors), (0, 1), torch.eye(2), torch.zeros(1, 2), 1.0)

    fresh = (shown([0.0, 1], [1, 1], [0, 1]), shown([0.0, 1], [1, 1]))
    assert page.repeated(replace(bridge(), lookups=replace(bridge().lookups, fresh=fresh))) == 1


def test_a_long_neighbour_is_not_found_in_the_place_of_the_right_one():
    """Two vectors that point nearly the same way, one of them long: then attention errs, and the finding is false."""
    run = bridge().run
    memory = run.memory.clone()
    memory[run.written[0]] = 3 * memory[run.written[1]] + 0.1
    assert page.both_find_it(bridge()) and not page.both_find_it(with_run(memory=memory))


@pytest.mark.parametrize("lookup", [lambda query, keys: cosine_lookup(query, 3.0, keys), lambda query, keys: keys.norm(dim=-1)])
def test_a_lookup_in_which_a_long_vector_never_wins_or_always_is_noticed(monkeypatch, lookup):
    assert page.long_vectors_win(bridge())
    monkeypatch.setattr(two_lookups, "dot_product_lookup", lookup)
    assert not page.long_vectors_win(bridge())


def test_what_was_chosen_is_what_the_record_holds():
    assert page.sequences() == len(bridge().lookups.fresh)
    assert page.words_read() == len(bridge().keys.words)


@pytest.mark.parametrize("factor", [0.4, 0.0])
def test_a_vector_that_moves_little_is_noticed(factor):
    moved = bridge().run.moved.clone()
    moved[LENGTH - 1] *= factor
    assert page.memory_changes(bridge()) and not page.memory_changes(with_run(moved=moved))


def test_one_mistake_after_a_fresh_start_is_noticed():
    wrong = bridge().seconds[-1].wrong
    once = wrong["nothing"].clone()
    once[7] = 1
    for finding in (page.every_part_matters, page.no_better_than_guessing):
        assert finding(bridge()) and not finding(with_second(wrong=wrong | {"nothing": once}))


@pytest.mark.parametrize("part", ["memory", "heads", "read", "all"])
def test_a_part_that_does_not_matter_is_noticed(part):
    wrong = bridge().seconds[-1].wrong
    assert not page.every_part_matters(with_second(wrong=wrong | {part: torch.ones_like(wrong[part])}))


@pytest.mark.parametrize("start", ["nothing", "heads"])
def test_one_sequence_that_begins_otherwise_is_noticed(start):
    lost = bridge().seconds[-1].lost
    other = lost[start].clone()
    other[3] = ~other[3]
    assert page.reads_elsewhere(bridge()) and not page.reads_elsewhere(with_second(lost=lost | {start: other}))
