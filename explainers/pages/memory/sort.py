"""Priority sort: the machine stores vectors with a priority each, and gives back the highest first."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go

from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Finding, Measured, every, exactly, largest, mean, smallest
from explainers.kit.build.marks import claim, fact, figure, finding, setting
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.figure import browser, draw, theme
from explainers.models.cost import parameters as parameters_of
from explainers.models.lstm import Lstm
from explainers.pages.memory import _curves
from explainers.pages.memory._curves import SEED_COLOURS
from explainers.studies import sort_memory, sorting
from explainers.studies.sort_memory import FIRST, READ, SECOND, Record
from explainers.studies.sorting import EPISODES, GAPS, Sorts
from explainers.tasks import sort
from explainers.tasks.common import paper
from explainers.tasks.common.task import LSTM_NAME

DRAWN = 8  # episodes whose vectors are drawn one by one
REACH = 4  # places above and below the wanted one
APART = 0.3  # a difference between two cosines that is no accident
# What Graves et al. 2014 tell in section 4.5, figure 18 and tables 1 to 3. The costs are read off the plot.
PAPER = {
    "sequences": 1_000_000, "ntm_lstm": 18, "ntm": 20, "lstm": 58, "heads": 8, "heads_lstm": 5, "hidden": 512, "hidden_lstm": 100,
    "parameters": 508_305, "parameters_lstm": 269_038, "lstm_parameters": 384_424,
}  # fmt: skip


def subject(trial: Trial = PUBLISHED) -> Sorts:
    """One episode to look at, EPISODES fresh ones for every machine, and what many more of them cost."""
    return sorting.sorts(trial)


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
    axes = {"x": {"range": [-1.05, 1.05]}}
    panels = [
        draw.Panel("Location and priority", [points, line], x="priority", y="location", height=200, axes=axes),
        draw.Panel("Location and turn", [turns], x="turn", y="location", height=200),
    ]
    return draw.panels(panels, 2)


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
    whole, first, second = ([sorting.wrong(record) for record in kind] for kind in (sorts.records, sorts.first_still, sorts.still))
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
            draw.line(steps, sorting.mean_place(record), label, colour, "lines")
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
        draw.bars(gap_names(), sorting.at_gaps(record), name, colour)
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
    axes = {"y": {"range": [0, 1.1 * sort.BITS * sort.ASKED]}}  # a little more than guessing costs
    return draw.panels([draw.Panel("Bits a sequence", traces, x="sequences seen", y="bits", height=220, axes=axes)])


def seeds() -> list[int]:
    """The seeds of the machines, that of the published one first."""
    return [checkpoint.read_card(name)["seed"] for name in sort.machines()]


def names() -> list[str]:
    """The machines by their seeds."""
    return [f"seed {seed}" for seed in seeds()]


def colours() -> list[theme.Colour]:
    """The colours of these seeds."""
    return [SEED_COLOURS[seed] for seed in seeds()]


def gap_names() -> list[str]:
    """What stands under the bars."""
    return [*(f"to {gap:g}" for gap in GAPS[1:-1]), "more"]


def card() -> dict:
    """The card of the machine on this page."""
    return checkpoint.read_card("sort")


def of_all(measure: Callable[[Record], float], records: Iterable[Record], times: float = 1) -> list[float]:
    """A measure of every machine, so many times."""
    return [times * measure(record) for record in records]


bits = setting("How many bits a vector has.", lambda: sort.BITS)
shown = setting("How many vectors come in.", lambda: sort.SHOWN)
asked = setting("How many vectors must be given back.", lambda: sort.ASKED)
of = setting("How many bits the answers of a sequence have.", lambda: sort.ASKED * sort.BITS)
episodes = setting("How many fresh sequences the sentences were checked on, for each machine.", lambda: EPISODES)
fresh = setting("How many fresh sequences the costs and wrong bits of the machines are means over.", lambda: sort.FRESH)
parameters = setting("How many numbers the machine learned.", lambda: parameters_of(sort.build(0)))
lstm_parameters = setting("How many numbers an LSTM learned.", lambda: parameters_of(Lstm(sort.TASK.inputs, sort.TASK.outputs)))
hidden = setting("The size of the controller.", lambda: sort.build(0).steer.in_features)
paper_memory_use = setting("The number of the paper's figure of memory use in priority sort.", lambda: paper.FIGURES["sort"]["memory use"])
paper_learning = setting(
    "The number of the paper's figure of the learning curves of priority sort.", lambda: paper.FIGURES["sort"]["learning"]
)
paper_sequences = setting("How many sequences the paper's networks saw.", lambda: PAPER["sequences"])
paper_ntm = setting("What a sequence costs the paper's machine with a feed-forward controller, in bits.", lambda: PAPER["ntm"])
paper_ntm_lstm = setting("What a sequence costs the paper's machine with an LSTM as controller, in bits.", lambda: PAPER["ntm_lstm"])
paper_lstm = setting("What a sequence costs the paper's LSTM, in bits.", lambda: PAPER["lstm"])
paper_heads = setting("How many heads the paper's machine with an LSTM as controller has.", lambda: PAPER["heads_lstm"])
paper_hidden = setting("The size of each of the two layers of its controller.", lambda: PAPER["hidden_lstm"])
paper_parameters = setting("How many numbers it learned.", lambda: PAPER["parameters_lstm"])
paper_lstm_parameters = setting("How many numbers the paper's LSTM learned.", lambda: PAPER["lstm_parameters"])

wrong_bits = fact("How many bits of the recorded answers are wrong.", lambda sorts: sorts.run.wrong_bits)
cost = fact(
    "What a fresh sequence costs the published machine, in bits: the mean.", lambda sorts: mean(sorts.costs[0], over="fresh sequences")
)
mean_wrong = fact("Mean wrong bits of a fresh sequence, of the published machine.", lambda sorts: card()["metrics"]["wrong_bits"])
perfect = fact(
    "Sequences that the published machine sorts without a mistake, in percent.", lambda sorts: 100 * card()["metrics"]["perfect"]
)
sequences_seen = fact("How many sequences each machine saw in training.", lambda sorts: card()["sequences"])
minutes = fact("How long training took, in minutes of one processor core.", lambda sorts: card()["cpu_seconds"] / 60)
lstm_sequences = fact("How many sequences each LSTM saw.", lambda sorts: checkpoint.read_card(sort.TASK.curves_name)["sequences"])
lstm_cost = fact(
    "What a fresh sequence costs the LSTMs, in bits: the mean over the seeds.",
    lambda sorts: card()["baselines"][LSTM_NAME]["bits_per_sequence"],
)
correlation = fact(
    "The correlation of the location with the priority, in the published machine.",
    lambda sorts: sort_memory.correlation(sorts.records[0].location, sorts.records[0].priority),
)
by_chance = fact(
    "The correlation that as many pairs of unrelated numbers show by chance: its standard deviation, 1 ÷ √pairs.",
    lambda sorts: sorts.records[0].priority.numel() ** -0.5,
)
untrained_readable = fact(
    "How much of the priority's variance a linear function of the row explains in a machine that has learned nothing, in percent.",
    lambda sorts: 100 * sorting.from_row(sorts.untrained),
)
least_readable = fact(
    "How much of the priority's variance a linear function of the row explains, in percent, where it explains least.",
    lambda sorts: smallest(of_all(sorting.from_row, sorts.records, 100), over="machines"),
)
best_found = fact(
    "The share of answers, in percent, for which the read head of the best machine stands on the wanted vector.",
    lambda sorts: largest(of_all(Record.found, sorts.records, 100), over="shares of the machines"),
)
worst_found = fact(
    "The same share for the worst machine.", lambda sorts: smallest(of_all(Record.found, sorts.records, 100), over="shares of the machines")
)
last_key_least = fact(
    "The mean place of the vector that the key of the last answer would fit best if nothing had been crossed out, where it is lowest.",
    lambda sorts: smallest(last_key(sorts), over="means of the machines"),
)
last_key_most = fact(
    "The same place for the machine with the highest number.", lambda sorts: largest(last_key(sorts), over="means of the machines")
)
erased_least = fact(
    "The mean of the first write head's erase vector while the vectors come in, for the machine that erases least.",
    lambda sorts: smallest(of_all(sorting.erasing, sorts.records), over="means of the machines"),
)
erased_untrained = fact(
    "The same mean in a machine that has learned nothing.", lambda sorts: Measured(sorting.erasing(sorts.untrained), "mean", "steps")
)


@fact
def other_costs(sorts: Sorts) -> str:
    """What a fresh sequence costs the other machines, in bits, the better one first: means."""
    return " and ".join(f"{cost:.1f}" for cost in sorted(mean(costs, over="fresh sequences") for costs in sorts.costs[1:]))


def last_key(sorts: Sorts) -> list[float]:
    """Of every machine, the mean place of the vector that the key of the last answer would fit best if nothing had been crossed out."""
    return [sorting.asks_for(record, sort.ASKED) for record in sorts.records]


def silenced_instead(sorts: Sorts) -> Sorts:
    """The control of what the first write head is worth after the mark: the second one is silent in its place."""
    return replace(sorts, first_still=sorts.still)


@finding(worth="training was free to give this habit up")
def writes_in_sequence(sorts: Sorts) -> Finding:
    """In each of the three machines every vector gets the location after that of the vector before."""
    return exactly(all(of_all(sorting.one_after_another, sorts.records)))


@finding(worth="training was free to give this habit up")
def location_by_turn_alone(sorts: Sorts) -> Finding:
    """In each of the three machines the location depends on the turn alone: in all sequences the first vector goes to one and the same location, the second to the next, and so on, whatever the priorities are."""
    return exactly(all(of_all(sorting.by_turn_alone, sorts.records)) and writes_in_sequence(sorts))


@finding(worth="it is said of a machine that has learned nothing")
def untrained_does_so_too(sorts: Sorts) -> Finding:
    """A machine that has the habits and has learned nothing writes in the same way."""
    return exactly(sorting.by_turn_alone(sorts.untrained) and sorting.one_after_another(sorts.untrained))


@finding
def priority_lies_in_the_row(sorts: Sorts) -> Finding:
    """In each of the three machines the priority is in the row, with the bits: one linear function of the twenty numbers of a row leaves less than a fiftieth of its variance unexplained."""
    return largest([1 - found for found in of_all(sorting.from_row, sorts.records)], over="machines") < 1 / 50


@finding
def reads_by_content(sorts: Sorts) -> Finding:
    """From the mark on, the read head of each of the three machines finds its place by content and stays there: on average its gate is above 0.95, and more than 0.95 of its shift is to stay."""
    means = [float(part.mean()) for record in sorts.records for part in (record.gate, record.stays)]
    return smallest(means, over="means of the machines") > 0.95


@finding
def goes_down(sorts: Sorts) -> Finding:
    """In each of the three machines the read head goes through the vectors in the order of priority: of its moves from one vector to another, more than nineteen in twenty lead to a lower priority."""
    return smallest(of_all(Record.downward, sorts.records), over="shares of the machines") > 0.95


@finding
def stands_where_wanted(sorts: Sorts) -> Finding:
    """For more than nine answers in ten it stands, in the very step that gives the answer, on the vector that is wanted."""
    return smallest(of_all(Record.found, sorts.records), over="shares of the machines") > 0.9


@finding
def key_lags_behind(sorts: Sorts) -> Finding:
    """In each of the three machines the key of the first answer fits best the vector at place one or two, on average. The key of the last answer fits best one at least eight places before the vector that is wanted, on average."""
    first = largest([sorting.asks_for(record, 1) for record in sorts.records], over="means of the machines")
    return (first <= 2) & (largest(last_key(sorts), over="means of the machines") <= sort.ASKED - 8)


@finding
def erasing_was_learned(sorts: Sorts) -> Finding:
    """In each of the three machines one habit did not last: while the vectors come in, the first write head erases more than twice as much as a machine that has learned nothing."""
    return smallest(of_all(sorting.erasing, sorts.records), over="means of the machines") > 2 * sorting.erasing(sorts.untrained)


@finding
def second_head_goes_along(sorts: Sorts) -> Finding:
    """In each of the three machines the second write head stands on the same vector as the read head, in the same step, for more than nine answers in ten."""
    return smallest(of_all(Record.met_there, sorts.records), over="shares of the machines") > 0.9


@finding
def crosses_out(sorts: Sorts) -> Finding:
    """Each of the three machines crosses out: when its second write head has written, the cosine of the key with that row is lower than before by more than three tenths, on average."""
    return smallest(of_all(sorting.drop, sorts.records), over="means of the machines") > APART


@finding
def needs_the_second_head(sorts: Sorts) -> Finding:
    """Each of the three machines gets fewer than one bit in twenty wrong as it was trained, and more than two in five when its second write head writes nothing after the mark."""
    trained, still = (of_all(sorting.wrong, records, 1 / of()) for records in (sorts.records, sorts.still))
    return (largest(trained, over="means of the machines") < 1 / 20) & (smallest(still, over="means of the machines") > 2 / 5)


@finding(control=silenced_instead)
def first_head_is_done(sorts: Sorts) -> Finding:
    """When the first write head writes nothing after the mark instead, the mean number of wrong bits changes by less than half a bit a sequence, in each of the three machines."""
    pairs = zip(of_all(sorting.wrong, sorts.records), of_all(sorting.wrong, sorts.first_still), strict=True)
    return largest([abs(still - whole) for whole, still in pairs], over="changes of the machines' means") < 0.5


@finding
def stays_on_the_highest(sorts: Sorts) -> Finding:
    """Without its second write head each read head stays on the highest vectors: at the last answer it has come no farther than the second place, on average."""
    return largest([sorting.mean_place(still)[-1] for still in sorts.still], over="means of the machines") <= 2


@finding
def near_ties_are_hard(sorts: Sorts) -> Finding:
    """In each of the three machines, an answer whose priority is within a hundredth of another has more than twice the wrong bits of one that stands alone by a fifth or more."""
    return every(Measured(found[0], "mean", "answers") > 2 * found[-1] for found in map(sorting.at_gaps, sorts.records))


@claim
def cheaper_than_lstm(sorts: Sorts) -> bool:
    """In the recorded trainings, each of the three machines ends below half of what the best of the three LSTMs costs."""
    curves = sort.curves()
    return max(float(curve[-1, 1]) for curve in curves["ntm"]) < min(float(curve[-1, 1]) for curve in curves["lstm"]) / 2


@finding
def lower_than_the_paper(sorts: Sorts) -> Finding:
    """Each of the three machines costs less than the better of the paper's two, as read off its plot."""
    lowest = min(PAPER["ntm"], PAPER["ntm_lstm"])
    return largest([mean(costs, over="sequences") for costs in sorts.costs], over="means of the machines") < lowest
