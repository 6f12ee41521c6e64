"""The compiled episodes give what the readable steps give: values and gradients."""

import subprocess
import sys

import pytest
import torch

from explainers.kit.files import ROOT
from explainers.models.ntm import NeuralTuringMachine
from explainers.models.ntm_fused import predict
from explainers.tasks import copy

MACHINES = {
    "one head of each kind": {},
    "several heads, a learned memory": {"read_heads": 2, "write_heads": 3, "learned_memory": True},
    "an LSTM controller": {"recurrent": True, "learned_memory": True, "sees_hidden": True, "emit_hidden": 16},
    "four locations": {"locations": 4, "width": 3},
}


def machine(options: dict) -> NeuralTuringMachine:
    """A machine with lively random weights, so that no head is near a corner where everything agrees."""
    torch.manual_seed(1)
    made = NeuralTuringMachine(5, 3, hidden=24, **options)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return made


def answers(made: NeuralTuringMachine, how, inputs: torch.Tensor) -> list[torch.Tensor]:
    """The logits, and the gradient of each parameter for a cost that every logit takes part in."""
    made.zero_grad()
    logits = how(inputs)
    (logits * torch.linspace(-1, 1, logits.numel()).view_as(logits)).sum().backward()
    return [logits.detach(), *(parameter.grad.clone() for parameter in made.parameters())]


DIGEST = """
import hashlib
import torch
from explainers.models.ntm import NeuralTuringMachine
from explainers.models.ntm_fused import predict
torch.set_num_threads(1)
torch.manual_seed(0)
machine = NeuralTuringMachine(5, 3, recurrent=True, write_heads=2)
predict(machine, torch.randn(25, 4, 5)).square().sum().backward()
print(hashlib.sha256(b"".join(each.grad.numpy().tobytes() for each in machine.parameters())).hexdigest())
"""


def test_what_comes_from_the_cache_rounds_as_what_was_just_compiled():
    """Else a training that was killed in its first run would not end as an undisturbed one does.

    The first of these tests: what it compiles, which takes half a minute, the others find in the cache.
    """
    compiled_files = (ROOT / "explainers/models/__pycache__").glob
    for file in compiled_files("ntm_compiled.*.nb?"):
        file.unlink()
    command = [sys.executable, "-c", DIGEST]
    compiled, cached = (subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout for _ in range(2))
    assert list(compiled_files("ntm_compiled.*.nbc"))
    assert compiled == cached


@pytest.mark.parametrize("options", MACHINES.values(), ids=MACHINES.keys())
def test_values_and_gradients_are_those_of_the_reference(options):
    made = machine(options)
    inputs = torch.randn(25, 6, 5, generator=torch.Generator().manual_seed(2))
    fast = answers(made, lambda given: predict(made, given), inputs)
    slow = answers(made, made.predict, inputs)
    largest = max(float((a - b).abs().max() / b.abs().max().clamp_min(1)) for a, b in zip(fast, slow, strict=True))
    print(f"\nmeasured: compiled episodes against the reference, values and gradients: {largest:.1e}")
    assert largest <= 1e-5


def test_the_trained_machine_copies_the_same():
    """A trained machine's weightings are sharp, so rounding shows most in its small gradients: the measure is the largest one."""
    trained = copy.trained().requires_grad_(True)
    inputs, _ = copy.episodes(20, 4, torch.Generator().manual_seed(3))
    fast = answers(trained, lambda given: predict(trained, given), inputs)
    slow = answers(trained, trained.predict, inputs)
    largest = max(float(gradient.abs().max()) for gradient in slow[1:])
    assert float((fast[0] - slow[0]).abs().max()) <= 1e-5 * float(slow[0].abs().max())
    for ours, theirs in zip(fast[1:], slow[1:], strict=True):
        assert float((ours - theirs).abs().max()) <= 1e-5 * largest


def test_a_number_that_is_none_is_not_hidden():
    made = machine({})
    inputs = torch.zeros(3, 2, 5)
    inputs[1, 0, 0] = float("nan")
    logits = predict(made, inputs)
    assert logits[1:, 0].isnan().all()
    assert logits[:, 1].isfinite().all()
