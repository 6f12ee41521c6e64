"""Associative recall (Graves 2014, section 4.3): see a list of items, then one of them again, and answer with the item that followed it.

An item is ITEM vectors of random bits, announced by the item mark. Then the query, an item between two query marks, and ITEM steps
without input, in which the machine answers. An episode of `items` items has 4 · items + 8 steps.
"""

import statistics
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from explainers.models.lstm import Lstm
from explainers.models.ntm import Controls, NeuralTuringMachine, Trace
from explainers.tasks.learning import Episodes, Recipe, bits
from explainers.tasks.memory_task import MemoryTask

BITS, ITEM = 6, 3
READ, WRITE = 0, 1
FEWEST, MOST = 2, 6
SEEDS = (0, 1, 2)
ALIKE = 0.2  # in training, so that the search learns to tell apart what is similar
RECIPE = Recipe(
    batch=16, rate=3e-3, clip=1.0, batches=12000, levels=(FEWEST, MOST), raise_below=0.1, learned=0.01, decay=3000,
    hopes=((1500, 0.2), (4000, 0.05)),
)  # fmt: skip
LSTM_RECIPE = Recipe(batch=16, rate=3e-3, clip=1.0, batches=12000, levels=(MOST, MOST), decay=4000)
FRESH, FRESH_SEED = 1000, 2000
COUNTS = (6, 8, 10, 12, 15, 20)  # items


@dataclass(frozen=True)
class Run:
    """One recorded episode of a trained machine.

    `asked`: which item is the query, from 0; the answer is the item after it. `outputs` are probabilities at the steps that answer.
    """

    items: int
    asked: int
    inputs: Float[Tensor, "time batch input"]
    targets: Float[Tensor, "vector batch bit"]
    outputs: Float[Tensor, "vector batch bit"]
    trace: Trace
    wrong_bits: int


def item_steps(item: int) -> range:
    """The steps at which the vectors of an item are shown; the step before them carries the item mark."""
    return range((ITEM + 1) * item + 1, (ITEM + 1) * (item + 1))


def query_steps(items: int) -> range:
    """The steps at which the query's vectors are shown; the steps before and after them carry the query mark."""
    return range((ITEM + 1) * items + 1, (ITEM + 1) * (items + 1))


def answer_steps(items: int) -> range:
    """The steps at which the machine answers."""
    return range((ITEM + 1) * (items + 1) + 1, (ITEM + 1) * (items + 2))


def episodes(
    items: int, count: int, generator: Generator, alike: float = 0.0
) -> tuple[Float[Tensor, "time batch input"], Float[Tensor, "vector batch bit"], Int[Tensor, "batch"]]:
    """Random lists with a random query each: what the machine sees, what it should answer, and which item is asked for.

    `alike`: the share of vectors that are replaced by the vector at the same place of a random item of the list, now and then its own.
    """
    shown = torch.randint(0, 2, (items, ITEM, count, BITS), generator=generator).float()
    if alike:
        other = torch.randint(0, items, (items, ITEM, count, 1), generator=generator).expand_as(shown)
        taken = torch.rand(items, ITEM, count, 1, generator=generator) < alike
        shown = torch.where(taken, shown.gather(0, other), shown)
    asked = torch.randint(0, items - 1, (count,), generator=generator)
    each = torch.arange(count)
    inputs = torch.zeros(answer_steps(items).stop, count, BITS + 2)
    for item in range(items):
        steps = item_steps(item)
        inputs[steps.start - 1, :, BITS] = 1
        inputs[steps.start : steps.stop, :, :BITS] = shown[item]
    steps = query_steps(items)
    inputs[[steps.start - 1, steps.stop], :, BITS + 1] = 1
    inputs[steps.start : steps.stop, :, :BITS] = shown[asked, :, each].transpose(0, 1)
    return inputs, shown[asked + 1, :, each].transpose(0, 1).contiguous(), asked


def build(seed: int) -> NeuralTuringMachine:
    """A machine with random weights."""
    torch.manual_seed(seed)
    return NeuralTuringMachine(BITS + 2, BITS, sees_hidden=True)


def shown(items: int, count: int, generator: Generator, alike: float = 0.0) -> Episodes:
    """Random episodes as training and its measures take them."""
    inputs, targets, _ = episodes(items, count, generator, alike)
    return Episodes(inputs, targets, slice(answer_steps(items).start, None))


def draw(most: float, count: int, generator: Generator) -> Episodes:
    """A batch of one random number of items up to `most`, in which some items resemble each other."""
    return shown(int(torch.randint(FEWEST, int(most) + 1, (1,), generator=generator)), count, generator, ALIKE)


def trial() -> list[Episodes]:
    """What learning curves are measured on: each number of items of the training range."""
    return [shown(items, 64, Generator().manual_seed(FRESH_SEED - items)) for items in range(FEWEST, MOST + 1)]


def run(items: int = MOST, seed: int = 0, name: str = "recall") -> Run:
    """Answer one query, and record everything.

    Args:
        items: in the list.
        seed: of the bits and of the query.
        name: of the checkpoint.
    """
    inputs, targets, asked = episodes(items, 1, Generator().manual_seed(seed))
    with torch.no_grad():
        logits, trace = trained(name)(inputs)
    answer = logits[answer_steps(items).start :]
    wrong = int(((answer > 0) != targets.bool()).sum())
    return Run(items, int(asked), inputs, targets, answer.sigmoid(), trace, wrong)


@dataclass(frozen=True)
class Record:
    """Many recorded episodes of one machine, all of the same number of items.

    `written`: where the write head's weight is largest when a vector of the list is shown. `read`: the same of the read head, at every step.
    """

    items: int
    asked: Int[Tensor, "batch"]
    trace: Trace
    wrong: Int[Tensor, "batch"]
    written: Int[Tensor, "vector batch"]
    read: Int[Tensor, "time batch"]

    def vector_of(self, item: int, vector: int) -> Int[Tensor, "batch"]:
        """Where a vector of an item was written; the items count from the one asked for."""
        return self.written.gather(0, ((self.asked + item) * ITEM + vector)[None])[0]

    def weight_on(self, item: int) -> Float[Tensor, "time batch"]:
        """How much of the read head's weight is on the vectors of an item; the items count from the one asked for."""
        places = torch.stack([self.vector_of(item, vector) for vector in range(ITEM)], -1)
        reading = self.trace.addressing.weighting[:, :, 0]
        return reading.gather(2, places.expand(len(reading), -1, -1)).sum(-1)


def vector_steps(items: int) -> list[int]:
    """The steps at which the vectors of the list are shown."""
    return [step for item in range(items) for step in item_steps(item)]


def record(items: int, count: int, seed: int, name: str = "recall") -> Record:
    """Let the machine of a checkpoint answer `count` queries, and record everything."""
    return recorded(trained(name), items, count, seed)


def recorded(machine: NeuralTuringMachine, items: int, count: int, seed: int) -> Record:
    """Let a machine answer `count` queries, and record everything."""
    inputs, targets, asked = episodes(items, count, Generator().manual_seed(seed))
    with torch.no_grad():
        logits, trace = machine(inputs)
    wrong = ((logits[answer_steps(items).start :] > 0) != targets.bool()).sum((0, 2))
    read, written = trace.addressing.weighting.argmax(-1).unbind(-1)
    return Record(items, asked, trace, wrong, written[vector_steps(items)], read)


@torch.no_grad()
def search(
    items: int,
    count: int,
    seed: int,
    name: str = "recall",
    gate: float | None = None,
    at: Collection[int] = (),
    alike: float = 0.0,
) -> tuple[Int[Tensor, "batch"], Int[Tensor, "batch"], Int[Tensor, "batch"]]:
    """Of `count` queries: where the read head is at the query's last mark, where the first vector of the answer was written, and how many
    bits of the answer are wrong.

    Args:
        gate: what the read head's gate is set to by hand: 0 shuts it, 1 opens it wide, nothing leaves it alone.
        at: at which steps.
        alike: the share of vectors that are taken from another item of the list.
    """
    inputs, targets, asked = episodes(items, count, Generator().manual_seed(seed), alike)
    machine, places, logits = trained(name), [], []
    own, state = machine.controls, machine.initial_state(count)

    def set_by_hand(hidden: Float[Tensor, "batch hidden"]) -> Controls:
        controls = own(hidden)
        gates = controls.gate.clone()
        gates[:, READ] = gate
        return replace(controls, gate=gates)

    for step, now in enumerate(inputs):  # the whole trace of a long list would fill the memory
        machine.controls = set_by_hand if gate is not None and step in at else own
        state, trace = machine.step(state, now)
        places.append(trace.addressing.weighting.argmax(-1))
        logits.append(trace.output)
    read, written = torch.stack(places).unbind(-1)
    wanted = written[vector_steps(items)].gather(0, ((asked + 1) * ITEM)[None])[0]
    wrong = ((torch.stack(logits[answer_steps(items).start :]) > 0) != targets.bool()).sum((0, 2))
    return read[query_steps(items).stop], wanted, wrong


@torch.no_grad()
def wrong_bits(machine: NeuralTuringMachine | Lstm, counts: Sequence[int], count: int, seed: int) -> dict[int, float]:
    """Mean wrong bits of an answer, of ITEM · BITS, over `count` fresh episodes of each number of items."""
    found = {}
    for items in counts:
        each = shown(items, count, Generator().manual_seed(seed + items))
        found[items] = float(((machine.predict(each.inputs)[each.answer] > 0) != each.targets.bool()).sum()) / count
    return found


def measure(machine: NeuralTuringMachine | Lstm) -> dict[str, float]:
    """The metrics of the card. Costs are for lists of FEWEST to MOST items, equally many of each."""
    counts = range(FEWEST, MOST + 1)
    fresh = [shown(items, FRESH // len(counts), Generator().manual_seed(FRESH_SEED + items)) for items in counts]
    found = {"bits_per_sequence": statistics.mean(bits(machine, type(machine).predict, each) for each in fresh)}
    return found | {f"wrong_bits_{n}": wrong for n, wrong in wrong_bits(machine, COUNTS, 200, FRESH_SEED).items()}


TASK = MemoryTask(
    name="recall",
    model="Neural Turing Machine, feed-forward controller of 100, memory 128 x 20, 1 read head and 1 write head",
    seeds=SEEDS,
    inputs=BITS + 2,
    outputs=BITS,
    build=build,
    stages=(RECIPE,),
    compared=LSTM_RECIPE,
    draw=draw,
    trial=trial,
    measure=measure,
    controls=lambda: {"guessing": {"bits_per_sequence": float(BITS * ITEM), "wrong_bits_12": BITS * ITEM / 2}},
    best=("wrong_bits_12", "bits_per_sequence"),
)


def trained(name: str = "recall") -> NeuralTuringMachine:
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

    The published machine, `recall`, is the one that errs least with twelve items, and costs least if several do.
    """
    TASK.train()
