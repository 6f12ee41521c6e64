"""Associative recall: the machine finds an item by its content, and answers with the item that followed it."""

from collections.abc import Iterable

import plotly.graph_objects as go
import torch

from explainers.kit.build import checkpoint
from explainers.kit.build.finding import Finding, Measured, count, every, exactly, largest, mean, share, smallest
from explainers.kit.build.marks import claim, fact, figure, finding, setting
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.counts import out_of
from explainers.kit.figure import browser, draw, plot, theme
from explainers.models.cost import parameters as parameters_of
from explainers.models.lstm import Lstm
from explainers.pages.memory import _curves
from explainers.pages.memory._curves import LEARNER_COLOURS
from explainers.studies import recall_learning, recalling
from explainers.studies.recall_learning import seen
from explainers.studies.recalling import EPISODES, LONGER, Lists, Recalls, Search
from explainers.tasks import recall
from explainers.tasks.common.paper import FIGURES
from explainers.tasks.common.task import LSTM_NAME

# What Graves et al. 2014 tell in section 4.3 and in tables 1 to 3.
PAPER = {
    "episodes": 30_000,
    "lstm_episodes": 1_000_000,
    "good": 12,
    "fair": 15,
    "heads": 4,
    "hidden": 256,
    "parameters": 146_845,
}
MEANS = "means of the machines"


def subject(trial: Trial = PUBLISHED) -> Recalls:
    """One episode to look at, and what each machine does in fresh lists: of the longest kind in training, and of longer ones."""
    return recalling.recalls(trial)


@figure(live="recall-scrubber")
def memory_use(recalls: Recalls) -> go.Figure:
    """Memory use during associative recall, after the figure in Graves et al. 2014. Time runs to the right; a number stands where an item begins, Q where the query begins, A where the answer does. The two lowest rows of the inputs are the marks: of an item, and of the query. Black is 0 and white is 1; in the adds and reads grey is 0, darker is below and brighter above, as far as the largest number in the memory."""
    run, heights = recalls.run, {"inputs": 90, "outputs": 90, "adds": 130, "reads": 130}
    panels = [plot.heat(recalling.memory_use(recalls, part=part).T, height, untitled="x") for part, height in heights.items()]
    where = recalling.memory_use(recalls, part="weightings").sel(location=recalls.used)
    panels += [plot.heat(where.sel(head=head).T, 190, untitled="x") for head in ("write", "read")]
    vectors = run.inputs[recall.vector_steps(run.items), 0, : recall.BITS].int().tolist()
    return browser.with_live(
        draw.panels(panels, 2),
        checkpoint="recall",
        settings={"items": run.items, "asked": run.asked + 1},
        vectors=vectors,
        used=where.coords["location"].values.tolist(),
    )


@figure
def jump(recalls: Recalls) -> go.Figure:
    """The jump, in three machines: how much of the read head's weight is on the item asked for, and how much on the item after it, from the query's first mark (Q) over its vectors (q1 to q3) and its last mark (Q) to the answers (a1 to a3). Means over fresh lists."""
    colours = {"asked": theme.KEY, "after": theme.VALUE}
    return draw.panels([plot.bars(machine, 130, by="item", colours=colours, untitled="xy") for machine in recalling.jump(recalls)], 3)


@figure
def learning(recalls: Recalls) -> go.Figure:
    """Learning curves: what a list of a length seen in training costs, after so many of them, for three machines (NTM) and three LSTMs. A machine's curve begins with the start that was kept. Mind the scale: each line is ten times the one below."""
    return _curves.figure(recall_learning.learning())


@figure
def generalisation(recalls: Recalls) -> go.Figure:
    """Wrong bits of an answer, by the number of items in the list. Bars are means over three machines and three LSTMs; the thin line on a bar reaches from the best to the worst. Below, the machines alone, on a scale of their own."""
    both, alone = (recall_learning.wrong_by_items(of=of) for of in ("all", "machines"))
    panels = [
        plot.bars(both, 150, by="learner", over="seed", colours=LEARNER_COLOURS, top=recall.BITS * recall.ITEM / 2 + 1, untitled="x"),
        plot.bars(alone, 120, by="learner", over="seed", colours=LEARNER_COLOURS),
    ]
    return draw.panels(panels)


def across(name: str) -> list[list[float]]:
    """The wrong bits on a card: for each number of items, those of each seed."""
    found = checkpoint.read_card(name)["across_seeds"]
    return [found[f"wrong_bits_{count}"]["seeds"] for count in recall.COUNTS]


def card() -> dict:
    """The card of the machine on this page."""
    return checkpoint.read_card("recall")


def lists(recalls: Recalls) -> list[Lists]:
    """The fresh lists of each machine."""
    return [each.lists for each in recalls.machines]


def long_searches(recalls: Recalls) -> list[Search]:
    """Where the search of each machine ends in the longest lists."""
    return [each.longer[longest()] for each in recalls.machines]


def how_many(holds: Iterable[Finding | bool]) -> str:
    """In how many of the machines something holds, in words."""
    each = [bool(one) for one in holds]
    return out_of(sum(each), len(each), "machines")


bits = setting("How many bits a vector has.", lambda: recall.BITS)
vectors = setting("How many vectors an item has.", lambda: recall.ITEM)
of = setting("How many bits an answer has.", lambda: recall.BITS * recall.ITEM)
fewest = setting("The shortest list in training.", lambda: recall.FEWEST)
most = setting("The longest list in training.", lambda: recall.MOST)
longest = setting("The longest list that was tried.", lambda: recall.COUNTS[-1])
alike = setting(
    "How many of the vectors in training were replaced by the vector at the same place of a random item of the list, in percent.",
    lambda: 100 * recall.ALIKE,
)
episodes = setting("How many fresh lists the sentences were checked on, for each machine.", lambda: EPISODES)
vectors_of_list = setting("How many vectors these lists have.", lambda: recall.MOST * recall.ITEM)
by_chance = setting(
    "In how many lists a head that stands at the first vector of any item but the first is at the right one, in percent.",
    lambda: 100 / (recall.MOST - 1),
)
parameters = setting("How many numbers the machine learned.", lambda: parameters_of(recall.build(0)))
lstm_parameters = setting("How many numbers an LSTM learned.", lambda: parameters_of(Lstm(recall.TASK.inputs, recall.TASK.outputs)))
hidden = setting("The size of the controller.", lambda: recall.build(0).steer.in_features)
paper_memory_use = setting("The number of the paper's figure of memory use.", lambda: FIGURES["recall"]["memory use"])
paper_generalisation = setting("The number of the paper's figure of longer lists.", lambda: FIGURES["recall"]["generalisation"])
paper_learning = setting("The number of the paper's figure of learning curves.", lambda: FIGURES["recall"]["learning"])
paper_episodes = setting("After about how many lists the cost is near zero, in the paper.", lambda: PAPER["episodes"])
paper_lstm_episodes = setting("After how many lists the LSTM's cost is not zero yet, in the paper.", lambda: PAPER["lstm_episodes"])
paper_good = setting("Up to how many items the machine is nearly perfect, in the paper.", lambda: PAPER["good"])
paper_fair = setting("With how many items it still costs less than a bit, in the paper.", lambda: PAPER["fair"])
paper_heads = setting("How many heads the machine with a feed-forward controller has, in the paper.", lambda: PAPER["heads"])
paper_hidden = setting("The size of that controller, in the paper.", lambda: PAPER["hidden"])
paper_parameters = setting("How many numbers that machine learned, in the paper.", lambda: PAPER["parameters"])
items = setting("How many items the recorded list has.", lambda: recall.MOST)
long_lists = setting("How many long lists there were, for the three machines together.", lambda: LONGER[longest()] * len(recall.SEEDS))

asked = fact("Which item of the recorded list is asked for, counted from 1.", lambda recalls: recalls.run.asked + 1)
wanted = fact("Which item of the recorded list is the answer, counted from 1.", lambda recalls: recalls.run.asked + 2)
wrong_bits = fact("How many bits of the recorded answer are wrong.", lambda recalls: recalls.run.wrong_bits)
lists_seen = fact("How many lists the published machine saw in training.", lambda recalls: card()["sequences"])
seconds = fact("How long its training took, in seconds of one processor core.", lambda recalls: card()["cpu_seconds"])
cost = fact(
    "What a fresh list of a length seen in training costs it, in bits: the mean.",
    lambda recalls: card()["metrics"]["bits_per_sequence"],
)
most_starts = fact(
    "How many starts the machine needed that needed most.",
    lambda recalls: largest(card()["across_seeds"]["starts"]["seeds"], over="machines"),
)
longest_way = fact("How many lists the machine saw that saw most, with all its starts.", lambda recalls: largest(sequences(), over="machines"))
fewest_seen = fact("How many lists the machine saw that saw fewest, with all its starts.", lambda recalls: smallest(sequences(), over="machines"))
lstm_lists = fact("How many lists each LSTM saw.", lambda recalls: checkpoint.read_card(recall.TASK.curves_name)["sequences"])
lstm_cost = fact(
    "What a fresh list of a length seen in training costs the LSTMs, in bits: the mean over the seeds.",
    lambda recalls: card()["baselines"][LSTM_NAME]["bits_per_sequence"],
)
wrong_good = fact(
    "Mean wrong bits at the length up to which the paper's machine is nearly perfect, for the worst of the three machines.",
    lambda recalls: largest(across("recall")[recall.COUNTS.index(PAPER["good"])], over=MEANS),
)
wrong_fair = fact(
    "Mean wrong bits at the next length in the paper, for the worst of the three machines.",
    lambda recalls: largest(across("recall")[recall.COUNTS.index(PAPER["fair"])], over=MEANS),
)
best_longest = fact(
    "Mean wrong bits of the longest lists, for the best of the three machines.",
    lambda recalls: smallest(across("recall")[-1], over=MEANS),
)
worst_longest = fact(
    "Mean wrong bits of the longest lists, for the worst of the three machines.",
    lambda recalls: largest(across("recall")[-1], over=MEANS),
)
list_changed = fact(
    "How far the query's vectors move a list, in percent of its length: the mean over lists, in the machine where it is largest.",
    lambda recalls: largest([100 * mean(each.list_moved, "lists") for each in lists(recalls)], over=MEANS),
)
list_changed_most = fact(
    "How far they move the list that they move most, in percent of its length.",
    lambda recalls: largest(100 * torch.cat([each.list_moved for each in lists(recalls)]), over="lists"),
)
row_changed_most = fact(
    "How far they move the row that they move most, in percent of its length.",
    lambda recalls: largest(100 * torch.cat([each.row_moved for each in lists(recalls)]), over="rows"),
)
letting_go = fact(
    "In how many machines the write head lets go while the query's vectors are shown: no location gets as much as a third of its weight, on average.",
    lambda recalls: how_many(mean(each.write_weight[each.query], "lists") < 1 / 3 for each in lists(recalls)),
)
sharp = fact(
    "The read head's largest weight at the end of the query: the mean over lists, in the machine where it is lowest.",
    lambda recalls: smallest([mean(each.read_weight[each.end], "lists") for each in lists(recalls)], over=MEANS),
)
blurred = fact(
    "The read head's largest weight while the query's vectors are shown: the mean over lists, in the machine where it is highest.",
    lambda recalls: largest([mean(each.read_weight[each.query], "lists") for each in lists(recalls)], over=MEANS),
)
least_gate = fact(
    "How far the read head's gate is open while the query's vectors are shown: the mean over lists, in the machine where it is lowest.",
    lambda recalls: smallest([mean(each.gate[each.query], "lists") for each in lists(recalls)], over=MEANS),
)
largest_gate = fact(
    "How far the read head's gate is open while the query's vectors are shown: the mean over lists, in the machine where it is highest.",
    lambda recalls: largest([mean(each.gate[each.query], "lists") for each in lists(recalls)], over=MEANS),
)
early = fact(
    "In how many machines the read head is over the border with the query's last vector already: "
    "its largest weight is on the next item, in more than half of the lists.",
    lambda recalls: how_many(share(each.reading[each.end - 1] == each.next_item(), "lists") > 0.5 for each in lists(recalls)),
)
waiting = fact(
    "In how many machines the write head waits at the mark of the next item; in the others it goes one location on.",
    lambda recalls: how_many(not each.moved_at_marks.any() for each in lists(recalls)),
)
found_shut = fact(
    "In how many lists the read head is at the first vector of the next item at the query's last mark "
    "if the gate is shut by hand at the query's vectors, in percent: the machine where it is most.",
    lambda recalls: largest([100 * share(each.shut.found, "lists") for each in recalls.machines], over="machines"),
)
astray = fact(
    "How many of the long lists are answered with a mistake while the read head stands elsewhere than it should at the end of the search.",
    lambda recalls: count(torch.cat([~each.found & ~each.right for each in long_searches(recalls)]), over="long lists"),
)
long_wrong = fact(
    "How many of the long lists are answered with a mistake.",
    lambda recalls: count(torch.cat([~each.right for each in long_searches(recalls)]), over="long lists"),
)


def sequences() -> list[int]:
    """How many lists each machine saw in training, with all its starts."""
    return [checkpoint.read_card(name)["sequences"] for name in recall.machines()]


@fact
def found_untrained(recalls: Recalls) -> Measured:
    """In how many lists the read head of a machine that has learned nothing is there, in percent: the mean over such machines."""
    return mean([100 * share(each.reading[each.end] == each.next_item(), "lists") for each in recalls.untrained], over="three machines")


@fact
def places_untrained(recalls: Recalls) -> Measured:
    """In how many locations such a machine writes the vectors of a list: the mean over lists and machines."""
    return mean([len(places.unique()) for each in recalls.untrained for places in each.written.T], over="lists and machines")


@finding
def a_place_for_every_vector(recalls: Recalls) -> Finding:
    """Every vector of the list gets a location of its own, and those of an item lie side by side, in their order."""
    return exactly(
        all(
            all(len(places.unique()) == len(places) for places in each.written.T) and bool((each.steps_between == each.direction).all())
            for each in lists(recalls)
        )
    )


@finding
def waits_or_goes_on(recalls: Recalls) -> Finding:
    """At the mark of the next item the write head waits where it is, or it goes one location on. A machine does the same at every mark of every list."""
    return exactly(all(each.moved_at_marks.unique().tolist() in ([0], [1], [-1]) for each in lists(recalls)))


@finding
def no_summary(recalls: Recalls) -> Finding:
    """What it adds at the marks is nearly the same for all items: it varies less than a hundredth as much as what it adds for their vectors."""
    compared = [each.spread(each.marks) / each.spread(recall.vector_steps(each.items)) for each in lists(recalls)]
    return largest(compared, over="machines") < 1 / 100


@finding
def nothing_to_look_for(recalls: Recalls) -> Finding:
    """The read head has nothing to look for yet: from the second item on it is spread over the memory, with less than a twentieth on any location, on average."""
    return largest([mean(each.read_weight[each.marks[0] : each.query[0] - 1], "lists") for each in lists(recalls)], over=MEANS) < 1 / 20


@finding
def list_stays(recalls: Recalls) -> Finding:
    """The list stays nearly as it is: no list changes by as much as a fiftieth while the query's vectors are shown."""
    return largest(torch.cat([each.list_moved for each in lists(recalls)]), over="lists") < 1 / 50


@finding
def needs_both(recalls: Recalls) -> Finding:
    """When we shut the gate by hand at these steps, each machine answers fewer than one list in three right. With the gate wide open it is fewer than nine in ten; left alone, more than nineteen in twenty."""
    shut, opened = (largest(answered(recalls, way), over="machines") for way in ("shut", "open"))
    return every([shut < 1 / 3, opened < 9 / 10, missed(recalls, "left alone") < 1 / 20])


def answered(recalls: Recalls, way: str) -> list[float]:
    """The share of right answers of each machine with its gate set by hand in this way."""
    return [share(each.gates[way].right, "lists") for each in recalls.machines]


def missed(recalls: Recalls, way: str) -> Measured:
    """The share of wrong answers of the machine that has most of them."""
    return largest([1 - right for right in answered(recalls, way)], over="shares of wrong answers of the machines")


@finding
def moves_on(recalls: Recalls) -> Finding:
    """At the first vector, and at the second, more than half of its shift moves the weight on by one location, in the direction of writing (means)."""
    on = [each.shift[step, :, 1 + each.direction].mean() for each in lists(recalls) for step in each.query[:-1]]
    return smallest(on, over=MEANS) > 1 / 2


@finding
def looks_no_more(recalls: Recalls) -> Finding:
    """Here it need not look any more: with the gate shut by hand at this step, more than nineteen answers in twenty are still right, and with the gate wide open fewer than one in five."""
    opened = largest(answered(recalls, "open at the end"), over="machines")
    return (missed(recalls, "shut at the end") < 1 / 20) & (opened < 1 / 5)


@finding
def stands_on_the_next(recalls: Recalls) -> Finding:
    """At the query's last mark, before the machine has to answer, the read head stands where the first vector of the *next* item was written."""
    return exactly(all(torch.equal(each.reading[each.end], each.next_item()) for each in lists(recalls)))


@finding
def at_the_border(recalls: Recalls) -> Finding:
    """When the query's last vector is shown, in nearly all lists the largest weight is on one of these: the last vector of the item asked for, the first vector of the item after it, or the mark between them, if the mark has a location."""
    return largest([share(~each.border, "lists") for each in lists(recalls)], over="machines") < 0.05


@finding
def sharpens(recalls: Recalls) -> Finding:
    """The sharpening γ of that step is more than four times that of the steps before (means)."""
    compared = [each.sharpening[each.end].mean() / each.sharpening[each.query].mean() for each in lists(recalls)]
    return smallest(compared, over="machines") > 4


@finding
def mostly_astray(recalls: Recalls) -> Finding:
    """Where the answer was right, the search had ended in the right place in more than nine lists of ten; where it was not, in fewer than one of three."""
    found, right = (torch.cat([getattr(each, what) for each in long_searches(recalls)]) for what in ("found", "right"))
    return (share(~found[right], over="right answers") < 1 / 10) & (share(found[~right], over="wrong answers") < 1 / 3)


@finding
def one_ahead(recalls: Recalls) -> Finding:
    """When the machine answers with the first vector, its read head stands on the second already."""
    return exactly(all(torch.equal(each.reading[each.end + 1], each.next_item(1)) for each in lists(recalls)))


@finding
def goes_on(recalls: Recalls) -> Finding:
    """Up to fifteen items, each of the three machines gets less than one bit of the answer wrong on average."""
    means = [mean(found.wrong, "lists") for each in recalls.machines for items, found in each.longer.items() if items <= PAPER["fair"]]
    return largest(means, over=MEANS) < 1


@claim
def learns(recalls: Recalls) -> bool:
    """In the recorded trainings each of the three machines ends below a tenth of a bit a list, and below a hundredth of what the best LSTM costs."""
    ntm, lstm = ([float(curve[-1, 1]) for curve in recall.curves()[kind]] for kind in ("ntm", "lstm"))
    return max(ntm) < min(0.1, min(lstm) / 100)


@claim
def as_fast_as_the_paper(recalls: Recalls) -> bool:
    """In the recorded trainings, from the start that was kept, each of ours has come below one bit a list before it has seen as many lists as the paper's machine needs to come near zero."""
    before = [curve[seen(curve) < PAPER["episodes"], 1] for curve in recall.curves()["ntm"]]
    return all(float(bits[-1]) < 1 for bits in before)
