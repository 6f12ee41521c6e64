"""On what a page's sentences are tried: the published data, fresh data that nobody has looked at, or models that have learned nothing."""

from dataclasses import dataclass

import numpy as np

REPLICATION = 0x5EED  # the root of a stream of seeds that no training, build or author draws from


@dataclass(frozen=True)
class Trial:
    """One set of data and models.

    Attributes:
        fresh: the number of a fresh set; None is the published one.
        untrained: whether every model keeps the random weights that it began with.
    """

    fresh: int | None = None
    untrained: bool = False

    def seed(self, published: int, name: str) -> int:
        """The seed of some data.

        Args:
            published: the seed of what is shown.
            name: of the data. Data of different names, or of different fresh sets, have nothing in common.
        """
        if self.fresh is None:
            return published
        keys = np.random.SeedSequence([REPLICATION, self.fresh, *name.encode()])
        return int(keys.generate_state(1, np.uint64)[0] >> np.uint64(2))


PUBLISHED = Trial()
