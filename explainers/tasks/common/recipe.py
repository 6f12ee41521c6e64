"""How to train, in numbers."""

from dataclasses import dataclass

CURVE_EVERY = 100  # batches between two points of a learning curve


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        batch: sequences a batch.
        rate: Adam's learning rate.
        clip: the largest norm of a gradient; longer ones are shortened.
        batches: the budget.
        levels: the first and the last level of difficulty.
        step: the next level is that much more.
        raise_below: the smoothed cost, in bits a bit, below which the next level begins.
        learned: the smoothed cost at the last level, in bits a bit, from which on the rate comes down.
        decay: over how many batches it comes down. If the budget would end first, it comes down then.
        warm_up: over how many batches the rate comes up.
        skip: gradients longer than so many times their usual norm are not followed at all; 0 follows all.
        relapse: when the cost on the trial is so many times the lowest so far, training goes on from the state that had the lowest; 0 never
            goes back.
        hopes: a start is given up if after so many batches the smoothed cost, in bits a bit, is still above a bound.
    """

    batch: int
    rate: float
    clip: float
    batches: int
    levels: tuple[int, int]
    step: float = 1.0
    raise_below: float = 0.0
    learned: float = 0.0
    decay: int = 1000
    warm_up: int = 0
    skip: float = 0.0
    relapse: float = 0.0
    hopes: tuple[tuple[int, float], ...] = ()
