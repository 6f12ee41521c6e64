"""The copy task: the machine writes a sequence down, then reads it back."""

from dataclasses import dataclass
from math import inf

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float
from torch import Tensor, nn

from explainers.kit.build import checkpoint
from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.counts import counted, word
from explainers.kit.figure import browser, draw, theme
from explainers.models import ring
from explainers.models.lstm import Lstm
from explainers.pages.memory import _curves
from explainers.pages.memory._curves import SEED_COLOURS
from explainers.pages.memory._heads import READ, WRITE, live_machine
from explainers.tasks import copy
from explainers.tasks.common.paper import FIGURES
from explainers.tasks.common.task import LSTM_NAME

LENGTH = 20
FAR = (50, 120)  # vectors: more than twice as many as in most of training, and more than in all of it
LENGTHS = (10, 20, 30, *FAR)
# On how many fresh sequences of each length each machine is tried: on those of LENGTH vectors, on shorter ones, on far longer ones.
EPISODES, EACH, FAR_EPISODES = 100, 50, {50: 100, 120: 300}
FRESH = 7000
UNTRAINED_SEEDS = (100, 101, 102)  # of machines that have learned nothing
PAPER_LSTM_PARAMETERS = 1_352_969  # Graves et al. 2014, table 3
# Lengths around the number of locations, and on how many sequences each machine is tried there.
AROUND_THE_END, FEWER = (100, 120, 124, 126, 127, 128, 140), 20
# What a machine may be spared where the memory ends.
SPARED = {
    "as it is": {},
    "held": {"hold": True},
    "hidden": {"hide": True},
    "both": {"hold": True, "hide": True},
}


@dataclass(frozen=True)
class Machine:
    """What one of the machines did: the recorded episode, fresh sequences of some lengths, and how it fares where the memory ends.

    Attributes:
        short: the walks through sequences of each length from one on; the last ones have LENGTH vectors.
        far: those through sequences of FAR vectors.
        full: the walk through sequences of as many vectors as locations.
        spared: how it does with those, by what it is spared.
        one_free: the same with one vector fewer, so that one location stays free.
    """

    seed: int
    run: copy.Run
    short: tuple[copy.Walk, ...]
    walk: copy.Walk
    far: dict[int, copy.Walk]
    around_the_end: dict[int, copy.Score]
    full: copy.Walk
    spared: dict[str, copy.Score]
    one_free: dict[str, copy.Score]


@dataclass(frozen=True)
class Copies:
    """The machines, the published one first; and the walks of machines that have learned nothing, through the same sequences."""

    machines: tuple[Machine, ...]
    untrained: tuple[copy.Walk, ...]

    @property
    def run(self) -> copy.Run:
        """The episode that the live figure shows."""
        return self.machines[0].run

    @property
    def used(self) -> list[int]:
        """The locations that the write head used, and one more on either side, in the order of the ring."""
        return ring.along(*self.run.written[:2], range(-1, len(self.run.written) + 2), self.locations)

    @property
    def locations(self) -> int:
        """How many locations the memory has."""
        return len(self.run.trace.memory_before[0, 0])


def subject() -> Copies:
    """Twenty vectors copied by the machine of each seed, and fresh sequences of many lengths."""
    machines = []
    for name in copy.machines():
        run = copy.run(length=LENGTH, seed=0, name=name)
        locations = len(run.trace.memory_before[0, 0])
        machines.append(
            Machine(
                seed=checkpoint.read_card(name)["seed"],
                run=run,
                short=tuple(copy.walk(length, EACH, FRESH + length, name) for length in range(1, LENGTH)),
                walk=copy.walk(LENGTH, EPISODES, FRESH + LENGTH, name),
                far={length: copy.walk(length, count, FRESH + length, name) for length, count in FAR_EPISODES.items()},
                around_the_end=copy.generalisation(AROUND_THE_END, FEWER, FRESH, name),
                full=copy.walk(locations, FEWER, FRESH, name),
                spared={what: copy.spared(locations, FEWER, FRESH, name, **how) for what, how in SPARED.items()},
                one_free={what: copy.spared(locations - 1, FEWER, FRESH, name, **SPARED[what]) for what in ("as it is", "held")},
            )
        )
    untrained = tuple(copy.walked(copy.build(seed), LENGTH, EPISODES, FRESH + LENGTH) for seed in UNTRAINED_SEEDS)
    return Copies(tuple(machines), untrained)


@figure(live="copy-scrubber")
def memory_use(copies: Copies) -> go.Figure:
    """Memory use during the copy task, after the figure in Graves et al. 2014. Time runs to the right. Black is 0 and white is 1; in the adds and reads black is −1, grey is 0."""
    run, trace = copies.run, copies.run.trace
    steps = len(trace.add)
    times = [str(step + 1) if step % 10 == 9 else "" for step in range(steps)]
    bits = [""] * run.inputs.shape[-1]
    features = [""] * trace.add.shape[-1]
    places = copies.used
    labels = [str(place) if number % 5 == 0 else "" for number, place in enumerate(places)]
    answered = np.zeros((run.targets.shape[-1], steps), dtype=bool)
    answered[:, : run.length + 1] = True
    outputs = np.where(answered, 0, run.outputs_over_time.T)
    where = trace.addressing.weighting[:, 0]
    add, read = trace.add[:, 0, 0].T, trace.read_vector[:, 0, 0].T
    panels = [
        draw.Panel("inputs", draw.shades(run.inputs[:, 0].T, bits, times), y="bit", height=90),
        draw.Panel("outputs", draw.shades(outputs, bits[:-1], times), y="bit", height=90),
        draw.Panel("adds", draw.shades(add, features, times, -1, 1), y="feature", height=130),
        draw.Panel("reads", draw.shades(read, features, times, -1, 1), y="feature", height=130),
        draw.Panel(
            "write weightings",
            draw.weightings(where[:, WRITE].T, labels, times, places),
            x="time",
            y="location",
            height=190,
        ),
        draw.Panel(
            "read weightings",
            draw.weightings(where[:, READ].T, labels, times, places),
            x="time",
            y="location",
            height=190,
        ),
    ]
    targets = run.targets[:, 0].int().tolist()
    return browser.with_live(draw.panels(panels, 2), **live_machine(run), targets=targets, used=places)


@figure
def learning(copies: Copies) -> go.Figure:
    """Learning curves: what a sequence of a length seen in training costs, after so many sequences, for three machines and three LSTMs. A mark stands where a machine goes on to longer sequences; the LSTMs never do. Mind the scale: each line is ten times the one below."""
    ends = [first_stage(copies, seed)[-1] for seed in copy.SEEDS]
    marked = draw.line(*zip(*ends, strict=True), "longer ones from here on", theme.INK, "markers")
    return _curves.figure(copy.curves(), copy.SEEDS, marked=[marked])


def first_stage(copies: Copies, seed: int) -> list[list[float]]:
    """The learning curve of a machine before its first longer sequence."""
    seen = seen_before(copies, seed)
    return [point for point in copy.curves()["ntm"][copy.SEEDS.index(seed)].tolist() if point[0] <= seen]


def seen_before(copies: Copies, seed: int) -> int:
    """How many sequences a machine has seen before its first longer one."""
    names = {checkpoint.read_card(name)["seed"]: name for name in copy.machines()}
    return checkpoint.read_card(names[seed])["sequences"] - longer_seen(copies)


@figure
def generalisation(copies: Copies) -> go.Figure:
    """Wrong bits of a sequence, by its length. Bars are means over three machines and three LSTMs; the thin line on a bar reaches from the best to the worst. Guessing gets half of the bits wrong. Mind that the machines have seen longer sequences in training than the LSTMs."""
    lengths = [str(length) for length in LENGTHS]
    machine, lstm = (checkpoint.read_card(name)["across_seeds"] for name in ("copy", copy.TASK.curves_name))
    traces = []
    for name, found, colour in (("Neural Turing Machine", machine, theme.MODEL), (LSTM_NAME, lstm, theme.CONTROL)):
        seeds = [
            [100 * wrong / (length * copy.BITS) for wrong in found[f"wrong_bits_{length}"]["seeds"]]
            for length in LENGTHS
        ]
        means = [sum(shares) / len(shares) for shares in seeds]
        traces.append(draw.bars(lengths, means, name, colour, [(min(shares), max(shares)) for shares in seeds]))
    panel = draw.Panel(
        "Wrong bits, in percent", traces, x="length", y="percent", height=180, axes={"y": {"range": [0, 60]}}
    )
    return draw.panels([panel])


@figure
def end_of_memory(copies: Copies) -> go.Figure:
    """Where copying ends: wrong bits, in percent of all, by the length of the sequence, for three machines. The dotted line is the number of locations in the memory. Guessing gets half of the bits wrong."""
    traces = [
        draw.line(list(each.around_the_end), [percent(score) for score in each.around_the_end.values()], f"seed {each.seed}", SEED_COLOURS[each.seed])
        for each in copies.machines
    ]
    traces.append(draw.line([copies.locations] * 2, [0, 55], "as many vectors as locations", theme.CONTROL, "lines", "dot"))
    panel = draw.Panel("Wrong bits, in percent", traces, x="length", y="percent", height=170, axes={"y": {"range": [0, 55]}})
    return draw.panels([panel])


def percent(score: copy.Score) -> float:
    """Wrong bits, in percent of all."""
    return 100 * score.wrong_bits / score.of


@figure
def what_ends_it(copies: Copies) -> go.Figure:
    """As many vectors as locations: wrong bits, in percent of all. Held: from the mark on, nothing is written. Hidden: the controller is not told what is read at the step of the last vector. Both: held and hidden. Bars are means over three machines; the thin line on a bar reaches from the best to the worst."""
    found = [[percent(each.spared[what]) for each in copies.machines] for what in SPARED]
    bars = draw.bars(
        list(SPARED),
        [sum(shares) / len(shares) for shares in found],
        "wrong bits",
        theme.MODEL,
        [(min(shares), max(shares)) for shares in found],
    )
    panel = draw.Panel("Wrong bits, in percent", [bars], y="percent", height=150, axes={"y": {"range": [0, 55]}})
    return draw.panels([panel])


@figure
def seeds(copies: Copies) -> go.Figure:
    """The same twenty vectors in three machines, each trained from its own seed: where the write head and the read head stand."""
    panels = []
    for each in sorted(copies.machines, key=lambda machine: machine.seed):
        steps, where = len(each.run.trace.add), each.run.trace.addressing.weighting[:, 0]
        rows = [""] * where.shape[-1]
        for kind, head in (("write", WRITE), ("read", READ)):
            picture = draw.weightings(where[:, head].T, rows, [""] * steps)
            panels.append(draw.Panel(f"seed {each.seed}: {kind} weightings", picture, x="time", y="location", height=150))
    return draw.panels(panels, 2)


def card(copies: Copies) -> dict:
    """The card of the machine on this page."""
    return checkpoint.read_card("copy")


@fact
def bits(copies: Copies) -> int:
    """How many bits a vector has."""
    return copies.run.targets.shape[-1]


@fact
def length(copies: Copies) -> int:
    """How many vectors the recorded episode has."""
    return copies.run.length


@fact
def wrong_bits(copies: Copies) -> int:
    """How many bits of the recorded episode are wrong."""
    return copies.run.wrong_bits


@fact
def longest_trained(copies: Copies) -> int:
    """The longest sequence in training."""
    return copy.LONGEST


@fact
def longest_at_the_end(copies: Copies) -> int:
    """The longest sequence at the end of training."""
    return copy.LONGER.levels[1]


@fact
def sequences_seen(copies: Copies) -> int:
    """How many sequences the machine saw in training."""
    return card(copies)["sequences"]


@fact
def minutes(copies: Copies) -> float:
    """How long training took, in minutes of one processor core."""
    return card(copies)["cpu_seconds"] / 60


@fact
def bits_per_sequence(copies: Copies) -> float:
    """The cost of a fresh sequence of a length seen in training, in bits."""
    return card(copies)["metrics"]["bits_per_sequence"]


@fact
def guessing(copies: Copies) -> float:
    """What guessing costs: one bit for every bit of a sequence of mean length."""
    return bits(copies) * (1 + copy.LONGEST) / 2


@fact
def longer_seen(copies: Copies) -> int:
    """How many of them were seen at the end, when sequences may be longer."""
    return copy.LONGER.batch * copy.LONGER.batches


@fact
def thinned(copies: Copies) -> float:
    """Of how many vectors most ones were struck out in training, in percent."""
    return 100 * copy.THINNED


@fact
def lstm_longest(copies: Copies) -> int:
    """The longest sequence that an LSTM saw in training."""
    return copy.LSTM_RECIPE.levels[1]


@fact
def at_the_start(copies: Copies) -> float:
    """The number that stands everywhere in the memory before the first step."""
    return float(copies.run.trace.memory_before[0, 0, 0, 0])


@fact
def paper_memory_use(copies: Copies) -> int:
    """The number of the paper's figure of memory use."""
    return FIGURES["copy"]["memory use"]


@fact
def paper_generalisation(copies: Copies) -> int:
    """The number of the paper's figure of longer sequences."""
    return FIGURES["copy"]["generalisation"]


@fact
def paper_learning(copies: Copies) -> int:
    """The number of the paper's figure of learning curves."""
    return FIGURES["copy"]["learning"]


@fact
def paper_lstm_parameters(copies: Copies) -> int:
    """How many numbers the LSTM learned, in the paper."""
    return PAPER_LSTM_PARAMETERS


@fact
def episodes(copies: Copies) -> int:
    """On how many fresh sequences of that length each machine was tried."""
    return EPISODES


@fact
def slips(copies: Copies) -> str:
    """In how many shorter sequences a machine's read head was once elsewhere than where the vector was written, in words."""
    return counted(sum(int(astray(walk).any(0).sum()) for each in copies.machines for walk in each.short), "sequences")


@fact
def shorter(copies: Copies) -> int:
    """How many shorter sequences were tried, for the three machines together."""
    return len(copies.machines) * len(copies.machines[0].short) * EACH


def astray(walk: copy.Walk) -> Bool[Tensor, "vector batch"]:
    """Whether the read head stands elsewhere than where the vector was written that is due."""
    return walk.read != walk.written


@fact
def wrong_50(copies: Copies) -> float:
    """Mean wrong bits of fifty vectors, in the worst of the three machines."""
    return max(float(each.far[50].wrong.sum(0).float().mean()) for each in copies.machines)


@fact
def tried_50(copies: Copies) -> int:
    """How many sequences of fifty vectors each machine was tried on."""
    return FAR_EPISODES[50]


@fact
def tried_120(copies: Copies) -> int:
    """How many sequences of a hundred and twenty vectors were tried, for the three machines together."""
    return len(copies.machines) * FAR_EPISODES[120]


@fact
def failed_120(copies: Copies) -> str:
    """How many of them came back with a mistake, in words."""
    return word(sum(int((each.far[120].wrong.sum(0) > 0).sum()) for each in copies.machines))


@fact
def failed_120_most(copies: Copies) -> str:
    """How many of them came back with a mistake from the machine that made most, in words."""
    return word(max(int((each.far[120].wrong.sum(0) > 0).sum()) for each in copies.machines))


@fact
def lost_120(copies: Copies) -> str:
    """In how many of them the read head was elsewhere than where the vector was written that was due, in words."""
    failed = [(each.far[120].wrong.sum(0) > 0) & astray(each.far[120]).any(0) for each in copies.machines]
    return word(sum(int(lost.sum()) for lost in failed))


@fact
def untrained_places(copies: Copies) -> float:
    """In how many locations a machine that has learned nothing writes the vectors of a sequence: the mean over sequences and machines."""
    return float(np.mean([len(places.unique()) for walk in copies.untrained for places in walk.written.T]))


@fact
def untrained_aligned(copies: Copies) -> float:
    """At how many of the steps that should give a vector back the read head of such a machine stands where that vector was written, in percent."""
    return 100 * float(np.mean([float((~astray(walk)).float().mean()) for walk in copies.untrained]))


@fact
def tried_at_the_end(copies: Copies) -> int:
    """On how many sequences of each length the machines were tried around the end of the memory."""
    return FEWER


@fact
def locations(copies: Copies) -> int:
    """How many locations the memory has."""
    return copies.locations


@fact
def lstm_sequences(copies: Copies) -> int:
    """How many sequences each LSTM saw."""
    return checkpoint.read_card(copy.TASK.curves_name)["sequences"]


@fact
def lstm_bits(copies: Copies) -> float:
    """What a fresh sequence of a length seen in training costs the LSTMs, in bits: the mean over the seeds."""
    return card(copies)["baselines"][LSTM_NAME]["bits_per_sequence"]


@fact
def parameters(copies: Copies) -> int:
    """How many numbers the machine learned."""
    return size(copy.trained())


@fact
def lstm_parameters(copies: Copies) -> int:
    """How many numbers an LSTM learned."""
    return size(Lstm(copy.TASK.inputs, copy.TASK.outputs))


def size(module: nn.Module) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())


@claim
def learns_faster(copies: Copies) -> bool:
    """Each of the three machines has paid less than one bit a sequence before any of the LSTMs has come below fifty."""
    machines, lstms = copy.curves()["ntm"], copy.curves()["lstm"]
    return max(first_below(curve, 1) for curve in machines) < min(first_below(curve, 50) for curve in lstms)


def first_below(curve: Float[Tensor, "point 2"], bits: float) -> float:
    """After how many sequences a learning curve first lies below so many bits; infinite if it never does."""
    return next((seen for seen, cost in curve.tolist() if cost < bits), inf)


@claim
def ahead_before(copies: Copies) -> bool:
    """Before its first longer sequence, each machine has seen fewer sequences than an LSTM in all, and none longer. Even then it costs less than a fiftieth of what the best LSTM costs in the end."""
    best = min(float(curve[-1, 1]) for curve in copy.curves()["lstm"])
    none_longer = copy.RECIPE.levels[1] <= lstm_longest(copies)
    return none_longer and all(
        seen_before(copies, seed) < lstm_sequences(copies) and first_stage(copies, seed)[-1][1] < best / 50 for seed in copy.SEEDS
    )


@claim
def copies_far(copies: Copies) -> bool:
    """Each of the three machines copies more than nineteen in twenty sequences of 120 vectors without a wrong bit."""
    return all(float((each.far[120].wrong.sum(0) == 0).float().mean()) > 19 / 20 for each in copies.machines)


@claim
def lost_for_good(copies: Copies) -> bool:
    """A read head that has lost its place does not find it again: once it is not where the vector that is due was written, it is in a wrong place to the end."""
    lost = [walk.read != walk.written for each in copies.machines for walk in (*each.short, *each.far.values())]
    lost = [walk[:, walk.any(0)].int() for walk in lost if walk.any()]
    return bool(lost) and not any(bool((walk.diff(dim=0) < 0).any()) for walk in lost)


@claim
def ends_with_the_memory(copies: Copies) -> bool:
    """Of a hundred vectors each machine gets fewer than one bit in twenty wrong. With as many vectors as locations it is more than a quarter of all bits, and no place in the sequence is spared: at every place more than one bit in six is wrong (means)."""
    before, full = ([each.around_the_end[length] for each in copies.machines] for length in (100, copies.locations))
    return all(percent(score) < 5 for score in before) and all(
        percent(score) > 25 and min(score.errors_by_position) > copy.BITS / 6 for score in full
    )


@claim
def none_over_another(copies: Copies) -> bool:
    """Every one of them is written into a location of its own, and none over another."""
    return all(
        len(places.unique()) == len(places) == copies.locations for each in copies.machines for places in each.full.written.T
    )


@claim
def two_causes(copies: Copies) -> bool:
    """With one of the two undone, each machine still gets more than a tenth of the bits wrong. With both undone, more than four in five sequences come back without a mistake."""
    return all(
        percent(score) > 10 if what != "both" else score.perfect > 4 / 5
        for each in copies.machines
        for what, score in each.spared.items()
    )


@claim
def one_free_location(copies: Copies) -> bool:
    """With one vector fewer a location stays free, and each machine still gets more than a tenth of the bits wrong. Held, it is fewer than a tenth."""
    return all(percent(each.one_free["as it is"]) > 10 > percent(each.one_free["held"]) for each in copies.machines)


@claim
def aligned(copies: Copies) -> bool:
    """At the step that gives a vector back, the read head stands exactly where that vector was written."""
    return not any(bool(astray(each.walk).any()) for each in copies.machines)


@claim
def one_location_a_vector(copies: Copies) -> bool:
    """Every vector gets a location of its own, one step on from the one before, always in the same direction."""
    return all(
        each.walk.written.unique(dim=0).shape == each.walk.written.shape
        and ring.moves(each.walk.written, copies.locations).unique().tolist() in ([1], [-1])
        for each in copies.machines
    )


@claim
def one_bright_cell(copies: Copies) -> bool:
    """While the sequence comes in, the write head puts more than nine tenths of its weight on one location at every step. While it goes out, the read head puts more than half of its weight on one location."""
    return all(
        float(each.walk.write_weight.min()) > 9 / 10 and float(each.walk.read_weight.min()) > 1 / 2
        for each in copies.machines
    )


@claim
def reader_waits(copies: Copies) -> bool:
    """the read head waits where it stood at the start, beside the location of the first vector."""
    return all(
        not each.walk.waiting.any()
        and abs(ring.way(0, int(each.walk.written[0, sequence]), copies.locations)) == 1
        for each in copies.machines
        for sequence in range(EPISODES)
    )
