"""What is asked of one rare-event estimate, and what identifies it."""

from dataclasses import dataclass
from typing import Any

from spicekit.studies.memory.chain import Chain
from spicekit.studies.rare.limit import Cell, Limit

ESTIMATOR = 3
"""Raised whenever the same request would give another estimate: how points are placed, weighed or judged."""
STORED = (1, -1)


@dataclass(frozen=True)
class Request:
    """One estimate: of which cell, and how good it is to be."""

    chain: Chain
    cell: Cell
    stored: int
    method: str
    relative_error: float
    max_runs: int
    confidence: float
    seed: int

    def facts(self, limit: Limit | None) -> dict[str, Any]:
        """Return all that affects the estimate; without its limit function it is not complete."""
        return {
            "estimator": ESTIMATOR,
            "method": self.method,
            "relative_error": self.relative_error,
            "max_runs": self.max_runs,
            "confidence": self.confidence,
            "seed": self.seed,
            "limit": limit.identity if limit is not None else None,
            "cell": self.cell,
            "stored": self.stored,
        }
