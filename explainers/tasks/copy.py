"""The copy task (Graves 2014, section 4.1): see a sequence of random bits, then give it back without seeing anything.

An episode of `length` vectors has 2 · length + 1 steps: the vectors, a step with the mark on a channel of its own, and as many
steps without input, in which the machine answers.
"""

import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Generator, Tensor
from torch.nn import functional
from tqdm import tqdm

from explainers.kit.checkpoint import FOLDER, card_path, fill, save_checkpoint, weights_path
from explainers.kit.errors import Mistake
from explainers.models.ntm import NeuralTuringMachine, Trace

BITS, LONGEST = 8, 20
SEEDS = (0, 1, 2)
BATCH, LEARNING_RATE, CLIP = 64, 3e-3, 0.02
# A share of the vectors in training is thinned: each of their ones survives with probability KEPT. A vector of few ones
# looks much like no input, which tells the machine to answer, and uniform bits show it such vectors too seldom.
THINNED, KEPT = 0.15, 0.25
# A start is given up for a fresh one if it has not got below HOPELESS bits a bit after PATIENCE batches, or has not
# learned the task after LIMIT.
PATIENCE, HOPELESS, LIMIT = 1000, 0.4, 1800
# Once the smoothed cost is below LEARNED bits a bit, the learning rate falls to nothing over DECAY batches.
LEARNED, DECAY, LAST_RATE = 0.1, 1000, 0.02
MOST_BATCHES = 6000
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


def cost(logits: Float[Tensor, "vector batch bit"], targets: Float[Tensor, "vector batch bit"]) -> Float[Tensor, ""]:
    """The mean cost of a sequence in bits (Graves 2014, section 4)."""
    nats = functional.binary_cross_entropy_with_logits(logits, targets, reduction="sum")
    return nats / (targets.shape[1] * math.log(2))


def build(seed: int) -> NeuralTuringMachine:
    """A machine with random weights. The outputs' weights are doubled: a bolder start learns sooner."""
    torch.manual_seed(seed)
    machine = NeuralTuringMachine(BITS + 1, BITS)
    with torch.no_grad():
        machine.emit.weight.mul_(2)
    return machine


def trained(name: str = "copy") -> NeuralTuringMachine:
    """The machine of a checkpoint."""
    return fill(NeuralTuringMachine(BITS + 1, BITS), name)


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
        written=tuple(where[:length, 1].tolist()),
        read=tuple(where[length + 1 :, 0].tolist()),
    )


def generalisation(lengths: Sequence[int], count: int, seed: int, name: str = "copy") -> dict[int, Score]:
    """How the machine of a checkpoint does on fresh sequences of each length."""
    return scores(trained(name), lengths, count, seed)


@torch.no_grad()
def scores(machine: NeuralTuringMachine, lengths: Sequence[int], count: int, seed: int) -> dict[int, Score]:
    """How a machine does on `count` fresh sequences of each length."""
    found = {}
    for length in lengths:
        inputs, targets = episodes(length, count, Generator().manual_seed(seed + length))
        wrong = ((machine.predict(inputs)[length + 1 :] > 0) != targets.bool()).float()
        found[length] = Score(
            wrong_bits=float(wrong.sum() / count),
            of=length * BITS,
            perfect=float((wrong.sum((0, 2)) == 0).float().mean()),
            errors_by_position=tuple(wrong.sum(2).mean(1).tolist()),
        )
    return found


@torch.no_grad()
def fresh_cost(machine: NeuralTuringMachine) -> float:
    """Mean bits a sequence on FRESH sequences, equally many of each length from 1 to LONGEST."""
    count = FRESH // LONGEST
    costs = []
    for length in range(1, LONGEST + 1):
        inputs, targets = episodes(length, count, Generator().manual_seed(FRESH_SEED + length))
        costs.append(float(cost(machine.predict(inputs)[length + 1 :], targets)))
    return statistics.mean(costs)


def measure(machine: NeuralTuringMachine) -> dict[str, float]:
    """The metrics of the card."""
    found = {"bits_per_sequence": fresh_cost(machine)}
    for length, score in scores(machine, LENGTHS, 100, FRESH_SEED).items():
        found |= {f"wrong_bits_{length}": score.wrong_bits, f"perfect_{length}": score.perfect}
    return found


class Training:
    """One training from a seed. The same seed gives the same weights to the byte.

    A start that does not get going is given up and begun again with fresh weights; what it cost counts.
    """

    def __init__(self, seed: int):
        self.seed, self.starts, self.batches, self.sequences = seed, 0, 0, 0
        self.random = Generator().manual_seed(seed)
        self.bar = tqdm(desc=f"copy, seed {seed}", unit="batch", mininterval=1.0)

    def run(self) -> NeuralTuringMachine:
        """Train until the machine has learned the task.

        Raises:
            Mistake: the cost is not a number, or MOST_BATCHES were not enough.
        """
        while True:
            machine = build(self.seed + 1000 * self.starts)
            self.starts += 1
            if self.learn(machine):
                self.bar.close()
                return machine.eval().requires_grad_(False)

    def learn(self, machine: NeuralTuringMachine) -> bool:
        """Train one start to the end; false if it was given up."""
        optimizer = torch.optim.Adam(machine.parameters(), lr=LEARNING_RATE)
        smoothed, batches = 1.0, 0
        while smoothed > LEARNED or batches < PATIENCE // 2:
            if batches == LIMIT or (batches == PATIENCE and smoothed > HOPELESS):
                return False
            smoothed = 0.98 * smoothed + 0.02 * self.step(machine, optimizer, LEARNING_RATE)
            batches += 1
        for past in range(DECAY):
            self.step(machine, optimizer, LEARNING_RATE * max(LAST_RATE, 1 - past / DECAY))
        return True

    def step(self, machine: NeuralTuringMachine, optimizer: torch.optim.Optimizer, rate: float) -> float:
        """One batch; returns its cost in bits a bit."""
        length = int(torch.randint(1, LONGEST + 1, (1,), generator=self.random))
        inputs, targets = episodes(length, BATCH, self.random, THINNED)
        found = cost(machine.predict(inputs)[length + 1 :], targets) / (BITS * length)
        if not math.isfinite(found.item()):
            raise Mistake(
                f"copy, seed {self.seed}: the cost is not a number at batch {self.batches}. Nothing was written."
            )
        if self.batches >= MOST_BATCHES:
            raise Mistake(f"copy, seed {self.seed}: not learned after {MOST_BATCHES} batches. Nothing was written.")
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        found.backward()
        torch.nn.utils.clip_grad_norm_(machine.parameters(), CLIP)
        optimizer.step()
        self.batches += 1
        self.sequences += BATCH
        self.bar.update()
        if self.batches % 50 == 0:
            self.bar.set_postfix(start=self.starts, bits_per_sequence=f"{found.item() * BITS * length:.2f}")
        return found.item()


def train_one(seed: int) -> tuple[NeuralTuringMachine, dict]:
    """Train one machine on one thread; returns it and its card but for what concerns other seeds."""
    torch.set_num_threads(1)
    begun = time.process_time()
    training = Training(seed)
    machine = training.run()
    seconds = time.process_time() - begun
    return machine, {
        "task": "copy",
        "model": "Neural Turing Machine, feed-forward controller of 100, memory 128 x 20, 1 read head and 1 write head",
        "seed": seed,
        "command": "python build_figures.py train copy",
        "steps": training.batches,
        "sequences": training.sequences,
        "cpu_seconds": seconds,
        "threads": 1,
        "metrics": measure(machine) | {"starts": training.starts},
        "across_seeds": {},
        "baselines": {"guessing": {"bits_per_sequence": BITS * (LONGEST + 1) / 2}},
    }


def machines() -> list[str]:
    """The checkpoints of this task, one a seed, the published one first."""
    return sorted(path.stem for path in FOLDER.glob("copy*.json"))


def train() -> None:
    """Train a machine from each seed; write weights and card of each.

    The published machine, `copy`, is the one that errs least at fifty vectors, and costs least if several do.
    """
    found = {seed: train_one(seed) for seed in SEEDS}
    metrics = {seed: card["metrics"] for seed, (_, card) in found.items()}
    shown = min(SEEDS, key=lambda seed: (metrics[seed]["wrong_bits_50"], metrics[seed]["bits_per_sequence"]))
    summary = {}
    for name in metrics[shown]:
        values = [metrics[seed][name] for seed in SEEDS]
        summary[name] = {"mean": statistics.mean(values), "spread": max(values) - min(values), "seeds": values}
    for old in machines():
        card_path(old).unlink()
        weights_path(old).unlink()
    for seed, (machine, card) in found.items():
        name = "copy" if seed == shown else f"copy-seed_{seed}"
        save_checkpoint(name, machine.state_dict(), card | {"across_seeds": summary})
