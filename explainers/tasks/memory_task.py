"""What the tasks of the part Memory share: a machine and an LSTM are trained from each seed, and their checkpoints are written.

Checkpoints of a task: `<task>` is the published machine, `<task>-seed_N` are the others, `<task>-curves` holds the learning curves of all
machines and all LSTMs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from explainers.kit.build.checkpoint import FOLDER, card_path, fill, load_checkpoint, save_checkpoint, weights_path
from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks.learning import Episodes, Learning, Recipe, across, curve

LSTM_NAME = "LSTM 3 x 128"


@dataclass(frozen=True)
class MemoryTask:
    """A task for machines with a memory.

    Attributes:
        name: of its checkpoints; up to the first hyphen, of its module too.
        model: what the machine is, for the card.
        seeds: of the trainings.
        inputs, outputs: channels.
        build: a machine with random weights from a seed.
        stages: recipes, one after the other. A start that the first gives up is begun again with fresh weights.
        compared: the recipe of the LSTM.
        draw: fresh episodes of a level, for training. One for each stage.
        trial: what learning curves are measured on.
        measure: the metrics of the card, for a machine or an LSTM.
        controls: the metrics of what knows less, by name.
        best: which metrics, the first first, decide what seed is shown; the smallest is best.
        keeps_lstm: whether the LSTM of the seed that is shown is kept as well, as `<task>-lstm`.
    """

    name: str
    model: str
    seeds: tuple[int, ...]
    inputs: int
    outputs: int
    build: Callable[[int], NeuralTuringMachine]
    stages: tuple[Recipe, ...]
    compared: Recipe
    draw: Callable[[float, int, Generator], Episodes]
    trial: Callable[[], list[Episodes]]
    measure: Callable[[NeuralTuringMachine | Lstm], dict[str, float]]
    controls: Callable[[], dict[str, dict[str, float]]]
    best: tuple[str, ...]
    keeps_lstm: bool = False

    @property
    def curves_name(self) -> str:
        """Name of the checkpoint that holds the learning curves."""
        return f"{self.name}-curves"

    def trained(self, name: str) -> NeuralTuringMachine:
        """The machine of a checkpoint."""
        return fill(self.build(self.seeds[0]), name)

    def kept_lstm(self) -> Lstm:
        """The LSTM that was kept."""
        return fill(Lstm(self.inputs, self.outputs), f"{self.name}-lstm")

    def machines(self) -> list[str]:
        """The machines of this task, one a seed, the published one first."""
        return [self.name, *sorted(path.stem for path in FOLDER.glob(f"{self.name}-seed_*.json"))]

    def curves(self) -> dict[str, list[Float[Tensor, "point 2"]]]:
        """The learning curves of all seeds, for "ntm" and for "lstm": (sequences seen, mean bits a sequence)."""
        tensors = load_checkpoint(self.curves_name)
        return {kind: [tensors[f"{kind}.{seed}"] for seed in self.seeds] for kind in ("ntm", "lstm")}

    def learn(self, seed: int) -> tuple[NeuralTuringMachine, list[Learning]]:
        """A machine trained from a seed, and how it learned, a stage each, given up starts included."""
        from explainers.models import ntm_fused  # not at the top: only training needs Numba

        done: list[Learning] = []
        while not done or done[-1].progress.given_up:
            start = len(done)
            machine = self.build(seed + 1000 * start)
            done.append(self.learning(f"start_{start}", seed, self.stages[0], machine, ntm_fused.predict))
            done[-1].run()
        for number, recipe in enumerate(self.stages[1:], 2):
            done.append(self.learning(f"stage_{number}", seed, recipe, machine, ntm_fused.predict))
            done[-1].run()
        return machine.eval().requires_grad_(False), done

    def compare(self, seed: int) -> tuple[Lstm, Learning]:
        """An LSTM trained on the same kind of sequences, and how it learned."""
        torch.manual_seed(seed)
        network = Lstm(self.inputs, self.outputs)
        learning = self.learning("lstm", seed, self.compared, network, Lstm.predict)
        learning.run()
        return network.eval().requires_grad_(False), learning

    def learning(self, stage: str, seed: int, recipe: Recipe, model, predict) -> Learning:
        """One training."""
        return Learning(f"{self.name}-{stage}", seed, recipe, model, predict, self.draw, self.trial())

    def train(self) -> None:
        """Train a machine and an LSTM from each seed on one thread; write weights and cards, and the learning curves."""
        torch.set_num_threads(1)
        machines = {seed: self.learn(seed) for seed in self.seeds}
        lstms = {seed: self.compare(seed) for seed in self.seeds}
        metrics = {
            seed: self.measure(machine) | {"starts": 1 + sum(stage.progress.given_up for stage in stages)}
            for seed, (machine, stages) in machines.items()
        }
        compared = {seed: self.measure(network) for seed, (network, _) in lstms.items()}
        controls = self.controls()
        shown = min(self.seeds, key=lambda seed: [metrics[seed][name] for name in self.best])
        for old in [*self.machines(), self.curves_name, f"{self.name}-lstm"]:
            card_path(old).unlink(missing_ok=True)
            weights_path(old).unlink(missing_ok=True)
        lstm = across(compared)
        module = self.name.split("-")[0]  # a module may hold several tasks: `ngrams`, `ngrams-hard`
        common = {"task": module, "command": f"python build_figures.py train {module}", "threads": 1}
        for seed, (machine, stages) in machines.items():
            card = common | {
                "model": self.model,
                "seed": seed,
                **spent(stages),
                "metrics": metrics[seed],
                "across_seeds": across(metrics),
                "baselines": controls | {LSTM_NAME: {name: one["mean"] for name, one in lstm.items()}},
            }
            save_checkpoint(self.name if seed == shown else f"{self.name}-seed_{seed}", machine.state_dict(), card)
        tensors = {f"ntm.{seed}": curve(stages) for seed, (_, stages) in machines.items()}
        tensors |= {f"lstm.{seed}": curve([learning]) for seed, (_, learning) in lstms.items()}
        card = common | {
            "model": f"learning curves of all seeds; the figures of this card are those of {LSTM_NAME}, whose weights are not kept",
            "seed": shown,
            **spent([lstms[shown][1]]),
            "metrics": compared[shown],
            "across_seeds": lstm,
            "baselines": controls,
        }
        save_checkpoint(self.curves_name, tensors, card)
        if self.keeps_lstm:
            save_checkpoint(f"{self.name}-lstm", lstms[shown][0].state_dict(), card | {"model": LSTM_NAME})
        for _, stages in machines.values():
            for stage in stages:
                stage.forget()
        for _, learning in lstms.values():
            learning.forget()


def spent(stages: Sequence[Learning]) -> dict[str, float]:
    """What a training took, for its card."""
    return {
        "steps": sum(stage.progress.batches for stage in stages),
        "sequences": sum(stage.sequences for stage in stages),
        "cpu_seconds": sum(stage.progress.seconds for stage in stages),
    }
