"""Formulas that are right on paper and fail in 32-bit numbers: at which inputs, and whether another way to compute the same does not."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from explainers.kit import labelled
from explainers.kit.build.trial import Trial
from explainers.kit.labelled import Axis, Quantity, recorded
from explainers.models import ntm
from explainers.studies.curves import padded
from explainers.tasks import copy, training_trials

LENGTH = 20  # vectors in the recorded episode
LOCATIONS = training_trials.LOCATIONS
POWERS = torch.arange(1, 160.05, 0.1)  # every γ that is tried
EVEN_OVER_ALL = "even over 128"
FLATTEST = "flattest while copying"
DRAWN_EVERY = 10  # of POWERS: a line has a point at each so many


@dataclass(frozen=True)
class Formula:
    """A formula that fails in 32-bit numbers, and another way to compute the same.

    Attributes:
        written, ours: both ways, in symbols.
        equation: its number in the paper, or 0.
        source: where it comes from, in words.
        inputs: what is tried of `symbol`, one after the other.
        naive, safe: both ways, in torch.
    """

    name: str
    written: str
    equation: int
    source: str
    ours: str
    symbol: str
    inputs: Float[Tensor, "input"]
    naive: Callable[[Tensor], Tensor]
    safe: Callable[[Tensor], Tensor]


# --8<-- [start:formulas]
EVEN = torch.full((LOCATIONS,), 1 / LOCATIONS)
EMPTY = torch.tensor([1.0, 0.0])  # a weighting that leaves a location out
SIZES = 10.0 ** -torch.arange(1.0, 46.0)  # of the numbers in the memory
LOGITS = torch.arange(0.0, 200.0)
KEY = torch.linspace(-1, 1, 20)
FORMULAS = (
    Formula(
        "sharpening, even weights", "w̃^γ ÷ Σ w̃^γ", 9, "the paper, equation 9", "softmax(γ · log w̃)", "γ", POWERS,
        lambda power: training_trials.power(EVEN, power), lambda power: ntm.sharpen(EVEN, power),
    ),
    Formula(
        "a weight of 0", "softmax(γ · log w̃)", 0, "our own way round the first, not in the paper", "no w̃ below 10⁻¹²", "γ", POWERS,
        lambda power: torch.softmax(power * EMPTY.log(), -1), lambda power: ntm.sharpen(EMPTY, power),
    ),
    Formula(
        "cosine", "k·M(i) ÷ (|k| · |M(i)|)", 6, "the paper, equation 6", "no |k|, no |M(i)| below 10⁻⁸", "entries of M(i)", SIZES,
        lambda size: (KEY @ (size * KEY)) / (KEY.square().sum().sqrt() * (size * KEY).square().sum().sqrt()),
        lambda size: ntm.cosine_similarity(KEY[None], size * KEY[None]),
    ),
    Formula(
        "strength, sharpening", "log(1 + exp x)", 0, "our way to keep β above 0 and γ above 1; the paper does not say how", "softplus(x)", "x", LOGITS,
        lambda x: torch.log(1 + torch.exp(x)), functional.softplus,
    ),
    Formula(
        "cost", "−log(1 − σ(x))", 0, "the paper in words: sigmoid outputs, cross-entropy", "cross entropy of the logit x", "x", LOGITS,
        lambda x: -torch.log(1 - torch.sigmoid(x)),
        lambda x: functional.binary_cross_entropy_with_logits(x, torch.tensor(0.0)),
    ),
)  # fmt: skip
# --8<-- [end:formulas]


@dataclass(frozen=True)
class Failures:
    """Where the formulas fail, and what the copy machines ask of one of them, sharpening.

    Attributes:
        as_written, ours: by formula, the first input at which it fails as it is written, and as we compute it; None if it does not.
        weightings: to sharpen, by name.
        powers: the largest γ that each copy machine uses while it copies a sequence.
    """

    as_written: dict[str, float | None]
    ours: dict[str, float | None]
    weightings: dict[str, Float[Tensor, "_location"]]
    powers: tuple[float, ...]


def failures(trial: Trial) -> Failures:
    """Try every formula, and look at the sharpening of the machine of each seed."""
    seed = trial.seed(0, "training, a sequence to copy")
    traces = [copy.run(LENGTH, seed, name).trace for name in copy.machines()]
    shifted = traces[0].addressing.shifted.flatten(0, -2)
    blurred = torch.eye(LOCATIONS)[LOCATIONS // 2]
    for _ in range(LOCATIONS):
        blurred = ntm.shift(blurred[None], torch.tensor([[0.25, 0.5, 0.25]]))[0]
    weightings = {
        "blurred": blurred,
        f"even over {LOCATIONS}": EVEN,
        EVEN_OVER_ALL: even(shifted.shape[-1]),
        FLATTEST: shifted[shifted.amax(-1).argmin()],
        "two locations": torch.tensor([0.5, 0.5] + [0.0] * (LOCATIONS - 2)),
    }
    return Failures(
        {each.name: broken_from(each.naive, each.inputs) for each in FORMULAS},
        {each.name: broken_from(each.safe, each.inputs) for each in FORMULAS},
        weightings,
        tuple(float(trace.controls.sharpening.max()) for trace in traces),
    )


def even(locations: int) -> Float[Tensor, "location"]:
    """A weighting that gives as many locations the same weight each."""
    return torch.full((locations,), 1 / locations)


def broken_from(function: Callable[[Tensor], Tensor], inputs: Tensor) -> float | None:
    """The first of these inputs at which a function's value or its gradient is no finite number; none if there is none such."""
    for each in inputs:
        given = each.clone().requires_grad_()
        value = function(given)
        value.square().sum().backward()
        if not (value.isfinite().all() and given.grad.isfinite()):
            return float(each)
    return None


def vanishes_from(weighting: Float[Tensor, "location"]) -> float:
    """The first γ at which all powers of a weighting have the sum 0."""
    return next(float(power) for power in POWERS if (weighting**power).sum() == 0)


@recorded
def sums(failures: Failures) -> xr.DataArray:
    """The sum of all powers of each weighting, as a power of ten, up to the last γ at which it is above 0; γ is the coordinate "power"."""
    powers, found = zip(*map(until_it_vanishes, failures.weightings.values()), strict=True)
    values = padded(found)
    made = labelled.array(
        values,
        "weighting point",
        Quantity("power of ten"),
        "log₁₀ Σ w̃^γ",
        weighting=Axis("", tuple(failures.weightings)),
        point=labelled.count("point", values.shape[1]),
    )
    return made.assign_coords(power=(made.dims, np.round(padded(powers), 1), {"title": "γ"}))


def until_it_vanishes(weighting: Float[Tensor, "location"]) -> tuple[Float[Tensor, "point"], Float[Tensor, "point"]]:
    """Some γ up to the last one at which all powers of a weighting have a sum above 0, and that sum as a power of ten."""
    sums = (weighting[None] ** POWERS[:, None]).sum(-1)
    last = int((sums > 0).sum()) - 1
    kept = [*range(0, last, DRAWN_EVERY), last]
    return POWERS[kept], sums[kept].log10()
