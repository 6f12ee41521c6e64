"""What must be true of the page memory/repeat_copy, beside its claims."""

import base64
import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from explainers.kit.files import ROOT
from explainers.pages.memory import repeat_copy as page
from explainers.studies import repeating
from explainers.tasks import repeat_copy


@cache
def shown() -> repeating.Repeats:
    """The recorded runs of the page."""
    return page.subject()


def built(name: str) -> dict:
    """A built figure."""
    return json.loads((ROOT / f"docs/built/memory/repeat_copy.{name}.json").read_text())


def test_the_weightings_are_distributions():
    for machine in shown().machines:
        where = machine.run.trace.addressing.weighting
        torch.testing.assert_close(where.sum(-1), torch.ones(where.shape[:-1]))


def test_the_live_figure_gets_what_it_needs(figures):
    live = built("memory_use")["layout"]["meta"]["live"]
    assert live["settings"] == {"length": page.LENGTH, "repeats": page.REPEATS}
    assert np.shape(live["vectors"]) == (page.LENGTH, page.bits())
    assert live["used"] == repeating.places(shown().run)


def numbers(values) -> list[float]:
    """The numbers of an axis, which Plotly writes as a list or packed."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).tolist()
    return values


def test_the_counts_published_are_those_of_the_machines(figures):
    curves = {trace["name"]: trace for trace in built("counting")["data"]}
    for machine in shown().machines:
        usual = dict(zip(page.ASKED, repeating.median_given(machine.counted), strict=True))
        kept = {asked: given for asked, given in usual.items() if np.isfinite(given)}
        curve = curves[f"seed {machine.seed}"]
        assert dict(zip(numbers(curve["x"]), numbers(curve["y"]), strict=True)) == kept


def with_walks(**changes) -> repeating.Repeats:
    """The page's machines with something else in all walks of the first one: what a function makes of what is there."""
    first, *others = shown().machines
    walks = {shape: replace(walk, **{name: change(getattr(walk, name)) for name, change in changes.items()}) for shape, walk in first.walks.items()}
    return replace(shown(), machines=(replace(first, walks=walks), *others))


def test_without_a_jump_nothing_is_said_of_jumps():
    standing = with_walks(read=torch.zeros_like)
    for claim in (page.by_content, page.and_one_step, page.jumps_once):
        assert claim(shown()) and not claim(standing)
    still = replace(standing, machines=standing.machines[:1] * 3)
    assert not page.behind(still) and page.kept(still) == "no"


def test_a_jump_that_is_not_by_content_is_noticed():
    assert not page.by_content(with_walks(gate=lambda gate: gate * 0.4))
    assert not page.by_content(with_walks(found=lambda found: (found + 1) % 128))
    assert not page.and_one_step(with_walks(moved=torch.zeros_like))


def test_mistakes_spread_over_all_copies_are_noticed():
    assert page.more_copies(shown()) and not page.more_copies(with_walks(wrong=torch.ones_like))


def with_machine(which: int, **changes) -> repeating.Repeats:
    """The page's machines with something else in one of them."""
    machines = list(shown().machines)
    machines[which] = replace(machines[which], **changes)
    return replace(shown(), machines=tuple(machines))


def landing(later: bool) -> int:
    """A machine that lands on the first vector, or on a later one."""
    return next(place for place, machine in enumerate(shown().machines) if (repeating.first_landing(machine) > 0) == later)


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("shape", range(len(page.WITHIN)))
def test_a_wipe_that_does_the_opposite_is_noticed(later, shape):
    which = landing(later)
    wiped = list(shown().machines[which].wiped)
    wiped[shape] = torch.full_like(wiped[shape], int(later))
    assert page.wiping(shown()) and not page.wiping(with_machine(which, wiped=tuple(wiped)))


def test_where_no_machine_lands_later_there_is_nothing_to_say():
    first = replace(shown(), machines=(shown().machines[landing(later=False)],) * 3)
    assert page.behind(shown()) and not page.behind(first)
    which = landing(later=True)
    walks = {shape: replace(walk, read=walk.read.clone()) for shape, walk in shown().machines[which].walks.items()}
    walks[page.WITHIN[0]].read[3, 0, 0] += 1
    assert not page.behind(with_machine(which, walks=walks))


def test_a_write_head_that_writes_later_or_not_at_all_is_noticed():
    assert page.no_rewriting(shown())
    assert not page.no_rewriting(with_walks(writes=lambda writes: writes * 0.4))
    assert not page.no_rewriting(with_walks(writes=torch.ones_like))


def test_one_wrong_count_in_fifty_is_noticed():
    machine = shown().machines[1]
    changed = []
    for counted in machine.counted_within:
        outputs = counted.outputs.clone()
        outputs[:, :2, 0, repeat_copy.BITS] = 0  # no end mark in two sequences of ninety
        changed.append(replace(counted, outputs=outputs))
    quiet = with_machine(1, counted_within=tuple(changed))
    assert page.counts_within(shown()) and not page.counts_within(quiet)
    assert page.miscounted(quiet) >= 2 * repeat_copy.MOST
    assert page.tried_counts() == sum(len(repeating.miscounts(machine)) for machine in shown().machines)


def test_one_end_mark_of_several_steps_is_one():
    counted = shown().machines[0].counted
    outputs = counted.outputs.clone()
    outputs[..., repeat_copy.BITS] = 0
    outputs[60:64, ..., repeat_copy.BITS] = 1
    once = with_machine(0, counted=replace(counted, outputs=outputs))
    assert page.again_and_again(shown()) and not page.again_and_again(once)


def test_counts_are_said_in_words():
    assert page.of_machines(1, shown()) == "one of the three machines"
    assert page.landing(shown()).count("vector") == len({repeating.first_landing(machine) for machine in shown().machines})
    assert not any(digit in page.most_in_step(shown()) for digit in "0123456789")


def test_a_machine_that_stops_at_twenty_or_never_at_ten_is_noticed():
    counted = shown().machines[2].counted
    for asked, given in ((10, 9), (20, 20)):
        outputs = counted.outputs.clone()
        outputs[:, asked - 1, :, repeat_copy.BITS] = 0
        outputs[given * repeating.COUNTED, asked - 1, :, repeat_copy.BITS] = 1
        assert page.fails_at_twenty(shown())
        assert not page.fails_at_twenty(with_machine(2, counted=replace(counted, outputs=outputs)))
