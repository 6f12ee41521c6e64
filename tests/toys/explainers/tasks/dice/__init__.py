"""A tiny task for the tests of the pipeline: the weights of a loaded die."""

from explainers.tasks.dice.run import Run, run

__all__ = ["Run", "run"]
