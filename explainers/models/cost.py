"""What one step costs and what is kept from step to step, counted from the shapes.

Multiply-adds are counted: those of all weight matrices, each of which is used once a step, and those of looking into a memory and of
writing it. Activation functions, norms of layers, the softmax and the turning of queries and keys are left out, for everyone.
A transformer is counted as it is used: the keys and values of earlier steps are kept, not computed anew.
"""

from torch import nn

from explainers.models.lstm import Lstm
from explainers.models.ntm import SHIFTS, NeuralTuringMachine
from explainers.models.small_transformer import SmallTransformer

Model = NeuralTuringMachine | Lstm | SmallTransformer


def parameters(model: nn.Module) -> int:
    """How many numbers a model learns."""
    return sum(parameter.numel() for parameter in model.parameters())


def matrices(model: nn.Module) -> int:
    """How many entries the weight matrices have: as many multiply-adds a step. What a machine starts from is no such matrix."""
    return sum(weights.numel() for name, weights in model.named_parameters() if weights.dim() == 2 and "initial" not in name)


def multiply_adds(model: Model, step: int) -> int:
    """Multiply-adds of a step, the first of which is 1."""
    return matrices(model) + looking(model, step)


def looking(model: Model, step: int) -> int:
    """Multiply-adds of a step that no weight matrix takes part in."""
    if isinstance(model, SmallTransformer):  # scores of all steps so far, and the sum of their values, in each layer
        config = model.decoder.config
        return config.num_hidden_layers * 2 * config.hidden_size * step
    if isinstance(model, Lstm):  # two products for the new cell state, one for the output
        return 3 * model.cells.num_layers * model.cells.hidden_size
    heads, numbers = model.read_heads + model.write_heads, model.locations * model.width
    compared = (heads + 1) * numbers  # each key with each row, and the lengths of the rows
    moved = heads * model.locations * (2 + len(SHIFTS))  # interpolation and shift
    written = 3 * model.write_heads * numbers  # what to erase, what is left, what is added
    return compared + moved + written + model.read_heads * numbers


def kept(model: Model, step: int) -> int:
    """Numbers that are kept after a step for the next."""
    if isinstance(model, SmallTransformer):  # a key and a value for each step so far, in each layer
        config = model.decoder.config
        return config.num_hidden_layers * 2 * config.hidden_size * step
    if isinstance(model, Lstm):
        return 2 * model.cells.num_layers * model.cells.hidden_size
    heads = model.read_heads + model.write_heads
    carried = 2 * model.steer.in_features * model.recurrent
    return model.locations * model.width + heads * model.locations + model.read_heads * model.width + carried
