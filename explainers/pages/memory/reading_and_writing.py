"""Reading and writing: what a head does to the memory where it stands, on a small part of a recorded memory."""

import plotly.graph_objects as go
import torch

from explainers.kit.build.finding import Finding, Measured, exactly, largest, mean, share, smallest
from explainers.kit.build.marks import fact, figure, finding, invariant, setting
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.figure import browser, draw, plot, theme
from explainers.models import ntm
from explainers.studies import one_write, write_slopes, writing
from explainers.studies.one_write import blurred, both_orders, only, steps, written
from explainers.studies.write_slopes import apart, by_hand, differences, hardly, looking, parts, slopes
from explainers.studies.writing import EMPTY, EPISODES, FEATURES, FILLED, GAMMAS, LENGTH, SEQUENCES, STEP, Writes, beside, errors
from explainers.tasks import copy

MILLIONTH = 1e-6


def subject(trial: Trial = PUBLISHED) -> Writes:
    """Short copies by the machine of each seed, and copies without an erase."""
    return writing.writes(trial)


@figure(live="write-bench")
def bench(writes: Writes) -> go.Figure:
    """One write and one read on six locations: the memory, from top to bottom, and what is done to it. The write is that of a recorded step; the read weighting that of the step which gives the vector back."""
    small, stages = writes.small, one_write.stages(writes.small)
    colours = {"writing": theme.WRITE, "reading": theme.READ, "erase": theme.CONTROL, "add": theme.WRITE}
    controls = {which: one_write.controls(small, which=which) for which in colours}
    before, erased, added, after = (stages.sel(stage=stage) for stage in ("before", "erased", "added", "after"))
    panels = [plot.bars(controls[which], 60, colours=colour, untitled="xy") for which, colour in colours.items()]
    panels += [
        plot.heat(part, 20 * part.sizes["location"], scale=scale, untitled="x")
        for part, scale in (
            (before, False),
            (one_write.kept(small), True),
            (erased, False),
            (added, True),
            (after, False),
            (one_write.given_back(small), True),
        )
    ]
    return browser.with_live(
        draw.panels(panels, 2),
        places=before.coords["location"].values.tolist(), focus=small.focus, old=small.old, next=small.following,
        memory=browser.array(before), **{which: browser.array(control) for which, control in controls.items()},
    )  # fmt: skip


@figure
def interference(writes: Writes) -> go.Figure:
    """Two vectors, written one after the other to locations 2 and 3 of six, and read back. The smaller γ, the more the two weightings overlap, and the less of each vector comes back. Bottom row: each vector, and below it what is read of it."""
    episode, colours = writes.episodes[0], {"first": theme.WRITE, "second": theme.MODEL}
    lines = plot.lines(writing.errors_by_gamma(episode), by="vector", colours=colours, mode="lines+markers", top=1, span=3, untitled="y")
    overlaps = [plot.bars(each, 70, by="vector", colours=colours, untitled="y") for each in writing.side_by_side(episode)]
    vectors = [plot.heat(each, 84, scale=number == 2) for number, each in enumerate(writing.stored_and_read(episode))]
    return draw.panels([lines, *overlaps, *vectors], 3)


@figure
def gradient(writes: Writes) -> go.Figure:
    """The derivatives: how the error of what is read changes with each number of the write. They are computed twice, by automatic differentiation and by finite differences, and once for a hard write to the location with the largest weight. The write head's weight is blurred over five locations; the read head's is blurred over five others, one further back."""
    colours = {"automatic differentiation": theme.WRITE, "finite differences": theme.MODEL, "hard write": theme.CONTROL}
    found = [write_slopes.three_ways(writes.small, part=part) for part in ("w", "e", "a")]
    return draw.panels([plot.bars(part, by="way", colours=colours, untitled="y") for part in found], 3)


@figure
def order(writes: Writes) -> go.Figure:
    """The same write in both orders, and how they differ. Adding first erases a part of what was just added."""
    found = one_write.in_both_orders(writes.small)
    return draw.panels([plot.heat(each, 130, scale=number == 2) for number, each in enumerate(found)], 3)


locations = setting("How many locations the small memory has.", lambda: FILLED + EMPTY + 1)
features = setting("How many features of each location the small memory has.", lambda: FEATURES)
step = setting("The recorded step, counted from 1.", lambda: STEP + 1)
later = setting("How many steps later the vector is read.", lambda: LENGTH + 1)
empty = setting("Every number of the memory before anything is written.", lambda: ntm.INITIAL_MEMORY)
sequences = setting("How many sequences of every machine the sentences were checked on.", lambda: 1 + SEQUENCES)
bits = setting("How many bits such a sequence has.", lambda: LENGTH * copy.BITS)
episodes = setting("How many fresh sequences each machine copied.", lambda: EPISODES)
sharpest = setting("The largest γ of the figure.", lambda: GAMMAS[-1])
whole_locations = setting("How many locations the whole memory has.", lambda: copy.build(0).locations)
whole_features = setting("How many numbers a location of the whole memory holds.", lambda: copy.build(0).width)

place = fact("The location that is written in that step.", lambda writes: writes.episodes[0].place)
weight = fact("The weight of that location.", lambda writes: writes.episodes[0].weights[STEP])
own_gamma = fact("The write head's γ at the recorded step.", lambda writes: writes.episodes[0].gamma)
error_sharp = fact(
    "Distance of the vector written first, at the largest γ, in percent of its length.",
    lambda writes: 100 * beside(writes.episodes[0], GAMMAS[-1]).errors[0],
)
error_own = fact(
    "Distance of the vector written first, at the machine's own γ, in percent of its length.",
    lambda writes: 100 * beside(writes.episodes[0], own_gamma(writes)).errors[0],
)
error_own_shift = fact(
    "The same with the machine's own shift instead of the smear.",
    lambda writes: 100 * beside(writes.episodes[0], own_gamma(writes), writes.episodes[0].shift).errors[0],
)
error_blurred = fact(
    "Distance of the vector written first, without sharpening, in percent of its length.",
    lambda writes: 100 * beside(writes.episodes[0], GAMMAS[0]).errors[0],
)
spread = fact(
    "The weight of the published machine's write head, where it is largest, at the last step, when nothing is left to write.",
    lambda writes: writes.episodes[0].weights[-1],
)
own_shift = fact(
    "The largest share of the write head's shift at the recorded step.",
    lambda writes: largest(writes.episodes[0].shift, over="directions"),
)
largest_change = fact(
    "The largest difference between a number as stored and as read back, in any of these sequences.",
    lambda writes: largest([episode.changes.max() for episode in writes.episodes], over="numbers of all sequences"),
)
largest_slope = fact(
    "The largest derivative with respect to a weight, in size.",
    lambda writes: largest(slopes(writes.small)["w"].abs(), over="locations"),
)


@fact
def with_erase(writes: Writes) -> Measured:
    """Mean wrong bits with the erase, of the machine that makes most."""
    return largest([mean(each.unerased.usual, "sequences") for each in writes.machines], over="means of the machines")


@fact
def least_without_erase(writes: Writes) -> Measured:
    """Mean wrong bits without the erase, of the machine that makes fewest."""
    return smallest([mean(each.unerased.wrong, "sequences") for each in writes.machines], over="means of the machines")


@fact
def most_without_erase(writes: Writes) -> Measured:
    """Mean wrong bits without the erase, of the machine that makes most."""
    return largest([mean(each.unerased.wrong, "sequences") for each in writes.machines], over="means of the machines")


@fact
def order_matters_by(writes: Writes) -> Measured:
    """The largest difference between the two orders."""
    first, second = both_orders(writes.small).values()
    return largest((first - second).abs(), over="numbers of the small memory")


@finding
def small_memory_is_exact(writes: Writes) -> Finding:
    """The small memory gives the recorded numbers: after the write, none differs by more than a thousandth."""
    found = [(steps(episode.small)["after"] - episode.small.after).abs().max() for episode in writes.episodes]
    return largest(found, over="numbers of all small memories") <= 1e-3


@finding
def writes_are_sharp(writes: Writes) -> Finding:
    """Each of the three machines writes every vector with more than .99 of the weight on one location."""
    return largest([1 - episode.weights[:LENGTH].min() for episode in writes.episodes], over="weights elsewhere") < 0.01


@finding
def vectors_come_back(writes: Writes) -> Finding:
    """At least 99 of 100 vectors come back nearly as they were stored: of their numbers, which lie between about −1 and 1, none differs by more than a tenth."""
    changes = [torch.cat([episode.changes for episode in each.episodes]) for each in writes.machines]
    return largest([share(found > 0.1, "vectors") for found in changes], over="machines") <= 0.01


@finding
def little_is_left(writes: Writes) -> Finding:
    """Without the erase no number stored differs by more than a tenth from what it is with it."""
    return largest([each.unerased.apart for each in writes.machines], over="numbers stored by all machines") <= 0.1


@finding
def lost_on_the_way(writes: Writes) -> Finding:
    """Where the read head still visits the locations in the order of the writes, fewer than one bit in a hundred is wrong; in the sequences in which it does not, more than one in ten."""
    found = [each.unerased for each in writes.machines]
    wrong, in_order = torch.cat([each.wrong for each in found]) / bits(), torch.cat([each.in_order for each in found])
    if in_order.all() or not in_order.any():
        return exactly(False)
    return (mean(wrong[in_order], over="sequences read in order") < 0.01) & (mean(wrong[~in_order], over="the others") > 0.1)


@invariant
def replaced(writes: Writes) -> bool:
    """With all the weight on one location and e = 1 everywhere, the old vector is gone and a stands in its place."""
    for episode in writes.episodes:
        small = episode.small
        where, full = only(small.old, len(small.places)), torch.ones_like(small.erase)
        after = written(small.memory, where, full, small.add)
        others = [place for place in range(len(small.places)) if place != small.old]
        if not (torch.equal(after[small.old], small.add) and torch.equal(after[others], small.memory[others])):
            return False
    return True


@invariant
def mixture(writes: Writes) -> bool:
    """With e = 1 everywhere, a location holds a mixture afterwards: 1 − w(i) of its old vector, w(i) of a."""
    for episode in writes.episodes:
        small = episode.small
        where = blurred(only(small.old, len(small.places)))[:, None]
        after = written(small.memory, where[:, 0], torch.ones_like(small.erase), small.add)
        if not torch.allclose(after, (1 - where) * small.memory + where * small.add, atol=MILLIONTH):
            return False
    return True


@invariant
def piles_up(writes: Writes) -> bool:
    """Written three times without an erase, a location holds its old vector and three times a; with e = 1 and all the weight, three writes are like one."""
    for episode in writes.episodes:
        small = episode.small
        where, full, nothing = only(small.old, len(small.places)), torch.ones_like(small.erase), 0 * small.erase
        piled = once = small.memory
        for _ in range(3):
            piled = written(piled, where, nothing, small.add)
            once = written(once, where, full, small.add)
        held = small.memory[small.old] + 3 * small.add
        single = written(small.memory, where, full, small.add)
        if not (torch.allclose(piled[small.old], held, atol=MILLIONTH) and torch.equal(once, single)):
            return False
    return True


@finding(worth="it shows what sharpening is for; the page says that it was not learned")
def sharper_is_better(writes: Writes) -> Finding:
    """With each larger γ of the figure, both vectors come back closer."""
    found = [errors(episode) for episode in writes.episodes]
    return largest([(each[1:] / each[:-1]).max() for each in found], over="distances, as a share of those with less γ") < 1


@finding
def first_suffers(writes: Writes) -> Finding:
    """If the two vectors differ, the one that was written first is farther from what it was, at every γ of the figure: the second write erases a part of it."""
    found = [errors(episode) for episode in writes.episodes if not torch.equal(*episode.shown)]
    return smallest([(each[:, 0] / each[:, 1]).min() for each in found], over="distances of the first, as a share of the second's") > 1


@invariant
def derivatives_agree(writes: Writes) -> bool:
    """Both ways to compute the derivatives agree to a millionth, for every number of w, e and a."""
    return all(apart(episode.small) <= MILLIONTH for episode in writes.episodes)


@invariant
def slope_by_hand(writes: Writes) -> bool:
    """With respect to w(i), the derivative is the read head's weight on location i, times a sum over the features: what is read less what is wanted, times a − e M(i)."""
    smalls = [episode.small for episode in writes.episodes]
    return all(torch.allclose(by_hand(small), slopes(small)["w"], rtol=0, atol=MILLIONTH) for small in smalls)


@invariant
def read_locations_learn(writes: Writes) -> bool:
    """So wherever the read head looks there is something to learn, even at the location to which the write head gave no weight."""
    for episode in writes.episodes:
        seen, unwritten = looking(episode.small) > 0, parts(episode.small)["w"] == 0
        if not (seen & unwritten).any() or not slopes(episode.small)["w"][seen].all():
            return False
    return True


@invariant
def unread_is_flat(writes: Writes) -> bool:
    """Where the read head does not look the derivative is zero, even at the location that was written: it changes nothing that is read."""
    for episode in writes.episodes:
        unseen, wrote = looking(episode.small) == 0, parts(episode.small)["w"] > 0
        if not (unseen & wrote).any() or slopes(episode.small)["w"][unseen].any():
            return False
    return True


@invariant
def hard_is_flat(writes: Writes) -> bool:
    """If the whole write goes to the location with the largest weight, the derivative with respect to every weight is zero, in both ways to compute it."""
    return all(not way(episode.small, hardly)["w"].any() for episode in writes.episodes for way in (slopes, differences))


@invariant
def orders_differ_by(writes: Writes) -> bool:
    """The two orders differ by w(i)² e a, location by location and feature by feature."""
    for episode in writes.episodes:
        small, (first, second) = episode.small, both_orders(episode.small).values()
        where = blurred(only(small.old, len(small.places)))[:, None]
        if not torch.allclose(first - second, where**2 * small.erase * small.add, atol=MILLIONTH):
            return False
    return True


@invariant
def adding_first_leaves_nothing(writes: Writes) -> bool:
    """With all the weight on one location and e = 1, adding first would leave a row of zeros."""
    for episode in writes.episodes:
        small = episode.small
        where, full = only(small.old, len(small.places)), torch.ones_like(small.erase)
        added = written(small.memory, where, torch.zeros_like(full), small.add)
        if written(added, where, full, torch.zeros_like(small.add))[small.old].any():
            return False
    return True
