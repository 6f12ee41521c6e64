"""The Neural Turing Machine: each stage by hand on four locations, properties that hold for any input, gradients."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from explainers.models.ntm import (
    SHIFTS,
    NeuralTuringMachine,
    State,
    content_weighting,
    cosine_similarity,
    erase_and_add,
    interpolate,
    read,
    sharpen,
    shift,
)

MEMORY = torch.tensor([[[3.0, 4.0], [4.0, 3.0], [-3.0, -4.0], [0.0, 2.0]]])
many = settings(max_examples=60, deadline=None)


def weightings(seed: int, locations: int = 7, scale: float = 4.0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.softmax(scale * torch.randn(2, 3, locations, generator=generator), dim=-1)


def is_distribution(weighting: torch.Tensor) -> bool:
    ones = torch.ones(weighting.shape[:-1], dtype=weighting.dtype)
    return bool((weighting >= 0).all()) and torch.allclose(weighting.sum(-1), ones, atol=1e-5)


def test_cosine_similarity_by_hand():
    """The key (3, 4) has length 5: 25/25, 24/25, −25/25 and 8/10."""
    found = cosine_similarity(torch.tensor([[[3.0, 4.0]]]), MEMORY)
    torch.testing.assert_close(found, torch.tensor([[[1, 0.96, -1, 0.8]]]))


def test_cosine_similarity_is_that_of_torch():
    generator = torch.Generator().manual_seed(0)
    key, memory = torch.randn(3, 2, 5, generator=generator), torch.randn(3, 9, 5, generator=generator)
    theirs = functional.cosine_similarity(key[:, :, None], memory[:, None], dim=-1)
    torch.testing.assert_close(cosine_similarity(key, memory), theirs)


def test_content_weighting_by_hand():
    """β = ln 2 makes powers of two: 2^1, 2^0.96, 2^−1 and 2^0.8, divided by their sum."""
    found = content_weighting(torch.tensor([[[3.0, 4.0]]]), torch.tensor([[2.0]]).log(), MEMORY)
    powers = 2 ** torch.tensor([1, 0.96, -1, 0.8])
    torch.testing.assert_close(found, (powers / powers.sum())[None, None])


def test_interpolation_by_hand():
    content, previous = torch.tensor([1.0, 0, 0, 0]), torch.tensor([0, 0, 0.5, 0.5])
    torch.testing.assert_close(interpolate(content, previous, torch.tensor(0.25)), torch.tensor([0.25, 0, 0.375, 0.375]))


@pytest.mark.parametrize(("distance", "wanted"), [(-1, [0.2, 0.3, 0.4, 0.1]), (0, [0.1, 0.2, 0.3, 0.4]), (1, [0.4, 0.1, 0.2, 0.3])])
def test_the_shift_is_circular(distance, wanted):
    distribution = torch.tensor([float(distance == each) for each in SHIFTS])
    torch.testing.assert_close(shift(torch.tensor([0.1, 0.2, 0.3, 0.4]), distribution), torch.tensor(wanted))


def test_a_mixed_shift_by_hand():
    """0.1 goes back from location 0 to the last one, 0.7 goes on to location 1, 0.2 stays."""
    found = shift(torch.tensor([1.0, 0, 0, 0]), torch.tensor([0.1, 0.2, 0.7]))
    torch.testing.assert_close(found, torch.tensor([0.2, 0.7, 0, 0.1]))


def test_sharpening_by_hand():
    """Squares of 0.1, 0.2, 0.3 and 0.4 are 1, 4, 9 and 16 hundredths; they sum to 30."""
    found = sharpen(torch.tensor([0.1, 0.2, 0.3, 0.4]), torch.tensor(2.0))
    torch.testing.assert_close(found, torch.tensor([1, 4, 9, 16]) / 30)


def test_sharpening_is_not_fixed():
    """Cubes of 0.1, 0.2, 0.3 and 0.4 are 1, 8, 27 and 64 thousandths; they sum to 100."""
    found = sharpen(torch.tensor([0.1, 0.2, 0.3, 0.4]), torch.tensor(3.0))
    torch.testing.assert_close(found, torch.tensor([1, 8, 27, 64]) / 100)


def test_erase_add_and_read_by_hand():
    memory = torch.tensor([[[1.0, 2], [3, 4], [5, 6], [7, 8]]])
    weighting = torch.tensor([[[0, 1.0, 0.5, 0]]])
    found = erase_and_add(memory, weighting, torch.tensor([[[1.0, 0]]]), torch.tensor([[[10.0, -2]]]))
    wanted = torch.tensor([[[1.0, 2], [10, 2], [7.5, 5], [7, 8]]])
    torch.testing.assert_close(found, wanted)
    torch.testing.assert_close(read(found, weighting), torch.tensor([[[13.75, 4.5]]]))


def test_two_writes_erase_before_either_adds():
    memory = torch.ones(1, 1, 1)
    twice = torch.ones(1, 2, 1)
    found = erase_and_add(memory, twice, torch.full((1, 2, 1), 0.5), torch.ones(1, 2, 1))
    torch.testing.assert_close(found, torch.tensor([[[2.25]]]))


@many
@given(seed=st.integers(0, 10**6), strength=st.floats(0, 1e4), scale=st.floats(1e-6, 1e6))
def test_a_content_weighting_is_a_distribution(seed, strength, scale):
    generator = torch.Generator().manual_seed(seed)
    key, memory = scale * torch.randn(2, 3, 5, generator=generator), scale * torch.randn(2, 7, 5, generator=generator)
    assert is_distribution(content_weighting(key, torch.full((2, 3), strength), memory))


@many
@given(seed=st.integers(0, 10**6))
def test_a_shift_keeps_the_sum(seed):
    distribution = weightings(seed + 1, 3)
    assert is_distribution(shift(weightings(seed), distribution))


@many
@given(seed=st.integers(0, 10**6), gamma=st.floats(1, 1e4))
def test_a_sharpened_weighting_is_a_distribution(seed, gamma):
    assert is_distribution(sharpen(weightings(seed, scale=30), torch.full((2, 3), gamma)))


@many
@given(seed=st.integers(0, 10**6))
def test_a_large_gamma_picks_the_maximum(seed):
    weighting = weightings(seed)
    assert (sharpen(weighting, torch.full((2, 3), 1e4)).argmax(-1) == weighting.argmax(-1)).all()


def test_a_closed_gate_ignores_the_content():
    assert torch.equal(interpolate(weightings(0), weightings(1), torch.zeros(2, 3)), weightings(1))


def test_without_key_strength_every_location_is_alike():
    found = content_weighting(torch.randn(1, 1, 2), torch.zeros(1, 1), MEMORY)
    torch.testing.assert_close(found, torch.full((1, 1, 4), 0.25))


def machine(dtype: torch.dtype = torch.float32) -> NeuralTuringMachine:
    torch.manual_seed(0)
    return NeuralTuringMachine(3, 2, hidden=5, locations=4, width=3).to(dtype)


@pytest.mark.parametrize("size", [0.0, 1e-6, 1e3, 1e6])
def test_no_input_makes_a_number_that_is_none(size):
    outputs, trace = machine()(size * torch.ones(6, 2, 3))
    for values in (outputs, trace.addressing.weighting, trace.memory_after, trace.controls.key_strength):
        assert torch.isfinite(values).all()
    assert is_distribution(trace.addressing.weighting)


def test_the_gradient_of_a_step():
    """Against finite differences, in 64-bit numbers, through every stage of addressing, writing and reading."""
    ntm = machine(torch.float64)
    generator = torch.Generator().manual_seed(1)

    def step(memory, weighting, read_vector, inputs):
        state, trace = ntm.step(State(memory, torch.softmax(weighting, -1), read_vector), inputs)
        return state.memory, state.weighting, trace.output

    shapes = ((2, 4, 3), (2, 2, 4), (2, 1, 3), (2, 3))
    values = [torch.randn(*shape, generator=generator, dtype=torch.float64, requires_grad=True) for shape in shapes]
    assert torch.autograd.gradcheck(step, values)


def test_a_recorded_step_can_be_replayed():
    ntm = machine()
    inputs = torch.randn(5, 2, 3, generator=torch.Generator().manual_seed(2))
    _, trace = ntm(inputs)
    state = State(trace.memory_before[3], trace.addressing.weighting[2], trace.read_vector[2])
    after, again = ntm.step(state, inputs[3])
    assert torch.equal(after.memory, trace.memory_after[3])
    assert torch.equal(again.addressing.weighting, trace.addressing.weighting[3])
    assert torch.equal(again.output, trace.output[3])


def test_predicting_and_tracing_are_the_same_arithmetic():
    inputs = torch.randn(5, 2, 3, generator=torch.Generator().manual_seed(3))
    assert torch.equal(machine().predict(inputs), machine()(inputs)[0])
