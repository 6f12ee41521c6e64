"""What is counted of walks through copies, by hand."""

import torch

from explainers.studies import copying
from explainers.tasks import copy


def walk(written: list[int], read: list[int]) -> copy.Walk:
    """A walk through one sequence."""
    places = torch.tensor([written]).T, torch.tensor([read]).T
    weight = torch.ones(len(written), 1)
    return copy.Walk(places[0], torch.zeros_like(places[0]), places[1], weight, weight, torch.zeros_like(places[0]))


def test_a_head_is_astray_where_it_is_elsewhere_than_where_the_vector_was_written():
    assert copying.astray(walk([4, 5, 6], [4, 6, 6])).flatten().tolist() == [False, True, False]


def test_wrong_bits_in_percent():
    assert copying.percent(copy.Score(12.0, 48, 0.0, ())) == 25


def test_two_sets_of_seeds_give_two_machines_other_sequences(monkeypatch):
    for name, value in {"EPISODES": 2, "EACH": 1, "FEWER": 1, "FAR_EPISODES": {50: 1}, "AROUND_THE_END": (100,)}.items():
        monkeypatch.setattr(copying, name, value)
    one, other = (copying.followed("copy", seed, seed) for seed in (1, 2))
    assert one.seed == other.seed and not one.run.inputs.equal(other.run.inputs)
    assert one.run.wrong_bits == other.run.wrong_bits == 0
