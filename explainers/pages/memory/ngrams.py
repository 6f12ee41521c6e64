"""Dynamic n-grams: the machine counts what follows each context, and predicts as well as one can."""

import math
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.kit.build import checkpoint
from explainers.kit.build.marks import claim, fact, figure, table
from explainers.kit.figure import browser, draw, theme
from explainers.kit.figure.tables import Group, Table
from explainers.pages.memory._curves import SEED_COLOURS
from explainers.studies import ngram_memory
from explainers.studies.ngram_memory import READ, WRITE, Recording
from explainers.tasks import ngrams
from explainers.tasks.common import paper
from explainers.tasks.common.task import Task

SEED = 2  # of the recorded sequence: the first in which every context comes up
HALF = ngrams.LENGTH // 2
SEQUENCES, SEQUENCES_SEED = 200, 5000  # that the measures of memory use are taken over
LONG, LONG_SEQUENCES, LONG_SEED = 4 * ngrams.LENGTH, 50, 6000
STRETCH = 20  # steps that a point of a curve over time is the mean of
UNTRAINED_SEED = 100
BACK = 8  # bits: how far back is asked what a head's place tells
VISITS = 12
KINDS = ((ngrams.SOFT, "probabilities"), (ngrams.HARD, "bits"))
ARROW = "▲"
NBSP = "\u00a0"
NAMES = ("input", "optimal", "machine", "LSTM")
VISIBLE = 0.1  # locations whose weight stays below are left out of the picture of memory use


@dataclass(frozen=True)
class Counting:
    """One recorded sequence with three predictions of it, and what all machines do on many sequences.

    `machines` and `far` hold one entry a machine, the published one first: many sequences of the training length, and the predictions for fewer
    that are four times as long, `long`. `untrained` is what a machine that has learned nothing does on the many.
    """

    run: ngrams.Run
    lstm: Float[Tensor, "time"]
    machines: tuple[Recording, ...]
    untrained: Recording
    long: ngrams.Sequences
    far: tuple[Float[Tensor, "time batch"], ...]
    lstm_far: Float[Tensor, "time batch"]

    @property
    def many(self) -> ngrams.Sequences:
        """The sequences that the machines were recorded on."""
        return self.machines[0].sequences

    @property
    def bits(self) -> list[int]:
        """The recorded sequence."""
        return self.run.sequences.bits[:, 0].int().tolist()

    @property
    def context(self) -> Int[Tensor, "time"]:
        """The last five bits at each step of the recorded sequence, as a number."""
        return self.run.sequences.context[:, 0]

    @property
    def optimal(self) -> Float[Tensor, "time"]:
        """What the optimal estimator says of the recorded sequence."""
        return self.run.sequences.optimal[:, 0]

    @property
    def mistakes(self) -> list[int]:
        """The two steps at which the machine is farthest from the optimal estimator, in the order of time."""
        away = ngrams.divergence(self.optimal, self.run.predicted)
        return sorted(away.topk(2).indices.tolist())

    @property
    def favourite(self) -> int:
        """The context that is seen most often in the first half, other than the two that can follow themselves."""
        seen = self.context[ngrams.ORDER : HALF].bincount(minlength=ngrams.CONTEXTS)
        seen[[0, ngrams.CONTEXTS - 1]] = 0
        return int(seen.argmax())

    @property
    def visits(self) -> list[int]:
        """The steps of the first half at which the favourite is the context."""
        return (self.context[:HALF] == self.favourite).nonzero()[:, 0].tolist()


def subject() -> Counting:
    """The published machine on one sequence; the machines and an LSTM on many, and on long ones."""
    lstm = ngrams.lstm()
    machines = [ngrams.trained(name) for name in ngrams.machines()]
    many = ngrams.draw_sequences(SEQUENCES, Generator().manual_seed(SEQUENCES_SEED))
    long = ngrams.draw_sequences(LONG_SEQUENCES, Generator().manual_seed(LONG_SEED), LONG)
    run = ngrams.run(SEED)
    return Counting(
        run=run,
        lstm=ngrams.predictions(lstm, run.sequences.bits)[:, 0],
        machines=tuple(ngram_memory.record(machine, many) for machine in machines),
        untrained=ngram_memory.record(ngrams.build(UNTRAINED_SEED), many),
        long=long,
        far=tuple(ngrams.predictions(machine, long.bits) for machine in machines),
        lstm_far=ngrams.predictions(lstm, long.bits),
    )


def beside(names: list[str]) -> list[str]:
    """Names of rows, all as wide as the widest of this page, so that pictures below each other line up."""
    return [name.rjust(max(map(len, NAMES)), NBSP) for name in names]


def times(steps: range, marked: list[int] = ()) -> list[str]:
    """Labels under a picture: an arrow at marked steps; a number at every twentieth step, counted from one, that is not near an arrow."""
    crowded = {step + away for step in marked for away in range(-5, 6)}
    numbered = [str(step + 1) if (step + 1) % 20 == 0 and step not in crowded else "" for step in steps]
    return [ARROW if step in marked else label for step, label in zip(steps, numbered, strict=True)]


@figure(live="ngram-scrubber")
def inference(counting: Counting) -> go.Figure:
    """Inference, as Graves et al. 2014 show it: a sequence of 200 bits, and how likely a one was before each of them, for the optimal estimator, for the machine and for the LSTM. Black is 0, white is 1. The two arrows are placed by the data: they point at the machine's two steps that are farthest from the optimal estimator."""
    rows = torch.stack([counting.run.sequences.bits[:, 0], counting.optimal, counting.run.predicted, counting.lstm])
    panels = []
    for start in (0, HALF):
        steps = range(start, start + HALF)
        part, title = rows[:, start : start + HALF], f"Steps {start + 1} to {start + HALF}"
        above = draw.shades(part[:3], beside(NAMES[:3]), times(steps, counting.mistakes))
        panels.append(draw.Panel(title, above, height=78))
        panels.append(draw.Panel("", draw.shades(part[3:], beside(NAMES[3:]), [""] * HALF), height=26))
    sequences = counting.run.sequences
    recorded = {"checkpoint": ngrams.SOFT.name, "bits": counting.bits, "context": counting.context.tolist(), "mistakes": counting.mistakes}
    recorded |= {name: getattr(sequences, name)[:, 0].int().tolist() for name in ("ones", "zeros")}
    recorded |= {"read": whereabouts(counting.run, READ), "write": whereabouts(counting.run, WRITE)}
    recorded |= {"optimal": browser.array(counting.optimal), "machine": browser.array(counting.run.predicted)}
    return browser.with_live(draw.panels(panels), **recorded, lstm=browser.array(counting.lstm), order=ngrams.ORDER)


def whereabouts(run: ngrams.Run, head: int) -> dict:
    """For the browser: the location with the head's largest weight at each step, and that weight."""
    weight, location = run.trace.addressing.weighting[:, 0, head].max(-1)
    return {"location": location.tolist(), "weight": browser.array(weight)["data"]}


@figure
def one_context(counting: Counting) -> go.Figure:
    """One context, every time it comes up in the sequence: the bit that followed, at 0 or at 1, and how likely a one was said to be just before."""
    visits = (counting.context == counting.favourite).nonzero()[:, 0]
    number = range(1, len(visits) + 1)
    bits = counting.run.sequences.bits[visits, 0]
    traces = [
        draw.line(number, bits, "what came", theme.INK, "markers"),
        draw.line(number, counting.optimal[visits], "optimal estimator", theme.VALUE),
        draw.line(number, counting.run.predicted[visits], "Neural Turing Machine", theme.MODEL),
        draw.line(number, counting.lstm[visits], "LSTM", theme.CONTROL, dash="dot"),
    ]
    axes = {"y": {"range": [-0.05, 1.05]}}
    title = f"Chance of a one after {written(counting.favourite)}"
    return draw.panels([draw.Panel(title, traces, x="visit", height=190, axes=axes)])


def written(context: int) -> str:
    """A context as it stands in the sequence, the oldest bit first."""
    return f"{context:0{ngrams.ORDER}b}"


@figure
def learning(counting: Counting) -> go.Figure:
    """Learning curves, as Graves et al. 2014 draw them: what a sequence costs after so many sequences, for three machines and three LSTMs of each kind. Dashed: the optimal estimator. Dotted: estimators that look back no, one, two, three and four bits, from the top. The axis begins a little below the optimal estimator, not at 0."""
    kinds = (
        (ngrams.SOFT, "ntm", "NTM, trained on probabilities", theme.MODEL),
        (ngrams.HARD, "ntm", "NTM, trained on bits", theme.KEY),
        (ngrams.SOFT, "lstm", "LSTM, trained on probabilities", theme.CONTROL),
        (ngrams.HARD, "lstm", "LSTM, trained on bits", theme.WRITE),
    )
    traces = [
        draw.line(curve[:, 0], curve[:, 1], name, colour, "lines")
        for task, kind, name, colour in kinds
        for curve in ngrams.curves(task)[kind]
    ]
    ends = [min(trace.x[0] for trace in traces), max(trace.x[-1] for trace in traces)]
    bits = ngrams.trial()[0].targets[..., 0]
    for order in range(ngrams.ORDER + 1):
        known = [float(ngrams.cost(ngrams.estimate(bits, order), bits).mean())] * 2
        best = order == ngrams.ORDER
        name, dash = ("optimal estimator", "dash") if best else ("looking back 0 to 4 bits", "dot")
        traces.append(draw.line(ends, known, name, theme.INK if best else theme.VALUE, "lines", dash))
    axes = {"y": {"range": [5 * math.floor(min(traces[-1].y) / 5) - 5, 205]}}
    return draw.panels([draw.Panel("Bits a sequence", traces, x="sequences seen", height=260, axes=axes)])


@figure
def memory_use(counting: Counting) -> go.Figure:
    """Memory use, as Graves et al. 2014 show it: the first hundred steps. Black is 0, white is 1; in the add vectors black is negative, white is positive. The arrows mark every step at which the same context comes up. Of the memory only the locations are shown that a head uses in these steps."""
    trace, steps = counting.run.trace, range(HALF)
    where = trace.addressing.weighting[:HALF, 0]
    places = (where.amax((0, 1)) > VISIBLE).nonzero()[:, 0].tolist()
    locations = beside([str(place) if number % 8 == 0 else "" for number, place in enumerate(places)])
    bits = counting.run.sequences.bits[:HALF, 0]
    rows = torch.stack([bits, counting.optimal[:HALF], counting.run.predicted[:HALF]])
    arrows, plain = times(steps, counting.visits), [""] * HALF
    features = beside([""] * trace.add.shape[-1])
    panels = [
        draw.Panel("Sequence and predictions", draw.shades(rows, beside(NAMES[:3]), arrows), height=66),
        draw.Panel("Read weightings", draw.weightings(where[:, READ].T, locations, arrows, places), height=200),
        draw.Panel("Write weightings", draw.weightings(where[:, WRITE].T, locations, arrows, places), height=200),
        draw.Panel("Add vectors", draw.shades(trace.add[:HALF, 0, 0].T, features, plain, -1, 1), height=100),
    ]
    return draw.panels(panels)


@figure
def places(counting: Counting) -> go.Figure:
    """How much the place of a head tells of a bit, by how many steps ago the bit came: the mutual information of the location with the largest weight and the bit. It is one bit if the place always tells the bit, and 0 if it never helps to guess it. What shuffled places seem to tell is taken off. Bars are means over three machines; the thin line on a bar reaches from the least to the most; two hundred sequences."""
    traces = []
    for head, name, colour in ((READ, "read head", theme.READ), (WRITE, "write head", theme.WRITE)):
        found = np.array([each_bit_told(machine, head) for machine in counting.machines])
        ends = list(zip(found.min(0), found.max(0), strict=True))
        traces.append(draw.bars([str(back) for back in range(1, BACK + 1)], found.mean(0), name, colour, ends))
    panel = draw.Panel("Bits told", traces, x="steps ago", height=170, axes={"y": {"range": [0, 1.05]}})
    return draw.panels([panel])


def told(machine: Recording, head: int, first: int, last: int) -> float:
    """How many bits the place of a head tells of the bits from `first` to `last` steps ago, less what it seems to tell by chance."""
    window = ngram_memory.windows(machine.sequences.bits, first, last)[BACK:].flatten()
    top = machine.top[BACK:, :, head].flatten()
    chance = top[torch.randperm(len(top), generator=Generator().manual_seed(0))]
    return ngram_memory.information(top, window) - ngram_memory.information(chance, window)


@figure
def writes_by_visit(counting: Counting) -> go.Figure:
    """The largest weight of the write head at the step after a context came up for the first, second, … time: means over two hundred sequences, one line a machine. Dotted: a machine that has learned nothing."""
    traces = [
        draw.line(range(1, VISITS + 1), faded(machine), f"seed {seed}", SEED_COLOURS[seed])
        for machine, seed in zip(counting.machines, shown_seeds(), strict=True)
    ]
    traces.append(draw.line(range(1, VISITS + 1), faded(counting.untrained), "untrained", theme.CONTROL, dash="dot"))
    panel = draw.Panel("Largest write weight", traces, x="visit", height=150, axes={"y": {"range": [0, 1]}})
    return draw.panels([panel])


@figure
def over_time(counting: Counting) -> go.Figure:
    """How far predictions are from the optimal estimator's, in bits a step: means over stretches of twenty steps of fifty sequences, for the three machines, for the LSTM, and for counting with four bits of context. Mind the scale: each line is ten times the one below. The sequences in training had two hundred steps; to the right of the dotted line the machines have never been."""
    middles = np.arange(LONG // STRETCH) * STRETCH + (STRETCH + 1) / 2
    short = ngrams.estimate(counting.long.bits, ngrams.ORDER - 1)
    kinds = [("LSTM", theme.CONTROL, counting.lstm_far), ("looking back 4 bits", theme.VALUE, short)]
    kinds += [("Neural Turing Machine", theme.MODEL, predicted) for predicted in counting.far]
    curves = [(name, colour, stretches(counting.long, predicted)) for name, colour, predicted in kinds]
    lowest = min(min(found) for _, _, found in curves)
    highest = max(max(found) for _, _, found in curves)
    traces = [draw.line(middles, found, name, colour, "lines") for name, colour, found in curves]
    end = draw.line([ngrams.LENGTH] * 2, [lowest, highest], "the length in training", theme.INK, "lines", "dot")
    axes = {"y": {"type": "log", "dtick": 1}}
    return draw.panels([draw.Panel("Divergence, bits a step", [*traces, end], x="step", height=230, axes=axes)])


def stretches(sequences: ngrams.Sequences, predicted: Float[Tensor, "time batch"]) -> list[float]:
    """The mean divergence from the optimal estimator in each stretch of steps, in bits a step."""
    away = ngrams.divergence(sequences.optimal, predicted)
    return away.unflatten(0, (-1, STRETCH)).mean((1, 2)).tolist()


def away_until(counting: Counting, predicted: Float[Tensor, "time batch"], length: int) -> float:
    """What predictions are away from the optimal estimator's in a sequence of a length, in bits."""
    return float(ngrams.divergence(counting.long.optimal, predicted)[:length].sum(0).mean())


def shown_seeds() -> list[int]:
    """The seeds of the machines, the published one first."""
    return [checkpoint.read_card(name)["seed"] for name in ngrams.machines()]


def faded(machine: Recording) -> list[float]:
    """The largest weight of a machine's write head a step after the first, second, … visit to a context."""
    seen = machine.sequences
    visits, known = (seen.ones + seen.zeros)[:-1], seen.context[:-1] >= 0
    return ngram_memory.by_visit(machine.largest[1:, :, WRITE], visits, known, VISITS)


@table
def reached(counting: Counting) -> Table:
    """What a sequence costs, in bits: all predictors on the same thousand sequences. The first five bits are counted; without them every number is about five smaller. ± is the standard error of the difference from the optimal estimator."""
    best = known("optimal estimator")
    rows = [("optimal estimator", f"{best:.2f}", "", "", "0")]
    rows += [ours(f"NTM, trained on {what}", checkpoint.read_card(task.name)) for task, what in KINDS]
    rows += [ours(f"LSTM, trained on {what}", checkpoint.read_card(task.curves_name)) for task, what in KINDS]
    names = ["counting, no context", *(f"counting, context of {order}" for order in range(1, ngrams.ORDER))]
    for order, name in reversed(list(enumerate(names))):
        cost = known(f"order {order}")
        rows.append((name, f"{cost:.2f}", "", "", f"{cost - best:.2f}"))
    head = ("predictor", "cost, or best seed", "mean", "spread", "above the optimum")
    note = f"Costs of one sequence of {ngrams.LENGTH} bits. Without the first five bits the optimal estimator pays {best - ngrams.ORDER:.2f}."
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
        machines = [away_until(counting, predicted, length) for predicted in counting.far]
        lstm = away_until(counting, counting.lstm_far, length)
        rows.append((str(length), f"{machines[0]:.2f}", f"{max(machines):.2f}", f"{lstm:.1f}"))
    head = ("steps", "the published machine", "the worst of three", "LSTM")
    note = f"Sequences in training had {ngrams.LENGTH} steps."
    return Table(head, (Group("Beyond the training length", note, tuple(rows)),))


def costs(task: str) -> dict:
    """The metrics of a task's machines over all seeds."""
    return checkpoint.read_card(task)["across_seeds"]


def lstm_costs(task: Task) -> dict:
    """The metrics of a task's LSTMs over all seeds."""
    return checkpoint.read_card(task.curves_name)["across_seeds"]


def known(name: str) -> float:
    """What an estimator costs on the sequences that all costs are measured on."""
    return checkpoint.read_card(ngrams.SOFT.name)["baselines"][name]["bits_per_sequence"]


def same_context(machine: Recording) -> float:
    """How often the read head stands at the same location at two steps of a sequence with the same context."""
    return ngram_memory.same_place(machine.top[..., READ], machine.sequences.context, 0)


def any_context(machine: Recording) -> float:
    """How often it stands at the same location at any two steps."""
    return ngram_memory.same_place(machine.top[..., READ], machine.sequences.context)


def estimate_told(machine: Recording) -> float:
    """How much of the optimal estimator's log-odds a linear readout of the read vector explains."""
    odds = torch.logit(machine.sequences.optimal[ngrams.ORDER :])
    return ngram_memory.explained(*ngram_memory.readout(machine.read_vector[ngrams.ORDER :], odds))


def opposed(machine: Recording) -> float:
    """The cosine of the mean add vector after a one and the mean add vector after a zero."""
    add, ones = machine.add[1:], machine.sequences.bits[:-1] == 1
    return float(torch.cosine_similarity(add[ones].mean(0), add[~ones].mean(0), 0))


def each_bit_told(machine: Recording, head: int) -> list[float]:
    """How many bits the place of a head tells of the newest bit, of the bit before it, and so on, BACK of them."""
    return [told(machine, head, back, back) for back in range(1, BACK + 1)]


def shared_by(machine: Recording) -> list[float]:
    """How often the read head stands at the same location with two contexts that differ in one bit alone: the newest bit, …, the oldest."""
    return [ngram_memory.same_place(machine.top[..., READ], machine.sequences.context, 1 << back) for back in range(ngrams.ORDER)]


def goes_by_context(machine: Recording) -> bool:
    """Whether the read head stands at the same location much more often with the same context than at any two steps."""
    return same_context(machine) > 5 * any_context(machine)


def tells_contexts_apart(machine: Recording) -> bool:
    """Whether it is rarely at the same location with two contexts that differ in one bit alone, not in the oldest."""
    return max(shared_by(machine)[:-1]) < 1 / 30


def reads_by_five(machine: Recording) -> bool:
    """Whether the place of the read head tells much more of each of the last five bits than of any bit before them."""
    found = each_bit_told(machine, READ)
    return min(found[: ngrams.ORDER]) > 2 * max(found[ngrams.ORDER :])


def writes_by_the_five_before(machine: Recording) -> bool:
    """Whether the place of the write head tells much more of each of the five bits before the newest than of any bit before them."""
    found = each_bit_told(machine, WRITE)
    return min(found[1 : ngrams.ORDER + 1]) > 2 * max(found[ngrams.ORDER + 1 :])


def writes_where_it_read(machine: Recording) -> bool:
    """Whether the write head gives much more weight to what was read most a step before than to what is read most now."""
    return float(machine.after[ngrams.ORDER :].mean()) > 4 * float(machine.here[ngrams.ORDER :].mean())


@fact
def length(counting: Counting) -> int:
    """How many bits a sequence has."""
    return ngrams.LENGTH


@fact
def order(counting: Counting) -> int:
    """How many bits make a context."""
    return ngrams.ORDER


@fact
def contexts(counting: Counting) -> int:
    """How many contexts there are."""
    return ngrams.CONTEXTS


@fact
def example_context(counting: Counting) -> str:
    """The context that comes up most often in the first half of the recorded sequence."""
    return written(counting.favourite)


@fact
def example_step(counting: Counting) -> int:
    """The step of its last visit there, counted from one."""
    return counting.visits[-1] + 1


@fact
def example_ones(counting: Counting) -> int:
    """How often a one has followed this context before that step."""
    return int(counting.run.sequences.ones[counting.visits[-1], 0])


@fact
def example_zeros(counting: Counting) -> int:
    """How often a zero has followed it."""
    return int(counting.run.sequences.zeros[counting.visits[-1], 0])


@fact
def example_seen(counting: Counting) -> int:
    """How often it was seen."""
    return example_ones(counting) + example_zeros(counting)


@fact
def example_optimal(counting: Counting) -> float:
    """What the optimal estimator says at that step."""
    return float(counting.optimal[counting.visits[-1]])


@fact
def example_machine(counting: Counting) -> float:
    """What the machine says at that step."""
    return float(counting.run.predicted[counting.visits[-1]])


@fact
def example_lstm(counting: Counting) -> float:
    """What the LSTM says at that step."""
    return float(counting.lstm[counting.visits[-1]])


@fact
def example_bit(counting: Counting) -> int:
    """What came."""
    return counting.bits[counting.visits[-1]]


@fact
def first_mistake(counting: Counting) -> int:
    """The step of the first arrow, counted from one."""
    return counting.mistakes[0] + 1


@fact
def second_mistake(counting: Counting) -> int:
    """The step of the second arrow, counted from one."""
    return counting.mistakes[1] + 1


@fact
def worst_step(counting: Counting) -> float:
    """The largest divergence of the machine from the optimal estimator in the recorded sequence, in bits."""
    return float(ngrams.divergence(counting.optimal, counting.run.predicted).max())


@fact
def worst_step_lstm(counting: Counting) -> float:
    """The largest divergence of the LSTM from the optimal estimator in the recorded sequence, in bits."""
    return float(ngrams.divergence(counting.optimal, counting.lstm).max())


@fact
def lstm_above(counting: Counting) -> float:
    """What a sequence costs the LSTM that is shown more than the optimal estimator, in bits."""
    return checkpoint.read_card(ngrams.SOFT.curves_name)["metrics"]["above_optimal"]


@fact
def lstm_above_least(counting: Counting) -> float:
    """The same of the best LSTM trained on probabilities."""
    return min(lstm_costs(ngrams.SOFT)["above_optimal"]["seeds"])


@fact
def lstm_steps_as_bad(counting: Counting) -> int:
    """At how many steps the LSTM is farther from the optimal estimator than the machine ever is."""
    return int((ngrams.divergence(counting.optimal, counting.lstm) > worst_step(counting)).sum())


@fact
def fresh(counting: Counting) -> int:
    """How many fresh sequences costs are measured on."""
    return ngrams.FRESH


@fact
def optimum(counting: Counting) -> float:
    """What the optimal estimator costs, in bits a sequence."""
    return known("optimal estimator")


@fact
def optimum_after_five(counting: Counting) -> float:
    """The same without the first five bits, which nobody can predict."""
    return known("optimal estimator") - ngrams.ORDER


@fact
def cheapest(counting: Counting) -> float:
    """What the cheapest of the fresh sequences costs the optimal estimator, in bits."""
    return float(optimal_costs().min())


@fact
def dearest(counting: Counting) -> float:
    """What the dearest of the fresh sequences costs the optimal estimator, in bits."""
    return float(optimal_costs().max())


def optimal_costs() -> Float[Tensor, "batch"]:
    """What each of the fresh sequences costs the optimal estimator, in bits."""
    fresh = ngrams.fresh()
    return ngrams.cost(fresh.optimal, fresh.bits)


@fact
def sequences(counting: Counting) -> int:
    """How many sequences each machine saw in training."""
    return checkpoint.read_card("ngrams")["sequences"]


@fact
def lstm_sequences(counting: Counting) -> int:
    """How many sequences each LSTM saw."""
    return checkpoint.read_card(ngrams.SOFT.curves_name)["sequences"]


@fact
def minutes(counting: Counting) -> float:
    """How long the training of the published machine took, in minutes of one processor core."""
    return checkpoint.read_card("ngrams")["cpu_seconds"] / 60


@fact
def lstm_minutes(counting: Counting) -> float:
    """How long the training of the LSTM of the same seed took."""
    return checkpoint.read_card(ngrams.SOFT.curves_name)["cpu_seconds"] / 60


@fact
def many_sequences(counting: Counting) -> int:
    """How many sequences memory use is measured on."""
    return SEQUENCES


@fact
def same_context_published(counting: Counting) -> float:
    """How often the published machine's read head stands at the same location at two steps with the same context, in percent."""
    return 100 * same_context(counting.machines[0])


@fact
def same_context_least(counting: Counting) -> float:
    """The same for the machine that does so least."""
    return 100 * min(map(same_context, counting.machines))


@fact
def any_context_most(counting: Counting) -> float:
    """How often a read head stands at the same location at any two steps, in percent, for the machine that does so most."""
    return 100 * max(map(any_context, counting.machines))


@fact
def read_locations(counting: Counting) -> int:
    """How many locations the published machine's read head stands at, in all sequences together, after the first five steps."""
    return len(counting.machines[0].top[ngrams.ORDER :, :, READ].unique())


@fact
def context_told(counting: Counting) -> float:
    """How many bits the place of the published machine's read head tells of the context."""
    return told(counting.machines[0], READ, 1, ngrams.ORDER)


@fact
def context_told_least(counting: Counting) -> float:
    """The same for the machine whose read head tells least."""
    return min(told(machine, READ, 1, ngrams.ORDER) for machine in counting.machines)


@fact
def context_holds(counting: Counting) -> float:
    """How many bits there are to tell of the context."""
    window = counting.many.context[BACK:].flatten()
    return ngram_memory.information(window, window)


@fact
def opposed_published(counting: Counting) -> float:
    """The cosine of what the published machine adds after a one and after a zero, on average."""
    return opposed(counting.machines[0])


@fact
def opposed_least(counting: Counting) -> float:
    """The smallest such cosine of the other machines."""
    return min(map(opposed, counting.machines[1:]))


@fact
def opposed_most(counting: Counting) -> float:
    """The largest such cosine of the other machines."""
    return max(map(opposed, counting.machines[1:]))


@fact
def opposed_untrained(counting: Counting) -> float:
    """The same cosine in a machine that has learned nothing."""
    return opposed(counting.untrained)


@fact
def estimate_untrained(counting: Counting) -> float:
    """How much of the variance of the optimal estimate a linear function of what is read explains in a machine that has learned nothing, in percent."""
    return 100 * estimate_told(counting.untrained)


@fact
def shared_published(counting: Counting) -> float:
    """How often the published machine's read head is at the same location with two contexts that differ in one bit alone, whichever, in percent."""
    return 100 * max(shared_by(counting.machines[0]))


@fact
def first_write(counting: Counting) -> float:
    """The largest weight of the published machine's write head after the first visit of a context: the mean."""
    return faded(counting.machines[0])[0]


@fact
def last_write(counting: Counting) -> float:
    """The same after the last visit that is drawn."""
    return faded(counting.machines[0])[-1]


@fact
def first_write_untrained(counting: Counting) -> float:
    """The same after the first visit, in a machine that has learned nothing."""
    return faded(counting.untrained)[0]


@fact
def last_write_untrained(counting: Counting) -> float:
    """The same after the last visit that is drawn, in a machine that has learned nothing."""
    return faded(counting.untrained)[-1]


@fact
def paper_learning(counting: Counting) -> int:
    """The number of the paper's figure of learning curves."""
    return paper.FIGURES["n-grams"]["learning"]


@fact
def paper_inference(counting: Counting) -> int:
    """The number of the paper's figure of inference."""
    return paper.FIGURES["n-grams"]["inference"]


@fact
def paper_memory_use(counting: Counting) -> int:
    """The number of the paper's figure of memory use."""
    return paper.FIGURES["n-grams"]["memory use"]


@fact
def after_least(counting: Counting) -> float:
    """The mean weight of the write head where the read head stood a step before, for the machine with the least."""
    return min(float(machine.after[ngrams.ORDER :].mean()) for machine in counting.machines)


@fact
def here_most(counting: Counting) -> float:
    """The mean weight of the write head where the read head stands at the same step, for the machine with the most."""
    return max(float(machine.here[ngrams.ORDER :].mean()) for machine in counting.machines)


@fact
def here_by_chance(counting: Counting) -> float:
    """The weight of a head that stands everywhere alike."""
    return 1 / counting.run.trace.memory_before.shape[-2]


@claim
def near_the_optimum(counting: Counting) -> bool:
    """Each of the three machines trained on probabilities costs less than two bits a sequence more than the optimal estimator."""
    return max(costs("ngrams")["above_optimal"]["seeds"]) < 2


@claim
def lstm_far_off(counting: Counting) -> bool:
    """Each LSTM trained on probabilities costs less than an estimator that looks back four bits, and each LSTM trained on bits costs more. Every one of them costs at least ten bits more than any machine."""
    soft, hard = (lstm_costs(task)["bits_per_sequence"]["seeds"] for task in (ngrams.SOFT, ngrams.HARD))
    machines = [cost for name in ("ngrams", "ngrams-hard") for cost in costs(name)["bits_per_sequence"]["seeds"]]
    return max(soft) < known("order 4") < min(hard) and min(soft + hard) > max(machines) + 10


@claim
def probabilities_teach_better(counting: Counting) -> bool:
    """From each of the three seeds, the machine trained on probabilities ends nearer to the optimum than the one trained on bits."""
    pairs = zip(costs("ngrams")["above_optimal"]["seeds"], costs("ngrams-hard")["above_optimal"]["seeds"], strict=True)
    return all(soft < hard for soft, hard in pairs)


@claim
def one_location_at_every_arrow(counting: Counting) -> bool:
    """At every arrow the read head has its largest weight at the same location. One step later the write head gives this location more than ten times the weight that it would have if the head stood everywhere alike."""
    weighting = counting.run.trace.addressing.weighting[:, 0]
    steps = torch.tensor(counting.visits)
    where = weighting[steps, READ].argmax(-1)
    written_then = weighting[steps + 1, WRITE].gather(1, where[:, None])
    return len(where.unique()) == 1 and float(written_then.min()) > 10 / weighting.shape[-1]


@claim
def same_context_same_location(counting: Counting) -> bool:
    """In every machine the read head stands at the same location at two steps with the same context at least five times as often as at any two steps."""
    return all(map(goes_by_context, counting.machines))


@claim
def other_context_other_location(counting: Counting) -> bool:
    """If the contexts of two steps differ in one bit alone, and not in the oldest, the read head of each machine stands at the same location less than once in thirty times."""
    return all(map(tells_contexts_apart, counting.machines))


@claim
def oldest_bit_overlooked(counting: Counting) -> bool:
    """In the two other machines, contexts that differ in the oldest bit alone share a location at least five times as often as contexts that differ in any other bit alone."""
    return all(shared[-1] > 5 * max(shared[:-1]) for shared in map(shared_by, counting.machines[1:]))


@claim
def reads_five_bits(counting: Counting) -> bool:
    """In every machine the place of the read head tells at least twice as much of each of the last five bits as of any older bit."""
    return all(map(reads_by_five, counting.machines))


@claim
def writes_a_step_later(counting: Counting) -> bool:
    """In every machine the place of the write head tells at least twice as much of each of the five bits before the newest as of any older bit."""
    return all(map(writes_by_the_five_before, counting.machines))


@claim
def write_follows_read(counting: Counting) -> bool:
    """In every machine the write head gives the location that was read most a step before at least four times the weight that it gives to the one that is read most now, on average."""
    return all(map(writes_where_it_read, counting.machines))


@claim
def untrained_does_none_of_it(counting: Counting) -> bool:
    """A machine that has learned nothing does none of these five things."""
    learned = (goes_by_context, tells_contexts_apart, reads_by_five, writes_by_the_five_before, writes_where_it_read)
    return not any(does(counting.untrained) for does in learned)


@claim
def bits_are_added_unlike(counting: Counting) -> bool:
    """In every machine the mean vector added after a one and the mean vector added after a zero point apart: their cosine is below 0.5."""
    return all(opposed(machine) < 0.5 for machine in counting.machines)


@claim
def estimate_in_the_read_vector(counting: Counting) -> bool:
    """In every machine a linear function of the read vector alone explains more than 85 % of the variance of the optimal estimate, as log-odds."""
    return all(estimate_told(machine) > 0.85 for machine in counting.machines)


@claim
def writes_grow_fainter(counting: Counting) -> bool:
    """In every machine, and in one that has learned nothing as well, the largest write weight after the first visit of a context is larger than after the twelfth, on average."""
    return all(fading[0] > fading[-1] for fading in map(faded, (*counting.machines, counting.untrained)))


@claim
def lstm_drifts(counting: Counting) -> bool:
    """In every stretch of twenty steps, up to four times the training length, the LSTM is farther from the optimal estimator than each of the three machines, on average over the sequences."""
    lstm = stretches(counting.long, counting.lstm_far)
    return all(
        found < bound
        for predicted in counting.far
        for found, bound in zip(stretches(counting.long, predicted), lstm, strict=True)
    )


@claim
def machines_drift_too(counting: Counting) -> bool:
    """But each of the machines is worse beyond the training length: in the last stretch of all it is more than four times as far off as in the last stretch within the training length."""
    inside = ngrams.LENGTH // STRETCH - 1
    return all(found[-1] > 4 * found[inside] for found in (stretches(counting.long, each) for each in counting.far))
