"""A cell as a limit function: points of its standard normal coordinates in, margins out."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from spicekit.studies.memory.chain import Chain
from spicekit.studies.memory.simulate import simulate

Cell = Literal["2t2r", "1t1r"]
UNDECIDED = -1e-12
"""Highest margin [V] of a read that never resolved: an error, however narrow."""


class Limit(Protocol):
    """What an estimate is made of: one cell that stores one logic value. It is sent to workers, so it must pickle."""

    @property
    def cell(self) -> Cell:
        """What is read."""
        ...

    @property
    def stored(self) -> int:
        """Return the logic value, +1 or -1."""
        ...

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the standard normal coordinates, in order."""
        ...

    @property
    def dimension(self) -> int:
        """Number of coordinates."""
        ...

    @property
    def drawn(self) -> str:
        """What its points are drawn by, beside the seed: the same ones, whatever the circuit."""
        ...

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return margins (n,) [V] of points (n, dimension): below 0 the read is wrong, NaN is a discard."""
        ...


@dataclass(frozen=True)
class ChainLimit:
    """Full 2T2R chains as a `Limit`."""

    chain: Chain
    stored: int  # +1: LRS on the left; -1: on the right

    @property
    def cell(self) -> Cell:
        """What is read."""
        return "2t2r"

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the chain's coordinates."""
        return self.chain.coordinates

    @property
    def dimension(self) -> int:
        """Number of coordinates."""
        return len(self.coordinates)

    @property
    def drawn(self) -> str:
        """What its points are drawn by, beside the seed."""
        return f"{self.cell}/{self.stored:+d}"

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return margins (n,) [V] of points (n, dimension): below 0 the read is wrong, NaN is a discard."""
        table = simulate(self.chain, points, np.full(len(points), self.stored))
        margin = np.where(
            table["outcome"] == "error", np.minimum(table["margin"], UNDECIDED), table["margin"]
        )
        return np.where(table["outcome"] == "discard", np.nan, margin)
