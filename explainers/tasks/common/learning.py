"""Learning by gradient descent, for every machine with a memory and for what it is compared with.

A training is determined by its seed. It may be killed and taken up again: it goes on from the last saved state and ends with the same
weights. It ends when the task is learned and the learning rate has come down, when the budget is spent, or when its start is hopeless.
"""

import json
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import torch
from jaxtyping import Float
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Generator, Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from explainers.kit.errors import Mistake
from explainers.kit.files import ROOT, explained, sha256
from explainers.tasks.common.episodes import Episodes, bits
from explainers.tasks.common.recipe import CURVE_EVERY, Recipe

UNFINISHED = ROOT / ".cache" / "training"
KEEP_EVERY = 250  # batches between two savings
SMOOTHING = 0.98
LAST_RATE = 0.02  # what is left of the learning rate in the end


@dataclass
class Progress:
    """Where a training stands."""

    batches: int = 0
    level: float = 0.0
    since_raised: int = 0
    smoothed: float = 1.0
    usual_norm: float = 0.0
    decay_from: int | None = None
    skipped: int = 0
    lowest: float = math.inf
    relapses: int = 0
    given_up: bool = False
    seconds: float = 0.0
    curve: list[list[float]] = field(default_factory=list)


class Learning:
    """One training from a seed.

    Attributes:
        model: what is trained.
        progress: where it stands; `curve` holds (sequences seen, mean bits a sequence on the trial) along the way.
    """

    def __init__(
        self,
        name: str,
        seed: int,
        recipe: Recipe,
        model: nn.Module,
        predict: Callable[[nn.Module, Tensor], Tensor],
        draw: Callable[[float, int, Generator], Episodes],
        trial: Sequence[Episodes],
    ):
        """Nothing is trained yet.

        Args:
            name: of the training; with the seed, it names the saved state.
            predict: the logits that a model gives for inputs.
            draw: fresh episodes of a level.
            trial: what the learning curve is measured on, every CURVE_EVERY batches.
        """
        self.name, self.seed, self.recipe, self.model = name, seed, recipe, model
        self.predict, self.draw, self.trial = predict, draw, trial
        self.random = Generator().manual_seed(seed)
        self.optimizer = torch.optim.Adam(model.parameters(), lr=recipe.rate, foreach=True)
        self.progress = Progress(level=float(recipe.levels[0]))
        self.best: dict[str, Tensor] = {}
        self.place = UNFINISHED / f"{name}-seed_{seed}.safetensors"

    @property
    def sequences(self) -> int:
        """How many sequences it has seen."""
        return self.progress.batches * self.recipe.batch

    def run(self) -> bool:
        """Train to the end, from where it was left; false if this start was given up.

        Raises:
            Mistake: the cost is not a number. The last good state is kept.
        """
        self.take_up()
        progress, recipe = self.progress, self.recipe
        bar = tqdm(
            desc=f"{self.name}, seed {self.seed}",
            unit="batch",
            initial=progress.batches,
            total=recipe.batches,
            mininterval=1.0,
        )
        begun = time.process_time() - progress.seconds
        while not self.done():
            self.one_batch()
            bar.update()
            progress.seconds = time.process_time() - begun
            if progress.batches % CURVE_EVERY == 0:
                cost = statistics.mean(bits(self.model, self.predict, episodes) for episodes in self.trial)
                progress.curve.append([float(self.sequences), cost])
                self.hold_on(cost)
                bar.set_postfix(level=f"{progress.level:g}", bits_per_sequence=f"{progress.curve[-1][1]:.2f}")
            if progress.batches % KEEP_EVERY == 0:
                self.keep()
        bar.close()
        self.keep()
        return not progress.given_up

    def hold_on(self, cost: float) -> None:
        """Remember the best state; go back to it if what was learned is lost."""
        progress, relapse = self.progress, self.recipe.relapse
        if not relapse:
            return
        if cost <= progress.lowest:
            progress.lowest, self.best = cost, self.state()
        elif cost > relapse * progress.lowest:
            progress.relapses += 1
            self.put(self.best)

    def done(self) -> bool:
        """Whether the rate has come down, the budget is spent, or this start is hopeless."""
        progress = self.progress
        if progress.given_up:
            return True
        if progress.decay_from is not None and progress.batches >= progress.decay_from + self.recipe.decay:
            return True
        return progress.batches >= self.recipe.batches

    def rate(self) -> float:
        """The learning rate of the next batch."""
        progress, recipe = self.progress, self.recipe
        up = min(1.0, (progress.batches + 1) / recipe.warm_up) if recipe.warm_up else 1.0
        if progress.decay_from is None:
            return recipe.rate * up
        return recipe.rate * max(LAST_RATE, 1 - (progress.batches - progress.decay_from) / recipe.decay)

    def one_batch(self) -> None:
        """Learn from one batch.

        Raises:
            Mistake: the cost is not a number.
        """
        progress, recipe = self.progress, self.recipe
        episodes = self.draw(progress.level, recipe.batch, self.random)
        logits = self.predict(self.model, episodes.inputs)[episodes.answer]
        loss = functional.binary_cross_entropy_with_logits(logits, episodes.targets)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = float(nn.utils.clip_grad_norm_(self.model.parameters(), recipe.clip, foreach=True))
        bits_a_bit = loss.item() / math.log(2)
        if not math.isfinite(bits_a_bit):
            kept = f"the state at a batch before is kept in {self.place.name}" if self.place.exists() else "there is no earlier state"
            raise Mistake(f"{self.name}, seed {self.seed}: the cost is not a number at batch {progress.batches}; {kept}.")
        wild = not math.isfinite(norm) or (recipe.skip and progress.batches > 20 and norm > recipe.skip * progress.usual_norm)
        if wild:
            progress.skipped += 1
        else:
            self.optimizer.param_groups[0]["lr"] = self.rate()
            self.optimizer.step()
        if math.isfinite(norm):
            usual = progress.usual_norm or norm
            progress.usual_norm = SMOOTHING * usual + (1 - SMOOTHING) * min(norm, 3 * usual)
        progress.batches += 1
        progress.since_raised += 1
        progress.smoothed = SMOOTHING * progress.smoothed + (1 - SMOOTHING) * bits_a_bit
        self.advance()

    def advance(self) -> None:
        """Raise the level, or let the rate come down, if it is time."""
        progress, recipe = self.progress, self.recipe
        last = recipe.levels[1]
        progress.given_up = any(progress.batches == when and progress.smoothed > bound for when, bound in recipe.hopes)
        if progress.level < last and progress.since_raised > 30 and progress.smoothed < recipe.raise_below:
            progress.level = min(float(last), progress.level + recipe.step)
            progress.since_raised = 0
            progress.smoothed = max(progress.smoothed, 1.5 * recipe.raise_below)
        if progress.decay_from is None:
            learned = progress.level == last and progress.since_raised > 100 and progress.smoothed < recipe.learned
            if learned or progress.batches >= recipe.batches - recipe.decay:
                progress.decay_from = progress.batches

    def identity(self) -> str:
        """A digest of what the result depends on besides the seed: the recipe, all models and tasks, torch."""
        files = sorted(path for name in ("models", "tasks") for path in (ROOT / "explainers" / name).glob("*.py"))
        parts = [torch.__version__.encode(), repr(self.recipe).encode(), *(path.read_bytes() for path in files)]
        return sha256("".join(map(sha256, parts)).encode())

    def forget(self) -> None:
        """Remove the saved state: what came of it is safe."""
        self.place.unlink(missing_ok=True)

    def keep(self) -> None:
        """Save everything that the rest of the training depends on."""
        UNFINISHED.mkdir(parents=True, exist_ok=True)
        tensors = {"random": self.random.get_state()}
        for kind, state in (("now", self.state()), ("best", self.best)):
            tensors |= {f"{kind}.{name}": tensor for name, tensor in state.items()}
        beside = self.place.with_suffix(".part")
        with explained(self.place):
            save_file(
                tensors,
                beside,
                {"training": self.identity(), "progress": json.dumps(asdict(self.progress))},
            )
            beside.replace(self.place)

    def take_up(self) -> None:
        """Go on from the saved state, if there is one of this very training: of the same code, recipe and library."""
        if not self.place.exists():
            return
        with safe_open(self.place, "pt") as file:
            told = file.metadata()
        if told.get("training") != self.identity():
            return
        tensors = load_file(self.place)
        self.progress = Progress(**json.loads(told["progress"]))
        self.random.set_state(tensors["random"])
        self.put(part(tensors, "now."))
        self.best = part(tensors, "best.")

    def state(self) -> dict[str, Tensor]:
        """A copy of the weights and of what the optimizer knows of each."""
        tensors = {f"model.{name}": tensor.clone() for name, tensor in self.model.state_dict().items()}
        for number, known in self.optimizer.state_dict()["state"].items():
            tensors |= {f"adam.{number}.{name}": torch.as_tensor(value).clone() for name, value in known.items()}
        return tensors

    def put(self, tensors: dict[str, Tensor]) -> None:
        """Go on from that state."""
        self.model.load_state_dict(part(tensors, "model."))
        known: dict[int, dict[str, Tensor]] = {}
        for name, tensor in part(tensors, "adam.").items():
            number, entry = name.split(".")
            known.setdefault(int(number), {})[entry] = tensor.clone()
        self.optimizer.load_state_dict({"state": known, "param_groups": self.optimizer.state_dict()["param_groups"]})


def part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors of a prefix, without it."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def curve(stages: Sequence[Learning]) -> Float[Tensor, "point 2"]:
    """(sequences seen, mean bits a sequence) along a training of several stages. Starts that were given up count as seen."""
    points, before = [], 0
    for stage in stages:
        if not stage.progress.given_up:
            points += [(before + seen, cost) for seen, cost in stage.progress.curve]
        before += stage.sequences
    return torch.tensor(points)


def across(metrics: dict[int, dict[str, float]]) -> dict[str, dict]:
    """Mean and spread (largest less smallest) of every metric over the seeds."""
    found = {}
    for name in next(iter(metrics.values())):
        values = [one[name] for one in metrics.values()]
        found[name] = {"mean": statistics.mean(values), "spread": max(values) - min(values), "seeds": values}
    return found
