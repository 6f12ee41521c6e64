"""Priority sort (Graves 2014, section 4.5): see vectors of random bits, each with a priority, then give back those of highest priority in
order.

An episode has a step for each vector, which shows its bits and, on a channel of its own, its priority, uniform in [−1, 1]; a step with
the mark; and ASKED steps without input in which the machine answers, highest priority first.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine, Trace
from explainers.tasks.learning import Episodes, Recipe, bits
from explainers.tasks.memory_task import MemoryTask

BITS, SHOWN, ASKED = 8, 20, 16
SEEDS = (0, 1, 2)
RECIPE = Recipe(
    batch=16, rate=3e-3, clip=1.0, batches=10000, levels=(SHOWN, SHOWN), decay=7000, warm_up=50, skip=6.0, relapse=1.6, hopes=((2500, 0.8),)
)
LSTM_RECIPE = Recipe(batch=16, rate=3e-3, clip=1.0, batches=10000, levels=(SHOWN, SHOWN), decay=7000, warm_up=50)
FRESH, FRESH_SEED = 1000, 5000


@dataclass(frozen=True)
class Run:
    """One recorded episode of a trained machine.

    `priority`: of the vector shown at each step. `order[k]`: the step at which the vector was shown that the k-th answer should be.
    `outputs` are probabilities at the steps that answer.
    """

    inputs: Float[Tensor, "time batch input"]
    targets: Float[Tensor, "answer batch bit"]
    outputs: Float[Tensor, "answer batch bit"]
    priority: Float[Tensor, "vector"]
    order: Int[Tensor, "answer"]
    trace: Trace
    wrong_bits: int


def episodes(
    count: int, generator: Generator, vectors: int = SHOWN, asked: int = ASKED
) -> tuple[Float[Tensor, "time batch input"], Float[Tensor, "answer batch bit"], Int[Tensor, "answer batch"]]:
    """Random vectors and priorities: what the machine sees, what it should answer, and at which steps that was shown."""
    drawn = torch.randint(0, 2, (vectors, count, BITS), generator=generator).float()
    priority = 2 * torch.rand(vectors, count, generator=generator) - 1
    order = priority.argsort(0, descending=True)[:asked]
    inputs = torch.zeros(vectors + 1 + asked, count, BITS + 2)
    inputs[:vectors, :, :BITS] = drawn
    inputs[:vectors, :, BITS] = priority
    inputs[vectors, :, BITS + 1] = 1
    return inputs, drawn.gather(0, order[..., None].expand(-1, -1, BITS)), order


def build(seed: int) -> NeuralTuringMachine:
    """A machine with random weights whose heads begin with a habit each; training is free to give it up.

    The read head and the second write head begin by looking for content, the first write head by stepping on. And nothing is erased much.
    """
    torch.manual_seed(seed)
    machine = NeuralTuringMachine(BITS + 2, BITS, write_heads=2, recurrent=True, sees_hidden=True)
    width = machine.width
    strength, gate, stay, on, sharpening = width, width + 1, width + 3, width + 4, width + 5
    with torch.no_grad():
        read, stepping, seeking = machine.steer.bias.view(3, -1)
        for head in (read, seeking):
            head[strength], head[gate], head[stay] = 4, 3, 3
        stepping[gate], stepping[on] = -3, 3
        for head in (read, stepping, seeking):
            head[sharpening] = 2
        machine.compose.bias.view(2, -1)[:, :width] = -2
    return machine


def shown(count: int, generator: Generator) -> Episodes:
    """Random episodes as training and its measures take them."""
    inputs, targets, _ = episodes(count, generator)
    return Episodes(inputs, targets, slice(SHOWN + 1, None))


def draw(_level: float, count: int, generator: Generator) -> Episodes:
    """A batch."""
    return shown(count, generator)


def trial() -> list[Episodes]:
    """What learning curves are measured on."""
    return [shown(200, Generator().manual_seed(FRESH_SEED - 1))]


def run(seed: int = 0, name: str = "sort") -> Run:
    """Sort one sequence, and record everything."""
    inputs, targets, order = episodes(1, Generator().manual_seed(seed))
    with torch.no_grad():
        logits, trace = trained(name)(inputs)
    answer = logits[SHOWN + 1 :]
    wrong = int(((answer > 0) != targets.bool()).sum())
    return Run(inputs, targets, answer.sigmoid(), inputs[:SHOWN, 0, BITS], order[:, 0], trace, wrong)


@torch.no_grad()
def measure(machine: NeuralTuringMachine | Lstm) -> dict[str, float]:
    """The metrics of the card: cost and wrong bits of fresh sequences, of ASKED · BITS."""
    fresh = shown(FRESH, Generator().manual_seed(FRESH_SEED))
    wrong = (machine.predict(fresh.inputs)[fresh.answer] > 0) != fresh.targets.bool()
    return {
        "bits_per_sequence": bits(machine, type(machine).predict, fresh),
        "wrong_bits": float(wrong.sum()) / FRESH,
        "perfect": float((wrong.sum((0, 2)) == 0).float().mean()),
    }


TASK = MemoryTask(
    name="sort",
    model="Neural Turing Machine, LSTM controller of 100, memory 128 x 20, 1 read head and 2 write heads",
    seeds=SEEDS,
    inputs=BITS + 2,
    outputs=BITS,
    build=build,
    stages=(RECIPE,),
    compared=LSTM_RECIPE,
    draw=draw,
    trial=trial,
    measure=measure,
    controls=lambda: {"guessing": {"bits_per_sequence": float(BITS * ASKED), "wrong_bits": BITS * ASKED / 2}},
    best=("bits_per_sequence",),
)


def trained(name: str = "sort") -> NeuralTuringMachine:
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

    The published machine, `sort`, is the one that costs least.
    """
    TASK.train()
