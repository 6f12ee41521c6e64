"""An episode of a machine as arrays with names: what comes in, what comes out, what is written and read, and where."""

import xarray as xr

from explainers.kit import labelled
from explainers.kit.labelled import VECTOR, WEIGHTING, Axis
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
    return labelled.named(trace, field, VECTOR, part, time=time, width=width)
