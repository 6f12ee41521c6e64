"""What is shown of the n-gram machines and of how they learned, as arrays with names."""

from collections.abc import Collection, Sequence

import torch
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.labelled import BITS, CHANCE, Axis, Quantity, recorded
from explainers.studies import curves
from explainers.studies.counting import BACK, HALF, VISITS, Counting
from explainers.studies.curves import SEEN
from explainers.tasks import ngrams
from explainers.tasks.common import episode
from explainers.tasks.common.episode import of_memory

STRETCH = 20  # steps that a point of a curve over time is the mean of
NUMBERED = 20  # every so many steps a picture writes the number of a step
VISIBLE = 0.1  # locations whose weight stays below are left out of the picture of memory use
PREDICTORS = {"input": "what came", "optimal": "optimal estimator", "machine": "Neural Turing Machine", "LSTM": "LSTM"}
# Whose learning curves are shown: task, kind, name.
LEARNERS = (
    (ngrams.SOFT, "ntm", "NTM, trained on probabilities"),
    (ngrams.HARD, "ntm", "NTM, trained on bits"),
    (ngrams.SOFT, "lstm", "LSTM, trained on probabilities"),
    (ngrams.HARD, "lstm", "LSTM, trained on bits"),
)


def written(context: int) -> str:
    """A context as it stands in the sequence, the oldest bit first."""
    return f"{context:0{ngrams.ORDER}b}"


def visits(counting: Counting) -> list[int]:
    """All steps of the recorded sequence at which the favourite is the context, counted from one."""
    return [step + 1 for step in (counting.context == counting.favourite).nonzero()[:, 0].tolist()]


def used(counting: Counting) -> list[int]:
    """The locations that a head uses in the first half of the recorded sequence."""
    where = counting.run.trace.addressing.weighting[:HALF, 0]
    return (where.amax((0, 1)) > VISIBLE).nonzero()[:, 0].tolist()


def times(steps: Sequence[int], marked: Collection[int]) -> Axis:
    """Steps, counted from one: an arrow points at the marked ones; every twentieth is numbered that is not near an arrow."""
    crowded = {step + away for step in marked for away in range(-5, 6)}
    return Axis("", steps, written=[step for step in steps if step % NUMBERED == 0 and step not in crowded], marked=[step for step in marked if step in steps])


def stretches(away: Float[Tensor, "time"]) -> Float[Tensor, "stretch step"]:
    """How far predictions are from the optimal estimator's, one stretch of steps after the other."""
    return away.unflatten(0, (-1, STRETCH))


def said(counting: Counting) -> Float[Tensor, "predictor time"]:
    """The bits of the recorded sequence, and how likely a one was before each of them, for each of PREDICTORS."""
    return torch.stack([counting.run.sequences.bits[:, 0], counting.optimal, counting.run.predicted, counting.lstm])


@recorded
def predictions(counting: Counting, *, half: int) -> xr.DataArray:
    """The recorded sequence and its predictions, in the first or second half; the machine's mistakes are marked."""
    steps = range(1 + (half - 1) * HALF, 1 + half * HALF)
    time = times(steps, [step + 1 for step in counting.mistakes])
    found, title = said(counting)[:, steps.start - 1 : steps.stop - 1], f"Steps {steps[0]} to {steps[-1]}"
    return labelled.array(found, "predictor time", CHANCE, title, predictor=Axis("", tuple(PREDICTORS)), time=time)


@recorded
def predictions_at_visits(counting: Counting) -> xr.DataArray:
    """The recorded sequence and its predictions, with the visits to the favourite marked."""
    time = times(range(1, ngrams.LENGTH + 1), visits(counting))
    return labelled.array(said(counting), "predictor time", CHANCE, "Sequence and predictions", predictor=Axis("", tuple(PREDICTORS)), time=time)


@recorded
def memory_use(counting: Counting, *, part: str) -> xr.DataArray:
    """What the published machine does in the recorded sequence: "weightings" or "adds"; the visits to the favourite are marked."""
    trace, time = counting.run.trace, times(range(1, ngrams.LENGTH + 1), visits(counting))
    if part == "adds":
        return labelled.named(trace, "add", of_memory(trace), "Add vectors", time=time, width=labelled.count("", trace.add.shape[-1]))
    locations = Axis("", range(trace.memory_before.shape[-2]), written=used(counting)[::8])
    return episode.of_trace(trace, part, time, locations, Axis("", episode.READ_AND_WRITE.places, ("Read", "Write")))


@recorded
def one_context(counting: Counting) -> xr.DataArray:
    """What came after the favourite in the recorded sequence, and what was said before, each time that it came up."""
    steps = torch.tensor(visits(counting)) - 1
    return labelled.array(
        said(counting)[:, steps],
        "predictor visit",
        CHANCE,
        f"Chance of a one after {written(counting.favourite)}",
        predictor=Axis("", tuple(PREDICTORS), tuple(PREDICTORS.values())),
        visit=labelled.count("visit", len(steps), every=1),
    )


@recorded
def learning() -> xr.DataArray:
    """The learning curves of LEARNERS of each seed; those of one name have one label."""
    found = {(name, seed): curve for task, kind, name in LEARNERS for seed, curve in zip(task.seeds, task.curves()[kind], strict=True)}
    seen, bits = (curves.padded([curve[:, part] for curve in found.values()]) for part in (0, 1))
    made = labelled.array(
        bits,
        "learner point",
        BITS,
        "Bits a sequence",
        learner=Axis("", [f"{name}, seed {seed}" for name, seed in found], [name for name, _ in found]),
        point=labelled.count("point", bits.shape[1]),
    )
    return made.assign_coords({SEEN: (made.dims, seen, {"title": "sequences seen"})})


@recorded
def looking_back(counting: Counting) -> xr.DataArray:
    """What estimators that look back 0, 1, … bits cost on the sequences of the learning curves, from the first point to the last."""
    seen, costs = learning().coords[SEEN], torch.tensor(counting.looking_back)
    names = [f"looking back 0 to {ngrams.ORDER - 1} bits"] * ngrams.ORDER + ["optimal estimator"]
    made = labelled.array(costs[:, None].expand(-1, 2), "order end", BITS, order=Axis("", range(len(costs)), names), end=Axis("", ("first", "last")))
    ends = torch.tensor([float(seen.min()), float(seen.max())]).expand(len(costs), -1)
    return made.assign_coords({SEEN: (made.dims, ends.numpy(), {"title": "sequences seen"})})


@recorded
def told(counting: Counting) -> xr.DataArray:
    """How many bits the place of each machine's heads tells of each of the last bits."""
    found = [[machine.read_tells for machine in counting.machines], [machine.write_tells for machine in counting.machines]]
    return labelled.array(
        found,
        "head seed back",
        BITS,
        "Bits told",
        head=Axis("", episode.READ_AND_WRITE.places, ("read head", "write head")),
        seed=Axis("seed", [machine.seed for machine in counting.machines]),
        back=labelled.count("steps ago", BACK, every=1),
    )


@recorded
def faded(counting: Counting) -> xr.DataArray:
    """The largest write weight of each machine after the first, second, … visit of a context, and of one that has learned nothing."""
    found = {f"seed {machine.seed}": machine.faded for machine in counting.machines} | {"untrained": counting.untrained.faded}
    return labelled.array(
        list(found.values()),
        "machine visit",
        Quantity("weight", "greys", 0, 1),
        "Largest write weight",
        machine=Axis("", tuple(found)),
        visit=labelled.count("visit", VISITS, every=1),
    )


@recorded
def over_time(counting: Counting) -> xr.DataArray:
    """How far the LSTM, counting with four bits and the machines are from the optimal estimator: means over stretches of long sequences."""
    lasting, name = counting.lasting, PREDICTORS["machine"]
    found = [("LSTM", "LSTM", lasting.lstm), ("four bits", "looking back 4 bits", lasting.four_bits)]
    found += [(f"machine, seed {each.seed}", name, away) for each, away in zip(counting.machines, lasting.machines, strict=True)]
    places, labels, away = zip(*found, strict=True)
    means = torch.stack([stretches(each).mean(1) for each in away])
    middles = [number * STRETCH + (STRETCH + 1) / 2 for number in range(means.shape[1])]
    return labelled.array(means, "predictor stretch", BITS, "Divergence, bits a step", predictor=Axis("", places, labels), stretch=Axis("step", middles))


@recorded
def length_in_training() -> xr.DataArray:
    """How many steps the sequences in training had."""
    return labelled.array(ngrams.LENGTH, "", Quantity("steps"), "the length in training")
