"""How the tasks of the part Memory are learned: a machine and an LSTM from each seed; their checkpoints are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from explainers.kit.build.checkpoint import card_path, save_checkpoint, weights_path
from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks.common.learning import Learning, across, curve
from explainers.tasks.common.recipe import Recipe
from explainers.tasks.common.task import LSTM_NAME, Task


@dataclass(frozen=True)
class Teaching:
    """How a task is learned, and what the cards say of it.

    Attributes:
        task: what is learned.
        measure: the metrics of the card, for a machine or an LSTM.
        controls: the metrics of what knows less, by name.
        best: which metrics, the first first, decide what seed is shown; the smallest is best.
        keeps_lstm: whether the LSTM of the seed that is shown is kept as well, as `<task>-lstm`.
    """

    task: Task
    measure: Callable[[NeuralTuringMachine | Lstm], dict[str, float]]
    controls: Callable[[], dict[str, dict[str, float]]]
    best: tuple[str, ...]
    keeps_lstm: bool = False

    def learn(self, seed: int) -> tuple[NeuralTuringMachine, list[Learning]]:
        """A machine trained from a seed, and how it learned, a stage each, given up starts included."""
        from explainers.models import ntm_fused  # not at the top: only training needs Numba

        done: list[Learning] = []
        while not done or done[-1].progress.given_up:
            start = len(done)
            machine = self.task.build(seed + 1000 * start)
            done.append(self.learning(f"start_{start}", seed, self.task.stages[0], machine, ntm_fused.predict))
            done[-1].run()
        for number, recipe in enumerate(self.task.stages[1:], 2):
            done.append(self.learning(f"stage_{number}", seed, recipe, machine, ntm_fused.predict))
            done[-1].run()
        return machine.eval().requires_grad_(False), done

    def compare(self, seed: int) -> tuple[Lstm, Learning]:
        """An LSTM trained on the same kind of sequences, and how it learned."""
        torch.manual_seed(seed)
        network = Lstm(self.task.inputs, self.task.outputs)
        learning = self.learning("lstm", seed, self.task.compared, network, Lstm.predict)
        learning.run()
        return network.eval().requires_grad_(False), learning

    def learning(self, stage: str, seed: int, recipe: Recipe, model, predict) -> Learning:
        """One training."""
        return Learning(f"{self.task.name}-{stage}", seed, recipe, model, predict, self.task.draw, self.task.trial())

    def train(self) -> None:
        """Train a machine and an LSTM from each seed on one thread; write weights and cards, and the learning curves."""
        torch.set_num_threads(1)
        machines = {seed: self.learn(seed) for seed in self.task.seeds}
        lstms = {seed: self.compare(seed) for seed in self.task.seeds}
        metrics = {
            seed: self.measure(machine) | {"starts": 1 + sum(stage.progress.given_up for stage in stages)} for seed, (machine, stages) in machines.items()
        }
        compared = {seed: self.measure(network) for seed, (network, _) in lstms.items()}
        controls = self.controls()
        shown = min(self.task.seeds, key=lambda seed: [metrics[seed][name] for name in self.best])
        for old in [*self.task.machines(), self.task.curves_name, f"{self.task.name}-lstm"]:
            card_path(old).unlink(missing_ok=True)
            weights_path(old).unlink(missing_ok=True)
        lstm = across(compared)
        module = self.task.name.split("-")[0]  # a module may hold several tasks: `ngrams`, `ngrams-hard`
        common = {"task": module, "command": f"python build_figures.py train {module}", "threads": 1}
        for seed, (machine, stages) in machines.items():
            card = common | {
                "model": self.task.model,
                "seed": seed,
                **spent(stages),
                "metrics": metrics[seed],
                "across_seeds": across(metrics),
                "baselines": controls | {LSTM_NAME: {name: one["mean"] for name, one in lstm.items()}},
            }
            save_checkpoint(self.task.name if seed == shown else f"{self.task.name}-seed_{seed}", machine.state_dict(), card)
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
        save_checkpoint(self.task.curves_name, tensors, card)
        if self.keeps_lstm:
            save_checkpoint(f"{self.task.name}-lstm", lstms[shown][0].state_dict(), card | {"model": LSTM_NAME})
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
