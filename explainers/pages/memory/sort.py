"""Priority sort: the machine stores vectors with a priority each, and gives back the highest first."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import plotly.graph_objects as go

from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Finding, Measured, every, exactly, largest, mean, smallest
from explainers.kit.build.marks import claim, fact, figure, finding, setting
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.figure import browser, draw, plot, theme
from explainers.models.cost import parameters as parameters_of
from explainers.models.lstm import Lstm
from explainers.pages.memory import _curves
from explainers.pages.memory._curves import SEED_COLOURS
from explainers.studies import curves, sort_memory, sorting
from explainers.studies.curves import SEEN
from explainers.studies.sort_memory import Record
from explainers.studies.sorting import EPISODES, PAPER, Sorts
from explainers.tasks import sort
from explainers.tasks.common import paper
from explainers.tasks.common.task import LSTM_NAME

APART = 0.3  # a difference between two cosines that is no accident
COLOURS = dict(enumerate(SEED_COLOURS))  # of the machines, by their seeds


def subject(trial: Trial = PUBLISHED) -> Sorts:
    """One episode to look at, EPISODES fresh ones for every machine, and what many more of them cost."""
    return sorting.sorts(trial)


@figure(live="sort-scrubber")
def memory_use(sorts: Sorts) -> go.Figure:
    """Memory use during priority sort, as Graves et al. 2014 show it for their machine. Time runs to the right; the line is the mark after which the machine answers. Inputs: eight bits, the priority from black (−1) to white (+1), and the mark. Weightings: black is 0, white is 1. Vectors read: grey is 0, darker is below and brighter above, as far as the largest number in the memory."""
    inputs, outputs, reads, where = (sorting.memory_use(sorts, part=part) for part in ("inputs", "outputs", "reads", "weightings"))
    where = where.sel(location=sorts.used)
    panels = [plot.heat(each.T, 100, untitled="x") for each in (inputs, outputs)]
    panels += [plot.heat(where.sel(head=head).T, 180) for head in ("first", "second", "read")]
    shown = range(1, sort.SHOWN + 1)
    return browser.with_live(
        draw.panels([*panels, plot.heat(reads.T, 180)], 2),
        checkpoint="sort",
        vectors=inputs.sel(time=shown, input=[str(bit) for bit in range(1, sort.BITS + 1)]).astype(int).values.tolist(),
        priorities=browser.array(sorting.priorities(sorts).sel(kind="in", time=shown))["data"],
        used=sorts.used,
    )


@figure
def order(sorts: Sorts) -> go.Figure:
    """The same episode, by priority: the priorities as the vectors come in, and after the mark those of the vectors on whose rows the read head stands."""
    found, ends = sorting.priorities(sorts), {"top": 1.1, "low": -1.1}
    comes_in = plot.lines(found.sel(kind=["in"]), 180, by="kind", mode="markers", colours=theme.WRITE, untitled="y", **ends)
    read = plot.lines(found.sel(kind=["read"]), by="kind", mode="lines+markers", colours=theme.READ)
    return draw.panels([plot.together(comes_in, read)])


@figure
def locations(sorts: Sorts) -> go.Figure:
    """Where the first write head puts a vector: against the vector's priority, with the straight line that fits best (least squares), and against its turn. A point is a vector; several episodes of the published machine, which all have the same points against the turn. The line is fitted to all fresh sequences."""
    looks = {"by": "kind", "mode": "markers", "colours": theme.WRITE, "size": 5}
    points = plot.lines(sorting.location_and_priority(sorts), 200, x="priority", across=(-1.05, 1.05), **looks)
    line = plot.lines(sorting.fitted_line(sorts), by="kind", colours=theme.CONTROL)
    return draw.panels([plot.together(points, line), plot.lines(sorting.location_and_turn(sorts), 200, **looks)], 2)


@figure
def scores(sorts: Sorts) -> go.Figure:
    """How much each stored vector resembles what the read head looks for: the cosine of the head's key with the rows, mean over fresh sequences. The first column is the step with the mark, the others are the answers. The rows of the picture are the vectors, the highest priority on top. Red is alike, white is unrelated, blue is opposite."""
    return draw.panels([plot.heat(machine, 180, scale=True) for machine in sorting.scores(sorts)], 3)


@figure
def neighbours(sorts: Sorts) -> go.Figure:
    """The same scores, laid over one another so that the wanted vector is at 0. Left of it are the vectors given before, right of it those that come later. Means over the answers in the middle."""
    return draw.panels([plot.lines(sorting.profiles(sorts), 190, by="seed", mode="lines+markers", colours=COLOURS, untitled="y")])


@figure
def second_head(sorts: Sorts) -> go.Figure:
    """What the second write head is worth: the cosine of the read head's key with the row on which the second write head stands, before and after it writes, mean over the answers; and the mean wrong bits of the same hundred sequences, as trained, and when one of the two write heads writes nothing after the mark."""
    moments = {"before": theme.QUERY, "after": theme.WRITE}
    heads = {"none": theme.MODEL, "first": theme.VALUE, "second": theme.CONTROL}
    panels = [
        plot.bars(sorting.crossed_out(sorts), 160, by="moment", colours=moments, untitled="y"),
        plot.bars(sorting.wrong_when_still(sorts), 160, by="still", colours=heads, untitled="y"),
    ]
    return draw.panels(panels, 2)


@figure
def stuck(sorts: Sorts) -> go.Figure:
    """How far down the order the read head gets, as trained and when the second write head writes nothing after the mark: the mean place by priority of the vector on which it stands, from the mark (0) through the answers. Place 1 is the highest priority."""
    places, colours = sorting.mean_places(sorts), {"none": theme.MODEL, "second": theme.CONTROL}
    return draw.panels([plot.lines(places.sel(seed=seed), by="still", colours=colours, top=sort.ASKED + 2) for seed in sorts.seeds], 3)


@figure
def mistakes(sorts: Sorts) -> go.Figure:
    """Where the mistakes are, in three machines: the mean wrong bits, of eight, of each answer; and the same by how far the priority of an answer lies from the nearest other one."""
    panels = [
        plot.lines(sorting.wrong_by_answer(sorts), 180, by="seed", mode="lines+markers", colours=COLOURS, untitled="y"),
        plot.bars(sorting.wrong_by_gap(sorts), 180, by="seed", colours=COLOURS, untitled="y"),
    ]
    return draw.panels(panels, 2)


@figure
def learning(sorts: Sorts) -> go.Figure:
    """Learning curves, as Graves et al. 2014 draw them for theirs: what a sequence costs after so many of them, for three machines (NTM) and three LSTMs. The dashed lines are what the paper's networks cost after a million sequences, read off its figure."""
    found = curves.learning(task=sort.TASK)
    top = 1.1 * sort.BITS * sort.ASKED  # a little more than guessing costs
    ours = plot.lines(found, 220, by="learner", x=SEEN, colours=_curves.colours(found), top=top)
    networks, dashes = {"ntm": theme.INK, "lstm": theme.CONTROL}, {"ntm": "dash", "lstm": "dash"}
    paper_costs = plot.lines(sorting.paper_costs(), by="network", colours=networks, dashes=dashes)
    return draw.panels([plot.together(ours, paper_costs)])


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
by_chance = setting(
    "The correlation that as many pairs of unrelated numbers show by chance: its standard deviation, 1 ÷ √pairs.",
    lambda: (EPISODES * sort.SHOWN) ** -0.5,
)
fresh = setting("How many fresh sequences the costs and wrong bits of the machines are means over.", lambda: sort.FRESH)
parameters = setting("How many numbers the machine learned.", lambda: parameters_of(sort.build(0)))
lstm_parameters = setting("How many numbers an LSTM learned.", lambda: parameters_of(Lstm(sort.TASK.inputs, sort.TASK.outputs)))
hidden = setting("The size of the controller.", lambda: sort.build(0).steer.in_features)
paper_memory_use = setting("The number of the paper's figure of memory use in priority sort.", lambda: paper.FIGURES["sort"]["memory use"])
paper_learning = setting("The number of the paper's figure of the learning curves of priority sort.", lambda: paper.FIGURES["sort"]["learning"])
paper_sequences = setting("How many sequences the paper's networks saw.", lambda: PAPER["sequences"])
paper_ntm = setting("What a sequence costs the paper's machine with a feed-forward controller, in bits.", lambda: PAPER["ntm"])
paper_ntm_lstm = setting("What a sequence costs the paper's machine with an LSTM as controller, in bits.", lambda: PAPER["ntm_lstm"])
paper_lstm = setting("What a sequence costs the paper's LSTM, in bits.", lambda: PAPER["lstm"])
paper_heads = setting("How many heads the paper's machine with an LSTM as controller has.", lambda: PAPER["heads_lstm"])
paper_hidden = setting("The size of each of the two layers of its controller.", lambda: PAPER["hidden_lstm"])
paper_parameters = setting("How many numbers it learned.", lambda: PAPER["parameters_lstm"])
paper_lstm_parameters = setting("How many numbers the paper's LSTM learned.", lambda: PAPER["lstm_parameters"])

wrong_bits = fact("How many bits of the recorded answers are wrong.", lambda sorts: sorts.run.wrong_bits)
cost = fact("What a fresh sequence costs the published machine, in bits: the mean.", lambda sorts: mean(sorts.costs[0], over="fresh sequences"))
mean_wrong = fact("Mean wrong bits of a fresh sequence, of the published machine.", lambda sorts: card()["metrics"]["wrong_bits"])
perfect = fact("Sequences that the published machine sorts without a mistake, in percent.", lambda sorts: 100 * card()["metrics"]["perfect"])
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
worst_found = fact("The same share for the worst machine.", lambda sorts: smallest(of_all(Record.found, sorts.records, 100), over="shares of the machines"))
last_key_least = fact(
    "The mean place of the vector that the key of the last answer would fit best if nothing had been crossed out, where it is lowest.",
    lambda sorts: smallest(last_key(sorts), over="means of the machines"),
)
last_key_most = fact("The same place for the machine with the highest number.", lambda sorts: largest(last_key(sorts), over="means of the machines"))
erased_least = fact(
    "The mean of the first write head's erase vector while the vectors come in, for the machine that erases least.",
    lambda sorts: smallest(of_all(sorting.erasing, sorts.records), over="means of the machines"),
)
erased_untrained = fact("The same mean in a machine that has learned nothing.", lambda sorts: Measured(sorting.erasing(sorts.untrained), "mean", "steps"))


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
    found = sort.curves()
    return max(float(curve[-1, 1]) for curve in found["ntm"]) < min(float(curve[-1, 1]) for curve in found["lstm"]) / 2


@finding
def lower_than_the_paper(sorts: Sorts) -> Finding:
    """Each of the three machines costs less than the better of the paper's two, as read off its plot."""
    lowest = min(PAPER["ntm"], PAPER["ntm_lstm"])
    return largest([mean(costs, over="sequences") for costs in sorts.costs], over="means of the machines") < lowest
