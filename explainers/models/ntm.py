"""The Neural Turing Machine of Graves, Wayne and Danihelka (2014, arXiv 1410.5401).

A controller steers heads over a memory matrix. Every head attends to the memory's locations by a weighting that it computes
in four stages: content, interpolation, circular shift, sharpening. State goes in and comes out, so any step can be replayed.

Axes: `batch`, `head` (the read heads first, then the write heads), `location` (a row of the memory), `width` (a column).
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

# What the controller hands to itself from step to step: nothing, or an LSTM's hidden and cell state.
Carried = tuple[Float[Tensor, "batch hidden"], ...]
SHIFTS = (-1, 0, 1)
INITIAL_MEMORY = 0.05
SMALLEST_NORM = 1e-8
SMALLEST_WEIGHT = 1e-12


@dataclass(frozen=True)
class Controls:
    """What the controller tells each head: where to look.

    key k: what the head looks for. key_strength β > 0: how firmly. gate g in [0, 1]: 1 takes the content weighting, 0 keeps the
    previous one. shift s: a distribution over `SHIFTS`. sharpening γ ≥ 1. The leading axis `time` is there in a recorded episode.
    """

    key: Float[Tensor, "*time batch head width"]
    key_strength: Float[Tensor, "*time batch head"]
    gate: Float[Tensor, "*time batch head"]
    shift: Float[Tensor, "*time batch head shift"]
    sharpening: Float[Tensor, "*time batch head"]


@dataclass(frozen=True)
class Addressing:
    """The weighting of each head after each of the four stages. Every row is a distribution over the locations."""

    content: Float[Tensor, "*time batch head location"]
    interpolated: Float[Tensor, "*time batch head location"]
    shifted: Float[Tensor, "*time batch head location"]
    weighting: Float[Tensor, "*time batch head location"]


@dataclass(frozen=True)
class State:
    """What the machine carries from one step to the next."""

    memory: Float[Tensor, "batch location width"]
    weighting: Float[Tensor, "batch head location"]
    read_vector: Float[Tensor, "batch read_head width"]
    carried: Carried = ()


@dataclass(frozen=True)
class Trace:
    """Every intermediate value of one step, or, with the leading axis `time`, of a whole episode.

    Both kinds of head are addressed on `memory_before`. The write heads turn it into `memory_after`, which the read heads read.
    """

    controls: Controls
    addressing: Addressing
    erase: Float[Tensor, "*time batch write_head width"]
    add: Float[Tensor, "*time batch write_head width"]
    memory_before: Float[Tensor, "*time batch location width"]
    memory_after: Float[Tensor, "*time batch location width"]
    read_vector: Float[Tensor, "*time batch read_head width"]
    output: Float[Tensor, "*time batch output"]


def cosine_similarity(key: Float[Tensor, "*batch head width"], memory: Float[Tensor, "*batch location width"]) -> Float[Tensor, "*batch head location"]:
    """The cosine of the angle between each key and each location's vector (Graves 2014, eq. 6)."""
    key_norm = key.norm(dim=-1).clamp_min(SMALLEST_NORM)
    memory_norm = memory.norm(dim=-1).clamp_min(SMALLEST_NORM)
    return key @ memory.mT / (key_norm[..., :, None] * memory_norm[..., None, :])


def content_weighting(
    key: Float[Tensor, "*batch head width"],
    key_strength: Float[Tensor, "*batch head"],
    memory: Float[Tensor, "*batch location width"],
) -> Float[Tensor, "*batch head location"]:
    """Attend to the locations whose vectors resemble the key (Graves 2014, eq. 5)."""
    return torch.softmax(key_strength[..., None] * cosine_similarity(key, memory), dim=-1)


def interpolate(
    content: Float[Tensor, "*batch location"], previous: Float[Tensor, "*batch location"], gate: Float[Tensor, "*batch"]
) -> Float[Tensor, "*batch location"]:
    """Blend the content weighting with the previous step's weighting (Graves 2014, eq. 7)."""
    return gate[..., None] * content + (1 - gate[..., None]) * previous


def shift(weighting: Float[Tensor, "*batch location"], shift_distribution: Float[Tensor, "*batch shift"]) -> Float[Tensor, "*batch location"]:
    """Move the weighting by −1, 0 or +1 location, each as far as the distribution says (Graves 2014, eq. 8).

    The convolution is circular: what leaves the memory at one end comes back in at the other.
    """
    shares = shift_distribution.split(1, dim=-1)
    return sum(share * weighting.roll(distance, dims=-1) for distance, share in zip(SHIFTS, shares, strict=True))


def sharpen(weighting: Float[Tensor, "*batch location"], sharpening: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch location"]:
    """Raise every weight to the power γ and normalise (Graves 2014, eq. 9).

    Written as softmax(γ · log w), which neither underflows nor divides by zero when γ is large.
    """
    return torch.softmax(sharpening[..., None] * weighting.clamp_min(SMALLEST_WEIGHT).log(), dim=-1)


# --8<-- [start:address]
def address(
    controls: Controls,
    previous: Float[Tensor, "batch head location"],
    memory: Float[Tensor, "batch location width"],
) -> Addressing:
    """Where each head attends at this step, stage by stage (Graves 2014, figure 2)."""
    content = content_weighting(controls.key, controls.key_strength, memory)  # ① content
    interpolated = interpolate(content, previous, controls.gate)  # ② interpolation
    shifted = shift(interpolated, controls.shift)  # ③ circular shift
    weighting = sharpen(shifted, controls.sharpening)  # ④ sharpening
    return Addressing(content, interpolated, shifted, weighting)


# --8<-- [start:write_and_read]
def erase_and_add(
    memory: Float[Tensor, "batch location width"],
    weighting: Float[Tensor, "batch write_head location"],
    erase: Float[Tensor, "batch write_head width"],
    add: Float[Tensor, "batch write_head width"],
) -> Float[Tensor, "batch location width"]:
    """The memory after all write heads have erased, then all have added (Graves 2014, eq. 3 and 4)."""
    for where, what in zip(weighting.unbind(-2), erase.unbind(-2), strict=True):
        memory = memory * (1 - where[..., :, None] * what[..., None, :])  # ⑤ erase
    return memory + weighting.mT @ add  # ⑥ add


def read(memory: Float[Tensor, "batch location width"], weighting: Float[Tensor, "batch read_head location"]) -> Float[Tensor, "batch read_head width"]:
    """The mean of the locations' vectors under each read head's weighting (Graves 2014, eq. 2)."""
    return weighting @ memory  # ⑦ read


# --8<-- [end:write_and_read]
# --8<-- [end:address]


class NeuralTuringMachine(nn.Module):
    """A memory, heads that read and write it, and a controller that steers the heads.

    The controller sees the input and the vectors read a step ago. With `sees_hidden` false the output is computed from the vectors
    read at this step alone: so the read head must stand where the wanted vector lies at the very step that emits it.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        hidden: int = 100,
        locations: int = 128,
        width: int = 20,
        read_heads: int = 1,
        write_heads: int = 1,
        recurrent: bool = False,
        learned_memory: bool = False,
        sees_hidden: bool = False,
        emit_hidden: int | None = None,
    ):
        """Random weights from torch's generator: seed it to get the same machine.

        Args:
            hidden: size of the controller.
            recurrent: whether the controller is an LSTM; otherwise it is one layer without a memory of its own.
            learned_memory: whether the memory at the start is learned; otherwise it is constant.
            sees_hidden: whether the output is computed from the controller's state as well.
            emit_hidden: size of a layer between the vectors read and the output, if there is one.
        """
        super().__init__()
        self.locations, self.width, self.read_heads, self.write_heads = locations, width, read_heads, write_heads
        self.recurrent, self.sees_hidden = recurrent, sees_hidden
        seen, heads = inputs + read_heads * width, read_heads + write_heads
        self.initial_read = nn.Parameter(0.01 * torch.randn(read_heads, width))
        self.controller = nn.LSTMCell(seen, hidden) if recurrent else nn.Linear(seen, hidden)
        self.steer = nn.Linear(hidden, heads * (width + 2 + len(SHIFTS) + 1))
        self.compose = nn.Linear(hidden, write_heads * 2 * width)
        told = read_heads * width + hidden * sees_hidden
        self.emit = nn.Linear(told, outputs)
        if emit_hidden:
            self.emit = nn.Sequential(nn.Linear(told, emit_hidden), nn.Tanh(), nn.Linear(emit_hidden, outputs))
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)
        memory = torch.full((locations, width), INITIAL_MEMORY)
        if learned_memory:
            self.initial_memory = nn.Parameter(0.5 * torch.randn(locations, width))
        else:
            self.register_buffer("initial_memory", memory, persistent=False)

    def initial_state(self, batch: int) -> State:
        """The state before the first step, every head at location 0.

        Where the memory is constant all locations are alike, so only the heads' weightings tell them apart: those must not be uniform.
        """
        memory = self.initial_memory.expand(batch, -1, -1)
        weighting = self.initial_read.new_zeros(batch, self.read_heads + self.write_heads, self.locations)
        weighting[..., 0] = 1
        nothing = self.initial_read.new_zeros(batch, self.steer.in_features)
        carried = (nothing, nothing) if self.recurrent else ()
        return State(memory, weighting, self.initial_read.expand(batch, -1, -1), carried)

    def think(
        self,
        inputs: Float[Tensor, "batch input"],
        read_vector: Float[Tensor, "batch read_head width"],
        carried: Carried,
    ) -> tuple[Float[Tensor, "batch hidden"], Carried]:
        """The controller's state at this step, and what it carries to the next: for an LSTM, its hidden and its cell state."""
        seen = torch.cat([inputs, read_vector.flatten(1)], dim=-1)
        if not self.recurrent:
            return torch.tanh(self.controller(seen)), ()
        carried = self.controller(seen, carried)
        return carried[0], carried

    def answer(
        self, hidden: Float[Tensor, "*time batch hidden"], read_vector: Float[Tensor, "*time batch read_head width"]
    ) -> Float[Tensor, "*time batch output"]:
        """The output, as logits."""
        told = read_vector.flatten(-2)
        return self.emit(torch.cat([told, hidden], dim=-1) if self.sees_hidden else told)

    # --8<-- [start:step]
    def step(self, state: State, inputs: Float[Tensor, "batch input"]) -> tuple[State, Trace]:
        """One step of the machine: the state after it, and everything that was computed on the way. Outputs are logits."""
        hidden, carried = self.think(inputs, state.read_vector, state.carried)
        controls = self.controls(hidden)
        addressing = address(controls, state.weighting, state.memory)
        reading, writing = addressing.weighting.split([self.read_heads, self.write_heads], dim=1)
        erase, add = self.compose(hidden).unflatten(-1, (self.write_heads, 2 * self.width)).chunk(2, dim=-1)
        erase, add = torch.sigmoid(erase), torch.tanh(add)
        memory = erase_and_add(state.memory, writing, erase, add)
        read_vector = read(memory, reading)
        output = self.answer(hidden, read_vector)
        trace = Trace(controls, addressing, erase, add, state.memory, memory, read_vector, output)
        return State(memory, addressing.weighting, read_vector, carried), trace

    def controls(self, hidden: Float[Tensor, "batch hidden"]) -> Controls:
        """Bring the controller's raw numbers into the range that each quantity must have."""
        raw = self.steer(hidden).unflatten(-1, (self.read_heads + self.write_heads, -1))
        key, key_strength, gate, distances, sharpening = raw.split([self.width, 1, 1, len(SHIFTS), 1], dim=-1)
        return Controls(
            key=torch.tanh(key),
            key_strength=functional.softplus(key_strength).squeeze(-1),
            gate=torch.sigmoid(gate).squeeze(-1),
            shift=torch.softmax(distances, dim=-1),
            sharpening=1 + functional.softplus(sharpening).squeeze(-1),
        )

    # --8<-- [end:step]

    def unroll(self, inputs: Float[Tensor, "time batch input"]) -> Iterator[Trace]:
        """Run an episode from the initial state, step by step."""
        state = self.initial_state(inputs.shape[1])
        for now in inputs:
            state, trace = self.step(state, now)
            yield trace

    def predict(self, inputs: Float[Tensor, "time batch input"]) -> Float[Tensor, "time batch output"]:
        """The logits of an episode, without a trace."""
        return torch.stack([trace.output for trace in self.unroll(inputs)])

    def forward(self, inputs: Float[Tensor, "time batch input"]) -> tuple[Float[Tensor, "time batch output"], Trace]:
        """The logits of an episode, and its trace with the leading axis `time`."""
        trace = over_time(list(self.unroll(inputs)))
        return trace.output, trace


Record = TypeVar("Record", Trace, Controls, Addressing, Tensor)


def over_time(steps: list[Record]) -> Record:
    """Stack the records of single steps, field by field, along a new leading axis `time`."""
    first = steps[0]
    if isinstance(first, Tensor):
        return torch.stack(steps)
    stacked = {field.name: over_time([getattr(step, field.name) for step in steps]) for field in fields(first)}
    return type(first)(**stacked)
