"""Pictures of what a repeat copy machine sees, and of what it answers."""

import plotly.graph_objects as go
import torch
from jaxtyping import Float
from torch import Tensor

from explainers.kit.figure import draw
from explainers.tasks import repeat_copy
from explainers.tasks.repeat_copy import BITS, MOST, SURE


def labels(length: int, repeats: int) -> list[str]:
    """What stands under the steps of an episode: where the sequence comes in, the start of each copy, the end."""
    starts = {length + 1 + copy * length: str(copy + 1) for copy in range(repeats)}
    names = {0: "in"} | starts | {length + 1 + length * repeats: "end"}
    return [names.get(step, "") for step in range(length + 2 + length * repeats)]


def copy_starts(length: int, repeats: int) -> list[int]:
    """The steps of an answer at which a copy begins, but the first."""
    return [copy * length for copy in range(1, repeats + 1)]


def every_third(used: list[int]) -> list[str]:
    """The numbers of some of the locations, from the first vector's on."""
    return [str(place) if number % 3 == 1 else "" for number, place in enumerate(used)]


def ticks(names: list[str]) -> dict:
    """Axis settings that name some steps."""
    named = {step: name for step, name in enumerate(names) if name}
    return {"tickmode": "array", "tickvals": list(named), "ticktext": list(named.values()), "tickangle": 0}


def seen(inputs: Float[Tensor, "input time"]) -> Float[Tensor, "input time"]:
    """The inputs for a picture in grey: the number of repeats, in the last row, lies between −1.6 and 1.6 in training."""
    shown = inputs.clone()
    told = shown[BITS] == 1
    shown[BITS + 1, told] = 0.5 + shown[BITS + 1, told] / (2 * repeat_copy.scalar(MOST))
    return shown.clamp(0, 1)


def answered(run: repeat_copy.Run) -> Float[Tensor, "output time"]:
    """The outputs of all steps; 0 before the machine answers."""
    return torch.cat([torch.zeros(run.length + 1, BITS + 1), run.outputs[:, 0]]).T


def wanted_and_given(run: repeat_copy.Run) -> go.Figure:
    """Three pictures of an answer: targets, outputs, mistakes."""
    times = labels(run.length, run.repeats)[run.length + 1 :]
    times = [name if name in ("1", "5", "10", "15", "20") else "" for name in times]
    targets, outputs = run.targets[:, 0].T, run.outputs[:, 0].T
    wrong = ((outputs > SURE) != targets.bool()).float()
    edges = copy_starts(run.length, run.repeats)
    content = {"wanted": targets, "given": outputs, "wrong": wrong}
    panels = [
        draw.Panel(title, draw.shades(values, [""] * (BITS + 1), times), height=70, edges=edges)
        for title, values in content.items()
    ]
    return draw.panels(panels)
