"""A tiny task for the tests of the pipeline: the weights of a loaded die."""

from explainers.tasks.dice.run import FACES, Run, chances, run

__all__ = ["FACES", "Run", "chances", "run"]
