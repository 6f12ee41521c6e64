"""How the trials are trained."""

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from unittest import mock

import torch
from jaxtyping import Float
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Generator, Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from explainers.kit.build.checkpoint import save_checkpoint
from explainers.kit.files import ROOT, sha256
from explainers.models import ntm
from explainers.models.ntm import NeuralTuringMachine, State
from explainers.tasks import copy, recall
from explainers.tasks.common.episodes import bits
from explainers.tasks.common.learning import UNFINISHED
from explainers.tasks.training_trials.run import (
    HELD,
    LEARNED,
    LOCATIONS,
    LONGEST,
    MEASURED_EVERY,
    NAME,
    SETTINGS,
    Outcome,
    Setting,
    power,
    spread,
    summary,
    trial,
    unpacked,
)

SMOOTHING, RAISE_BELOW, RAISE_AFTER = 0.98, 0.1, 30


class UniformStart(NeuralTuringMachine):
    """The machine with heads that attend to all locations alike at the start."""

    def initial_state(self, batch: int) -> State:
        """The state before the first step."""
        state = super().initial_state(batch)
        return replace(state, weighting=torch.full_like(state.weighting, 1 / self.locations))


def naive_predict(machine: NeuralTuringMachine, inputs: Float[Tensor, "time batch input"]) -> Float[Tensor, "time batch output"]:
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


def packed(outcome: Outcome, prefix: str = "") -> dict[str, Tensor]:
    """An outcome as tensors."""
    return {
        f"{prefix}curve": outcome.curve,
        f"{prefix}failed_at": torch.tensor(outcome.failed_at),
        f"{prefix}found": torch.tensor([*outcome.wrong, outcome.apart]),
    }


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
        key: tensor for name, trainings in found.items() for seed, outcome in enumerate(trainings) for key, tensor in packed(outcome, f"{name}.{seed}.").items()
    }
    ends = {(name, seed): outcome.curve[-1] for name, trainings in found.items() for seed, outcome in enumerate(trainings) if len(outcome.curve)}
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
