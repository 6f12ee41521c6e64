"""What must be true of further sequences: like those of the cards, but others."""

import torch
from torch import Generator

from explainers.studies import further_sequences
from explainers.tasks import copy, recall, repeat_copy

SEED = further_sequences.FIRST_SEED


def test_every_size_of_training_is_there_equally_often():
    draws = further_sequences.to_copy, further_sequences.to_repeat, further_sequences.to_recall
    copied, repeated, recalled = (draw(SEED) for draw in draws)
    assert [len(each.targets) for each in copied] == list(range(1, copy.LONGEST + 1))
    assert sorted(len(each.targets) for each in repeated) == sorted(a * b + 1 for a in range(1, 11) for b in range(1, 11))
    assert [len(each.inputs) for each in recalled] == [4 * items + 8 for items in range(recall.FEWEST, recall.MOST + 1)]
    for sets, whole in ((copied, copy.FRESH), (repeated, repeat_copy.FRESH), (recalled, recall.FRESH)):
        assert {each.inputs.shape[1] for each in sets} == {whole // len(sets)}


def test_they_are_not_those_of_the_cards():
    card = copy.shown(20, 50, Generator().manual_seed(copy.FRESH_SEED + 20))
    assert not any(torch.equal(card.targets, further_sequences.to_copy(SEED + apart)[-1].targets) for apart in (0, further_sequences.APART))


def test_costs_of_copying_are_those_of_every_machine_and_set():
    copied = (further_sequences.Copied((1.0, 2.0), (), ()), further_sequences.Copied((3.0, 4.0), (), ()))
    found = further_sequences.Further(copied, {"recall": (5.0, 6.0)}, (), ())
    assert found.costs_of(copy.TASK) == [1, 2, 3, 4]
    assert found.costs_of(recall.TASK) == [5, 6]
