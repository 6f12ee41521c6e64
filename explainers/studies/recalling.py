"""How the recall machines find an item: in many lists, with the gate set by hand, in longer lists; and machines that have learned nothing."""

from dataclasses import dataclass

import torch
import xarray as xr
from jaxtyping import Bool, Float, Int
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.build import checkpoint
from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.labelled import CHANCE, SHARE, Axis, recorded
from explainers.models import ring
from explainers.tasks import recall
from explainers.tasks.common import episode
from explainers.tasks.recall import READ, WRITE

SHOWN_SEED = 20  # of the episode in the picture, whose query is from the middle of the list
EPISODES = 100  # how many lists each machine answers, of each kind
# How many longer ones, by the number of items.
LONGER = dict.fromkeys(recall.COUNTS[:-1], EPISODES) | {recall.COUNTS[-1]: 60}
UNTRAINED_SEEDS = (100, 101, 102)  # of machines that have learned nothing
QUERY = recall.query_steps(recall.MOST)
# What the read head's gate is set to by hand, and at which steps.
GATES = {
    "left alone": (None, ()),
    "shut": (0.0, QUERY),
    "open": (1.0, QUERY),
    "shut at the end": (0.0, (QUERY.stop,)),
    "open at the end": (1.0, (QUERY.stop,)),
}


@dataclass(frozen=True)
class Search:
    """Where the search of one machine ends, in many lists.

    Attributes:
        read: where the read head stands at the query's last mark.
        wanted: where the first vector of the answer was written.
        wrong: bits of the answer.
    """

    read: Int[Tensor, "batch"]
    wanted: Int[Tensor, "batch"]
    wrong: Int[Tensor, "batch"]

    @property
    def right(self) -> Bool[Tensor, "batch"]:
        """Whether the whole answer is right."""
        return self.wrong == 0

    @property
    def found(self) -> Bool[Tensor, "batch"]:
        """Whether the read head is where the answer begins."""
        return self.read == self.wanted


@dataclass(frozen=True)
class Lists:
    """What the heads of one machine do in many lists of the same number of items.

    Attributes:
        locations: how many the memory has.
        asked: which item the query is, from 0.
        written: the location with the largest write weight when a vector of the list is shown.
        reading, writing: the location with the largest weight of the read head and of the write head, at every step.
        read_weight, write_weight: how large these weights are.
        on: how much of the read head's weight is on the vectors of the item asked for, and on those of the item after it.
        gate, shift, sharpening: what the controller tells the read head.
        add: what the write head adds.
        before, after: the rows of memory where the list is, before the query's first vector and after its last.
    """

    items: int
    locations: int
    asked: Int[Tensor, "batch"]
    written: Int[Tensor, "vector batch"]
    reading: Int[Tensor, "time batch"]
    writing: Int[Tensor, "time batch"]
    read_weight: Float[Tensor, "time batch"]
    write_weight: Float[Tensor, "time batch"]
    on: Float[Tensor, "item time batch"]
    gate: Float[Tensor, "time batch"]
    shift: Float[Tensor, "time batch shift"]
    sharpening: Float[Tensor, "time batch"]
    add: Float[Tensor, "time batch width"]
    before: Float[Tensor, "batch vector width"]
    after: Float[Tensor, "batch vector width"]

    @property
    def query(self) -> list[int]:
        """The steps at which the query's vectors are shown."""
        return list(recall.query_steps(self.items))

    @property
    def end(self) -> int:
        """The step of the query's last mark."""
        return recall.query_steps(self.items).stop

    @property
    def marks(self) -> list[int]:
        """The steps at which the item marks are shown, but the first."""
        return [recall.item_steps(item).start - 1 for item in range(1, self.items)]

    @property
    def steps_between(self) -> Int[Tensor, "between item batch"]:
        """How many locations on each vector of an item was written from the one before it."""
        return ring.moves(self.written.unflatten(0, (self.items, recall.ITEM)).transpose(0, 1), self.locations)

    @property
    def direction(self) -> int:
        """The way in which the write head goes: 1, or −1 for back."""
        return int(self.steps_between[0, 0, 0].sign())

    @property
    def moved_at_marks(self) -> Int[Tensor, "mark batch"]:
        """How many locations on the write head is at each mark, from where it was a step before."""
        return torch.cat([ring.moves(self.writing[step - 1 : step + 1], self.locations) for step in self.marks])

    @property
    def list_moved(self) -> Float[Tensor, "batch"]:
        """How far the rows of each list are moved while the query's vectors are shown, by their length before."""
        return (self.after - self.before).flatten(1).norm(dim=1) / self.before.flatten(1).norm(dim=1)

    @property
    def row_moved(self) -> Float[Tensor, "batch vector"]:
        """How far each row is moved, by its length before."""
        return (self.after - self.before).norm(dim=2) / self.before.norm(dim=2)

    @property
    def border(self) -> Bool[Tensor, "batch"]:
        """Whether the read head stands between the last vector of the item asked for and the first of the next, both included, when the
        query's last vector is shown.
        """
        last, first = vector_of(self.written, self.asked, recall.ITEM - 1), self.next_item()
        way, gone = (ring.moves(torch.stack([last, place]), self.locations)[0] for place in (first, self.reading[self.end - 1]))
        return (gone * way.sign() >= 0) & (gone.abs() <= way.abs())

    def next_item(self, vector: int = 0) -> Int[Tensor, "batch"]:
        """Where a vector of the item after the one asked for was written."""
        return vector_of(self.written, self.asked + 1, vector)

    def spread(self, steps: list[int]) -> float:
        """How much the vectors added at these steps vary: the sum of the variances of their numbers."""
        return float(self.add[steps].var(dim=(0, 1)).sum())


@dataclass(frozen=True)
class Machine:
    """What one of the machines did.

    Attributes:
        lists: its heads in lists of the longest kind in training.
        shut: where the search ends in these lists if its gate is shut at the query's vectors.
        gates: the same with its gate set by hand in each of several ways, in lists in which some items resemble each other.
        longer: where it ends in lists of other lengths, by the number of items.
    """

    seed: int
    lists: Lists
    shut: Search
    gates: dict[str, Search]
    longer: dict[int, Search]


@dataclass(frozen=True)
class Recalls:
    """The recorded episode of the published machine; the machines, that one first; and the heads of untrained machines in the same lists."""

    run: recall.Run
    machines: tuple[Machine, ...]
    untrained: tuple[Lists, ...]

    @property
    def used(self) -> list[int]:
        """The locations that the write head used for the list, and two more on either side, in the order of the ring."""
        where = self.run.trace.addressing.weighting[recall.vector_steps(self.run.items), 0, WRITE].argmax(-1)
        return ring.stretch(int(where[0]), where.tolist(), self.run.trace.memory_before.shape[2])


@study
def recalls(trial: Trial = PUBLISHED) -> Recalls:
    """One episode to look at, and what each machine does in fresh lists: of the longest kind in training, and of longer ones."""
    fresh = trial.seed(recall.FRESH_SEED, "recall, lists")
    return Recalls(
        recall.run(recall.MOST, trial.seed(SHOWN_SEED, "recall, the episode")),
        tuple(followed(name, fresh) for name in recall.machines()),
        tuple(heads(recall.recorded(recall.build(seed), recall.MOST, EPISODES, fresh + recall.MOST)) for seed in UNTRAINED_SEEDS),
    )


def followed(name: str, fresh: int) -> Machine:
    """What one machine does in lists of this seed."""
    most = recall.MOST, EPISODES, fresh + recall.MOST
    alike = recall.MOST, EPISODES, fresh + 10 * recall.MOST
    return Machine(
        seed=checkpoint.read_card(name)["seed"],
        lists=heads(recall.record(*most, name)),
        shut=Search(*recall.search(*most, name, *GATES["shut"])),
        gates={way: Search(*recall.search(*alike, name, *how, recall.ALIKE)) for way, how in GATES.items()},
        longer={items: Search(*recall.search(items, count, fresh + items, name)) for items, count in LONGER.items()},
    )


def heads(record: recall.Record) -> Lists:
    """What is kept of recorded episodes: all that is said of the heads, without the memory at every step."""
    trace = record.trace
    largest, controls = trace.addressing.weighting.amax(-1), trace.controls
    query = recall.query_steps(record.items)
    rows = record.written.T[..., None].expand(-1, -1, trace.add.shape[-1])
    return Lists(
        items=record.items,
        locations=trace.memory_before.shape[2],
        asked=record.asked,
        written=record.written,
        reading=record.read,
        writing=trace.addressing.weighting[:, :, WRITE].argmax(-1),
        read_weight=largest[:, :, READ],
        write_weight=largest[:, :, WRITE],
        on=torch.stack([record.weight_on(item) for item in (0, 1)]),
        gate=controls.gate[:, :, READ],
        shift=controls.shift[:, :, READ],
        sharpening=controls.sharpening[:, :, READ],
        add=trace.add[:, :, 0],
        before=trace.memory_before[query.start].gather(1, rows),
        after=trace.memory_after[query.stop - 1].gather(1, rows),
    )


def vector_of(written: Int[Tensor, "vector batch"], item: Int[Tensor, "batch"], vector: int) -> Int[Tensor, "batch"]:
    """Where a vector of an item was written, in each list."""
    return written.gather(0, (item * recall.ITEM + vector)[None])[0]


def step_names(items: int) -> tuple[str, ...]:
    """What every step of an episode is called: the marks by the number of the item and by Q, the vectors after them."""
    of_list = [name for item in range(1, items + 1) for name in (f"{item}", *(f"{item}.{vector}" for vector in range(1, recall.ITEM + 1)))]
    return (*of_list, *end_names())


def end_names() -> tuple[str, ...]:
    """The same from the query's first mark to the last answer."""
    return tuple(name for kind in "qa" for name in ("Q", *(f"{kind}{vector}" for vector in range(1, recall.ITEM + 1))))


def times(items: int) -> Axis:
    """The steps of an episode, counted from 1: where items, query and answer begin, they are told, and lines stand there."""
    answer = recall.answer_steps(items).start
    starts = [*(recall.item_steps(item).start - 1 for item in range(items)), recall.query_steps(items).start - 1, answer]
    names = [*step_names(items)]
    names[answer] = "A"
    return Axis("time", range(1, len(names) + 1), names, written=[step + 1 for step in starts], edges=[step + 1 for step in starts[1:]])


@recorded
def memory_use(recalls: Recalls, *, part: str) -> xr.DataArray:
    """The episode that the page shows: "inputs", "outputs" (0 before the answer), "adds", "reads", "weightings"."""
    run, time = recalls.run, times(recalls.run.items)
    if part == "inputs":
        return labelled.named(run, "inputs", CHANCE, part, time=time, input=labelled.count("bit", run.inputs.shape[-1]))
    if part == "outputs":
        answers = torch.zeros(len(run.inputs), recall.BITS)
        answers[recall.answer_steps(run.items).start :] = run.outputs[:, 0]
        return labelled.array(answers, "time bit", CHANCE, part, time=time, bit=labelled.count("bit", recall.BITS))
    location = Axis("location", range(run.trace.memory_before.shape[2]), written=recalls.used[::5])
    return episode.of_trace(run.trace, part, time, location)


@recorded
def jump(recalls: Recalls) -> xr.DataArray:
    """How much of the read head's weight is on two items, from the query's first mark to the last answer: means over the lists of a machine."""
    start, stop = QUERY.start - 1, recall.answer_steps(recall.MOST).stop
    seeds = [f"seed {each.seed}" for each in recalls.machines]
    return labelled.array(
        torch.stack([each.lists.on[:, start:stop].mean(-1) for each in recalls.machines]),
        "seed item step",
        SHARE,
        "{seed}",
        seed=Axis("seed", [each.seed for each in recalls.machines], [f"{seeds[0]}, the one above", *seeds[1:]]),
        item=Axis("", ("asked", "after"), ("the item asked for", "the item after it")),
        step=Axis("step", range(start + 1, stop + 1), end_names()),
    )
