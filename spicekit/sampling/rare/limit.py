"""The limit function, counted: every evaluation is paid for, and none is forgotten."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spicekit.sampling.normals import standard_normals

LimitFunction = Callable[[np.ndarray], np.ndarray]
"""Points (n, dimension) of independent standard normals to margins (n,): failure below 0, NaN is a discard."""


class RunsSpent(Exception):
    """The next batch would exceed the runs allowed."""


@dataclass
class Counted:
    """A limit function that counts its runs and refuses to exceed them; it also draws, from (seed, identity)."""

    limit: LimitFunction
    dimension: int
    max_runs: int
    seed: int
    identity: str = ""  # of what is simulated: two conditions with one seed draw different samples
    runs: int = 0
    discards: int = 0
    reserve: int = 0  # runs that a search must leave for the estimates

    @property
    def left(self) -> int:
        """Runs still allowed."""
        return self.max_runs - self.runs

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return margins of shape (n,) for points of shape (n, dimension).

        Raises:
            RunsSpent: before anything is evaluated, if the batch is larger than what is left.
            ValueError: if the limit function returns another shape.
        """
        points = np.asarray(points, float)
        if len(points) > self.left:
            raise RunsSpent
        if not len(points):
            return np.empty(0)
        margins = np.asarray(self.limit(points), float)
        if margins.shape != (len(points),):
            raise ValueError(
                f"the limit function returned shape {margins.shape} for {len(points)} points, "
                f"expected ({len(points)},)"
            )
        self.runs += len(points)
        self.discards += int(np.isnan(margins).sum())
        return margins

    def search(self, points: np.ndarray) -> np.ndarray:
        """Evaluate for steering only: a discard reads as safe there, so that no search follows failed simulations.

        Raises:
            RunsSpent: before anything is evaluated, if less than `reserve` would be left.
        """
        if len(points) > self.left - self.reserve:
            raise RunsSpent
        return np.nan_to_num(self(points), nan=1e300, posinf=1e300, neginf=-1e300)

    def normals(self, stage: str, start: int, stop: int, size: int | None = None) -> np.ndarray:
        """Return standard normals (stop - start, size): number i depends on (seed, identity, stage, i) alone."""
        key = hashlib.sha256(f"{self.identity}/{stage}".encode()).hexdigest()
        return standard_normals(self.seed, key, start, stop, size or self.dimension)

    def generator(self, stage: str) -> np.random.Generator:
        """Return a generator of its own for the stage."""
        key = hashlib.sha256(f"{self.identity}/{stage}".encode()).digest()
        return np.random.default_rng([self.seed, int.from_bytes(key[:16])])
