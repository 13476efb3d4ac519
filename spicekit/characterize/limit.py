"""A full chain as a limit function: points of its standard normal coordinates in, margins out."""

from dataclasses import dataclass

import numpy as np

from spicekit.characterize.chain import Chain
from spicekit.characterize.simulate import simulate

_UNDECIDED = -1e-12  # V: a read that never resolved is an error, however narrow


@dataclass(frozen=True)
class ChainLimit:
    """The margin [V] of chains that store one logic value: below 0 the read is wrong, NaN is a discard."""

    chain: Chain
    weight: int  # +1 or -1: what is stored

    @property
    def dimension(self) -> int:
        """Number of coordinates."""
        return len(self.chain.coordinates)

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return margins (n,) of points (n, dimension)."""
        table = simulate(self.chain, points, np.full(len(points), self.weight))
        margin = np.where(
            table["outcome"] == "error", np.minimum(table["margin"], _UNDECIDED), table["margin"]
        )
        return np.where(table["outcome"] == "discard", np.nan, margin)
