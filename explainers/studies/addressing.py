"""One episode of a copy machine, step by step: how its heads find their place, and what other ways to address would make of it."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from explainers.kit.build.study import study
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.models import ntm
from explainers.studies import missing_parts, modes, shut_gates
from explainers.tasks import copy
from explainers.tasks.copy import READ, WRITE

LENGTH = 10
WRITING, ANSWERING = LENGTH // 2, LENGTH + 1  # steps: one that writes, and the one that gives the first vector back
WALKED = 30  # steps of a walk
UNTRAINED_SEED = 7000  # of a machine with random weights


@dataclass(frozen=True)
class Edge:
    """The write head's step, taken at that end of the memory that it walks towards.

    Attributes:
        before: its weighting, with the focus at that end.
        moved: after the paper's circular shift.
        fallen: after a shift that lets weight fall off the ends.
    """

    before: Float[Tensor, "location"]
    moved: Float[Tensor, "location"]
    fallen: Float[Tensor, "location"]


@dataclass(frozen=True)
class Lookup:
    """The shortest of the vectors stored, looked up by content in three ways.

    Attributes:
        place: its location.
        strength: β, its squared length: at this its own location, with a cosine of 1, scores as much as by the dot product.
        by_cosine: the weighting with this β.
        without_strength: that by the cosine without β.
        by_dot_product: that by a plain dot product.
        cosines: of the vector with that of every location.
        lengths: of the vectors of all locations.
    """

    place: int
    strength: float
    by_cosine: Float[Tensor, "location"]
    without_strength: Float[Tensor, "location"]
    by_dot_product: Float[Tensor, "location"]
    cosines: Float[Tensor, "location"]
    lengths: Float[Tensor, "location"]

    @property
    def gained(self) -> Float[Tensor, "location"]:
        """How much more each location gets by the dot product than with cosine and β."""
        return self.by_dot_product - self.by_cosine

    @property
    def rival(self) -> int:
        """The location that gains most."""
        return int(self.gained.argmax())


@dataclass(frozen=True)
class Episode:
    """A short copy: the write head in the middle of its work, the read head at the first answer.

    Attributes:
        run: of the published machine.
        start: where its heads stand before the first step.
        stages: the weightings after each stage, of the machine of every seed and of one with random weights, in the same episode.
        edge: the write head's step WRITING at the end of the memory.
        walk: the largest weight before each step, if it is taken again and again with the machine's own γ.
        walk_unsharpened: the same with γ = 1.
        lookup: in the memory when all is written.
    """

    run: copy.Run
    start: Float[Tensor, "batch head location"]
    stages: tuple[ntm.Addressing, ...]
    edge: Edge
    walk: tuple[float, ...]
    walk_unsharpened: tuple[float, ...]
    lookup: Lookup

    @property
    def controls(self) -> ntm.Controls:
        """The heads' instructions at every step."""
        return self.run.trace.controls

    @property
    def addressing(self) -> ntm.Addressing:
        """The weightings after each stage, at every step."""
        return self.run.trace.addressing

    @property
    def locations(self) -> int:
        """How many locations the memory has."""
        return self.addressing.weighting.shape[-1]


@dataclass(frozen=True)
class Live:
    """An episode that a reader can step through, and the step at which it begins: the first at which the read head answers by content."""

    inputs: Float[Tensor, "time input"]
    step: int


@dataclass(frozen=True)
class Heads:
    """What the heads of all trained tasks do.

    Attributes:
        episode: of the copy machine.
        live: an episode of each other task, by task.
        used: which modes the heads use, by task.
        wrong: how many answers are wrong, in percent: task → what its machines lack → one number for each machine.
        ways: how the read head of each machine that repeats goes through its copies.
        searches: what each machine that recalls does with its lists.
        shut: what becomes of the copies of each copy machine when its gates are shut.
    """

    episode: Episode
    live: dict[str, Live]
    used: dict[str, modes.Used]
    wrong: dict[str, dict[str, list[float]]]
    ways: tuple[modes.Way, ...]
    searches: tuple[modes.Search, ...]
    shut: tuple[shut_gates.Shut, ...]

    @property
    def lookup(self) -> Lookup:
        """Of the episode."""
        return self.episode.lookup


def heads(trial: Trial = PUBLISHED) -> Heads:
    """Everything that is measured of addressing."""
    return Heads(
        episode(trial),
        live(trial),
        modes.used(trial),
        missing_parts.wrong_answers(trial),
        modes.ways(trial),
        modes.searches(trial),
        shut_gates.copies(trial),
    )


@study
def episode(trial: Trial = PUBLISHED) -> Episode:
    """A short copy of the published machine, and what follows from its memory and its step WRITING."""
    run, start = copy.run(LENGTH, trial.seed(0, "addressing, the episode")), copy.trained().initial_state(1).weighting
    machines = [*map(copy.trained, copy.machines()), copy.build(UNTRAINED_SEED).requires_grad_(False)]
    before = run.trace.addressing.weighting[WRITING - 1, 0, WRITE]
    controls = run.trace.controls
    shift, own = controls.shift[WRITING, 0, WRITE], controls.sharpening[WRITING, 0, WRITE]
    return Episode(
        run=run,
        start=start,
        stages=tuple(machine(run.inputs)[1].addressing for machine in machines),
        edge=over_the_edge(before, shift),
        walk=largest_while_walking(before, shift, own),
        walk_unsharpened=largest_while_walking(before, shift, torch.tensor(1.0)),
        lookup=lookup(run.trace.memory_after[LENGTH, 0], run.written),
    )


def over_the_edge(weighting: Float[Tensor, "location"], shift: Float[Tensor, "shift"]) -> Edge:
    """What both kinds of shift make of a weighting at the end of the memory that this shift walks towards."""
    edge = -1 if shift[2] > shift[0] else 0
    before = weighting.roll(edge - int(weighting.argmax()))
    fallen = shift[1] * before
    fallen[1:] += shift[2] * before[:-1]
    fallen[:-1] += shift[0] * before[1:]
    return Edge(before, ntm.shift(before, shift), fallen)


def largest_while_walking(weighting: Float[Tensor, "location"], shift: Float[Tensor, "shift"], sharpening: Float[Tensor, ""]) -> tuple[float, ...]:
    """The largest weight before each of WALKED steps of a walk with the same shift, and after the last."""
    largest = [float(weighting.max())]
    for _ in range(WALKED):
        weighting = ntm.sharpen(ntm.shift(weighting, shift), sharpening)
        largest.append(float(weighting.max()))
    return tuple(largest)


def lookup(memory: Float[Tensor, "location width"], written: tuple[int, ...]) -> Lookup:
    """Look up the shortest of the vectors written, in three ways."""
    lengths = memory.norm(dim=-1)
    place = written[int(lengths[list(written)].argmin())]
    key, strength = memory[place][None], float(memory[place].square().sum())
    return Lookup(
        place=place,
        strength=strength,
        by_cosine=ntm.content_weighting(key, torch.tensor([strength]), memory)[0],
        without_strength=ntm.content_weighting(key, torch.ones(1), memory)[0],
        by_dot_product=torch.softmax((key @ memory.T)[0], -1),
        cosines=ntm.cosine_similarity(key, memory)[0],
        lengths=lengths,
    )


def replayed(episode: Episode) -> bool:
    """Whether each step, taken alone, gives the recorded weighting, the recorded memory and the vector read again."""
    trace, previous = episode.run.trace, episode.start
    for step in range(len(trace.add)):
        controls = ntm.Controls(**{name: values[step] for name, values in vars(trace.controls).items()})
        weighting = ntm.address(controls, previous, trace.memory_before[step]).weighting
        memory = ntm.erase_and_add(trace.memory_before[step], weighting[:, WRITE:], trace.erase[step], trace.add[step])
        found = (weighting, memory, ntm.read(memory, weighting[:, :WRITE]))
        recorded = (trace.addressing.weighting[step], trace.memory_after[step], trace.read_vector[step])
        if not all(map(torch.equal, found, recorded)):
            return False
        previous = weighting
    return True


@study
def live(trial: Trial = PUBLISHED) -> dict[str, Live]:
    """One episode of each task but copying, by task."""
    seed = trial.seed(0, "addressing, live episodes")
    return {counted.task.name: begun(counted, seed) for counted in modes.COUNTED if counted.task is not copy.TASK}


def begun(counted: modes.Counted, seed: int) -> Live:
    """One episode of a task, begun where its read head first turns to content as it answers."""
    inputs, (_, last) = counted.inputs(1, Generator().manual_seed(seed)), counted.phases[-1]
    reading = modes.modes(counted.task.trained(counted.task.name), inputs)[last.start :, 0, READ]
    return Live(inputs[:, 0], last.start + int((reading != modes.LOCATION).int().argmax()))
