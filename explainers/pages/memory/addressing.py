"""Addressing, step by step: how the heads of a trained Neural Turing Machine find their place in the memory."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import plotly.graph_objects as go
import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.kit.build.marks import claim, fact, figure, table
from explainers.kit.figure import browser, draw, theme
from explainers.kit.figure.tables import Group, Table
from explainers.models import ntm, ring
from explainers.pages.memory._heads import READ, WRITE, live_machine
from explainers.studies import modes
from explainers.tasks import copy, ngrams, recall, repeat_copy, sort

LENGTH = 10
LENGTHS = (5, 10, 20)  # of the sequences that are copied with shut gates
NEIGHBOURS = 5  # locations shown on either side of the focus
MILLIONTH = 1e-6
FEWER = 100  # episodes of the machines that are not shown
FRESH_SEED = 7000
WALKED = 30  # steps of a walk
COLOURS = (theme.QUERY, theme.INK, theme.CONTROL)  # of the modes


@dataclass(frozen=True)
class Used:
    """How often the heads of one task's machines are in each mode, by checkpoint; the published machine first.

    `wrong`: by checkpoint and by what the machine lacks, how many of its answers are wrong, in percent. `untrained`: the modes of a
    machine with random weights.
    """

    counted: modes.Counted
    counts: dict[str, Int[Tensor, "phase head mode"]]
    wrong: dict[str, dict[str, float]]
    untrained: Int[Tensor, "phase head mode"]

    @property
    def published(self) -> Int[Tensor, "phase head mode"]:
        """Those of the published machine."""
        return self.counts[self.counted.task.name]

    def shares(self, phase: str, head: str) -> list[list[float]]:
        """The share of each mode, for every machine."""
        place = [name for name, _ in self.counted.phases].index(phase), self.counted.heads.index(head)
        return [(found[place] / found[place].sum()).tolist() for found in self.counts.values()]

    def without(self, lacking: str) -> list[float]:
        """How many answers of each machine are wrong if it lacks something, in percent."""
        return [wrong[lacking] for wrong in self.wrong.values()]


@dataclass(frozen=True)
class Episode:
    """One recorded episode, and the steps that the figures look at: one that writes, and the one that gives the first vector back.

    `used` says which modes the heads of all trained tasks use. `shut` has, for every copy machine, what becomes of its copies when its
    gates are shut.
    """

    run: copy.Run
    writing: int
    answering: int
    used: dict[str, Used]
    shut: tuple["Shut", ...]

    @property
    def controls(self) -> ntm.Controls:
        """The head's instructions at every step."""
        return self.run.trace.controls

    @property
    def addressing(self) -> ntm.Addressing:
        """The weightings after each stage, at every step."""
        return self.run.trace.addressing

    def previous(self, step: int, head: int) -> Float[Tensor, "location"]:
        """Where a head stood a step before."""
        return self.addressing.weighting[step - 1, 0, head]


def subject() -> Episode:
    """A short copy: the write head in the middle of its work, the read head at the first answer."""
    used = {counted.task.name: used_by(counted) for counted in modes.trained()}
    shut = tuple(with_shut_gates(name) for name in copy.machines())
    return Episode(copy.run(length=LENGTH, seed=0), LENGTH // 2, LENGTH + 1, used, shut)


def used_by(counted: modes.Counted) -> Used:
    """Count the modes of a task's machines: those of other seeds than the published one over fewer episodes."""
    published, *others = counted.task.machines()
    counts = {published: modes.count(counted, published)}
    counts |= {name: modes.count(counted, name, FEWER) for name in others}
    wrong = {name: modes.wrong_without(counted, name) for name in counts}
    inputs = counted.inputs(FEWER, Generator().manual_seed(modes.SEED))
    untrained = modes.counts(modes.modes(counted.task.build(FRESH_SEED), inputs), counted.phases)
    return Used(counted, counts, wrong, untrained)


@dataclass(frozen=True)
class Shut:
    """What becomes of a machine's copies when its gates are shut, so that content counts for nothing; and what the gates do in it.

    Attributes:
        mistaken: in how many sequences there is a mistake: with the machine's own gates ("own"), with the gates shut at every step but the
            mark ("but"), and with the gates shut at the mark alone ("at").
        at_the_mark: wrong bits, in percent, with the gates shut at the mark alone.
        blended: the largest weight of the write head after interpolation, where it is smallest while a sequence comes in.
        sharpened: the same after sharpening.
        taste, taste_shut: where the read head's weight lies at the mark, with the machine's own gates and with shut ones.
        begins: the read head's weight on the first vector stored, a step after the mark, in the sequence in which it is smallest.
    """

    mistaken: dict[str, int]
    at_the_mark: float
    blended: float
    sharpened: float
    taste: "Taste"
    taste_shut: "Taste"
    begins: float


@dataclass(frozen=True)
class Taste:
    """Where the weight of a read head lies: means over the sequences of a length.

    Attributes:
        start: on location 0, where nothing is stored; at the length at which it is least.
        stored: on all vectors stored, likewise.
        first: on the first of them, likewise.
        most: how much of `stored` is on the vector that has most of it; at the length at which that is most.
    """

    start: float
    stored: float
    first: float
    most: float


def taste(weights: list[tuple[Float[Tensor, "batch"], Float[Tensor, "batch vector"]]]) -> Taste:
    """Sum up, for each length, the weights on location 0 and those on the vectors stored."""
    return Taste(
        start=min(float(start.mean()) for start, _ in weights),
        stored=min(float(stored.sum(1).mean()) for _, stored in weights),
        first=min(float(stored[:, 0].mean()) for _, stored in weights),
        most=max(float((stored.amax(1) / stored.sum(1)).mean()) for _, stored in weights),
    )


@torch.inference_mode()
def with_shut_gates(name: str) -> Shut:
    """Let a copy machine copy fresh sequences of LENGTHS with its gates shut at some steps."""
    machine, shut = copy.trained(name), modes.held(copy.trained(name), gate=0.0)
    mistaken, percents, tastes = {"own": 0, "but": 0, "at": 0}, [], {"own": [], "but": [], "at": []}
    blended, sharpened, begins = [], [], []
    for length in LENGTHS:
        inputs, targets = copy.episodes(length, FEWER, Generator().manual_seed(FRESH_SEED + length))
        steps = range(len(inputs))
        closed = {"own": range(0), "but": [step for step in steps if step != length], "at": [length]}
        for gates, shut_at in closed.items():
            trace = taking_turns([shut if step in shut_at else machine for step in steps], inputs)
            where = trace.addressing.weighting
            written = where[:length, :, WRITE].argmax(-1)
            wrong = (trace.output[length + 1 :] > 0) != targets.bool()
            mistaken[gates] += int(wrong.any(-1).any(0).sum())
            tastes[gates].append((where[length, :, READ, 0], where[length, :, READ].gather(1, written.T)))
            if gates == "at":
                percents.append(100 * float(wrong.float().mean()))
            if gates == "own":
                blended.append(float(trace.addressing.interpolated[:length, :, WRITE].amax(-1).min()))
                sharpened.append(float(where[:length, :, WRITE].amax(-1).min()))
                begins.append(float(where[length + 1, :, READ].gather(1, written[:1].T).min()))
    own, at = taste(tastes["own"]), taste(tastes["at"])
    return Shut(mistaken, max(percents), min(blended), min(sharpened), own, at, min(begins))


def taking_turns(machines: list[ntm.NeuralTuringMachine], inputs: Float[Tensor, "time batch input"]) -> ntm.Trace:
    """Episodes in which each step is taken by another machine; the state goes from one to the next."""
    state, traces = machines[0].initial_state(inputs.shape[1]), []
    for machine, now in zip(machines, inputs, strict=True):
        state, trace = machine.step(state, now)
        traces.append(trace)
    return ntm.over_time(traces)


def around(weighting: Float[Tensor, "location"]) -> list[int]:
    """The locations near the focus of a weighting, in the order of the ring."""
    focus = int(weighting.argmax())
    return [(focus + distance) % len(weighting) for distance in range(-NEIGHBOURS, NEIGHBOURS + 1)]


@figure(live="addressing-stepper")
def stages(episode: Episode) -> go.Figure:
    """Four stages from the previous weighting to the new one. Left the write head in the middle of its work, right the read head as it gives the first vector back."""
    parts = []
    for title, step, head, colour in (
        ("write head", episode.writing, WRITE, theme.WRITE),
        ("read head", episode.answering, READ, theme.READ),
    ):
        places = around(episode.addressing.weighting[step, 0, head])
        controls, stage = episode.controls, episode.addressing
        rows = {
            f"{title}, step {step + 1}: before": episode.previous(step, head),
            f"① content, β = {controls.key_strength[step, 0, head]:.2f}": stage.content[step, 0, head],
            f"② interpolation, g = {controls.gate[step, 0, head]:.3f}": stage.interpolated[step, 0, head],
            f"③ circular shift, s = {told(controls.shift[step, 0, head])}": stage.shifted[step, 0, head],
            f"④ sharpening, γ = {controls.sharpening[step, 0, head]:.2f}": stage.weighting[step, 0, head],
        }
        labels = [str(place) for place in places]
        parts.append(
            [
                draw.Panel(
                    name, [draw.bars(labels, values[places], "", colour)], height=70, axes={"y": {"range": [0, 1]}}
                )
                for name, values in rows.items()
            ]
        )
    panels = [panel for pair in zip(*parts, strict=True) for panel in pair]
    return browser.with_live(draw.panels(panels, 2), tasks=live_tasks(episode))


PHASES = {
    "input": "takes in its input", "mark": "sees the mark", "answer": "answers", "items": "takes in the items", "query": "sees the query",
}  # fmt: skip


def live_tasks(episode: Episode) -> list[dict]:
    """What the browser needs to run one episode of each task, the drawn one first."""
    drawn = live_machine(episode.run) | {"step": episode.writing, "head": "write"}
    drawn["phases"] = spoken((("input", range(LENGTH)), ("mark", range(1)), ("answer", range(LENGTH))))
    found = [drawn | {"title": "copy"}]
    for used in episode.used.values():
        if used.counted.task is not copy.TASK:
            found.append(live_task(used.counted))
    return found


def live_task(counted: modes.Counted) -> dict:
    """One episode of a task, begun where its read head first turns to content as it answers."""
    inputs = counted.inputs(1, Generator().manual_seed(0))
    _, last = counted.phases[-1]
    reading = modes.modes(counted.task.trained(counted.task.name), inputs)[last.start :, 0, READ]
    return {
        "title": counted.name,
        "checkpoint": counted.task.name,
        "inputs": inputs[:, 0].tolist(),
        "phases": spoken(counted.phases),
        "step": last.start + int((reading != modes.LOCATION).int().argmax()),
        "head": "read",
    }


def spoken(phases: tuple[tuple[str, range], ...]) -> list[tuple[str, int]]:
    """What the machine does in each phase, and in how many steps."""
    return [(PHASES.get(name, f"sees and predicts {name}"), len(steps)) for name, steps in phases]


def told(shift: Float[Tensor, "shift"]) -> str:
    """A shift distribution in words: the shares of −1, 0 and +1."""
    return "(" + ", ".join(f"{share:.2f}" for share in shift) + ")"


@figure
def modes_used(episode: Episode) -> go.Figure:
    """Which mode each head uses in each part of an episode: the share of its steps, over a thousand episodes of each task."""
    panels = []
    for used in episode.used.values():
        names = [(head, phase) for head in used.counted.heads for phase, _ in used.counted.phases]
        found = used.published.transpose(0, 1).flatten(0, 1).double()  # head and phase, mode
        shares = 100 * found / found.sum(-1, keepdim=True)
        labels = [f"{head}: {phase}" for head, phase in names]
        parts = {
            name: (shares[:, place].tolist(), colour)
            for place, (name, colour) in enumerate(zip(modes.MODES, COLOURS, strict=True))
        }
        panels.append(
            draw.Panel(
                used.counted.title, draw.stacked(labels, parts), y="% of steps", height=130, axes={"y": {"range": [0, 100]}}
            )
        )
    drawn = draw.panels(panels, 2)
    drawn.layout.meta |= {"counts": counts_in_words(episode)}
    return drawn


def counts_in_words(episode: Episode) -> dict:
    """The counts behind the shares: task → head → phase → mode → steps."""
    return {
        name: {
            head: {
                phase: dict(zip(modes.MODES, used.published[row, column].tolist(), strict=True))
                for row, (phase, _) in enumerate(used.counted.phases)
            }
            for column, head in enumerate(used.counted.heads)
        }
        for name, used in episode.used.items()
    }


@table
def missing(episode: Episode) -> Table:
    """How many answers are wrong when a part of the addressing is taken away from all heads at every step, in percent: the least and the most of the three machines of each task. Guessing gets about half of them wrong."""
    tasks = list(episode.used.values())
    rows = tuple((lacking, *(from_to(used.without(lacking)) for used in tasks)) for lacking in modes.LACKING)
    return Table(("without", *(used.counted.name for used in tasks)), (Group("Wrong answers, in percent", "", rows),))


def from_to(percents: list[float]) -> str:
    """The least and the most of some numbers, with one digit after the point."""
    least, most = f"{min(percents):.1f}", f"{max(percents):.1f}"
    return least if least == most else f"{least} to {most}"


@figure
def writing(episode: Episode) -> go.Figure:
    """The write head's step, as pictures of the memory: what was there, what is left after the erase, what is added, what is there then."""
    trace, step = episode.run.trace, episode.writing
    places = around(trace.addressing.weighting[step, 0, WRITE])
    where = trace.addressing.weighting[step, 0, WRITE]
    erased = trace.memory_before[step, 0] * (1 - where[:, None] * trace.erase[step, 0, 0])
    rows, columns = [str(place) for place in places], [""] * trace.add.shape[-1]
    limit = float(trace.memory_after[step, 0].abs().max())
    pictures = {
        "memory before": trace.memory_before[step, 0][places],
        "⑤ after the erase": erased[places],
        "added: weighting × add vector": (where[:, None] * trace.add[step, 0, 0])[places],
        "⑥ after the add": trace.memory_after[step, 0][places],
    }
    panels = [
        draw.Panel(
            title, draw.values(values, rows, columns, limit), x="feature", y="location", height=150, scale=bool(n % 2)
        )
        for n, (title, values) in enumerate(pictures.items())
    ]
    return draw.panels(panels, 2)


@figure
def reading(episode: Episode) -> go.Figure:
    """Reading: each location's vector times its weight, and the sum, which is the vector read."""
    trace, step = episode.run.trace, episode.answering
    where = trace.addressing.weighting[step, 0, READ]
    places = around(where)
    shares = where[:, None] * trace.memory_after[step, 0]
    rows, columns = [str(place) for place in places], [""] * shares.shape[-1]
    limit = float(shares.abs().max())
    panels = [
        draw.Panel(
            "weight × vector", draw.values(shares[places], rows, columns, limit), y="location", height=150, scale=True
        ),
        draw.Panel(
            "⑦ the sum over all locations: the vector read",
            draw.values(trace.read_vector[step, 0], ["read"], columns, limit),
            x="feature",
            height=22,
        ),
    ]
    return draw.panels(panels)


@figure
def at_the_edge(episode: Episode) -> go.Figure:
    """The same step, taken at that end of the memory towards which the head walks. The circular shift brings the weight to the other end; without the circle it falls off."""
    before, moved, fallen = over_the_edge(episode)
    places = [(place - 4) % len(before) for place in range(8)]
    labels = [str(place) for place in places]
    panels = [
        draw.Panel(
            title,
            [draw.bars(labels, values[places], "", colour)],
            x="location",
            height=100,
            axes={"y": {"range": [0, 1]}},
        )
        for title, values, colour in (
            ("before", before, theme.WRITE),
            (f"circular: the sum is {moved.sum():.3f}", moved, theme.WRITE),
            (f"not circular: the sum is {fallen.sum():.3f}", fallen, theme.CONTROL),
        )
    ]
    return draw.panels(panels, 3)


def over_the_edge(
    episode: Episode,
) -> tuple[Float[Tensor, "location"], Float[Tensor, "location"], Float[Tensor, "location"]]:
    """The write head's weighting with its focus at the end of the memory that it walks towards, and what both kinds of shift make of it."""
    before, shift = episode.previous(episode.writing, WRITE), episode.controls.shift[episode.writing, 0, WRITE]
    edge = -1 if shift[2] > shift[0] else 0
    at_the_end = before.roll(edge - int(before.argmax()))
    return at_the_end, *shifted_both_ways(at_the_end, shift)


def shifted_both_ways(
    weighting: Float[Tensor, "location"], distribution: Float[Tensor, "shift"]
) -> tuple[Float[Tensor, "location"], Float[Tensor, "location"]]:
    """The weighting after the paper's circular shift, and after a shift that lets weight fall off the ends."""
    moved = ntm.shift(weighting, distribution)
    fallen = torch.zeros_like(weighting)
    fallen += distribution[1] * weighting
    fallen[1:] += distribution[2] * weighting[:-1]
    fallen[:-1] += distribution[0] * weighting[1:]
    return moved, fallen


@figure
def blur(episode: Episode) -> go.Figure:
    """The largest weight of a head that takes the same step again and again: with its own sharpening, and with none."""
    step = episode.writing
    own = float(episode.controls.sharpening[step, 0, WRITE])
    steps = list(range(WALKED + 1))
    traces = [
        draw.line(steps, largest_while_walking(episode, gamma, len(steps)), name, colour, "lines")
        for name, gamma, colour in (("the machine's γ", own, theme.WRITE), ("γ = 1: no sharpening", 1.0, theme.CONTROL))
    ]
    panel = draw.Panel("The largest weight", traces, x="steps taken", height=170, axes={"y": {"range": [0, 1.02]}})
    return draw.panels([panel])


def largest_while_walking(episode: Episode, gamma: float, steps: int) -> list[float]:
    """The largest weight before each step of a walk with the recorded shift."""
    weighting, largest = episode.previous(episode.writing, WRITE), []
    for _ in range(steps):
        largest.append(float(weighting.max()))
        moved = ntm.shift(weighting, episode.controls.shift[episode.writing, 0, WRITE])
        weighting = ntm.sharpen(moved, torch.tensor(gamma))
    return largest


@figure
def similarity(episode: Episode) -> go.Figure:
    """Looking up, by content, the shortest of the vectors that the machine has stored: as in the paper, without β, and with a plain dot product. With this β its own location has the same score as by the dot product."""
    places = around(one_hot(episode, looked_up(episode)))
    names = (f"cosine, β = {strength(episode):.1f}", "cosine without β", "plain dot product")
    colours = (theme.READ, theme.CONTROL, theme.QUERY)
    traces = [
        draw.bars([str(place) for place in places], weights[places], name, colour)
        for name, weights, colour in zip(names, lookups(episode), colours, strict=True)
    ]
    return draw.panels(
        [draw.Panel("Weight of each location", traces, x="location", height=170, axes={"y": {"range": [0, 1]}})]
    )


def looked_up(episode: Episode) -> int:
    """The location whose vector is the key of that lookup: the shortest of the vectors stored."""
    stored = episode.run.trace.memory_after[LENGTH, 0][list(episode.run.written)]
    return episode.run.written[int(stored.norm(dim=-1).argmin())]


def one_hot(episode: Episode, place: int) -> Float[Tensor, "location"]:
    """A weighting with all its weight on one location."""
    weighting = torch.zeros(locations(episode))
    weighting[place] = 1
    return weighting


class Lookups(NamedTuple):
    """The weightings of three ways to look up a stored vector in the recorded memory."""

    cosine: Float[Tensor, "location"]
    without_strength: Float[Tensor, "location"]
    dot_product: Float[Tensor, "location"]


def lookups(episode: Episode) -> Lookups:
    """The first has the β at which its own location, with a cosine of 1, scores as much as by the dot product."""
    memory = episode.run.trace.memory_after[LENGTH, 0]
    key = memory[looked_up(episode)][None]
    return Lookups(
        cosine=ntm.content_weighting(key, torch.tensor([strength(episode)]), memory)[0],
        without_strength=ntm.content_weighting(key, torch.ones(1), memory)[0],
        dot_product=torch.softmax((key @ memory.T)[0], -1),
    )


@fact
def episodes_counted(episode: Episode) -> int:
    """Over how many episodes of each task the modes were counted."""
    return modes.EPISODES


@fact
def episodes_of_others(episode: Episode) -> int:
    """Over how many episodes the modes of the machines were counted that the figure does not show."""
    return FEWER


@fact
def locations(episode: Episode) -> int:
    """How many locations the memory has."""
    return episode.addressing.weighting.shape[-1]


@fact
def width(episode: Episode) -> int:
    """How many numbers a location holds."""
    return episode.run.trace.add.shape[-1]


@fact
def strength(episode: Episode) -> float:
    """The β of the lookup by content: the squared length of the vector looked up, which is its dot product with itself."""
    return float(episode.run.trace.memory_after[LENGTH, 0, looked_up(episode)].square().sum())


@fact
def lookup_weight(episode: Episode) -> float:
    """The weight of the location looked up, with cosine and β."""
    return lookups(episode).cosine[looked_up(episode)]


@fact
def lookup_weight_without_strength(episode: Episode) -> float:
    """The weight of the location looked up, with the cosine but without β."""
    return lookups(episode).without_strength[looked_up(episode)]


@fact
def lookup_weight_by_dot_product(episode: Episode) -> float:
    """The weight of the location looked up, with a plain dot product."""
    return lookups(episode).dot_product[looked_up(episode)]


def gained(episode: Episode) -> Float[Tensor, "location"]:
    """How much more each location gets by a plain dot product than with cosine and β."""
    found = lookups(episode)
    return found.dot_product - found.cosine


def rival(episode: Episode) -> int:
    """The location that gains most by a plain dot product."""
    return int(gained(episode).argmax())


@fact
def rival_location(episode: Episode) -> int:
    """The location that gains most by a plain dot product."""
    return rival(episode)


@fact
def rival_weight(episode: Episode) -> float:
    """The weight of that location, with cosine and β."""
    return lookups(episode).cosine[rival(episode)]


@fact
def rival_weight_by_dot_product(episode: Episode) -> float:
    """The weight of that location, with a plain dot product."""
    return lookups(episode).dot_product[rival(episode)]


@claim
def one_rival(episode: Episode) -> bool:
    """More than half of what is missing went to one location."""
    change = gained(episode)
    return bool(change.max() > -change[looked_up(episode)] / 2 > 0)


@fact
def rival_cosine(episode: Episode) -> float:
    """The cosine of its vector with the one looked up."""
    memory = episode.run.trace.memory_after[LENGTH, 0]
    return ntm.cosine_similarity(memory[looked_up(episode)][None], memory)[0, rival(episode)]


@fact
def rival_length(episode: Episode) -> float:
    """How many times as long its vector is as the one looked up."""
    lengths = episode.run.trace.memory_after[LENGTH, 0].norm(dim=-1)
    return lengths[rival(episode)] / lengths[looked_up(episode)]


@fact
def most_without_strength(episode: Episode) -> float:
    """The largest weight that a softmax of cosines can give if one of them is 1 and all others are −1."""
    return math.e / (math.e + (locations(episode) - 1) / math.e)


@fact
def memory_at_start(episode: Episode) -> float:
    """The number that stands everywhere in a constant memory before the first step."""
    return ntm.INITIAL_MEMORY


@fact
def step_gate(episode: Episode) -> float:
    """The write head's gate in the middle of its work."""
    return episode.controls.gate[episode.writing, 0, WRITE]


@fact
def step_content(episode: Episode) -> float:
    """The largest weight of the write head after the first stage, in the middle of its work."""
    return episode.addressing.content[episode.writing, 0, WRITE].max()


@fact
def step_interpolated(episode: Episode) -> float:
    """The largest weight of the write head after interpolation, in the middle of its work."""
    return episode.addressing.interpolated[episode.writing, 0, WRITE].max()


@fact
def step_weight(episode: Episode) -> float:
    """The largest weight of the write head after the last stage, in the middle of its work."""
    return episode.addressing.weighting[episode.writing, 0, WRITE].max()


@fact
def lowest_interpolated(episode: Episode) -> float:
    """The largest weight of a write head after interpolation, where it is smallest: of all copy machines and sequences."""
    return min(each.blended for each in episode.shut)


@fact
def copied(episode: Episode) -> int:
    """How many fresh sequences each copy machine copied with shut gates."""
    return FEWER * len(LENGTHS)


@fact
def mistaken(episode: Episode) -> str:
    """In how many of them the three machines together make a mistake with their own gates: a number, or none."""
    return str(sum(each.mistaken["own"] for each in episode.shut) or "none")


@fact
def shortest_copied(episode: Episode) -> int:
    """The length of the shortest of them."""
    return min(LENGTHS)


@fact
def longest_copied(episode: Episode) -> int:
    """The length of the longest of them."""
    return max(LENGTHS)


def at_the_mark(episode: Episode) -> list[Shut]:
    """The machines that need at the mark what they find by content: more than a third of their bits are wrong without it."""
    return [each for each in episode.shut if each.at_the_mark > 100 / 3]


@fact
def wrong_with_the_mark_shut(episode: Episode) -> float:
    """Wrong bits of the machine that needs content at the mark when its gates are shut there, in percent."""
    return max(each.at_the_mark for each in at_the_mark(episode))


@fact
def tried(episode: Episode) -> int:
    """How many episodes a machine ran through for each part that it lacked."""
    return modes.TRIED


@fact
def walked(episode: Episode) -> int:
    """How many steps the head walks in the figure."""
    return WALKED


@fact
def least_own_sharpening(episode: Episode) -> float:
    """The smallest γ of either head in the episode."""
    return episode.controls.sharpening.min()


@fact
def most_own_sharpening(episode: Episode) -> float:
    """The largest γ of either head in the episode."""
    return episode.controls.sharpening.max()


@fact
def same_before_training(episode: Episode) -> float:
    """In how many of their steps machines with random weights that count and sort are in the mode which the trained ones use most, in percent: the head and phase where it is least."""
    found = []
    for task in (ngrams.SOFT, sort.TASK):
        used = episode.used[task.name]
        most = used.published.argmax(-1, keepdim=True)
        found.append(float((used.untrained.gather(-1, most)[..., 0] / used.untrained.sum(-1)).min()))
    return 100 * min(found)


@fact
def step_shift(episode: Episode) -> float:
    """The largest share of the write head's shift distribution in the middle of its work."""
    return episode.controls.shift[episode.writing, 0, WRITE].max()


@fact
def step_direction(episode: Episode) -> str:
    """Which way the write head walks: −1, 0 or +1 location a step."""
    return ("−1", "0", "+1")[int(episode.controls.shift[episode.writing, 0, WRITE].argmax())]


@fact
def step_sharpening(episode: Episode) -> float:
    """The write head's γ in the middle of its work."""
    return episode.controls.sharpening[episode.writing, 0, WRITE]


@fact
def fallen_off(episode: Episode) -> float:
    """How much of the weight falls off the end if the shift is not circular, in percent."""
    before, _, fallen = over_the_edge(episode)
    return 100 * (before.sum() - fallen.sum())


@fact
def after_thirty_steps(episode: Episode) -> float:
    """The largest weight after thirty steps with the machine's own γ."""
    return largest_while_walking(episode, float(step_sharpening(episode)), WALKED + 1)[-1]


@fact
def after_thirty_steps_unsharpened(episode: Episode) -> float:
    """The largest weight after thirty steps without sharpening."""
    return largest_while_walking(episode, 1.0, WALKED + 1)[-1]


@claim
def stages_are_distributions(episode: Episode) -> bool:
    """After every stage, at every step, for both heads, the weights are between zero and one and sum to one; with random weights they do so, too."""
    machines = [*map(copy.trained, copy.machines()), copy.build(FRESH_SEED).requires_grad_(False)]
    for machine in machines:
        stages = machine(episode.run.inputs)[1].addressing
        every = torch.stack([stages.content, stages.interpolated, stages.shifted, stages.weighting])
        if not ((every >= 0).all() and torch.allclose(every.sum(-1), torch.ones(1), rtol=0, atol=10 * MILLIONTH)):
            return False
    return True


@claim
def replays(episode: Episode) -> bool:
    """Any step can be replayed alone: the listing gives the recorded weighting, the recorded memory and the vector read again."""
    trace, previous = episode.run.trace, copy.trained().initial_state(1).weighting
    for step in range(len(trace.add)):
        controls = ntm.Controls(**{name: getattr(trace.controls, name)[step] for name in vars(trace.controls)})
        stages = ntm.address(controls, previous, trace.memory_before[step])
        memory = ntm.erase_and_add(
            trace.memory_before[step], stages.weighting[:, WRITE:], trace.erase[step], trace.add[step]
        )
        vector = ntm.read(memory, stages.weighting[:, :WRITE])
        found = (stages.weighting, memory, vector)
        recorded = (trace.addressing.weighting[step], trace.memory_after[step], trace.read_vector[step])
        if not all(torch.equal(one, other) for one, other in zip(found, recorded, strict=True)):
            return False
        previous = stages.weighting
    return True


@claim
def sharpening_restores(episode: Episode) -> bool:
    """While a sequence comes in, sharpening puts that back: after it, every write of every copy machine has more than .99 of its weight on one location."""
    return all(each.sharpened > 0.99 for each in episode.shut)


@claim
def content_only_at_the_mark(episode: Episode) -> bool:
    """With all gates shut, g = 0, at every step but the mark, each of the three machines still copies more than 99 of 100 sequences without a mistake, as many as with its own gates."""
    few = copied(episode) / 100
    return all(each.mistaken["but"] < few and each.mistaken["but"] <= each.mistaken["own"] for each in episode.shut)


@claim
def one_tastes_at_the_mark(episode: Episode) -> bool:
    """One of the three needs content at the mark: with its gates shut there alone, it gets more than a third of the bits wrong, while the other two make no more mistakes than before."""
    others = [each for each in episode.shut if each not in at_the_mark(episode)]
    return len(others) == 2 and all(each.mistaken["at"] <= each.mistaken["own"] for each in others)


@claim
def mostly_at_the_start(episode: Episode) -> bool:
    """At the mark the read head of each of the three has, on average, more than six tenths of its weight still on location 0, where nothing is stored, and more than a fifth on the vectors stored."""
    return all(each.taste.start > 0.6 and each.taste.stored > 0.2 for each in episode.shut)


@claim
def tasted_in_two_ways(episode: Episode) -> bool:
    """In two machines that share lies on the first vector, and it lies there with shut gates as well: the shift brings it. In the third content brings it, and spreads it: on average, the vector that gets most has less than half of it, and with the gates shut less than a twentieth of the weight lies on all the vectors together."""
    searching = at_the_mark(episode)
    shifting = [each for each in episode.shut if each not in searching]
    by_shift = all(min(each.taste.first, each.taste_shut.first) > 0.2 for each in shifting)
    by_content = all(each.taste.most < 1 / 2 and each.taste_shut.stored < 1 / 20 for each in searching)
    return len(shifting) == 2 and len(searching) == 1 and by_shift and by_content


@claim
def all_begin_alike(episode: Episode) -> bool:
    """A step later the read head of each has more than half of its weight on the first vector, in every sequence."""
    return all(each.begins > 0.5 for each in episode.shut)


@claim
def copies_by_location(episode: Episode) -> bool:
    """While a sequence comes in, the write head of every copy machine goes by location, in more than 19 of 20 steps."""
    return all(share[modes.LOCATION] > 0.95 for share in episode.used["copy"].shares("input", "write"))


@claim
def back_by_content(episode: Episode) -> bool:
    """Whenever the read head of a machine that repeats goes farther than a shift can take it, it uses content and then shifts; it does so once in every copy but the first. For more than 99 in 100 of all other answers it goes by location."""
    for name in repeat_copy.machines():
        inputs = episode.used["repeat_copy"].counted.inputs(FEWER, Generator().manual_seed(FRESH_SEED))
        with torch.inference_mode():
            trace = repeat_copy.trained(name)(inputs)[1]
        copies = slice(modes.SIDE, -1)  # the mark, from which the first move starts, and all answers but the end mark
        where = trace.addressing.weighting[copies, :, READ].argmax(-1)
        jumped = ring.moves(where, trace.addressing.weighting.shape[-1]).abs() > 1
        mode = modes.mode(trace.controls.gate, trace.controls.shift)[copies, :, READ][1:]
        first, *later = jumped.unflatten(0, (modes.SIDE, modes.SIDE)).sum(1)
        once = bool((first == 0).all()) and all(bool((jumps == 1).all()) for jumps in later)
        if not (once and (mode[jumped] == modes.CONTENT_AND_SHIFT).all()):
            return False
        if (mode[~jumped] == modes.LOCATION).float().mean() <= 0.99:
            return False
    return True


def recalls() -> list[recall.Record]:
    """What every machine that recalls does with FEWER fresh lists."""
    return [recall.record(modes.ITEMS, FEWER, FRESH_SEED, name) for name in recall.machines()]


@claim
def recalls_by_content(episode: Episode) -> bool:
    """While the query is shown, the read head of every machine uses content to find the item that is asked for, and shifts: in more than two of five lists there is a step at which it does both, and its key resembles a vector of that item most."""
    steps = slice(recall.query_steps(modes.ITEMS).start - 1, recall.answer_steps(modes.ITEMS).start)
    for record in recalls():
        controls, content = record.trace.controls, record.trace.addressing.content[steps, :, READ]
        searching = modes.mode(controls.gate, controls.shift)[steps, :, READ] == modes.CONTENT_AND_SHIFT
        asked = torch.stack([record.vector_of(0, vector) for vector in range(recall.ITEM)])
        found = (content.argmax(-1)[:, None] == asked).any(1)
        if float((searching & found).any(0).float().mean()) <= 0.4:
            return False
    return True


@claim
def writes_items_by_location(episode: Episode) -> bool:
    """While items come in, the write heads go by location in at least two thirds of the steps, and every vector is written next to the one before."""
    shares = episode.used["recall"].shares("items", "write")
    beside = all(
        bool((ring.moves(record.written, record.trace.addressing.weighting.shape[-1]).abs() == 1).all())
        for record in recalls()
    )
    return beside and all(share[modes.LOCATION] > 2 / 3 for share in shares)


@claim
def sorts_with_both(episode: Episode) -> bool:
    """In every machine that sorts, the first write head goes by location and the second by content alone, both throughout; the read head goes by content alone as it answers: each in more than 99 of 100 steps."""
    used = episode.used["sort"]
    walks = [share[modes.LOCATION] for phase, _ in used.counted.phases for share in used.shares(phase, "write 1")]
    seeks = [share[modes.CONTENT] for phase, _ in used.counted.phases for share in used.shares(phase, "write 2")]
    looks = [share[modes.CONTENT] for share in used.shares("answer", "read")]
    return min(walks + seeks + looks) > 0.99


@claim
def counts_by_content(episode: Episode) -> bool:
    """In the n-gram machines both heads go by content alone, in more than 99 of 100 steps, in every machine."""
    used = episode.used["ngrams"]
    return all(
        share[modes.CONTENT] > 0.99
        for head in used.counted.heads
        for phase, _ in used.counted.phases
        for share in used.shares(phase, head)
    )


NOTHING, CONTENT_PART, SQUARE = "nothing: as trained", "content: g = 0", "the choice of γ: always γ = 2"
LOCATION_PARTS = ("the step before: g = 1", "the shift: all of s at 0", "sharpening: γ = 1")


@claim
def needs_both(episode: Episode) -> bool:
    """Those that repeat, recall and sort need everything: each of these nine machines gets fewer than one answer in twenty wrong as it was trained, and more than a quarter without content, without the step before, without the shift or without sharpening."""
    used = [episode.used[task.name] for task in (repeat_copy.TASK, recall.TASK, sort.TASK)]
    able = all(max(each.without(NOTHING)) < 5 for each in used)
    return able and all(min(each.without(part)) > 25 for each in used for part in (CONTENT_PART, *LOCATION_PARTS))


@claim
def copies_need_location(episode: Episode) -> bool:
    """Those that copy need the step before, the shift and sharpening: as trained each gets fewer than one answer in a hundred wrong, and more than a third if any one of these is missing."""
    without = episode.used["copy"].without
    return max(without(NOTHING)) < 1 and all(min(without(part)) > 100 / 3 for part in LOCATION_PARTS)


@claim
def counts_without_location(episode: Episode) -> bool:
    """Those that count need no shift and no step before: if one of the two is missing, fewer than one guess in a hundred falls on the other side of one half than the optimal estimator's; without content, more than a third do."""
    without = episode.used["ngrams"].without
    needless = (*without(LOCATION_PARTS[0]), *without(LOCATION_PARTS[1]))
    return max(needless) < 1 and min(without(CONTENT_PART)) > 100 / 3


@claim
def square_is_for_some(episode: Episode) -> bool:
    """With the fixed square, γ = 2, every machine that counts goes on nearly as before, with fewer than one wrong guess in fifty, and every one that recalls gets more than a third wrong."""
    return max(episode.used["ngrams"].without(SQUARE)) < 2 and min(episode.used["recall"].without(SQUARE)) > 100 / 3
