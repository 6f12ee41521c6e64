"""An episode of a machine as arrays with names: what comes in, what comes out, what is written and read, and where."""

import xarray as xr

from explainers.kit import labelled
from explainers.kit.labelled import WEIGHTING, Axis, Quantity
from explainers.models.ntm import Trace

READ_AND_WRITE = Axis("head", ("read", "write"))  # of a machine with one head of each kind


def of_trace(trace: Trace, part: str, time: Axis, location: Axis, head: Axis = READ_AND_WRITE) -> xr.DataArray:
    """What the heads of a machine did in one episode.

    Args:
        trace: of one episode.
        part: "adds" and "reads" of a machine with one head of each kind: time, width. "weightings": time, head, location.
    """
    if part == "weightings":
        return labelled.named(trace.addressing, "weighting", WEIGHTING, "{head} weightings", time=time, head=head, location=location)
    field = {"adds": "add", "reads": "read_vector"}[part]
    width = labelled.count("feature", getattr(trace, field).shape[-1])
    return labelled.named(trace, field, of_memory(trace), part, time=time, width=width)


def of_memory(trace: Trace) -> Quantity:
    """Numbers on a grey scale that ends at the largest number which ever stands in the memory, and at 1 at least: what is read lies within."""
    limit = max(1.0, float(trace.memory_after.abs().max()))
    return Quantity("value", "greys", -limit, limit)
