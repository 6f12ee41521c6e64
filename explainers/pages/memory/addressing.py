"""Addressing, step by step: how the heads of a trained Neural Turing Machine find their place in the memory."""

from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.kit import draw, live, theme
from explainers.kit.marks import claim, fact, figure
from explainers.models import ntm
from explainers.pages.memory._heads import READ, WRITE, live_machine
from explainers.tasks import copy, modes

LENGTH = 10
STRENGTH = 20  # the β of the lookup by content
NEIGHBOURS = 5  # locations shown on either side of the focus
MILLIONTH = 1e-6
FEWER = 100  # episodes of the machines that are not shown
COLOURS = (theme.KEY, theme.MODEL, theme.CONTROL)  # of the modes


@dataclass(frozen=True)
class Used:
    """How often the heads of one task's machines are in each mode, by checkpoint; the published machine first."""

    counted: modes.Counted
    counts: dict[str, Int[Tensor, "phase head mode"]]

    @property
    def published(self) -> Int[Tensor, "phase head mode"]:
        """Those of the published machine."""
        return self.counts[self.counted.task.name]

    def shares(self, phase: str, head: str) -> list[list[float]]:
        """The share of each mode, for every machine."""
        place = [name for name, _ in self.counted.phases].index(phase), self.counted.heads.index(head)
        return [(found[place] / found[place].sum()).tolist() for found in self.counts.values()]


@dataclass(frozen=True)
class Episode:
    """One recorded episode, and the steps that the figures look at: one that writes, and the one that gives the first vector back.

    `used` says which modes the heads of all trained tasks use.
    """

    run: copy.Run
    writing: int
    answering: int
    used: dict[str, Used]

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
    return Episode(copy.run(length=LENGTH, seed=0), writing=LENGTH // 2, answering=LENGTH + 1, used=used)


def used_by(counted: modes.Counted) -> Used:
    """Count the modes of a task's machines: those of other seeds than the published one over fewer episodes."""
    published, *others = counted.task.machines()
    counts = {published: modes.count(counted, published)}
    return Used(counted, counts | {name: modes.count(counted, name, FEWER) for name in others})


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
    return live.with_live(draw.panels(panels, 2), tasks=live_tasks(episode))


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


@figure
def writing(episode: Episode) -> go.Figure:
    """The write head's step, as pictures of the memory: what was there, what is erased, what is added, what is there then."""
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
    steps = list(range(31))
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
    """Looking up, by content, one of the vectors that the machine has stored: as in the paper, without β, and with a plain dot product."""
    places = around(one_hot(episode, looked_up(episode)))
    colours = (theme.READ, theme.CONTROL, theme.KEY)
    traces = [
        draw.bars([str(place) for place in places], weights[places], name, colour)
        for (name, weights), colour in zip(lookups(episode).items(), colours, strict=True)
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


def lookups(episode: Episode) -> dict[str, Float[Tensor, "location"]]:
    """The weightings of three ways to look up a stored vector in the recorded memory."""
    memory = episode.run.trace.memory_after[LENGTH, 0]
    key = memory[looked_up(episode)][None]
    return {
        f"cosine, β = {STRENGTH}": ntm.content_weighting(key, torch.tensor([float(STRENGTH)]), memory)[0],
        "cosine without β": ntm.content_weighting(key, torch.ones(1), memory)[0],
        "plain dot product": torch.softmax((key @ memory.T)[0], -1),
    }


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
def strength(episode: Episode) -> int:
    """The β of the lookup by content."""
    return STRENGTH


@fact
def lookup_weight(episode: Episode) -> float:
    """The weight of the location looked up, with cosine and β."""
    return next(iter(lookups(episode).values()))[looked_up(episode)]


@fact
def lookup_weight_without_strength(episode: Episode) -> float:
    """The weight of the location looked up, with the cosine but without β."""
    return list(lookups(episode).values())[1][looked_up(episode)]


@fact
def lookup_weight_by_dot_product(episode: Episode) -> float:
    """The weight of the location looked up, with a plain dot product."""
    return list(lookups(episode).values())[2][looked_up(episode)]


@fact
def largest_content_weight(episode: Episode) -> float:
    """The largest weight after the first stage, of both heads, in the episode."""
    return episode.addressing.content.max()


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
    return largest_while_walking(episode, float(step_sharpening(episode)), 31)[-1]


@fact
def after_thirty_steps_unsharpened(episode: Episode) -> float:
    """The largest weight after thirty steps without sharpening."""
    return largest_while_walking(episode, 1.0, 31)[-1]


@claim
def content_points_nowhere(episode: Episode) -> bool:
    """In all three machines content alone would point nowhere: no location ever gets more than a fifth of the content weighting."""
    contents = [copy.run(length=LENGTH, seed=0, name=name).trace.addressing.content for name in copy.machines()]
    return all(float(content.max()) <= 0.2 for content in contents)


@claim
def stages_are_distributions(episode: Episode) -> bool:
    """After every stage, at every step, for both heads, the weights are between zero and one and sum to one."""
    stages = episode.addressing
    every = torch.stack([stages.content, stages.interpolated, stages.shifted, stages.weighting])
    return bool((every >= 0).all() and torch.allclose(every.sum(-1), torch.ones(1), atol=MILLIONTH))


@claim
def replays(episode: Episode) -> bool:
    """Any step can be replayed alone: the listing gives the recorded weighting and the recorded memory again."""
    trace = episode.run.trace
    for step in range(1, len(trace.add)):
        controls = ntm.Controls(**{name: getattr(trace.controls, name)[step] for name in vars(trace.controls)})
        stages = ntm.address(controls, trace.addressing.weighting[step - 1], trace.memory_before[step])
        memory = ntm.erase_and_add(
            trace.memory_before[step], stages.weighting[:, WRITE:], trace.erase[step], trace.add[step]
        )
        same = torch.equal(stages.weighting, trace.addressing.weighting[step]) and torch.equal(
            memory, trace.memory_after[step]
        )
        if not same:
            return False
    return True


@claim
def copies_by_location(episode: Episode) -> bool:
    """While a sequence comes in, the write head of every copy machine goes by location, in more than 19 of 20 steps."""
    return all(share[modes.LOCATION] > 0.95 for share in episode.used["copy"].shares("input", "write"))


@claim
def back_by_content(episode: Episode) -> bool:
    """While any machine that repeats answers, its read head goes by location, except that it turns to content and shifts at most once for each copy, and at least once for each but the first: that is the way back to the beginning."""
    counted, steps = episode.used["repeat_copy"].counted, slice(modes.SIDE + 1, None)
    for name in counted.task.machines():
        inputs = counted.inputs(FEWER, Generator().manual_seed(modes.SEED))
        reading = modes.modes(counted.task.trained(name), inputs)[steps, :, READ]
        jumps = (reading == modes.CONTENT_AND_SHIFT).sum(0)
        if not ((jumps >= modes.SIDE - 1).all() and (jumps <= modes.SIDE).all() and ((reading == modes.CONTENT).sum(0) == 0).all()):
            return False
    return True


@claim
def recalls_by_content(episode: Episode) -> bool:
    """While the query is shown, the read heads of all machines that recall take content and shift it in more than a sixth of their steps, and take it without a shift in less than a twentieth."""
    return all(
        share[modes.CONTENT_AND_SHIFT] > 1 / 6 and share[modes.CONTENT] < 1 / 20
        for share in episode.used["recall"].shares("query", "read")
    )


@claim
def writes_items_by_location(episode: Episode) -> bool:
    """While items come in, their write heads go by location in at least two thirds of the steps."""
    return all(share[modes.LOCATION] > 2 / 3 for share in episode.used["recall"].shares("items", "write"))


@claim
def sorts_with_both(episode: Episode) -> bool:
    """In every machine that sorts, the first write head goes by location throughout, and the read head answers by content alone, in more than 99 of 100 steps."""
    used = episode.used["sort"]
    walks = [share[modes.LOCATION] for phase, _ in used.counted.phases for share in used.shares(phase, "write 1")]
    looks = [share[modes.CONTENT] for share in used.shares("answer", "read")]
    return min(walks + looks) > 0.99


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
