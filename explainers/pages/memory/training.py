"""Training: what keeps a machine with a memory from learning, in small experiments with several seeds each."""

import math

import plotly.graph_objects as go

from explainers.kit import counts
from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Measured, largest, mean, median
from explainers.kit.build.marks import claim, fact, figure, invariant, setting, table
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.figure import browser, draw, plot, theme
from explainers.kit.figure.tables import Group, Table
from explainers.studies import failing_formulas, training_outcomes, uniform_start
from explainers.studies.failing_formulas import EVEN_OVER_ALL, FLATTEST, FORMULAS, LOCATIONS, POWERS, even, vanishes_from
from explainers.studies.training_outcomes import (
    BATCHES,
    CHANCE,
    CLIPPING,
    ENDS,
    EXPERIMENTS,
    MEMORY,
    RATES,
    SHOWN,
    Trials,
    a_thousand,
    clearly_fewer,
    converged,
    costs_at,
    ended,
    longest_gradient,
    longest_of_stretches,
    share_converged,
)
from explainers.tasks import copy, training_trials
from explainers.tasks.training_trials import LEARNED, RECALL, RECIPE, SETTINGS, Outcome

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
COLOURS = dict(zip(ENDS, (theme.MODEL, theme.CONTROL, theme.KEY), strict=True))


def subject(trial: Trial = PUBLISHED) -> Trials:
    """The outcomes of all trainings, where formulas fail, and two episodes of the copy machine."""
    return training_outcomes.trials(trial)


def out_of_all(trials: Trials, name: str) -> str:
    """How many trainings of a setting converged, in words."""
    count, of = converged(trials, name)
    return f"{count} of {of}"


def experiment(trials: Trials, name: str) -> go.Figure:
    """How many trainings of each setting of an experiment converged; and, a dot each, after how many sequences, and what else is measured."""
    counted = training_outcomes.counts(trials, experiment=name)
    happened = [end for end in ("converged", "NaN") if counted.sel(end=end).any()]
    panels = [plot.bars(counted.sel(end=happened), colours=COLOURS, by="end", untitled="y")]
    for measure in ("sequences", *SHOWN[name].measures):
        found = training_outcomes.measured(trials, experiment=name, measure=measure)
        panels.append(plot.dots(found, along="setting", by="end", colours=COLOURS, log=measure == "longest gradient"))
    return draw.panels(panels, 3 if len(panels) == 3 else 2)


@figure(live="sharpening-bench")
def sharpening(trials: Trials) -> go.Figure:
    """The sum of all powers, Σ w̃^γ, in 32-bit numbers, for five weightings, as a power of ten. A line ends where the sum becomes 0: from there on, sharpening as the formula is written divides zero by zero."""
    sums = failing_formulas.sums(trials.failures)
    colours = {
        "blurred": theme.KEY,
        f"even over {LOCATIONS}": theme.WRITE,
        EVEN_OVER_ALL: theme.READ,
        FLATTEST: theme.MODEL,
        "two locations": theme.CONTROL,
    }
    panel = plot.lines(sums, 200, by="weighting", x="power", colours=colours, low=-48, top=2, untitled="y")
    return browser.with_live(
        draw.panels([panel]),
        weightings={name: browser.array(weighting) for name, weighting in trials.failures.weightings.items()},
        start=10.0,
        most=float(POWERS[-1].round()),
    )


@table
def places(trials: Trials) -> Table:
    """Where formulas fail in 32-bit numbers: each as one would write it down, where it comes from, the first of our inputs at which its value or its gradient is no finite number, and what we compute instead."""
    rows = tuple((each.name, each.written, each.source, f"{each.symbol} = {in_words(trials.failures.as_written[each.name])}", each.ours) for each in FORMULAS)
    return Table(("where", "as written", "from", "fails at", "instead"), (Group("In 32-bit numbers", "", rows),))


def in_words(value: float) -> str:
    """A number as a reader takes it: a small one as a power of ten."""
    if value > 1e-3:
        return f"{value:.4g}"
    return "10" + str(round(math.log10(value))).translate(RAISED)


@figure
def memory(trials: Trials) -> go.Figure:
    """Four memories at the start. First: how many of the trainings converged. Second, a dot each: how many sequences it had seen when it converged, or when its budget ended."""
    return experiment(trials, "memory")


@figure
def starts(trials: Trials) -> go.Figure:
    """The write head of the same trained machine at the same task, by where its heads stand at the start: at one location, or everywhere alike. Black is weight 0, white is 1."""
    where = uniform_start.weightings(trials.starts).sel(location=uniform_start.visited(trials.starts))
    return draw.panels([plot.heat(start.T, 190) for start in where], 2)


@figure
def clipping(trials: Trials) -> go.Figure:
    """Gradients that are not shortened, or shortened to one of three norms. Third and fourth: wrong bits of a sequence of ten vectors in the end, and the longest gradient that each training met, before it was shortened; there each line is ten times the one below."""
    return experiment(trials, "clipping")


@figure
def rates(trials: Trials) -> go.Figure:
    """Five learning rates of Adam, and RMSProp at the paper's rate of 0.0001 with its momentum of 0.9; the gradient is clipped as in the recipe."""
    return experiment(trials, "rates")


@figure
def batches(trials: Trials) -> go.Figure:
    """Four sizes of a batch. Third: what the same trainings took in seconds of one processor core."""
    return experiment(trials, "batches")


@figure
def short_sequences(trials: Trials) -> go.Figure:
    """Trained on sequences of up to three, five or ten vectors, and measured, all of them, on sequences of up to ten. Third: wrong bits of a sequence of ten at the end of training."""
    return experiment(trials, "lengths")


@figure
def levels(trials: Trials) -> go.Figure:
    """Associative recall of two to six items: all from the beginning, or two items first and one more whenever the machine has learned those."""
    return experiment(trials, "levels")


@table
def everything(trials: Trials) -> Table:
    """All trainings: how many converged, how many ended in NaN, and medians over the trainings of a setting: sequences and processor seconds of those that converged, and what a sequence costs in the end. The two settings marked as shorter had a smaller budget, so their costs are to be compared with those of the recipe after as many sequences."""
    groups = tuple(
        Group(title, "", tuple((label, *result(trials.outcomes[name])) for label, name in settings.items())) for title, settings in EXPERIMENTS.items()
    )
    return Table(("setting", "converged", "NaN", "sequences", "seconds", "bits a sequence"), groups)


def result(outcomes: list[Outcome]) -> tuple[str, ...]:
    """The cells of a setting in the table."""
    found = training_trials.summary(outcomes)
    lasting = [float(outcome.curve[-1, 1]) for outcome in outcomes if outcome.failed_at < 0]
    return (
        f"{found['converged']} of {found['trainings']}",
        str(found["nan"]),
        f"{found['median_sequences']:,.0f}" if found["converged"] else "",
        f"{found['median_cpu_seconds']:.1f}" if found["converged"] else "",
        f"{median(lasting, over='trainings'):.2f}" if lasting else "",
    )


seeds = setting("How many seeds each setting of the copy task has.", lambda: RECIPE.seeds)
trainings = setting("How many trainings there are.", lambda: sum(each.seeds for each in SETTINGS.values()))
recall_seeds = setting("How many seeds each setting of associative recall has.", lambda: RECALL.seeds)
longest = setting("The longest sequence to copy.", lambda: training_trials.LONGEST)
bits_of_longest = setting("How many bits the longest sequence has.", lambda: training_trials.LONGEST * copy.BITS)
locations = setting("How many locations the memory has.", lambda: LOCATIONS)
batch = setting("How many sequences a batch of the recipe has.", lambda: RECIPE.batch)
budget = setting("How many sequences a training of the copy task may see.", lambda: RECIPE.budget)
recall_budget = setting("How many lists a training of associative recall may see.", lambda: RECALL.budget)
naive_budget = setting("How many sequences a training with naive sharpening may see.", lambda: SETTINGS["naive"].budget)
uniform_budget = setting("How many sequences a training with a uniform start may see.", lambda: SETTINGS["uniform"].budget)
measured_every = setting("How many sequences lie between two measurements.", lambda: training_trials.MEASURED_EVERY)
threshold = setting("Below so many bits a sequence a training has converged.", lambda: LEARNED)
recipe_clip = setting("The largest norm of a gradient in the recipe.", lambda: RECIPE.clip)
copy_batch = setting("How many sequences a batch of the copy machines on their own page has.", lambda: copy.RECIPE.batch)
copy_budget = setting("How many sequences those may see in the first stage of their training.", lambda: copy.RECIPE.batch * copy.RECIPE.batches)
formulas = setting("How many formulas were tried, in words.", lambda: counts.word(len(FORMULAS)))
formulas_of_the_paper = setting("How many of them stand in the paper, in words.", lambda: counts.word(sum(each.equation > 0 for each in FORMULAS)).capitalize())
even_breaks = setting(
    "From which γ on powers of a weighting that is even over 128 locations have the sum 0.",
    lambda: vanishes_from(even(copy.build(0).locations)),
)
guessing = setting(
    "What guessing costs on the trial sequences, in bits: the mean.",
    lambda: mean([each.targets[:, 0].numel() for each in training_trials.trial(RECIPE)], over="trial sequences"),
)

minutes = fact(
    "How long all trainings took, in minutes of one processor core.",
    lambda trials: checkpoint.read_card(training_trials.NAME)["cpu_seconds"] / 60,
)
recipe = fact("How many trainings of the recipe converged.", lambda trials: out_of_all(trials, "recipe"))
tiny = fact("How many trainings with a memory of nearly nothing converged.", lambda trials: out_of_all(trials, "memory_tiny"))
random = fact("How many trainings with a random memory converged.", lambda trials: out_of_all(trials, "memory_random"))
learned = fact("How many trainings with a learned memory converged.", lambda trials: out_of_all(trials, "memory_learned"))
clip_none = fact("How many trainings without clipping converged.", lambda trials: out_of_all(trials, "clip_none"))
clip_10 = fact("How many trainings with gradients of a norm of up to 10 converged.", lambda trials: out_of_all(trials, "clip_10"))
clip_1 = fact("How many trainings with gradients of a norm of up to 1 converged.", lambda trials: out_of_all(trials, "clip_1"))
rate_1e_4 = fact("How many trainings at the rate 0.0001 converged.", lambda trials: out_of_all(trials, "rate_1e-4"))
rate_1e_3 = fact("How many trainings at the rate 0.001 converged.", lambda trials: out_of_all(trials, "rate_1e-3"))
rate_1e_2 = fact("How many trainings at the rate 0.01 converged.", lambda trials: out_of_all(trials, "rate_1e-2"))
rate_3e_2 = fact("How many trainings at the rate 0.03 converged.", lambda trials: out_of_all(trials, "rate_3e-2"))
rmsprop = fact("How many trainings with RMSProp converged.", lambda trials: out_of_all(trials, "rmsprop"))
batch_1 = fact("How many trainings with single sequences converged.", lambda trials: out_of_all(trials, "batch_1"))
batch_8 = fact("How many trainings with batches of 8 converged.", lambda trials: out_of_all(trials, "batch_8"))
batch_64 = fact("How many trainings with batches of 64 converged.", lambda trials: out_of_all(trials, "batch_64"))
up_to_3 = fact("How many trainings on up to three vectors converged.", lambda trials: out_of_all(trials, "up_to_3"))
up_to_5 = fact("How many trainings on up to five vectors converged.", lambda trials: out_of_all(trials, "up_to_5"))
straight = fact(
    "How many trainings of associative recall without a curriculum converged.",
    lambda trials: out_of_all(trials, "recall_straight"),
)
by_levels = fact(
    "How many trainings of associative recall with a curriculum converged.",
    lambda trials: out_of_all(trials, "recall_levels"),
)
largest_power = fact(
    "The largest γ that the three copy machines use while they copy one sequence of twenty vectors each.",
    lambda trials: largest(trials.failures.powers, over="machines"),
)
flattest_breaks = fact(
    "From which γ on powers of the flattest weighting of the copy machine have the sum 0.",
    lambda trials: vanishes_from(trials.failures.weightings[FLATTEST]),
)
naive_bits = fact(
    "What a sequence costs after the shorter budget, with naive sharpening: the median.",
    lambda trials: median(costs_at(trials, "naive", naive_budget()), over="trainings"),
)
recipe_bits = fact(
    "What a sequence costs after the same number of sequences, with the recipe: the median.",
    lambda trials: median(costs_at(trials, "recipe", naive_budget()), over="trainings"),
)
uniform_bits = fact(
    "What a sequence costs in the end with a uniform start: the median.",
    lambda trials: median(costs_at(trials, "uniform", uniform_budget()), over="trainings"),
)
recipe_bits_early = fact(
    "What a sequence costs after the same number of sequences, with the recipe: the median.",
    lambda trials: median(costs_at(trials, "recipe", uniform_budget()), over="trainings"),
)
seconds_batch_1 = fact(
    "Processor seconds for a thousand single sequences: the median.",
    lambda trials: median(a_thousand(trials, "batch_1"), over="trainings"),
)
seconds_batch_64 = fact(
    "Processor seconds for a thousand sequences in batches of 64: the median.",
    lambda trials: median(a_thousand(trials, "batch_64"), over="trainings"),
)
usual_longest = fact(
    "How many times as long as the recipe's limit the longest gradient of such a stretch is: the median.",
    lambda trials: median(longest_of_stretches(trials) / RECIPE.clip, over="stretches"),
)
levels_by_chance = fact(
    "How often chance alone would part two such sets of starts as far as with and without a curriculum, in percent.",
    lambda trials: 100 * training_trials.by_chance(converged(trials, "recall_straight"), converged(trials, "recall_levels")),
)


@fact
def shortened(trials: Trials) -> Measured:
    """In how many stretches between two measurements a gradient of the recipe was shortened, in percent."""
    return Measured(100 * float((longest_of_stretches(trials) > RECIPE.clip).float().mean()), "share", "stretches")


@fact
def recipe_sequences(trials: Trials) -> Measured:
    """Sequences until a training of the recipe had converged: the median of those that did."""
    needed = [outcome.converged_at for outcome in trials.outcomes["recipe"] if ended(outcome) == "converged"]
    return median(needed, over="trainings that converged")


@fact
def naive_nan(trials: Trials) -> str:
    """How many trainings with naive sharpening ended in NaN, in words."""
    outcomes = trials.outcomes["naive"]
    return counts.out_of(sum(ended(outcome) == "NaN" for outcome in outcomes), len(outcomes), "trainings")


@fact
def clip_10_right(trials: Trials) -> str:
    """How many trainings with gradients of a norm of up to 10 end with less than one wrong bit at the longest length, in words."""
    outcomes = trials.outcomes["clip_10"]
    return counts.out_of(sum(0 <= outcome.wrong[0] < 1 for outcome in outcomes), len(outcomes), "trainings")


@fact
def no_difference(trials: Trials) -> int:
    """The fewest trainings that may converge while chance is not ruled out as what parts them from the recipe."""
    found, of = converged(trials, "recipe")
    return next(count for count in range(of + 1) if training_trials.by_chance((count, of), (found, of)) >= CHANCE)


@invariant
def ours_never_breaks(trials: Trials) -> bool:
    """What we compute instead fails at none of the inputs that we tried."""
    return all(at is None for at in trials.failures.ours.values())


@claim
def no_nan(trials: Trials) -> bool:
    """None of all the trainings on this page ended in NaN."""
    return all(outcome.failed_at < 0 for outcomes in trials.outcomes.values() for outcome in outcomes)


@claim
def every_memory_works(trials: Trials) -> bool:
    """With each of these memories all recorded trainings converged, or all but one."""
    return all(of - count <= 1 for count, of in (converged(trials, name) for name in MEMORY.values()))


@invariant
def uniform_stays(trials: Trials) -> bool:
    """After a uniform start the write head gives every location the same weight at every step, to the last bit."""
    return bool((trials.starts["uniform"] == trials.starts["uniform"][0, 0]).all())


@claim
def uniform_never_parts(trials: Trials) -> bool:
    """In each of these trainings, at the end, every location still has the same weight at every step, to the last bit."""
    return all(outcome.apart == 0 for outcome in trials.outcomes["uniform"])


@claim
def gradients_jump(trials: Trials) -> bool:
    """Every one of these trainings meets a gradient that is more than three hundred times as long as the recipe allows."""
    return all(longest_gradient(outcome) > 300 * RECIPE.clip for name in CLIPPING.values() for outcome in trials.outcomes[name])


@claim
def only_tight_clipping(trials: Trials) -> bool:
    """Of the recorded trainings with the recipe's limit all converged within the budget. Of those with each looser limit at most one in four did, clearly fewer."""
    looser = [name for name in CLIPPING.values() if name != "recipe"]
    found = [share_converged(trials.outcomes[name]) for name in looser]
    return share_converged(trials.outcomes["recipe"]) == 1 and max(found) <= 1 / 4 and all(clearly_fewer(trials, name) for name in looser)


@claim
def two_rates_work(trials: Trials) -> bool:
    """At two of these rates, 0.003 and 0.01, all recorded trainings converged within the budget. With every other setting of the figure at most one in four did, clearly fewer."""
    good = ("recipe", "rate_1e-2")
    others = [name for name in RATES.values() if name not in good]
    return (
        all(share_converged(trials.outcomes[name]) == 1 for name in good)
        and max(share_converged(trials.outcomes[name]) for name in others) <= 1 / 4
        and all(clearly_fewer(trials, name) for name in others)
    )


@claim
def no_proof_for_a_curriculum(trials: Trials) -> bool:
    """In the recorded trainings more starts converged with the curriculum. But were both equally good, chance alone would part two such sets of starts as far in more than one of five experiments."""
    straight, levels = (converged(trials, name) for name in ("recall_straight", "recall_levels"))
    return levels > straight and training_trials.by_chance(straight, levels) > 1 / 5


@claim
def single_needs_fewest(trials: Trials) -> bool:
    """Of the recorded trainings with single sequences, all but one converged after fewer sequences than any training with larger batches."""
    single, *larger = ([outcome.converged_at or math.inf for outcome in trials.outcomes[name]] for name in BATCHES.values())
    fewest = min(needed for batch in larger for needed in batch)
    return sum(needed < fewest for needed in single) == len(single) - 1


@claim
def three_are_too_few(trials: Trials) -> bool:
    """Of the recorded trainings on up to three vectors at most one in four converged on sequences of up to ten, clearly fewer than of those on up to ten."""
    return share_converged(trials.outcomes["up_to_3"]) <= 1 / 4 and clearly_fewer(trials, "up_to_3")


@claim
def five_can_do(trials: Trials) -> bool:
    """Most recorded trainings on up to five did, though they had never seen a longer one."""
    return share_converged(trials.outcomes["up_to_5"]) > 1 / 2
