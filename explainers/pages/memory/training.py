"""Training: what keeps a machine with a memory from learning, in small experiments with several seeds each."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import plotly.graph_objects as go
import torch
from jaxtyping import Float
from torch import Generator, Tensor
from torch.nn import functional

from explainers.kit import counts
from explainers.kit.build import checkpoint
from explainers.kit.build.marks import claim, fact, figure, table
from explainers.kit.figure import browser, draw, theme
from explainers.kit.figure.tables import Group, Table
from explainers.models import ntm, ring
from explainers.pages.memory._heads import WRITE
from explainers.tasks import copy, training_trials
from explainers.tasks.training_trials import LEARNED, RECIPE, SETTINGS, Outcome

EVEN_OVER_ALL = "even over 128"
LENGTH, LONG = 10, 20  # vectors in the recorded episodes
CHANCE = 1 / 100  # what chance does less often than that counts as a difference
POWERS = torch.arange(1, 160.05, 0.1)  # every γ that is tried
LOCATIONS = training_trials.LOCATIONS
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

# The settings of each experiment, by the label under their dots.
MEMORY = {"0.05": "recipe", "0.000001": "memory_tiny", "random": "memory_random", "learned": "memory_learned"}
CLIPPING = {"none": "clip_none", "10": "clip_10", "1": "clip_1", "0.02": "recipe"}
RATES = {
    "0.0001": "rate_1e-4", "0.001": "rate_1e-3", "0.003": "recipe", "0.01": "rate_1e-2", "0.03": "rate_3e-2", "RMS": "rmsprop",
}  # fmt: skip
BATCHES = {"1": "batch_1", "8": "batch_8", "16": "recipe", "64": "batch_64"}
LENGTHS = {"3": "up_to_3", "5": "up_to_5", "10": "recipe"}
LEVELS = {"straight": "recall_straight", "2 → 6": "recall_levels"}
EXPERIMENTS = {
    "Memory at the start": MEMORY,
    "The heads' weighting at the start": {"at location 0": "recipe", "uniform (shorter)": "uniform"},
    "Sharpening": {"by logarithms": "recipe", "as written (shorter)": "naive"},
    "Largest norm of a gradient": CLIPPING,
    "Learning rate": RATES,
    "Sequences a batch": BATCHES,
    "Longest sequence in training": LENGTHS,
    "Items in training, associative recall": LEVELS,
}
ENDS = {"converged": theme.MODEL, "not within the budget": theme.CONTROL, "NaN": theme.KEY}


@dataclass(frozen=True)
class Place:
    """A formula that fails in 32-bit numbers, and another way to compute the same.

    `written` and `ours`: both ways in symbols. `equation`: its number in the paper, or 0. `source`: where it comes from, in words. `inputs`: what
    is tried of `symbol`, one after the other.
    """

    name: str
    written: str
    equation: int
    source: str
    ours: str
    symbol: str
    inputs: Float[Tensor, "input"]
    naive: Callable[[Tensor], Tensor]
    safe: Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Trials:
    """How every training went, by setting; and what the figures show of single episodes.

    `weightings`: to sharpen, by name. `starts`: the write head's weighting over an episode of the copy machine, by how it stands at the start.
    `largest_power`: the largest γ that the copy machines use while they copy.
    """

    outcomes: dict[str, list[Outcome]]
    weightings: dict[str, Float[Tensor, "location"]]
    starts: dict[str, Float[Tensor, "time location"]]
    largest_power: float


def subject() -> Trials:
    """The outcomes of all trainings, and two episodes of the copy machine."""
    outcomes = {name: training_trials.outcomes(name) for name in SETTINGS}
    machine = copy.trained()
    inputs, _ = copy.episodes(LENGTH, 1, Generator().manual_seed(0))
    state = machine.initial_state(1)
    uniform = replace(state, weighting=torch.full_like(state.weighting, 1 / machine.locations))
    starts = {"at location 0": walk(machine, state, inputs), "uniform": walk(machine, uniform, inputs)}
    traces = [copy.run(length=LONG, name=name).trace for name in copy.machines()]
    shifted = traces[0].addressing.shifted.flatten(0, -2)
    blurred = torch.zeros(LOCATIONS)
    blurred[LOCATIONS // 2] = 1
    for _ in range(LOCATIONS):
        blurred = ntm.shift(blurred[None], torch.tensor([[0.25, 0.5, 0.25]]))[0]
    weightings = {
        "blurred": blurred,
        f"even over {LOCATIONS}": torch.full((LOCATIONS,), 1 / LOCATIONS),
        EVEN_OVER_ALL: torch.full((machine.locations,), 1 / machine.locations),
        "flattest while copying": shifted[shifted.amax(-1).argmin()],
        "two locations": torch.tensor([0.5, 0.5] + [0.0] * (LOCATIONS - 2)),
    }
    return Trials(outcomes, weightings, starts, max(float(trace.controls.sharpening.max()) for trace in traces))


def walk(
    machine: ntm.NeuralTuringMachine, state: ntm.State, inputs: Float[Tensor, "time 1 input"]
) -> Float[Tensor, "time location"]:
    """The write head's weighting at every step of an episode that begins in this state."""
    found = []
    with torch.no_grad():
        for now in inputs:
            state, trace = machine.step(state, now)
            found.append(trace.addressing.weighting[0, WRITE])
    return torch.stack(found)


def broken_from(function: Callable[[Tensor], Tensor], inputs: Tensor) -> float | None:
    """The first of these inputs at which a function's value or its gradient is no finite number; none if there is none such."""
    for each in inputs:
        given = each.clone().requires_grad_()
        value = function(given)
        value.square().sum().backward()
        if not (value.isfinite().all() and given.grad.isfinite()):
            return float(each)
    return None


# --8<-- [start:places]
EVEN = torch.full((LOCATIONS,), 1 / LOCATIONS)
EMPTY = torch.tensor([1.0, 0.0])  # a weighting that leaves a location out
SIZES = 10.0 ** -torch.arange(1.0, 46.0)  # of the numbers in the memory
LOGITS = torch.arange(0.0, 200.0)
KEY = torch.linspace(-1, 1, 20)
PLACES = (
    Place(
        "sharpening, even weights", "w̃^γ ÷ Σ w̃^γ", 9, "the paper, equation 9", "softmax(γ · log w̃)", "γ", POWERS,
        lambda power: training_trials.power(EVEN, power), lambda power: ntm.sharpen(EVEN, power),
    ),
    Place(
        "a weight of 0", "softmax(γ · log w̃)", 0, "our own way round the first, not in the paper", "no w̃ below 10⁻¹²", "γ", POWERS,
        lambda power: torch.softmax(power * EMPTY.log(), -1), lambda power: ntm.sharpen(EMPTY, power),
    ),
    Place(
        "cosine", "k·M(i) ÷ (|k| · |M(i)|)", 6, "the paper, equation 6", "no |k|, no |M(i)| below 10⁻⁸", "entries of M(i)", SIZES,
        lambda size: (KEY @ (size * KEY)) / (KEY.square().sum().sqrt() * (size * KEY).square().sum().sqrt()),
        lambda size: ntm.cosine_similarity(KEY[None], size * KEY[None]),
    ),
    Place(
        "strength, sharpening", "log(1 + exp x)", 0, "our way to keep β above 0 and γ above 1; the paper does not say how", "softplus(x)", "x", LOGITS,
        lambda x: torch.log(1 + torch.exp(x)), functional.softplus,
    ),
    Place(
        "cost", "−log(1 − σ(x))", 0, "the paper in words: sigmoid outputs, cross-entropy", "cross entropy of the logit x", "x", LOGITS,
        lambda x: -torch.log(1 - torch.sigmoid(x)),
        lambda x: functional.binary_cross_entropy_with_logits(x, torch.tensor(0.0)),
    ),
)  # fmt: skip
# --8<-- [end:places]


def dots(
    trials: Trials, settings: dict[str, str], value: Callable[[Outcome], float]
) -> list[go.Scatter]:
    """A dot a training, settings side by side, coloured by how the training ended."""
    found: dict[str, list[tuple[float, float]]] = {end: [] for end in ENDS}
    for place, name in enumerate(settings.values()):
        outcomes = trials.outcomes[name]
        for seed, outcome in enumerate(outcomes):
            across = place + 0.6 * ((seed + 0.5) / len(outcomes) - 0.5)
            found[ended(outcome)].append((across, value(outcome)))
    return [draw.line(*zip(*points, strict=True), end, ENDS[end], "markers") for end, points in found.items() if points]


def ended(outcome: Outcome) -> str:
    """How a training ended: one of ENDS."""
    if outcome.failed_at >= 0:
        return "NaN"
    return "converged" if outcome.converged_at is not None else "not within the budget"


def share_converged(outcomes: Sequence[Outcome]) -> float:
    """The share of trainings that converged."""
    return sum(ended(outcome) == "converged" for outcome in outcomes) / len(outcomes)


def sequences(outcome: Outcome) -> float:
    """Sequences seen when a training had converged; otherwise when it ended."""
    if outcome.failed_at >= 0:
        return outcome.failed_at
    return outcome.converged_at or float(outcome.curve[-1, 0])


def share(trials: Trials, name: str) -> str:
    """How many trainings of a setting converged, in words."""
    outcomes = trials.outcomes[name]
    return f"{sum(ended(outcome) == 'converged' for outcome in outcomes)} of {len(outcomes)}"


def median(trials: Trials, name: str, value: Callable[[Outcome], float]) -> float:
    """The median over the trainings of a setting."""
    return statistics.median(value(outcome) for outcome in trials.outcomes[name])


def experiment(
    trials: Trials,
    settings: dict[str, str],
    x: str,
    measures: dict[str, tuple[str, Callable[[Outcome], float]]] | None = None,
) -> go.Figure:
    """How many trainings of each setting converged, and, a dot each, after how many sequences.

    Args:
        x: what the settings differ in.
        measures: further panels of dots, by title: the y axis's title, and the value.
    """
    of = len(trials.outcomes[next(iter(settings.values()))])
    ticks = {
        "tickmode": "array", "tickvals": list(range(len(settings))), "ticktext": list(settings), "range": [-0.5, len(settings) - 0.5],
    }  # fmt: skip
    bars = [
        draw.bars(
            list(settings),
            [sum(ended(outcome) == end for outcome in trials.outcomes[name]) for name in settings.values()],
            end,
            ENDS[end],
        )
        for end in ("converged", "NaN")
        if any(ended(outcome) == end for name in settings.values() for outcome in trials.outcomes[name])
    ]
    panels = [draw.Panel(f"How many converged, of {of}", bars, x=x, height=150, axes={"y": {"range": [0, of]}})]
    for title, (y, value) in ({"Sequences seen at the end": ("sequences", sequences)} | (measures or {})).items():
        axes = {"x": ticks, "y": {"type": "log", "dtick": 1} if value is longest_gradient else {}}
        panels.append(draw.Panel(title, dots(trials, settings, value), x=x, y=y, height=150, axes=axes))
    return draw.panels(panels, 3 if len(panels) == 3 else 2)


@figure(live="sharpening-bench")
def sharpening(trials: Trials) -> go.Figure:
    """The sum of all powers, Σ w̃^γ, in 32-bit numbers, for five weightings, as a power of ten. A line ends where the sum becomes 0: from there on, sharpening as the formula is written divides zero by zero."""
    colours = (theme.KEY, theme.WRITE, theme.READ, theme.MODEL, theme.CONTROL)
    traces = []
    for (name, weighting), colour in zip(trials.weightings.items(), colours, strict=True):
        sums = (weighting[None] ** POWERS[:, None]).sum(-1)
        last = int((sums > 0).sum()) - 1
        kept = [*range(0, last, 10), last]
        traces.append(draw.line(POWERS[kept].numpy().round(1), sums[kept].log10(), name, colour, "lines"))
    panel = draw.Panel("log₁₀ Σ w̃^γ", traces, x="γ", height=200, axes={"y": {"range": [-48, 2]}})
    return browser.with_live(
        draw.panels([panel]),
        weightings={name: browser.array(weighting) for name, weighting in trials.weightings.items()},
        start=10.0,
        most=float(POWERS[-1].round()),
    )


@table
def places(trials: Trials) -> Table:
    """Where formulas fail in 32-bit numbers: each as one would write it down, where it comes from, the first of our inputs at which its value or its gradient is no finite number, and what we compute instead."""
    rows = tuple(
        (each.name, each.written, each.source, f"{each.symbol} = {in_words(broken_from(each.naive, each.inputs))}", each.ours)
        for each in PLACES
    )
    return Table(("where", "as written", "from", "fails at", "instead"), (Group("In 32-bit numbers", "", rows),))


def in_words(value: float) -> str:
    """A number as a reader takes it: a small one as a power of ten."""
    if value > 1e-3:
        return f"{value:.4g}"
    return "10" + str(round(math.log10(value))).translate(RAISED)


@figure
def memory(trials: Trials) -> go.Figure:
    """Four memories at the start. First: how many of the trainings converged. Second, a dot each: how many sequences it had seen when it converged, or when its budget ended."""
    return experiment(trials, MEMORY, "memory at the start")


@figure
def starts(trials: Trials) -> go.Figure:
    """The write head of the same trained machine at the same task, by where its heads stand at the start: at one location, or everywhere alike. Black is weight 0, white is 1."""
    standing = trials.starts["at location 0"]
    shown = ring.stretch(0, standing.argmax(-1).tolist(), standing.shape[1])
    labels = [str(place) if number % 5 == 0 else "" for number, place in enumerate(shown)]
    panels = [
        draw.Panel(
            f"start: {name}",
            draw.weightings(where.T, labels, [""] * len(where), shown),
            x="time",
            y="location",
            height=190,
        )
        for name, where in trials.starts.items()
    ]
    return draw.panels(panels, 2)


@figure
def clipping(trials: Trials) -> go.Figure:
    """Gradients that are not shortened, or shortened to one of three norms. Third and fourth: wrong bits of a sequence of ten vectors in the end, and the longest gradient that each training met, before it was shortened; there each line is ten times the one below."""
    measures = {
        f"Wrong bits of {LENGTH * copy.BITS} in the end": ("bits", lambda outcome: outcome.wrong[0]),
        "Longest gradient": ("norm", longest_gradient),
    }
    return experiment(trials, CLIPPING, "largest norm allowed", measures)


@figure
def rates(trials: Trials) -> go.Figure:
    """Five learning rates of Adam, and RMSProp at the paper's rate of 0.0001 with its momentum of 0.9; the gradient is clipped as in the recipe."""
    return experiment(trials, RATES, "learning rate; RMS: RMSProp")


@figure
def batches(trials: Trials) -> go.Figure:
    """Four sizes of a batch. Third: what the same trainings took in seconds of one processor core."""
    seconds = {"Processor seconds": ("seconds", lambda outcome: outcome.seconds)}
    return experiment(trials, BATCHES, "sequences a batch", seconds)


@figure
def short_sequences(trials: Trials) -> go.Figure:
    """Trained on sequences of up to three, five or ten vectors, and measured, all of them, on sequences of up to ten. Third: wrong bits of a sequence of ten at the end of training."""
    wrong = {f"Wrong bits of {LENGTH * copy.BITS}": ("bits", lambda outcome: outcome.wrong[0])}
    return experiment(trials, LENGTHS, "longest sequence in training", wrong)


@figure
def levels(trials: Trials) -> go.Figure:
    """Associative recall of two to six items: all from the beginning, or two items first and one more whenever the machine has learned those."""
    return experiment(trials, LEVELS, "items in training")


def longest_gradient(outcome: Outcome) -> float:
    """The largest norm of a gradient that a training met."""
    return float(outcome.curve[:, 3].max())


@table
def everything(trials: Trials) -> Table:
    """All trainings: how many converged, how many ended in NaN, and medians over the trainings of a setting: sequences and processor seconds of those that converged, and what a sequence costs in the end. The two settings marked as shorter had a smaller budget, so their costs are to be compared with those of the recipe after as many sequences."""
    groups = tuple(
        Group(title, "", tuple((label, *result(trials.outcomes[name])) for label, name in settings.items()))
        for title, settings in EXPERIMENTS.items()
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
        f"{statistics.median(lasting):.2f}" if lasting else "",
    )


@fact
def trainings(trials: Trials) -> int:
    """How many trainings there are."""
    return sum(map(len, trials.outcomes.values()))


@fact
def minutes(trials: Trials) -> float:
    """How long all trainings took, in minutes of one processor core."""
    return checkpoint.read_card(training_trials.NAME)["cpu_seconds"] / 60


@fact
def seeds(trials: Trials) -> int:
    """How many seeds each setting of the copy task has."""
    return RECIPE.seeds


@fact
def recall_seeds(trials: Trials) -> int:
    """How many seeds each setting of associative recall has."""
    return training_trials.RECALL.seeds


@fact
def longest(trials: Trials) -> int:
    """The longest sequence to copy."""
    return training_trials.LONGEST


@fact
def locations(trials: Trials) -> int:
    """How many locations the memory has."""
    return LOCATIONS


@fact
def batch(trials: Trials) -> int:
    """How many sequences a batch of the recipe has."""
    return RECIPE.batch


@fact
def budget(trials: Trials) -> int:
    """How many sequences a training of the copy task may see."""
    return RECIPE.budget


@fact
def recall_budget(trials: Trials) -> int:
    """How many lists a training of associative recall may see."""
    return training_trials.RECALL.budget


@fact
def naive_budget(trials: Trials) -> int:
    """How many sequences a training with naive sharpening may see."""
    return SETTINGS["naive"].budget


@fact
def measured_every(trials: Trials) -> int:
    """How many sequences lie between two measurements."""
    return training_trials.MEASURED_EVERY


@fact
def threshold(trials: Trials) -> float:
    """Below so many bits a sequence a training has converged."""
    return LEARNED


@fact
def guessing(trials: Trials) -> float:
    """What guessing costs on the trial sequences, in bits."""
    return statistics.mean(each.targets[:, 0].numel() for each in training_trials.trial(RECIPE))


@fact
def recipe(trials: Trials) -> str:
    """How many trainings of the recipe converged."""
    return share(trials, "recipe")


@fact
def recipe_sequences(trials: Trials) -> float:
    """Sequences until a training of the recipe had converged: the median of those that did."""
    return training_trials.summary(trials.outcomes["recipe"])["median_sequences"]


@fact
def largest_power(trials: Trials) -> float:
    """The largest γ that the three copy machines use while they copy one sequence of twenty vectors each."""
    return trials.largest_power


@fact
def even_breaks(trials: Trials) -> float:
    """From which γ on powers of a weighting that is even over 128 locations have the sum 0."""
    weighting = trials.weightings[EVEN_OVER_ALL]
    return next(float(power) for power in POWERS if (weighting**power).sum() == 0)


@fact
def flattest_breaks(trials: Trials) -> float:
    """From which γ on powers of the flattest weighting of the copy machine have the sum 0."""
    weighting = trials.weightings["flattest while copying"]
    return next(float(power) for power in POWERS if (weighting**power).sum() == 0)


@fact
def naive_nan(trials: Trials) -> str:
    """How many trainings with naive sharpening ended in NaN, in words."""
    outcomes = trials.outcomes["naive"]
    return counts.out_of(sum(outcome.failed_at >= 0 for outcome in outcomes), len(outcomes), "trainings")


def costs_at(trials: Trials, name: str, seen: int) -> float:
    """What a sequence costs after so many: the median over the trainings of a setting that got there."""
    curves = [outcome.curve for outcome in trials.outcomes[name]]
    return statistics.median(float(curve[curve[:, 0] == seen, 1]) for curve in curves if (curve[:, 0] == seen).any())


@fact
def naive_bits(trials: Trials) -> float:
    """What a sequence costs after the shorter budget, with naive sharpening: the median."""
    return costs_at(trials, "naive", SETTINGS["naive"].budget)


@fact
def recipe_bits(trials: Trials) -> float:
    """What a sequence costs after the same number of sequences, with the recipe: the median."""
    return costs_at(trials, "recipe", SETTINGS["naive"].budget)


@fact
def uniform_budget(trials: Trials) -> int:
    """How many sequences a training with a uniform start may see."""
    return SETTINGS["uniform"].budget


@fact
def uniform_bits(trials: Trials) -> float:
    """What a sequence costs in the end with a uniform start: the median."""
    return costs_at(trials, "uniform", SETTINGS["uniform"].budget)


@fact
def recipe_bits_early(trials: Trials) -> float:
    """What a sequence costs after the same number of sequences, with the recipe: the median."""
    return costs_at(trials, "recipe", SETTINGS["uniform"].budget)


@fact
def tiny(trials: Trials) -> str:
    """How many trainings with a memory of nearly nothing converged."""
    return share(trials, "memory_tiny")


@fact
def random(trials: Trials) -> str:
    """How many trainings with a random memory converged."""
    return share(trials, "memory_random")


@fact
def learned(trials: Trials) -> str:
    """How many trainings with a learned memory converged."""
    return share(trials, "memory_learned")


@fact
def clip_none(trials: Trials) -> str:
    """How many trainings without clipping converged."""
    return share(trials, "clip_none")


@fact
def clip_10(trials: Trials) -> str:
    """How many trainings with gradients of a norm of up to 10 converged."""
    return share(trials, "clip_10")


@fact
def clip_1(trials: Trials) -> str:
    """How many trainings with gradients of a norm of up to 1 converged."""
    return share(trials, "clip_1")


def longest_of_stretches(trials: Trials) -> Float[Tensor, "stretch"]:
    """The longest gradient between two measurements, all trainings of the recipe together."""
    return torch.cat([outcome.curve[:, 3] for outcome in trials.outcomes["recipe"]])


@fact
def shortened(trials: Trials) -> float:
    """In how many stretches between two measurements a gradient of the recipe was shortened, in percent."""
    return 100 * float((longest_of_stretches(trials) > RECIPE.clip).float().mean())


@fact
def usual_longest(trials: Trials) -> float:
    """How many times as long as the recipe's limit the longest gradient of such a stretch is: the median."""
    return float(longest_of_stretches(trials).median()) / RECIPE.clip


@fact
def recipe_clip(trials: Trials) -> float:
    """The largest norm of a gradient in the recipe."""
    return RECIPE.clip


@fact
def clip_10_right(trials: Trials) -> str:
    """How many trainings with gradients of a norm of up to 10 end with less than one wrong bit at the longest length, in words."""
    outcomes = trials.outcomes["clip_10"]
    return counts.out_of(sum(0 <= outcome.wrong[0] < 1 for outcome in outcomes), len(outcomes), "trainings")


@fact
def bits_of_longest(trials: Trials) -> int:
    """How many bits the longest sequence has."""
    return LENGTH * copy.BITS


@fact
def rate_1e_4(trials: Trials) -> str:
    """How many trainings at the rate 0.0001 converged."""
    return share(trials, "rate_1e-4")


@fact
def rate_1e_3(trials: Trials) -> str:
    """How many trainings at the rate 0.001 converged."""
    return share(trials, "rate_1e-3")


@fact
def rate_1e_2(trials: Trials) -> str:
    """How many trainings at the rate 0.01 converged."""
    return share(trials, "rate_1e-2")


@fact
def rate_3e_2(trials: Trials) -> str:
    """How many trainings at the rate 0.03 converged."""
    return share(trials, "rate_3e-2")


@fact
def rmsprop(trials: Trials) -> str:
    """How many trainings with RMSProp converged."""
    return share(trials, "rmsprop")


@fact
def batch_1(trials: Trials) -> str:
    """How many trainings with single sequences converged."""
    return share(trials, "batch_1")


@fact
def batch_8(trials: Trials) -> str:
    """How many trainings with batches of 8 converged."""
    return share(trials, "batch_8")


@fact
def batch_64(trials: Trials) -> str:
    """How many trainings with batches of 64 converged."""
    return share(trials, "batch_64")


def a_thousand(trials: Trials, name: str) -> float:
    """Processor seconds for a thousand sequences of training: the median over the trainings of a setting."""
    return median(trials, name, lambda outcome: float(1000 * outcome.curve[-1, 2] / outcome.curve[-1, 0]))


@fact
def seconds_batch_1(trials: Trials) -> float:
    """Processor seconds for a thousand single sequences."""
    return a_thousand(trials, "batch_1")


@fact
def seconds_batch_64(trials: Trials) -> float:
    """Processor seconds for a thousand sequences in batches of 64."""
    return a_thousand(trials, "batch_64")


@fact
def up_to_3(trials: Trials) -> str:
    """How many trainings on up to three vectors converged."""
    return share(trials, "up_to_3")


@fact
def up_to_5(trials: Trials) -> str:
    """How many trainings on up to five vectors converged."""
    return share(trials, "up_to_5")


@fact
def straight(trials: Trials) -> str:
    """How many trainings of associative recall without a curriculum converged."""
    return share(trials, "recall_straight")


@fact
def by_levels(trials: Trials) -> str:
    """How many trainings of associative recall with a curriculum converged."""
    return share(trials, "recall_levels")


@claim
def ours_never_breaks(trials: Trials) -> bool:
    """What we compute instead fails at none of the inputs that we tried."""
    return all(broken_from(each.safe, each.inputs) is None for each in PLACES)


@claim
def no_nan(trials: Trials) -> bool:
    """None of all the trainings on this page ended in NaN."""
    return all(outcome.failed_at < 0 for outcomes in trials.outcomes.values() for outcome in outcomes)


def converged(trials: Trials, name: str) -> tuple[int, int]:
    """How many trainings of a setting converged, and how many there are."""
    outcomes = trials.outcomes[name]
    return sum(ended(outcome) == "converged" for outcome in outcomes), len(outcomes)


def clearly_fewer(trials: Trials, name: str) -> bool:
    """Whether fewer trainings of a setting converged than of the recipe, by more than chance alone would do once in a hundred times."""
    here, recipe = converged(trials, name), converged(trials, "recipe")
    return here < recipe and training_trials.by_chance(here, recipe) < CHANCE


@fact
def no_difference(trials: Trials) -> int:
    """The fewest trainings that may converge while chance is not ruled out as what parts them from the recipe."""
    found, of = converged(trials, "recipe")
    return next(count for count in range(of + 1) if training_trials.by_chance((count, of), (found, of)) >= CHANCE)


@fact
def levels_by_chance(trials: Trials) -> float:
    """How often chance alone would part two such sets of starts as far as with and without a curriculum, in percent."""
    return 100 * training_trials.by_chance(converged(trials, "recall_straight"), converged(trials, "recall_levels"))


@claim
def every_memory_works(trials: Trials) -> bool:
    """With each of these memories all trainings converged, or all but one."""
    return all(of - count <= 1 for count, of in (converged(trials, name) for name in MEMORY.values()))


@claim
def uniform_stays(trials: Trials) -> bool:
    """After a uniform start the write head gives every location the same weight at every step, to the last bit."""
    return bool((trials.starts["uniform"] == trials.starts["uniform"][0, 0]).all())


@claim
def uniform_never_parts(trials: Trials) -> bool:
    """In all of them, in the end, every location still has the same weight at every step, to the last bit."""
    return all(outcome.apart == 0 for outcome in trials.outcomes["uniform"])


@claim
def gradients_jump(trials: Trials) -> bool:
    """Every one of these trainings meets a gradient that is more than three hundred times as long as the recipe allows."""
    return all(
        longest_gradient(outcome) > 300 * RECIPE.clip for name in CLIPPING.values() for outcome in trials.outcomes[name]
    )


@claim
def only_tight_clipping(trials: Trials) -> bool:
    """With the recipe's limit all trainings converged within the budget. With each looser limit at most one in four did, clearly fewer."""
    looser = [name for name in CLIPPING.values() if name != "recipe"]
    found = [share_converged(trials.outcomes[name]) for name in looser]
    return share_converged(trials.outcomes["recipe"]) == 1 and max(found) <= 1 / 4 and all(clearly_fewer(trials, name) for name in looser)


@claim
def two_rates_work(trials: Trials) -> bool:
    """At two of these rates, 0.003 and 0.01, all trainings converged within the budget. With every other setting of the figure at most one in four did, clearly fewer."""
    good = ("recipe", "rate_1e-2")
    others = [name for name in RATES.values() if name not in good]
    return (
        all(share_converged(trials.outcomes[name]) == 1 for name in good)
        and max(share_converged(trials.outcomes[name]) for name in others) <= 1 / 4
        and all(clearly_fewer(trials, name) for name in others)
    )


@claim
def no_proof_for_a_curriculum(trials: Trials) -> bool:
    """With the curriculum more starts converged. But were both equally good, chance alone would part two such sets of starts as far in more than one of five experiments."""
    straight, levels = (converged(trials, name) for name in ("recall_straight", "recall_levels"))
    return levels > straight and training_trials.by_chance(straight, levels) > 1 / 5


@claim
def single_needs_fewest(trials: Trials) -> bool:
    """With single sequences, all trainings but one converged after fewer sequences than any training with larger batches."""
    single, *larger = (
        [outcome.converged_at or math.inf for outcome in trials.outcomes[name]] for name in BATCHES.values()
    )
    fewest = min(needed for batch in larger for needed in batch)
    return sum(needed < fewest for needed in single) == len(single) - 1


@claim
def three_are_too_few(trials: Trials) -> bool:
    """Of the trainings on up to three vectors at most one in four converged on sequences of up to ten, clearly fewer than of those on up to ten."""
    return share_converged(trials.outcomes["up_to_3"]) <= 1 / 4 and clearly_fewer(trials, "up_to_3")


@claim
def five_can_do(trials: Trials) -> bool:
    """Most trainings on up to five did, though they had never seen a longer one."""
    return share_converged(trials.outcomes["up_to_5"]) > 1 / 2


@fact
def formulas(trials: Trials) -> str:
    """How many formulas were tried, in words."""
    return counts.word(len(PLACES))


@fact
def formulas_of_the_paper(trials: Trials) -> str:
    """How many of them stand in the paper, in words."""
    return counts.word(sum(each.equation > 0 for each in PLACES)).capitalize()


@fact
def copy_batch(trials: Trials) -> int:
    """How many sequences a batch of the copy machines on their own page has."""
    return copy.RECIPE.batch


@fact
def copy_budget(trials: Trials) -> int:
    """How many sequences those may see in the first stage of their training."""
    return copy.RECIPE.batch * copy.RECIPE.batches
