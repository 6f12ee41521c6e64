"""What must be true of the page memory/from_attention, beside its claims: small cases worked by hand."""

import math
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pytest
import torch

from explainers.models import ntm
from explainers.pages.memory import from_attention as page

E = math.e
UPRIGHT = torch.tensor([[1.0, 0, 0, 0], [0, 1, 0, 0]])
QUERY = torch.tensor([2.0, 0, 0, 0])


@cache
def bridge() -> page.Bridge:
    """What the page is about."""
    return page.subject()


def test_attention_by_hand():
    """Scores 2 and 0, divided by √4: a softmax of 1 and 0."""
    assert page.dot_product_lookup(QUERY, UPRIGHT).tolist() == pytest.approx([E / (E + 1), 1 / (E + 1)])


def test_the_cosine_by_hand():
    """Cosines 1 and 0, times β = 3, whatever the lengths are."""
    wanted = pytest.approx([E**3 / (E**3 + 1), 1 / (E**3 + 1)])
    assert page.cosine_lookup(QUERY, 3, UPRIGHT).tolist() == wanted
    assert page.cosine_lookup(QUERY, 3, UPRIGHT * torch.tensor([[0.5], [7]])).tolist() == wanted


def test_no_strength_makes_all_locations_alike():
    assert page.cosine_lookup(QUERY, 0, UPRIGHT).tolist() == [0.5, 0.5]


def test_the_strength_that_makes_both_the_same_by_hand():
    """|q| = 2, |k| = 3, d = 4: β = 3. Then the score 6 ÷ √4 is 3, and so is β times the cosine of 1."""
    assert page.matching_strength(QUERY, 3) == pytest.approx(3)
    assert torch.allclose(page.dot_product_lookup(QUERY, 3 * UPRIGHT), page.cosine_lookup(QUERY, 3, 3 * UPRIGHT))


def test_the_two_vectors_that_are_alike():
    vectors = torch.tensor([[1.0, 0], [0, 1], [1, 0.1]])
    assert page.alike(vectors) == (0, 2)
    assert page.one_longer(vectors).norm(dim=-1) / vectors.norm(dim=-1) == pytest.approx([1, 1, page.LONGER])


def test_same_length_keeps_directions():
    vectors = torch.tensor([[3.0, 4], [0, 1]])
    assert torch.allclose(page.same_length(vectors), torch.tensor([[1.8, 2.4], [0, 3]]))


def test_a_start_leaves_in_what_its_name_says():
    torch.manual_seed(0)
    machine = ntm.NeuralTuringMachine(9, 8, hidden=5, locations=6, width=4).requires_grad_(False)
    used, _ = machine.step(machine.initial_state(2), torch.rand(2, 9))
    fresh = machine.initial_state(2)
    left = {"nothing": (), "memory": ("memory",), "heads": ("weighting",), "read": ("read_vector",)}
    left["all"] = ("memory", "weighting", "read_vector")
    for name, start in page.starts(machine, used).items():
        for part in left["all"]:
            assert torch.equal(getattr(start, part), getattr(used if part in left[name] else fresh, part)), (name, part)
            assert not torch.equal(getattr(used, part), getattr(fresh, part))


def test_an_episode_from_the_initial_state_is_the_machine_itself():
    torch.manual_seed(0)
    machine = ntm.NeuralTuringMachine(9, 8, hidden=5, locations=6, width=4).requires_grad_(False)
    inputs = torch.rand(7, 3, 9)
    assert torch.equal(page.continued(machine, machine.initial_state(3), inputs).output, machine.predict(inputs))


def test_the_figure_carries_what_it_draws():
    drawn = page.lookups(bridge())
    live = drawn.layout.meta["live"]
    vectors = torch.tensor(live["stored"]["data"]).view(live["stored"]["shape"])
    weights = page.dot_product_lookup(vectors[live["wanted"]], vectors)
    assert list(drawn.data[0].y) == pytest.approx(weights.tolist(), abs=1e-6)
    weights = page.cosine_lookup(vectors[live["wanted"]], live["strength"], vectors)
    assert list(drawn.data[1].y) == pytest.approx(weights.tolist(), abs=1e-6)
    assert drawn.data[0].meta["labels"] == [str(place) for place in live["locations"]]


def test_a_vector_that_came_twice_is_not_looked_for():
    shown = torch.tensor([[0.0, 1], [1, 1], [0, 1]])
    run = SimpleNamespace(targets=shown[:, None])
    assert page.shown_once(run) == [False, True, False]
    assert page.repeated(SimpleNamespace(fresh=(run, SimpleNamespace(targets=shown[:2, None])))) == 1


def test_a_long_neighbour_is_not_found_in_the_place_of_the_right_one():
    """Two vectors that point nearly the same way, one of them long: then attention errs, and the claim is false."""
    run, *others = bridge().runs
    memory = run.trace.memory_after.clone()
    memory[run.length, 0, run.written[0]] = 3 * memory[run.length, 0, run.written[1]] + 0.1
    damaged = replace(run, trace=replace(run.trace, memory_after=memory))
    assert page.both_find_it(bridge()) and not page.both_find_it(replace(bridge(), runs=(damaged, *others)))
