"""What a machine that sorts does with its memory: where it puts each vector, how it finds the next, and what it does to the one it has found.

The first write head takes the vectors in. So a row of the memory has a name: the place, by priority, of the vector that was written
there, 0 for the highest.

Axes: `vector` in the order shown; `place` in the order of priority; `step` from the step with the mark on, so that answer k is given at
step k + 1.
"""

import copy
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.models import ntm
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks.sort import ASKED, BITS, SHOWN, episodes

READ, FIRST, SECOND = 0, 1, 2  # the heads
NOWHERE = -1  # a row in which no vector was written
NOTHING = -30.0  # a sigmoid of that is 0


@dataclass(frozen=True)
class Record:
    """Many episodes of one machine.

    Attributes:
        locations: how many the memory has.
        location: where the first write head had its largest weight when a vector was shown.
        erased: the vector that it erased by then.
        row: what lies there at the step with the mark.
        stood: the place of the vector on whose row the read head has its largest weight, or NOWHERE.
        met: the same for the second write head.
        score: the cosine of the read head's key with the row of each vector.
        unspoilt: the place of the vector that this key would fit best if all rows were as they are in `row`.
        before, after: the cosine of that key with the row that the second write head stands on, before and after it has written.
        gate, stays: the read head's gate, and how much of its shift leaves it where it is.
    """

    locations: int
    priority: Float[Tensor, "vector episode"]
    order: Int[Tensor, "place episode"]
    location: Int[Tensor, "vector episode"]
    erased: Float[Tensor, "vector episode width"]
    row: Float[Tensor, "vector episode width"]
    stood: Int[Tensor, "step episode"]
    met: Int[Tensor, "step episode"]
    score: Float[Tensor, "step episode place"]
    unspoilt: Int[Tensor, "step episode"]
    before: Float[Tensor, "step episode"]
    after: Float[Tensor, "step episode"]
    gate: Float[Tensor, "step episode"]
    stays: Float[Tensor, "step episode"]
    wrong: Int[Tensor, "answer episode"]

    @property
    def lead(self) -> int:
        """How many steps before its answer the read head mostly stands on a vector: none or one."""
        return max((0, 1), key=lambda lead: self.found(lead))

    def found(self, lead: int = 0) -> float:
        """The share of answers for which the read head stands, that many steps before, on the very vector that is wanted."""
        return float((self.stood[1 - lead : 1 - lead + ASKED] == torch.arange(ASKED)[:, None]).float().mean())

    def met_there(self) -> float:
        """The share of answers in whose step the second write head stands on the same vector as the read head."""
        there = (self.stood == self.met) & (self.stood != NOWHERE)
        return float(there[1:].float().mean())

    def downward(self) -> float:
        """The share of the read head's moves, from one vector to another, that lead to a vector of lower priority."""
        before, after = self.stood[:-1], self.stood[1:]
        moved = (before != after) & (before != NOWHERE) & (after != NOWHERE)
        return float((after > before)[moved].float().mean())

    def profile(self, reach: int) -> Float[Tensor, "distance"]:
        """The mean score of the vectors around the one that is wanted next, from `reach` places above it to `reach` below."""
        steps = torch.arange(reach, ASKED - reach)
        wanted = steps[:, None] + torch.arange(-reach, reach + 1)
        return self.score.mean(1)[(steps + 1 - self.lead)[:, None], wanted].mean(0)


@torch.no_grad()
def record(machine: NeuralTuringMachine, count: int, seed: int, still: int | None = None) -> Record:
    """Sort many random sequences.

    Args:
        still: a write head, FIRST or SECOND, that changes nothing from the step with the mark on.
    """
    inputs, targets, _order = episodes(count, Generator().manual_seed(seed))
    priority = inputs[:SHOWN, :, BITS]
    ranking = priority.argsort(0, descending=True)
    answering = machine if still is None else stilled(machine, still)
    every, state = torch.arange(count), machine.initial_state(count)
    shown: dict[str, list] = {"location": [], "erased": []}
    at_steps = ("stood", "met", "score", "unspoilt", "before", "after", "gate", "stays", "output")
    found: dict[str, list] = {name: [] for name in at_steps}
    for step, now in enumerate(inputs):
        state, trace = (machine if step < SHOWN else answering).step(state, now)
        largest = trace.addressing.weighting.argmax(-1)
        if step < SHOWN:
            shown["location"].append(largest[:, FIRST])
            shown["erased"].append(trace.erase[:, 0])
            continue
        if step == SHOWN:
            location = torch.stack(shown["location"])
            rows = location.gather(0, ranking).T
            row = trace.memory_before[every, location]
            at_the_mark = trace.memory_before
        key = trace.controls.key[:, [READ]]
        memories = (trace.memory_before, trace.memory_after, at_the_mark)
        before, after, unspoilt = (ntm.cosine_similarity(key, memory)[:, 0] for memory in memories)
        found["stood"].append(place_of(largest[:, READ], rows))
        found["met"].append(place_of(largest[:, SECOND], rows))
        found["score"].append(before.gather(1, rows))
        found["unspoilt"].append(unspoilt.gather(1, rows).argmax(1))
        found["before"].append(before[every, largest[:, SECOND]])
        found["after"].append(after[every, largest[:, SECOND]])
        found["gate"].append(trace.controls.gate[:, READ])
        found["stays"].append(trace.controls.shift[:, READ, ntm.SHIFTS.index(0)])
        found["output"].append(trace.output)
    told = {name: torch.stack(values) for name, values in found.items()}
    wrong = ((told.pop("output")[1:] > 0) != targets.bool()).sum(-1)
    return Record(machine.locations, priority, ranking, location, torch.stack(shown["erased"]), row, wrong=wrong, **told)


def place_of(location: Int[Tensor, "episode"], rows: Int[Tensor, "episode place"]) -> Int[Tensor, "episode"]:
    """The place of the vector that was written at a location; NOWHERE if none was."""
    there = rows == location[:, None]
    return torch.where(there.any(1), there.int().argmax(1), NOWHERE)


def stilled(machine: NeuralTuringMachine, head: int) -> NeuralTuringMachine:
    """The same machine with a write head, FIRST or SECOND, that erases nothing and adds nothing."""
    changed = copy.deepcopy(machine)
    first = 2 * (head - FIRST)  # each write head has an erase vector, then an add vector
    erase, add = (slice(part * machine.width, (part + 1) * machine.width) for part in (first, first + 1))
    with torch.no_grad():
        changed.compose.weight[erase.start : add.stop] = 0
        changed.compose.bias[erase] = NOTHING
        changed.compose.bias[add] = 0
    return changed


def correlation(x: Tensor, y: Tensor) -> float:
    """Pearson's correlation of two tensors of the same shape."""
    return float(torch.corrcoef(torch.stack([x.flatten().double(), y.flatten().double()]))[0, 1])


def straight_line(x: Tensor, y: Tensor) -> tuple[float, float]:
    """Slope and intercept of the line y = slope · x + intercept that leaves the smallest squares."""
    x, y = x.flatten().double(), y.flatten().double()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return float(slope), float(y.mean() - slope * x.mean())


def readable(vectors: Float[Tensor, "vector episode width"], wanted: Float[Tensor, "vector episode"]) -> float:
    """How much of a number's variance (R²) one linear function of the vectors explains, fitted on half of the episodes and tried on the rest."""
    half = vectors.shape[1] // 2
    ones = torch.ones(*vectors.shape[:2], 1)
    seen = torch.cat([vectors, ones], -1).double()
    weights = torch.linalg.lstsq(seen[:, :half].flatten(0, 1), wanted[:, :half].flatten().double()).solution
    rest = wanted[:, half:].double()
    missed = ((seen[:, half:] @ weights - rest) ** 2).sum()
    return float(1 - missed / ((rest - rest.mean()) ** 2).sum())


def smaller_gap(priority: Float[Tensor, "vector episode"]) -> Float[Tensor, "answer episode"]:
    """For every answer, how far its priority is from the next higher or the next lower one, whichever is nearer."""
    gaps = -priority.sort(0, descending=True).values.diff(dim=0)
    above = torch.cat([torch.full_like(gaps[:1], float("inf")), gaps])
    return torch.minimum(above[:ASKED], gaps[:ASKED])


def mean_between(values: Tensor, where: Tensor, edges: tuple[float, ...]) -> list[float]:
    """The mean of the values whose `where` lies between an edge and the next."""
    return [float(values[(where >= low) & (where < high)].double().mean()) for low, high in pairwise(edges)]
