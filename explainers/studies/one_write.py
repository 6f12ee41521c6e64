"""One write and one read, worked on a small part of a memory; and how two writes disturb each other."""

from dataclasses import dataclass

import torch
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.labelled import SHARE, VALUE, WEIGHTING, Axis, Quantity, recorded
from explainers.models import ntm

SMEAR = torch.tensor([0.25, 0.5, 0.25])


@dataclass(frozen=True)
class Small:
    """A small memory: some locations and features around the write head at one recorded step.

    Attributes:
        places: the locations' numbers in the whole memory.
        focus, old, following: the place among them that is written, the one beside it, written a step before, and the one beside that,
            written two steps before.
        memory, after: before the step, and after it as it was recorded.
        writing: the write head's weighting; its weights on the locations that are left out are shared among these.
        erase, add: what the write head erases and adds.
        reading: the read head's weighting at the later step that gives the same vector back.
        wanted: what the write head adds a step later.
    """

    places: list[int]
    focus: int
    old: int
    following: int
    memory: Float[Tensor, "location feature"]
    after: Float[Tensor, "location feature"]
    writing: Float[Tensor, "location"]
    erase: Float[Tensor, "feature"]
    add: Float[Tensor, "feature"]
    reading: Float[Tensor, "location"]
    wanted: Float[Tensor, "feature"]


def written(
    memory: Float[Tensor, "location feature"],
    weighting: Float[Tensor, "location"],
    erase: Float[Tensor, "feature"],
    add: Float[Tensor, "feature"],
) -> Float[Tensor, "location feature"]:
    """The memory after one head's write (Graves 2014, eq. 3 and 4), by the model's own function."""
    return ntm.erase_and_add(memory[None], weighting[None, None], erase[None, None], add[None, None])[0]


def read(memory: Float[Tensor, "location feature"], weighting: Float[Tensor, "location"]) -> Float[Tensor, "feature"]:
    """The vector that one head reads (Graves 2014, eq. 2), by the model's own function."""
    return ntm.read(memory[None], weighting[None, None])[0, 0]


def steps(small: Small) -> dict[str, Float[Tensor, "location feature"]]:
    """Every matrix of a write and a read. A write to ones shows what is kept, one to zeros what is added."""
    nothing = torch.zeros_like(small.add)
    after = written(small.memory, small.writing, small.erase, small.add)
    return {
        "before": small.memory,
        "kept": written(torch.ones_like(small.memory), small.writing, small.erase, nothing),
        "erased": written(small.memory, small.writing, small.erase, nothing),
        "added": written(torch.zeros_like(small.memory), small.writing, nothing, small.add),
        "after": after,
        "shares": small.reading[:, None] * after,
    }


def only(place: int, locations: int) -> Float[Tensor, "location"]:
    """A weighting with all its weight on one location."""
    return torch.eye(locations)[place]


def blurred(weighting: Float[Tensor, "location"]) -> Float[Tensor, "location"]:
    """A weighting that was shifted twice and never sharpened."""
    return ntm.shift(ntm.shift(weighting, SMEAR), SMEAR)


def both_orders(small: Small) -> dict[str, Float[Tensor, "location feature"]]:
    """The memory after erasing, then adding (the paper), and after adding, then erasing.

    The write goes to the location written a step before, with a blurred weighting.
    """
    where, nothing = blurred(only(small.old, len(small.places))), torch.zeros_like(small.add)
    added = written(small.memory, where, nothing, small.add)
    return {
        "erase, then add": written(small.memory, where, small.erase, small.add),
        "add, then erase": written(added, where, small.erase, nothing),
    }


@dataclass(frozen=True)
class Pair:
    """Two vectors written one after the other to neighbouring locations, and what is read back of each.

    `weightings`, `stored`, `back`: first vector, second vector. `errors`: |read − written| ÷ |written| of each.
    """

    weightings: Float[Tensor, "vector location"]
    stored: Float[Tensor, "vector feature"]
    back: Float[Tensor, "vector feature"]

    @property
    def errors(self) -> tuple[float, float]:
        """How far what is read is from what was written, as a share of its length."""
        first, second = ((self.back - self.stored).norm(dim=-1) / self.stored.norm(dim=-1)).tolist()
        return first, second


def pair(stored: Float[Tensor, "vector feature"], locations: int, gamma: float, smear: Float[Tensor, "shift"] = SMEAR) -> Pair:
    """Write two vectors to locations 2 and 3 of an empty memory, erasing everything.

    Args:
        gamma, smear: each weighting is smeared by this shift and sharpened by this γ.
    """
    weightings = torch.stack([ntm.sharpen(ntm.shift(only(place, locations), smear), torch.tensor(gamma)) for place in (2, 3)])
    memory = torch.zeros(locations, stored.shape[-1])
    for where, what in zip(weightings, stored, strict=True):
        memory = written(memory, where, torch.ones_like(what), what)
    return Pair(weightings, stored, torch.stack([read(memory, where) for where in weightings]))


# What is done to the small memory: what it is called, and what kind of numbers it has.
CONTROLS = {
    "writing": ("write weighting w", WEIGHTING),
    "reading": ("read weighting", WEIGHTING),
    "erase": ("e: what to erase", SHARE),
    "add": ("a: what to add", Quantity("value", "greys", -1, 1)),
}
# The memory, and what is added to it, in the order of the arithmetic.
STAGES = {
    "before": "memory before",
    "erased": "⑤ after erase = before × kept",
    "added": "⑥ added: w a",
    "after": "⑥ after add = erased + added",
}


def of_small(small: Small) -> dict[str, Axis]:
    """The locations of the small memory by their numbers in the whole one, and its features."""
    return {"location": Axis("location", small.places), "feature": labelled.count("feature", len(small.add), first=0, every=1)}


@recorded
def controls(small: Small, *, which: str) -> xr.DataArray:
    """One of CONTROLS."""
    title, quantity = CONTROLS[which]
    dim = "location" if quantity is WEIGHTING else "feature"
    return labelled.named(small, which, quantity, title, **{dim: of_small(small)[dim]})


@recorded
def stages(small: Small) -> xr.DataArray:
    """The small memory before, during and after the write."""
    found = torch.stack([steps(small)[stage] for stage in STAGES])
    stage = Axis("", tuple(STAGES), tuple(STAGES.values()))
    return labelled.array(found, "stage location feature", of_memory(small), "{stage}", stage=stage, **of_small(small))


@recorded
def kept(small: Small) -> xr.DataArray:
    """The share of every number that the erase leaves."""
    return labelled.array(steps(small)["kept"], "location feature", SHARE, "⑤ kept: 1 − w e", **of_small(small))


@recorded
def given_back(small: Small) -> xr.DataArray:
    """What the read takes of every location, and the vector that it all makes."""
    found = steps(small)
    summed = torch.cat([found["shares"], read(found["after"], small.reading)[None]])
    rows = Axis("location", [*map(str, small.places), "r"])
    feature = of_small(small)["feature"]
    return labelled.array(summed, "location feature", of_memory(small), "⑦ weight × vector; their sum r", location=rows, feature=feature)


def of_memory(small: Small) -> Quantity:
    """Numbers of the small memory; they share a scale, which goes at least to 1."""
    found = steps(small)
    return Quantity(VALUE.unit, high=max(1.0, *(float(found[stage].abs().max()) for stage in STAGES)))


@recorded
def in_both_orders(small: Small) -> xr.DataArray:
    """The memory after the same write in both orders, and the one less the other."""
    found = both_orders(small)
    first, second = found.values()
    order = Axis("", (*found, "the difference"))
    return labelled.array(torch.stack([first, second, first - second]), "order location feature", VALUE, "{order}", order=order, **of_small(small))
