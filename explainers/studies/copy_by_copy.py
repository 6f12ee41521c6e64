"""What the repeat copy machines did, step by step and copy by copy, as arrays with names: episodes, answers, mistakes and counts."""

import torch
import xarray as xr
from jaxtyping import Float
from torch import Tensor

from explainers.kit import labelled
from explainers.kit.labelled import CHANCE, PERCENT, SHARE, WEIGHTING, Axis, Quantity, recorded
from explainers.studies import curves, repeating
from explainers.studies.repeating import ASKED, COPIES, COUNTED, LONG, OFTEN, Repeats
from explainers.tasks import repeat_copy
from explainers.tasks.common import episode
from explainers.tasks.common.task import LSTM_NAME
from explainers.tasks.repeat_copy import BITS, MOST, READ, SURE, WRITE

BIT_NAMES = tuple(str(bit + 1) for bit in range(BITS))
HEADS = {"write": WRITE, "read": READ}
FARTHER = {"long": LONG, "often": OFTEN}  # (length, repeats), by the name of the run
WRITTEN_COPIES = (1, 5, 10, 15, 20)  # for the numbers of others a picture of a long answer has no room
SHOWN = (8, 10, 12, 15, 20)  # asked for in the picture of the end marks


def step_names(length: int, repeats: int) -> list[str]:
    """How the steps of an episode are called. The first of the sequence is “in”, the first of each copy its number."""
    parts = ["in", *(str(copy + 1) for copy in range(repeats))]
    sequence, *copies = ([part, *(f"{part}, vector {vector}" for vector in range(2, length + 1))] for part in parts)
    return [*sequence, "mark", *(name for copy in copies for name in copy), "end"]


def copy_starts(length: int, repeats: int) -> list[int]:
    """The steps of an answer, counted from 1, at which a copy begins."""
    return [1 + copy * length for copy in range(repeats)]


def time(run: repeat_copy.Run, lines: bool = True) -> Axis:
    """The steps of an episode, counted from 1.

    Args:
        lines: whether a picture draws a line before each jump of the read head.
    """
    names = step_names(run.length, run.repeats)
    starts = [run.length + 1 + step for step in copy_starts(run.length, run.repeats)]
    edges = [step + 1 for step in repeating.jumps(run)] if lines else ()
    return Axis("time", range(1, len(names) + 1), names, written=[1, *starts, len(names)], edges=edges)


def location(run: repeat_copy.Run) -> Axis:
    """The locations of the memory; a picture has room for every third number of those used, from the first vector's on."""
    return Axis("location", range(run.trace.memory_before.shape[2]), written=repeating.places(run)[1::3])


def seen(inputs: Float[Tensor, "time batch input"]) -> Float[Tensor, "time batch input"]:
    """The inputs for a picture in grey: the number of repeats, the last input, lies between −1.6 and 1.6 in training."""
    shown = inputs.clone()
    told = shown[..., BITS] == 1
    shown[told, BITS + 1] = 0.5 + shown[told, BITS + 1] / (2 * repeat_copy.scalar(MOST))
    return shown.clamp(0, 1)


@recorded
def memory_use(repeats: Repeats, *, part: str) -> xr.DataArray:
    """The episode that the page shows: "inputs", "outputs" (0 before the answer), "adds", "reads", "weightings"."""
    run = repeats.run
    if part == "inputs":
        bits = Axis("bit", (*BIT_NAMES, "mark", "number"), written=())
        return labelled.array(seen(run.inputs), "time batch input", CHANCE, "inputs: bits, mark, number", time=time(run), input=bits)
    if part == "outputs":
        answers = torch.cat([torch.zeros(run.length + 1, 1, BITS + 1), run.outputs])
        bits = Axis("bit", (*BIT_NAMES, "end mark"), written=())
        return labelled.array(answers, "time batch output", CHANCE, "outputs: bits, end mark", time=time(run), output=bits)
    return episode.of_trace(run.trace, part, time(run), location(run))


@recorded
def weightings(repeats: Repeats, *, seed: int, head: str) -> xr.DataArray:
    """Where the "write" or the "read" head of one machine stands, in the same episode; lines mark the jumps of the read head."""
    (run,) = (machine.run for machine in repeats.machines if machine.seed == seed)
    return labelled.array(
        run.trace.addressing.weighting[:, :, HEADS[head]],
        "time batch location",
        WEIGHTING,
        f"seed {seed}: {head} weightings",
        time=time(run, lines=head == "read"),
        location=location(run),
    )


@recorded
def gates(repeats: Repeats) -> xr.DataArray:
    """How much of its way each head of each machine takes by content, in the same episode."""
    found = torch.stack([machine.run.trace.controls.gate for machine in repeats.by_seed])
    axes = {"seed": seeds(repeats), "time": time(repeats.run), "head": episode.READ_AND_WRITE}
    return labelled.array(found, "seed time batch head", SHARE, "{seed}: {head} head's gate", **axes)


def seeds(repeats: Repeats) -> Axis:
    """The machines, in the order of their seeds."""
    places = [machine.seed for machine in repeats.by_seed]
    return Axis("seed", places, [f"seed {seed}" for seed in places])


@recorded
def answers(repeats: Repeats, *, which: str) -> xr.DataArray:
    """One of FARTHER: the answer wanted, the probabilities that the published machine gives, and which bits are wrong. A line stands before each copy but the first, and before the end mark."""
    run = getattr(repeats, which)
    wrong = (run.outputs > SURE) != run.targets.bool()
    starts, names = copy_starts(run.length, run.repeats), step_names(run.length, run.repeats)[run.length + 1 :]
    written = [starts[copy - 1] for copy in WRITTEN_COPIES if copy <= run.repeats]
    return labelled.array(
        torch.stack([run.targets, run.outputs, wrong.float()]),
        "what answer batch output",
        CHANCE,
        "{what}",
        what=Axis("", ("wanted", "given", "wrong")),
        answer=Axis("step of the answer", range(1, len(names) + 1), names, written=written, edges=[*starts[1:], len(names)]),
        output=Axis("bit", (*BIT_NAMES, "end mark"), written=()),
    )


@recorded
def wrong_by_copy(repeats: Repeats, *, which: str) -> xr.DataArray:
    """Wrong bits of each copy of one of FARTHER, in each machine: the mean over fresh sequences."""
    length, times = FARTHER[which]
    found = torch.stack([repeating.wrong_share(machine, (length, times)) for machine in repeats.by_seed])
    copies = Axis("copy", range(1, times + 1))
    return labelled.array(found, "seed copy", PERCENT, f"{length} vectors, {times} times", seed=seeds(repeats), copy=copies)


@recorded
def wrong_by_shape() -> xr.DataArray:
    """Wrong bits of machines and LSTMs on answers of each shape, the end mark's included: each seed's mean."""
    learners = {"Neural Turing Machine": ("repeat_copy", repeat_copy.SEEDS), LSTM_NAME: (repeat_copy.TASK.curves_name, repeat_copy.SEEDS)}
    metrics = {
        f"{length} × {times}": (
            f"wrong_bits_{length}x{times}",
            lambda wrong, length=length, times=times: 100 * wrong / answer_bits(length, times),
        )
        for length, times in repeat_copy.SHAPES
    }
    return curves.across_seeds(learners, metrics, PERCENT, "Wrong bits", "length × repeats")


def answer_bits(length: int, times: int) -> int:
    """How many bits an answer has, the end mark's included."""
    return (length * times + 1) * (BITS + 1)


@recorded
def copies_given(repeats: Repeats) -> xr.DataArray:
    """How many copies each machine gives before its end mark, and how many would be right. There is no number where no end mark came in most of the sequences."""
    given = torch.tensor([ASKED, *(repeating.median_given(machine.counted) for machine in repeats.by_seed)])
    return labelled.array(
        given.where(given.isfinite(), torch.nan),
        "who asked",
        Quantity("copies", low=0),
        "Copies before the end mark",
        who=Axis("", ("as asked", *seeds(repeats).labels)),
        asked=Axis("copies asked for", ASKED),
    )


@recorded
def end_marks(repeats: Repeats) -> xr.DataArray:
    """How sure each machine is at each step of its answer that it is done, for one sequence and each number of copies asked for. A line stands where as many copies are complete as one of SHOWN."""
    found = torch.stack([machine.counted.ends[..., 0] for machine in repeats.by_seed])
    complete = [divmod(step, COUNTED) for step in range(COUNTED * COPIES + 1)]  # copies and vectors before a step
    names = [f"{copies} and {vectors} of {COUNTED} vectors" if vectors else str(copies) for copies, vectors in complete]
    spots = [1 + COUNTED * copies for copies in SHOWN]
    return labelled.array(
        found,
        "seed answer asked",
        CHANCE,
        "{seed}",
        seed=seeds(repeats),
        answer=Axis("copies given", range(1, len(names) + 1), names, written=spots, edges=spots),
        asked=Axis("asked for", ASKED),
    )
