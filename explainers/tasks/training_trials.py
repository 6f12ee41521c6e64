"""How a machine with a memory is trained, and how it is not: small experiments, each with several seeds.

Every setting changes the recipe in one thing. A training stops when it has converged, when a number is none any more, or when its budget
of sequences is spent. Trainings are small, so that all of them fit into twenty minutes of one processor core.
"""

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from unittest import mock

import torch
from jaxtyping import Float
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Generator, Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from explainers.kit.build.checkpoint import load_checkpoint, save_checkpoint
from explainers.kit.files import ROOT, sha256
from explainers.models import ntm
from explainers.models.ntm import NeuralTuringMachine, State
from explainers.tasks import copy, recall
from explainers.tasks.learning import UNFINISHED, Episodes, bits

NAME = "training_trials"
LOCATIONS = 32
LONGEST = 10  # vectors to copy
MEASURED_EVERY, TRIALS = 1024, 32  # sequences between two measurements; sequences of each length in one
# Converged: below so many bits a sequence, at two measurements in a row.
LEARNED, HELD = 0.1, 2
SMOOTHING, RAISE_BELOW, RAISE_AFTER = 0.98, 0.1, 30


@dataclass(frozen=True)
class Setting:
    """One way to train. What is not said is the recipe.

    Attributes:
        task: "copy", or "recall" for associative recall.
        memory: at the start: a number that all its entries have, or "random", or "learned", which starts random.
        uniform: whether the heads' weighting at the start is uniform; otherwise each head stands at location 0.
        naive: whether sharpening is computed as w^γ / Σ w^γ.
        optimizer: "Adam", or "RMSProp" with the momentum of the paper.
        rate: its learning rate.
        clip: the largest norm of a gradient; longer ones are shortened.
        batch: sequences a batch.
        levels: the longest sequence to copy, or the most items to recall, at the beginning of training and at its end.
        budget: sequences.
        seeds: how many trainings.
    """

    task: str = "copy"
    memory: float | str = ntm.INITIAL_MEMORY
    uniform: bool = False
    naive: bool = False
    optimizer: str = "Adam"
    rate: float = copy.RECIPE.rate
    clip: float = copy.RECIPE.clip
    batch: int = 16
    levels: tuple[int, int] = (LONGEST, LONGEST)
    budget: int = 32 * MEASURED_EVERY
    seeds: int = 8


RECIPE = Setting()
RECALL = Setting(
    task="recall", clip=recall.RECIPE.clip, levels=(recall.MOST, recall.MOST), budget=48 * MEASURED_EVERY, seeds=10
)
# Two settings run on the readable machine, which is slower, so they get fewer sequences.
SETTINGS = {
    "recipe": RECIPE,
    "memory_tiny": replace(RECIPE, memory=1e-6),
    "memory_random": replace(RECIPE, memory="random"),
    "memory_learned": replace(RECIPE, memory="learned"),
    "uniform": replace(RECIPE, uniform=True, budget=4 * MEASURED_EVERY),
    "naive": replace(RECIPE, naive=True, budget=12 * MEASURED_EVERY),
    "clip_none": replace(RECIPE, clip=math.inf),
    "clip_10": replace(RECIPE, clip=10.0),
    "clip_1": replace(RECIPE, clip=1.0),
    "rate_1e-4": replace(RECIPE, rate=1e-4),
    "rate_1e-3": replace(RECIPE, rate=1e-3),
    "rate_1e-2": replace(RECIPE, rate=1e-2),
    "rate_3e-2": replace(RECIPE, rate=3e-2),
    "rmsprop": replace(RECIPE, optimizer="RMSProp", rate=1e-4),
    "batch_1": replace(RECIPE, batch=1),
    "batch_8": replace(RECIPE, batch=8),
    "batch_64": replace(RECIPE, batch=64),
    "up_to_3": replace(RECIPE, levels=(3, 3)),
    "up_to_5": replace(RECIPE, levels=(5, 5)),
    "recall_straight": RECALL,
    "recall_levels": replace(RECALL, levels=(recall.FEWEST, recall.MOST)),
}


@dataclass(frozen=True)
class Outcome:
    """How a training went.

    Attributes:
        curve: sequences seen, mean bits a sequence on the trial, processor seconds of training, largest norm of a gradient since the last
            point.
        failed_at: after how many sequences the cost or its gradient was no number any more; −1 if that did not happen.
        wrong: mean wrong bits in the end, for the longest sequences (or most items) that the recipe trains on, and for twice as long ones;
            −1 if training failed.
        apart: the largest difference between two locations' weights in one episode of the machine in the end; −1 if training failed.
    """

    curve: Float[Tensor, "point 4"]
    failed_at: int
    wrong: tuple[float, float]
    apart: float

    @property
    def converged_at(self) -> int | None:
        """Sequences seen when the cost was first below LEARNED, if it held."""
        low = self.curve[:, 1] < LEARNED
        for first in range(len(low) - HELD + 1):
            if low[first : first + HELD].all():
                return int(self.curve[first, 0])
        return None

    @property
    def seconds(self) -> float:
        """Processor seconds of training, up to the measurement at which it had converged, or to the end."""
        at = self.converged_at
        upto = self.curve if at is None else self.curve[self.curve[:, 0] <= at]
        return float(upto[-1, 2]) if len(upto) else 0.0


class UniformStart(NeuralTuringMachine):
    """The machine with heads that attend to all locations alike at the start."""

    def initial_state(self, batch: int) -> State:
        """The state before the first step."""
        state = super().initial_state(batch)
        return replace(state, weighting=torch.full_like(state.weighting, 1 / self.locations))


# --8<-- [start:power]
def power(
    weighting: Float[Tensor, "*batch location"], sharpening: Float[Tensor, "*batch"]
) -> Float[Tensor, "*batch location"]:
    """Sharpening as the formula is written (Graves 2014, eq. 9). All powers may underflow to zero, and then it divides zero by zero."""
    powers = weighting ** sharpening[..., None]
    return powers / powers.sum(-1, keepdim=True)
# --8<-- [end:power]


def naive_predict(
    machine: NeuralTuringMachine, inputs: Float[Tensor, "time batch input"]
) -> Float[Tensor, "time batch output"]:
    """What the readable machine answers, with naive sharpening."""
    with mock.patch.object(ntm, "sharpen", power):
        return machine.predict(inputs)


def build(setting: Setting, seed: int) -> NeuralTuringMachine:
    """A machine with random weights."""
    torch.manual_seed(seed)
    task = {"copy": copy.TASK, "recall": recall.TASK}[setting.task]
    machine = (UniformStart if setting.uniform else NeuralTuringMachine)(
        task.inputs,
        task.outputs,
        locations=LOCATIONS,
        learned_memory=setting.memory == "learned",
        sees_hidden=setting.task == "recall",
    )
    if setting.task == "copy":
        with torch.no_grad():
            machine.emit.weight.mul_(2)  # as in `copy.build`
    if setting.memory == "random":
        machine.initial_memory.normal_(0, 0.5)
    elif setting.memory != "learned":
        machine.initial_memory.fill_(setting.memory)
    return machine


def predictor(setting: Setting) -> Callable[[NeuralTuringMachine, Tensor], Tensor]:
    """How the machine of a setting is run: fast if it can be, on the readable machine otherwise."""
    if setting.naive:
        return naive_predict
    if setting.uniform:
        return NeuralTuringMachine.predict
    from explainers.models import ntm_fused  # not at the top: only training needs Numba

    return ntm_fused.predict


def trial(setting: Setting) -> list[Episodes]:
    """What the cost is measured on: the same for all settings of a task."""
    shown, seed, lengths = (copy.shown, copy.FRESH_SEED, range(2, LONGEST + 1, 2))
    if setting.task == "recall":
        shown, seed, lengths = (recall.shown, recall.FRESH_SEED, range(recall.FEWEST, recall.MOST + 1))
    return [shown(length, TRIALS, Generator().manual_seed(seed - length)) for length in lengths]


def learn(setting: Setting, seed: int) -> Outcome:
    """Train once."""
    draw = {"copy": copy.draw, "recall": recall.draw}[setting.task]
    machine, predict, shown = build(setting, seed), predictor(setting), trial(setting)
    random = Generator().manual_seed(seed)
    if setting.optimizer == "RMSProp":
        optimizer = torch.optim.RMSprop(machine.parameters(), lr=setting.rate, alpha=0.95, momentum=0.9, foreach=True)
    else:
        optimizer = torch.optim.Adam(machine.parameters(), lr=setting.rate, foreach=True)
    level, smoothed, since_raised = float(setting.levels[0]), 1.0, 0
    points: list[list[float]] = []
    largest, seconds, seen = 0.0, 0.0, 0
    # --8<-- [start:stops]
    while seen < setting.budget:
        begun = time.process_time()
        episodes = draw(level, setting.batch, random)
        logits = predict(machine, episodes.inputs)[episodes.answer]
        loss = functional.binary_cross_entropy_with_logits(logits, episodes.targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = float(nn.utils.clip_grad_norm_(machine.parameters(), setting.clip, foreach=True))
        if not math.isfinite(loss.item()) or not math.isfinite(norm):
            return Outcome(torch.tensor(points).reshape(-1, 4), seen, (-1.0, -1.0), -1.0)
        optimizer.step()
        seconds += time.process_time() - begun
        seen += setting.batch
        largest = max(largest, norm)
        since_raised += 1
        smoothed = SMOOTHING * smoothed + (1 - SMOOTHING) * loss.item() / math.log(2)
        if level < setting.levels[1] and since_raised > RAISE_AFTER and smoothed < RAISE_BELOW:
            level, since_raised, smoothed = level + 1, 0, 1.5 * RAISE_BELOW
        if seen % MEASURED_EVERY == 0:
            cost = statistics.mean(bits(machine, predict, each) for each in shown)
            if not math.isfinite(cost):
                return Outcome(torch.tensor(points).reshape(-1, 4), seen, (-1.0, -1.0), -1.0)
            points.append([seen, cost, seconds, largest])
            largest = 0.0
            if len(points) >= HELD and all(point[1] < LEARNED for point in points[-HELD:]):
                break
    # --8<-- [end:stops]
    return Outcome(torch.tensor(points), -1, wrong_bits(setting, machine), spread(machine, shown[-1]))


def wrong_bits(setting: Setting, machine: NeuralTuringMachine) -> tuple[float, float]:
    """Mean wrong bits at the largest size that the recipe trains on, and at twice that size."""
    if setting.task == "recall":
        found = recall.wrong_bits(machine, (recall.MOST, 2 * recall.MOST), 100, recall.FRESH_SEED)
        return found[recall.MOST], found[2 * recall.MOST]
    scores = copy.scores(machine, (LONGEST, 2 * LONGEST), 100, copy.FRESH_SEED)
    return scores[LONGEST].wrong_bits, scores[2 * LONGEST].wrong_bits


@torch.no_grad()
def spread(machine: NeuralTuringMachine, episodes: Episodes) -> float:
    """The largest difference between two locations' weights, of one head at one step, over all steps of an episode."""
    weights = torch.stack([trace.addressing.weighting for trace in machine.unroll(episodes.inputs[:, :1])])
    return float((weights.amax(-1) - weights.amin(-1)).max())


def outcomes(name: str) -> list[Outcome]:
    """How the trainings of a setting went, one a seed."""
    tensors = load_checkpoint(NAME)
    return [unpacked(tensors, f"{name}.{seed}.") for seed in range(SETTINGS[name].seeds)]


def packed(outcome: Outcome, prefix: str = "") -> dict[str, Tensor]:
    """An outcome as tensors."""
    return {
        f"{prefix}curve": outcome.curve,
        f"{prefix}failed_at": torch.tensor(outcome.failed_at),
        f"{prefix}found": torch.tensor([*outcome.wrong, outcome.apart]),
    }


def unpacked(tensors: dict[str, Tensor], prefix: str = "") -> Outcome:
    """An outcome from its tensors."""
    *wrong, apart = tensors[f"{prefix}found"].tolist()
    return Outcome(tensors[f"{prefix}curve"], int(tensors[f"{prefix}failed_at"]), tuple(wrong), apart)


def identity(setting: Setting) -> str:
    """A digest of what an outcome depends on besides the seed."""
    folder = ROOT / "explainers"
    tasks = [folder / "tasks" / f"{name}.py" for name in ("copy", "recall", NAME)]
    files = [*sorted((folder / "models").glob("ntm*.py")), *tasks]
    parts = [torch.__version__.encode(), repr(setting).encode(), *(path.read_bytes() for path in files)]
    return sha256("".join(map(sha256, parts)).encode())


def learned(name: str, seed: int) -> Outcome:
    """How a training goes: looked up if it was done before with the same code, done otherwise."""
    setting, place = SETTINGS[name], UNFINISHED / f"{NAME}-{name}-seed_{seed}.safetensors"
    if place.exists():
        with safe_open(place, "pt") as file:
            if file.metadata().get("training") == identity(setting):
                return unpacked({key: file.get_tensor(key) for key in file.keys()})  # noqa: SIM118 (it is no dict)
    outcome = learn(setting, seed)
    UNFINISHED.mkdir(parents=True, exist_ok=True)
    beside = place.with_suffix(".part")
    save_file(packed(outcome), beside, {"training": identity(setting)})
    beside.replace(place)
    return outcome


def summary(found: list[Outcome]) -> dict[str, int | float]:
    """How many trainings of a setting converged, how many failed, and what it took. A median over none is left out."""
    reached = [outcome for outcome in found if outcome.converged_at is not None]
    table = {"trainings": len(found), "converged": len(reached), "nan": sum(each.failed_at >= 0 for each in found)}
    if reached:
        table["median_sequences"] = statistics.median(each.converged_at for each in reached)
        table["median_cpu_seconds"] = statistics.median(each.seconds for each in reached)
    return table


def by_chance(one: tuple[int, int], other: tuple[int, int]) -> float:
    """How often chance alone would part two settings at least as far: Fisher's exact test, two-sided.

    Args:
        one, other: how many trainings of a setting converged, and how many there are.
    """
    (first, of_first), (second, of_second) = one, other
    converged, trainings = first + second, of_first + of_second

    def ways(count: int) -> int:
        return math.comb(of_first, count) * math.comb(of_second, converged - count)

    possible = range(max(0, converged - of_second), min(of_first, converged) + 1)
    return sum(found for found in map(ways, possible) if found <= ways(first)) / math.comb(trainings, converged)


def train() -> None:
    """Train every setting from each of its seeds on one thread; write all learning curves, and a card with the table of results."""
    torch.set_num_threads(1)
    runs = [(name, seed) for name, setting in SETTINGS.items() for seed in range(setting.seeds)]
    found: dict[str, list[Outcome]] = {name: [] for name in SETTINGS}
    with tqdm(runs, unit="training", mininterval=1.0) as bar:
        for name, seed in bar:
            bar.set_postfix_str(f"{name}, seed {seed}")
            found[name].append(learned(name, seed))
    tensors = {
        key: tensor
        for name, trainings in found.items()
        for seed, outcome in enumerate(trainings)
        for key, tensor in packed(outcome, f"{name}.{seed}.").items()
    }
    ends = {
        (name, seed): outcome.curve[-1]
        for name, trainings in found.items()
        for seed, outcome in enumerate(trainings)
        if len(outcome.curve)
    }
    card = {
        "task": NAME,
        "model": f"learning curves of {len(runs)} small machines, memory {LOCATIONS} x 20; no weights are kept",
        "seed": 0,
        "command": f"python build_figures.py train {NAME}",
        "steps": sum(int(end[0]) // SETTINGS[name].batch for (name, _), end in ends.items()),
        "sequences": sum(int(end[0]) for end in ends.values()),
        "cpu_seconds": sum(float(end[2]) for end in ends.values()),
        "threads": 1,
        "metrics": {name: summary(trainings) for name, trainings in found.items()},
        "across_seeds": {},
        "baselines": {},
    }
    save_checkpoint(NAME, tensors, card)
