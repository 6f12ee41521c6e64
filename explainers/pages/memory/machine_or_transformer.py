"""Machine or transformer: the same lookup in both, the same data for both, and what each step costs."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import plotly.graph_objects as go
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from explainers.kit import counts
from explainers.kit.build import checkpoint
from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.figure import draw, theme
from explainers.models import cost, ntm
from explainers.pages.memory._heads import READ
from explainers.tasks import copy, ngrams, recall, rivals
from explainers.tasks.common.task import Task

MILLIONTH = 1e-6
KINDS = {
    "ntm": ("Neural Turing Machine", theme.MODEL, "solid"),
    "transformer": ("transformer", theme.KEY, "solid"),
    "lstm": ("LSTM", theme.CONTROL, "dot"),
}
TITLES = {"copy": "Copy", "recall": "Associative recall", "ngrams": "Dynamic n-grams"}
STEPS = 1000  # to which costs are drawn
ITEMS, SHOWN_STEPS = 6, 60  # of the episode of associative recall; of the sequence of bits that is shown
COUNTS = 1.0  # bits in a hundred steps above the optimal estimator: who is nearer has learned to count
FAR_FROM_COUNTING = 5.0


@dataclass(frozen=True)
class Swap:
    """An episode of a machine as recorded, and the same with attention in the place of its content weighting.

    `recorded` and `attended` are content weightings of the same keys and the same memory; `exactly_apart` is their largest difference when
    both are computed with 64 bits. `answers` holds the probabilities that the machine gave, `swapped` those that it gives when it runs
    with attention from the first step on.
    """

    task: str
    key_strength: Float[Tensor, "time head"]
    recorded: Float[Tensor, "time head location"]
    attended: Float[Tensor, "time head location"]
    exactly_apart: float
    answers: Float[Tensor, "time output"]
    swapped: Float[Tensor, "time output"]


@dataclass(frozen=True)
class Comparison:
    """Learning curves and generalisation by task and kind of model, short trials, models of each kind, and an episode of each machine."""

    curves: dict[str, dict[str, list[Float[Tensor, "point 2"]]]]
    sizes: dict[str, dict[str, dict[int, list[float]]]]
    tried: dict[tuple[str, str], Float[Tensor, "way rate"]]
    models: dict[str, dict[str, cost.Model]]
    swaps: tuple[Swap, ...]


def subject() -> Comparison:
    """All curves and measures, and an episode of each machine of each task, twice."""
    models = {
        name: {"ntm": contest.task.build(0)}
        | {kind: contest.kinds[kind][rivals.chosen(name, kind)[0]]() for kind in contest.kinds}
        for name, contest in rivals.CONTESTS.items()
    }
    swaps = [swap("copy", copy.trained(name), copy.run(copy.LONGEST, 0, name).inputs) for name in copy.machines()]
    swaps += [swap("recall", recall.trained(name), recall.run(ITEMS, 0, name).inputs) for name in recall.machines()]
    seen = ngrams.seen(ngrams.draw_sequences(1, torch.Generator().manual_seed(0)).bits)
    swaps += [swap("ngrams", ngrams.trained(name), seen) for name in ngrams.machines()]
    return Comparison(
        {name: rivals.curves(name) for name in rivals.CONTESTS},
        {name: rivals.sizes(name) for name in rivals.CONTESTS},
        {(name, kind): rivals.tried(name, kind) for name, contest in rivals.CONTESTS.items() for kind in contest.kinds},
        models,
        tuple(swaps),
    )


# --8<-- [start:by_attention]
def content_by_attention(
    key: Float[Tensor, "*batch head width"],
    key_strength: Float[Tensor, "*batch head"],
    memory: Float[Tensor, "*batch location width"],
) -> Float[Tensor, "*batch head location"]:
    """The content weighting, from torch's attention."""
    firmness = key_strength[..., None] * math.sqrt(key.shape[-1])
    query = firmness * functional.normalize(key, dim=-1)
    keys = functional.normalize(memory, dim=-1)
    values = torch.eye(memory.shape[-2], dtype=memory.dtype)
    return functional.scaled_dot_product_attention(query, keys, values)


# --8<-- [end:by_attention]


@contextmanager
def in_place_of_content(weighting: Callable) -> Iterator[None]:
    """Let machines take their content weighting from another function for a while."""
    own, ntm.content_weighting = ntm.content_weighting, weighting
    try:
        yield
    finally:
        ntm.content_weighting = own


@torch.no_grad()
def swap(task: str, machine: ntm.NeuralTuringMachine, inputs: Float[Tensor, "time 1 input"]) -> Swap:
    """Run an episode as it is, look again by attention at every step, then run it by attention altogether."""
    logits, trace = machine(inputs)
    looked = (trace.controls.key, trace.controls.key_strength, trace.memory_before)
    exact = [part.double() for part in looked]
    with in_place_of_content(content_by_attention):
        again, _ = machine(inputs)
    return Swap(
        task,
        trace.controls.key_strength[:, 0],
        trace.addressing.content[:, 0],
        content_by_attention(*looked)[:, 0],
        apart(ntm.content_weighting(*exact), content_by_attention(*exact)),
        logits[:, 0].sigmoid(),
        again[:, 0].sigmoid(),
    )


def apart(one: Tensor, other: Tensor) -> float:
    """The largest difference."""
    return float((one - other).abs().max())


def lines(found: dict[str, list[tuple]], mode: str = "lines") -> list[go.Scatter]:
    """Lines of each kind of model, in its colour."""
    traces = []
    for kind, each in found.items():
        name, colour, dash = KINDS[kind]
        traces += [draw.line(x, y, name, colour, mode, dash) for x, y in each]
    return traces


@figure
def same_weights(comparison: Comparison) -> go.Figure:
    """Content weightings of the read head of a machine that counts n-grams, by the machine's own formula and by torch's attention. Black is weight 0, white is weight 1. Of the memory only the locations are shown that are looked at most at some step."""
    shown = next(each for each in comparison.swaps if each.task == "ngrams")
    recorded, attended = (where[:SHOWN_STEPS, READ] for where in (shown.recorded, shown.attended))
    places = sorted(set(recorded.argmax(-1).tolist()))
    labels = [str(place) if number % 5 == 0 else "" for number, place in enumerate(places)]
    times = [str(step + 1) if step % 10 == 9 else "" for step in range(SHOWN_STEPS)]
    panels = [
        draw.Panel(title, draw.weightings(where.T, labels, times, places), x="time", y="location", height=190)
        for title, where in (("softmax of β · cosine", recorded), ("attention of torch", attended))
    ]
    return draw.panels(panels, 2)


@figure
def learning(comparison: Comparison) -> go.Figure:
    """Learning curves of three seeds each: what a sequence of the trial costs, after so many sequences of training. Starts that were given up count as seen and are not drawn. Where the scale goes in powers of ten, each line is ten times the one below."""
    panels = []
    for name, title in TITLES.items():
        curves = {kind: [(curve[:, 0], curve[:, 1]) for curve in comparison.curves[name][kind]] for kind in KINDS}
        scale = {"rangemode": "normal"} if name == "ngrams" else {"type": "log", "dtick": 1}
        panels.append(draw.Panel(title, lines(curves), x="sequences seen", y="bits", height=200, axes={"y": scale}))
    return draw.panels(panels, 3)


@figure
def generalisation(comparison: Comparison) -> go.Figure:
    """Sequences up to the lengths of training and beyond them, three seeds each. Copy and recall: wrong bits in percent; guessing gets half of them wrong. N-grams: bits above the optimal estimator in a hundred steps."""
    axes = {"copy": ("vectors", "percent wrong"), "recall": ("items", "percent wrong"), "ngrams": ("steps", "bits above")}
    panels = []
    for name, title in TITLES.items():
        found = comparison.sizes[name]
        each = {kind: [(list(found[kind]), seed) for seed in zip(*found[kind].values(), strict=True)] for kind in KINDS}
        panels.append(draw.Panel(title, lines(each, "lines+markers"), x=axes[name][0], y=axes[name][1], height=200))
    return draw.panels(panels, 3)


@figure
def trials(comparison: Comparison) -> go.Figure:
    """What a sequence of the trial costs after short trainings of each rival, one for each bar, by learning rate. Lower is better; the best was taken."""
    colours = {"rotary": theme.KEY, "sinusoidal": theme.VALUE, "none": theme.WRITE, "one layer": theme.CONTROL}
    names = {"none": "without positions", "one layer": "LSTM"}
    panels = []
    for task, title in TITLES.items():
        bars = [
            draw.bars([f"{rate:g}" for rate in rivals.RATES], row, names.get(way, way), colours[way])
            for kind, ways in rivals.CONTESTS[task].kinds.items()
            for way, row in zip(ways, comparison.tried[task, kind].tolist(), strict=True)
        ]
        panels.append(draw.Panel(title, bars, x="learning rate", y="bits", height=150))
    return draw.panels(panels, 3)


@figure
def costs(comparison: Comparison) -> go.Figure:
    """What one step costs and what is kept after it, by the number of the step, for the models of the copy task."""
    steps = [1, *range(50, STEPS + 1, 50)]
    models = comparison.models["copy"]
    panels = [
        draw.Panel(
            title,
            lines({kind: [(steps, [count(models[kind], step) / 1000 for step in steps])] for kind in KINDS}),
            x="step",
            y="thousands",
            height=200,
        )
        for title, count in (("Multiply-adds of a step", cost.multiply_adds), ("Numbers kept", cost.kept))
    ]
    return draw.panels(panels, 2)


def best_rate(comparison: Comparison, task: str, kind: str) -> float:
    """The rate of the cheapest of a rival's short trainings."""
    return rivals.RATES[int(comparison.tried[task, kind].min(0).values.argmin())]


def of_size(comparison: Comparison, task: str, kind: str, size: int) -> list[float]:
    """How the models of a kind do on sequences of a size, one a seed."""
    return comparison.sizes[task][kind][size]


def of_rivals(comparison: Comparison, task: str, size: int) -> list[float]:
    """How all transformers and all LSTMs do on sequences of a size."""
    return of_size(comparison, task, "transformer", size) + of_size(comparison, task, "lstm", size)


def counting(comparison: Comparison) -> list[int]:
    """The seeds of the transformers that learned to count."""
    found = of_size(comparison, "ngrams", "transformer", ngrams.LENGTH)
    return [seed for seed, above in enumerate(found) if above < COUNTS]


def ends(comparison: Comparison, task: str, kind: str) -> list[float]:
    """What a sequence of the training's kind costs at the end of each training, in bits."""
    return [float(curve[-1, 1]) for curve in comparison.curves[task][kind]]


def first_step(count: Callable[[cost.Model, int], int], models: dict[str, cost.Model]) -> int:
    """The first step at which the transformer's count is larger than the machine's."""
    step = 1
    while count(models["transformer"], step) <= count(models["ntm"], step):
        step += 1
    return step


def whole(model: cost.Model, steps: int) -> int:
    """Multiply-adds of a sequence of so many steps."""
    first, last = (cost.multiply_adds(model, step) for step in (1, steps))
    return steps * (first + last) // 2  # from step to step it grows by the same amount, or not at all


@fact
def machines(comparison: Comparison) -> int:
    """How many machines looked twice."""
    return len(comparison.swaps)


@fact
def looks(comparison: Comparison) -> int:
    """How many content weightings were compared: one for each head at each step of each episode."""
    return sum(each.recorded[..., 0].numel() for each in comparison.swaps)


@fact
def largest_difference(comparison: Comparison) -> float:
    """The largest difference of a weight, in millionths."""
    return max(apart(each.recorded, each.attended) for each in comparison.swaps) / MILLIONTH


@fact
def largest_difference_of_answers(comparison: Comparison) -> float:
    """The largest difference of a probability that a machine gives, in millionths."""
    return max(apart(each.answers, each.swapped) for each in comparison.swaps) / MILLIONTH


@fact
def copy_weights(comparison: Comparison) -> int:
    """How many numbers the copy machine learned."""
    return cost.parameters(comparison.models["copy"]["ntm"])


@fact
def recall_weights(comparison: Comparison) -> int:
    """How many numbers the recall machine learned."""
    return cost.parameters(comparison.models["recall"]["ntm"])


@fact
def ngrams_weights(comparison: Comparison) -> int:
    """How many numbers the n-gram machine learned."""
    return cost.parameters(comparison.models["ngrams"]["ntm"])


@fact
def farthest_size(comparison: Comparison) -> float:
    """By how much the number of a rival's weights differs from the machine's at most, in percent."""
    found = []
    for models in comparison.models.values():
        own = cost.parameters(models["ntm"])
        found += [100 * abs(cost.parameters(model) / own - 1) for model in models.values()]
    return max(found)


@fact
def copy_sequences(comparison: Comparison) -> int:
    """How many sequences to copy a rival saw from each seed."""
    return rivals.CONTESTS["copy"].sequences


@fact
def recall_sequences(comparison: Comparison) -> int:
    """How many sequences of items a rival saw from each seed."""
    return rivals.CONTESTS["recall"].sequences


@fact
def ngrams_sequences(comparison: Comparison) -> int:
    """How many sequences of bits a rival saw from each seed."""
    return rivals.CONTESTS["ngrams"].sequences


@fact
def rate_count(comparison: Comparison) -> int:
    """How many learning rates were tried for each rival on each task."""
    return len(rivals.RATES)


@fact
def rates(comparison: Comparison) -> str:
    """The learning rates that were tried."""
    *first, last = (f"{rate:g}" for rate in rivals.RATES)
    return f"{', '.join(first)} and {last}"


@fact
def copy_positions(comparison: Comparison) -> str:
    """How the transformer that copies knows positions."""
    return rivals.chosen("copy", "transformer")[0]


@fact
def recall_positions(comparison: Comparison) -> str:
    """How the transformer that recalls knows positions."""
    return rivals.chosen("recall", "transformer")[0]


@fact
def minutes(comparison: Comparison) -> float:
    """How long all trials and trainings of the rivals took, in minutes of one processor core."""
    return checkpoint.read_card("rivals")["cpu_seconds"] / 60


@fact
def starts_of_recall(comparison: Comparison) -> str:
    """How many starts each machine that recalls took, by seed."""
    starts = checkpoint.read_card("recall")["across_seeds"]["starts"]["seeds"]
    return counts.listed([counts.word(int(count)) for count in starts])


@fact
def longest_copied(comparison: Comparison) -> int:
    """The longest sequence to copy in training."""
    return rivals.CONTESTS["copy"].stages[-1].levels[1]


def sequences_of_machines(task: Task) -> str:
    """How many sequences the machines of a task saw in all their starts: the least and the most."""
    seen = [checkpoint.read_card(name)["sequences"] for name in task.machines()]
    return f"{min(seen):,} to {max(seen):,}" if min(seen) < max(seen) else f"{seen[0]:,}"


@fact
def copy_machines_saw(comparison: Comparison) -> str:
    """How many sequences to copy the machines saw, the least and the most."""
    return sequences_of_machines(copy.TASK)


@fact
def recall_machines_saw(comparison: Comparison) -> str:
    """How many lists of items the machines saw, the least and the most, starts that were given up included."""
    return sequences_of_machines(recall.TASK)


@fact
def ngrams_machines_saw(comparison: Comparison) -> str:
    """How many sequences of bits each machine saw."""
    return sequences_of_machines(ngrams.SOFT)


@fact
def copy_clip_machine(comparison: Comparison) -> float:
    """The largest norm of a gradient in the training of the machines that copy."""
    return copy.RECIPE.clip


@fact
def copy_clip_rival(comparison: Comparison) -> float:
    """The same for their rivals."""
    return rivals.CONTESTS["copy"].stages[0].clip


@fact
def transformers_that_learned(comparison: Comparison) -> str:
    """How many of the transformers learned their task, in words: on copying and recall, to end as low as the worst machine; on n-grams, to count."""
    learned = len(counting(comparison))
    for task in ("copy", "recall"):
        learned += sum(bits <= max(ends(comparison, task, "ntm")) for bits in ends(comparison, task, "transformer"))
    return counts.out_of(learned, sum(len(comparison.curves[task]["transformer"]) for task in TITLES), "transformers")


@fact
def counting_bits(comparison: Comparison) -> float:
    """What a sequence of bits costs the transformer that counts, in the end."""
    return min(ends(comparison, "ngrams", "transformer"))


@fact
def others_bits(comparison: Comparison) -> int:
    """What a sequence of bits costs the best of the transformers that do not count, in whole bits, rounded down."""
    found = ends(comparison, "ngrams", "transformer")
    return math.floor(min(bits for seed, bits in enumerate(found) if seed not in counting(comparison)))


def steepest(comparison: Comparison) -> tuple[float, float, float]:
    """The largest fall between two neighbouring points of the curve of the transformer that counts: where it ends, over how many sequences, by how many bits."""
    curve = comparison.curves["ngrams"]["transformer"][counting(comparison)[0]].tolist()
    return max(
        ((seen, seen - before, bits - fewer) for (before, bits), (seen, fewer) in pairwise(curve)), key=lambda fall: fall[2]
    )


@fact
def fell_at(comparison: Comparison) -> float:
    """After how many sequences the steepest fall of the transformer that counts was over."""
    return steepest(comparison)[0]


@fact
def fell_within(comparison: Comparison) -> float:
    """Over how many sequences that fall went."""
    return steepest(comparison)[1]


@fact
def fell_by(comparison: Comparison) -> float:
    """By how many bits it fell there."""
    return steepest(comparison)[2]


@fact
def machine_ngrams_best(comparison: Comparison) -> float:
    """What a sequence of bits costs the best machine."""
    return min(ends(comparison, "ngrams", "ntm"))


@fact
def machine_ngrams_worst(comparison: Comparison) -> float:
    """What a sequence of bits costs the worst machine."""
    return max(ends(comparison, "ngrams", "ntm"))


@fact
def counting_200(comparison: Comparison) -> float:
    """How many bits in a hundred steps the transformer that counts is above the optimum in 200 steps."""
    return of_size(comparison, "ngrams", "transformer", 200)[counting(comparison)[0]]


@fact
def counting_400(comparison: Comparison) -> float:
    """The same in 400 steps."""
    return of_size(comparison, "ngrams", "transformer", 400)[counting(comparison)[0]]


@fact
def counting_800(comparison: Comparison) -> float:
    """The same in 800 steps."""
    return of_size(comparison, "ngrams", "transformer", 800)[counting(comparison)[0]]


@fact
def machines_200(comparison: Comparison) -> float:
    """How many bits in a hundred steps the farthest of the machines is above the optimum in 200 steps."""
    return max(of_size(comparison, "ngrams", "ntm", 200))


@fact
def machines_800(comparison: Comparison) -> float:
    """The same in 800 steps."""
    return max(of_size(comparison, "ngrams", "ntm", 800))


@fact
def trial_vectors(comparison: Comparison) -> int:
    """The longest sequence to copy of the trial."""
    return max(len(episodes.targets) for episodes in copy.TASK.trial())


@fact
def most_items(comparison: Comparison) -> int:
    """The most items of a list in training, and in the trial."""
    return recall.MOST


@fact
def steps_of_bits(comparison: Comparison) -> int:
    """How many bits a sequence of training has, and one of the trial."""
    return ngrams.LENGTH


@fact
def shown_steps(comparison: Comparison) -> int:
    """How many steps of a sequence of bits are shown."""
    return SHOWN_STEPS


@fact
def locations(comparison: Comparison) -> int:
    """How many locations the memory of a machine has."""
    return comparison.models["copy"]["ntm"].locations


@fact
def machine_step(comparison: Comparison) -> int:
    """Multiply-adds of a step of the copy machine."""
    return cost.multiply_adds(comparison.models["copy"]["ntm"], 1)


@fact
def machine_memory(comparison: Comparison) -> float:
    """How much of that is looking, moving, writing and reading, in percent."""
    model = comparison.models["copy"]["ntm"]
    return 100 * cost.looking(model, 1) / cost.multiply_adds(model, 1)


@fact
def transformer_weights_step(comparison: Comparison) -> int:
    """Multiply-adds of a step of the transformer that copies, without looking back."""
    return cost.matrices(comparison.models["copy"]["transformer"])


@fact
def transformer_more(comparison: Comparison) -> int:
    """By how many multiply-adds each step costs more than the one before."""
    model = comparison.models["copy"]["transformer"]
    return cost.multiply_adds(model, 2) - cost.multiply_adds(model, 1)


@fact
def lstm_step(comparison: Comparison) -> int:
    """Multiply-adds of a step of the LSTM that copies."""
    return cost.multiply_adds(comparison.models["copy"]["lstm"], 1)


@fact
def dearer_from(comparison: Comparison) -> int:
    """The first step at which the transformer's step costs more than the machine's."""
    return first_step(cost.multiply_adds, comparison.models["copy"])


@fact
def keeps_more_from(comparison: Comparison) -> int:
    """The first step after which the transformer keeps more numbers than the machine."""
    return first_step(cost.kept, comparison.models["copy"])


@fact
def machine_kept(comparison: Comparison) -> int:
    """Numbers that the copy machine keeps from step to step."""
    return cost.kept(comparison.models["copy"]["ntm"], 1)


@fact
def lstm_kept(comparison: Comparison) -> int:
    """Numbers that the LSTM keeps from step to step."""
    return cost.kept(comparison.models["copy"]["lstm"], 1)


@fact
def transformer_kept_more(comparison: Comparison) -> int:
    """By how many numbers a transformer keeps more after each step than after the one before."""
    return cost.kept(comparison.models["copy"]["transformer"], 1)


@fact
def dearer_whole(comparison: Comparison) -> int:
    """From how many steps on a whole sequence costs the transformer more than the machine."""
    return first_step(whole, comparison.models["copy"])


@claim
def same_lookup(comparison: Comparison) -> bool:
    """At every step, for both heads of every machine, torch's attention gives the content weighting of the machine. Computed with 64 bits, no weight differs by as much as a trillionth."""
    return all(
        apart(each.recorded, each.attended) < 10 * MILLIONTH and each.exactly_apart < MILLIONTH**2
        for each in comparison.swaps
    )


@claim
def same_answers(comparison: Comparison) -> bool:
    """With attention in its place, no machine's answer moves by as much as a ten-thousandth."""
    return all(apart(each.answers, each.swapped) < 100 * MILLIONTH for each in comparison.swaps)


@claim
def costs_grow(comparison: Comparison) -> bool:
    """Each step of a transformer costs more than the one before, by the same amount. A step of a machine always costs the same, and so does a step of an LSTM."""
    for models in comparison.models.values():
        costs = {kind: [cost.multiply_adds(model, step) for step in range(1, STEPS + 1)] for kind, model in models.items()}
        growth = {kind: {later - earlier for earlier, later in pairwise(steps)} for kind, steps in costs.items()}
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
    """On both tasks each machine ends below a twentieth of what any rival pays."""
    return all(
        max(ends(comparison, task, "ntm")) < min(ends(comparison, task, kind)) / 20
        for task in ("copy", "recall")
        for kind in ("transformer", "lstm")
    )


@claim
def transformers_before_lstms(comparison: Comparison) -> bool:
    """On copying each transformer pays less than each LSTM. On recall the transformers differ: the best pays less than half of what the best LSTM pays, and the worst what an LSTM pays, to within a tenth."""
    (copying, copying_lstms), (recalling, recalling_lstms) = (
        (ends(comparison, task, "transformer"), ends(comparison, task, "lstm")) for task in ("copy", "recall")
    )
    best = min(recalling) < min(recalling_lstms) / 2
    worst = all(abs(max(recalling) / bits - 1) < 0.1 for bits in recalling_lstms)
    return max(copying) < min(copying_lstms) and best and worst


@claim
def nobody_copies(comparison: Comparison) -> bool:
    """Even with ten vectors each rival gets more than a sixth of the bits wrong."""
    return min(of_rivals(comparison, "copy", 10)) > 100 / 6


@claim
def two_items(comparison: Comparison) -> bool:
    """With two items no transformer makes a mistake on the lists that were tried, and no LSTM gets as much as a thousandth of the bits wrong. With six, each rival gets more than an eighth wrong."""
    transformers, lstms = (of_size(comparison, "recall", kind, 2) for kind in ("transformer", "lstm"))
    return max(transformers) == 0 and max(lstms) < 100 / 1000 and min(of_rivals(comparison, "recall", 6)) > 100 / 8


@claim
def machines_count(comparison: Comparison) -> bool:
    """Each machine comes within one bit, in a hundred steps, of the optimal estimator."""
    return max(of_size(comparison, "ngrams", "ntm", ngrams.LENGTH)) < COUNTS


@claim
def one_transformer_counts(comparison: Comparison) -> bool:
    """One of the three transformers does so, too."""
    return len(counting(comparison)) == 1


@claim
def lstms_do_not_count(comparison: Comparison) -> bool:
    """No LSTM comes nearer than five bits in a hundred steps."""
    return min(of_size(comparison, "ngrams", "lstm", ngrams.LENGTH)) > FAR_FROM_COUNTING


@claim
def lstms_before_the_others(comparison: Comparison) -> bool:
    """each of them is nearer than the transformers that do not count."""
    found = of_size(comparison, "ngrams", "transformer", ngrams.LENGTH)
    others = [above for seed, above in enumerate(found) if seed not in counting(comparison)]
    return max(of_size(comparison, "ngrams", "lstm", ngrams.LENGTH)) < min(others)


@claim
def lstms_farther(comparison: Comparison) -> bool:
    """Each LSTM is nearer to it there than each transformer."""
    far = 4 * ngrams.LENGTH
    return max(of_size(comparison, "ngrams", "lstm", far)) < min(of_size(comparison, "ngrams", "transformer", far))


@claim
def copy_beyond(comparison: Comparison) -> bool:
    """With 120 vectors each machine gets fewer than two bits in a hundred wrong. Each rival is within three bits in a hundred of what tossing a coin gets wrong: fifty."""
    rivals_wrong = of_rivals(comparison, "copy", 120)
    return max(of_size(comparison, "copy", "ntm", 120)) < 2 and all(abs(wrong - 50) < 3 for wrong in rivals_wrong)


@claim
def recall_beyond(comparison: Comparison) -> bool:
    """With twenty items each machine gets fewer than a quarter of the bits wrong, each rival more than two fifths."""
    return max(of_size(comparison, "recall", "ntm", 20)) < 25 and min(of_rivals(comparison, "recall", 20)) > 40


@claim
def ngrams_beyond(comparison: Comparison) -> bool:
    """At four times the length of training, each rival is more than five times as far above the optimum as any machine."""
    far = 4 * ngrams.LENGTH
    return min(of_rivals(comparison, "ngrams", far)) > 5 * max(of_size(comparison, "ngrams", "ntm", far))
