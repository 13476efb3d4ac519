"""What is asked of one estimate, and a read at a ratio as a limit function."""

from dataclasses import dataclass

import numpy as np

from spicekit.studies.rare.limit import UNDECIDED
from spicekit.studies.read_path.amplifiers import Amplifiers, coordinates
from spicekit.studies.read_path.content import Content

ESTIMATOR = 1
"""Raised whenever the same request would give another estimate."""


@dataclass(frozen=True)
class Request:
    """One estimate: of a read of one stored value, with the first input of the neuron."""

    content: Content
    weight: int
    ratio: float
    method: str
    relative_error: float
    max_runs: int
    confidence: float
    seed: int
    estimator: int = ESTIMATOR

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the standard normal coordinates."""
        return coordinates(self.content, self.content.ways[0])

    @property
    def u(self) -> float:
        """Where the read is, as `Content` has it."""
        return self.weight * self.content.place(self.ratio)  # the first input is +1 or none

    @property
    def drawn(self) -> str:
        """What its points are drawn by, beside the seed: the same ones, whatever the circuit."""
        return f"read path/{self.weight:+d}"

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return margins (n,) [V] of points (n, coordinates): below 0 the read is wrong, NaN is a discard."""
        found = Amplifiers(self.content, self.content.ways[0], points).read(self.u)
        margin = found["margin"] * self.weight
        margin = np.where(found["right"], margin, np.minimum(margin, UNDECIDED))
        return np.where(found["reason"] == "", margin, np.nan)
