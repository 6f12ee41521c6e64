"""A task for machines with a memory: its data, its machines and their checkpoints.

Checkpoints of a task: `<task>` is the published machine, `<task>-seed_N` are the others, `<task>-curves` holds the learning curves of all
machines and all LSTMs.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jaxtyping import Float
from torch import Generator, Tensor

from explainers.kit.build.checkpoint import FOLDER, fill, load_checkpoint, read_card
from explainers.models.lstm import Lstm
from explainers.models.ntm import NeuralTuringMachine
from explainers.tasks.common.episodes import Episodes
from explainers.tasks.common.recipe import Recipe

LSTM_NAME = "LSTM 3 x 128"


@dataclass(frozen=True)
class Task:
    """A task for machines with a memory.

    Attributes:
        name: of its checkpoints; up to the first hyphen, of its package too.
        model: what the machine is, for the card.
        seeds: of the trainings.
        inputs, outputs: channels.
        build: a machine with random weights from a seed.
        stages: recipes, one after the other. A start that the first gives up is begun again with fresh weights.
        compared: the recipe of the LSTM.
        draw: fresh episodes of a level, for training. One for each stage.
        trial: what learning curves are measured on.
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

    @property
    def curves_name(self) -> str:
        """Name of the checkpoint that holds the learning curves."""
        return f"{self.name}-curves"

    def trained(self, name: str = "") -> NeuralTuringMachine:
        """The machine of a checkpoint; without a name, the published one. Before it is filled it has the random weights of its own seed."""
        name = name or self.name
        return fill(self.build(read_card(name)["seed"]), name)

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
