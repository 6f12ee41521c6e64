"""What is shown of addressing, as arrays with names: the stages of a step, what it does to the memory, other ways to do it, and the modes in use."""

from collections.abc import Mapping

import torch
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.labelled import VALUE, WEIGHTING, Axis, Quantity, recorded
from explainers.studies.addressing import ANSWERING, WALKED, WRITING, Episode, Lookup
from explainers.studies.modes import MODES, Used
from explainers.tasks.copy import READ, WRITE

NEIGHBOURS = 5  # locations shown on either side of the focus
SHOWN = {"write": (WRITING, WRITE), "read": (ANSWERING, READ)}  # of each head, the step that is shown, and its place among the heads
SOME_WEIGHT = Quantity("weight", "greys", 0, 1)  # need not sum to 1 over the locations


def around(focus: int, locations: int) -> list[int]:
    """The locations near one, in the order of the ring."""
    return [(focus + distance) % locations for distance in range(-NEIGHBOURS, NEIGHBOURS + 1)]


def near(episode: Episode, head: str) -> list[int]:
    """The locations near the one where a head stands after its step."""
    step, place = SHOWN[head]
    return around(int(episode.addressing.weighting[step, 0, place].argmax()), episode.locations)


@recorded
def stages(episode: Episode, *, head: str) -> xr.DataArray:
    """The weighting of a head before its step, and after each stage of that step."""
    (step, place), controls, after = SHOWN[head], episode.controls, episode.addressing
    shift = ", ".join(f"{share:.2f}" for share in controls.shift[step, 0, place])
    labels = {
        "before": f"{head} head, step {step + 1}: before",
        "content": f"① content, β = {controls.key_strength[step, 0, place]:.2f}",
        "interpolated": f"② interpolation, g = {controls.gate[step, 0, place]:.3f}",
        "shifted": f"③ circular shift, s = ({shift})",
        "weighting": f"④ sharpening, γ = {controls.sharpening[step, 0, place]:.2f}",
    }
    found = [after.weighting[step - 1] if stage == "before" else getattr(after, stage)[step] for stage in labels]
    stage = Axis("", tuple(labels), tuple(labels.values()))
    return labelled.array(torch.stack(found)[:, 0, place], "stage location", WEIGHTING, "{stage}", stage=stage, location=locations(episode))


@recorded
def written(episode: Episode) -> xr.DataArray:
    """The memory during the write head's step: before it, after the erase, what is added, and after the add."""
    trace, (step, place) = episode.run.trace, SHOWN["write"]
    where, before = trace.addressing.weighting[step, 0, place, :, None], trace.memory_before[step, 0]
    found = {
        "memory before": before,
        "⑤ after the erase": before * (1 - where * trace.erase[step, 0, 0]),
        "added: weighting × add vector": where * trace.add[step, 0, 0],
        "⑥ after the add": trace.memory_after[step, 0],
    }
    axes = {"stage": Axis("", tuple(found)), "location": locations(episode), "feature": labelled.count("feature", before.shape[-1])}
    return labelled.array(torch.stack(list(found.values())), "stage location feature", VALUE, "{stage}", **axes)


@recorded
def taken(episode: Episode) -> xr.DataArray:
    """What the read head takes of each location at its step: the location's vector times its weight."""
    shares = products(episode)
    axes = {"location": locations(episode), "feature": labelled.count("feature", shares.shape[-1])}
    return labelled.array(shares, "location feature", scale(episode), "weight × vector", **axes)


@recorded
def read(episode: Episode) -> xr.DataArray:
    """The vector that it reads at that step."""
    vectors = episode.run.trace.read_vector[SHOWN["read"][0], 0]
    axes = {"head": Axis("", ("read",)), "feature": labelled.count("feature", vectors.shape[-1])}
    return labelled.array(vectors, "head feature", scale(episode), "⑦ the sum over all locations: the vector read", **axes)


def products(episode: Episode) -> Float[Tensor, "location width"]:
    """Each location's vector times its weight, of the read head at its step."""
    trace, (step, place) = episode.run.trace, SHOWN["read"]
    return trace.addressing.weighting[step, 0, place, :, None] * trace.memory_after[step, 0]


def scale(episode: Episode) -> Quantity:
    """Of what is taken and of its sum: up to the largest that is taken."""
    return Quantity("value", high=float(products(episode).abs().max()))


@recorded
def at_the_edge(episode: Episode) -> xr.DataArray:
    """The write head's weighting at the end of the memory, and what both kinds of shift make of it."""
    edge = episode.edge
    labels = {
        "before": "before",
        "moved": f"circular: the sum is {edge.moved.sum():.3f}",
        "fallen": f"not circular: the sum is {edge.fallen.sum():.3f}",
    }
    found = torch.stack([getattr(edge, shift) for shift in labels])
    shifts = Axis("", tuple(labels), tuple(labels.values()))
    return labelled.array(found, "shift location", SOME_WEIGHT, "{shift}", shift=shifts, location=locations(episode))


@recorded
def walks(episode: Episode) -> xr.DataArray:
    """The largest weight before each step of a walk, and after the last, with the machine's own sharpening and with none."""
    found = {"the machine's γ": episode.walk, "γ = 1: no sharpening": episode.walk_unsharpened}
    axes = {"sharpening": Axis("", tuple(found)), "step": Axis("steps taken", range(WALKED + 1))}
    return labelled.array(list(found.values()), "sharpening step", SOME_WEIGHT, "The largest weight", **axes)


@recorded
def lookups(lookup: Lookup) -> xr.DataArray:
    """The weighting of the lookup by content, in three ways."""
    labels = {
        "by_cosine": f"cosine, β = {lookup.strength:.1f}",
        "without_strength": "cosine without β",
        "by_dot_product": "plain dot product",
    }
    found = torch.stack([getattr(lookup, way) for way in labels])
    axes = {"way": Axis("", tuple(labels), tuple(labels.values())), "location": Axis("location", range(found.shape[-1]))}
    return labelled.array(found, "way location", WEIGHTING, "Weight of each location", **axes)


@recorded
def modes_used(used: Mapping[str, Used], *, task: str) -> xr.DataArray:
    """In what share of its steps each head of a task's published machine is in each mode, by phase; in percent."""
    counts = {f"{head}: {phase}": steps for head, phases in used[task].in_words.items() for phase, steps in phases.items()}
    shares = [[100 * steps[mode] / sum(steps.values()) for mode in MODES] for steps in counts.values()]
    percent = Quantity("% of steps", "weights", 0, 100)
    return labelled.array(shares, "phase mode", percent, used[task].title, phase=Axis("", tuple(counts)), mode=Axis("mode", MODES))


def locations(episode: Episode) -> Axis:
    """All locations of the memory."""
    return Axis("location", range(episode.locations))
