"""Repeat copy: the machine gives a sequence back so many times, and has to know when it is done."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import torch
from torch import nn

from explainers.kit.build import checkpoint
from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.counts import listed, out_of, word
from explainers.kit.figure import browser, draw, theme
from explainers.models import ring
from explainers.models.lstm import Lstm
from explainers.pages.memory import _curves
from explainers.pages.memory._curves import SEED_COLOURS
from explainers.tasks import repeat_copy
from explainers.tasks.common.paper import FIGURES
from explainers.tasks.common.task import LSTM_NAME
from explainers.tasks.repeat_copy import BITS, MOST, READ, SURE, WRITE

LENGTH, REPEATS = 7, 6  # the recorded episode
LONG, OFTEN = (20, 10), (10, 20)  # (length, repeats): twice the length, and twice the repeats
WITHIN = ((5, 6), (10, 10))  # shapes of the training range
EPISODES, FRESH = 9, 4000
COUNTED, COPIES = 5, 24  # the length of what is counted, and how many copies the machines are left running for
ASKED = tuple(range(1, 21))
TRAINED = tuple(range(1, MOST + 1))  # lengths, and numbers of repeats, of the training range
SHOWN = (8, 10, 12, 15, 20)
# What Graves et al. 2014 tell in section 4.2, in its figures and in tables 2 and 3.
PAPER = {"parameters": 66_111, "lstm_parameters": 5_312_007, "marks_after": 11, "sequences": 500_000}


@dataclass(frozen=True)
class Machine:
    """What one of the machines did: the recorded episode, fresh ones of several shapes, and how it counts.

    Attributes:
        counted: the copies of COUNTED vectors, asked for as often as ASKED.
        counted_within: those of each length of the training range, asked for as often as in training.
        wiped: the wrong bits of each shape of WITHIN after the first vector's location has been wiped.
    """

    seed: int
    run: repeat_copy.Run
    walks: dict[tuple[int, int], repeat_copy.Walk]
    counted: repeat_copy.Counted
    counted_within: tuple[repeat_copy.Counted, ...]
    wiped: tuple[torch.Tensor, ...]

    @property
    def within(self) -> list[repeat_copy.Walk]:
        """The walks through shapes of the training range."""
        return [self.walks[shape] for shape in WITHIN]


@dataclass(frozen=True)
class Repeats:
    """The machines, the published one first; and what that one answers to longer sequences and to more repeats."""

    machines: tuple[Machine, ...]
    long: repeat_copy.Run
    often: repeat_copy.Run

    @property
    def run(self) -> repeat_copy.Run:
        """The episode that the live figure shows."""
        return self.machines[0].run

    @property
    def by_seed(self) -> list[Machine]:
        """The machines in the order of their seeds."""
        return sorted(self.machines, key=lambda machine: machine.seed)


def subject() -> Repeats:
    """One episode to look at, fresh ones of several shapes for each machine, and how each counts."""
    machines = []
    for name in repeat_copy.machines():
        machines.append(
            Machine(
                seed=checkpoint.read_card(name)["seed"],
                run=repeat_copy.run(LENGTH, REPEATS, 0, name),
                walks={shape: repeat_copy.walk(*shape, EPISODES, FRESH, name) for shape in (*WITHIN, LONG, OFTEN)},
                counted=repeat_copy.count_copies(COUNTED, ASKED, COPIES, EPISODES, FRESH, name),
                counted_within=tuple(
                    repeat_copy.count_copies(length, TRAINED, MOST, EPISODES, FRESH + length, name) for length in TRAINED
                ),
                wiped=tuple(repeat_copy.wiped(*shape, EPISODES, FRESH, name) for shape in WITHIN),
            )
        )
    return Repeats(tuple(machines), repeat_copy.run(*LONG), repeat_copy.run(*OFTEN))


def labels(length: int, repeats: int) -> list[str]:
    """What stands under the steps of an episode: where the sequence comes in, the start of each copy, the end."""
    starts = {length + 1 + copy * length: str(copy + 1) for copy in range(repeats)}
    names = {0: "in"} | starts | {length + 1 + length * repeats: "end"}
    return [names.get(step, "") for step in range(length + 2 + length * repeats)]


def copy_starts(length: int, repeats: int) -> list[int]:
    """The steps of an answer at which a copy begins, but the first."""
    return [copy * length for copy in range(1, repeats + 1)]


def places(run: repeat_copy.Run) -> list[int]:
    """The locations of the vectors, in the order of writing, one more before them and two after."""
    where = run.trace.addressing.weighting[:, 0, WRITE]
    return ring.along(*where[:2].argmax(-1).tolist(), range(-1, run.length + 2), where.shape[-1])


def jumps(run: repeat_copy.Run) -> list[int]:
    """The steps at which the read head comes farther than a shift can take it, while copies are due."""
    where = run.trace.addressing.weighting[:, 0, READ].argmax(-1)
    moves = ring.moves(where, run.trace.memory_before.shape[2])
    due = range(run.length + 2, len(where) - 1)
    return [step for step in due if abs(int(moves[step - 1])) > 1]


@figure(live="repeat-scrubber")
def memory_use(repeats: Repeats) -> go.Figure:
    """Memory use during repeat copy, after the figure in Graves et al. 2014. Time runs to the right; a number stands where a copy begins; the step before the first is the mark. Lines mark the steps at which the read head jumps. Black is 0 and white is 1; in the adds and reads black is −1, grey is 0."""
    run, trace = repeats.run, repeats.run.trace
    times, used, edges = labels(run.length, run.repeats), places(run), jumps(run)
    outputs = np.zeros((BITS + 1, len(times)))
    outputs[:, run.length + 1 :] = run.outputs[:, 0].T
    where = trace.addressing.weighting[:, 0]
    rows = [str(place) if number % 3 == 1 else "" for number, place in enumerate(used)]
    bits, features = [""] * BITS, [""] * trace.add.shape[-1]
    content = [
        ("inputs: bits, mark, number", draw.shades(brightness(run.inputs[:, 0].T), [*bits, "", ""], times), "bit", 90),
        ("outputs: bits, end mark", draw.shades(outputs, [*bits, ""], times), "bit", 90),
        ("adds", draw.shades(trace.add[:, 0, 0].T, features, times, -1, 1), "feature", 130),
        ("reads", draw.shades(trace.read_vector[:, 0, 0].T, features, times, -1, 1), "feature", 130),
        ("write weightings", draw.weightings(where[:, WRITE].T, rows, times, used), "location", 150),
        ("read weightings", draw.weightings(where[:, READ].T, rows, times, used), "location", 150),
    ]
    panels = [draw.Panel(title, traces, y=y, height=height, edges=edges) for title, traces, y, height in content]
    return browser.with_live(
        draw.panels(panels, 2),
        checkpoint="repeat_copy",
        settings={"length": run.length, "repeats": run.repeats},
        vectors=run.inputs[: run.length, 0, :BITS].int().tolist(),
        used=used,
    )


def brightness(inputs):
    """The inputs for a picture in grey: the number of repeats, in the last row, lies between −1.6 and 1.6 in training."""
    shown = inputs.clone()
    told = shown[BITS] == 1
    shown[BITS + 1, told] = 0.5 + shown[BITS + 1, told] / (2 * repeat_copy.scalar(MOST))
    return shown.clamp(0, 1)


@figure
def jumping(repeats: Repeats) -> go.Figure:
    """The same episode in all three machines: where the write head and the read head stand, and how much of its way the read head takes by content (gate g). The locations are in the order of writing. Lines mark the jumps."""
    panels = []
    for machine in repeats.by_seed:
        run = machine.run
        where, used, times = run.trace.addressing.weighting[:, 0], places(run), labels(run.length, run.repeats)
        rows = [str(place) if number % 3 == 1 else "" for number, place in enumerate(used)]
        for kind, head in (("write", WRITE), ("read", READ)):
            picture = draw.weightings(where[:, head].T, rows, times, used)
            edges = jumps(run) if head == READ else ()
            panels.append(draw.Panel(f"seed {machine.seed}: {kind} weightings", picture, height=120, edges=edges))
        gate = run.trace.controls.gate[:, 0, READ]
        line = draw.line(range(len(gate)), gate, "", theme.READ, "lines")
        axes = {
            "x": {"range": [-0.5, len(gate) - 0.5], **ticks(times)},
            "y": {"range": [0, 1]},
        }
        panels.append(draw.Panel(f"seed {machine.seed}: read head's gate", [line], height=120, axes=axes))
    return draw.panels(panels, 3)


def ticks(names: list[str]) -> dict:
    """Axis settings that name some steps."""
    named = {step: name for step, name in enumerate(names) if name}
    return {"tickmode": "array", "tickvals": list(named), "ticktext": list(named.values()), "tickangle": 0}


@figure
def longer(repeats: Repeats) -> go.Figure:
    """Twice the length, after the figure in Graves et al. 2014: twenty vectors, ten times. First what is wanted, then the probabilities that the machine of this page gives, then in white the bits that it gets wrong. The lowest row is the end mark. A number stands where a copy begins."""
    return wanted_and_given(repeats.long)


@figure
def more(repeats: Repeats) -> go.Figure:
    """Twice the repeats, after the figure in Graves et al. 2014: ten vectors, twenty times. First what is wanted, then the probabilities that the machine of this page gives, then in white the bits that it gets wrong. The lowest row is the end mark. A number stands where a copy begins."""
    return wanted_and_given(repeats.often)


def wanted_and_given(run: repeat_copy.Run) -> go.Figure:
    """Three pictures of an answer: targets, outputs, mistakes."""
    times = labels(run.length, run.repeats)[run.length + 1 :]
    times = [name if name in ("1", "5", "10", "15", "20") else "" for name in times]
    targets, outputs = run.targets[:, 0].T, run.outputs[:, 0].T
    wrong = ((outputs > SURE) != targets.bool()).float()
    edges = copy_starts(run.length, run.repeats)
    content = {"wanted": targets, "given": outputs, "wrong": wrong}
    panels = [
        draw.Panel(title, draw.shades(values, [""] * (BITS + 1), times), height=70, edges=edges)
        for title, values in content.items()
    ]
    return draw.panels(panels)


@figure
def wrong_by_copy(repeats: Repeats) -> go.Figure:
    """Wrong bits of each copy, in percent, in each of the three machines: twenty vectors ten times, and ten vectors twenty times. Means over fresh sequences. The end mark is left out."""
    panels = []
    for title, shape in (("20 vectors, 10 times", LONG), ("10 vectors, 20 times", OFTEN)):
        traces = [
            draw.line(range(1, shape[1] + 1), wrong_share(machine, shape), f"seed {machine.seed}", SEED_COLOURS[machine.seed], "lines")
            for machine in repeats.by_seed
        ]
        panels.append(draw.Panel(title, traces, x="copy", y="percent", height=150, axes={"y": {"range": [0, 70]}}))
    return draw.panels(panels, 2)


def wrong_share(machine: Machine, shape: tuple[int, int]) -> torch.Tensor:
    """Wrong bits of each copy, in percent: the mean over fresh sequences."""
    return 100 * machine.walks[shape].wrong.float().mean((1, 2)) / BITS


@figure
def generalisation(repeats: Repeats) -> go.Figure:
    """Wrong bits of an answer, in percent: in the training range, at twice the length and at twice the repeats. Bars are means over three machines and three LSTMs; the thin line on a bar reaches from the best to the worst. The end mark counts."""
    names = [f"{length} × {times}" for length, times in repeat_copy.SHAPES]
    bars = []
    for name, card_name, colour in (
        ("Neural Turing Machine", "repeat_copy", theme.MODEL),
        (LSTM_NAME, repeat_copy.TASK.curves_name, theme.CONTROL),
    ):
        shares = [[100 * wrong / of(*shape) for wrong in across(card_name, shape)] for shape in repeat_copy.SHAPES]
        bars.append(
            draw.bars(names, [np.mean(each) for each in shares], name, colour, [(min(e), max(e)) for e in shares])
        )
    panel = draw.Panel(
        "Wrong bits", bars, x="length × repeats", y="percent", height=170, axes={"y": {"range": [0, 60]}}
    )
    return draw.panels([panel])


def across(name: str, shape: tuple[int, int]) -> list[float]:
    """The wrong bits on a card at one shape: those of each seed."""
    return checkpoint.read_card(name)["across_seeds"][f"wrong_bits_{shape[0]}x{shape[1]}"]["seeds"]


def of(length: int, times: int) -> int:
    """How many bits an answer has."""
    return (length * times + 1) * (BITS + 1)


@figure
def counting(repeats: Repeats) -> go.Figure:
    """How many copies each machine gives before its end mark, by how many it was asked for: the median of fresh sequences. The grey line is right. Where a point is missing, no end mark came in most of the sequences."""
    traces = [draw.line(ASKED, ASKED, "as asked", theme.CONTROL, "lines", "dash")]
    for machine in repeats.by_seed:
        usual = median(machine.counted)
        kept = [(asked, given) for asked, given in zip(ASKED, usual, strict=True) if np.isfinite(given)]
        traces.append(draw.line(*zip(*kept, strict=True), f"seed {machine.seed}", SEED_COLOURS[machine.seed]))
    panel = draw.Panel(
        "Copies before the end mark", traces, x="copies asked for", y="copies", height=240, axes={"y": {"range": [0, 21]}}
    )
    return draw.panels([panel])


def median(counted: repeat_copy.Counted) -> list[float]:
    """The median number of copies given, for each number asked for; infinite where no end mark came in most of the sequences."""
    return counted.given.nan_to_num(torch.inf).sort(dim=-1).values[:, EPISODES // 2].tolist()


@figure
def end_marks(repeats: Repeats) -> go.Figure:
    """How sure each machine is, at each step, that it is done. It was asked for 8, 10, 12, 15 and 20 copies of one sequence, a row each, and left running. White is certain. A number below stands where that many copies are complete: there the end mark of the row with this number belongs."""
    steps = COUNTED * COPIES + 1
    times = [str(step // COUNTED) if step // COUNTED in SHOWN and step % COUNTED == 0 else "" for step in range(steps)]
    rows = [str(asked) for asked in SHOWN]
    panels = []
    for machine in repeats.by_seed:
        sure = machine.counted.ends[:, [asked - 1 for asked in SHOWN], 0].T
        edges = [COUNTED * asked for asked in SHOWN]
        picture = draw.shades(sure, rows, times)
        panels.append(draw.Panel(f"seed {machine.seed}", picture, y="asked for", height=90, edges=edges))
    panels[-1] = draw.Panel(panels[-1].title, panels[-1].traces, "copies given", "asked for", 90, edges=edges)
    return draw.panels(panels)


@figure
def learning(repeats: Repeats) -> go.Figure:
    """Learning curves: what a sequence of the training range costs, after so many of them, for three machines and three LSTMs. Mind the scale: each line is ten times the one below."""
    return _curves.figure(repeat_copy.curves(), repeat_copy.SEEDS)


def card() -> dict:
    """The card of the machine on this page."""
    return checkpoint.read_card("repeat_copy")


def size(module: nn.Module) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())


@fact
def bits(repeats: Repeats) -> int:
    """How many bits a vector has."""
    return BITS


@fact
def length(repeats: Repeats) -> int:
    """How many vectors the recorded sequence has."""
    return LENGTH


@fact
def asked(repeats: Repeats) -> int:
    """How often the recorded sequence is asked for."""
    return REPEATS


@fact
def wrong_bits(repeats: Repeats) -> int:
    """How many bits of the recorded answer are wrong."""
    return repeats.run.wrong_bits


@fact
def most(repeats: Repeats) -> int:
    """The longest sequence and the largest number of repeats in training."""
    return MOST


@fact
def episodes(repeats: Repeats) -> int:
    """How many fresh sequences of each shape the sentences were checked on, for each machine."""
    return EPISODES


@fact
def shapes(repeats: Repeats) -> str:
    """What those sequences are, in words: how many vectors, and how often they are asked for."""
    return listed([f"{word(length)} vectors {word(times)} times" for length, times in WITHIN])


@fact
def sequences_seen(repeats: Repeats) -> int:
    """How many sequences each machine saw in training."""
    return card()["sequences"]


@fact
def minutes(repeats: Repeats) -> float:
    """How long training took, in minutes of one processor core."""
    return card()["cpu_seconds"] / 60


@fact
def cost(repeats: Repeats) -> float:
    """What a fresh sequence of the training range costs the published machine, in bits."""
    return card()["metrics"]["bits_per_sequence"]


@fact
def worst_cost(repeats: Repeats) -> float:
    """What a fresh sequence of the training range costs the worst of the machines, in bits."""
    return max(card()["across_seeds"]["bits_per_sequence"]["seeds"])


@fact
def guessing(repeats: Repeats) -> float:
    """What guessing costs: one bit for every bit of the vectors, on average over the training range."""
    return card()["baselines"]["guessing"]["bits_per_sequence"]


@fact
def worst_within(repeats: Repeats) -> float:
    """Mean wrong bits at ten vectors ten times, for the worst of the machines."""
    return max(across("repeat_copy", (MOST, MOST)))


@fact
def best_long(repeats: Repeats) -> float:
    """Mean wrong bits at twice the length, for the best of the machines."""
    return min(across("repeat_copy", LONG))


@fact
def worst_long(repeats: Repeats) -> float:
    """Mean wrong bits at twice the length, for the worst of the machines."""
    return max(across("repeat_copy", LONG))


@fact
def best_often(repeats: Repeats) -> float:
    """Mean wrong bits at twice the repeats, for the best of the machines."""
    return min(across("repeat_copy", OFTEN))


@fact
def worst_often(repeats: Repeats) -> float:
    """Mean wrong bits at twice the repeats, for the worst of the machines."""
    return max(across("repeat_copy", OFTEN))


@fact
def of_within(repeats: Repeats) -> int:
    """How many bits the answer has at ten vectors ten times, the end mark's included."""
    return of(MOST, MOST)


@fact
def of_double(repeats: Repeats) -> int:
    """How many bits the answer has at twice the length or twice the repeats, the end mark's included."""
    return of(*LONG)


@fact
def lstm_within(repeats: Repeats) -> float:
    """Mean wrong bits of the LSTMs at ten vectors ten times."""
    return card()["baselines"][LSTM_NAME][f"wrong_bits_{MOST}x{MOST}"]


@fact
def lstm_sequences(repeats: Repeats) -> int:
    """How many sequences each LSTM saw."""
    return checkpoint.read_card(repeat_copy.TASK.curves_name)["sequences"]


@fact
def lstm_cost(repeats: Repeats) -> float:
    """What a fresh sequence of the training range costs the LSTMs, in bits: the mean over the seeds."""
    return card()["baselines"][LSTM_NAME]["bits_per_sequence"]


@fact
def parameters(repeats: Repeats) -> int:
    """How many numbers a machine learned."""
    return size(repeat_copy.trained())


@fact
def lstm_parameters(repeats: Repeats) -> int:
    """How many numbers an LSTM learned."""
    return size(Lstm(repeat_copy.TASK.inputs, repeat_copy.TASK.outputs))


@fact
def paper_parameters(repeats: Repeats) -> int:
    """How many numbers the machine learned, in the paper."""
    return PAPER["parameters"]


@fact
def paper_lstm_parameters(repeats: Repeats) -> int:
    """How many numbers the LSTM learned, in the paper."""
    return PAPER["lstm_parameters"]


@fact
def paper_marks_after(repeats: Repeats) -> int:
    """Beyond which repeat the paper's machine gives the end mark after every one."""
    return PAPER["marks_after"]


@fact
def paper_sequences(repeats: Repeats) -> int:
    """How many sequences the learning curves of the paper span."""
    return PAPER["sequences"]


@fact
def paper_learning(repeats: Repeats) -> int:
    """The number of the paper's figure of learning curves."""
    return FIGURES["repeat copy"]["learning"]


@fact
def paper_generalisation(repeats: Repeats) -> int:
    """The number of the paper's figure of twice the length and twice the repeats."""
    return FIGURES["repeat copy"]["generalisation"]


@fact
def paper_memory_use(repeats: Repeats) -> int:
    """The number of the paper's figure of memory use."""
    return FIGURES["repeat copy"]["memory use"]


@fact
def first_most(repeats: Repeats) -> int:
    """The longest sequence, and the largest number of repeats, at the beginning of a machine's training."""
    return repeat_copy.RECIPE.levels[0]


@fact
def mean(repeats: Repeats) -> float:
    """The mean number of repeats in training."""
    return (1 + MOST) / 2


@fact
def spread(repeats: Repeats) -> float:
    """The standard deviation of the number of repeats in training."""
    return 1 / (repeat_copy.scalar(1) - repeat_copy.scalar(0))


@fact
def shown_least(repeats: Repeats) -> float:
    """What the machine sees if one copy is wanted."""
    return repeat_copy.scalar(1)


@fact
def shown_most(repeats: Repeats) -> float:
    """What the machine sees if ten copies are wanted: the largest number in training."""
    return repeat_copy.scalar(MOST)


@fact
def shown_double(repeats: Repeats) -> float:
    """What the machine sees if twenty copies are wanted."""
    return repeat_copy.scalar(2 * MOST)


@fact
def farther(repeats: Repeats) -> float:
    """How many times as large as the largest number in training is what stands for twenty copies."""
    return repeat_copy.scalar(2 * MOST) / repeat_copy.scalar(MOST)


def miscounts(machine: Machine) -> torch.Tensor:
    """Of each sequence of the training range, whether the end mark came after another number of copies than asked for, or never."""
    return torch.cat([(each.given != torch.tensor(each.asked)[:, None]).flatten() for each in machine.counted_within])


@fact
def miscounted(repeats: Repeats) -> int:
    """In how many sequences of the training range the end mark came too early, too late or never, for all machines together."""
    return sum(int(miscounts(machine).sum()) for machine in repeats.machines)


@fact
def tried_counts(repeats: Repeats) -> int:
    """How many sequences of the training range were counted, for all machines together."""
    return sum(len(miscounts(machine)) for machine in repeats.machines)


@fact
def stops(repeats: Repeats) -> str:
    """After how many copies the machines give the end mark when asked for twenty, in words: the median of the sequences."""
    counted = Counter(given_at_twenty(repeats)).most_common()
    found = [f"after {given:.0f} copies" if np.isfinite(given) else "never" for given, _ in counted]
    return listed([f"{when} in {of_machines(count, repeats)}" for when, (_, count) in zip(found, counted, strict=True)])


def of_machines(count: int, repeats: Repeats) -> str:
    """So many of the machines, in words."""
    return out_of(count, len(repeats.machines), "machines")


def given_at_twenty(repeats: Repeats) -> list[float]:
    """The median number of copies that each machine gives when asked for twenty."""
    return [median(machine.counted)[-1] for machine in repeats.machines]


@fact
def least_gate(repeats: Repeats) -> float:
    """The smallest gate at any jump, in any machine."""
    return min(float(walk.gate[walk.jumped].min()) for walk in every_walk(repeats))


@fact
def usual_gate(repeats: Repeats) -> float:
    """The mean gate at the steps of the copies without a jump, in the machine and shape where it is largest."""
    return max(float(walk.gate[~walk.jumped].mean()) for walk in every_walk(repeats))


@fact
def least_in_step(repeats: Repeats) -> str:
    """In how many sequences of twice the length the read head jumps at the right steps and at no others, in words: the machine with the fewest."""
    return out_of(min(int(in_step(machine).sum()) for machine in repeats.machines), EPISODES, "sequences")


@fact
def most_in_step(repeats: Repeats) -> str:
    """In how many sequences of twice the length the read head jumps at the right steps and at no others, in words: the machine with the most."""
    return out_of(max(int(in_step(machine).sum()) for machine in repeats.machines), EPISODES, "sequences")


@fact
def kept(repeats: Repeats) -> str:
    """In how many sequences of twice the length all jumps are right, for all machines together, in words."""
    return word(len(wrong_in_step(repeats)[0]))


@fact
def lost(repeats: Repeats) -> str:
    """In how many sequences of twice the length a jump is wrong or missing, for all machines together, in words."""
    return word(len(wrong_in_step(repeats)[1]))


@fact
def wrong_kept(repeats: Repeats) -> float:
    """Wrong bits in percent where all jumps are right: the mean over such sequences of all machines, at twice the length."""
    return 100 * float(np.mean(wrong_in_step(repeats)[0])) / (LONG[0] * LONG[1] * BITS)


@fact
def wrong_lost(repeats: Repeats) -> float:
    """Wrong bits in percent where a jump is wrong or missing: the mean over such sequences of all machines, at twice the length."""
    return 100 * float(np.mean(wrong_in_step(repeats)[1])) / (LONG[0] * LONG[1] * BITS)


@fact
def first_ten_most(repeats: Repeats) -> float:
    """Wrong bits of the first ten of twenty copies, in percent, in the machine with the most."""
    return max(first for first, _ in halves(repeats))


@fact
def second_ten_least(repeats: Repeats) -> float:
    """Wrong bits of the second ten of twenty copies, in percent, in the machine with the fewest."""
    return min(second for _, second in halves(repeats))


def halves(repeats: Repeats) -> list[tuple[float, float]]:
    """For each machine, wrong bits of the first and of the second ten of twenty copies, in percent."""
    shares = [wrong_share(machine, OFTEN) for machine in repeats.machines]
    return [(float(each[:MOST].mean()), float(each[MOST:].mean())) for each in shares]


@fact
def landing(repeats: Repeats) -> str:
    """On which vectors the machines land, in words, the most frequent first."""
    counted = Counter(first_landing(machine) for machine in repeats.machines).most_common()
    return listed([f"vector {vector + 1} in {of_machines(count, repeats)}" for vector, count in counted])


def wrong_in_step(repeats: Repeats) -> tuple[list[int], list[int]]:
    """The wrong bits of each sequence of twice the length: where all jumps are right, and where not."""
    found: tuple[list[int], list[int]] = ([], [])
    for machine in repeats.machines:
        for kept, wrong in zip(in_step(machine), machine.walks[LONG].wrong.sum((0, 1)), strict=True):
            found[0 if kept else 1].append(int(wrong))
    return found


def in_step(machine: Machine) -> torch.Tensor:
    """For each sequence of twice the length, whether the read head jumps where this machine jumps in the training range, and nowhere else."""
    jumped = machine.walks[LONG].jumped
    right = torch.zeros_like(jumped)
    right[1:, first_landing(machine)] = True  # where it never jumps, no sequence is in step
    return (jumped == right).all(1).all(0)


def every_walk(repeats: Repeats) -> Iterator[repeat_copy.Walk]:
    """The walks of all machines through shapes of the training range."""
    return (walk for machine in repeats.machines for walk in machine.within)


def lands_on(machine: Machine) -> set[int]:
    """On which vectors the read head lands when it jumps, counted from 0; −1 is a location of none of them."""
    found = set()
    for walk in machine.within:
        _, _, which = walk.jumped.nonzero(as_tuple=True)
        for place, sequence in zip(walk.read[walk.jumped].tolist(), which.tolist(), strict=True):
            written = walk.written[:, sequence].tolist()
            found.add(written.index(place) if place in written else -1)
    return found


def first_landing(machine: Machine) -> int:
    """The first of those vectors, counted from 0; −1 where the read head never jumps."""
    return min(lands_on(machine), default=-1)


@claim
def a_location_each(repeats: Repeats) -> bool:
    """Every vector gets a location of its own, next to the one before."""
    for machine in repeats.machines:
        moves = {int(move) for walk in machine.within for move in (walk.written.diff(dim=0) % walk.locations).unique()}
        if moves not in ({1}, {machine.within[0].locations - 1}):
            return False
    return True


@claim
def jumps_once(repeats: Repeats) -> bool:
    """In each copy but the first, the read head jumps exactly once."""
    return all(
        bool((walk.jumped[1:].sum(1) == 1).all()) and not walk.jumped[0].any() for walk in every_walk(repeats)
    )


@claim
def walks_between(repeats: Repeats) -> bool:
    """Between two jumps it walks one location a step, in the order of writing."""
    for walk in every_walk(repeats):
        step = walk.written.diff(dim=0)[0] % walk.locations
        moves = walk.way.flatten(0, 1)[1:] % walk.locations
        if not ((moves == step) | walk.jumped.flatten(0, 1)[1:]).all():
            return False
    return True


@claim
def by_content(repeats: Repeats) -> bool:
    """At every jump the gate is more than half open, and the location that resembles the key most is that of the second vector."""
    return all(
        bool(walk.jumped.any())
        and bool((walk.gate[walk.jumped] > 0.5).all())
        and bool((walk.found == walk.written[1])[walk.jumped].all())
        for walk in every_walk(repeats)
    )


@claim
def and_one_step(repeats: Repeats) -> bool:
    """From there the shift takes it one location on or back, and that is where it lands."""
    return all(
        bool(walk.jumped.any())
        and bool((walk.moved[walk.jumped].abs() == 1).all())
        and bool((walk.read == (walk.found + walk.moved) % walk.locations)[walk.jumped].all())
        for walk in every_walk(repeats)
    )


@claim
def lands_in_time(repeats: Repeats) -> bool:
    """Each machine lands on the same vector at every jump, at the very step that gives this vector back."""
    return all(
        len(lands_on(machine)) == 1
        and all(lands_on(machine) == {int(vector) for vector in walk.jumped.nonzero()[:, 1]} for walk in machine.within)
        for machine in repeats.machines
    )


@claim
def behind(repeats: Repeats) -> bool:
    """Of the three machines, none that lands on a later vector reads those before it: while it gives them, its read head goes on over the locations behind the last vector."""
    later = [machine for machine in repeats.machines if first_landing(machine) > 0]
    for machine in later:
        for walk in machine.within:
            step = walk.written.diff(dim=0)[0] % walk.locations
            for vector in range(first_landing(machine)):
                place = (walk.written[-1] + (vector + 1) * step) % walk.locations
                if not (walk.read[1:, vector] == place).all():
                    return False
    return bool(later)


@claim
def no_rewriting(repeats: Repeats) -> bool:
    """At the first step of the first copy each write head still has more than half of its weight on one location. From the second copy on it has let go: it gives no location more than a tenth of its weight."""
    return all(float(walk.writes[0, 0].min()) > 0.5 and float(walk.writes[1:].max()) < 0.1 for walk in every_walk(repeats))


@claim
def wiping(repeats: Repeats) -> bool:
    """Wipe the first vector's location after the first copy: a machine that lands on it gets the vector wrong in more than three of four later copies; one that lands later, in fewer than one of twenty."""
    for machine in repeats.machines:
        for wrong in machine.wiped:
            share = float((wrong[1:, 0] > 0).float().mean())
            if not (share > 3 / 4 if lands_on(machine) == {0} else share < 1 / 20):
                return False
    return True


@claim
def out_of_step(repeats: Repeats) -> bool:
    """More than nine in ten of all wrong bits of the three machines are in sequences in which the read head jumps at a wrong step, or misses a jump."""
    kept, lost = wrong_in_step(repeats)
    return sum(lost) > 9 * sum(kept)


@claim
def more_copies(repeats: Repeats) -> bool:
    """Each machine gets more than ten times as many bits wrong in the second ten copies as in the first ten."""
    return all(second > 10 * first for first, second in halves(repeats))


@claim
def counts_within(repeats: Repeats) -> bool:
    """Asked for one to ten copies of one to ten vectors, each of the three machines says that it is done after exactly so many, in more than 99 of a hundred sequences."""
    return all(float(miscounts(machine).float().mean()) < 1 / 100 for machine in repeats.machines)


@claim
def fails_at_twenty(repeats: Repeats) -> bool:
    """Asked for twenty, none of the machines stops after twenty, in any of the sequences."""
    return not any(bool((machine.counted.given[-1] == 2 * MOST).any()) for machine in repeats.machines)


@claim
def first_spots(repeats: Repeats) -> bool:
    """For eight and for ten the first white spot stands where it belongs, in all three machines; for fifteen and for twenty in none."""
    given = {n: [float(m.counted.given[ASKED.index(n), 0]) for m in repeats.machines] for n in (8, 10, 15, 20)}
    return all(each == [n] * 3 if n <= MOST else n not in each for n, each in given.items())


@claim
def again_and_again(repeats: Repeats) -> bool:
    """Asked for twelve and left running, each machine gives the end mark more than once, in every sequence."""
    said = [machine.counted.ends[:, ASKED.index(12)] > SURE for machine in repeats.machines]
    begins = [torch.cat([each[:1], each[1:] & ~each[:-1]]) for each in said]  # an end mark of several steps is one
    return all(bool((each.sum(0) > 1).all()) for each in begins)


@claim
def learns(repeats: Repeats) -> bool:
    """Each of the three machines ends below a fiftieth of what the best LSTM costs."""
    curves = repeat_copy.curves()
    return max(float(c[-1, 1]) for c in curves["ntm"]) < min(float(c[-1, 1]) for c in curves["lstm"]) / 50
