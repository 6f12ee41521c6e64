"""Dynamic n-grams (Graves 2014, section 4.4): predict every bit of a sequence that a random table of probabilities has made.

For each sequence a new table is drawn: after each of the 2^ORDER possible contexts, the last ORDER bits, the chance that a one follows is
Beta(½, ½). The first ORDER bits are fair coins. Nobody tells the machine the table: it has to count what followed each context. The optimal
estimator does exactly that (Murphy 2012): P(one) = (ones so far + ½) / (times seen + 1).

Costs are in bits a sequence, over all LENGTH bits: the first ORDER of them cost every estimator one bit each.
"""

import math
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor
from torch.nn import functional

from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine, Trace
from explainers.tasks.learning import Episodes, Recipe
from explainers.tasks.memory_task import MemoryTask

ORDER, LENGTH = 5, 200
CONTEXTS = 2**ORDER
SEEDS = (0, 1, 2)
RECIPE = Recipe(
    batch=32, rate=3e-3, clip=1.0, batches=1400, levels=(LENGTH, LENGTH), decay=1050, warm_up=50, skip=6.0, hopes=((700, 0.76),)
)
LSTM_RECIPE = Recipe(batch=32, rate=3e-3, clip=1.0, batches=1400, levels=(LENGTH, LENGTH), decay=1050, warm_up=50)
FRESH, FRESH_SEED = 1000, 4000


@dataclass(frozen=True)
class Sequences:
    """Random sequences, and what the optimal estimator says of each bit before it is seen.

    `context`: the last ORDER bits as a number, the oldest bit first, and −1 where there are not so many. `ones` and `zeros`: how often a
    one and a zero have followed this context so far. `optimal`: the optimal estimator's probability of a one.
    """

    bits: Float[Tensor, "time batch"]
    context: Int[Tensor, "time batch"]
    ones: Float[Tensor, "time batch"]
    zeros: Float[Tensor, "time batch"]
    optimal: Float[Tensor, "time batch"]


@dataclass(frozen=True)
class Run:
    """One recorded episode of a trained machine: `predicted` is its probability of a one, before each bit is seen."""

    sequences: Sequences
    predicted: Float[Tensor, "time"]
    trace: Trace


def draw_sequences(count: int, generator: Generator, length: int = LENGTH) -> Sequences:
    """Sequences of `length` bits, each from a table of its own."""
    table = torch.sin(torch.rand(count, CONTEXTS, generator=generator) * math.pi / 2) ** 2  # Beta(½, ½)
    chance = torch.rand(length, count, generator=generator)
    bits, optimal = torch.zeros(length, count), torch.full((length, count), 0.5)
    contexts = torch.full((length, count), -1)
    ones, zeros = torch.zeros(length, count), torch.zeros(length, count)
    seen = torch.zeros(count, CONTEXTS, 2)
    each, context = torch.arange(count), torch.zeros(count, dtype=torch.long)
    for step in range(length):
        if step < ORDER:
            bit = (chance[step] < 0.5).long()
        else:
            before = seen[each, context]
            contexts[step], zeros[step], ones[step] = context, before[:, 0], before[:, 1]
            optimal[step] = (before[:, 1] + 0.5) / (before.sum(1) + 1)
            bit = (chance[step] < table[each, context]).long()
            seen[each, context, bit] += 1
        bits[step] = bit
        context = (2 * context + bit) % CONTEXTS
    return Sequences(bits, contexts, ones, zeros, optimal)


def estimate(bits: Float[Tensor, "time batch"], order: int) -> Float[Tensor, "time batch"]:
    """What an estimator says that counts what followed the last `order` bits; ½ where there are not so many."""
    length, count = bits.shape
    found = torch.full((length, count), 0.5)
    seen = torch.full((count, 2**order, 2), 0.5)
    each, context = torch.arange(count), torch.zeros(count, dtype=torch.long)
    for step, bit in enumerate(bits.long()):
        if step >= order:
            before = seen[each, context]
            found[step] = before[:, 1] / before.sum(1)
            seen[each, context, bit] += 1
        context = (2 * context + bit) % 2**order
    return found


def cost(predicted: Float[Tensor, "time batch"], bits: Float[Tensor, "time batch"]) -> Float[Tensor, "batch"]:
    """What predictions cost on each sequence, in bits."""
    return functional.binary_cross_entropy(predicted, bits, reduction="none").sum(0) / math.log(2)


def divergence(
    optimal: Float[Tensor, "*time batch"], predicted: Float[Tensor, "*time batch"]
) -> Float[Tensor, "*time batch"]:
    """Kullback–Leibler divergence of predictions from the optimal estimator's, in bits, at each step."""
    nats = functional.binary_cross_entropy(predicted, optimal, reduction="none")
    return (nats - functional.binary_cross_entropy(optimal, optimal, reduction="none")) / math.log(2)


def seen(bits: Float[Tensor, "time batch"]) -> Float[Tensor, "time batch input"]:
    """What a machine sees at each step: the bit before, as −1 or +1; nothing, 0, at first."""
    return torch.cat([torch.zeros_like(bits[:1]), 2 * bits[:-1] - 1])[..., None]


@torch.no_grad()
def predictions(machine: NeuralTuringMachine | Lstm, bits: Float[Tensor, "time batch"]) -> Float[Tensor, "time batch"]:
    """A machine's probability of a one, before each bit is seen."""
    return machine.predict(seen(bits))[..., 0].sigmoid()


def build(seed: int) -> NeuralTuringMachine:
    """A machine with random weights and a learned memory, whose heads begin by looking for content, firmly, and erase little."""
    torch.manual_seed(seed)
    machine = NeuralTuringMachine(1, 1, recurrent=True, learned_memory=True, sees_hidden=True, emit_hidden=64)
    with torch.no_grad():
        strength, gate, stay = machine.width, machine.width + 1, machine.width + 3
        for bias in machine.steer.bias.view(2, -1):
            bias[strength], bias[gate], bias[stay] = 5, 2, 3
        machine.compose.bias[: machine.width] = -2
    return machine


def draw_soft(_level: float, count: int, generator: Generator) -> Episodes:
    """A batch whose targets are the optimal estimator's probabilities: the same optimum as the bits themselves, with less noise."""
    drawn = draw_sequences(count, generator)
    return Episodes(seen(drawn.bits), drawn.optimal[..., None], slice(0, None))


def draw_hard(_level: float, count: int, generator: Generator) -> Episodes:
    """A batch whose targets are the bits."""
    drawn = draw_sequences(count, generator)
    return Episodes(seen(drawn.bits), drawn.bits[..., None], slice(0, None))


def trial() -> list[Episodes]:
    """What learning curves are measured on, always the bits themselves."""
    return [draw_hard(float(LENGTH), 256, Generator().manual_seed(FRESH_SEED - 1))]


def fresh() -> Sequences:
    """The FRESH sequences that costs are measured on."""
    return draw_sequences(FRESH, Generator().manual_seed(FRESH_SEED))


def measure(machine: NeuralTuringMachine | Lstm) -> dict[str, float]:
    """The metrics of the card.

    `above_optimal` is what the machine costs more than the optimal estimator on the same sequences, `above_optimal_error` the standard error
    of that mean.
    """
    sequences = fresh()
    costs = cost(predictions(machine, sequences.bits), sequences.bits)
    above = costs - cost(sequences.optimal, sequences.bits)
    return {
        "bits_per_sequence": float(costs.mean()),
        "bits_after_first_five": float(costs.mean()) - ORDER,
        "above_optimal": float(above.mean()),
        "above_optimal_error": float(above.std() / math.sqrt(FRESH)),
    }


def controls() -> dict[str, dict[str, float]]:
    """What the optimal estimator costs on the same sequences, and what estimators cost that look back less far."""
    sequences = fresh()
    known = {"optimal estimator": sequences.optimal}
    known |= {f"order {order}": estimate(sequences.bits, order) for order in range(ORDER)}
    return {
        name: {"bits_per_sequence": float(cost(predicted, sequences.bits).mean())} for name, predicted in known.items()
    }


def run(seed: int = 0, name: str = "ngrams") -> Run:
    """Predict one sequence, and record everything."""
    sequences = draw_sequences(1, Generator().manual_seed(seed))
    with torch.no_grad():
        logits, trace = trained(name)(seen(sequences.bits))
    return Run(sequences, logits[:, 0, 0].sigmoid(), trace)


SOFT = MemoryTask(
    name="ngrams",
    model="Neural Turing Machine, LSTM controller of 100, learned memory 128 x 20, 1 read head and 1 write head, trained on probabilities",
    seeds=SEEDS,
    inputs=1,
    outputs=1,
    build=build,
    stages=(RECIPE,),
    compared=LSTM_RECIPE,
    draw=draw_soft,
    trial=trial,
    measure=measure,
    controls=controls,
    best=("above_optimal",),
    keeps_lstm=True,
)
HARD = replace(SOFT, name="ngrams-hard", model=SOFT.model.replace("probabilities", "bits"), draw=draw_hard, keeps_lstm=False)


def trained(name: str = "ngrams") -> NeuralTuringMachine:
    """The machine of a checkpoint."""
    return SOFT.trained(name)


def lstm() -> Lstm:
    """The LSTM trained on probabilities, of the same seed as the published machine."""
    return SOFT.kept_lstm()


def machines(task: MemoryTask = SOFT) -> list[str]:
    """The machines trained on probabilities, or another's, one a seed, the published one first."""
    return task.machines()


def curves(task: MemoryTask = SOFT) -> dict[str, list[Float[Tensor, "point 2"]]]:
    """The learning curves of all seeds, for "ntm" and for "lstm": (sequences seen, mean bits a sequence)."""
    return task.curves()


def train() -> None:
    """Train machines and LSTMs on probabilities and on bits; write weights and cards, and the learning curves of all.

    The published machines, `ngrams` and `ngrams-hard`, are those that come closest to the optimal estimator.
    """
    SOFT.train()
    HARD.train()
