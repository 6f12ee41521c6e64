"""The browser's Neural Turing Machine gives what `explainers/models/ntm.py` gives, stage by stage and step by step."""

import json
from dataclasses import fields
from itertools import product
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from explainers.models import ntm
from tests.episodes import EPISODES

TOLERANCE = 1e-5


SIZES = {"hidden": 30, "locations": 17, "width": 6}
EVERYTHING = {"recurrent": True, "learned_memory": True, "sees_hidden": True}
KINDS = {
    "several heads": {"read_heads": 2, "write_heads": 3},
    "output sees the controller": {"sees_hidden": True},
    "learned memory": {"learned_memory": True},
    "LSTM controller": {"recurrent": True},
    "layer before the output": {"emit_hidden": 7},
    "everything": {"read_heads": 3, "write_heads": 2, "emit_hidden": 7, **EVERYTHING},
}


def random_machine(kind: str) -> ntm.NeuralTuringMachine:
    """A machine of other sizes than the site's, whose controls take extreme values too."""
    torch.manual_seed(0)
    machine = ntm.NeuralTuringMachine(9, 8, **SIZES, **KINDS[kind])
    with torch.no_grad():
        machine.steer.weight.mul_(3)
        machine.steer.bias.normal_()
    return machine.requires_grad_(False)


def camel(name: str) -> str:
    """key_strength → keyStrength"""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def flat(record, prefix: str = "") -> dict[str, torch.Tensor]:
    """A record's tensors under the browser's names, for the only sequence of the batch."""
    tensors = {}
    for field in fields(record):
        value, name = getattr(record, field.name), prefix + camel(field.name)
        tensors |= {name: value[:, 0]} if isinstance(value, torch.Tensor) else flat(value, f"{name}.")
    return tensors


def largest_differences(run_node, folder: Path, recorded: dict[str, torch.Tensor], cases: dict) -> dict[str, float]:
    """What the browser's modules make of the cases, against the record."""
    save_file({name: tensor.float().contiguous() for name, tensor in recorded.items()}, folder / "recorded.safetensors")
    (folder / "cases.json").write_text(json.dumps(cases))
    return run_node("ntm.mjs", folder)


def compared(run_node, folder: Path, machine: ntm.NeuralTuringMachine, episodes: list[torch.Tensor]) -> float:
    """The largest difference in whole episodes. In double precision: what is compared is the arithmetic, not the noise of single precision."""
    machine, recorded = machine.double(), {}
    for number, inputs in enumerate(episodes):
        _, trace = machine(inputs.double()[:, None])
        recorded |= {f"{number}.{name}": tensor for name, tensor in flat(trace).items()}
    weights = {name: tensor.float() for name, tensor in machine.state_dict().items()}
    save_file(weights, folder / "weights.safetensors")
    cases = {"locations": machine.locations, "episodes": [inputs.tolist() for inputs in episodes]}
    differences = largest_differences(run_node, folder, recorded, cases)
    assert differences.keys() == {name.split(".", 1)[1] for name in recorded}
    assert max(differences.values()) <= TOLERANCE, differences
    return max(differences.values())


@pytest.mark.parametrize("kind", KINDS)
def test_whole_episodes_of_every_kind_of_machine(run_node, tmp_path, kind):
    generator = torch.Generator().manual_seed(1)
    episodes = [torch.randn(length, 9, generator=generator) for length in (1, 20, 60)]
    worst = compared(run_node, tmp_path, random_machine(kind), episodes)
    print(f"\nmeasured: JavaScript memory machine in Node against torch, whole episodes of every kind of machine (random weights): {worst:.1e}")


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("task", EPISODES)
def test_whole_episodes_of_every_task(run_node, tmp_path, task):
    machine, episodes = EPISODES[task]()
    worst = compared(run_node, tmp_path, machine, episodes)
    print(f"\nmeasured: JavaScript memory machine in Node against torch, whole episodes of five tasks (trained machines): {worst:.1e}")


GATES, KEY_STRENGTHS, SHARPENINGS = (0.0, 0.5, 1.0), (0.0, 1.0, 60.0, 1e4), (1.0, 4.0, 100.0, 1e4)


def test_single_steps_at_the_extremes(run_node, tmp_path):
    """Closed and open gate, weak and strong key, mild and hard sharpening, in every mixture; keys and rows of zeros."""
    generator = torch.Generator().manual_seed(2)
    steps, recorded = [], {}
    for number, (gate, strength, gamma) in enumerate(product(GATES, KEY_STRENGTHS, SHARPENINGS)):
        memory = torch.randn(1, 7, 5, generator=generator).double()  # in single precision, 1e4 times a last bit would show
        memory[0, 2] = 0
        key = torch.randn(1, 1, 5, generator=generator).double() * (number % 4 > 0)
        distances = (torch.eye(3)[number % 3] if number % 2 else torch.rand(3, generator=generator).softmax(0)).double()
        one = torch.ones(1, 1).double()
        controls = ntm.Controls(key, strength * one, gate * one, distances[None, None], gamma * one)
        previous = torch.eye(7)[number % 7][None, None].double()
        erase, add = (draw(1, 1, 5, generator=generator).double() for draw in (torch.rand, torch.randn))

        stages = ntm.address(controls, previous, memory)
        after = ntm.erase_and_add(memory, stages.weighting, erase, add)
        results = {name: tensor[0] for name, tensor in flat(stages).items()}
        results |= {"memory": after[0], "readVector": ntm.read(after, stages.weighting)[0, 0]}
        recorded |= {f"{number}.{name}": tensor for name, tensor in results.items()}
        steps.append(
            {
                "controls": {name: tensor[0].tolist() for name, tensor in flat(controls).items()},
                "previous": previous[0, 0].tolist(),
                "memory": memory[0].tolist(),
                "erase": erase[0, 0].tolist(),
                "add": add[0, 0].tolist(),
            }
        )
    differences = largest_differences(run_node, tmp_path, recorded, {"steps": steps})
    assert max(differences.values()) <= TOLERANCE, differences
