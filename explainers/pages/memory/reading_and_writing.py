"""Reading and writing: what a head does to the memory where it stands, on a small part of a recorded memory."""

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.figure import browser, draw, theme
from explainers.models import ntm
from explainers.pages.memory._heads import READ, WRITE
from explainers.tasks import copy

LENGTH = 10
STEP = LENGTH // 2  # the step that writes
FILLED, EMPTY = 3, 2  # locations shown on either side of the write head: already written, and not yet
FEATURES = 8  # of each location; a write treats every feature alone, so the others can be left out
SMEAR = torch.tensor([0.25, 0.5, 0.25])
GAMMAS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
NUDGE = 1e-4  # of a finite difference
MILLIONTH = 1e-6
EPISODES, FRESH_SEED = 50, 1
SEQUENCES, OTHER_SEED = 20, 4000  # that the sentences are checked on besides, for each machine


@dataclass(frozen=True)
class Small:
    """A small memory: some locations and features around the write head at one recorded step.

    Attributes:
        places: the locations' numbers in the whole memory. `focus` is the place among them that is written, `old` the one that was
            written a step before, `following` the one written two steps before.
        memory: before the step.
        writing: the write head's weighting; its weights on the locations that are left out are shared among these.
        erase, add: what the write head erases and adds.
        reading: the read head's weighting at the later step that gives the same vector back.
    """

    places: list[int]
    focus: int
    old: int
    following: int
    memory: Float[Tensor, "location feature"]
    writing: Float[Tensor, "location"]
    erase: Float[Tensor, "feature"]
    add: Float[Tensor, "feature"]
    reading: Float[Tensor, "location"]


@dataclass(frozen=True)
class Writes:
    """Episodes of the machine of each seed: the one that the figures show, of the published machine, first."""

    runs: tuple[copy.Run, ...]

    @property
    def run(self) -> copy.Run:
        """The episode of the published machine."""
        return self.runs[0]

    @property
    def small(self) -> Small:
        """The small memory that the figures show."""
        return excerpt(self.run)


def subject() -> Writes:
    """Short copies by every machine."""
    seeds = (0, *range(OTHER_SEED, OTHER_SEED + SEQUENCES))
    return Writes(tuple(copy.run(length=LENGTH, seed=seed, name=name) for seed in seeds for name in copy.machines()))


def excerpt(run: copy.Run) -> Small:
    """The locations around the write head in the middle of its work: some that it has filled, some that are still empty."""
    trace, answer = run.trace, LENGTH + 1 + STEP
    size = trace.memory_before.shape[-2]
    focus, before, further = run.written[STEP], run.written[STEP - 1], run.written[STEP - 2]
    direction = 1 if (focus - before) % size < size / 2 else -1
    ahead, behind = (EMPTY, FILLED) if direction == 1 else (FILLED, EMPTY)
    places = [(focus + distance) % size for distance in range(-behind, ahead + 1)]
    writing = trace.addressing.weighting[STEP, 0, WRITE, places]
    reading = trace.addressing.weighting[answer, 0, READ, places]
    return Small(
        places=places,
        focus=places.index(focus),
        old=places.index(before),
        following=places.index(further),
        memory=trace.memory_before[STEP, 0, places, :FEATURES],
        writing=writing / writing.sum(),
        erase=trace.erase[STEP, 0, 0, :FEATURES],
        add=trace.add[STEP, 0, 0, :FEATURES],
        reading=reading / reading.sum(),
    )


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


@figure(live="write-bench")
def bench(writes: Writes) -> go.Figure:
    """One write and one read on six locations. Left the memory, from top to bottom; right what is done to it. The write is that of a recorded step; the read weighting that of the step which gives the vector back."""
    small, found = writes.small, steps(writes.small)
    rows, columns = [str(place) for place in small.places], [str(number) for number in range(FEATURES)]
    limit = max(1.0, *(float(found[name].abs().max()) for name in ("before", "added", "after")))
    unit, both = {"y": {"range": [0, 1]}}, {"y": {"range": [-1, 1]}}
    summed = torch.cat([found["shares"], read(found["after"], small.reading)[None]])

    def picture(title: str, numbers: Tensor, scale: bool = False, names: list[str] = rows) -> draw.Panel:
        return draw.Panel(
            title, draw.values(numbers, names, columns, limit), height=20 * len(numbers), y="location", scale=scale
        )

    def bars(title: str, labels: list[str], numbers: Tensor, colour: theme.Colour, axes: dict = unit) -> draw.Panel:
        return draw.Panel(title, [draw.bars(labels, numbers, "", colour)], height=60, axes=axes)

    kept = draw.shares(found["kept"], rows, columns)
    panels = [
        bars("write weighting w", rows, small.writing, theme.WRITE),
        bars("read weighting", rows, small.reading, theme.READ),
        bars("e: what to erase", columns, small.erase, theme.CONTROL),
        bars("a: what to add", columns, small.add, theme.WRITE, both),
        picture("memory before", found["before"]),
        draw.Panel("⑤ kept: 1 − w e", kept, height=120, y="location", scale=True),
        picture("⑤ after erase = before × kept", found["erased"]),
        picture("⑥ added: w a", found["added"], scale=True),
        picture("⑥ after add = erased + added", found["after"]),
        picture("⑦ weight × vector; their sum r", summed, True, [*rows, "r"]),
    ]
    return browser.with_live(
        draw.panels(panels, 2),
        places=small.places, focus=small.focus, old=small.old, next=small.following,
        memory=browser.array(small.memory), writing=browser.array(small.writing), erase=browser.array(small.erase),
        add=browser.array(small.add), reading=browser.array(small.reading),
    )  # fmt: skip


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


def pair(run: copy.Run, gamma: float, smear: Float[Tensor, "shift"] = SMEAR) -> Pair:
    """Write two recorded vectors next to each other, each with a weighting smeared by a shift and sharpened by γ, erasing everything."""
    stored = run.trace.add[STEP - 1 : STEP + 1, 0, 0]
    locations = FILLED + EMPTY + 1
    weightings = torch.stack(
        [ntm.sharpen(ntm.shift(only(place, locations), smear), torch.tensor(gamma)) for place in (2, 3)]
    )
    memory = torch.zeros(locations, stored.shape[-1])
    for where, what in zip(weightings, stored, strict=True):
        memory = written(memory, where, torch.ones_like(what), what)
    return Pair(weightings, stored, torch.stack([read(memory, where) for where in weightings]))


@figure
def interference(writes: Writes) -> go.Figure:
    """Two vectors, written one after the other to locations 2 and 3 of six, and read back. The smaller γ, the more the two weightings overlap, and the less of each vector comes back. Bottom row: each vector, and below it what is read of it."""
    own = own_gamma(writes)
    errors = [pair(writes.run, gamma).errors for gamma in GAMMAS]
    names = (("written first", theme.WRITE), ("written second", theme.MODEL))
    lines = [
        draw.line(GAMMAS, [error[number] for error in errors], name, colour)
        for number, (name, colour) in enumerate(names)
    ]
    panels = [
        draw.Panel(
            "|read − written| ÷ |written|", lines, x="sharpening γ", height=150,
            axes={"y": {"range": [0, 1]}}, span=3,
        )
    ]  # fmt: skip
    pairs = {gamma: pair(writes.run, gamma) for gamma in (GAMMAS[-1], own, GAMMAS[0])}
    labels = [str(place) for place in range(FILLED + EMPTY + 1)]
    for gamma, found in pairs.items():
        bars = [draw.bars(labels, found.weightings[number], *names[number]) for number in (0, 1)]
        title = f"γ = {gamma:.2g}: the weightings"
        panels.append(draw.Panel(title, bars, x="location", height=70, axes={"y": {"range": [0, 1]}}))
    for number, (gamma, found) in enumerate(pairs.items()):
        rows = torch.stack([found.stored[0], found.back[0], found.stored[1], found.back[1]])
        names_of_rows = ["first", "read", "second", "read"]
        traces = draw.values(rows, names_of_rows, [""] * rows.shape[-1], 1.0)
        panels.append(draw.Panel(f"γ = {gamma:.2g}: the vectors", traces, x="feature", height=84, scale=number == 2))
    return draw.panels(panels, 3)


Slopes = dict[str, Float[Tensor, "number"]]
Write = Callable[[Tensor], Tensor]


def softly(weighting: Tensor) -> Tensor:
    """The weighting itself: a write that is spread."""
    return weighting


def hardly(weighting: Tensor) -> Tensor:
    """All weight on the location with the largest weight: a write to one location."""
    return torch.nn.functional.one_hot(weighting.argmax(-1), weighting.shape[-1]).to(weighting.dtype)


def parts(run: copy.Run) -> Slopes:
    """What the loss is differentiated with respect to: the weighting (here a blurred one), the erase and the add vector, in 64 bits."""
    small = excerpt(run)
    return {
        "w": blurred(only(small.focus, len(small.places))).double(),
        "e": small.erase.double(),
        "a": small.add.double(),
    }


def looking(run: copy.Run) -> Float[Tensor, "location"]:
    """Where the vector is read: a blurred weighting one location behind the write, so that either head has a location to itself."""
    small = excerpt(run)
    return blurred(only(small.old, len(small.places))).double()


def missed(run: copy.Run, values: Slopes, write: Write) -> Float[Tensor, "feature"]:
    """What is read after the write, less the vector wanted: the next one that the machine stores."""
    after = written(excerpt(run).memory.double(), write(values["w"]), values["e"], values["a"])
    return read(after, looking(run)) - run.trace.add[STEP + 1, 0, 0, :FEATURES].double()


def loss(run: copy.Run, values: Slopes, write: Write) -> Float[Tensor, ""]:
    """Half the squared distance between the vector read and the vector wanted."""
    return missed(run, values, write).square().sum() / 2


def slopes(run: copy.Run, write: Write = softly) -> Slopes:
    """The derivatives of the loss, by torch's automatic differentiation."""
    values = {name: numbers.clone().requires_grad_() for name, numbers in parts(run).items()}
    found = torch.autograd.grad(loss(run, values, write), list(values.values()), materialize_grads=True)
    return dict(zip(values, found, strict=True))


def differences(run: copy.Run, write: Write = softly) -> Slopes:
    """The same derivatives by finite differences: each number nudged up and down, the others left as they are."""
    values, found = parts(run), {}
    for name, numbers in values.items():
        nudges = NUDGE * torch.eye(len(numbers), dtype=numbers.dtype)
        found[name] = torch.stack(
            [
                (
                    loss(run, values | {name: numbers + nudge}, write)
                    - loss(run, values | {name: numbers - nudge}, write)
                )
                / (2 * NUDGE)
                for nudge in nudges
            ]
        )
    return found


@figure
def gradient(writes: Writes) -> go.Figure:
    """The derivatives: how the error of what is read changes with each number of the write. They are computed twice, by automatic differentiation and by finite differences, and once for a hard write to the location with the largest weight. The write head's weight is blurred over five locations; the read head's is blurred over five others, one further back."""
    small = writes.small
    numbered = [str(number) for number in range(FEATURES)]
    labels = {"w": [str(place) for place in small.places], "e": numbered, "a": numbered}
    kinds = (
        ("automatic differentiation", slopes(writes.run), theme.WRITE),
        ("finite differences", differences(writes.run), theme.MODEL),
        ("hard write", slopes(writes.run, hardly), theme.CONTROL),
    )
    titles = {"w": "with respect to w(i)", "e": "with respect to e", "a": "with respect to a"}
    panels = [
        draw.Panel(
            title,
            [draw.bars(labels[name], found[name], kind, colour) for kind, found, colour in kinds],
            x="location" if name == "w" else "feature",
            height=150,
        )
        for name, title in titles.items()
    ]
    return draw.panels(panels, 3)


def both_orders(run: copy.Run) -> dict[str, Float[Tensor, "location feature"]]:
    """The memory after erasing, then adding (the paper), and after adding, then erasing; at the location written a step before, with a blurred weighting."""
    small = excerpt(run)
    where, nothing = blurred(only(small.old, len(small.places))), torch.zeros_like(small.add)
    added = written(small.memory, where, nothing, small.add)
    return {
        "erase, then add": written(small.memory, where, small.erase, small.add),
        "add, then erase": written(added, where, small.erase, nothing),
    }


@figure
def order(writes: Writes) -> go.Figure:
    """The same write in both orders, and how they differ. Adding first erases a part of what was just added."""
    small, found = writes.small, both_orders(writes.run)
    rows, columns = [str(place) for place in small.places], [str(number) for number in range(FEATURES)]
    first, second = found.values()
    limit = float(torch.stack([first, second]).abs().max())
    panels = [
        draw.Panel(title, draw.values(numbers, rows, columns, limit), x="feature", y="location", height=130, scale=last)
        for title, numbers, last in (
            ("erase, then add", first, False),
            ("add, then erase", second, False),
            ("the difference", first - second, True),
        )
    ]
    return draw.panels(panels, 3)


@fact
def locations(writes: Writes) -> int:
    """How many locations the small memory has."""
    return len(writes.small.places)


@fact
def features(writes: Writes) -> int:
    """How many features of each location the small memory has."""
    return FEATURES


@fact
def whole_locations(writes: Writes) -> int:
    """How many locations the whole memory has."""
    return writes.run.trace.memory_before.shape[-2]


@fact
def whole_features(writes: Writes) -> int:
    """How many numbers a location of the whole memory holds."""
    return writes.run.trace.add.shape[-1]


@fact
def step(writes: Writes) -> int:
    """The recorded step, counted from 1."""
    return STEP + 1


@fact
def place(writes: Writes) -> int:
    """The location that is written in that step."""
    return writes.run.written[STEP]


@fact
def weight(writes: Writes) -> float:
    """The weight of that location."""
    return writes.run.trace.addressing.weighting[STEP, 0, WRITE].max()


@fact
def later(writes: Writes) -> int:
    """How many steps later the vector is read."""
    return LENGTH + 1


def changes(run: copy.Run) -> list[float]:
    """For each vector: the largest difference between the location just after it was written and what is read of it later."""
    trace = run.trace
    return [
        float((trace.memory_after[step, 0, place] - trace.read_vector[LENGTH + 1 + step, 0]).abs().max())
        for step, place in enumerate(run.written)
    ]


@fact
def empty(writes: Writes) -> float:
    """Every number of the memory before anything is written."""
    return ntm.INITIAL_MEMORY


@fact
def spread(writes: Writes) -> float:
    """The largest weight of the published machine's write head at the last step, when nothing is left to write."""
    return writes.run.trace.addressing.weighting[-1, 0, WRITE].max()


def without_erase(name: str) -> ntm.NeuralTuringMachine:
    """A machine whose erase vector is held at zero. That vector is a sigmoid of the first rows of `compose`."""
    machine = copy.trained(name)
    with torch.no_grad():
        machine.compose.weight[: machine.width] = 0
        machine.compose.bias[: machine.width] = -torch.inf
    return machine


def wrong_bits(machine: ntm.NeuralTuringMachine) -> float:
    """Mean wrong bits of a machine on fresh sequences."""
    return copy.scores(machine, (LENGTH,), EPISODES, FRESH_SEED)[LENGTH].wrong_bits


@dataclass(frozen=True)
class Unerased:
    """What becomes of fresh sequences in a machine that erases nothing.

    Attributes:
        wrong: how many bits of each are wrong.
        in_order: whether the read head visits the locations in the order in which they were written.
        apart: how far a number stored is from what the same machine stores with its erase, at most.
    """

    wrong: Int[Tensor, "sequence"]
    in_order: Bool[Tensor, "sequence"]
    apart: float


@torch.inference_mode()
def unerased(name: str) -> Unerased:
    """Let the machine of a checkpoint copy fresh sequences with and without its erase."""
    inputs, targets = copy.episodes(LENGTH, EPISODES, torch.Generator().manual_seed(FRESH_SEED + LENGTH))
    outputs, trace = without_erase(name)(inputs)
    where = trace.addressing.weighting.argmax(-1)
    written, read = where[:LENGTH, :, WRITE], where[LENGTH + 1 :, :, READ]
    stored, usual = (each.memory_after[LENGTH] for each in (trace, copy.trained(name)(inputs)[1]))
    return Unerased(
        wrong=((outputs[LENGTH + 1 :] > 0) != targets.bool()).sum((0, 2)),
        in_order=(written == read).all(0),
        apart=float((stored - usual).abs().max()),
    )


@fact
def sequences(writes: Writes) -> int:
    """How many sequences of every machine the sentences were checked on."""
    return len(writes.runs) // len(copy.machines())


@fact
def largest_change(writes: Writes) -> float:
    """The largest difference between a number as stored and as read back, in any of these sequences."""
    return max(max(changes(run)) for run in writes.runs)


@fact
def bits(writes: Writes) -> int:
    """How many bits such a sequence has."""
    return LENGTH * copy.BITS


@fact
def episodes(writes: Writes) -> int:
    """How many fresh sequences each machine copied."""
    return EPISODES


@fact
def with_erase(writes: Writes) -> float:
    """Mean wrong bits with the erase, of the machine that makes most."""
    return max(wrong_bits(copy.trained(name)) for name in copy.machines())


@fact
def least_without_erase(writes: Writes) -> float:
    """Mean wrong bits without the erase, of the machine that makes fewest."""
    return min(wrong_bits(without_erase(name)) for name in copy.machines())


@fact
def most_without_erase(writes: Writes) -> float:
    """Mean wrong bits without the erase, of the machine that makes most."""
    return max(wrong_bits(without_erase(name)) for name in copy.machines())


@fact
def own_gamma(writes: Writes) -> float:
    """The write head's γ at the recorded step."""
    return float(writes.run.trace.controls.sharpening[STEP, 0, WRITE])


@fact
def sharpest(writes: Writes) -> float:
    """The largest γ of the figure."""
    return GAMMAS[-1]


@fact
def error_sharp(writes: Writes) -> float:
    """Distance of the vector written first, at the largest γ, in percent of its length."""
    return 100 * pair(writes.run, GAMMAS[-1]).errors[0]


@fact
def error_own(writes: Writes) -> float:
    """Distance of the vector written first, at the machine's own γ, in percent of its length."""
    return 100 * pair(writes.run, own_gamma(writes)).errors[0]


@fact
def error_own_shift(writes: Writes) -> float:
    """The same with the machine's own shift instead of the smear."""
    own = writes.run.trace.controls.shift[STEP, 0, WRITE]
    return 100 * pair(writes.run, own_gamma(writes), own).errors[0]


@fact
def error_blurred(writes: Writes) -> float:
    """Distance of the vector written first, without sharpening, in percent of its length."""
    return 100 * pair(writes.run, GAMMAS[0]).errors[0]


@fact
def own_shift(writes: Writes) -> float:
    """The largest share of the write head's shift at the recorded step."""
    return writes.run.trace.controls.shift[STEP, 0, WRITE].max()


def apart(run: copy.Run) -> float:
    """How far automatic differentiation and finite differences are apart, at most."""
    exact, nudged = slopes(run), differences(run)
    return max(float((exact[name] - nudged[name]).abs().max()) for name in exact)


@fact
def largest_slope(writes: Writes) -> float:
    """The largest derivative with respect to a weight."""
    return slopes(writes.run)["w"].abs().max()


@fact
def order_matters_by(writes: Writes) -> float:
    """The largest difference between the two orders."""
    first, second = both_orders(writes.run).values()
    return (first - second).abs().max()


@claim
def small_memory_is_exact(writes: Writes) -> bool:
    """The small memory gives the recorded numbers: after the write, none differs by more than a thousandth."""
    for run in writes.runs:
        small = excerpt(run)
        recorded = run.trace.memory_after[STEP, 0, small.places, :FEATURES]
        if (steps(small)["after"] - recorded).abs().max() > 1e-3:
            return False
    return True


@claim
def writes_are_sharp(writes: Writes) -> bool:
    """Each of the three machines writes every vector with more than .99 of the weight on one location."""
    return all(bool((run.trace.addressing.weighting[:LENGTH, 0, WRITE].amax(-1) > 0.99).all()) for run in writes.runs)


@claim
def vectors_come_back(writes: Writes) -> bool:
    """At least 99 of 100 vectors come back nearly as they were stored: of their numbers, which lie between about −1 and 1, none differs by more than a tenth."""
    found = [change for run in writes.runs for change in changes(run)]
    return sum(change <= 0.1 for change in found) >= 0.99 * len(found)


@claim
def little_is_left(writes: Writes) -> bool:
    """Without the erase no number stored differs by more than a tenth from what it is with it."""
    return all(unerased(name).apart <= 0.1 for name in copy.machines())


@claim
def lost_on_the_way(writes: Writes) -> bool:
    """Where the read head still visits the locations in the order of the writes, fewer than one bit in a hundred is wrong; in the sequences in which it does not, more than one in ten."""
    found = [unerased(name) for name in copy.machines()]
    wrong, in_order = torch.cat([each.wrong for each in found]), torch.cat([each.in_order for each in found])
    kept, lost = (wrong[which].double().mean() / (LENGTH * copy.BITS) for which in (in_order, ~in_order))
    return bool(kept < 0.01) and bool(lost > 0.1)


@claim
def replaced(writes: Writes) -> bool:
    """With all the weight on one location and e = 1 everywhere, the old vector is gone and a stands in its place."""
    for run in writes.runs:
        small = excerpt(run)
        where, full = only(small.old, len(small.places)), torch.ones_like(small.erase)
        after = written(small.memory, where, full, small.add)
        others = [place for place in range(len(small.places)) if place != small.old]
        if not (torch.equal(after[small.old], small.add) and torch.equal(after[others], small.memory[others])):
            return False
    return True


@claim
def mixture(writes: Writes) -> bool:
    """With e = 1 everywhere, a location holds a mixture afterwards: 1 − w(i) of its old vector, w(i) of a."""
    for run in writes.runs:
        small = excerpt(run)
        where = blurred(only(small.old, len(small.places)))[:, None]
        after = written(small.memory, where[:, 0], torch.ones_like(small.erase), small.add)
        if not torch.allclose(after, (1 - where) * small.memory + where * small.add, atol=MILLIONTH):
            return False
    return True


@claim
def piles_up(writes: Writes) -> bool:
    """Written three times without an erase, a location holds its old vector and three times a; with e = 1 and all the weight, three writes are like one."""
    for run in writes.runs:
        small = excerpt(run)
        where, full, nothing = only(small.old, len(small.places)), torch.ones_like(small.erase), 0 * small.erase
        piled = once = small.memory
        for _ in range(3):
            piled = written(piled, where, nothing, small.add)
            once = written(once, where, full, small.add)
        held = small.memory[small.old] + 3 * small.add
        single = written(small.memory, where, full, small.add)
        if not (torch.allclose(piled[small.old], held, atol=MILLIONTH) and torch.equal(once, single)):
            return False
    return True


@claim
def sharper_is_better(writes: Writes) -> bool:
    """With each larger γ of the figure, both vectors come back closer."""
    for run in writes.runs:
        errors = torch.tensor([pair(run, gamma).errors for gamma in GAMMAS])
        if not (errors[1:] < errors[:-1]).all():
            return False
    return True


@claim
def first_suffers(writes: Writes) -> bool:
    """If the two vectors differ, the one that was written first is farther from what it was, at every γ of the figure: the second write erases a part of it."""
    different = [run for run in writes.runs if not torch.equal(*run.targets[STEP - 1 : STEP + 1, 0])]
    errors = (pair(run, gamma).errors for run in different for gamma in GAMMAS)
    return bool(different) and all(first > second for first, second in errors)


@claim
def derivatives_agree(writes: Writes) -> bool:
    """Both ways to compute the derivatives agree to a millionth, for every number of w, e and a."""
    return all(apart(run) <= MILLIONTH for run in writes.runs)


@claim
def slope_by_hand(writes: Writes) -> bool:
    """With respect to w(i), the derivative is the read head's weight on location i, times a sum over the features: what is read less what is wanted, times a − e M(i)."""
    for run in writes.runs:
        small, values = excerpt(run), parts(run)
        change = values["a"] - values["e"] * small.memory.double()
        by_hand = looking(run) * (change @ missed(run, values, softly))
        if not torch.allclose(by_hand, slopes(run)["w"], rtol=0, atol=MILLIONTH):
            return False
    return True


@claim
def read_locations_learn(writes: Writes) -> bool:
    """So wherever the read head looks there is something to learn, even at the location to which the write head gave no weight."""
    for run in writes.runs:
        seen, unwritten = looking(run) > 0, parts(run)["w"] == 0
        if not (seen & unwritten).any() or not slopes(run)["w"][seen].all():
            return False
    return True


@claim
def unread_is_flat(writes: Writes) -> bool:
    """Where the read head does not look the derivative is zero, even at the location that was written: it changes nothing that is read."""
    for run in writes.runs:
        unseen, wrote = looking(run) == 0, parts(run)["w"] > 0
        if not (unseen & wrote).any() or slopes(run)["w"][unseen].any():
            return False
    return True


@claim
def hard_is_flat(writes: Writes) -> bool:
    """If the whole write goes to the location with the largest weight, the derivative with respect to every weight is zero, in both ways to compute it."""
    return all(not way(run, hardly)["w"].any() for run in writes.runs for way in (slopes, differences))


@claim
def orders_differ_by(writes: Writes) -> bool:
    """The two orders differ by w(i)² e a, location by location and feature by feature."""
    for run in writes.runs:
        small, (first, second) = excerpt(run), both_orders(run).values()
        where = blurred(only(small.old, len(small.places)))[:, None]
        if not torch.allclose(first - second, where**2 * small.erase * small.add, atol=MILLIONTH):
            return False
    return True


@claim
def adding_first_leaves_nothing(writes: Writes) -> bool:
    """With all the weight on one location and e = 1, adding first would leave a row of zeros."""
    for run in writes.runs:
        small = excerpt(run)
        where, full = only(small.old, len(small.places)), torch.ones_like(small.erase)
        added = written(small.memory, where, torch.zeros_like(full), small.add)
        if written(added, where, full, torch.zeros_like(small.add))[small.old].any():
            return False
    return True
