"""What several pages of this part say about the heads of the copy machine."""

from explainers.tasks import copy

READ, WRITE = 0, 1


def live_machine(run: copy.Run) -> dict:
    """What the browser needs to run the machine on the same input."""
    return {"checkpoint": "copy", "inputs": run.inputs[:, 0].int().tolist(), "length": run.length}
