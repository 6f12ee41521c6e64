"""The copy task: the machine writes a sequence down, then reads it back."""

from math import inf

import plotly.graph_objects as go
from jaxtyping import Float
from torch import Tensor

from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Finding, Measured, every, exactly, largest, mean, share, smallest
from explainers.kit.build.marks import claim, fact, figure, finding, setting
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.counts import counted, word
from explainers.kit.figure import browser, draw, plot, theme
from explainers.models import ntm, ring
from explainers.models.cost import parameters as parameters_of
from explainers.models.lstm import Lstm
from explainers.pages.memory import _curves
from explainers.pages.memory._curves import LEARNER_COLOURS, SEED_COLOURS
from explainers.pages.memory._heads import live_machine
from explainers.studies import copying, curves
from explainers.studies.copying import EACH, EPISODES, FAR_EPISODES, FEWER, SHORTER, SPARED, Copies, astray, first_stage, percent, seen_before
from explainers.studies.curves import SEEN
from explainers.tasks import copy
from explainers.tasks.common.paper import FIGURES
from explainers.tasks.common.task import LSTM_NAME

PAPER_LSTM_PARAMETERS = 1_352_969  # Graves et al. 2014, table 3


def subject(trial: Trial = PUBLISHED) -> Copies:
    """Twenty vectors copied by the machine of each seed, and fresh sequences of many lengths."""
    return copying.copies(trial)


@figure(live="copy-scrubber")
def memory_use(copies: Copies) -> go.Figure:
    """Memory use during the copy task, after the figure in Graves et al. 2014. Time runs to the right. Black is 0 and white is 1; in the adds and reads grey is 0, darker is below and brighter above, as far as the largest number in the memory."""
    inputs, outputs, adds, reads, where = (copying.memory_use(copies, part=part) for part in ("inputs", "outputs", "adds", "reads", "weightings"))
    where = where.sel(location=copies.used)
    panels = [plot.heat(each.T, height, untitled="x") for each, height in ((inputs, 90), (outputs, 90), (adds, 130), (reads, 130))]
    panels += [plot.heat(where.sel(head=head).T, 190) for head in ("write", "read")]
    targets = copies.run.targets[:, 0].int().tolist()
    return browser.with_live(draw.panels(panels, 2), **live_machine(copies.run), targets=targets, used=copies.used)


@figure
def learning(copies: Copies) -> go.Figure:
    """Learning curves: what a sequence of a length seen in training costs, after so many sequences, for three machines and three LSTMs. A mark stands where a machine goes on to longer sequences; the LSTMs never do. Mind the scale: each line is ten times the one below."""
    marked = plot.lines(copying.goes_on(copies), by="kind", x=SEEN, mode="markers", colours=theme.INK)
    return _curves.figure(curves.learning(task=copy.TASK), marked)


@figure
def generalisation(copies: Copies) -> go.Figure:
    """Wrong bits of a sequence, by its length. Bars are means over three machines and three LSTMs; the thin line on a bar reaches from the best to the worst. Guessing gets half of the bits wrong. Mind that the machines have seen longer sequences in training than the LSTMs."""
    return draw.panels([plot.bars(copying.wrong_by_length(), 180, by="learner", over="seed", colours=LEARNER_COLOURS, top=60)])


@figure
def end_of_memory(copies: Copies) -> go.Figure:
    """Where copying ends: wrong bits, in percent of all, by the length of the sequence, for three machines. The dotted line is the number of locations in the memory. Guessing gets half of the bits wrong."""
    found = copying.wrong_around_the_end(copies)
    lines = plot.lines(found, 170, by="seed", colours=dict(enumerate(SEED_COLOURS)), mode="lines+markers", top=55)
    return draw.panels([plot.together(lines, plot.rule(copying.locations(copies), theme.CONTROL, 55))])


@figure
def what_ends_it(copies: Copies) -> go.Figure:
    """As many vectors as locations: wrong bits, in percent of all. Held: from the mark on, nothing is written. Hidden: the controller is not told what is read at the step of the last vector. Both: held and hidden. Bars are means over three machines; the thin line on a bar reaches from the best to the worst."""
    return draw.panels([plot.bars(copying.wrong_when_spared(copies), by="measure", over="seed", colours=theme.MODEL, top=55)])


@figure
def seeds(copies: Copies) -> go.Figure:
    """The same twenty vectors in three machines, each trained from its own seed: where the write head and the read head stand."""
    where = copying.weightings(copies)
    return draw.panels([plot.heat(machine.sel(head=head).T, 150) for machine in where for head in ("write", "read")], 2)


def card(name: str = "copy") -> dict:
    """The card of the machine on this page, or another one."""
    return checkpoint.read_card(name)


bits = setting("How many bits a vector has.", lambda: copy.BITS)
length = setting("How many vectors the recorded episode has.", lambda: copying.LENGTH)
longest_trained = setting("The longest sequence in training.", lambda: copy.LONGEST)
longest_at_the_end = setting("The longest sequence at the end of training.", lambda: copy.LONGER.levels[1])
longer_seen = setting("How many of them were seen at the end, when sequences may be longer.", copying.seen_at_the_end)
thinned = setting("Of how many vectors most ones were struck out in training, in percent.", lambda: 100 * copy.THINNED)
lstm_longest = setting("The longest sequence that an LSTM saw in training.", lambda: copy.LSTM_RECIPE.levels[1])
guessing = setting("What guessing costs: one bit for every bit of a sequence of mean length.", lambda: copy.BITS * (1 + copy.LONGEST) / 2)
paper_memory_use = setting("The number of the paper's figure of memory use.", lambda: FIGURES["copy"]["memory use"])
paper_generalisation = setting("The number of the paper's figure of longer sequences.", lambda: FIGURES["copy"]["generalisation"])
paper_learning = setting("The number of the paper's figure of learning curves.", lambda: FIGURES["copy"]["learning"])
paper_lstm_parameters = setting("How many numbers the LSTM learned, in the paper.", lambda: PAPER_LSTM_PARAMETERS)
episodes = setting("On how many fresh sequences of that length each machine was tried.", lambda: EPISODES)
tried_50 = setting("How many sequences of fifty vectors each machine was tried on.", lambda: FAR_EPISODES[50])
shorter = setting("How many shorter sequences were tried, for the three machines together.", lambda: len(copy.SEEDS) * len(SHORTER) * EACH)
tried_120 = setting(
    "How many sequences of a hundred and twenty vectors were tried, for the three machines together.",
    lambda: len(copy.SEEDS) * FAR_EPISODES[120],
)
tried_at_the_end = setting("On how many sequences of each length the machines were tried around the end of the memory.", lambda: FEWER)
at_the_start = setting("The number that stands everywhere in the memory before the first step.", lambda: ntm.INITIAL_MEMORY)
locations = setting("How many locations the memory has.", lambda: copy.build(0).locations)
parameters = setting("How many numbers the machine learned.", lambda: parameters_of(copy.build(0)))
lstm_parameters = setting("How many numbers an LSTM learned.", lambda: parameters_of(Lstm(copy.TASK.inputs, copy.TASK.outputs)))

wrong_bits = fact("How many bits of the recorded episode are wrong.", lambda copies: copies.run.wrong_bits)
sequences_seen = fact("How many sequences the machine saw in training.", lambda copies: card()["sequences"])
minutes = fact("How long training took, in minutes of one processor core.", lambda copies: card()["cpu_seconds"] / 60)
bits_per_sequence = fact(
    "What a fresh sequence of a length seen in training costs the machine, in bits: the mean.",
    lambda copies: card()["metrics"]["bits_per_sequence"],
)
lstm_sequences = fact("How many sequences each LSTM saw.", lambda copies: card(copy.TASK.curves_name)["sequences"])
lstm_bits = fact(
    "What a fresh sequence of a length seen in training costs the LSTMs, in bits: the mean over the seeds.",
    lambda copies: card()["baselines"][LSTM_NAME]["bits_per_sequence"],
)
slips = fact(
    "In how many shorter sequences a machine's read head was once elsewhere than where the vector was written, in words.",
    lambda copies: counted(sum(int(astray(walk).any(0).sum()) for each in copies.machines for walk in each.short), "sequences"),
)
failed_120 = fact(
    "How many of them came back with a mistake, in words.",
    lambda copies: word(sum(int((each.far[120].wrong.sum(0) > 0).sum()) for each in copies.machines)),
)
failed_120_most = fact(
    "How many of them came back with a mistake from the machine that made most, in words.",
    lambda copies: word(max(int((each.far[120].wrong.sum(0) > 0).sum()) for each in copies.machines)),
)


@fact
def wrong_50(copies: Copies) -> Measured:
    """Mean wrong bits of fifty vectors, in the worst of the three machines."""
    return largest([mean(each.far[50].wrong.sum(0).float(), "sequences") for each in copies.machines], over="means of the machines")


@fact
def lost_120(copies: Copies) -> str:
    """In how many of them the read head was elsewhere than where the vector was written that was due, in words."""
    failed = [(each.far[120].wrong.sum(0) > 0) & astray(each.far[120]).any(0) for each in copies.machines]
    return word(sum(int(lost.sum()) for lost in failed))


@fact
def untrained_places(copies: Copies) -> Measured:
    """In how many locations a machine that has learned nothing writes the vectors of a sequence."""
    used = [len(places.unique()) for walk in copies.untrained for places in walk.written.T]
    return mean(used, over="sequences of three machines")


@fact
def untrained_aligned(copies: Copies) -> Measured:
    """At how many of the steps that should give a vector back the read head of such a machine stands where that vector was written, in percent."""
    return mean([100 * float((~astray(walk)).float().mean()) for walk in copies.untrained], over="three machines")


@claim
def learns_faster(copies: Copies) -> bool:
    """In the recorded trainings, each of the three machines has paid less than one bit a sequence before any of the LSTMs has come below fifty."""
    machines, lstms = copy.curves()["ntm"], copy.curves()["lstm"]
    return max(first_below(curve, 1) for curve in machines) < min(first_below(curve, 50) for curve in lstms)


def first_below(curve: Float[Tensor, "point 2"], bits: float) -> float:
    """After how many sequences a learning curve first lies below so many bits; infinite if it never does."""
    return next((seen for seen, cost in curve.tolist() if cost < bits), inf)


@claim
def ahead_before(copies: Copies) -> bool:
    """In the recorded trainings, before its first longer sequence each machine has seen fewer sequences than an LSTM in all, and none longer. Even then it costs less than a fiftieth of what the best LSTM costs in the end."""
    best = min(float(curve[-1, 1]) for curve in copy.curves()["lstm"])
    none_longer = copy.RECIPE.levels[1] <= lstm_longest()
    return none_longer and all(seen_before(seed) < lstm_sequences(copies) and first_stage(seed)[-1][1] < best / 50 for seed in copy.SEEDS)


@finding
def copies_far(copies: Copies) -> Finding:
    """Each of the three machines copies more than nineteen in twenty sequences of 120 vectors without a wrong bit."""
    return smallest([share(each.far[120].wrong.sum(0) == 0, "sequences") for each in copies.machines], over="machines") > 19 / 20


@finding(control=copying.shuffled)
def lost_for_good(copies: Copies) -> Finding:
    """A read head that has lost its place hardly ever finds it again: once it is not where the vector that is due was written, it is in a wrong place to the end, in more than three of four such sequences."""
    lost = [astray(walk) for each in copies.machines for walk in (*each.short, *each.far.values())]
    lost = [walk[:, walk.any(0)].int() for walk in lost if walk.any()]
    to_the_end = [bool(sequence) for walk in lost for sequence in ~(walk.diff(dim=0) < 0).any(0)]
    return share(to_the_end, over="sequences in which a head lost its place") > 3 / 4 if lost else exactly(False)


@finding
def ends_with_the_memory(copies: Copies) -> Finding:
    """Of a hundred vectors each machine gets fewer than one bit in twenty wrong. With as many vectors as locations it is more than a quarter of all bits, and no place in the sequence is spared: at every place more than one bit in six is wrong (means)."""
    before, full = ([each.around_the_end[length] for each in copies.machines] for length in (100, copies.locations))
    at_best = smallest([min(score.errors_by_position) for score in full], over="places of all machines")
    return every(
        [
            largest(map(percent, before), over="machines") < 5,
            smallest(map(percent, full), over="machines") > 25,
            at_best > copy.BITS / 6,
        ]
    )


@finding
def none_over_another(copies: Copies) -> Finding:
    """Every one of them is written into a location of its own, and none over another."""
    return exactly(all(len(places.unique()) == len(places) == copies.locations for each in copies.machines for places in each.full.written.T))


@finding
def two_causes(copies: Copies) -> Finding:
    """With one of the two undone, each machine still gets more than a tenth of the bits wrong. With both undone, more than four in five sequences come back without a mistake."""
    one = [percent(each.spared[what]) for each in copies.machines for what in SPARED if what != "both"]
    both = [each.spared["both"].perfect for each in copies.machines]
    return (smallest(one, over="machines") > 10) & (smallest(both, over="machines") > 4 / 5)


@finding
def one_free_location(copies: Copies) -> Finding:
    """With one vector fewer a location stays free, and each machine still gets more than a tenth of the bits wrong. Held, it is fewer than a tenth."""
    as_it_is, held = ([percent(each.one_free[what]) for each in copies.machines] for what in ("as it is", "held"))
    return (smallest(as_it_is, over="machines") > 10) & (largest(held, over="machines") < 10)


@finding
def aligned(copies: Copies) -> Finding:
    """At the step that gives a vector back, the read head stands exactly where that vector was written."""
    return exactly(not any(bool(astray(each.walk).any()) for each in copies.machines))


@finding
def one_location_a_vector(copies: Copies) -> Finding:
    """Every vector gets a location of its own, one step on from the one before, always in the same direction."""
    return exactly(
        all(
            each.walk.written.unique(dim=0).shape == each.walk.written.shape
            and ring.moves(each.walk.written, copies.locations).unique().tolist() in ([1], [-1])
            for each in copies.machines
        )
    )


@finding
def one_bright_cell(copies: Copies) -> Finding:
    """While the sequence comes in, the write head puts more than nine tenths of its weight on one location at every step. While it goes out, the read head puts more than half of its weight on one location."""
    written, read = ([float(weights.min()) for weights in each] for each in (
        [each.walk.write_weight for each in copies.machines], [each.walk.read_weight for each in copies.machines]
    ))  # fmt: skip
    return (smallest(written, over="steps") > 9 / 10) & (smallest(read, over="steps") > 1 / 2)


@finding
def reader_waits(copies: Copies) -> Finding:
    """the read head waits where it stood at the start, beside the location of the first vector."""
    return exactly(
        all(
            not each.walk.waiting.any() and abs(ring.way(0, int(each.walk.written[0, sequence]), copies.locations)) == 1
            for each in copies.machines
            for sequence in range(EPISODES)
        )
    )
