"""Machine or transformer: the same lookup in both, the same data for both, and what each step costs."""

import math
from itertools import accumulate, pairwise

import plotly.graph_objects as go
import xarray as xr

from explainers.kit import counts, labelled
from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Finding, largest, smallest
from explainers.kit.build.marks import claim, fact, figure, finding, invariant, setting
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.figure import draw, plot, theme
from explainers.kit.figure.draw import Panel
from explainers.studies import lookups, rivalry
from explainers.studies.curves import SEEN
from explainers.studies.lookups import SHOWN_STEPS, apart
from explainers.studies.rivalry import (
    COUNTS,
    NAMES,
    STEPS,
    Comparison,
    Costs,
    best_rate,
    best_way,
    costs_of,
    counting,
    ends,
    first_above,
    of_rivals,
    of_size,
    steepest,
)
from explainers.tasks import copy, ngrams, recall, rivals
from explainers.tasks.common.task import Task

MILLIONTH = 1e-6
COLOURS = {NAMES["ntm"]: theme.MODEL, NAMES["transformer"]: theme.KEY, NAMES["lstm"]: theme.CONTROL}
FAR_FROM_COUNTING = 5.0  # bits in a hundred steps above the optimal estimator


def subject(trial: Trial = PUBLISHED) -> Comparison:
    """All curves and measures, and an episode of each machine of each task, twice."""
    return rivalry.comparison(trial)


def of_copy(kind: str) -> Costs:
    """What a model of the copy task costs."""
    return costs_of("copy")[kind]


def sequences_of_machines(task: Task) -> str:
    """How many sequences the machines of a task saw in all their starts: the least and the most."""
    seen = [checkpoint.read_card(name)["sequences"] for name in task.machines()]
    return f"{min(seen):,} to {max(seen):,}" if min(seen) < max(seen) else f"{seen[0]:,}"


def lines(array: xr.DataArray, **more) -> Panel:
    """Lines of each kind of model, in its colour."""
    kinds = dict(zip(array.coords["learner"].values.tolist(), labelled.labels(array, "learner"), strict=True))
    colours = {learner: COLOURS[kind] for learner, kind in kinds.items()}
    dashes = {learner: "dot" for learner, kind in kinds.items() if kind == NAMES["lstm"]}
    return plot.lines(array, 200, by="learner", colours=colours, dashes=dashes, **more)


@figure
def same_weights(comparison: Comparison) -> go.Figure:
    """Content weightings of the read head of a machine that counts n-grams, by the machine's own formula and by torch's attention. Black is weight 0, white is weight 1. Of the memory only the locations are shown that are looked at most at some step."""
    places = lookups.looked_at(lookups.published(comparison.swaps, "ngrams"))
    looks = lookups.content_weightings(comparison.swaps, task="ngrams")
    shown = looks.sel(head="read", time=list(range(1, SHOWN_STEPS + 1)), location=places)
    return draw.panels([plot.heat(formula.T, 190) for formula in shown], 2)


@figure
def learning(comparison: Comparison) -> go.Figure:
    """Learning curves of three seeds each: what a sequence of the trial costs, after so many sequences of training. Starts that were given up count as seen and are not drawn. Where the scale goes in powers of ten, each line is ten times the one below."""
    scales = {"copy": {"log": True}, "recall": {"log": True}, "ngrams": {"low": None}}
    return draw.panels([lines(rivalry.learning(comparison, task=task), x=SEEN, **scale) for task, scale in scales.items()], 3)


@figure
def generalisation(comparison: Comparison) -> go.Figure:
    """Sequences up to the lengths of training and beyond them, three seeds each. Copy and recall: wrong bits in percent; guessing gets half of them wrong. N-grams: bits above the optimal estimator in a hundred steps."""
    return draw.panels([lines(rivalry.generalisation(comparison, task=task), mode="lines+markers") for task in rivals.CONTESTS], 3)


@figure
def trials(comparison: Comparison) -> go.Figure:
    """What a sequence of the trial costs after short trainings of each rival, one for each bar, by learning rate. Lower is better; the best was taken."""
    colours = {"rotary": theme.KEY, "sinusoidal": theme.VALUE, "none": theme.WRITE, "one layer": theme.CONTROL}
    return draw.panels([plot.bars(rivalry.trials(comparison, task=task), by="way", colours=colours) for task in rivals.CONTESTS], 3)


@figure
def costs(comparison: Comparison) -> go.Figure:
    """What one step costs and what is kept after it, by the number of the step, for the models of the copy task."""
    found = rivalry.costs(task="copy").sel(step=[1, *range(50, STEPS + 1, 50)])
    return draw.panels([lines(measure) for measure in found], 2)


copy_sequences = setting("How many sequences to copy a rival saw from each seed.", lambda: rivals.CONTESTS["copy"].sequences)
recall_sequences = setting("How many sequences of items a rival saw from each seed.", lambda: rivals.CONTESTS["recall"].sequences)
ngrams_sequences = setting("How many sequences of bits a rival saw from each seed.", lambda: rivals.CONTESTS["ngrams"].sequences)
rate_count = setting("How many learning rates were tried for each rival on each task.", lambda: len(rivals.RATES))
rates = setting("The learning rates that were tried.", lambda: counts.listed([f"{rate:g}" for rate in rivals.RATES]))
longest_copied = setting("The longest sequence to copy in training.", lambda: rivals.CONTESTS["copy"].stages[-1].levels[1])
copy_clip_machine = setting("The largest norm of a gradient in the training of the machines that copy.", lambda: copy.RECIPE.clip)
copy_clip_rival = setting("The same for their rivals.", lambda: rivals.CONTESTS["copy"].stages[0].clip)
trial_vectors = setting("The longest sequence to copy of the trial.", lambda: max(len(episodes.targets) for episodes in copy.TASK.trial()))
most_items = setting("The most items of a list in training, and in the trial.", lambda: recall.MOST)
steps_of_bits = setting("How many bits a sequence of training has, and one of the trial.", lambda: ngrams.LENGTH)
shown_steps = setting("How many steps of a sequence of bits are shown.", lambda: SHOWN_STEPS)
locations = setting("How many locations the memory of a machine has.", lambda: copy.build(0).locations)

machines = setting("How many machines looked twice.", lambda: sum(len(task.seeds) for task in lookups.TASKS))
looks = setting(
    "How many content weightings were compared: one for each head at each step of each episode.",
    lambda: sum(map(lookups.looks, lookups.TASKS)),
)
largest_difference = fact(
    "The largest difference of a weight, in millionths.",
    lambda comparison: largest([apart(each.recorded, each.attended) / MILLIONTH for each in comparison.swaps], over="weights"),
)
largest_difference_of_answers = fact(
    "The largest difference of a probability that a machine gives, in millionths.",
    lambda comparison: largest([apart(each.answers, each.swapped) / MILLIONTH for each in comparison.swaps], over="answers"),
)
copy_weights = setting("How many numbers the copy machine learned.", lambda: of_copy("ntm").weights)
recall_weights = setting("How many numbers the recall machine learned.", lambda: costs_of("recall")["ntm"].weights)
ngrams_weights = setting("How many numbers the n-gram machine learned.", lambda: costs_of("ngrams")["ntm"].weights)
farthest_size = setting(
    "By how much the number of a rival's weights differs from the machine's at most, in percent.",
    lambda: largest(
        [100 * abs(each.weights / kinds["ntm"].weights - 1) for kinds in map(costs_of, rivals.CONTESTS) for each in kinds.values()],
        over="rivals",
    ),
)
copy_positions = fact("How the transformer that copies knows positions.", lambda comparison: best_way(comparison, "copy", "transformer"))
recall_positions = fact("How the transformer that recalls knows positions.", lambda comparison: best_way(comparison, "recall", "transformer"))
minutes = fact(
    "How long all trials and trainings of the rivals took, in minutes of one processor core.",
    lambda comparison: checkpoint.read_card("rivals")["cpu_seconds"] / 60,
)
copy_machines_saw = fact(
    "How many sequences to copy the machines saw, the least and the most.",
    lambda comparison: sequences_of_machines(copy.TASK),
)
recall_machines_saw = fact(
    "How many lists of items the machines saw, the least and the most, starts that were given up included.",
    lambda comparison: sequences_of_machines(recall.TASK),
)
ngrams_machines_saw = fact("How many sequences of bits each machine saw.", lambda comparison: sequences_of_machines(ngrams.SOFT))
counting_bits = fact(
    "What a sequence of bits costs the transformer that counts, in the end.",
    lambda comparison: min(ends(comparison, "ngrams", "transformer")),
)
fell_at = fact(
    "After how many sequences the steepest fall of the transformer that counts was over.",
    lambda comparison: steepest(comparison)[0],
)
fell_within = fact("Over how many sequences that fall went.", lambda comparison: steepest(comparison)[1])
fell_by = fact("By how many bits it fell there.", lambda comparison: steepest(comparison)[2])
machine_ngrams_best = fact(
    "What a sequence of bits costs the best machine.",
    lambda comparison: smallest(ends(comparison, "ngrams", "ntm"), over="machines"),
)
machine_ngrams_worst = fact(
    "What a sequence of bits costs the worst machine.",
    lambda comparison: largest(ends(comparison, "ngrams", "ntm"), over="machines"),
)
counting_200 = fact(
    "How many bits in a hundred steps the transformer that counts is above the optimum in 200 steps.",
    lambda comparison: of_the_counting(comparison, 200),
)
counting_400 = fact("The same in 400 steps.", lambda comparison: of_the_counting(comparison, 400))
counting_800 = fact("The same in 800 steps.", lambda comparison: of_the_counting(comparison, 800))
machines_200 = fact(
    "How many bits in a hundred steps the farthest of the machines is above the optimum in 200 steps.",
    lambda comparison: largest(of_size(comparison, "ngrams", "ntm", 200), over="machines"),
)
machines_800 = fact("The same in 800 steps.", lambda comparison: largest(of_size(comparison, "ngrams", "ntm", 800), over="machines"))
machine_step = setting("Multiply-adds of a step of the copy machine.", lambda: of_copy("ntm").multiply_adds[0])
machine_memory = setting(
    "How much of that is looking, moving, writing and reading, in percent.",
    lambda: 100 * (1 - of_copy("ntm").matrices / machine_step()),
)
transformer_weights_step = setting(
    "Multiply-adds of a step of the transformer that copies, without looking back.",
    lambda: of_copy("transformer").matrices,
)
transformer_more = setting(
    "By how many multiply-adds each step costs more than the one before.",
    lambda: next(later - earlier for earlier, later in pairwise(of_copy("transformer").multiply_adds)),
)
lstm_step = setting("Multiply-adds of a step of the LSTM that copies.", lambda: of_copy("lstm").multiply_adds[0])
machine_kept = setting("Numbers that the copy machine keeps from step to step.", lambda: of_copy("ntm").kept[0])
lstm_kept = setting("Numbers that the LSTM keeps from step to step.", lambda: of_copy("lstm").kept[0])
transformer_kept_more = setting(
    "By how many numbers a transformer keeps more after each step than after the one before.",
    lambda: of_copy("transformer").kept[0],
)
dearer_from = setting(
    "The first step at which the transformer's step costs more than the machine's.",
    lambda: first_above(of_copy("transformer").multiply_adds, of_copy("ntm").multiply_adds),
)
keeps_more_from = setting(
    "The first step after which the transformer keeps more numbers than the machine.",
    lambda: first_above(of_copy("transformer").kept, of_copy("ntm").kept),
)


@setting
def dearer_whole() -> int:
    """From how many steps on a whole sequence costs the transformer more than the machine."""
    transformer, machine = (list(accumulate(of_copy(kind).multiply_adds)) for kind in ("transformer", "ntm"))
    return first_above(transformer, machine)


def of_the_counting(comparison: Comparison, size: int) -> float:
    """How many bits in a hundred steps the transformer that counts is above the optimum, in so many steps."""
    return of_size(comparison, "ngrams", "transformer", size)[counting(comparison)[0]]


@fact
def starts_of_recall(comparison: Comparison) -> str:
    """How many starts each machine that recalls took, by seed."""
    starts = checkpoint.read_card("recall")["across_seeds"]["starts"]["seeds"]
    return counts.listed([counts.word(int(count)) for count in starts])


@fact
def transformers_that_learned(comparison: Comparison) -> str:
    """How many of the transformers learned their task, in words: on copying and recall, to end as low as the worst machine; on n-grams, to count."""
    learned = len(counting(comparison))
    for task in ("copy", "recall"):
        learned += sum(bits <= max(ends(comparison, task, "ntm")) for bits in ends(comparison, task, "transformer"))
    return counts.out_of(learned, sum(len(comparison.curves[task]["transformer"]) for task in rivals.CONTESTS), "transformers")


@fact
def others_bits(comparison: Comparison) -> int:
    """What a sequence of bits costs the best of the transformers that do not count, in whole bits, rounded down."""
    found = ends(comparison, "ngrams", "transformer")
    return math.floor(min(bits for seed, bits in enumerate(found) if seed not in counting(comparison)))


@invariant
def same_lookup(comparison: Comparison) -> bool:
    """At every step, for both heads of every machine, torch's attention gives the content weighting of the machine. Computed with 64 bits, no weight differs by as much as a trillionth."""
    return all(apart(each.recorded, each.attended) < 10 * MILLIONTH and each.exactly_apart < MILLIONTH**2 for each in comparison.swaps)


@invariant
def same_answers(comparison: Comparison) -> bool:
    """With attention in its place, no machine's answer moves by as much as a ten-thousandth."""
    return all(apart(each.answers, each.swapped) < 100 * MILLIONTH for each in comparison.swaps)


@invariant
def costs_grow(comparison: Comparison) -> bool:
    """Each step of a transformer costs more than the one before, by the same amount. A step of a machine always costs the same, and so does a step of an LSTM."""
    for kinds in map(costs_of, rivals.CONTESTS):
        growth = {kind: {later - earlier for earlier, later in pairwise(each.multiply_adds)} for kind, each in kinds.items()}
        more = growth["transformer"]
        if len(more) != 1 or min(more) <= 0 or growth["ntm"] != {0} or growth["lstm"] != {0}:
            return False
    return True


@claim
def at_the_largest_rate(comparison: Comparison) -> bool:
    """In these trials the LSTM did best at the largest rate on all three tasks, and so did the transformer on n-grams."""
    edge = [(task, "lstm") for task in rivals.CONTESTS] + [("ngrams", "transformer")]
    return all(best_rate(comparison, *which) == max(rivals.RATES) for which in edge)


@claim
def machines_learn(comparison: Comparison) -> bool:
    """In the recorded trainings on both tasks each machine ends below a twentieth of what any rival pays."""
    return all(max(ends(comparison, task, "ntm")) < min(ends(comparison, task, kind)) / 20 for task in ("copy", "recall") for kind in ("transformer", "lstm"))


@claim
def transformers_before_lstms(comparison: Comparison) -> bool:
    """In these trainings each transformer pays less for copying than each LSTM. On recall the transformers differ: the best pays less than half of what the best LSTM pays, and the worst what an LSTM pays, to within a tenth."""
    (copying, copying_lstms), (recalling, recalling_lstms) = (
        (ends(comparison, task, "transformer"), ends(comparison, task, "lstm")) for task in ("copy", "recall")
    )
    best = min(recalling) < min(recalling_lstms) / 2
    worst = all(abs(max(recalling) / bits - 1) < 0.1 for bits in recalling_lstms)
    return max(copying) < min(copying_lstms) and best and worst


@claim
def nobody_copies(comparison: Comparison) -> bool:
    """Even with ten vectors each recorded rival gets more than a sixth of the bits wrong."""
    return min(of_rivals(comparison, "copy", 10)) > 100 / 6


@claim
def two_items(comparison: Comparison) -> bool:
    """With two items no recorded transformer makes a mistake on the lists that were tried, and no recorded LSTM gets as much as a thousandth of the bits wrong. With six, each of these rivals gets more than an eighth wrong."""
    transformers, lstms = (of_size(comparison, "recall", kind, 2) for kind in ("transformer", "lstm"))
    return max(transformers) == 0 and max(lstms) < 100 / 1000 and min(of_rivals(comparison, "recall", 6)) > 100 / 8


@finding
def machines_count(comparison: Comparison) -> Finding:
    """Each machine comes within one bit, in a hundred steps, of the optimal estimator."""
    return largest(of_size(comparison, "ngrams", "ntm", ngrams.LENGTH), over="machines") < COUNTS


@claim
def one_transformer_counts(comparison: Comparison) -> bool:
    """One of the three recorded transformers does so, too."""
    return len(counting(comparison)) == 1


@claim
def lstms_do_not_count(comparison: Comparison) -> bool:
    """No recorded LSTM comes nearer than five bits in a hundred steps."""
    return min(of_size(comparison, "ngrams", "lstm", ngrams.LENGTH)) > FAR_FROM_COUNTING


@claim
def lstms_before_the_others(comparison: Comparison) -> bool:
    """each of them is nearer than the recorded transformers that do not count."""
    found = of_size(comparison, "ngrams", "transformer", ngrams.LENGTH)
    others = [above for seed, above in enumerate(found) if seed not in counting(comparison)]
    return max(of_size(comparison, "ngrams", "lstm", ngrams.LENGTH)) < min(others)


@finding
def copy_beyond(comparison: Comparison) -> Finding:
    """With 120 vectors each machine gets fewer than two bits in a hundred wrong."""
    return largest(of_size(comparison, "copy", "ntm", 120), over="machines") < 2


@claim
def copy_beyond_rivals(comparison: Comparison) -> bool:
    """Each recorded rival is within three bits in a hundred of what tossing a coin gets wrong: fifty."""
    return all(abs(wrong - 50) < 3 for wrong in of_rivals(comparison, "copy", 120))


@finding
def recall_beyond(comparison: Comparison) -> Finding:
    """With twenty items each machine gets fewer than a quarter of the bits wrong."""
    return largest(of_size(comparison, "recall", "ntm", 20), over="machines") < 25


@claim
def recall_beyond_rivals(comparison: Comparison) -> bool:
    """Each recorded rival gets more than two fifths wrong."""
    return min(of_rivals(comparison, "recall", 20)) > 40


@finding
def ngrams_beyond(comparison: Comparison) -> Finding:
    """At four times the length of training, each recorded rival is more than five times as far above the optimum as any machine."""
    far = 4 * ngrams.LENGTH
    most = largest(of_size(comparison, "ngrams", "ntm", far), over="machines")
    return smallest(of_rivals(comparison, "ngrams", far), over="recorded rivals") > 5 * most


@claim
def lstms_farther(comparison: Comparison) -> bool:
    """Each recorded LSTM is nearer to it there than each recorded transformer."""
    far = 4 * ngrams.LENGTH
    return max(of_size(comparison, "ngrams", "lstm", far)) < min(of_size(comparison, "ngrams", "transformer", far))
