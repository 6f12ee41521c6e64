"""The copy task (Graves 2014, section 4.1): see a sequence of random bits, then give it back without seeing anything.

An episode of `length` vectors has 2 · length + 1 steps: the vectors, a step with the mark on a channel of its own, and as many
steps without input, in which the machine answers.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine, Trace, read
from explainers.tasks.learning import Episodes, Recipe, bits
from explainers.tasks.memory_task import MemoryTask

BITS, LONGEST = 8, 20
READ, WRITE = 0, 1
SEEDS = (0, 1, 2)
# A share of the vectors in training is thinned: each of their ones survives with probability KEPT. A vector of few ones
# looks much like no input, which tells the machine to answer, and uniform bits show it such vectors too seldom.
THINNED, KEPT = 0.15, 0.25
RECIPE = Recipe(
    batch=64, rate=3e-3, clip=0.02, batches=4000, levels=(LONGEST, LONGEST), learned=0.1, decay=1000, hopes=((1000, 0.4), (1800, 0.1))
)  # fmt: skip
# Afterwards a little of sequences up to four times as long, so that it goes on where the paper's machine stumbles.
LONGER = Recipe(batch=16, rate=1e-3, clip=0.02, batches=3600, levels=(80, 80), decay=1800, skip=20.0, relapse=3.0)
LSTM_RECIPE = Recipe(batch=64, rate=3e-3, clip=1.0, batches=2000, levels=(LONGEST, LONGEST), decay=1000)
FRESH, FRESH_SEED = 1000, 1000
LENGTHS = (10, 20, 30, 50, 120)


@dataclass(frozen=True)
class Run:
    """One recorded episode of a trained machine.

    `outputs` are probabilities, at the steps that answer; `outputs_over_time` those of all steps. `written[i]` is the location with the
    largest write weight at step i of the input, `read[i]` that with the largest read weight at step i of the answer.
    """

    length: int
    inputs: Float[Tensor, "time batch input"]
    targets: Float[Tensor, "vector batch bit"]
    outputs: Float[Tensor, "vector batch bit"]
    outputs_over_time: Float[Tensor, "time bit"]
    trace: Trace
    wrong_bits: int
    written: tuple[int, ...]
    read: tuple[int, ...]


@dataclass(frozen=True)
class Score:
    """How a machine does on sequences of one length.

    `wrong_bits`: mean a sequence, of `of` bits. `perfect`: share of the sequences without a mistake. `errors_by_position`: mean wrong
    bits of the vector at each place.
    """

    wrong_bits: float
    of: int
    perfect: float
    errors_by_position: tuple[float, ...]


@dataclass(frozen=True)
class Walk:
    """Where the heads of a machine stood in fresh sequences of one length: the locations with the largest weights.

    Attributes:
        written: of the write head, while the sequence comes in.
        waiting: of the read head, meanwhile.
        read: of the read head, while the sequence goes out.
        write_weight, read_weight: how large those weights are, of `written` and of `read`.
        wrong: bits of each vector.
    """

    written: Int[Tensor, "vector batch"]
    waiting: Int[Tensor, "vector batch"]
    read: Int[Tensor, "vector batch"]
    write_weight: Float[Tensor, "vector batch"]
    read_weight: Float[Tensor, "vector batch"]
    wrong: Int[Tensor, "vector batch"]


def episodes(
    length: int, count: int, generator: Generator, thinned: float = 0.0
) -> tuple[Float[Tensor, "time batch input"], Float[Tensor, "vector batch bit"]]:
    """Random sequences and what the machine sees of them; a share `thinned` of the vectors keeps few of its ones."""
    targets = torch.randint(0, 2, (length, count, BITS), generator=generator).float()
    kept = torch.rand(targets.shape, generator=generator) < KEPT
    targets = torch.where(torch.rand(length, count, 1, generator=generator) < thinned, targets * kept, targets)
    inputs = torch.zeros(2 * length + 1, count, BITS + 1)
    inputs[:length, :, :BITS] = targets
    inputs[length, :, BITS] = 1
    return inputs, targets


def build(seed: int) -> NeuralTuringMachine:
    """A machine with random weights. The outputs' weights are doubled: a bolder start learns sooner."""
    torch.manual_seed(seed)
    machine = NeuralTuringMachine(BITS + 1, BITS)
    with torch.no_grad():
        machine.emit.weight.mul_(2)
    return machine


def run(length: int = LONGEST, seed: int = 0, name: str = "copy") -> Run:
    """Copy one sequence, and record everything.

    Args:
        length: vectors in the sequence.
        seed: of the bits.
        name: of the checkpoint.
    """
    inputs, targets = episodes(length, 1, Generator().manual_seed(seed))
    with torch.no_grad():
        logits, trace = trained(name)(inputs)
    answer = logits[length + 1 :]
    where = trace.addressing.weighting[:, 0].argmax(-1)
    return Run(
        length=length,
        inputs=inputs,
        targets=targets,
        outputs=answer.sigmoid(),
        outputs_over_time=logits[:, 0].sigmoid(),
        trace=trace,
        wrong_bits=int(((answer > 0) != targets.bool()).sum()),
        written=tuple(where[:length, WRITE].tolist()),
        read=tuple(where[length + 1 :, READ].tolist()),
    )


def generalisation(lengths: Sequence[int], count: int, seed: int, name: str = "copy") -> dict[int, Score]:
    """How the machine of a checkpoint does on fresh sequences of each length."""
    return scores(trained(name), lengths, count, seed)


@torch.no_grad()
def scores(machine: NeuralTuringMachine | Lstm, lengths: Sequence[int], count: int, seed: int) -> dict[int, Score]:
    """How a machine does on `count` fresh sequences of each length."""
    found = {}
    for length in lengths:
        inputs, targets = episodes(length, count, Generator().manual_seed(seed + length))
        found[length] = score(machine.predict(inputs)[length + 1 :], targets)
    return found


def score(logits: Float[Tensor, "vector batch bit"], targets: Float[Tensor, "vector batch bit"]) -> Score:
    """How good these answers are."""
    wrong = ((logits > 0) != targets.bool()).float()
    return Score(
        wrong_bits=float(wrong.sum() / wrong.shape[1]),
        of=wrong.shape[0] * BITS,
        perfect=float((wrong.sum((0, 2)) == 0).float().mean()),
        errors_by_position=tuple(wrong.sum(2).mean(1).tolist()),
    )


def walk(length: int, count: int, seed: int, name: str = "copy") -> Walk:
    """Follow the heads of the machine of a checkpoint through `count` fresh sequences."""
    return walked(trained(name), length, count, seed)


@torch.no_grad()
def walked(machine: NeuralTuringMachine, length: int, count: int, seed: int) -> Walk:
    """Follow the heads of a machine through `count` fresh sequences."""
    inputs, targets = episodes(length, count, Generator().manual_seed(seed))
    weights, places, logits = [], [], []
    for trace in machine.unroll(inputs):  # the whole trace of many long sequences would fill the memory
        largest = trace.addressing.weighting.max(-1)
        weights.append(largest.values)
        places.append(largest.indices)
        logits.append(trace.output)
    reading, writing = torch.stack(places).unbind(-1)
    read_weight, write_weight = torch.stack(weights).unbind(-1)
    going_out = slice(length + 1, None)
    return Walk(
        written=writing[:length],
        waiting=reading[:length],
        read=reading[going_out],
        write_weight=write_weight[:length],
        read_weight=read_weight[going_out],
        wrong=((torch.stack(logits[going_out]) > 0) != targets.bool()).sum(-1),
    )


@torch.no_grad()
def spared(length: int, count: int, seed: int, name: str = "copy", hold: bool = False, hide: bool = False) -> Score:
    """How a machine does if it is spared what happens where the memory ends.

    Args:
        hold: from the mark on, nothing is written.
        hide: the controller is not told what is read at the step of the last vector, but once more what was read at the step before.
    """
    inputs, targets = episodes(length, count, Generator().manual_seed(seed))
    machine, logits = trained(name), []
    state = machine.initial_state(count)
    for time, now in enumerate(inputs):
        before = state
        state, trace = machine.step(state, now)
        if hold and time >= length:
            state = replace(state, memory=before.memory, read_vector=read(before.memory, state.weighting[:, : machine.read_heads]))
        if hide and time == length - 1:
            state = replace(state, read_vector=before.read_vector)
        logits.append(machine.emit(state.read_vector.flatten(1)))  # the output is computed from what is read alone
    return score(torch.stack(logits[length + 1 :]), targets)


def fresh_cost(machine: NeuralTuringMachine | Lstm) -> float:
    """Mean bits a sequence on FRESH sequences, equally many of each length from 1 to LONGEST."""
    count = FRESH // LONGEST
    lengths = range(1, LONGEST + 1)
    fresh = [shown(length, count, Generator().manual_seed(FRESH_SEED + length)) for length in lengths]
    return statistics.mean(bits(machine, type(machine).predict, each) for each in fresh)


def measure(machine: NeuralTuringMachine | Lstm) -> dict[str, float]:
    """The metrics of the card."""
    found = {"bits_per_sequence": fresh_cost(machine)}
    for length, score in scores(machine, LENGTHS, 100, FRESH_SEED).items():
        found |= {f"wrong_bits_{length}": score.wrong_bits, f"perfect_{length}": score.perfect}
    return found


def shown(length: int, count: int, generator: Generator, thinned: float = 0.0) -> Episodes:
    """Random sequences as training and its measures take them."""
    inputs, targets = episodes(length, count, generator, thinned)
    return Episodes(inputs, targets, slice(length + 1, None))


def draw(longest: float, count: int, generator: Generator) -> Episodes:
    """A batch of one random length up to `longest`, in which a share of the vectors is thinned."""
    length = int(torch.randint(1, int(longest) + 1, (1,), generator=generator))
    return shown(length, count, generator, THINNED)


def trial() -> list[Episodes]:
    """What learning curves are measured on: sequences of five lengths, evenly spread."""
    return [shown(length, 64, Generator().manual_seed(FRESH_SEED - length)) for length in range(4, LONGEST + 1, 4)]


TASK = MemoryTask(
    name="copy",
    model="Neural Turing Machine, feed-forward controller of 100, memory 128 x 20, 1 read head and 1 write head",
    seeds=SEEDS,
    inputs=BITS + 1,
    outputs=BITS,
    build=build,
    stages=(RECIPE, LONGER),
    compared=LSTM_RECIPE,
    draw=draw,
    trial=trial,
    measure=measure,
    controls=lambda: {"guessing": {"bits_per_sequence": BITS * (LONGEST + 1) / 2}},
    best=(f"wrong_bits_{LENGTHS[-1]}", "bits_per_sequence"),
)


def trained(name: str = "copy") -> NeuralTuringMachine:
    """The machine of a checkpoint."""
    return TASK.trained(name)


def machines() -> list[str]:
    """The machines of this task, one a seed, the published one first."""
    return TASK.machines()


def curves() -> dict[str, list[Float[Tensor, "point 2"]]]:
    """The learning curves of all seeds, for "ntm" and for "lstm": (sequences seen, mean bits a sequence)."""
    return TASK.curves()


def train() -> None:
    """Train a machine and an LSTM from each seed; write weights and card of each machine, and the learning curves of all.

    The published machine, `copy`, is the one that errs least at the longest length, and costs least if several do.
    """
    TASK.train()
