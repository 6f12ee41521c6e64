"""Repeat copy: the machine gives a sequence back so many times, and has to know when it is done."""

from collections import Counter

import numpy as np
import plotly.graph_objects as go
import torch
import xarray as xr

from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Finding, Measured, count, every, exactly, largest, share, smallest
from explainers.kit.build.finding import mean as mean_of
from explainers.kit.build.marks import claim, fact, figure, finding, setting
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.counts import listed, out_of, word
from explainers.kit.figure import browser, draw, plot, theme
from explainers.models.cost import parameters as parameters_of
from explainers.models.lstm import Lstm
from explainers.pages.memory import _curves
from explainers.pages.memory._curves import LEARNER_COLOURS, SEED_COLOURS
from explainers.studies import copy_by_copy, curves, repeating
from explainers.studies.copy_by_copy import BIT_NAMES, SHOWN, answer_bits
from explainers.studies.repeating import ASKED, EPISODES, LENGTH, LONG, OFTEN, REPEATS, TRAINED, WITHIN, Repeats
from explainers.tasks import repeat_copy
from explainers.tasks.common.paper import FIGURES
from explainers.tasks.common.task import LSTM_NAME
from explainers.tasks.repeat_copy import BITS, MOST, SURE, scalar

MEANS = "means of the machines"
# What Graves et al. 2014 tell in section 4.2, in its figures and in tables 2 and 3.
PAPER = {"parameters": 66_111, "lstm_parameters": 5_312_007, "marks_after": 11, "sequences": 500_000}


def subject(trial: Trial = PUBLISHED) -> Repeats:
    """One episode to look at, fresh ones of several shapes for each machine, and how each counts."""
    return repeating.repeats(trial)


@figure(live="repeat-scrubber")
def memory_use(repeats: Repeats) -> go.Figure:
    """Memory use during repeat copy, after the figure in Graves et al. 2014. Time runs to the right; a number stands where a copy begins; the step before the first is the mark. Lines mark the steps at which the read head jumps. Black is 0 and white is 1; in the adds and reads grey is 0, darker is below and brighter above, as far as the largest number in the memory."""
    inputs, outputs, adds, reads, where = (copy_by_copy.memory_use(repeats, part=part) for part in ("inputs", "outputs", "adds", "reads", "weightings"))
    run, used = repeats.run, repeating.places(repeats.run)
    content = [(inputs, 90), (outputs, 90), (adds, 130), (reads, 130)]
    content += [(where.sel(head=head, location=used), 150) for head in ("write", "read")]
    return browser.with_live(
        draw.panels([plot.heat(each.T, height, untitled="x") for each, height in content], 2),
        checkpoint="repeat_copy",
        settings={"length": run.length, "repeats": run.repeats},
        vectors=inputs.sel(time=slice(1, run.length), input=list(BIT_NAMES)).values.astype(int).tolist(),
        used=used,
    )


@figure
def jumping(repeats: Repeats) -> go.Figure:
    """The same episode in all three machines: where the write head and the read head stand, and how much of its way the read head takes by content (gate g). The locations are in the order of writing. Lines mark the jumps."""
    panels = []
    for machine in repeats.by_seed:
        used = repeating.places(machine.run)
        for head in ("write", "read"):
            where = copy_by_copy.weightings(repeats, seed=machine.seed, head=head).sel(location=used)
            panels.append(plot.heat(where.T, 120, untitled="xy"))
        gate = copy_by_copy.gates(repeats).sel(seed=machine.seed, head="read")
        panels.append(plot.lines(gate, 120, colours=theme.READ, untitled="xy"))
    return draw.panels(panels, 3)


@figure
def longer(repeats: Repeats) -> go.Figure:
    """Twice the length, after the figure in Graves et al. 2014: twenty vectors, ten times. First what is wanted, then the probabilities that the machine of this page gives, then in white the bits that it gets wrong. The lowest row is the end mark. A number stands where a copy begins."""
    return wanted_and_given(copy_by_copy.answers(repeats, which="long"))


@figure
def more(repeats: Repeats) -> go.Figure:
    """Twice the repeats, after the figure in Graves et al. 2014: ten vectors, twenty times. First what is wanted, then the probabilities that the machine of this page gives, then in white the bits that it gets wrong. The lowest row is the end mark. A number stands where a copy begins."""
    return wanted_and_given(copy_by_copy.answers(repeats, which="often"))


def wanted_and_given(answers: xr.DataArray) -> go.Figure:
    """Three pictures of an answer: what is wanted, what is given, what is wrong."""
    return draw.panels([plot.heat(each.T, 70, untitled="xy") for each in answers])


@figure
def wrong_by_copy(repeats: Repeats) -> go.Figure:
    """Wrong bits of each copy, in percent, in each of the three machines: twenty vectors ten times, and ten vectors twenty times. Means over fresh sequences. The end mark is left out."""
    shapes = [copy_by_copy.wrong_by_copy(repeats, which=which) for which in ("long", "often")]
    return draw.panels([plot.lines(each, by="seed", colours=dict(enumerate(SEED_COLOURS)), top=70) for each in shapes], 2)


@figure
def generalisation(repeats: Repeats) -> go.Figure:
    """Wrong bits of an answer, in percent: in the training range, at twice the length and at twice the repeats. Bars are means over three machines and three LSTMs; the thin line on a bar reaches from the best to the worst. The end mark counts."""
    return draw.panels([plot.bars(copy_by_copy.wrong_by_shape(), 170, by="learner", over="seed", colours=LEARNER_COLOURS, top=60)])


@figure
def counting(repeats: Repeats) -> go.Figure:
    """How many copies each machine gives before its end mark, by how many it was asked for: the median of fresh sequences. The grey line is right. Where a point is missing, no end mark came in most of the sequences."""
    copies, machines = copy_by_copy.copies_given(repeats), {f"seed {seed}": colour for seed, colour in enumerate(SEED_COLOURS)}
    right = plot.lines(copies.sel(who=["as asked"]), 240, by="who", colours=theme.CONTROL, dashes={"as asked": "dash"}, top=21)
    given = plot.lines(copies.sel(who=list(machines)), by="who", colours=machines, mode="lines+markers")
    return draw.panels([plot.together(right, given)])


@figure
def end_marks(repeats: Repeats) -> go.Figure:
    """How sure each machine is, at each step, that it is done. It was asked for 8, 10, 12, 15 and 20 copies of one sequence, a row each, and left running. White is certain. A number below stands where that many copies are complete: there the end mark of the row with this number belongs."""
    *above, last = copy_by_copy.end_marks(repeats).sel(asked=list(SHOWN))
    return draw.panels([*(plot.heat(each.T, 90, untitled="x") for each in above), plot.heat(last.T, 90)])


@figure
def learning(repeats: Repeats) -> go.Figure:
    """Learning curves: what a sequence of the training range costs, after so many of them, for three machines and three LSTMs. Mind the scale: each line is ten times the one below."""
    return _curves.figure(curves.learning(task=repeat_copy.TASK))


def across(shape: tuple[int, int]) -> list[float]:
    """The mean wrong bits on the card at one shape: those of each seed."""
    return card()["across_seeds"][f"wrong_bits_{shape[0]}x{shape[1]}"]["seeds"]


def card(name: str = "repeat_copy") -> dict:
    """The card of the machine on this page, or another one."""
    return checkpoint.read_card(name)


bits = setting("How many bits a vector has.", lambda: BITS)
length = setting("How many vectors the recorded sequence has.", lambda: LENGTH)
asked = setting("How often the recorded sequence is asked for.", lambda: REPEATS)
most = setting("The longest sequence and the largest number of repeats in training.", lambda: MOST)
first_most = setting(
    "The longest sequence, and the largest number of repeats, at the beginning of a machine's training.",
    lambda: repeat_copy.RECIPE.levels[0],
)
episodes = setting("How many fresh sequences of each shape the sentences were checked on, for each machine.", lambda: EPISODES)
tried_counts = setting(
    "How many sequences of the training range were counted, for all machines together.",
    lambda: len(repeat_copy.SEEDS) * len(TRAINED) ** 2 * EPISODES,
)
shapes = setting(
    "What those sequences are, in words: how many vectors, and how often they are asked for.",
    lambda: listed([f"{word(length)} vectors {word(times)} times" for length, times in WITHIN]),
)
of_within = setting("How many bits the answer has at ten vectors ten times, the end mark's included.", lambda: answer_bits(MOST, MOST))
of_double = setting("How many bits the answer has at twice the length or twice the repeats, the end mark's included.", lambda: answer_bits(*LONG))
mean = setting("The mean number of repeats in training.", lambda: (1 + MOST) / 2)
spread = setting("The standard deviation of the number of repeats in training.", lambda: 1 / (scalar(1) - scalar(0)))
shown_least = setting("What the machine sees if one copy is wanted.", lambda: scalar(1))
shown_most = setting("What the machine sees if ten copies are wanted: the largest number in training.", lambda: scalar(MOST))
shown_double = setting("What the machine sees if twenty copies are wanted.", lambda: scalar(2 * MOST))
farther = setting(
    "How many times as large as the largest number in training is what stands for twenty copies.",
    lambda: scalar(2 * MOST) / scalar(MOST),
)
parameters = setting("How many numbers a machine learned.", lambda: parameters_of(repeat_copy.build(0)))
lstm_parameters = setting("How many numbers an LSTM learned.", lambda: parameters_of(Lstm(repeat_copy.TASK.inputs, repeat_copy.TASK.outputs)))
paper_parameters = setting("How many numbers the machine learned, in the paper.", lambda: PAPER["parameters"])
paper_lstm_parameters = setting("How many numbers the LSTM learned, in the paper.", lambda: PAPER["lstm_parameters"])
paper_marks_after = setting("Beyond which repeat the paper's machine gives the end mark after every one.", lambda: PAPER["marks_after"])
paper_sequences = setting("How many sequences the learning curves of the paper span.", lambda: PAPER["sequences"])
paper_learning = setting("The number of the paper's figure of learning curves.", lambda: FIGURES["repeat copy"]["learning"])
paper_generalisation = setting(
    "The number of the paper's figure of twice the length and twice the repeats.",
    lambda: FIGURES["repeat copy"]["generalisation"],
)
paper_memory_use = setting("The number of the paper's figure of memory use.", lambda: FIGURES["repeat copy"]["memory use"])

wrong_bits = fact("How many bits of the recorded answer are wrong.", lambda repeats: repeats.run.wrong_bits)
sequences_seen = fact("How many sequences each machine saw in training.", lambda repeats: card()["sequences"])
minutes = fact("How long training took, in minutes of one processor core.", lambda repeats: card()["cpu_seconds"] / 60)
cost = fact(
    "What a fresh sequence of the training range costs the published machine, in bits: the mean.",
    lambda repeats: card()["metrics"]["bits_per_sequence"],
)
guessing = fact(
    "What guessing costs: one bit for every bit of the vectors, on average over the training range.",
    lambda repeats: card()["baselines"]["guessing"]["bits_per_sequence"],
)
lstm_within = fact(
    "Mean wrong bits of the LSTMs at ten vectors ten times.",
    lambda repeats: card()["baselines"][LSTM_NAME][f"wrong_bits_{MOST}x{MOST}"],
)
lstm_sequences = fact("How many sequences each LSTM saw.", lambda repeats: card(repeat_copy.TASK.curves_name)["sequences"])
lstm_cost = fact(
    "What a fresh sequence of the training range costs the LSTMs, in bits: the mean over the seeds.",
    lambda repeats: card()["baselines"][LSTM_NAME]["bits_per_sequence"],
)
worst_cost = fact(
    "What a fresh sequence of the training range costs the worst of the machines, in bits: its mean.",
    lambda repeats: largest(card()["across_seeds"]["bits_per_sequence"]["seeds"], MEANS),
)
worst_within = fact(
    "Mean wrong bits at ten vectors ten times, for the worst of the machines.",
    lambda repeats: largest(across((MOST, MOST)), MEANS),
)
best_long = fact("Mean wrong bits at twice the length, for the best of the machines.", lambda repeats: smallest(across(LONG), MEANS))
worst_long = fact("Mean wrong bits at twice the length, for the worst of the machines.", lambda repeats: largest(across(LONG), MEANS))
best_often = fact("Mean wrong bits at twice the repeats, for the best of the machines.", lambda repeats: smallest(across(OFTEN), MEANS))
worst_often = fact("Mean wrong bits at twice the repeats, for the worst of the machines.", lambda repeats: largest(across(OFTEN), MEANS))
miscounted = fact(
    "In how many sequences of the training range the end mark came too early, too late or never, for all machines together.",
    lambda repeats: count(torch.cat([repeating.miscounts(machine) for machine in repeats.machines]), over="sequences"),
)
least_in_step = fact(
    "In how many sequences of twice the length the read head makes the right jumps and no others, in words: the machine with the fewest.",
    lambda repeats: out_of(min(repeating.sequences_in_step(repeats)), EPISODES, "sequences"),
    steady="fewer than none there cannot be, and machines with random weights jump right in none",
)
most_in_step = fact(
    "In how many sequences of twice the length the read head makes the right jumps and no others, in words: the machine with the most.",
    lambda repeats: out_of(max(repeating.sequences_in_step(repeats)), EPISODES, "sequences"),
)
kept = fact(
    "In how many sequences of twice the length all jumps are right, for all machines together, in words.",
    lambda repeats: word(len(repeating.wrong_in_step(repeats)[0])),
)
lost = fact(
    "In how many sequences of twice the length a jump is wrong or missing, for all machines together, in words.",
    lambda repeats: word(len(repeating.wrong_in_step(repeats)[1])),
)
wrong_kept = fact(
    "Wrong bits in percent where all jumps are right: the mean over such sequences of all machines, at twice the length.",
    lambda repeats: mean_of(repeating.percent(repeating.wrong_in_step(repeats)[0]), over="sequences"),
)
wrong_lost = fact(
    "Wrong bits in percent where a jump is wrong or missing: the mean over such sequences of all machines, at twice the length.",
    lambda repeats: mean_of(repeating.percent(repeating.wrong_in_step(repeats)[1]), over="sequences"),
)
first_ten_most = fact(
    "Wrong bits of the first ten of twenty copies, in percent, in the machine with the most.",
    lambda repeats: largest([first for first, _ in repeating.halves(repeats)], MEANS),
)
second_ten_least = fact(
    "Wrong bits of the second ten of twenty copies, in percent, in the machine with the fewest.",
    lambda repeats: smallest([second for _, second in repeating.halves(repeats)], MEANS),
)


@fact
def least_gate(repeats: Repeats) -> Measured:
    """The smallest gate at any jump, in any machine."""
    return smallest(torch.cat([walk.gate[walk.jumped] for walk in repeats.walks_within]), over="jumps of all machines")


@fact
def usual_gate(repeats: Repeats) -> Measured:
    """The mean gate at the steps of the copies without a jump, in the machine and shape where it is largest."""
    return largest([mean_of(walk.gate[~walk.jumped], "steps") for walk in repeats.walks_within], over="means of machines and shapes")


@fact
def stops(repeats: Repeats) -> str:
    """After how many copies the machines give the end mark when asked for twenty, in words: the median of the sequences."""
    counted = Counter(repeating.median_given(machine.counted)[-1] for machine in repeats.machines).most_common()
    found = [f"after {given:.0f} copies" if np.isfinite(given) else "never" for given, _ in counted]
    return listed([f"{when} in {of_machines(count, repeats)}" for when, (_, count) in zip(found, counted, strict=True)])


@fact
def landing(repeats: Repeats) -> str:
    """On which vectors the machines land, in words, the most frequent first."""
    counted = Counter(map(repeating.first_landing, repeats.machines)).most_common()
    return listed([f"vector {vector + 1} in {of_machines(count, repeats)}" for vector, count in counted])


def of_machines(count: int, repeats: Repeats) -> str:
    """So many of the machines, in words."""
    return out_of(count, len(repeats.machines), "machines")


@finding
def a_location_each(repeats: Repeats) -> Finding:
    """Every vector gets a location of its own, next to the one before."""
    return exactly(all(repeating.moves_while_writing(machine) in ({1}, {-1}) for machine in repeats.machines))


@finding
def jumps_once(repeats: Repeats) -> Finding:
    """In each copy but the first, the read head jumps exactly once."""
    return exactly(all((walk.jumped[1:].sum(1) == 1).all() and not walk.jumped[0].any() for walk in repeats.walks_within))


@finding
def walks_between(repeats: Repeats) -> Finding:
    """Between two jumps it walks one location a step, in the order of writing."""
    return exactly(all((repeating.walks_on(walk) | walk.jumped).flatten(0, 1)[1:].all() for walk in repeats.walks_within))


@finding
def by_content(repeats: Repeats) -> Finding:
    """At every jump the gate is more than half open, and the location that resembles the key most is that of the second vector."""
    second = [walk.jumped.any() and (walk.found == walk.written[1])[walk.jumped].all() for walk in repeats.walks_within]
    return (least_gate(repeats) > 1 / 2) & exactly(all(second))


@finding
def and_one_step(repeats: Repeats) -> Finding:
    """From there the shift takes it one location on or back, and that is where it lands."""
    return exactly(
        all(
            walk.jumped.any() and (walk.moved[walk.jumped].abs() == 1).all() and (walk.read == (walk.found + walk.moved) % walk.locations)[walk.jumped].all()
            for walk in repeats.walks_within
        )
    )


@finding
def lands_in_time(repeats: Repeats) -> Finding:
    """Each machine lands on the same vector at every jump, at the very step that gives this vector back."""
    return exactly(
        all(
            len(repeating.lands_on(machine)) == 1
            and all(repeating.lands_on(machine) == {int(vector) for vector in walk.jumped.nonzero()[:, 1]} for walk in machine.within)
            for machine in repeats.machines
        )
    )


@finding
def behind(repeats: Repeats) -> Finding:
    """Of the three machines, none that lands on a later vector reads those before it: while it gives them, its read head goes on over the locations behind the last vector."""
    landings = [(machine, repeating.first_landing(machine)) for machine in repeats.machines]
    later = [(walk, first) for machine, first in landings if first > 0 for walk in machine.within]
    return exactly(later and all(repeating.reads_behind(walk, first) for walk, first in later))


@finding
def no_rewriting(repeats: Repeats) -> Finding:
    """At the first step of the first copy each write head still has more than half of its weight on one location. From the second copy on it has let go: it gives no location more than a tenth of its weight."""
    first, later = ([part(walk.writes) for walk in repeats.walks_within] for part in (lambda w: w[0, 0].min(), lambda w: w[1:].max()))
    return (smallest(first, over="sequences") > 1 / 2) & (largest(later, over="steps") < 1 / 10)


@finding
def wiping(repeats: Repeats) -> Finding:
    """Wipe the first vector's location after the first copy: a machine that lands on it gets the vector wrong in more than three of four later copies; one that lands later, in fewer than one of ten."""
    found = []
    for machine in repeats.machines:
        shares = [share(wrong[1:, 0] > 0, over="later copies") for wrong in machine.wiped]
        found += [each > 3 / 4 if repeating.lands_on(machine) == {0} else each < 1 / 10 for each in shares]
    return every(found)


@finding(control=repeating.exchanged)
def out_of_step(repeats: Repeats) -> Finding:
    """More than nine in ten of all wrong bits of the three machines are in sequences in which the read head jumps at a wrong step, or misses a jump."""
    kept, lost = map(sum, repeating.wrong_in_step(repeats))
    return share([True] * lost + [False] * kept, over="wrong bits") > 9 / 10


@finding
def more_copies(repeats: Repeats) -> Finding:
    """Each machine gets more than ten times as many bits wrong in the second ten copies as in the first ten."""
    return every([second > 10 * first for first, second in repeating.halves(repeats)])


@finding
def counts_within(repeats: Repeats) -> Finding:
    """Asked for one to ten copies of one to ten vectors, each of the three machines says that it is done after exactly so many, in more than 99 of a hundred sequences."""
    return largest([share(repeating.miscounts(machine), "sequences") for machine in repeats.machines], over="machines") < 1 / 100


@finding
def fails_at_twenty(repeats: Repeats) -> Finding:
    """Asked for ten, each of the machines stops after ten in most of the sequences. Asked for twenty, none stops after twenty, in any of them."""
    stopped = {asked: [each.counted.given[ASKED.index(asked)] == asked for each in repeats.machines] for asked in (MOST, 2 * MOST)}
    after_ten = smallest([share(each, "sequences") for each in stopped[MOST]], over="machines")
    return (after_ten > 1 / 2) & exactly(not torch.cat(stopped[2 * MOST]).any())


@claim
def first_spots(repeats: Repeats) -> bool:
    """In this sequence, the first white spot for eight and for ten copies stands where it belongs, in all three machines; for fifteen and for twenty in none."""
    given = {n: [float(m.counted.given[ASKED.index(n), 0]) for m in repeats.machines] for n in (8, 10, 15, 20)}
    return all(each == [n] * 3 if n <= MOST else n not in each for n, each in given.items())


@finding
def again_and_again(repeats: Repeats) -> Finding:
    """Asked for twelve and left running, each machine gives the end mark more than once, in every sequence."""
    said = [machine.counted.ends[:, ASKED.index(12)] > SURE for machine in repeats.machines]
    begins = [torch.cat([each[:1], each[1:] & ~each[:-1]]) for each in said]  # an end mark of several steps is one
    return exactly(all((each.sum(0) > 1).all() for each in begins))


@claim
def learns(repeats: Repeats) -> bool:
    """In the recorded trainings, each of the three machines ends below a fiftieth of what the best LSTM costs."""
    recorded = repeat_copy.curves()
    return max(float(c[-1, 1]) for c in recorded["ntm"]) < min(float(c[-1, 1]) for c in recorded["lstm"]) / 50
