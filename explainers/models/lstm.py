"""An LSTM that answers step by step: what the machines with a memory are compared with."""

from jaxtyping import Float
from torch import Tensor, nn


class Lstm(nn.Module):
    """Layers of LSTM cells (torch.nn.LSTM) and a linear output. Its only memory is its state."""

    def __init__(self, inputs: int, outputs: int, hidden: int = 128, layers: int = 3):
        """Random weights from torch's generator: seed it to get the same network."""
        super().__init__()
        self.cells = nn.LSTM(inputs, hidden, layers)
        self.emit = nn.Linear(hidden, outputs)

    def predict(self, inputs: Float[Tensor, "time batch input"]) -> Float[Tensor, "time batch output"]:
        """The logits of an episode."""
        return self.emit(self.cells(inputs)[0])
