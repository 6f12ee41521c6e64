"""What must be true of the page memory/recall, beside its claims: the episode, where things were written, what the figures hold."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from explainers.models.ntm import NeuralTuringMachine
from explainers.pages.memory import recall as page
from explainers.tasks import recall


@cache
def recalls() -> page.Recalls:
    """The recorded runs of the page."""
    return page.subject()


def test_an_episode_of_two_items_step_by_step():
    inputs, targets, asked = recall.episodes(2, 4, torch.Generator().manual_seed(0))
    assert inputs.shape == (16, 4, recall.BITS + 2)
    assert targets.shape == (recall.ITEM, 4, recall.BITS)
    assert asked.tolist() == [0] * 4  # only the first of two has a successor
    channels = inputs[:, 0, recall.BITS :].tolist()
    assert [step for step, (item, _) in enumerate(channels) if item] == [0, 4]
    assert [step for step, (_, query) in enumerate(channels) if query] == [8, 12]
    assert recall.vector_steps(2) == [1, 2, 3, 5, 6, 7]
    assert torch.equal(inputs[9:12], inputs[1:4])
    assert torch.equal(targets, inputs[5:8, :, : recall.BITS])
    assert not inputs[13:].any()


def by_hand() -> recall.Record:
    """Two lists of three items on a ring of locations, in the second of which item 1 is asked for; the read head is half on one vector of it."""
    written = torch.arange(9)[:, None] + torch.tensor([0, 100])
    weighting = torch.zeros(1, 2, 2, 128)
    weighting[0, 0, 0, 0] = weighting[0, 0, 0, 3] = 0.5
    weighting[0, 1, 0, 103] = 0.25
    weighting[0, 1, 0, 106] = weighting[0, 1, 0, 108] = 0.375
    _, trace = NeuralTuringMachine(2, 2, hidden=4, width=3)(torch.zeros(1, 2, 2))
    trace = replace(trace, addressing=replace(trace.addressing, weighting=weighting))
    return recall.Record(3, torch.tensor([0, 1]), trace, torch.tensor([0, 0]), written, weighting[:, :, 0].argmax(-1))


def test_where_the_vectors_of_an_item_are():
    record = by_hand()
    assert record.vector_of(0, 0).tolist() == [0, 103]
    assert record.vector_of(1, 2).tolist() == [5, 108]


def test_the_weight_on_an_item_is_the_sum_over_its_vectors():
    record = by_hand()
    assert record.weight_on(0)[0].tolist() == [0.5, 0.25]
    assert record.weight_on(1)[0].tolist() == [0.5, 0.75]


def test_the_steps_have_their_names_and_lines():
    names, edges = page.labels(2)
    assert names == ["1", "", "", "", "2", "", "", "", "Q", "", "", "", "", "A", "", ""]
    assert edges == [4, 8, 13]


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


def test_all_vectors_of_the_shown_list_differ():
    vectors = recalls().run.inputs[recall.vector_steps(recall.MOST), 0, : recall.BITS]
    assert len(vectors.unique(dim=0)) == len(vectors)


@pytest.mark.parametrize("index", range(3))
def test_the_weight_of_a_head_is_shared_out_between_items(index):
    record = recalls().records[index]
    each = [record.weight_on(item).max() for item in (0, 1)]
    both = record.weight_on(0) + record.weight_on(1)
    assert all(0.5 < float(most) <= 1 + 1e-5 for most in each[1:])
    assert float(both.max()) <= 1 + 1e-5


def test_the_search_of_long_lists_is_that_of_the_record():
    record = recalls().records[0]
    read, wanted, wrong = recall.search(recall.MOST, page.EPISODES, recall.FRESH_SEED + recall.MOST)
    assert torch.equal(read, record.read[page.end(record)])
    assert torch.equal(wanted, record.vector_of(1, 0))
    assert torch.equal(wrong, record.wrong)
