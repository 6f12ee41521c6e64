"""The copy task: the machine writes a sequence down, then reads it back."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from torch import nn

from explainers.kit import checkpoint, draw, live, theme
from explainers.kit.marks import claim, fact, figure
from explainers.models import ring
from explainers.models.lstm import Lstm
from explainers.pages.memory import _curves
from explainers.pages.memory._curves import SEED_COLOURS
from explainers.pages.memory._heads import READ, WRITE, live_machine
from explainers.tasks import copy
from explainers.tasks.memory_task import LSTM_NAME

LENGTH = 20
LENGTHS = (10, 20, 30, 50, 120)
EPISODES = 100
# Lengths around the number of locations, and on how many sequences each machine is tried there.
AROUND_THE_END, FEWER = (100, 120, 124, 126, 127, 128, 140), 20


@dataclass(frozen=True)
class Copies:
    """The recorded episode of each machine, the published one first; how that one does on longer sequences; how each does where the memory ends."""

    runs: tuple[copy.Run, ...]
    longer: dict[int, copy.Score]
    around_the_end: dict[str, dict[int, copy.Score]]

    @property
    def run(self) -> copy.Run:
        """The episode that the figures show."""
        return self.runs[0]

    @property
    def used(self) -> list[int]:
        """The locations that the write head used, and one more on either side, in the order of the ring."""
        around = len(self.run.trace.memory_before[0, 0])
        return ring.along(*self.run.written[:2], range(-1, len(self.run.written) + 2), around)

    @property
    def locations(self) -> int:
        """How many locations the memory has."""
        return len(self.run.trace.memory_before[0, 0])


def subject() -> Copies:
    """Twenty vectors copied by the machine of each seed, and fresh episodes of each length."""
    runs = tuple(copy.run(length=LENGTH, seed=0, name=name) for name in copy.machines())
    around = {name: copy.generalisation(AROUND_THE_END, FEWER, copy.FRESH_SEED, name) for name in copy.machines()}
    return Copies(runs, copy.generalisation(LENGTHS, EPISODES, copy.FRESH_SEED), around)


@figure(live="copy-scrubber")
def memory_use(copies: Copies) -> go.Figure:
    """Memory use during the copy task, after Figure 6 of Graves et al. 2014. Time runs to the right; black is 0, white is 1."""
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
    return live.with_live(draw.panels(panels, 2), **live_machine(run), targets=targets, used=places)


@figure
def learning(copies: Copies) -> go.Figure:
    """Learning curves: what a sequence of a length seen in training costs, after so many sequences, for three machines and three LSTMs. Mind the scale: each line is ten times the one below."""
    return _curves.figure(copy.curves(), copy.SEEDS)


@figure
def generalisation(copies: Copies) -> go.Figure:
    """Wrong bits of a sequence, by its length. Bars are means over three machines and three LSTMs, lines go from the best to the worst."""
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
    traces = []
    for name, scores in copies.around_the_end.items():
        seed, shares = checkpoint.read_card(name)["seed"], [100 * each.wrong_bits / each.of for each in scores.values()]
        traces.append(draw.line(list(scores), shares, f"seed {seed}", SEED_COLOURS[seed]))
    traces.append(draw.line([copies.locations] * 2, [0, 55], "as many vectors as locations", theme.CONTROL, "lines", "dot"))
    panel = draw.Panel("Wrong bits, in percent", traces, x="length", y="percent", height=170, axes={"y": {"range": [0, 55]}})
    return draw.panels([panel])


@figure
def seeds(copies: Copies) -> go.Figure:
    """Where the write head and the read head of three machines stand, each trained from its own seed."""
    panels = []
    for name, run in zip(copy.machines(), copies.runs, strict=True):
        seed = checkpoint.read_card(name)["seed"]
        steps, where = len(run.trace.add), run.trace.addressing.weighting[:, 0]
        rows = [""] * where.shape[-1]
        for kind, head in (("write", WRITE), ("read", READ)):
            picture = draw.weightings(where[:, head].T, rows, [""] * steps)
            panels.append(draw.Panel(f"seed {seed}: {kind} weightings", picture, x="time", y="location", height=150))
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
def episodes(copies: Copies) -> int:
    """How many fresh sequences of each length were copied."""
    return EPISODES


@fact
def wrong_50(copies: Copies) -> float:
    """Mean wrong bits of fifty vectors."""
    return copies.longer[50].wrong_bits


@fact
def of_120(copies: Copies) -> int:
    """How many bits a hundred and twenty vectors have."""
    return copies.longer[120].of


@fact
def wrong_120(copies: Copies) -> float:
    """Mean wrong bits of a hundred and twenty vectors."""
    return copies.longer[120].wrong_bits


@fact
def perfect_120(copies: Copies) -> float:
    """Sequences of a hundred and twenty vectors copied without a mistake, in percent."""
    return 100 * copies.longer[120].perfect


@fact
def tried_at_the_end(copies: Copies) -> int:
    """On how many sequences of each length the machines were tried around the end of the memory."""
    return FEWER


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
    """Each of the three machines ends below a hundredth of what the best LSTM costs."""
    curves = copy.curves()
    return (
        max(float(curve[-1, 1]) for curve in curves["ntm"]) < min(float(curve[-1, 1]) for curve in curves["lstm"]) / 100
    )


@claim
def falls_soon(copies: Copies) -> bool:
    """In each of the three machines the cost falls to a tenth, or less, within forty thousand sequences of training."""
    return all(
        any(
            later[1] < earlier[1] / 10
            for place, earlier in enumerate(curve)
            for later in curve[place:]
            if later[0] - earlier[0] <= 40_000
        )
        for curve in copy.curves()["ntm"]
    )


@claim
def copies_far(copies: Copies) -> bool:
    """All three machines copy 120 vectors without a wrong bit."""
    return all(scores[120].wrong_bits == 0 for scores in copies.around_the_end.values())


@claim
def ends_with_the_memory(copies: Copies) -> bool:
    """With as many vectors as locations, each machine gets more than a third of all bits wrong, and no place in the sequence is spared: at least one bit in four is wrong everywhere."""
    full = [scores[copies.locations] for scores in copies.around_the_end.values()]
    return all(score.wrong_bits > score.of / 3 and min(score.errors_by_position) > copy.BITS / 4 for score in full)


@claim
def reads_in_write_order(copies: Copies) -> bool:
    """The read head visits the locations in the order in which the write head filled them."""
    return all(list(run.read) == list(run.written) for run in copies.runs)


@claim
def aligned(copies: Copies) -> bool:
    """At the step that gives a vector back, the read head stands exactly where that vector was written."""
    for run in copies.runs:
        where = run.trace.addressing.weighting[:, 0]
        for place in range(run.length):
            written, read = where[place, WRITE].argmax(), where[run.length + 1 + place, READ].argmax()
            if written != read:
                return False
    return True


@claim
def one_location_a_vector(copies: Copies) -> bool:
    """Every vector has a location of its own, next to the one before."""
    around = len(copies.run.trace.memory_before[0, 0])
    moves = [
        {(after - before) % around for before, after in zip(run.written, run.written[1:], strict=False)}
        for run in copies.runs
    ]
    return all(move in ({1}, {around - 1}) for move in moves)


@claim
def reader_waits(copies: Copies) -> bool:
    """the read head waits next to where the sequence begins."""
    for run in copies.runs:
        where = run.trace.addressing.weighting[: run.length, 0, READ]
        around = where.shape[-1]
        distances = {int(place - run.written[0]) % around for place in where.argmax(-1)}
        if not distances <= {0, 1, around - 1}:
            return False
    return True
