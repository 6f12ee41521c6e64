"""How the error of what is read changes with each number of a write: by automatic differentiation, by finite differences, and by hand."""

from collections.abc import Callable

import torch
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.labelled import Axis, Quantity, recorded
from explainers.studies.one_write import Small, blurred, of_small, only, read, written

NUDGE = 1e-4  # of a finite difference
Slopes = dict[str, Float[Tensor, "number"]]
Write = Callable[[Tensor], Tensor]


def softly(weighting: Tensor) -> Tensor:
    """The weighting itself: a write that is spread."""
    return weighting


def hardly(weighting: Tensor) -> Tensor:
    """All weight on the location with the largest weight: a write to one location."""
    return torch.nn.functional.one_hot(weighting.argmax(-1), weighting.shape[-1]).to(weighting.dtype)


def parts(small: Small) -> Slopes:
    """What the loss is differentiated with respect to: the weighting (here a blurred one), the erase and the add vector, in 64 bits."""
    return {
        "w": blurred(only(small.focus, len(small.places))).double(),
        "e": small.erase.double(),
        "a": small.add.double(),
    }


def looking(small: Small) -> Float[Tensor, "location"]:
    """Where the vector is read: a blurred weighting one location behind the write, so that either head has a location to itself."""
    return blurred(only(small.old, len(small.places))).double()


def missed(small: Small, values: Slopes, write: Write) -> Float[Tensor, "feature"]:
    """What is read after the write, less the vector wanted: the next one that the machine stores."""
    after = written(small.memory.double(), write(values["w"]), values["e"], values["a"])
    return read(after, looking(small)) - small.wanted.double()


def loss(small: Small, values: Slopes, write: Write) -> Float[Tensor, ""]:
    """Half the squared distance between the vector read and the vector wanted."""
    return missed(small, values, write).square().sum() / 2


def slopes(small: Small, write: Write = softly) -> Slopes:
    """The derivatives of the loss, by torch's automatic differentiation."""
    values = {name: numbers.clone().requires_grad_() for name, numbers in parts(small).items()}
    found = torch.autograd.grad(loss(small, values, write), list(values.values()), materialize_grads=True)
    return dict(zip(values, found, strict=True))


def differences(small: Small, write: Write = softly) -> Slopes:
    """The same derivatives by finite differences: each number nudged up and down, the others left as they are."""
    values, found = parts(small), {}
    for name, numbers in values.items():
        nudged = [
            loss(small, values | {name: numbers + nudge}, write) - loss(small, values | {name: numbers - nudge}, write)
            for nudge in NUDGE * torch.eye(len(numbers), dtype=numbers.dtype)
        ]
        found[name] = torch.stack(nudged) / (2 * NUDGE)
    return found


def by_hand(small: Small) -> Float[Tensor, "location"]:
    """The derivative with respect to each weight, worked out.

    It is the read head's weight, times a sum over the features: what is read less what is wanted, times a − e M(i).
    """
    values = parts(small)
    change = values["a"] - values["e"] * small.memory.double()
    return looking(small) * (change @ missed(small, values, softly))


def apart(small: Small) -> float:
    """How far automatic differentiation and finite differences are apart, at most."""
    exact, nudged = slopes(small), differences(small)
    return max(float((exact[name] - nudged[name]).abs().max()) for name in exact)


# What the derivatives are with respect to: how a picture says it, and what its numbers are along.
RESPECTS = {"w": ("with respect to w(i)", "location"), "e": ("with respect to e", "feature"), "a": ("with respect to a", "feature")}


@recorded
def three_ways(small: Small, *, part: str) -> xr.DataArray:
    """The derivatives with respect to one part of the write: computed in two ways, and for a hard write."""
    title, dim = RESPECTS[part]
    ways = {"automatic differentiation": slopes(small), "finite differences": differences(small), "hard write": slopes(small, hardly)}
    found = torch.stack([way[part] for way in ways.values()])
    return labelled.array(found, f"way {dim}", Quantity("derivative"), title, way=Axis("", tuple(ways)), **{dim: of_small(small)[dim]})
