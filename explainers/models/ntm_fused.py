"""The same machine, faster: whole episodes as one compiled function with its own gradient.

`ntm.py` is the reference that explains; this is for training. A test says how closely values and gradients agree.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from explainers.models.ntm import NeuralTuringMachine
from explainers.models.ntm_compiled import backward, forward


class Episode(torch.autograd.Function):
    """What the controller thinks and what the heads read, step by step, for a batch."""

    @staticmethod
    def forward(
        ctx,
        driven: Float[Tensor, "batch time gate"],
        from_read: Float[Tensor, "read gate"],
        from_hidden: Float[Tensor, "carried gate"],
        to_heads: Float[Tensor, "hidden number"],
        bias: Float[Tensor, "number"],
        first_memory: Float[Tensor, "location width"],
        first_read: Float[Tensor, "read"],
        heads: int,
        write_heads: int,
    ) -> tuple[Float[Tensor, "batch time hidden"], Float[Tensor, "batch time read"]]:
        """The controller's state and the vectors read.

        Args:
            driven: what the inputs add to the controller before its activation.
            from_read, from_hidden: its weights for the vectors read and for its own last state; a controller of one layer has no such state.
            to_heads, bias: from its state to the heads' raw numbers: how to address for each head, then what to write for each write head.
        """
        batch, steps, _gates = driven.shape
        locations, width = first_memory.shape
        hidden = to_heads.shape[0]
        slots = steps + 1 if any(ctx.needs_input_grad) else 2
        weights = tuple(each.contiguous() for each in (from_read, from_hidden, to_heads))
        recurrent = len(from_hidden) > 0
        reads, thoughts, cells = (driven.new_zeros(batch, steps + 1, size) for size in (first_read.numel(), hidden, hidden * recurrent))
        memories = driven.new_empty(batch, slots, width, locations)
        weightings = driven.new_empty(batch, slots, heads, locations)
        memories[:, 0], reads[:, 0], weightings[:, 0] = first_memory.mT, first_read, 0
        weightings[:, 0, :, 0] = 1
        kept = (driven.new_empty(batch, slots, locations), *driven.new_empty(3, batch, slots, heads, locations))
        found = (thoughts, cells, torch.empty_like(driven), driven.new_empty(batch, steps, bias.numel()), memories, weightings, *kept)
        forward(*arrays(driven.contiguous(), *weights, bias), write_heads, *arrays(reads, *found))
        ctx.save_for_backward(*weights, reads, *found)
        ctx.write_heads = write_heads
        return thoughts[:, 1:], reads[:, 1:]

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, d_thoughts, d_reads):
        """The gradients for what `forward` was given."""
        from_read, from_hidden, to_heads, reads, *found = ctx.saved_tensors
        thoughts, _, gates, raws, memories = found[:5]
        d_gates, d_raws = torch.empty_like(gates), torch.empty_like(raws)
        d_memory, d_read = memories.new_zeros(memories.shape[2:]), reads.new_zeros(reads.shape[2])
        backward(
            *arrays(from_read, from_hidden, to_heads),
            ctx.write_heads,
            *arrays(*found, d_reads.contiguous(), d_thoughts.contiguous(), d_gates, d_raws, d_memory, d_read),
        )
        d_from_read = reads[:, :-1].flatten(0, 1).mT @ d_gates.flatten(0, 1)
        d_from_hidden = thoughts[:, :-1, : len(from_hidden)].flatten(0, 1).mT @ d_gates.flatten(0, 1)
        d_to_heads = thoughts[:, 1:].flatten(0, 1).mT @ d_raws.flatten(0, 1)
        return d_gates, d_from_read, d_from_hidden, d_to_heads, d_raws.sum((0, 1)), d_memory.mT, d_read, None, None


def arrays(*tensors: Tensor) -> list[np.ndarray]:
    """The same numbers as NumPy arrays, not copied."""
    return [tensor.detach().numpy() for tensor in tensors]


def predict(machine: NeuralTuringMachine, inputs: Float[Tensor, "time batch input"]) -> Float[Tensor, "time batch output"]:
    """What `machine.predict` gives, and its gradients, faster. Single precision only."""
    if machine.recurrent:
        weight, bias = machine.controller.weight_ih, machine.controller.bias_ih + machine.controller.bias_hh
        from_hidden = machine.controller.weight_hh.mT
    else:
        weight, bias = machine.controller.weight, machine.controller.bias
        from_hidden = weight.new_empty(0, len(weight))
    from_input, from_read = weight.split([inputs.shape[-1], machine.read_heads * machine.width], dim=1)
    hidden, read_vector = Episode.apply(
        inputs.transpose(0, 1) @ from_input.mT + bias,
        from_read.mT,
        from_hidden,
        torch.cat([machine.steer.weight, machine.compose.weight]).mT,
        torch.cat([machine.steer.bias, machine.compose.bias]),
        machine.initial_memory,
        machine.initial_read.flatten(),
        machine.read_heads + machine.write_heads,
        machine.write_heads,
    )
    read_vector = read_vector.unflatten(-1, (machine.read_heads, machine.width))
    return machine.answer(hidden, read_vector).transpose(0, 1)
