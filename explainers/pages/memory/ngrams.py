"""Dynamic n-grams: the machine counts what follows each context, and predicts as well as one can."""

import math

import numpy as np
import plotly.graph_objects as go
import torch
import xarray as xr

from explainers.kit import labelled
from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Finding, Measured, count, every, exactly, largest, mean, smallest
from explainers.kit.build.marks import claim, fact, figure, finding, setting, table
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.figure import browser, draw, plot, theme
from explainers.kit.figure.tables import Group, Table
from explainers.pages.memory._curves import SEED_COLOURS
from explainers.studies import counting as study
from explainers.studies import ngram_arrays as arrays
from explainers.studies.counting import HALF, LONG, SEQUENCES, Counting, Use
from explainers.studies.curves import SEEN
from explainers.studies.ngram_arrays import STRETCH, stretches, written
from explainers.studies.ngram_memory import READ, WRITE
from explainers.tasks import ngrams
from explainers.tasks.common import paper
from explainers.tasks.common.task import Task

KINDS = ((ngrams.SOFT, "probabilities"), (ngrams.HARD, "bits"))
ROWS = ["input", "optimal", "machine"]
ROOM = max(map(len, arrays.PREDICTORS))  # letters: the widest label of a row, so that pictures below each other line up
LEARNER_COLOURS = {
    "NTM, trained on probabilities": theme.MODEL,
    "NTM, trained on bits": theme.KEY,
    "LSTM, trained on probabilities": theme.CONTROL,
    "LSTM, trained on bits": theme.WRITE,
}
LASTING_COLOURS = {"LSTM": theme.CONTROL, "looking back 4 bits": theme.VALUE, "Neural Turing Machine": theme.MODEL}


def subject(trial: Trial = PUBLISHED) -> Counting:
    """The published machine on one sequence; all machines on many, and on long ones with an LSTM beside them."""
    return study.counting(trial)


def by_label(array: xr.DataArray, by: str, colours: dict[str, theme.Colour]) -> dict[object, theme.Colour]:
    """A colour for each place along an axis, by its label."""
    return dict(zip(array.coords[by].values.tolist(), map(colours.get, labelled.labels(array, by)), strict=True))


@figure(live="ngram-scrubber")
def inference(counting: Counting) -> go.Figure:
    """Inference, as Graves et al. 2014 show it: a sequence of 200 bits, and how likely a one was before each of them, for the optimal estimator, for the machine and for the LSTM. Black is 0, white is 1. The two arrows are placed by the data: they point at the machine's two steps that are farthest from the optimal estimator."""
    halves = [arrays.predictions(counting, half=half) for half in (1, 2)]
    panels = []
    for half in halves:
        panels.append(plot.heat(half.sel(predictor=ROWS), 78, room=ROOM))
        panels.append(plot.heat(half.sel(predictor=["LSTM"]), 26, room=ROOM, untitled="t", unlabelled="x"))
    whole = xr.concat(halves, "time")
    recorded = {"checkpoint": ngrams.SOFT.name, "bits": whole.sel(predictor="input").values.astype(int).tolist()}
    recorded |= {"context": counting.context.tolist(), "mistakes": np.flatnonzero(whole.coords["time marked"]).tolist()}
    recorded |= {name: getattr(counting.run.sequences, name)[:, 0].int().tolist() for name in ("ones", "zeros")}
    where = arrays.memory_use(counting, part="weightings")
    recorded |= {head: whereabouts(where.sel(head=head)) for head in ("read", "write")}
    recorded |= {name.lower(): browser.array(whole.sel(predictor=name)) for name in ("optimal", "machine", "LSTM")}
    return browser.with_live(draw.panels(panels), **recorded, order=ngrams.ORDER)


def whereabouts(weighting: xr.DataArray) -> dict:
    """For the browser: the location with a head's largest weight at each step, and that weight."""
    location = weighting.idxmax("location").values.astype(int)
    return {"location": location.tolist(), "weight": browser.array(weighting.max("location"))["data"]}


@figure
def one_context(counting: Counting) -> go.Figure:
    """One context, every time it comes up in the sequence: the bit that followed, at 0 or at 1, and how likely a one was said to be just before."""
    found = arrays.one_context(counting)
    colours = {"input": theme.INK, "optimal": theme.VALUE, "machine": theme.MODEL, "LSTM": theme.CONTROL}
    came, said = (
        plot.lines(found.sel(predictor=which), 190, by="predictor", colours=colours, mode=mode, dashes={"LSTM": "dot"}, top=1.05, low=-0.05, untitled="y")
        for which, mode in ((["input"], "markers"), (["optimal", "machine", "LSTM"], "lines+markers"))
    )
    return draw.panels([plot.together(came, said)])


@figure
def learning(counting: Counting) -> go.Figure:
    """Learning curves, as Graves et al. 2014 draw them: what a sequence costs after so many sequences, for three machines and three LSTMs of each kind. Dashed: the optimal estimator. Dotted: estimators that look back no, one, two, three and four bits, from the top. The axis begins a little below the optimal estimator, not at 0."""
    learned, known = arrays.learning(), arrays.looking_back(counting)
    best = {ngrams.ORDER: theme.INK}
    colours = {order: theme.VALUE for order in range(ngrams.ORDER)} | best
    dashes = {order: "dash" if order in best else "dot" for order in colours}
    low = 5 * math.floor(known.sel(order=ngrams.ORDER).min() / 5) - 5
    of_learners = by_label(learned, "learner", LEARNER_COLOURS)
    panel = plot.lines(learned, 260, by="learner", x=SEEN, colours=of_learners, top=205, low=low, untitled="y")
    return draw.panels([plot.together(panel, plot.lines(known, by="order", x=SEEN, colours=colours, dashes=dashes))])


@figure
def memory_use(counting: Counting) -> go.Figure:
    """Memory use, as Graves et al. 2014 show it: the first hundred steps. Black is 0, white is 1; in the add vectors black is negative, white is positive. The arrows mark every step at which the same context comes up. Of the memory only the locations are shown that a head uses in these steps."""
    first = list(range(1, HALF + 1))
    said = arrays.predictions_at_visits(counting).sel(predictor=ROWS, time=first)
    where, adds = (arrays.memory_use(counting, part=part).sel(time=first) for part in ("weightings", "adds"))
    where = where.sel(location=arrays.used(counting))
    panels = [plot.heat(said, 66, room=ROOM)]
    panels += [plot.heat(where.sel(head=head).T, 200, room=ROOM) for head in ("read", "write")]
    return draw.panels([*panels, plot.heat(adds.T, 100, room=ROOM, unlabelled="x")])


@figure
def places(counting: Counting) -> go.Figure:
    """How much the place of a head tells of a bit, by how many steps ago the bit came: the mutual information of the location with the largest weight and the bit. It is one bit if the place always tells the bit, and 0 if it never helps to guess it. What shuffled places seem to tell is taken off. Bars are means over three machines; the thin line on a bar reaches from the least to the most; two hundred sequences."""
    colours = {"read": theme.READ, "write": theme.WRITE}
    return draw.panels([plot.bars(arrays.told(counting), 170, by="head", over="seed", colours=colours, top=1.05, untitled="y")])


@figure
def writes_by_visit(counting: Counting) -> go.Figure:
    """The largest weight of the write head at the step after a context came up for the first, second, … time: means over two hundred sequences, one line a machine. Dotted: a machine that has learned nothing."""
    colours = {f"seed {seed}": colour for seed, colour in enumerate(SEED_COLOURS)} | {"untrained": theme.CONTROL}
    dashes = {"untrained": "dot"}
    panel = plot.lines(arrays.faded(counting), by="machine", colours=colours, mode="lines+markers", dashes=dashes, untitled="y")
    return draw.panels([panel])


@figure
def over_time(counting: Counting) -> go.Figure:
    """How far predictions are from the optimal estimator's, in bits a step: means over stretches of twenty steps of fifty sequences, for the three machines, for the LSTM, and for counting with four bits of context. Mind the scale: each line is ten times the one below. The sequences in training had two hundred steps; to the right of the dotted line the machines have never been."""
    found = arrays.over_time(counting)
    lines = plot.lines(found, 230, by="predictor", colours=by_label(found, "predictor", LASTING_COLOURS), log=True, untitled="y")
    end = plot.rule(arrays.length_in_training(), theme.INK, float(found.max()), float(found.min()))
    return draw.panels([plot.together(lines, end)])


@table
def reached(counting: Counting) -> Table:
    """What a sequence costs, in bits: all predictors on the same thousand sequences. The first five bits are counted; without them every number is about five smaller. ± is the standard error of the difference from the optimal estimator."""
    best = known("optimal estimator")
    rows = [("optimal estimator", f"{best:.2f}", "", "", "0")]
    rows += [ours(f"NTM, trained on {what}", card(task)) for task, what in KINDS]
    rows += [ours(f"LSTM, trained on {what}", lstm_card(task)) for task, what in KINDS]
    names = ["counting, no context", *(f"counting, context of {order}" for order in range(1, ngrams.ORDER))]
    for order, name in reversed(list(enumerate(names))):
        cost = known(f"order {order}")
        rows.append((name, f"{cost:.2f}", "", "", f"{cost - best:.2f}"))
    head = ("predictor", "cost, or best seed", "mean", "spread", "above the optimum")
    note = f"Costs of one sequence of {ngrams.LENGTH} bits. Without the first five the optimal estimator pays {best - ngrams.ORDER:.2f}."
    return Table(head, (Group("All bits of a sequence", note, tuple(rows)),))


def ours(name: str, card: dict) -> tuple[str, ...]:
    """A row of what networks of several seeds cost; above the optimum, that of the best seed."""
    found, above, error = (card["across_seeds"][each] for each in ("bits_per_sequence", "above_optimal", "above_optimal_error"))
    best = above["seeds"].index(min(above["seeds"]))
    away = f"{above['seeds'][best]:.2f} ± {error['seeds'][best]:.2f}"
    return name, f"{min(found['seeds']):.2f}", f"{found['mean']:.2f}", f"{found['spread']:.2f}", away


@table
def away(counting: Counting) -> Table:
    """How far predictions are from the optimal estimator's, added up from the first step, in bits: means over fifty sequences."""
    rows = []
    for length in (ngrams.LENGTH, 2 * ngrams.LENGTH, LONG):
        *machines, lstm = (float(away[:length].sum()) for away in (*counting.lasting.machines, counting.lasting.lstm))
        rows.append((str(length), f"{machines[0]:.2f}", f"{max(machines):.2f}", f"{lstm:.1f}"))
    head = ("steps", "the published machine", "the worst of three", "LSTM")
    note = f"Sequences in training had {ngrams.LENGTH} steps."
    return Table(head, (Group("Beyond the training length", note, tuple(rows)),))


def card(task: Task = ngrams.SOFT) -> dict:
    """The card of a task's published machine."""
    return checkpoint.read_card(task.name)


def lstm_card(task: Task = ngrams.SOFT) -> dict:
    """The card of a task's LSTMs."""
    return checkpoint.read_card(task.curves_name)


def known(name: str) -> float:
    """What an estimator costs on the sequences that all costs are measured on."""
    return card()["baselines"][name]["bits_per_sequence"]


def followed(counting: Counting, bit: str) -> int:
    """How often a bit, "ones" or "zeros", has followed the context of the last visit before that step."""
    return int(getattr(counting.run.sequences, bit)[counting.last_visit, 0])


def written_at(machine: Use, visit: int) -> Measured:
    """The largest weight of a machine's write head after a visit to a context, counted from zero."""
    return Measured(machine.faded[visit], "mean", "contexts of all sequences")


length = setting("How many bits a sequence has.", lambda: ngrams.LENGTH)
order = setting("How many bits make a context.", lambda: ngrams.ORDER)
contexts = setting("How many contexts there are.", lambda: ngrams.CONTEXTS)
fresh = setting("How many fresh sequences costs are measured on.", lambda: ngrams.FRESH)
many_sequences = setting("How many sequences memory use is measured on.", lambda: SEQUENCES)
here_by_chance = setting("The weight of a head that stands everywhere.", lambda: 1 / ngrams.build(0).locations)
paper_learning = setting("The number of the paper's figure of learning curves.", lambda: paper.FIGURES["n-grams"]["learning"])
paper_inference = setting("The number of the paper's figure of inference.", lambda: paper.FIGURES["n-grams"]["inference"])
paper_memory_use = setting("The number of the paper's figure of memory use.", lambda: paper.FIGURES["n-grams"]["memory use"])

example_context = fact("The context seen most often in half of the recorded sequence.", lambda counting: written(counting.favourite))
example_step = fact("The step of its last visit there, counted from one.", lambda counting: counting.last_visit + 1)
example_ones = fact("How often a one has followed this context before that step.", lambda counting: followed(counting, "ones"))
example_zeros = fact("How often a zero has followed it.", lambda counting: followed(counting, "zeros"))
example_seen = fact("How often it was seen.", lambda counting: example_ones(counting) + example_zeros(counting))
example_optimal = fact("What the optimal estimator says at that step.", lambda counting: float(counting.optimal[counting.last_visit]))
example_machine = fact("What the machine says at that step.", lambda counting: float(counting.run.predicted[counting.last_visit]))
example_lstm = fact("What the LSTM says at that step.", lambda counting: float(counting.lstm[counting.last_visit]))
example_bit = fact("What came.", lambda counting: counting.bits[counting.last_visit])
first_mistake = fact("The step of the first arrow, counted from one.", lambda counting: counting.mistakes[0] + 1)
second_mistake = fact("The step of the second arrow, counted from one.", lambda counting: counting.mistakes[1] + 1)
worst_step = fact(
    "The largest divergence of the machine from the optimal estimator in the recorded sequence, in bits.",
    lambda counting: largest(counting.away, over="steps"),
)
worst_step_lstm = fact("The largest divergence of the LSTM there, in bits.", lambda counting: largest(counting.lstm_away, over="steps"))
lstm_steps_as_bad = fact(
    "At how many steps the LSTM is farther from the optimal estimator than the machine ever is.",
    lambda counting: count(counting.lstm_away > float(counting.away.max()), over="steps"),
)
lstm_above = fact("How far this LSTM is above the optimum, in bits: the mean.", lambda counting: lstm_card()["metrics"]["above_optimal"])
lstm_above_least = fact(
    "The same mean for the LSTM, of those trained on probabilities, that has the smallest one.",
    lambda counting: smallest(lstm_card()["across_seeds"]["above_optimal"]["seeds"], over="means of the LSTMs"),
)
optimum = fact("What a sequence costs the optimal estimator, in bits: the mean.", lambda counting: known("optimal estimator"))
optimum_after_five = fact("The same mean without the first five bits.", lambda counting: known("optimal estimator") - ngrams.ORDER)
cheapest = fact(
    "What the cheapest of the fresh sequences costs the optimal estimator, in bits.",
    lambda counting: smallest(counting.optimal_costs, over="fresh sequences"),
    steady="nearly every thousand sequences hold one that is the same bit throughout, and no sequence costs less",
)
dearest = fact(
    "What the dearest of the fresh sequences costs the optimal estimator, in bits.",
    lambda counting: largest(counting.optimal_costs, over="fresh sequences"),
)
sequences = fact("How many sequences each machine saw in training.", lambda counting: card()["sequences"])
lstm_sequences = fact("How many sequences each LSTM saw.", lambda counting: lstm_card()["sequences"])
minutes = fact("How long the published machine trained, in minutes of one processor core.", lambda counting: card()["cpu_seconds"] / 60)
lstm_minutes = fact("How long training the LSTM of the same seed took, in such minutes.", lambda counting: lstm_card()["cpu_seconds"] / 60)
same_context_published = fact(
    "How often the published machine's read head stands at the same location at two steps with the same context, in percent.",
    lambda counting: Measured(100 * counting.machines[0].same_context, "share", "pairs of steps"),
)
same_context_least = fact(
    "The same for the machine that does so least.",
    lambda counting: smallest([100 * machine.same_context for machine in counting.machines], over="shares of the machines"),
)
any_context_most = fact(
    "How often a read head stands at the same location at any two steps, in percent, for the machine that does so most.",
    lambda counting: largest([100 * machine.any_context for machine in counting.machines], over="shares of the machines"),
)
read_locations = fact(
    "How many locations the published read head stands at after the first five steps, in all sequences.",
    lambda counting: counting.machines[0].read_locations,
)
context_told = fact("How many bits the place of the published machine's read head tells of the context.", lambda counting: counting.machines[0].context_told)
context_told_least = fact("The same for the machine whose read head tells least.", lambda counting: smallest(counting.each("context_told"), over="machines"))
context_holds = fact("How many bits there are to tell of the context.", lambda counting: counting.context_holds)
opposed_published = fact("The cosine of the published machine's mean add vectors after a one and after a zero.", lambda counting: counting.machines[0].opposed)
opposed_least = fact("The smallest such cosine of the other machines.", lambda counting: smallest(counting.each("opposed")[1:], "machines"))
opposed_most = fact("The largest such cosine of the other machines.", lambda counting: largest(counting.each("opposed")[1:], "machines"))
opposed_untrained = fact("The same cosine in a machine that has learned nothing.", lambda counting: counting.untrained.opposed)
estimate_untrained = fact(
    "How much of the optimal estimate's variance a linear function of what is read explains where nothing was learned, in percent.",
    lambda counting: 100 * counting.untrained.estimate_told,
)
shared_published = fact(
    "How often the published read head is at one location with contexts that differ in one bit, in percent: for the bit with most.",
    lambda counting: largest([100 * share for share in counting.machines[0].shared], over="shares of the bits"),
)
first_write = fact(
    "The largest weight of the published machine's write head after the first visit of a context: the mean.",
    lambda counting: written_at(counting.machines[0], 0),
)
last_write = fact("The same mean after the last visit that is drawn.", lambda counting: written_at(counting.machines[0], -1))
first_write_untrained = fact("The same mean after the first visit, in a machine that has learned nothing.", lambda counting: written_at(counting.untrained, 0))
last_write_untrained = fact("The same mean there after the last visit that is drawn.", lambda counting: written_at(counting.untrained, -1))
after_least = fact(
    "The mean weight of the write head where the read head stood a step before, for the machine with the least.",
    lambda counting: smallest(counting.each("after"), over="means of the machines"),
)
here_most = fact(
    "The mean weight of the write head where the read head stands at the same step, for the machine with the most.",
    lambda counting: largest(counting.each("here"), over="means of the machines"),
)


@finding
def near_the_optimum(counting: Counting) -> Finding:
    """Each of the three machines trained on probabilities costs less than two bits a sequence more than the optimal estimator, on average."""
    return largest([mean(machine.away, over="sequences") for machine in counting.machines], over="means of the machines") < 2


@claim
def lstm_far_off(counting: Counting) -> bool:
    """In the recorded trainings, each LSTM trained on probabilities costs less than an estimator that looks back four bits, and each LSTM trained on bits costs more. Every one of them costs at least ten bits more than any machine."""
    soft, hard = (lstm_card(task)["across_seeds"]["bits_per_sequence"]["seeds"] for task in (ngrams.SOFT, ngrams.HARD))
    machines = [cost for task in (ngrams.SOFT, ngrams.HARD) for cost in card(task)["across_seeds"]["bits_per_sequence"]["seeds"]]
    return max(soft) < known("order 4") < min(hard) and min(soft + hard) > max(machines) + 10


@finding
def probabilities_teach_better(counting: Counting) -> Finding:
    """From each of the three seeds, the machine trained on probabilities ends nearer to the optimum than the one trained on bits."""
    on_bits = counting.away_on_bits
    return every(mean(each.away, over="sequences") < mean(on_bits[each.seed], over="sequences") for each in counting.machines)


@claim
def one_location_at_every_arrow(counting: Counting) -> bool:
    """In this sequence the read head has its largest weight at the same location at every arrow. One step later the write head gives this location more than ten times the weight that it would have if the head stood everywhere alike."""
    weighting = counting.run.trace.addressing.weighting[:, 0]
    steps = torch.tensor(counting.visits)
    where = weighting[steps, READ].argmax(-1)
    written_then = weighting[steps + 1, WRITE].gather(1, where[:, None])
    return len(where.unique()) == 1 and float(written_then.min()) > 10 / weighting.shape[-1]


@finding
def same_context_same_location(counting: Counting) -> Finding:
    """In every machine the read head stands at the same location at two steps with the same context at least five times as often as at any two steps."""
    return every(map(study.goes_by_context, counting.machines))


@finding
def other_context_other_location(counting: Counting) -> Finding:
    """If the contexts of two steps differ in one bit alone, and not in the oldest, the read head of each machine stands at the same location less than once in thirty times."""
    return every(map(study.tells_contexts_apart, counting.machines))


@finding
def oldest_bit_overlooked(counting: Counting) -> Finding:
    """In the two other machines, contexts that differ in the oldest bit alone share a location at least five times as often as contexts that differ in any other bit alone."""
    return every(largest(machine.shared[:-1], over="bits but the oldest") < machine.shared[-1] / 5 for machine in counting.machines[1:])


@finding
def reads_five_bits(counting: Counting) -> Finding:
    """In every machine the place of the read head tells at least twice as much of each of the last five bits as of any older bit."""
    return every(map(study.reads_by_five, counting.machines))


@finding
def writes_a_step_later(counting: Counting) -> Finding:
    """In every machine the place of the write head tells at least twice as much of each of the five bits before the newest as of any older bit."""
    return every(map(study.writes_by_the_five_before, counting.machines))


@finding
def write_follows_read(counting: Counting) -> Finding:
    """In every machine the write head gives the location that was read most a step before at least four times the weight that it gives to the one that is read most now, on average."""
    return every(map(study.writes_where_it_read, counting.machines))


@finding(worth="it is said of a machine that has learned nothing")
def untrained_does_none_of_it(counting: Counting) -> Finding:
    """A machine that has learned nothing does none of these five things."""
    return exactly(not any(does(counting.untrained) for does in study.HABITS))


@finding
def bits_are_added_unlike(counting: Counting) -> Finding:
    """In every machine the mean vector added after a one and the mean vector added after a zero point apart: their cosine is below 0.5."""
    return largest(counting.each("opposed"), over="machines") < 0.5


@finding
def estimate_in_the_read_vector(counting: Counting) -> Finding:
    """In every machine a linear function of the read vector alone explains more than 85 % of the variance of the optimal estimate, as log-odds."""
    return smallest(counting.each("estimate_told"), over="machines") > 0.85


@finding(worth="it shows that fainter writes are no sign of learning")
def writes_grow_fainter(counting: Counting) -> Finding:
    """In every machine, and in one that has learned nothing as well, the largest write weight after the first visit of a context is larger than after the twelfth, on average."""
    return every(written_at(each, 0) > written_at(each, -1) for each in (*counting.machines, counting.untrained))


@finding
def lstm_drifts(counting: Counting) -> Finding:
    """In every stretch of twenty steps, up to four times the training length, the LSTM is farther from the optimal estimator than each of the three machines, on average over the sequences."""
    lstm, machines = stretches(counting.lasting.lstm), map(stretches, counting.lasting.machines)
    pairs = [pair for machine in machines for pair in zip(machine, lstm, strict=True)]
    return every(mean(found, over="steps of a stretch") < mean(bound, over="steps of a stretch") for found, bound in pairs)


@finding
def machines_drift_too(counting: Counting) -> Finding:
    """But each of the machines is worse beyond the training length: in the last stretch of all it is more than four times as far off as in the last stretch within the training length."""
    inside = ngrams.LENGTH // STRETCH - 1
    found = [stretches(away) for away in counting.lasting.machines]
    return every(mean(each[-1], over="steps of a stretch") > 4 * mean(each[inside], over="steps of a stretch") for each in found)
