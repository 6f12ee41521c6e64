"""Attention in the place of the machines' content addressing: the same look at every step, and whole episodes."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import xarray as xr
from jaxtyping import Float
from torch import Generator, Tensor
from torch.nn import functional

from explainers.kit import labelled
from explainers.kit.build.trial import PUBLISHED, Trial
from explainers.kit.labelled import WEIGHTING, Axis, recorded
from explainers.models import ntm
from explainers.tasks import copy, ngrams, recall
from explainers.tasks.common.episode import READ_AND_WRITE
from explainers.tasks.common.task import Task

ITEMS = 6  # of the episode of associative recall
SHOWN_STEPS = 60  # of the sequence of bits
READ = 0  # the number of the read head
TASKS = (copy.TASK, recall.TASK, ngrams.SOFT)
FORMULAS = {"recorded": "softmax of β · cosine", "attended": "attention of torch"}


@dataclass(frozen=True)
class Swap:
    """An episode of a machine as recorded, and the same with attention in the place of its content weighting.

    `recorded` and `attended` are content weightings of the same keys and the same memory; `exactly_apart` is their largest difference when
    both are computed with 64 bits. `answers` holds the probabilities that the machine gave, `swapped` those that it gives when it runs
    with attention from the first step on.
    """

    task: str
    key_strength: Float[Tensor, "time head"]
    recorded: Float[Tensor, "time head location"]
    attended: Float[Tensor, "time head location"]
    exactly_apart: float
    answers: Float[Tensor, "time output"]
    swapped: Float[Tensor, "time output"]


def swaps(trial: Trial) -> tuple[Swap, ...]:
    """An episode of each machine of each task, twice."""
    shown = episodes(trial)
    return tuple(swap(task.name, task.trained(name), shown[task.name]) for task in TASKS for name in task.machines())


def episodes(trial: Trial = PUBLISHED) -> dict[str, Float[Tensor, "_time 1 _input"]]:
    """What the machines of each task are shown."""
    copying, recalling, counting = (Generator().manual_seed(trial.seed(0, f"machine_or_transformer, an episode of {task.name}")) for task in TASKS)
    return {
        copy.TASK.name: copy.episodes(copy.LONGEST, 1, copying)[0],
        recall.TASK.name: recall.episodes(ITEMS, 1, recalling)[0],
        ngrams.SOFT.name: ngrams.seen(ngrams.draw_sequences(1, counting).bits),
    }


def looks(task: Task) -> int:
    """How many content weightings the machines of a task are asked for: one for each head at each step of each episode."""
    machine = task.build(0)
    return len(task.seeds) * len(episodes()[task.name]) * (machine.read_heads + machine.write_heads)


# --8<-- [start:by_attention]
def content_by_attention(
    key: Float[Tensor, "*batch head width"],
    key_strength: Float[Tensor, "*batch head"],
    memory: Float[Tensor, "*batch location width"],
) -> Float[Tensor, "*batch head location"]:
    """The content weighting, from torch's attention."""
    firmness = key_strength[..., None] * math.sqrt(key.shape[-1])
    query = firmness * functional.normalize(key, dim=-1)
    keys = functional.normalize(memory, dim=-1)
    values = torch.eye(memory.shape[-2], dtype=memory.dtype)
    return functional.scaled_dot_product_attention(query, keys, values)


# --8<-- [end:by_attention]


@contextmanager
def in_place_of_content(weighting: Callable) -> Iterator[None]:
    """Let machines take their content weighting from another function for a while."""
    own, ntm.content_weighting = ntm.content_weighting, weighting
    try:
        yield
    finally:
        ntm.content_weighting = own


@torch.no_grad()
def swap(task: str, machine: ntm.NeuralTuringMachine, inputs: Float[Tensor, "time 1 input"]) -> Swap:
    """Run an episode as it is, look again by attention at every step, then run it by attention altogether."""
    logits, trace = machine(inputs)
    looked = (trace.controls.key, trace.controls.key_strength, trace.memory_before)
    exact = [part.double() for part in looked]
    with in_place_of_content(content_by_attention):
        again, _ = machine(inputs)
    return Swap(
        task,
        trace.controls.key_strength[:, 0],
        trace.addressing.content[:, 0],
        content_by_attention(*looked)[:, 0],
        apart(ntm.content_weighting(*exact), content_by_attention(*exact)),
        logits[:, 0].sigmoid(),
        again[:, 0].sigmoid(),
    )


def apart(one: Tensor, other: Tensor) -> float:
    """The largest difference."""
    return float((one - other).abs().max())


def published(swaps: Sequence[Swap], task: str) -> Swap:
    """The episode of the published machine of a task."""
    return next(each for each in swaps if each.task == task)


def looked_at(swap: Swap) -> list[int]:
    """The locations that the read head looks at most at some of the steps that are shown."""
    return sorted(set(swap.recorded[:SHOWN_STEPS, READ].argmax(-1).tolist()))


@recorded
def content_weightings(swaps: Sequence[Swap], *, task: str) -> xr.DataArray:
    """The content weightings of the published machine of a task, by its own formula and by torch's attention."""
    shown = published(swaps, task)
    found = torch.stack([getattr(shown, field) for field in FORMULAS])
    return labelled.array(
        found,
        "formula time head location",
        WEIGHTING,
        "{formula}",
        formula=Axis("", tuple(FORMULAS), tuple(FORMULAS.values())),
        time=labelled.count("time", found.shape[1], every=10),
        head=READ_AND_WRITE,
        location=Axis("location", range(found.shape[-1]), written=looked_at(shown)[::5]),
    )
