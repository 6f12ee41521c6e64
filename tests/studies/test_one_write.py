"""Writes and reads on a memory small enough to work by hand."""

import pytest
import torch

from explainers.studies import one_write


def test_a_write_and_a_read_by_hand():
    memory = torch.tensor([[1.0, 2.0], [0.0, 4.0]])
    after = one_write.written(memory, torch.tensor([0.5, 0.0]), torch.tensor([1.0, 0.0]), torch.tensor([0.0, 6.0]))
    assert after.tolist() == [[0.5, 5.0], [0.0, 4.0]]
    assert one_write.read(after, torch.tensor([0.5, 0.5])).tolist() == [0.25, 4.5]


def test_a_weighting_blurred_twice():
    assert one_write.blurred(one_write.only(2, 5)).tolist() == [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16]


def test_two_sharp_writes_do_not_disturb_each_other_and_two_blurred_ones_do():
    stored = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    sharp = one_write.pair(stored, 6, 1.0, torch.tensor([0.0, 1.0, 0.0]))
    assert sharp.errors == pytest.approx((0, 0), abs=1e-9)
    blurred = one_write.pair(stored, 6, 1.0)
    assert min(blurred.errors) > 0.5
    assert blurred.weightings.sum(-1).tolist() == pytest.approx([1, 1])
