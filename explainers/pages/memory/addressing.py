"""Addressing, step by step: how the heads of a trained Neural Turing Machine find their place in the memory."""

import math

import plotly.graph_objects as go
from jaxtyping import Float
from torch import Tensor

from explainers.kit.build.finding import Finding, every, exactly, largest, share, smallest
from explainers.kit.build.marks import claim, fact, figure, finding, invariant, setting, table
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.figure import browser, draw, plot, theme
from explainers.kit.figure.tables import Group, Table
from explainers.models import ntm
from explainers.pages.memory._heads import WRITE, live_machine
from explainers.studies import addressing, missing_parts, modes, shut_gates
from explainers.studies import addressing_shown as shown
from explainers.studies.addressing import LENGTH, WRITING, Heads
from explainers.studies.missing_parts import BEFORE, CHOICE, CONTENT, NOTHING, SHARPENING, SHIFT
from explainers.tasks import copy, ngrams, recall, repeat_copy, sort

MILLIONTH = 1e-6
HEAD_COLOURS = {"write": theme.WRITE, "read": theme.READ}
MODE_COLOURS = dict(zip(modes.MODES, (theme.QUERY, theme.INK, theme.CONTROL), strict=True))
PHASES = {
    "input": "takes in its input", "mark": "sees the mark", "answer": "answers", "items": "takes in the items", "query": "sees the query",
}  # fmt: skip
LOCATION_PARTS = (BEFORE, SHIFT, SHARPENING)


def subject(trial: Trial = PUBLISHED) -> Heads:
    """A short copy, step by step; and what the heads of all tasks' machines do over many episodes, whole and with parts taken away."""
    return addressing.heads(trial)


@figure(live="addressing-stepper")
def stages(heads: Heads) -> go.Figure:
    """Four stages from the previous weighting to the new one: of the write head in the middle of its work, and of the read head as it gives the first vector back."""
    parts = []
    for head, colour in HEAD_COLOURS.items():
        rows = shown.stages(heads.episode, head=head).sel(location=shown.near(heads.episode, head))
        parts.append([plot.bars(row, 70, colours=colour, untitled="xy") for row in rows])
    panels = [panel for pair in zip(*parts, strict=True) for panel in pair]
    return browser.with_live(draw.panels(panels, 2, told_by_column=True), tasks=live_tasks(heads))


def live_tasks(heads: Heads) -> list[dict]:
    """What the browser needs to run one episode of each task, the drawn one first."""
    drawn = live_machine(heads.episode.run) | {"title": "copy", "step": WRITING, "head": "write"}
    drawn["phases"] = spoken({"input": LENGTH, "mark": 1, "answer": LENGTH})
    others = [
        {"title": heads.used[task].name, "checkpoint": task, "inputs": live.inputs.tolist(), "step": live.step, "head": "read"}
        | {"phases": spoken(heads.used[task].phases)}
        for task, live in heads.live.items()
    ]
    return [drawn, *others]


def spoken(phases: dict[str, int]) -> list[tuple[str, int]]:
    """What the machine does in each phase, and in how many steps."""
    return [(PHASES.get(name, f"sees and predicts {name}"), steps) for name, steps in phases.items()]


@figure
def modes_used(heads: Heads) -> go.Figure:
    """Which mode each head uses in each part of an episode: the share of its steps, over a thousand episodes of each task."""
    shares = [shown.modes_used(heads.used, task=task) for task in heads.used]
    drawn = draw.panels([plot.bars(each, 130, by="mode", colours=MODE_COLOURS, stack=True) for each in shares], 2)
    drawn.layout.meta |= {"counts": {task: used.in_words for task, used in heads.used.items()}}
    return drawn


@table
def missing(heads: Heads) -> Table:
    """How many answers are wrong when a part of the addressing is taken away from all heads at every step, in percent: the least and the most of the three machines of each task. Guessing gets about half of them wrong."""
    rows = tuple((lacking, *(from_to(wrong[lacking]) for wrong in heads.wrong.values())) for lacking in missing_parts.LACKING)
    tasks = (heads.used[task].name for task in heads.wrong)
    return Table(("without", *tasks), (Group("Wrong answers, in percent", "", rows),))


def from_to(percents: list[float]) -> str:
    """The least and the most of some numbers, with one digit after the point."""
    least, most = f"{min(percents):.1f}", f"{max(percents):.1f}"
    return least if least == most else f"{least} to {most}"


@figure
def writing(heads: Heads) -> go.Figure:
    """The write head's step, as pictures of the memory: what was there, what is left after the erase, what is added, what is there then."""
    pictures = shown.written(heads.episode).sel(location=shown.near(heads.episode, "write"))
    return draw.panels([plot.heat(picture, 150, scale=bool(number % 2)) for number, picture in enumerate(pictures)], 2)


@figure
def reading(heads: Heads) -> go.Figure:
    """Reading: each location's vector times its weight, and the sum, which is the vector read."""
    taken = shown.taken(heads.episode).sel(location=shown.near(heads.episode, "read"))
    return draw.panels([plot.heat(taken, 150, scale=True, untitled="x"), plot.heat(shown.read(heads.episode), 22)])


@figure
def at_the_edge(heads: Heads) -> go.Figure:
    """The same step, taken at that end of the memory towards which the head walks. The circular shift brings the weight to the other end; without the circle it falls off."""
    seam = [place % heads.episode.locations for place in range(-3, 3)]
    rows, colours = shown.at_the_edge(heads.episode).sel(location=seam), (theme.WRITE, theme.WRITE, theme.CONTROL)
    return draw.panels([plot.bars(row, 100, colours=colour, untitled="y") for row, colour in zip(rows, colours, strict=True)], 3)


@figure
def blur(heads: Heads) -> go.Figure:
    """The largest weight of a head that takes the same step again and again: with its own sharpening, and with none."""
    colours = {"the machine's γ": theme.WRITE, "γ = 1: no sharpening": theme.CONTROL}
    return draw.panels([plot.lines(shown.walks(heads.episode), 170, by="sharpening", colours=colours, top=1.02, untitled="y")])


@figure
def similarity(heads: Heads) -> go.Figure:
    """Looking up, by content, the shortest of the vectors that the machine has stored: as in the paper, without β, and with a plain dot product. With this β its own location has the same score as by the dot product."""
    weightings = shown.lookups(heads.lookup).sel(location=shown.around(heads.lookup.place, heads.episode.locations))
    colours = {"by_cosine": theme.READ, "without_strength": theme.CONTROL, "by_dot_product": theme.QUERY}
    return draw.panels([plot.bars(weightings, 170, by="way", colours=colours, untitled="y")])


episodes_counted = setting("Over how many episodes of each task the modes were counted.", lambda: modes.EPISODES)
episodes_of_others = setting("Over how many episodes the modes of the machines were counted that the figure does not show.", lambda: modes.FEWER)
tried = setting("How many episodes a machine ran through for each part that it lacked.", lambda: missing_parts.EPISODES)
copied = setting("How many fresh sequences each copy machine copied with shut gates.", lambda: shut_gates.EACH * len(shut_gates.LENGTHS))
shortest_copied = setting("The length of the shortest of them.", lambda: min(shut_gates.LENGTHS))
longest_copied = setting("The length of the longest of them.", lambda: max(shut_gates.LENGTHS))
walked = setting("How many steps the head walks in the figure.", lambda: addressing.WALKED)
memory_at_start = setting("The number that stands everywhere in a constant memory before the first step.", lambda: ntm.INITIAL_MEMORY)
locations = setting("How many locations the memory has.", lambda: copy.build(0).locations)
width = setting("How many numbers a location holds.", lambda: copy.build(0).width)
most_without_strength = setting(
    "The largest weight that a softmax of cosines can give if one of them is 1 and all others are −1.",
    lambda: math.e / (math.e + (locations() - 1) / math.e),
)


def written(values: Float[Tensor, "time batch head *more"]) -> Float[Tensor, "*more"]:
    """What the write head has in the middle of its work."""
    return values[WRITING, 0, WRITE]


step_gate = fact("The write head's gate in the middle of its work.", lambda heads: written(heads.episode.controls.gate))
step_sharpening = fact("The write head's γ in the middle of its work.", lambda heads: written(heads.episode.controls.sharpening))
step_content = fact(
    "The largest weight of the write head after the first stage, in the middle of its work.",
    lambda heads: largest(written(heads.episode.addressing.content), over="locations"),
)
step_interpolated = fact(
    "The largest weight of the write head after interpolation, in the middle of its work.",
    lambda heads: largest(written(heads.episode.addressing.interpolated), over="locations"),
)
step_weight = fact(
    "The largest weight of the write head after the last stage, in the middle of its work.",
    lambda heads: largest(written(heads.episode.addressing.weighting), over="locations"),
)
step_shift = fact(
    "The largest share of the write head's shift distribution in the middle of its work.",
    lambda heads: largest(written(heads.episode.controls.shift), over="moves"),
)
step_direction = fact(
    "Which way the write head walks: −1, 0 or +1 location a step.",
    lambda heads: ("−1", "0", "+1")[int(written(heads.episode.controls.shift).argmax())],
)
least_own_sharpening = fact(
    "The smallest γ of either head in the episode.", lambda heads: smallest(heads.episode.controls.sharpening, over="steps of both heads")
)
most_own_sharpening = fact("The largest γ of either head in the episode.", lambda heads: largest(heads.episode.controls.sharpening, over="steps of both heads"))
fallen_off = fact(
    "How much of the weight falls off the end if the shift is not circular, in percent.",
    lambda heads: 100 * (heads.episode.edge.before.sum() - heads.episode.edge.fallen.sum()),
)
after_thirty_steps = fact("The largest weight after thirty steps with the machine's own γ.", lambda heads: heads.episode.walk[-1])
after_thirty_steps_unsharpened = fact("The largest weight after thirty steps without sharpening.", lambda heads: heads.episode.walk_unsharpened[-1])
strength = fact(
    "The β of the lookup by content: the squared length of the vector looked up, which is its dot product with itself.",
    lambda heads: heads.lookup.strength,
)
lookup_weight = fact("The weight of the location looked up, with cosine and β.", lambda heads: heads.lookup.by_cosine[heads.lookup.place])
lookup_weight_without_strength = fact(
    "The weight of the location looked up, with the cosine but without β.", lambda heads: heads.lookup.without_strength[heads.lookup.place]
)
lookup_weight_by_dot_product = fact(
    "The weight of the location looked up, with a plain dot product.", lambda heads: heads.lookup.by_dot_product[heads.lookup.place]
)
rival_location = fact("The location that gains most by a plain dot product.", lambda heads: heads.lookup.rival)
rival_weight = fact("The weight of that location, with cosine and β.", lambda heads: heads.lookup.by_cosine[heads.lookup.rival])
rival_weight_by_dot_product = fact("The weight of that location, with a plain dot product.", lambda heads: heads.lookup.by_dot_product[heads.lookup.rival])
rival_cosine = fact("The cosine of its vector with the one looked up.", lambda heads: heads.lookup.cosines[heads.lookup.rival])
rival_length = fact(
    "How many times as long its vector is as the one looked up.",
    lambda heads: heads.lookup.lengths[heads.lookup.rival] / heads.lookup.lengths[heads.lookup.place],
)
lowest_interpolated = fact(
    "What interpolation leaves on one location of a write head, where it is smallest: of all copy machines and sequences.",
    lambda heads: smallest([each.blended for each in heads.shut], over="steps of all copy machines and sequences"),
)
mistaken = fact(
    "In how many of them the three machines together make a mistake with their own gates: a number, or none.",
    lambda heads: str(sum(each.mistaken["own"] for each in heads.shut) or "none"),
)
wrong_with_the_mark_shut = fact(
    "Wrong bits of the machine that needs content at the mark if its gates are shut there, in percent: the length with the largest share.",
    lambda heads: largest([each.at_the_mark for each in heads.shut if each.needs_the_mark], over="lengths"),
)
same_before_training = fact(
    "In how many of their steps machines with random weights that count and sort are in the mode which the trained ones use most, in percent: the head and phase where it is least.",
    lambda heads: smallest(
        [float(100 * heads.used[task.name].alike_untrained.min()) for task in (ngrams.SOFT, sort.TASK)],
        over="heads and phases of both tasks",
    ),
    steady="these machines are built with the habits, so those of a damaged record have them as well",
)


@invariant
def stages_are_distributions(heads: Heads) -> bool:
    """After every stage, at every step, for both heads, the weights are between zero and one and sum to one; with random weights they do so, too."""
    weightings = [weighting for stages in heads.episode.stages for weighting in vars(stages).values()]
    return all(bool((each >= 0).all()) and float((each.sum(-1) - 1).abs().max()) <= 10 * MILLIONTH for each in weightings)


@invariant
def replays(heads: Heads) -> bool:
    """Any step can be replayed alone: the listing gives the recorded weighting, the recorded memory and the vector read again."""
    return addressing.replayed(heads.episode)


@claim
def one_rival(heads: Heads) -> bool:
    """In this episode, more than half of what is missing went to one location."""
    lookup = heads.lookup
    return bool(lookup.gained.max() > -lookup.gained[lookup.place] / 2 > 0)


@finding
def sharpening_restores(heads: Heads) -> Finding:
    """While a sequence comes in, sharpening puts that back: after it, every write of every copy machine has more than .99 of its weight on one location."""
    return smallest([each.sharpened for each in heads.shut], over="writes of all copy machines") > 0.99


@finding
def content_only_at_the_mark(heads: Heads) -> Finding:
    """With all gates shut, g = 0, at every step but the mark, each of the three machines still copies more than 99 of 100 sequences without a mistake, as many as with its own gates."""
    as_many = all(each.mistaken["but"] <= each.mistaken["own"] for each in heads.shut)
    return exactly(as_many) & (largest([each.mistaken["but"] for each in heads.shut], over="machines") < copied() / 100)


@finding
def one_tastes_at_the_mark(heads: Heads) -> Finding:
    """One of the three needs content at the mark: with its gates shut there alone, it gets more than a third of the bits wrong, while the other two make no more mistakes than before."""
    others = [each for each in heads.shut if not each.needs_the_mark]
    no_more = len(others) == 2 and all(each.mistaken["at"] <= each.mistaken["own"] for each in others)
    return exactly(no_more) & (largest([each.at_the_mark for each in heads.shut], over="machines") > 100 / 3)


@finding
def mostly_at_the_start(heads: Heads) -> Finding:
    """At the mark the read head of each of the three has, on average, more than six tenths of its weight still on location 0, where nothing is stored, and more than a fifth on the vectors stored."""
    start = smallest([mean for each in heads.shut for mean in each.taste.start], over="means of each machine and length")
    stored = smallest([mean for each in heads.shut for mean in each.taste.stored], over="means of each machine and length")
    return (start > 0.6) & (stored > 0.2)


@finding
def tasted_in_two_ways(heads: Heads) -> Finding:
    """In two machines that share lies on the first vector, and it lies there with shut gates as well: the shift brings it. In the third content brings it, and spreads it: on average, the vector that gets most has less than half of it, and with the gates shut less than a twentieth of the weight lies on all the vectors together."""
    third, two = ([each for each in heads.shut if each.needs_the_mark is needs] for needs in (True, False))
    if (len(third), len(two)) != (1, 2):
        return exactly(False)
    on_first = [mean for each in two for mean in (*each.taste.first, *each.taste_shut.first)]
    by_shift = smallest(on_first, over="means of two machines at each length") > 0.2
    spread = largest(third[0].taste.most, over="means of each length") < 1 / 2
    return every([by_shift, spread, largest(third[0].taste_shut.stored, over="means of each length") < 1 / 20])


@finding
def all_begin_alike(heads: Heads) -> Finding:
    """A step later the read head of each has more than half of its weight on the first vector, in every sequence."""
    return smallest([each.begins for each in heads.shut], over="sequences of all machines") > 0.5


@finding
def copies_by_location(heads: Heads) -> Finding:
    """While a sequence comes in, the write head of every copy machine goes by location, in more than 19 of 20 steps."""
    shares = heads.used["copy"].shares("input", "write")
    return smallest([each[modes.LOCATION] for each in shares], over="machines") > 0.95


@finding
def back_by_content(heads: Heads) -> Finding:
    """Whenever the read head of a machine that repeats goes farther than a shift can take it, it uses content and then shifts; it does so once in every copy but the first. For more than 99 in 100 of all other answers it goes by location."""
    jumps = [each.jumped.sum(1) for each in heads.ways]  # copy, batch
    once = all(bool((each[0] == 0).all()) and bool((each[1:] == 1).all()) for each in jumps)
    by_content = all(bool((each.mode[each.jumped] == modes.CONTENT_AND_SHIFT).all()) for each in heads.ways)
    along = [share(each.mode[~each.jumped] == modes.LOCATION, "answers") for each in heads.ways]
    return exactly(once and by_content) & (smallest(along, over="machines") > 0.99)


@finding
def recalls_by_content(heads: Heads) -> Finding:
    """While the query is shown, the read head of every machine uses content to find the item that is asked for, and shifts: in more than two of five lists there is a step at which it does both, and its key resembles a vector of that item most."""
    both = [((each.mode == modes.CONTENT_AND_SHIFT) & each.found).any(0) for each in heads.searches]
    return smallest([share(lists, "lists") for lists in both], over="machines") > 2 / 5


@finding
def writes_items_by_location(heads: Heads) -> Finding:
    """While items come in, the write heads go by location in at least two thirds of the steps, and every vector is written next to the one before."""
    beside = all(bool((each.moves.abs() == 1).all()) for each in heads.searches)
    shares = heads.used["recall"].shares("items", "write")
    return exactly(beside) & (smallest([each[modes.LOCATION] for each in shares], over="machines") > 2 / 3)


KEPT = "the heads were given this habit at first, and training, free to change it, kept it"


@finding(worth=KEPT)
def sorts_with_both(heads: Heads) -> Finding:
    """In every machine that sorts, the first write head goes by location and the second by content alone, both throughout; the read head goes by content alone as it answers: each in more than 99 of 100 steps."""
    used = heads.used["sort"]
    walks = [each[modes.LOCATION] for phase in used.phases for each in used.shares(phase, "write 1")]
    seeks = [each[modes.CONTENT] for phase in used.phases for each in used.shares(phase, "write 2")]
    looks = [each[modes.CONTENT] for each in used.shares("answer", "read")]
    return smallest(walks + seeks + looks, over="heads, phases and machines") > 0.99


@finding(worth=KEPT)
def counts_by_content(heads: Heads) -> Finding:
    """In the n-gram machines both heads go by content alone, in more than 99 of 100 steps, in every machine."""
    used = heads.used["ngrams"]
    shares = [each[modes.CONTENT] for head in used.heads for phase in used.phases for each in used.shares(phase, head)]
    return smallest(shares, over="heads, phases and machines") > 0.99


@finding
def needs_both(heads: Heads) -> Finding:
    """Those that repeat, recall and sort need everything: each of these nine machines gets fewer than one answer in twenty wrong as it was trained, and more than a quarter without content, without the step before, without the shift or without sharpening."""
    wrong = [heads.wrong[task.name] for task in (repeat_copy.TASK, recall.TASK, sort.TASK)]
    trained = largest([percent for each in wrong for percent in each[NOTHING]], over="machines")
    lacking = [percent for each in wrong for part in (CONTENT, *LOCATION_PARTS) for percent in each[part]]
    return (trained < 5) & (smallest(lacking, over="machines and parts") > 25)


@finding
def copies_need_location(heads: Heads) -> Finding:
    """Those that copy need the step before, the shift and sharpening: as trained each gets fewer than one answer in a hundred wrong, and more than a third if any one of these is missing."""
    wrong = heads.wrong["copy"]
    lacking = [percent for part in LOCATION_PARTS for percent in wrong[part]]
    return (largest(wrong[NOTHING], over="machines") < 1) & (smallest(lacking, over="machines and parts") > 100 / 3)


@finding
def counts_without_location(heads: Heads) -> Finding:
    """Those that count need no shift and no step before: if one of the two is missing, fewer than one guess in a hundred falls on the other side of one half than the optimal estimator's; without content, more than a third do."""
    wrong = heads.wrong["ngrams"]
    needless = largest(wrong[BEFORE] + wrong[SHIFT], over="machines and parts")
    return (needless < 1) & (smallest(wrong[CONTENT], over="machines") > 100 / 3)


@finding
def square_is_for_some(heads: Heads) -> Finding:
    """With the fixed square, γ = 2, every machine that counts goes on nearly as before, with fewer than one wrong guess in fifty, and every one that recalls gets more than a third wrong."""
    count, remember = heads.wrong["ngrams"][CHOICE], heads.wrong["recall"][CHOICE]
    return (largest(count, over="machines") < 2) & (smallest(remember, over="machines") > 100 / 3)
