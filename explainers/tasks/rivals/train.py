"""How the rivals are trained."""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor, nn

from explainers.kit.build.checkpoint import save_checkpoint
from explainers.tasks.common.episodes import Episodes
from explainers.tasks.common.learning import Learning, across, curve
from explainers.tasks.common.recipe import Recipe
from explainers.tasks.common.teaching import spent
from explainers.tasks.rivals.run import CONTESTS, RATES, SEEDS, TRIAL_SEED, UNITS, Contest, half_everywhere


def learning(contest: Contest, name: str, seed: int, recipe: Recipe, model: nn.Module, trial: list[Episodes]) -> Learning:
    """One training of a rival."""
    return Learning(f"rivals-{contest.task.name}-{name}", seed, recipe, model, type(model).predict, contest.task.draw, trial)


def attempt(contest: Contest, kind: str, way: str, rate: float) -> Learning:
    """A short training."""
    torch.manual_seed(TRIAL_SEED)
    recipe = replace(contest.stages[0], rate=rate, batches=contest.tried, decay=contest.tried // 2)
    name = f"{kind}-{way.replace(' ', '_')}-{rate:g}"
    done = learning(contest, name, TRIAL_SEED, recipe, contest.kinds[kind][way](), contest.task.trial())
    done.run()
    return done


def learn(contest: Contest, kind: str, way: str, rate: float, seed: int) -> tuple[nn.Module, list[Learning]]:
    """A rival trained from a seed, and how it learned."""
    torch.manual_seed(seed)
    model, done = contest.kinds[kind][way](), []
    for number, recipe in enumerate(contest.stages, 1):
        recipe = replace(recipe, rate=rate * recipe.rate)
        done.append(learning(contest, f"{kind}-{number}", seed, recipe, model, contest.task.trial()))
        done[-1].run()
    return model.eval().requires_grad_(False), done


@dataclass(frozen=True)
class Result:
    """How a kind of rival did on a task.

    `tried`: what the trial's sequences cost after each short training, in bits, by way and rate. `curves`: the learning curve of each seed.
    `sizes`: what `Contest.measure` gives for each seed.
    """

    tried: dict[tuple[str, float], float]
    curves: list[Float[Tensor, "point 2"]]
    sizes: Float[Tensor, "seed size"]
    trainings: list[Learning]

    @property
    def chosen(self) -> tuple[str, float]:
        """The way and the rate that did best in the trials."""
        return min(self.tried, key=self.tried.__getitem__)


def compete(contest: Contest, kind: str) -> Result:
    """Find what suits a rival, and train it from each seed."""
    tries = {(way, rate): attempt(contest, kind, way, rate) for way in contest.kinds[kind] for rate in RATES}
    tried = {what: float(curve([done])[-1, 1]) for what, done in tries.items()}
    way, rate = min(tried, key=tried.__getitem__)
    learned = [learn(contest, kind, way, rate, seed) for seed in SEEDS]
    return Result(
        tried,
        [curve(stages) for _, stages in learned],
        torch.tensor([contest.measure(model) for model, _ in learned]),
        [*tries.values(), *(stage for _, stages in learned for stage in stages)],
    )


def train() -> None:
    """Train both rivals from each seed on one thread, on every task, and measure them; write the checkpoint `rivals`."""
    torch.set_num_threads(1)
    results = {(name, kind): compete(contest, kind) for name, contest in CONTESTS.items() for kind in contest.kinds}
    tensors: dict[str, Tensor] = {}
    metrics: dict[int, dict[str, float]] = {seed: {} for seed in SEEDS}
    for (name, kind), result in results.items():
        tensors[f"{name}.{kind}.tried"] = torch.tensor(list(result.tried.values())).view(-1, len(RATES))
        tensors[f"{name}.{kind}.sizes"] = result.sizes
        for seed, points, sizes in zip(SEEDS, result.curves, result.sizes.tolist(), strict=True):
            tensors[f"{name}.{kind}.curve.{seed}"] = points
            metrics[seed][f"{name}_{kind}_bits_per_sequence"] = float(points[-1, 1])
            for size, value in zip(CONTESTS[name].sizes, sizes, strict=True):
                metrics[seed][f"{name}_{kind}_{UNITS[name]}_{size}"] = value
    chosen = [f"{kind} on {name}: {way}, {rate:g}" for (name, kind), result in results.items() for way, rate in [result.chosen]]
    trainings = [training for result in results.values() for training in result.trainings]
    card = {
        "task": "rivals",
        "model": f"transformers and LSTMs with as many weights as the machines of three tasks, from each seed; each with the best of rates {RATES} in short trials: {'; '.join(chosen)}; weights are not kept",
        "seed": SEEDS[0],
        "command": "python build_figures.py train rivals",
        "threads": 1,
        **spent(trainings),
        "metrics": metrics[SEEDS[0]],
        "across_seeds": across(metrics),
        "baselines": {
            "guessing": {
                "copy_percent_wrong_120": 50.0,
                "recall_percent_wrong_20": 50.0,
                "ngrams_bits_above_optimal_in_100_200": half_everywhere(),
            }
        },
    }
    save_checkpoint("rivals", tensors, card)
    for training in trainings:
        training.forget()
