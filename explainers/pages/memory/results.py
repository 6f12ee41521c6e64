"""All five tasks of the paper: what we asked of our machines, and what they reached."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go

from explainers.kit import counts
from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Finding, every, exactly, largest, mean, smallest
from explainers.kit.build.marks import fact, figure, finding, setting, table
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.figure import draw, plot
from explainers.kit.figure.tables import Group, Table
from explainers.models import cost
from explainers.models.lstm import Lstm
from explainers.pages.memory._curves import LEARNER_COLOURS
from explainers.studies import further_sequences, task_costs
from explainers.studies.further_sequences import COPY_SETS, FAR, FAR_EACH, FIFTY, TWELVE, Further
from explainers.studies.task_costs import COST
from explainers.tasks import copy, ngrams, recall, repeat_copy, sort
from explainers.tasks.common import paper
from explainers.tasks.common.recipe import Recipe
from explainers.tasks.common.task import LSTM_NAME, Task

ANSWER = recall.BITS * recall.ITEM  # bits of an answer
REPEATED = (10 * 20 + 1) * (repeat_copy.BITS + 1)  # bits of two hundred vectors and the end mark


@dataclass(frozen=True)
class Bound:
    """What a number may be at most: `holds(value, LSTM's mean)`. Asked of every seed, or of the best one only."""

    words: str
    holds: Callable[[float, float], bool]
    every: bool = True


def below(limit: float) -> Bound:
    """Smaller than a limit."""
    return Bound(f"< {limit:g}", lambda value, lstm: value < limit)


def at_most(limit: float) -> Bound:
    """No more than a limit."""
    return Bound(f"≤ {limit:g}" if limit else "0", lambda value, lstm: value <= limit)


def best_at_most(limit: float) -> Bound:
    """No more than a limit, for the best seed."""
    return Bound(f"≤ {limit:g} for the best seed", lambda value, lstm: value <= limit, every=False)


def below_lstm_by(distance: float) -> Bound:
    """So much less than the LSTM."""
    return Bound(f"{distance:g} below the LSTM", lambda value, lstm: value <= lstm - distance)


def below_lstm_times(share: float) -> Bound:
    """Less than a share of what the LSTM has."""
    return Bound(f"< {share:g} × the LSTM's", lambda value, lstm: value < share * lstm)


@dataclass(frozen=True)
class Measure:
    """One number of a task's cards, smaller is better: what it is, what was asked of it, and what the paper has."""

    name: str
    words: str
    bounds: tuple[Bound, ...] = ()
    paper: str = ""


@dataclass(frozen=True)
class Goal:
    """What was asked of one task. `page` explains it.

    `seen`: what sequences a level of training shows, in words. `start`: what only the machines begin with.
    """

    task: Task
    title: str
    page: str
    measures: tuple[Measure, ...]
    seen: Callable[[int], str] = str
    start: str = ""


def up_to(fewest: int, things: str) -> Callable[[int], str]:
    """Words for all sizes from the fewest on."""
    return lambda most: f"{fewest} to {most} {things}" if most > fewest else f"{most} {things}"


def always(things: str) -> Callable[[int], str]:
    """Words for one size."""
    return lambda size: f"{size} {things}"


def after(task: str, shown: str) -> str:
    """The figure of the paper that shows this, by its number."""
    return f"(figure {paper.FIGURES[task][shown]})"


# --8<-- [start:goals]
GOALS = (
    Goal(copy.TASK, "Copy", "memory/copy", (
        Measure(COST, "bits a sequence, 1 to 20 vectors", (below(0.1),), f"≈ 0.1, LSTM ≈ 5 {after('copy', 'learning')}"),
        Measure("wrong_bits_50", f"wrong bits of {50 * copy.BITS}, 50 vectors", (at_most(0),), f"very few {after('copy', 'generalisation')}"),
        Measure(
            "wrong_bits_120", f"wrong bits of {120 * copy.BITS}, 120 vectors", (at_most(0.01 * 120 * copy.BITS),),
            f"one vector given twice, the rest late {after('copy', 'generalisation')}",
        ),
    ), up_to(1, "vectors"), "output weights doubled"),
    Goal(repeat_copy.TASK, "Repeat copy", "memory/repeat_copy", (
        Measure(COST, "bits a sequence, up to 10 vectors 10 times", (below(1),), f"near 0 {after('repeat copy', 'learning')}"),
        Measure("wrong_bits_10x20", f"wrong bits of {REPEATED:,}, 10 vectors 20 times", (), f"copies on, end marks wrong {after('repeat copy', 'generalisation')}"),
        Measure("wrong_bits_20x10", f"wrong bits of {REPEATED:,}, 20 vectors 10 times", (), f"almost none {after('repeat copy', 'generalisation')}"),
    ), up_to(1, "vectors, as many times")),
    Goal(recall.TASK, "Associative recall", "memory/recall", (
        Measure(COST, "bits a sequence, 2 to 6 items", (below(0.3),), f"near 0, LSTM not {after('recall', 'learning')}"),
        Measure("wrong_bits_8", f"wrong bits of {ANSWER}, 8 items"),
        Measure("wrong_bits_12", f"wrong bits of {ANSWER}, 12 items", (at_most(1),), f"nearly perfect {after('recall', 'generalisation')}"),
        Measure("wrong_bits_15", f"wrong bits of {ANSWER}, 15 items", (), f"cost below 1 bit {after('recall', 'generalisation')}"),
        Measure("wrong_bits_20", f"wrong bits of {ANSWER}, 20 items"),
    ), up_to(recall.FEWEST, "items")),
    Goal(ngrams.SOFT, "Dynamic n-grams", "memory/ngrams", (
        Measure(COST, "bits a sequence", (below_lstm_by(5),), f"≈ 134, LSTM ≈ 137 {after('n-grams', 'learning')}"),
        Measure("above_optimal", "bits above the optimum", (best_at_most(1.5), at_most(3)), f"≈ 1 {after('n-grams', 'learning')}"),
    ), always("bits"), "a learned memory, heads that look for content"),
    Goal(ngrams.HARD, "Dynamic n-grams, trained on bits", "memory/ngrams", (
        Measure(COST, "bits a sequence"),
        Measure("above_optimal", "bits above the optimum"),
    ), always("bits"), "a learned memory, heads that look for content"),
    Goal(sort.TASK, "Priority sort", "memory/sort", (
        Measure(COST, "bits a sequence", (at_most(30), below_lstm_times(0.5)), f"≈ 18 to 20, LSTM ≈ 58 {after('sort', 'learning')}"),
    ), always("vectors"), "a habit for each head"),
)  # fmt: skip
# --8<-- [end:goals]


@dataclass(frozen=True)
class Result:
    """The cards of one task: of its machines, one a seed, and of the LSTMs."""

    goal: Goal
    machines: tuple[dict, ...]
    lstm: dict

    def seeds(self, name: str) -> list[float]:
        """A number of every machine."""
        return self.machines[0]["across_seeds"][name]["seeds"]

    def lstm_mean(self, name: str) -> float:
        """The mean of that number over the LSTMs."""
        return self.lstm["across_seeds"][name]["mean"]

    def holds(self, name: str, bound: Bound) -> list[bool]:
        """Which machines keep a bound."""
        return [bound.holds(value, self.lstm_mean(name)) for value in self.seeds(name)]

    def reached(self, name: str, bound: Bound) -> bool:
        """Whether a bound is kept by those it is asked of."""
        kept = self.holds(name, bound)
        return all(kept) if bound.every else any(kept)


@dataclass(frozen=True)
class Results:
    """What was reached in every task: by the cards, and on further sequences."""

    each: tuple[Result, ...]
    further: Further

    def of(self, task: Task) -> Result:
        """What was reached in one task."""
        return next(result for result in self.each if result.goal.task is task)

    def costs(self, task: Task) -> list[float]:
        """What the machines of a task cost, in bits a sequence: on the cards' sequences, and on further ones."""
        return self.of(task).seeds(COST) + self.further.costs_of(task)

    @property
    def copied_again(self) -> list[float]:
        """What further sets of sequences cost each of the copy machines, in bits a sequence."""
        return self.further.costs_of(copy.TASK)

    @property
    def copied_far_again(self) -> list[float]:
        """Mean wrong bits of FAR vectors, for each of the copy machines on each of the further sets."""
        return [wrong for each in self.further.copied for wrong in each.wrong_far]


def subject(trial: Trial = PUBLISHED) -> Results:
    """The cards of all tasks that have some, and what their machines reach on further sequences."""
    return Results(tuple(map(result_of, goals())), further_sequences.further(trial))


def goals() -> list[Goal]:
    """Those of the tasks that were trained."""
    return [goal for goal in GOALS if checkpoint.card_path(goal.task.curves_name).is_file()]


def result_of(goal: Goal) -> Result:
    """The cards of one task."""
    cards = tuple(checkpoint.read_card(name) for name in goal.task.machines())
    return Result(goal, cards, checkpoint.read_card(goal.task.curves_name))


@table
def reached(results: Results) -> Table:
    """What was asked of each task, and what was reached. Smaller is better everywhere. The paper's numbers are read off its plots."""
    head = ("number", "asked", "reached by", "best seed", "mean", "spread", LSTM_NAME, "the paper")
    return Table(head, tuple(group(result) for result in results.each))


def group(result: Result) -> Group:
    """The rows of one task."""
    sequences, seconds = ([card[name] for card in result.machines] for name in ("sequences", "cpu_seconds"))
    note = (
        f"{len(result.machines)} seeds; {span(sequences)} sequences in {span(seconds)} s on one core. "
        f"The LSTM: {result.lstm['sequences']:,} in {result.lstm['cpu_seconds']:,.0f} s."
    )
    return Group(result.goal.title, note, tuple(row(result, each) for each in result.goal.measures), result.goal.page)


@table
def trained_on(results: Results) -> Table:
    """What the machines and the LSTMs of the table were trained on, and what only the machines had. The LSTMs have one rate and one limit of gradients for all tasks, which nobody tuned."""
    head = ("task", "the machines saw", "each LSTM saw", "only the machines")
    rows = tuple(
        (
            result.goal.title,
            f"{span([card['sequences'] for card in result.machines])}: {kinds(result.goal, result.goal.task.stages)}",
            f"{result.lstm['sequences']:,}: {kinds(result.goal, (result.goal.task.compared,))}",
            "; ".join(only_machines(result.goal)),
        )
        for result in results.each
    )
    return Table(head, (Group("Sequences of training", "Starts that were given up are counted.", rows),))


def kinds(goal: Goal, stages: tuple[Recipe, ...]) -> str:
    """What sequences the stages of a training show, one stage after the other."""
    return ", then ".join(
        goal.seen(last) if first == last else f"{goal.seen(first)}, by levels up to {last}" for first, last in (stage.levels for stage in stages)
    )


def only_machines(goal: Goal) -> list[str]:
    """What the recipe of a task's machines has, and that of its LSTMs has not."""
    stages, lstm = goal.task.stages, goal.task.compared
    had = [goal.start] if goal.start else []
    for name, words in (
        ("learned", "stop when they have learned"),
        ("hopes", "may begin anew"),
        ("skip", "wild gradients left out"),
        ("relapse", "go back after a relapse"),
    ):
        if any(getattr(stage, name) for stage in stages) and not getattr(lstm, name):
            had.append(words)
    if stages[0].clip != lstm.clip:
        had.append(f"gradients clipped at {stages[0].clip:g}, not at {lstm.clip:g}")
    return had


def span(numbers: list[float]) -> str:
    """The smallest and the largest of some numbers."""
    least, most = f"{min(numbers):,.0f}", f"{max(numbers):,.0f}"
    return least if least == most else f"{least} to {most}"


def row(result: Result, measure: Measure) -> tuple[str, ...]:
    """One number of a task: what was asked, who reached it, the seeds, the LSTM, the paper."""
    found = result.seeds(measure.name)
    return (
        measure.words,
        "; ".join(bound.words for bound in measure.bounds),
        "; ".join(verdict(result, measure.name, bound) for bound in measure.bounds),
        short(min(found)),
        short(statistics.mean(found)),
        short(max(found) - min(found)),
        short(result.lstm_mean(measure.name)),
        measure.paper,
    )


def verdict(result: Result, name: str, bound: Bound) -> str:
    """Who keeps a bound, in words."""
    kept = result.holds(name, bound)
    mark = "✓ " if result.reached(name, bound) else "" if any(kept) else "✗ "
    return f"{mark}{sum(kept)} of {len(kept)}" if bound.every else f"{mark}best"


def short(value: float) -> str:
    """A number with three digits, or one decimal."""
    return f"{value:,.1f}" if value >= 100 else f"{value:.3g}"


@figure
def costs(results: Results) -> go.Figure:
    """What a sequence costs, by task: a dot for each of three machines and three LSTMs, on the sequences of the table. Mind the scale: each line is ten times the one below."""
    found = task_costs.costs([result.goal.task for result in results.each])
    return draw.panels([plot.dots(found, 220, along="task", by="learner", colours=LEARNER_COLOURS, log=True, untitled="y")])


def verdicts(results: Results) -> list[bool]:
    """Whether each bound of each task is kept by those it is asked of."""
    return [result.reached(measure.name, bound) for result in results.each for measure in result.goal.measures for bound in measure.bounds]


def kept_again(means: list[float], name: str) -> str:
    """How many means keep the bound that was set for this number on copying, in words."""
    (bound,) = next(measure.bounds for measure in GOALS[0].measures if measure.name == name)
    return counts.out_of(sum(bound.holds(mean, 0) for mean in means), len(means), "means")


def lstm_size(task: Task) -> float:
    """How many times as many weights the LSTM has as the machine."""
    return cost.parameters(Lstm(task.inputs, task.outputs)) / cost.parameters(task.build(0))


copy_first = setting("The longest sequence to copy that the LSTMs saw in training.", lambda: copy.TASK.compared.levels[1])
further_sets = setting("How many further sets of sequences each copy machine was tried on, in words.", lambda: counts.word(COPY_SETS))
further_far_sequences = setting("How many long sequences each further set has.", lambda: FAR_EACH)
tasks = setting(
    "How many tasks were trained, in words; those with two kinds of targets count once.",
    lambda: counts.word(len({goal.page for goal in goals()})),
)
seeds = setting("How many machines were trained for each task, in words.", lambda: counts.word(*{len(goal.task.seeds) for goal in goals()}))
smallest_lstm = setting(
    "How many times as many weights the LSTM of a task has as its machine, at least.",
    lambda: smallest([lstm_size(goal.task) for goal in goals()], over="tasks"),
)
largest_lstm = setting(
    "How many times as many weights the LSTM of a task has as its machine, at most.",
    lambda: largest([lstm_size(goal.task) for goal in goals()], over="tasks"),
)

bounds_reached = fact(
    "How many bounds are kept by all that they are asked of, in words.",
    lambda results: counts.out_of(sum(verdicts(results)), len(verdicts(results)), "bounds"),
)
minutes = fact(
    "How long the training of all machines took, in minutes of one processor core.",
    lambda results: sum(card["cpu_seconds"] for result in results.each for card in result.machines) / 60,
)
optimal_bits = fact(
    "What the optimal estimator pays for a sequence of bits: the mean.",
    lambda results: results.of(ngrams.SOFT).lstm["baselines"]["optimal estimator"][COST],
)
further_kept = fact(
    "How many of the means of the further sets keep the bound that was set, in words.",
    lambda results: kept_again(results.copied_again, COST),
)
further_least = fact(
    "What the cheapest of these sets costs, over all copy machines, in bits a sequence.",
    lambda results: smallest(results.copied_again, over="means of the further sets"),
)
further_most = fact(
    "What the dearest of these sets costs, over all copy machines, in bits a sequence.",
    lambda results: largest(results.copied_again, over="means of the further sets"),
)
further_far_most = fact(
    "The largest mean of wrong bits of long sequences, over all copy machines and further sets.",
    lambda results: largest(results.copied_far_again, over="means of the further sets"),
)
further_far_kept = fact(
    "How many of these means keep the bound that was set, in words.",
    lambda results: kept_again(results.copied_far_again, f"wrong_bits_{FAR}"),
)


@finding
def below_every_lstm(results: Results) -> Finding:
    """In every task the worst machine costs less than the best LSTM."""
    return every(largest(results.costs(each.goal.task), over="machines") < min(each.lstm["across_seeds"][COST]["seeds"]) for each in results.each)


@finding
def copies_fifty(results: Results) -> Finding:
    """At fifty vectors no copy machine gets a bit wrong in the sequences that were tried."""
    again = [wrong for each in results.further.copied for wrong in each.wrong_fifty]
    return largest(results.of(copy.TASK).seeds(f"wrong_bits_{FIFTY}") + again, over="machines") <= 0


@finding
def copies_far(results: Results) -> Finding:
    """At 120 vectors, one and a half times the longest in training and six times the paper's, the copy machines have less than a hundredth of the bits wrong, averaged over the seeds: on the sequences of the table, and on the further ones."""
    longest, bound = copy.LONGER.levels[1], 0.01 * FAR * copy.BITS
    table, again = results.of(copy.TASK).seeds(f"wrong_bits_{FAR}"), results.copied_far_again
    as_said = longest * 3 == 2 * FAR and copy.LONGEST * 6 == FAR
    return every([as_said, mean(table, over="machines") < bound, mean(again, over="machines and further sets") < bound])


@finding
def repeats(results: Results) -> Finding:
    """Every machine that repeats costs less than one bit a sequence, on average over one to ten vectors, one to ten times."""
    return largest(results.costs(repeat_copy.TASK), over="machines") < 1


@finding
def near_the_optimum(results: Results) -> Finding:
    """Every n-gram machine that was trained on probabilities comes within three bits a sequence of the optimal estimator, and the best within one and a half."""
    sets = results.of(ngrams.SOFT).seeds("above_optimal"), results.further.above_optimal
    return every(bound for above in sets for bound in (largest(above, over="machines") <= 3, smallest(above, over="machines") <= 1.5))


@finding
def sorts(results: Results) -> Finding:
    """Every machine that sorts costs no more than thirty bits a sequence, and less than half of what its LSTMs cost on average."""
    worst = largest(results.costs(sort.TASK), over="machines")
    return (worst <= 30) & (worst < results.of(sort.TASK).lstm_mean(COST) / 2)


@finding
def recalls(results: Results) -> Finding:
    """Every machine that recalls costs less than three tenths of a bit a sequence, on average over two to six items."""
    return largest(results.costs(recall.TASK), over="machines") < 0.3


@finding
def recalls_twelve(results: Results) -> Finding:
    """At twelve items, twice as many as it was trained on, each of them still has less than one wrong bit an answer, on average."""
    wrong = largest(results.of(recall.TASK).seeds(f"wrong_bits_{TWELVE}") + list(results.further.wrong_twelve), over="machines")
    return (wrong < 1) & exactly(recall.MOST * 2 == TWELVE)
