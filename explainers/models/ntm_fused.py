"""The same machine, faster: addressing, writing and reading of a step as one compiled function with its own gradient.

`ntm.py` is the reference that explains; this is for training. A test says how closely values and gradients agree. The memory lies here as
`[batch, width, location]`.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from explainers.models.ntm import NeuralTuringMachine
from explainers.models.ntm_compiled import backward, forward


class Step(torch.autograd.Function):
    """Addressing, writing and reading of one step, for a batch."""

    @staticmethod
    def forward(
        ctx,
        steer: Float[Tensor, "batch head control"],
        compose: Float[Tensor, "batch write_head twice_width"],
        memory: Float[Tensor, "batch width location"],
        weighting: Float[Tensor, "batch head location"],
    ) -> tuple[
        Float[Tensor, "batch width location"],
        Float[Tensor, "batch head location"],
        Float[Tensor, "batch read_head width"],
    ]:
        """The memory after the step, the weightings, the vectors read. `steer` and `compose` are the controller's raw numbers."""
        batch, heads, _ = steer.shape
        _, width, locations = memory.shape
        given = tuple(tensor.contiguous() for tensor in (steer, compose, memory, weighting))
        after, weights = torch.empty_like(given[2]), torch.empty_like(given[3])
        read_vector = memory.new_empty(batch, heads - compose.shape[1], width)
        kept = (memory.new_empty(batch, locations), *memory.new_empty(3, batch, heads, locations))
        forward(*arrays(*given, after, weights, read_vector, *kept))
        ctx.save_for_backward(*given, after, weights, *kept)
        return after, weights, read_vector

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, d_after, d_weights, d_read_vector):
        """The gradients for what `forward` was given."""
        saved = ctx.saved_tensors
        found = tuple(torch.empty_like(tensor) for tensor in saved[:4])
        used_up = (
            d_after.clone(memory_format=torch.contiguous_format),
            d_weights.clone(memory_format=torch.contiguous_format),
        )
        backward(*arrays(*saved, *used_up, d_read_vector.contiguous(), *found))
        return found


def arrays(*tensors: Tensor) -> list[np.ndarray]:
    """The same numbers as NumPy arrays, not copied."""
    return [tensor.detach().numpy() for tensor in tensors]


def predict(
    machine: NeuralTuringMachine, inputs: Float[Tensor, "time batch input"]
) -> Float[Tensor, "time batch output"]:
    """What `machine.predict` gives, and its gradients, faster. Single precision only."""
    state = machine.initial_state(inputs.shape[1])
    memory, weighting = state.memory.mT, state.weighting
    read_vector, carried = state.read_vector, state.carried
    thoughts, read_vectors = [], []
    for now in inputs:
        hidden, carried = machine.think(now, read_vector, carried)
        steer = machine.steer(hidden).unflatten(-1, (weighting.shape[1], -1))
        compose = machine.compose(hidden).unflatten(-1, (machine.write_heads, -1))
        memory, weighting, read_vector = Step.apply(steer, compose, memory, weighting)
        thoughts.append(hidden)
        read_vectors.append(read_vector)
    return machine.answer(torch.stack(thoughts), torch.stack(read_vectors))
