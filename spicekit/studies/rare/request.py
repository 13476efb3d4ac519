"""What is asked of one rare-event estimate, and what identifies it."""

from dataclasses import dataclass

from spicekit.circuits.read import ReadDeck
from spicekit.studies.memory.chain import Chain
from spicekit.studies.rare.limit import Cell

ESTIMATOR = 4
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
    read: ReadDeck | None = None  # against the reference, of 1T1R
    estimator: int = ESTIMATOR
