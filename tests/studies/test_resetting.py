"""A second sequence is started from what the name of the start says, and run as the machine runs it."""

import torch

from explainers.models import ntm
from explainers.studies import resetting


def small() -> ntm.NeuralTuringMachine:
    """A small machine of random weights."""
    torch.manual_seed(0)
    return ntm.NeuralTuringMachine(9, 8, hidden=5, locations=6, width=4).requires_grad_(False)


def test_a_start_leaves_in_what_its_name_says():
    machine = small()
    used, _ = machine.step(machine.initial_state(2), torch.rand(2, 9))
    fresh = machine.initial_state(2)
    left = {"nothing": (), "memory": ("memory",), "heads": ("weighting",), "read": ("read_vector",)}
    left["all"] = ("memory", "weighting", "read_vector")
    for name, start in resetting.starts(machine, used).items():
        for part in left["all"]:
            assert torch.equal(getattr(start, part), getattr(used if part in left[name] else fresh, part)), (name, part)
            assert not torch.equal(getattr(used, part), getattr(fresh, part))


def test_an_episode_from_the_initial_state_is_the_machine_itself():
    machine = small()
    inputs = torch.rand(7, 3, 9)
    assert torch.equal(resetting.continued(machine, machine.initial_state(3), inputs).output, machine.predict(inputs))


def test_wrong_bits_are_means_over_the_sequences():
    second = resetting.Second({"all": torch.tensor([1, 3])}, torch.zeros(8, 8), {}, {})
    assert second.wrong_bits == {"all": 2}
