"""What is asked of one estimate, and the circuit as a limit function."""

from dataclasses import dataclass

import numpy as np

from spicekit.ngspice import evaluate
from spicekit.studies.circuit.content import Content

ESTIMATOR = 1
"""Raised whenever the same request would give another estimate."""
_NEVER = 10.0  # times the transient: how long a crossing that never happens counts as having taken


@dataclass(frozen=True)
class Request:
    """One estimate of one point of a circuit."""

    content: Content
    method: str
    relative_error: float
    max_runs: int
    confidence: float
    seed: int
    estimator: int = ESTIMATOR

    @property
    def drawn(self) -> str:
        """What its points are drawn by, beside the seed: the same ones at every point of a circuit."""
        return "circuit estimate"

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return distances (n,) from the limit of points (n, coordinates): below 0 it is violated, NaN is a discard."""
        content = self.content
        assert content.limit is not None
        measured, outcomes = evaluate(content.deck, content.values(points))
        value = measured[:, content.limit.measurement]
        value = np.where(np.isposinf(value), _NEVER * content.deck.stop_time, value)
        lost = np.array([not outcome.ok for outcome in outcomes])
        return np.where(lost, np.nan, content.limit.margin(value))
