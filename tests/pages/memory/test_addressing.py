"""What must be true of the page memory/addressing, beside its claims."""

from types import SimpleNamespace

import pytest
import torch

from explainers.pages.memory import addressing as page


def walking(shift: list[float]) -> SimpleNamespace:
    """A head on location 2 of a ring of five that shifts so at its one step."""
    weighting = torch.tensor([0, 0.1, 0.9, 0, 0])
    controls = SimpleNamespace(shift=torch.tensor([[[shift, shift]]], dtype=torch.float))
    return SimpleNamespace(previous=lambda step, head: weighting, writing=0, controls=controls)


@pytest.mark.parametrize(
    ("shift", "before", "moved", "fallen"),
    [
        ([1, 0, 0], [0.9, 0, 0, 0, 0.1], [0, 0, 0, 0.1, 0.9], [0, 0, 0, 0.1, 0]),
        ([0, 0, 1], [0, 0, 0, 0.1, 0.9], [0.9, 0, 0, 0, 0.1], [0, 0, 0, 0, 0.1]),
    ],
    ids=["down", "up"],
)
def test_the_edge_is_the_one_that_the_head_walks_towards(shift, before, moved, fallen):
    """Whichever way a machine has learned to walk: without the circle, what stands at the edge is lost."""
    found = page.over_the_edge(walking(shift))
    for got, wanted in zip(found, (before, moved, fallen), strict=True):
        assert torch.allclose(got, torch.tensor(wanted, dtype=torch.float))
    assert page.fallen_off(walking(shift)) == pytest.approx(90)
