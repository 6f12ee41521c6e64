"""Associative recall: the machine finds an item by its content, and answers with the item that followed it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from explainers.kit.build import checkpoint
from explainers.kit.build.marks import claim, fact, figure
from explainers.kit.counts import out_of
from explainers.kit.figure import browser, draw, theme
from explainers.models import ring
from explainers.models.lstm import Lstm
from explainers.pages.memory import _curves
from explainers.tasks import recall
from explainers.tasks.common.paper import FIGURES
from explainers.tasks.common.recipe import CURVE_EVERY
from explainers.tasks.common.task import LSTM_NAME
from explainers.tasks.recall import READ, WRITE

EPISODES = 100
SHOWN_SEED = 20  # of the episode in the picture, whose query is from the middle of the list
LONG_EPISODES = 60
UNTRAINED_SEEDS = (100, 101, 102)  # of machines that have learned nothing
# The steps from the query's first mark to the last answer.
STEPS = [name for kind in "qa" for name in ("Q", *(f"{kind}{vector + 1}" for vector in range(recall.ITEM)))]
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


Search = tuple[Int[Tensor, "batch"], Int[Tensor, "batch"], Int[Tensor, "batch"]]


@dataclass(frozen=True)
class Recalls:
    """The recorded episode of the published machine; many of each machine, the published one first; the same of machines that have learned
    nothing; the share of right answers of each with its gate set by hand; where the search of each ends if its gate is shut at the query's
    vectors, and where it ends in long lists: the place, the place where the answer begins, and the wrong bits.
    """

    run: recall.Run
    records: tuple[recall.Record, ...]
    untrained: tuple[recall.Record, ...]
    gates: tuple[dict[str, float], ...]
    shut: tuple[Search, ...]
    searches: tuple[Search, ...]

    @property
    def used(self) -> list[int]:
        """The locations that the write head used for the list, and two more on either side, in the order of the ring."""
        where = self.run.trace.addressing.weighting[recall.vector_steps(self.run.items), 0, WRITE].argmax(-1)
        around = self.run.trace.memory_before.shape[2]
        return ring.stretch(int(where[0]), where.tolist(), around)


def subject() -> Recalls:
    """One episode to look at, and EPISODES fresh ones for every machine, all of the longest list in training; and some of the longest list."""
    fresh = recall.MOST, EPISODES, recall.FRESH_SEED + recall.MOST
    records = tuple(recall.record(*fresh, name) for name in recall.machines())
    untrained = tuple(recall.recorded(recall.build(seed), *fresh) for seed in UNTRAINED_SEEDS)
    shut = tuple(recall.search(*fresh, name, gate=0.0, at=recall.query_steps(recall.MOST)) for name in recall.machines())
    longest = recall.COUNTS[-1]
    searches = tuple(
        recall.search(longest, LONG_EPISODES, recall.FRESH_SEED + longest, name) for name in recall.machines()
    )
    gates = tuple(with_gates(name) for name in recall.machines())
    return Recalls(recall.run(recall.MOST, SHOWN_SEED), records, untrained, gates, shut, searches)


def with_gates(name: str) -> dict[str, float]:
    """The share of right answers of a machine: left alone, and with its gate shut or open at the query's vectors or at the mark after them.

    The lists are like those of training: some items resemble each other.
    """
    looks = recall.query_steps(recall.MOST)
    ways = {"left alone": (None, ()), "shut": (0.0, looks), "open": (1.0, looks)}
    ways |= {"shut at the end": (0.0, [looks.stop]), "open at the end": (1.0, [looks.stop])}
    fresh = recall.FRESH_SEED + 10 * recall.MOST
    found = {way: recall.search(recall.MOST, EPISODES, fresh, name, *how, recall.ALIKE) for way, how in ways.items()}
    return {way: float((wrong == 0).float().mean()) for way, (_, _, wrong) in found.items()}


def labels(items: int) -> tuple[list[str], list[int]]:
    """What stands under the steps of an episode, and the steps before which a line is drawn."""
    starts = [recall.item_steps(item).start - 1 for item in range(items)]
    starts += [recall.query_steps(items).start - 1, recall.answer_steps(items).start]
    names = dict(zip(starts, [*(str(item + 1) for item in range(items)), "Q", "A"], strict=True))
    return [names.get(step, "") for step in range(recall.answer_steps(items).stop)], starts[1:]


@figure(live="recall-scrubber")
def memory_use(recalls: Recalls) -> go.Figure:
    """Memory use during associative recall, after the figure in Graves et al. 2014. Time runs to the right; a number stands where an item begins, Q where the query begins, A where the answer does. The two lowest rows of the inputs are the marks: of an item, and of the query. Black is 0 and white is 1; in the adds and reads black is −1, grey is 0."""
    run, trace, places = recalls.run, recalls.run.trace, recalls.used
    times, edges = labels(run.items)
    answer = recall.answer_steps(run.items)
    outputs = np.zeros((recall.BITS, answer.stop))
    outputs[:, answer.start :] = run.outputs[:, 0].T
    where = trace.addressing.weighting[:, 0]
    numbers = [str(place) if number % 5 == 0 else "" for number, place in enumerate(places)]
    bits, features = [""] * run.inputs.shape[-1], [""] * trace.add.shape[-1]
    content = [
        ("inputs", draw.shades(run.inputs[:, 0].T, bits, times), "bit", 90),
        ("outputs", draw.shades(outputs, bits[: recall.BITS], times), "bit", 90),
        ("adds", draw.shades(trace.add[:, 0, 0].T, features, times, -1, 1), "feature", 130),
        ("reads", draw.shades(trace.read_vector[:, 0, 0].T, features, times, -1, 1), "feature", 130),
        ("write weightings", draw.weightings(where[:, WRITE].T, numbers, times, places), "location", 190),
        ("read weightings", draw.weightings(where[:, READ].T, numbers, times, places), "location", 190),
    ]
    panels = [draw.Panel(title, traces, y=y, height=height, edges=edges) for title, traces, y, height in content]
    vectors = run.inputs[recall.vector_steps(run.items), 0, : recall.BITS].int().tolist()
    return browser.with_live(
        draw.panels(panels, 2),
        checkpoint="recall",
        settings={"items": run.items, "asked": run.asked + 1},
        vectors=vectors,
        used=places,
    )


@figure
def jump(recalls: Recalls) -> go.Figure:
    """The jump, in three machines: how much of the read head's weight is on the item asked for, and how much on the item after it, from the query's first mark (Q) over its vectors (q1 to q3) and its last mark (Q) to the answers (a1 to a3). Means over fresh lists."""
    panels = []
    for place, (name, record) in enumerate(zip(recall.machines(), recalls.records, strict=True)):
        steps = around_query(record)
        bars = [
            draw.bars(STEPS, record.weight_on(item)[steps].mean(1), title, colour)
            for item, title, colour in ((0, "the item asked for", theme.KEY), (1, "the item after it", theme.VALUE))
        ]
        seed = checkpoint.read_card(name)["seed"]
        title = f"seed {seed}" if place else f"seed {seed}, the one above"
        panels.append(draw.Panel(title, bars, height=130, axes={"y": {"range": [0, 1]}}))
    return draw.panels(panels, 3)


def around_query(record: recall.Record) -> slice:
    """The steps from the query's first mark to the last answer."""
    return slice(recall.query_steps(record.items).start - 1, recall.answer_steps(record.items).stop)


@figure
def learning(recalls: Recalls) -> go.Figure:
    """Learning curves: what a list of a length seen in training costs, after so many of them, for three machines (NTM) and three LSTMs. A machine's curve begins with the start that was kept. Mind the scale: each line is ten times the one below."""
    curves = {
        kind: [torch.stack([seen(curve), curve[:, 1]], 1) for curve in each] for kind, each in recall.curves().items()
    }
    return _curves.figure(curves, recall.SEEDS, "list")


def seen(curve: Float[Tensor, "point 2"]) -> Float[Tensor, "point"]:
    """How many lists were seen at each point of a curve since the start that was kept."""
    return curve[:, 0] - curve[0, 0] + CURVE_EVERY * recall.RECIPE.batch


@figure
def generalisation(recalls: Recalls) -> go.Figure:
    """Wrong bits of an answer, by the number of items in the list. Bars are means over three machines and three LSTMs; the thin line on a bar reaches from the best to the worst. Below, the machines alone, on a scale of their own."""
    counts = [str(count) for count in recall.COUNTS]
    machine, lstm = (across(name) for name in ("recall", recall.TASK.curves_name))
    both = [
        draw.bars(counts, [np.mean(each) for each in found], name, colour, [(min(each), max(each)) for each in found])
        for name, found, colour in (("Neural Turing Machine", machine, theme.MODEL), (LSTM_NAME, lstm, theme.CONTROL))
    ]
    alone = draw.bars(
        counts,
        [np.mean(each) for each in machine],
        "Neural Turing Machine",
        theme.MODEL,
        [(min(each), max(each)) for each in machine],
    )
    top = recall.BITS * recall.ITEM / 2 + 1
    panels = [
        draw.Panel("Wrong bits", both, y="bits", height=150, axes={"y": {"range": [0, top]}}),
        draw.Panel("Wrong bits of the machines", [alone], x="items in the list", y="bits", height=120),
    ]
    return draw.panels(panels)


def across(name: str) -> list[list[float]]:
    """The wrong bits on a card: for each number of items, those of each seed."""
    found = checkpoint.read_card(name)["across_seeds"]
    return [found[f"wrong_bits_{count}"]["seeds"] for count in recall.COUNTS]


def card() -> dict:
    """The card of the machine on this page."""
    return checkpoint.read_card("recall")


@fact
def bits(recalls: Recalls) -> int:
    """How many bits a vector has."""
    return recall.BITS


@fact
def vectors(recalls: Recalls) -> int:
    """How many vectors an item has."""
    return recall.ITEM


@fact
def of(recalls: Recalls) -> int:
    """How many bits an answer has."""
    return recall.BITS * recall.ITEM


@fact
def fewest(recalls: Recalls) -> int:
    """The shortest list in training."""
    return recall.FEWEST


@fact
def most(recalls: Recalls) -> int:
    """The longest list in training."""
    return recall.MOST


@fact
def longest(recalls: Recalls) -> int:
    """The longest list that was tried."""
    return recall.COUNTS[-1]


@fact
def alike(recalls: Recalls) -> float:
    """How many of the vectors in training were replaced by the vector at the same place of a random item of the list, in percent."""
    return 100 * recall.ALIKE


@fact
def items(recalls: Recalls) -> int:
    """How many items the recorded list has."""
    return recalls.run.items


@fact
def asked(recalls: Recalls) -> int:
    """Which item of the recorded list is asked for, counted from 1."""
    return recalls.run.asked + 1


@fact
def wanted(recalls: Recalls) -> int:
    """Which item of the recorded list is the answer, counted from 1."""
    return recalls.run.asked + 2


@fact
def wrong_bits(recalls: Recalls) -> int:
    """How many bits of the recorded answer are wrong."""
    return recalls.run.wrong_bits


@fact
def episodes(recalls: Recalls) -> int:
    """How many fresh lists the sentences were checked on, for each machine."""
    return EPISODES


@fact
def lists_seen(recalls: Recalls) -> int:
    """How many lists the published machine saw in training."""
    return card()["sequences"]


@fact
def seconds(recalls: Recalls) -> float:
    """How long its training took, in seconds of one processor core."""
    return card()["cpu_seconds"]


@fact
def cost(recalls: Recalls) -> float:
    """What a fresh list of a length seen in training costs it, in bits."""
    return card()["metrics"]["bits_per_sequence"]


@fact
def most_starts(recalls: Recalls) -> int:
    """How many starts the machine needed that needed most."""
    return max(map(int, card()["across_seeds"]["starts"]["seeds"]))


@fact
def longest_way(recalls: Recalls) -> int:
    """How many lists the machine saw that saw most, with all its starts."""
    return max(checkpoint.read_card(name)["sequences"] for name in recall.machines())


@fact
def fewest_seen(recalls: Recalls) -> int:
    """How many lists the machine saw that saw fewest, with all its starts."""
    return min(checkpoint.read_card(name)["sequences"] for name in recall.machines())


@fact
def paper_memory_use(recalls: Recalls) -> int:
    """The number of the paper's figure of memory use."""
    return FIGURES["recall"]["memory use"]


@fact
def paper_generalisation(recalls: Recalls) -> int:
    """The number of the paper's figure of longer lists."""
    return FIGURES["recall"]["generalisation"]


@fact
def paper_learning(recalls: Recalls) -> int:
    """The number of the paper's figure of learning curves."""
    return FIGURES["recall"]["learning"]


@fact
def lstm_lists(recalls: Recalls) -> int:
    """How many lists each LSTM saw."""
    return checkpoint.read_card(recall.TASK.curves_name)["sequences"]


@fact
def lstm_cost(recalls: Recalls) -> float:
    """What a fresh list of a length seen in training costs the LSTMs, in bits: the mean over the seeds."""
    return card()["baselines"][LSTM_NAME]["bits_per_sequence"]


@fact
def parameters(recalls: Recalls) -> int:
    """How many numbers the machine learned."""
    return size(recall.trained())


@fact
def lstm_parameters(recalls: Recalls) -> int:
    """How many numbers an LSTM learned."""
    return size(Lstm(recall.TASK.inputs, recall.TASK.outputs))


def size(module: nn.Module) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())


@fact
def hidden(recalls: Recalls) -> int:
    """The size of the controller."""
    return recall.trained().steer.in_features


@fact
def wrong_good(recalls: Recalls) -> float:
    """Mean wrong bits at the length up to which the paper's machine is nearly perfect, for the worst of the three machines."""
    return max(across("recall")[recall.COUNTS.index(PAPER["good"])])


@fact
def wrong_fair(recalls: Recalls) -> float:
    """Mean wrong bits at the next length in the paper, for the worst of the three machines."""
    return max(across("recall")[recall.COUNTS.index(PAPER["fair"])])


@fact
def best_longest(recalls: Recalls) -> float:
    """Mean wrong bits of the longest lists, for the best of the three machines."""
    return min(across("recall")[-1])


@fact
def worst_longest(recalls: Recalls) -> float:
    """Mean wrong bits of the longest lists, for the worst of the three machines."""
    return max(across("recall")[-1])


@fact
def paper_episodes(recalls: Recalls) -> int:
    """After about how many lists the cost is near zero, in the paper."""
    return PAPER["episodes"]


@fact
def paper_lstm_episodes(recalls: Recalls) -> int:
    """After how many lists the LSTM's cost is not zero yet, in the paper."""
    return PAPER["lstm_episodes"]


@fact
def paper_good(recalls: Recalls) -> int:
    """Up to how many items the machine is nearly perfect, in the paper."""
    return PAPER["good"]


@fact
def paper_fair(recalls: Recalls) -> int:
    """With how many items it still costs less than a bit, in the paper."""
    return PAPER["fair"]


@fact
def paper_heads(recalls: Recalls) -> int:
    """How many heads the machine with a feed-forward controller has, in the paper."""
    return PAPER["heads"]


@fact
def paper_hidden(recalls: Recalls) -> int:
    """The size of that controller, in the paper."""
    return PAPER["hidden"]


@fact
def paper_parameters(recalls: Recalls) -> int:
    """How many numbers that machine learned, in the paper."""
    return PAPER["parameters"]


@fact
def list_changed(recalls: Recalls) -> float:
    """How far the query's vectors move a list, in percent of its length: the mean over lists, in the machine where it is largest."""
    return 100 * max(float(moved(record).mean()) for record in recalls.records)


@fact
def list_changed_most(recalls: Recalls) -> float:
    """How far they move the list that they move most, in percent of its length."""
    return 100 * max(float(moved(record).max()) for record in recalls.records)


@fact
def row_changed_most(recalls: Recalls) -> float:
    """How far they move the row that they move most, in percent of its length."""
    return 100 * max(
        float(((after - before).norm(dim=2) / before.norm(dim=2)).max()) for before, after in map(rows, recalls.records)
    )


def moved(record: recall.Record) -> Float[Tensor, "batch"]:
    """How far the rows of each list are moved while the query's vectors are shown, by their length before."""
    before, after = rows(record)
    return (after - before).flatten(1).norm(dim=1) / before.flatten(1).norm(dim=1)


def rows(record: recall.Record) -> list[Float[Tensor, "batch vector width"]]:
    """The rows of memory where the list is, before the query's first vector and after its last."""
    first, *_, last = query_steps(record)
    memories = record.trace.memory_before[first], record.trace.memory_after[last]
    return [memory.gather(1, record.written.T[..., None].expand(-1, -1, memory.shape[2])) for memory in memories]


@fact
def letting_go(recalls: Recalls) -> str:
    """In how many machines the write head lets go while the query's vectors are shown: no location gets as much as a third of its weight, on average."""
    return how_many(not writes_query(record) for record in recalls.records)


def writes_query(record: recall.Record) -> bool:
    """Whether the write head stands somewhere while the query's vectors are shown."""
    return float(largest(record, WRITE)[query_steps(record)].mean()) >= 1 / 3


@fact
def sharp(recalls: Recalls) -> float:
    """The read head's largest weight at the end of the query: the mean over lists, in the machine where it is lowest."""
    return min(float(largest(record, READ)[end(record)].mean()) for record in recalls.records)


@fact
def blurred(recalls: Recalls) -> float:
    """The read head's largest weight while the query's vectors are shown: the mean over lists, in the machine where it is highest."""
    return max(float(largest(record, READ)[query_steps(record)].mean()) for record in recalls.records)


@fact
def least_gate(recalls: Recalls) -> float:
    """How far the read head's gate is open while the query's vectors are shown: the mean over lists, in the machine where it is lowest."""
    return min(looking(record) for record in recalls.records)


@fact
def largest_gate(recalls: Recalls) -> float:
    """How far the read head's gate is open while the query's vectors are shown: the mean over lists, in the machine where it is highest."""
    return max(looking(record) for record in recalls.records)


def looking(record: recall.Record) -> float:
    """How far the read head's gate is open while the query's vectors are shown: the mean over vectors and lists."""
    return float(record.trace.controls.gate[query_steps(record), :, READ].mean())


@fact
def early(recalls: Recalls) -> str:
    """In how many machines the read head is over the border with the query's last vector already: its largest weight is on the next item, in more than half of the lists."""
    return how_many(share(record, end(record) - 1, record.vector_of(1, 0)) > 0.5 for record in recalls.records)


@fact
def waiting(recalls: Recalls) -> str:
    """In how many machines the write head waits at the mark of the next item; in the others it goes one location on."""
    return how_many(not bool(moved_at_marks(record).any()) for record in recalls.records)


def how_many(holds: Iterable[bool]) -> str:
    """In how many of the machines something holds, in words."""
    each = list(holds)
    return out_of(sum(each), len(each), "machines")


def moved_at_marks(record: recall.Record) -> Int[Tensor, "mark batch"]:
    """How many locations on the write head is at each mark, from where it was a step before."""
    where, around = record.trace.addressing.weighting[:, :, WRITE].argmax(-1), record.trace.memory_before.shape[2]
    return torch.cat([ring.moves(where[step - 1 : step + 1], around) for step in marks(record)])


def share(record: recall.Record, step: int, places: Int[Tensor, "batch"]) -> float:
    """In what share of the lists the read head's largest weight is at these places, at that step."""
    return float((record.read[step] == places).float().mean())


@fact
def found_shut(recalls: Recalls) -> float:
    """In how many lists the read head is at the first vector of the next item at the query's last mark if the gate is shut by hand at the query's vectors, in percent: the machine where it is most."""
    return 100 * max(float((read == wanted).float().mean()) for read, wanted, _ in recalls.shut)


@fact
def by_chance(recalls: Recalls) -> float:
    """In how many lists a head that stands at the first vector of any item but the first is at the right one, in percent."""
    return 100 / (recall.MOST - 1)


@fact
def found_untrained(recalls: Recalls) -> float:
    """In how many lists the read head of a machine that has learned nothing is there, in percent: the mean over such machines."""
    return 100 * float(np.mean([share(each, end(each), each.vector_of(1, 0)) for each in recalls.untrained]))


@fact
def places_untrained(recalls: Recalls) -> float:
    """In how many locations such a machine writes the vectors of a list: the mean over lists and machines."""
    return float(np.mean([len(places.unique()) for each in recalls.untrained for places in each.written.T]))


@fact
def vectors_of_list(recalls: Recalls) -> int:
    """How many vectors these lists have."""
    return recall.MOST * recall.ITEM


@fact
def astray(recalls: Recalls) -> int:
    """How many of the long lists are answered with a mistake while the read head stands elsewhere than it should at the end of the search."""
    return sum(int(((read != wanted) & (wrong > 0)).sum()) for read, wanted, wrong in recalls.searches)


@fact
def long_wrong(recalls: Recalls) -> int:
    """How many of the long lists are answered with a mistake."""
    return sum(int((wrong > 0).sum()) for _, _, wrong in recalls.searches)


@fact
def long_lists(recalls: Recalls) -> int:
    """How many long lists there were, for the three machines together."""
    return sum(len(wrong) for _, _, wrong in recalls.searches)


def vector_steps(record: recall.Record) -> list[int]:
    """The steps at which the vectors of the list are shown."""
    return recall.vector_steps(record.items)


def query_steps(record: recall.Record) -> list[int]:
    """The steps at which the query's vectors are shown."""
    return list(recall.query_steps(record.items))


def end(record: recall.Record) -> int:
    """The step of the query's last mark."""
    return recall.query_steps(record.items).stop


def marks(record: recall.Record) -> list[int]:
    """The steps at which the item marks are shown, but the first."""
    return [recall.item_steps(item).start - 1 for item in range(1, record.items)]


def largest(record: recall.Record, head: int) -> Float[Tensor, "time batch"]:
    """The largest weight of a head."""
    return record.trace.addressing.weighting[:, :, head].amax(-1)


@claim
def a_place_for_every_vector(recalls: Recalls) -> bool:
    """Every vector of the list gets a location of its own, and those of an item lie side by side, in their order."""
    return all(
        all(len(each.unique()) == len(each) for each in record.written.T)
        and bool((steps_between(record) == direction(record)).all())
        for record in recalls.records
    )


def steps_between(record: recall.Record) -> Int[Tensor, "between item batch"]:
    """How many locations on each vector of an item was written from the one before it."""
    vectors = record.written.unflatten(0, (record.items, recall.ITEM)).transpose(0, 1)
    return ring.moves(vectors, record.trace.memory_before.shape[2])


def direction(record: recall.Record) -> int:
    """The way in which the write head goes: 1, or −1 for back."""
    return int(steps_between(record)[0, 0, 0].sign())


@claim
def waits_or_goes_on(recalls: Recalls) -> bool:
    """At the mark of the next item the write head waits where it is, or it goes one location on. A machine does the same at every mark of every list."""
    return all(moved_at_marks(record).unique().tolist() in ([0], [1], [-1]) for record in recalls.records)


@claim
def no_summary(recalls: Recalls) -> bool:
    """What it adds at the marks is nearly the same for all items: it varies less than a hundredth as much as what it adds for their vectors."""
    return all(spread(record, marks(record)) < spread(record, vector_steps(record)) / 100 for record in recalls.records)


def spread(record: recall.Record, steps: list[int]) -> float:
    """How much the vectors added at these steps vary: the sum of the variances of their numbers."""
    return float(record.trace.add[steps, :, 0].var(dim=(0, 1)).sum())


@claim
def nothing_to_look_for(recalls: Recalls) -> bool:
    """The read head has nothing to look for yet: from the second item on it is spread over the memory, with less than a twentieth on any location, on average."""
    return all(
        float(largest(record, READ)[marks(record)[0] : query_steps(record)[0] - 1].mean()) < 1 / 20
        for record in recalls.records
    )


@claim
def list_stays(recalls: Recalls) -> bool:
    """The list stays nearly as it is: no list changes by as much as a fiftieth while the query's vectors are shown."""
    return all(float(moved(record).max()) < 1 / 50 for record in recalls.records)


@claim
def needs_both(recalls: Recalls) -> bool:
    """When we shut the gate by hand at these steps, each machine answers fewer than one list in three right. With the gate wide open it is fewer than nine in ten; left alone, more than 49 in fifty."""
    return all(found["shut"] < 1 / 3 and found["open"] < 9 / 10 and found["left alone"] > 49 / 50 for found in recalls.gates)


@claim
def moves_on(recalls: Recalls) -> bool:
    """At the first vector, and at the second, more than half of its shift moves the weight on by one location, in the direction of writing (means)."""
    return all(
        bool((shift[query_steps(record)[:-1]].mean(1) > 0.5).all())
        for record in recalls.records
        for shift in [record.trace.controls.shift[:, :, READ, 1 + direction(record)]]
    )


@claim
def looks_no_more(recalls: Recalls) -> bool:
    """Here it need not look any more: with the gate shut by hand at this step, more than 49 answers in fifty are still right, and with the gate wide open fewer than one in five."""
    return all(found["shut at the end"] > 49 / 50 and found["open at the end"] < 1 / 5 for found in recalls.gates)


@claim
def stands_on_the_next(recalls: Recalls) -> bool:
    """At the query's last mark, before the machine has to answer, the read head stands where the first vector of the *next* item was written."""
    return all(share(record, end(record), record.vector_of(1, 0)) == 1 for record in recalls.records)


@claim
def at_the_border(recalls: Recalls) -> bool:
    """When the query's last vector is shown, in nearly all lists the largest weight is on one of these: the last vector of the item asked for, the first vector of the item after it, or the mark between them, if the mark has a location."""
    return all(from_last_to_next(record) > 0.95 for record in recalls.records)


def from_last_to_next(record: recall.Record) -> float:
    """In what share of the lists the read head is between the last vector of the item asked for and the first of the next, both included, when the query's last vector is shown."""
    around = record.trace.memory_before.shape[2]
    last, reading, first = (record.vector_of(0, recall.ITEM - 1), record.read[end(record) - 1], record.vector_of(1, 0))
    way, gone = (ring.moves(torch.stack([last, place]), around)[0] for place in (first, reading))
    return float(((gone * way.sign() >= 0) & (gone.abs() <= way.abs())).float().mean())


@claim
def sharpens(recalls: Recalls) -> bool:
    """The sharpening γ of that step is more than four times that of the steps before (means)."""
    return all(
        float(gamma[end(record)].mean()) > 4 * float(gamma[query_steps(record)].mean())
        for record in recalls.records
        for gamma in [record.trace.controls.sharpening[:, :, READ]]
    )


@claim
def mostly_astray(recalls: Recalls) -> bool:
    """Where the answer was right, the search had ended in the right place in more than nine lists of ten; where it was not, in fewer than one of three."""
    found = torch.cat([read == wanted for read, wanted, _ in recalls.searches]).float()
    right = torch.cat([wrong == 0 for _, _, wrong in recalls.searches])
    return float(found[right].mean()) > 9 / 10 and float(found[~right].mean()) < 1 / 3


@claim
def one_ahead(recalls: Recalls) -> bool:
    """When the machine answers with the first vector, its read head stands on the second already."""
    return all(share(record, end(record) + 1, record.vector_of(1, 1)) == 1 for record in recalls.records)


@claim
def learns(recalls: Recalls) -> bool:
    """Each of the three machines ends below a tenth of a bit a list, and below a hundredth of what the best LSTM costs."""
    ntm, lstm = ([float(curve[-1, 1]) for curve in recall.curves()[kind]] for kind in ("ntm", "lstm"))
    return max(ntm) < min(0.1, min(lstm) / 100)


@claim
def as_fast_as_the_paper(recalls: Recalls) -> bool:
    """From the start that was kept, each of ours has come below one bit a list before it has seen as many lists as the paper's machine needs to come near zero."""
    return all(
        any(bits < 1 for lists, bits in zip(seen(curve), curve[:, 1], strict=True) if lists < PAPER["episodes"])
        for curve in recall.curves()["ntm"]
    )


@claim
def goes_on(recalls: Recalls) -> bool:
    """Up to fifteen items, each of the three machines gets less than one bit of the answer wrong on average."""
    found = zip(recall.COUNTS, across("recall"), strict=True)
    return all(max(each) < 1 for count, each in found if count <= PAPER["fair"])
