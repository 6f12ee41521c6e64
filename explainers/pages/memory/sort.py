"""Priority sort: the machine stores vectors with a priority each, and gives back the highest first."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from torch import nn

from explainers.kit.build import checkpoint
from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.figure import browser, draw, theme
from explainers.models.lstm import Lstm
from explainers.pages.memory import _curves
from explainers.pages.memory._curves import SEED_COLOURS
from explainers.studies import sort_memory
from explainers.studies.sort_memory import FIRST, NOWHERE, READ, SECOND, Record
from explainers.tasks import sort
from explainers.tasks.common import paper
from explainers.tasks.common.task import LSTM_NAME

EPISODES, EPISODES_SEED = 100, 6000
UNTRAINED_SEED = 100
DRAWN = 8  # episodes whose vectors are drawn one by one
REACH = 4  # places above and below the wanted one
GAPS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 2.0)  # between one priority and the nearest other
APART = 0.3  # a difference between two cosines that is no accident
# What Graves et al. 2014 tell in section 4.5, figure 18 and tables 1 to 3. The costs are read off the plot.
PAPER = {
    "sequences": 1_000_000, "ntm_lstm": 18, "ntm": 20, "lstm": 58, "heads": 8, "heads_lstm": 5, "hidden": 512, "hidden_lstm": 100,
    "parameters": 508_305, "parameters_lstm": 269_038, "lstm_parameters": 384_424,
}  # fmt: skip


@dataclass(frozen=True)
class Sorts:
    """The recorded episode of the published machine, and many of each machine, the published one first.

    `still` and `first_still`: the same ones again, with a second, or a first, write head that writes nothing after the mark. `untrained`: the
    same ones with a machine that has its habits, and has learned nothing.
    """

    run: sort.Run
    records: tuple[Record, ...]
    still: tuple[Record, ...]
    first_still: tuple[Record, ...]
    untrained: Record

    @property
    def used(self) -> list[int]:
        """The locations in which vectors were written, and two more on either side, in the order of the ring."""
        where = self.run.trace.addressing.weighting[:, 0, FIRST]
        first = int(where[0].argmax())
        return [(first + place) % where.shape[-1] for place in range(-2, sort.SHOWN + 2)]


def subject() -> Sorts:
    """One episode to look at, and EPISODES fresh ones for every machine."""
    machines = [sort.trained(name) for name in sort.machines()]
    records, first_still, still = (
        tuple(sort_memory.record(machine, EPISODES, EPISODES_SEED, head) for machine in machines) for head in (None, FIRST, SECOND)
    )
    untrained = sort_memory.record(sort.build(UNTRAINED_SEED), EPISODES, EPISODES_SEED)
    return Sorts(sort.run(0), records, still, first_still, untrained)


@figure(live="sort-scrubber")
def memory_use(sorts: Sorts) -> go.Figure:
    """Memory use during priority sort, as Graves et al. 2014 show it for their machine. Time runs to the right; the line is the mark after which the machine answers. Inputs: eight bits, the priority from black (−1) to white (+1), and the mark. Weightings: black is 0, white is 1. Vectors read: black is −1, grey is 0, white is 1."""
    run, places = sorts.run, sorts.used
    steps = len(run.inputs)
    times = [str(step + 1) if step % 10 == 9 else "" for step in range(steps)]
    numbers = [str(place) if number % 5 == 0 else "" for number, place in enumerate(places)]
    bits = [""] * run.inputs.shape[-1]
    inputs = run.inputs[:, 0].T.clone()
    inputs[sort.BITS] = (inputs[sort.BITS] + 1) / 2
    outputs = np.zeros((sort.BITS, steps))
    outputs[:, sort.SHOWN + 1 :] = run.outputs[:, 0].T
    where = run.trace.addressing.weighting[:, 0]
    edges = [sort.SHOWN]
    heads = [("first write head", FIRST), ("second write head", SECOND), ("read head", READ)]
    panels = [
        draw.Panel("inputs", draw.shades(inputs, bits, times), y="bit", height=100, edges=edges),
        draw.Panel("outputs", draw.shades(outputs, bits[: sort.BITS], times), y="bit", height=100, edges=edges),
    ]
    panels += [
        draw.Panel(title, draw.weightings(where[:, head].T, numbers, times, places), x="time", y="location", height=180, edges=edges)
        for title, head in heads
    ]  # fmt: skip
    reads = draw.shades(run.trace.read_vector[:, 0, 0].T, [""] * run.trace.read_vector.shape[-1], times, -1, 1)
    panels.append(draw.Panel("vectors read", reads, x="time", y="feature", height=180, edges=edges))
    return browser.with_live(
        draw.panels(panels, 2),
        checkpoint="sort",
        vectors=run.inputs[: sort.SHOWN, 0, : sort.BITS].int().tolist(),
        priorities=browser.array(run.priority)["data"],
        used=places,
    )


@figure
def order(sorts: Sorts) -> go.Figure:
    """The same episode, by priority: the priorities as the vectors come in, and after the mark those of the vectors on whose rows the read head stands."""
    return draw.panels([priorities(sorts.run, len(sorts.run.inputs))])


def priorities(run: sort.Run, steps: int) -> draw.Panel:
    """The priorities over time: those that come in, and those that the read head stands on."""
    shown = run.trace.addressing.weighting[: sort.SHOWN, 0, FIRST].argmax(-1).tolist()
    stands = run.trace.addressing.weighting[:, 0, READ].argmax(-1).tolist()
    read = [(step + 1, run.priority[shown.index(stands[step])]) for step in range(sort.SHOWN, steps) if stands[step] in shown]
    traces = [
        draw.line(range(1, sort.SHOWN + 1), run.priority, "priority that comes in", theme.WRITE, "markers"),
        draw.line(*zip(*read, strict=True), "priority where the read head stands", theme.READ, "lines+markers"),
    ]
    return draw.Panel("Priority", traces, x="time", height=180, axes={"y": {"range": [-1.1, 1.1]}, "x": {"range": [0.5, steps + 0.5]}})


@figure
def locations(sorts: Sorts) -> go.Figure:
    """Where the first write head puts a vector: against the vector's priority, with the straight line that fits best (least squares), and against its turn. A point is a vector; several episodes of the published machine, which all have the same points on the right. The line is fitted to all fresh sequences."""
    record = sorts.records[0]
    priority, location = record.priority[:, :DRAWN], record.location[:, :DRAWN]
    slope, intercept = sort_memory.straight_line(record.priority, record.location)
    ends = np.array([-1.0, 1.0])
    turn = np.repeat(np.arange(1, sort.SHOWN + 1), DRAWN)
    points = draw.line(priority.flatten(), location.flatten(), "a vector", theme.WRITE, "markers")
    line = draw.line(ends, slope * ends + intercept, "the fitted line", theme.CONTROL, "lines")
    turns = draw.line(turn[::DRAWN], location[:, 0], "a vector", theme.WRITE, "markers")
    for trace in (points, turns):
        trace.marker.size = 5
    return draw.panels(
        [
            draw.Panel("Location and priority", [points, line], x="priority", y="location", height=200, axes={"x": {"range": [-1.05, 1.05]}}),
            draw.Panel("Location and turn", [turns], x="turn", y="location", height=200),
        ],
        2,
    )  # fmt: skip


@figure
def scores(sorts: Sorts) -> go.Figure:
    """How much each stored vector resembles what the read head looks for: the cosine of the head's key with the rows, mean over fresh sequences. The first column is the step with the mark, the others are the answers. The rows of the picture are the vectors, the highest priority on top. Red is alike, white is unrelated, blue is opposite."""
    steps = len(sorts.records[0].score)
    columns = ["", *(str(step) if step % 5 == 0 else "" for step in range(1, steps))]
    rows = [str(place + 1) if place % 5 == 4 or place == 0 else "" for place in range(sort.SHOWN)]
    panels = []
    for name, record in zip(names(), sorts.records, strict=True):
        picture = draw.values(record.score.mean(1).T, rows, columns, 1.0)
        panels.append(draw.Panel(name, picture, x="answer", y="place by priority", height=180, scale=True))
    return draw.panels(panels, 3)


@figure
def neighbours(sorts: Sorts) -> go.Figure:
    """The same scores, laid over one another so that the wanted vector is at 0. Left of it are the vectors given before, right of it those that come later. Means over the answers in the middle."""
    places = range(-REACH, REACH + 1)
    traces = [
        draw.line(places, record.profile(REACH), name, colour)
        for name, record, colour in zip(names(), sorts.records, colours(), strict=True)
    ]
    panel = draw.Panel("Cosine with the read head's key", traces, x="places after the wanted vector", height=190)
    return draw.panels([panel])


@figure
def second_head(sorts: Sorts) -> go.Figure:
    """What the second write head is worth. Left: the cosine of the read head's key with the row on which the second write head stands, before and after it writes, mean over the answers. Right: mean wrong bits of the same hundred sequences, as trained, and when one of the two write heads writes nothing after the mark."""
    before, after = ([float(getattr(record, name)[1:].mean()) for record in sorts.records] for name in ("before", "after"))
    whole, first, second = (of_all(wrong, kind) for kind in (sorts.records, sorts.first_still, sorts.still))
    panels = [
        draw.Panel(
            "Cosine of the key with that row",
            [draw.bars(names(), before, "before", theme.QUERY), draw.bars(names(), after, "after the second head wrote", theme.WRITE)],
            height=160,
        ),
        draw.Panel(
            "Wrong bits",
            [
                draw.bars(names(), whole, "as trained", theme.MODEL),
                draw.bars(names(), first, "first head writes nothing", theme.VALUE),
                draw.bars(names(), second, "second head writes nothing", theme.CONTROL),
            ],
            height=160,
        ),
    ]  # fmt: skip
    return draw.panels(panels, 2)


@figure
def stuck(sorts: Sorts) -> go.Figure:
    """How far down the order the read head gets, as trained and when the second write head writes nothing after the mark: the mean place by priority of the vector on which it stands, from the mark (0) through the answers. Place 1 is the highest priority."""
    steps = range(sort.ASKED + 1)
    panels = []
    for name, *pair in zip(names(), sorts.records, sorts.still, strict=True):
        traces = [
            draw.line(steps, mean_place(record), label, colour, "lines")
            for record, label, colour in zip(pair, ("as trained", "second head writes nothing"), (theme.MODEL, theme.CONTROL), strict=True)
        ]
        panels.append(draw.Panel(name, traces, x="answer", y="place", height=150, axes={"y": {"range": [0, sort.ASKED + 2]}}))  # fmt: skip
    return draw.panels(panels, 3)


@figure
def mistakes(sorts: Sorts) -> go.Figure:
    """Where the mistakes are, in three machines: left, the mean wrong bits, of eight, of each answer; right, by how far the priority of an answer lies from the nearest other one."""
    by_answer = [
        draw.line(range(1, sort.ASKED + 1), record.wrong.float().mean(1), name, colour)
        for name, record, colour in zip(names(), sorts.records, colours(), strict=True)
    ]
    by_gap = [
        draw.bars(gap_names(), at_gaps(record), name, colour)
        for name, record, colour in zip(names(), sorts.records, colours(), strict=True)
    ]
    panels = [
        draw.Panel("Wrong bits by answer", by_answer, x="answer", height=180),
        draw.Panel("Wrong bits by gap", by_gap, x="distance to the nearest other priority", height=180),
    ]
    return draw.panels(panels, 2)


@figure
def learning(sorts: Sorts) -> go.Figure:
    """Learning curves, as Graves et al. 2014 draw them for theirs: what a sequence costs after so many of them, for three machines (NTM) and three LSTMs. The dashed lines are what the paper's networks cost after a million sequences, read off its figure."""
    traces = _curves.lines(sort.curves(), sort.SEEDS)
    ends = [0, max(float(curve[-1, 0]) for curve in sort.curves()["ntm"])]
    for kind, name, colour in (("ntm", "the paper's NTM", theme.INK), ("lstm", "the paper's LSTM", theme.CONTROL)):
        traces.append(draw.line(ends, [PAPER[kind]] * 2, name, colour, "lines", "dash"))
    guessing = sort.BITS * sort.ASKED
    panel = draw.Panel("Bits a sequence", traces, x="sequences seen", y="bits", height=220, axes={"y": {"range": [0, 1.1 * guessing]}})  # fmt: skip
    return draw.panels([panel])


def seeds() -> list[int]:
    """The seeds of the machines, that of the published one first."""
    return [checkpoint.read_card(name)["seed"] for name in sort.machines()]


def names() -> list[str]:
    """The machines by their seeds."""
    return [f"seed {seed}" for seed in seeds()]


def colours() -> list[theme.Colour]:
    """The colours of these seeds."""
    return [SEED_COLOURS[seed] for seed in seeds()]


def wrong(record: Record) -> float:
    """Mean wrong bits of a sequence."""
    return float(record.wrong.sum(0).float().mean())


def at_gaps(record: Record) -> list[float]:
    """Mean wrong bits of the answers, by how near the nearest other priority is."""
    return sort_memory.mean_between(record.wrong, sort_memory.smaller_gap(record.priority), GAPS)


def gap_names() -> list[str]:
    """What stands under the bars."""
    return [*(f"to {gap:g}" for gap in GAPS[1:-1]), "more"]


def card() -> dict:
    """The card of the machine on this page."""
    return checkpoint.read_card("sort")


def of_all(measure: Callable[[Record], float], kind: tuple[Record, ...]) -> list[float]:
    """A measure of every machine."""
    return [measure(record) for record in kind]


def by_turn_alone(record: Record) -> bool:
    """Whether the vector of each turn goes to the same location in every sequence."""
    return bool((record.location == record.location[:, :1]).all())


def one_after_another(record: Record) -> bool:
    """Whether each vector goes to the location after that of the vector before."""
    return bool((record.location.diff(dim=0) % sort.trained().locations == 1).all())


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


@fact
def bits(sorts: Sorts) -> int:
    """How many bits a vector has."""
    return sort.BITS


@fact
def shown(sorts: Sorts) -> int:
    """How many vectors come in."""
    return sort.SHOWN


@fact
def asked(sorts: Sorts) -> int:
    """How many vectors must be given back."""
    return sort.ASKED


@fact
def of(sorts: Sorts) -> int:
    """How many bits the answers of a sequence have."""
    return sort.ASKED * sort.BITS


@fact
def wrong_bits(sorts: Sorts) -> int:
    """How many bits of the recorded answers are wrong."""
    return sorts.run.wrong_bits


@fact
def episodes(sorts: Sorts) -> int:
    """How many fresh sequences the sentences were checked on, for each machine."""
    return EPISODES


@fact
def cost(sorts: Sorts) -> float:
    """What a fresh sequence costs the published machine, in bits."""
    return card()["metrics"]["bits_per_sequence"]


@fact
def other_costs(sorts: Sorts) -> str:
    """What it costs the other machines, in bits, the better one first."""
    costs = sorted(checkpoint.read_card(name)["metrics"]["bits_per_sequence"] for name in sort.machines()[1:])
    return " and ".join(f"{cost:.1f}" for cost in costs)


@fact
def mean_wrong(sorts: Sorts) -> float:
    """Mean wrong bits of a fresh sequence, of the published machine."""
    return card()["metrics"]["wrong_bits"]


@fact
def fresh(sorts: Sorts) -> int:
    """How many fresh sequences that mean is taken over."""
    return sort.FRESH


@fact
def perfect(sorts: Sorts) -> float:
    """Sequences that the published machine sorts without a mistake, in percent."""
    return 100 * card()["metrics"]["perfect"]


@fact
def sequences_seen(sorts: Sorts) -> int:
    """How many sequences each machine saw in training."""
    return card()["sequences"]


@fact
def minutes(sorts: Sorts) -> float:
    """How long training took, in minutes of one processor core."""
    return card()["cpu_seconds"] / 60


@fact
def lstm_sequences(sorts: Sorts) -> int:
    """How many sequences each LSTM saw."""
    return checkpoint.read_card(sort.TASK.curves_name)["sequences"]


@fact
def lstm_cost(sorts: Sorts) -> float:
    """What a fresh sequence costs the LSTMs, in bits: the mean over the seeds."""
    return card()["baselines"][LSTM_NAME]["bits_per_sequence"]


@fact
def parameters(sorts: Sorts) -> int:
    """How many numbers the machine learned."""
    return size(sort.trained())


@fact
def lstm_parameters(sorts: Sorts) -> int:
    """How many numbers an LSTM learned."""
    return size(Lstm(sort.TASK.inputs, sort.TASK.outputs))


def size(module: nn.Module) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())


@fact
def hidden(sorts: Sorts) -> int:
    """The size of the controller."""
    return sort.trained().steer.in_features


@fact
def correlation(sorts: Sorts) -> float:
    """The correlation of the location with the priority, in the published machine."""
    return sort_memory.correlation(sorts.records[0].location, sorts.records[0].priority)


@fact
def by_chance(sorts: Sorts) -> float:
    """The correlation that as many pairs of unrelated numbers show by chance: its standard deviation, 1 ÷ √pairs."""
    return sorts.records[0].priority.numel() ** -0.5


@fact
def untrained_readable(sorts: Sorts) -> float:
    """How much of the priority's variance a linear function of the row explains in a machine that has learned nothing, in percent."""
    return 100 * from_row(sorts.untrained)


@fact
def least_readable(sorts: Sorts) -> float:
    """How much of the priority's variance a linear function of the row explains, in percent, where it explains least."""
    return 100 * min(of_all(from_row, sorts.records))


@fact
def best_found(sorts: Sorts) -> float:
    """The share of answers, in percent, for which the read head of the best machine stands on the wanted vector."""
    return 100 * max(of_all(Record.found, sorts.records))


@fact
def worst_found(sorts: Sorts) -> float:
    """The same share for the worst machine."""
    return 100 * min(of_all(Record.found, sorts.records))


@fact
def last_key_least(sorts: Sorts) -> float:
    """The mean place of the vector that the key of the last answer would fit best if nothing had been crossed out, for the machine with the lowest number."""
    return min(asks_for(record, sort.ASKED) for record in sorts.records)


@fact
def last_key_most(sorts: Sorts) -> float:
    """The same place for the machine with the highest number."""
    return max(asks_for(record, sort.ASKED) for record in sorts.records)


@fact
def erased_least(sorts: Sorts) -> float:
    """The mean of the first write head's erase vector while the vectors come in, for the machine that erases least."""
    return min(of_all(erasing, sorts.records))


@fact
def erased_untrained(sorts: Sorts) -> float:
    """The same mean in a machine that has learned nothing."""
    return erasing(sorts.untrained)


@fact
def paper_memory_use(sorts: Sorts) -> int:
    """The number of the paper's figure of memory use in priority sort."""
    return paper.FIGURES["sort"]["memory use"]


@fact
def paper_learning(sorts: Sorts) -> int:
    """The number of the paper's figure of the learning curves of priority sort."""
    return paper.FIGURES["sort"]["learning"]


@fact
def paper_sequences(sorts: Sorts) -> int:
    """How many sequences the paper's networks saw."""
    return PAPER["sequences"]


@fact
def paper_ntm(sorts: Sorts) -> int:
    """What a sequence costs the paper's machine with a feed-forward controller, in bits."""
    return PAPER["ntm"]


@fact
def paper_ntm_lstm(sorts: Sorts) -> int:
    """What a sequence costs the paper's machine with an LSTM as controller, in bits."""
    return PAPER["ntm_lstm"]


@fact
def paper_lstm(sorts: Sorts) -> int:
    """What a sequence costs the paper's LSTM, in bits."""
    return PAPER["lstm"]


@fact
def paper_heads(sorts: Sorts) -> int:
    """How many heads the paper's machine with an LSTM as controller has."""
    return PAPER["heads_lstm"]


@fact
def paper_hidden(sorts: Sorts) -> int:
    """The size of each of the two layers of its controller."""
    return PAPER["hidden_lstm"]


@fact
def paper_parameters(sorts: Sorts) -> int:
    """How many numbers it learned."""
    return PAPER["parameters_lstm"]


@fact
def paper_lstm_parameters(sorts: Sorts) -> int:
    """How many numbers the paper's LSTM learned."""
    return PAPER["lstm_parameters"]


@claim
def writes_in_sequence(sorts: Sorts) -> bool:
    """In each of the three machines every vector gets the location after that of the vector before."""
    return all(of_all(one_after_another, sorts.records))


@claim
def location_by_turn_alone(sorts: Sorts) -> bool:
    """In each of the three machines the location depends on the turn alone: in all sequences the first vector goes to one and the same location, the second to the next, and so on, whatever the priorities are."""
    return all(of_all(by_turn_alone, sorts.records)) and writes_in_sequence(sorts)


@claim
def untrained_does_so_too(sorts: Sorts) -> bool:
    """A machine that has the habits and has learned nothing writes in the same way."""
    return by_turn_alone(sorts.untrained) and one_after_another(sorts.untrained)


@claim
def priority_lies_in_the_row(sorts: Sorts) -> bool:
    """In each of the three machines the priority is in the row, with the bits: one linear function of the twenty numbers of a row leaves less than a fiftieth of its variance unexplained."""
    return all(found > 0.98 for found in of_all(from_row, sorts.records))


@claim
def reads_by_content(sorts: Sorts) -> bool:
    """From the mark on, the read head of each of the three machines finds its place by content and stays there: on average its gate is above 0.95, and more than 0.95 of its shift is to stay."""
    return all(float(part.mean()) > 0.95 for record in sorts.records for part in (record.gate, record.stays))


@claim
def goes_down(sorts: Sorts) -> bool:
    """In each of the three machines the read head goes through the vectors in the order of priority: of its moves from one vector to another, more than nineteen in twenty lead to a lower priority."""
    return all(found > 0.95 for found in of_all(Record.downward, sorts.records))


@claim
def stands_where_wanted(sorts: Sorts) -> bool:
    """For more than nine answers in ten it stands, in the very step that gives the answer, on the vector that is wanted."""
    return all(found > 0.9 for found in of_all(Record.found, sorts.records))


@claim
def key_lags_behind(sorts: Sorts) -> bool:
    """In each of the three machines the key of the first answer fits best the vector at place one or two, on average. The key of the last answer fits best one at least eight places before the vector that is wanted, on average."""
    return all(asks_for(record, 1) <= 2 and asks_for(record, sort.ASKED) <= sort.ASKED - 8 for record in sorts.records)


@claim
def erasing_was_learned(sorts: Sorts) -> bool:
    """In each of the three machines one habit did not last: while the vectors come in, the first write head erases more than twice as much as a machine that has learned nothing."""
    return all(erased > 2 * erasing(sorts.untrained) for erased in of_all(erasing, sorts.records))


@claim
def second_head_goes_along(sorts: Sorts) -> bool:
    """In each of the three machines the second write head stands on the same vector as the read head, in the same step, for more than nine answers in ten."""
    return all(found > 0.9 for found in of_all(Record.met_there, sorts.records))


@claim
def crosses_out(sorts: Sorts) -> bool:
    """Each of the three machines crosses out: when its second write head has written, the cosine of the key with that row is lower than before by more than three tenths, on average."""
    return all(found > APART for found in of_all(drop, sorts.records))


@claim
def needs_the_second_head(sorts: Sorts) -> bool:
    """Each of the three machines gets more than two bits in five wrong when its second write head writes nothing after the mark."""
    return all(found > 0.4 * sort.ASKED * sort.BITS for found in of_all(wrong, sorts.still))


@claim
def first_head_is_done(sorts: Sorts) -> bool:
    """When the first write head writes nothing after the mark instead, the mean number of wrong bits changes by less than half a bit a sequence, in each of the three machines."""
    pairs = zip(of_all(wrong, sorts.records), of_all(wrong, sorts.first_still), strict=True)
    return all(abs(still - whole) < 0.5 for whole, still in pairs)


@claim
def stays_on_the_highest(sorts: Sorts) -> bool:
    """Without its second write head each read head stays on the highest vectors: at the last answer it has come no farther than the second place, on average."""
    return all(mean_place(still)[-1] <= 2 for still in sorts.still)


@claim
def near_ties_are_hard(sorts: Sorts) -> bool:
    """In each of the three machines, an answer whose priority is within a hundredth of another has more than twice the wrong bits of one that stands alone by a fifth or more."""
    return all(found[0] > 2 * found[-1] for found in of_all(at_gaps, sorts.records))


@claim
def cheaper_than_lstm(sorts: Sorts) -> bool:
    """Each of the three machines ends below half of what the best of the three LSTMs costs."""
    curves = sort.curves()
    return max(float(curve[-1, 1]) for curve in curves["ntm"]) < min(float(curve[-1, 1]) for curve in curves["lstm"]) / 2


@claim
def lower_than_the_paper(sorts: Sorts) -> bool:
    """Each of the three machines costs less than the better of the paper's two, as read off its plot."""
    lowest = min(PAPER["ntm"], PAPER["ntm_lstm"])
    return all(checkpoint.read_card(name)["metrics"]["bits_per_sequence"] < lowest for name in sort.machines())
