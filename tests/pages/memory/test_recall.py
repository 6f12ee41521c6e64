"""What must be true of the page memory/recall, beside its claims: the episode, where things were written, what the figures hold."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from explainers.pages.memory import recall as page
from explainers.studies import recalling
from explainers.tasks import recall


@cache
def recalls() -> recalling.Recalls:
    """The recorded runs of the page."""
    return recalling.recalls.__wrapped__()


def with_first(**changes) -> recalling.Recalls:
    """The page's runs with something else in the first machine."""
    first, *others = recalls().machines
    return replace(recalls(), machines=(replace(first, **changes), *others))


def test_machines_that_wait_at_the_marks_are_counted():
    one_on = recalls().machines[0].lists
    steps = torch.arange(len(one_on.writing))[:, None].expand_as(one_on.writing)
    assert page.waiting(recalls()) == "all three machines"
    assert page.waiting(with_first(lists=replace(one_on, writing=steps))) == "two of the three machines"


def test_the_memory_figure_shows_the_episode():
    figure, run = page.memory_use(recalls()), recalls().run
    panels = dict(zip(figure.layout.meta["panels"], figure.data, strict=True))
    assert (np.asarray(panels["inputs"].z) == run.inputs[:, 0].T.numpy()).all()
    outputs = np.asarray(panels["outputs"].z)
    assert not outputs[:, : -recall.ITEM].any()
    assert ((outputs[:, -recall.ITEM :] > 0.5) == run.targets[:, 0].T.bool().numpy()).all()
    live = figure.layout.meta["live"]
    assert live["settings"] == {"items": recall.MOST, "asked": run.asked + 1}
    assert len(live["vectors"]) == recall.MOST * recall.ITEM
    answer = live["vectors"][recall.ITEM * (run.asked + 1) :][: recall.ITEM]
    assert answer == run.targets[:, 0].int().tolist()


def test_lists_are_counted_as_they_were_recorded():
    assert page.items() == recalls().run.items
    assert page.long_lists() == sum(len(each.wrong) for each in page.long_searches(recalls()))


def test_a_machine_that_was_cheap_once_has_not_come_below_a_bit(monkeypatch):
    """The second point is the last before the 30,000 lists of the paper."""
    for bits, holds in (((9.0, 0.5, 2.0), True), ((0.5, 9.0, 0.1), False)):
        curve = torch.tensor([*zip((1600.0, 20_000.0, 40_000.0), bits, strict=True)])
        monkeypatch.setattr(recall, "curves", lambda curve=curve: {"ntm": [curve]})
        assert page.as_fast_as_the_paper(recalls()) is holds


def test_all_vectors_of_the_shown_list_differ():
    vectors = recalls().run.inputs[recall.vector_steps(recall.MOST), 0, : recall.BITS]
    assert len(vectors.unique(dim=0)) == len(vectors)


@pytest.mark.parametrize("index", range(3))
def test_the_weight_of_a_head_is_shared_out_between_items(index):
    on = recalls().machines[index].lists.on
    assert 0.5 < float(on[1].max()) <= 1 + 1e-5
    assert float(on.sum(0).max()) <= 1 + 1e-5


def test_a_list_is_moved_by_what_its_rows_are_moved_by():
    """In one list one row of 18 is doubled: its length before is that of all rows."""
    lists = recalls().machines[0].lists
    after = lists.before.clone()
    after[7, 4] *= 2
    changed = replace(lists, after=after)
    of_list, of_row = lists.before[7].norm(), lists.before[7, 4].norm()
    assert float(changed.list_moved[7]) == pytest.approx(float(of_row / of_list))
    assert page.row_changed_most(with_first(lists=changed)) >= 100
    assert page.list_stays(recalls()) and not page.list_stays(with_first(lists=changed))


@pytest.mark.parametrize(("way", "wrong"), [("left alone", 1), ("shut", 0), ("open", 0), ("shut at the end", 1), ("open at the end", 0)])
def test_what_the_gate_does_decides(way, wrong):
    """Of each way of setting the gate, one of the two findings turns false if it did the opposite."""
    gates = recalls().machines[0].gates
    opposite = replace(gates[way], wrong=torch.full_like(gates[way].wrong, wrong))
    changed = with_first(gates=gates | {way: opposite})
    assert page.needs_both(recalls()) and page.looks_no_more(recalls())
    assert page.needs_both(changed).holds != page.looks_no_more(changed).holds


def test_a_shut_gate_ends_the_search():
    """The controls of the search: with the gate shut at the query's vectors a head is there no more often than by chance, or little more."""
    assert page.by_chance() == 20
    assert page.found_shut(recalls()) < 2 * page.by_chance()
    assert page.found_shut(with_first(shut=recalls().machines[0].longer[recall.MOST])) > 90


def test_machines_that_learned_nothing_have_no_place_for_every_vector():
    """So where such a machine's read head stands says little, and the findings on it are false."""
    pairs = zip(recalls().machines, recalls().untrained, strict=True)
    nothing = replace(recalls(), machines=tuple(replace(each, lists=lists) for each, lists in pairs))
    for finding in (page.stands_on_the_next, page.one_ahead, page.a_place_for_every_vector, page.at_the_border):
        assert finding(recalls()) and not finding(nothing)
    assert 1 <= page.places_untrained(recalls()) < page.vectors_of_list()


def test_searches_that_do_not_decide_are_noticed():
    searches = page.long_searches(recalls())
    read, wanted, wrong = (torch.cat([getattr(each, what) for each in searches]) for what in ("read", "wanted", "wrong"))
    machine = replace(recalls().machines[0], longer={page.longest(): recalling.Search(read.roll(1), wanted.roll(1), wrong)})
    assert page.mostly_astray(recalls()) and not page.mostly_astray(replace(recalls(), machines=(machine,)))


@pytest.mark.parametrize("items", [12, 15])
def test_a_bit_a_list_at_one_length_is_too_much(items):
    longer = recalls().machines[0].longer
    worse = replace(longer[items], wrong=torch.ones_like(longer[items].wrong))
    assert page.goes_on(recalls()) and not page.goes_on(with_first(longer=longer | {items: worse}))
