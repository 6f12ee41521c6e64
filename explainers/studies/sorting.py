"""How the machines sort: many sequences of each, the same ones with a write head that falls silent, and what all of them show."""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
import xarray as xr
from jaxtyping import Float
from torch import Generator, Tensor
from torch.nn import functional

from explainers.kit import labelled
from explainers.kit.build.checkpoint import read_card
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.labelled import BITS, CHANCE, WEIGHTING, Axis, Quantity, recorded
from explainers.models.ntm import NeuralTuringMachine
from explainers.studies import sort_memory
from explainers.studies.sort_memory import FIRST, NOWHERE, READ, SECOND, Record
from explainers.tasks import sort
from explainers.tasks.common import episode
from explainers.tasks.common.episodes import Episodes

EPISODES, EPISODES_SEED = 100, 6000
UNTRAINED_SEED = 100
GAPS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 2.0)  # between one priority and the nearest other
DRAWN = 8  # sequences whose vectors are drawn one by one
REACH = 4  # places above and below the wanted one
# What Graves et al. 2014 tell in section 4.5, figure 18 and tables 1 to 3. The costs are read off the plot.
PAPER = {
    "sequences": 1_000_000, "ntm_lstm": 18, "ntm": 20, "lstm": 58, "heads": 8, "heads_lstm": 5, "hidden": 512, "hidden_lstm": 100,
    "parameters": 508_305, "parameters_lstm": 269_038, "lstm_parameters": 384_424,
}  # fmt: skip


@dataclass(frozen=True)
class Sorts:
    """The recorded episode of the published machine, and many of each machine, the published one first.

    Attributes:
        seeds: of the machines.
        still, first_still: the same ones again, with a second, or a first, write head that writes nothing after the mark.
        untrained: the same ones with a machine that has its habits, and has learned nothing.
        costs: what each of many more sequences costs each machine, in bits.
    """

    run: sort.Run
    seeds: tuple[int, ...]
    records: tuple[Record, ...]
    still: tuple[Record, ...]
    first_still: tuple[Record, ...]
    untrained: Record
    costs: tuple[Float[Tensor, "sequence"], ...]

    @property
    def used(self) -> list[int]:
        """The locations in which vectors were written, and two more on either side, in the order of the ring."""
        where = self.run.trace.addressing.weighting[:, 0, FIRST]
        first = int(where[0].argmax())
        return [(first + place) % where.shape[-1] for place in range(-2, sort.SHOWN + 2)]


@study
def sorts(trial: Trial = PUBLISHED) -> Sorts:
    """One episode to look at, EPISODES fresh ones for every machine, and what many more of them cost."""
    names, seed = sort.machines(), trial.seed(EPISODES_SEED, "sort, sequences")
    machines, seeds = [sort.trained(name) for name in names], tuple(read_card(name)["seed"] for name in names)
    records, first_still, still = (tuple(sort_memory.record(machine, EPISODES, seed, head) for machine in machines) for head in (None, FIRST, SECOND))
    untrained = sort_memory.record(sort.build(UNTRAINED_SEED), EPISODES, seed)
    many = sort.shown(sort.FRESH, Generator().manual_seed(trial.seed(sort.FRESH_SEED, "sort, costs")))
    costs = tuple(cost(machine, many) for machine in machines)
    return Sorts(sort.run(trial.seed(0, "sort, the episode")), seeds, records, still, first_still, untrained, costs)


@torch.no_grad()
def cost(machine: NeuralTuringMachine, episodes: Episodes) -> Float[Tensor, "sequence"]:
    """What the answers of each sequence cost a machine, in bits."""
    logits = machine.predict(episodes.inputs)[episodes.answer]
    return functional.binary_cross_entropy_with_logits(logits, episodes.targets, reduction="none").sum((0, 2)) / math.log(2)


def wrong(record: Record) -> float:
    """Mean wrong bits of a sequence."""
    return float(record.wrong.sum(0).float().mean())


def at_gaps(record: Record) -> list[float]:
    """Mean wrong bits of the answers, by how near the nearest other priority is: one mean between each of GAPS and the next."""
    return sort_memory.mean_between(record.wrong, sort_memory.smaller_gap(record.priority), GAPS)


def by_turn_alone(record: Record) -> bool:
    """Whether the vector of each turn goes to the same location in every sequence."""
    return bool((record.location == record.location[:, :1]).all())


def one_after_another(record: Record) -> bool:
    """Whether each vector goes to the location after that of the vector before."""
    return bool((record.location.diff(dim=0) % record.locations == 1).all())


def from_row(record: Record) -> float:
    """How much of the priority's variance a linear function of the row explains."""
    return sort_memory.readable(record.row, record.priority)


def drop(record: Record) -> float:
    """How much less, after the second write head has written, its row resembles the read head's key: mean over the answers."""
    return float((record.before - record.after)[1:].mean())


def asks_for(record: Record, answer: int) -> float:
    """The mean place, from 1, of the vector that the key of an answer would fit best if nothing had been crossed out."""
    return float(record.unspoilt[answer].double().mean()) + 1


def erasing(record: Record) -> float:
    """The mean of the first write head's erase vector while the vectors come in."""
    return float(record.erased.mean())


def mean_place(record: Record) -> list[float]:
    """The mean place, from 1, of the vector on whose row the read head stands, at every step; where it stands on one."""
    return [float(now[now != NOWHERE].double().mean()) + 1 for now in record.stood]


HEADS = Axis("head", ("read", "first", "second"), ("read head", "first write head", "second write head"))  # in the order of the machine
PRIORITY = Quantity("priority", low=-1, high=1)
LOCATION, COSINE, PLACE = Quantity("location"), Quantity("cosine"), Quantity("place")
WRONG = Quantity("wrong bits", "greys", 0)


def machines(sorts: Sorts) -> Axis:
    """The machines by their seeds, the published one first."""
    return Axis("", sorts.seeds, [f"seed {seed}" for seed in sorts.seeds])


def times(sorts: Sorts) -> Axis:
    """The steps of the recorded episode, with a line before the one with the mark."""
    return replace(labelled.count("time", len(sorts.run.inputs), every=10), edges=[sort.SHOWN + 1])


def answers(**more) -> Axis:
    """The steps from that with the mark on; each of the others gives an answer."""
    return Axis("answer", range(sort.ASKED + 1), ("mark", *map(str, range(1, sort.ASKED + 1))), **more)


@recorded
def memory_use(sorts: Sorts, *, part: str) -> xr.DataArray:
    """The episode that the page shows: "inputs" (the priority from 0 to 1), "outputs" (0 before the answers), "reads", "weightings"."""
    run, time = sorts.run, times(sorts)
    if part == "inputs":
        shown = run.inputs[:, 0].clone()
        shown[:, sort.BITS] = (shown[:, sort.BITS] + 1) / 2
        bits = [str(bit) for bit in range(1, sort.BITS + 1)]
        channels = Axis("bit", (*bits, "priority", "mark"), (*bits, "(priority + 1) ÷ 2", "mark"), written=())
        return labelled.array(shown, "time input", CHANCE, part, time=time, input=channels)
    if part == "outputs":
        given = np.zeros((len(run.inputs), sort.BITS))
        given[sort.SHOWN + 1 :] = run.outputs[:, 0]
        return labelled.array(given, "time bit", CHANCE, part, time=time, bit=labelled.count("bit", sort.BITS))
    if part == "reads":
        width = labelled.count("feature", run.trace.read_vector.shape[-1])
        return labelled.named(run.trace, "read_vector", episode.of_memory(run.trace), "vectors read", time=time, width=width)
    location = Axis("location", range(run.trace.memory_before.shape[-2]), written=sorts.used[::5])
    return labelled.named(run.trace.addressing, "weighting", WEIGHTING, "{head}", time=time, head=HEADS, location=location)


@recorded
def priorities(sorts: Sorts) -> xr.DataArray:
    """The priorities of that episode over time: those that come in, and from the mark on those of the vectors on whose rows the read head stands."""
    run, stands = sorts.run, sorts.run.trace.addressing.weighting[:, 0].argmax(-1)
    written = stands[: sort.SHOWN, FIRST].tolist()
    found = np.full((2, len(run.inputs)), np.nan)
    found[0, : sort.SHOWN] = run.priority
    for step, place in enumerate(stands[:, READ].tolist()):
        if step >= sort.SHOWN and place in written:
            found[1, step] = run.priority[written.index(place)]
    kind = Axis("", ("in", "read"), ("priority that comes in", "priority where the read head stands"))
    return labelled.array(found, "kind time", PRIORITY, "Priority", np.isnan(found), kind=kind, time=times(sorts))


@recorded
def location_and_priority(sorts: Sorts) -> xr.DataArray:
    """Where the published machine's first write head puts the vectors of DRAWN sequences; the coordinate `priority` is that of each."""
    record = sorts.records[0]
    names = [f"turn {turn}, sequence {sequence}" for turn in range(1, sort.SHOWN + 1) for sequence in range(1, DRAWN + 1)]
    location, priority = (field[:, :DRAWN].reshape(1, -1) for field in (record.location, record.priority))
    kind, vector = Axis("", ["a vector"]), Axis("vector", names)
    made = labelled.array(location, "kind vector", LOCATION, "Location and priority", kind=kind, vector=vector)
    return made.assign_coords(priority=(made.dims, priority.numpy(), {"title": "priority"}))


@recorded
def fitted_line(sorts: Sorts) -> xr.DataArray:
    """The ends of the straight line that fits best, fitted to all sequences of the published machine."""
    slope, intercept = sort_memory.straight_line(sorts.records[0].priority, sorts.records[0].location)
    ends = np.array([-1.0, 1.0])
    kind, priority = Axis("", ["the fitted line"]), Axis("priority", ends.tolist())
    return labelled.array([slope * ends + intercept], "kind priority", LOCATION, kind=kind, priority=priority)


@recorded
def location_and_turn(sorts: Sorts) -> xr.DataArray:
    """Where it puts the vectors of the first of these sequences, one after the other."""
    kind, turn = Axis("", ["a vector"]), labelled.count("turn", sort.SHOWN, every=1)
    return labelled.array(sorts.records[0].location[None, :, 0], "kind turn", LOCATION, "Location and turn", kind=kind, turn=turn)


@recorded
def scores(sorts: Sorts) -> xr.DataArray:
    """The mean cosine of each machine's read head's key with the row of each vector."""
    found = torch.stack([record.score.mean(1).T for record in sorts.records])
    place = labelled.count("place by priority", sort.SHOWN)
    place = replace(place, written=[1, *range(5, sort.SHOWN + 1, 5)])
    return labelled.array(found, "seed place answer", replace(COSINE, high=1), "{seed}", seed=machines(sorts), place=place, answer=answers(written=[5, 10, 15]))


@recorded
def profiles(sorts: Sorts) -> xr.DataArray:
    """The same means, laid over one another so that the wanted vector is at 0."""
    found = torch.stack([record.profile(REACH) for record in sorts.records])
    distance = Axis("places after the wanted vector", range(-REACH, REACH + 1))
    return labelled.array(found, "seed distance", COSINE, "Cosine with the read head's key", seed=machines(sorts), distance=distance)


@recorded
def crossed_out(sorts: Sorts) -> xr.DataArray:
    """The cosine of the key with the row on which the second write head stands, before and after it writes: mean over the answers."""
    found = [[float(getattr(record, name)[1:].mean()) for record in sorts.records] for name in ("before", "after")]
    moment = Axis("", ("before", "after"), ("before", "after the second head wrote"))
    return labelled.array(found, "moment seed", COSINE, "Cosine of the key with that row", moment=moment, seed=machines(sorts))


@recorded
def wrong_when_still(sorts: Sorts) -> xr.DataArray:
    """Mean wrong bits of the same sequences, as trained and with one of the write heads still after the mark."""
    found = [[wrong(record) for record in records] for records in (sorts.records, sorts.first_still, sorts.still)]
    still = Axis("", ("none", "first", "second"), ("as trained", "first head writes nothing", "second head writes nothing"))
    return labelled.array(found, "still seed", WRONG, "Wrong bits", still=still, seed=machines(sorts))


@recorded
def mean_places(sorts: Sorts) -> xr.DataArray:
    """The mean place of the vector on which the read head stands, as trained and with the second write head still after the mark."""
    found = [[mean_place(record) for record in records] for records in (sorts.records, sorts.still)]
    still = Axis("", ("none", "second"), ("as trained", "second head writes nothing"))
    return labelled.array(found, "still seed answer", PLACE, "{seed}", still=still, seed=machines(sorts), answer=answers())


@recorded
def wrong_by_answer(sorts: Sorts) -> xr.DataArray:
    """Mean wrong bits of each answer."""
    found = torch.stack([record.wrong.float().mean(1) for record in sorts.records])
    answer = labelled.count("answer", sort.ASKED, every=1)
    return labelled.array(found, "seed answer", WRONG, "Wrong bits by answer", seed=machines(sorts), answer=answer)


@recorded
def wrong_by_gap(sorts: Sorts) -> xr.DataArray:
    """Mean wrong bits of an answer, by how near the nearest other priority is."""
    gap = Axis("distance to the nearest other priority", (*(f"to {gap:g}" for gap in GAPS[1:-1]), "more"))
    found = [at_gaps(record) for record in sorts.records]
    return labelled.array(found, "seed gap", WRONG, "Wrong bits by gap", seed=machines(sorts), gap=gap)


@recorded
def paper_costs() -> xr.DataArray:
    """What the paper's networks cost in the end, from no sequence to as many as our machines saw."""
    seen = Axis("sequences seen", [0.0, max(float(curve[-1, 0]) for curve in sort.curves()["ntm"])])
    network = Axis("", ("ntm", "lstm"), ("the paper's NTM", "the paper's LSTM"))
    return labelled.array([[PAPER[kind]] * 2 for kind in network.places], "network seen", BITS, network=network, seen=seen)
