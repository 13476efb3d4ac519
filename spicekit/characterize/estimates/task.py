"""One rare-event estimate as a task of a run: what identifies it, and what is stored of it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic

from spicekit.characterize.chain import Chain
from spicekit.characterize.limit import Cell, Limit
from spicekit.characterize.store import storing
from spicekit.errors import InputError
from spicekit.identity import sha256
from spicekit.readers.json_tree import read_json
from spicekit.run_folder import RunFolder, write_text
from spicekit.statistics import Block, Probability, RareEstimate
from spicekit.tables import move_into

ESTIMATOR = 2
"""Raised whenever the same request would give another estimate: how points are placed, weighed or judged."""
STORED = (1, -1)


class Stored(Block, extra="forbid"):
    """A finished estimate in the run folder."""

    identity: str
    request: dict[str, Any]  # what the identity is the SHA-256 of
    wall_time: float  # s
    estimate: RareEstimate
    checksum: str = ""  # SHA-256 of all the rest; files from before it was written have none

    @property
    def digest(self) -> str:
        """SHA-256 of all but the checksum."""
        return hashlib.sha256(self.model_dump_json(exclude={"checksum"}).encode()).hexdigest()


@dataclass(frozen=True)
class Request:
    """What is asked of the estimates of one condition."""

    chain: Chain
    cells: tuple[Cell, ...]
    method: str
    relative_error: float
    max_runs: int
    confidence: float
    seed: int
    stored: tuple[int, ...] = STORED  # of 2T2R; of 1T1R it is always both, which are two states of one device

    def values(self, cell: Cell) -> tuple[int, ...]:
        """Return the stored values to estimate of a cell."""
        return self.stored if cell == "2t2r" else STORED

    @property
    def names(self) -> list[str]:
        """Names of its estimates, ``CONDITION_CELL_STORED``."""
        name = self.chain.condition.name
        return [estimate_name(name, cell, s) for cell in self.cells for s in self.values(cell)]

    @property
    def public(self) -> dict[str, Any]:
        """Return all that affects an estimate, beside the limit function."""
        return {
            "estimator": ESTIMATOR,
            "method": self.method,
            "relative_error": self.relative_error,
            "max_runs": self.max_runs,
            "confidence": self.confidence,
            "seed": self.seed,
        }


@dataclass(frozen=True)
class EstimateTask:
    """An estimate that a worker can make."""

    limit: Limit
    request: Request

    @property
    def name(self) -> str:
        """Name of its file, and of its progress."""
        return estimate_name(self.request.chain.condition.name, self.limit.cell, self.limit.stored)

    @property
    def public(self) -> dict[str, Any]:
        """Return what the identity is the SHA-256 of."""
        limit = self.limit
        return self.request.public | {"limit": limit.identity, "cell": limit.cell, "stored": limit.stored}

    @property
    def identity(self) -> str:
        """SHA-256 of all that affects the estimate."""
        return sha256(self.public)

    def made(self, estimate: RareEstimate, wall_time: float) -> Stored:
        """Return what is stored of it."""
        return Stored(
            identity=self.identity, request=self.public, wall_time=round(wall_time, 3), estimate=estimate
        )

    def lost(self, reason: str, wall_time: float = 0.0) -> Stored:
        """Return what is stored of an estimate that broke down: nothing is known."""
        nothing = Probability(
            low=0,
            high=1,
            confidence=self.request.confidence,
            samples=0,
            errors=0,
            discards=0,
            method=f"{self.request.method} (failed)",
        )
        lost = RareEstimate(
            cell=self.limit.cell,
            stored=1 if self.limit.stored > 0 else -1,
            rate=nothing,
            outcome="failed",
            reason=reason,
            runs=0,
            discards=0,
        )
        return self.made(lost, wall_time)


def estimate_name(condition: str, cell: Cell, stored: int) -> str:
    """Return ``CONDITION_CELL_STORED``, such as ``typical_2t2r_+1``."""
    return f"{condition}_{cell}_{stored:+d}"


def load_estimate(folder: RunFolder, name: str) -> Stored | None:
    """Return what is stored under this name, whatever was asked then; None if there is nothing.

    Raises:
        InputError: the file is damaged.
    """
    path = _file(folder, name)
    if not path.exists():
        return None
    advice = "delete it and run again, it is then estimated anew"
    try:
        stored = Stored.model_validate(read_json(path))
    except pydantic.ValidationError as error:
        raise InputError(f"{path}: is damaged ({str(error).splitlines()[0]}): {advice}") from None
    except InputError as error:
        raise InputError(f"{error}: {advice}") from None
    if stored.checksum not in ("", stored.digest):
        raise InputError(
            f"{path}: is damaged: its numbers are not those that were written (checksum): {advice}"
        )
    return stored


def save_estimate(folder: RunFolder, name: str, stored: Stored) -> None:
    """Write it whole, or raise StorageError; one of other settings is set aside."""
    path = _file(folder, name)
    stored = stored.model_copy(update={"checksum": stored.digest})
    with storing(path.parent, "the estimate"):
        path.parent.mkdir(exist_ok=True)
        before = load_estimate(folder, name)
        if before is not None and before.identity != stored.identity:
            move_into(path, folder.aside / "estimates", f"{name}-{before.identity[:16]}.json")
        write_text(path, stored.model_dump_json(indent=2) + "\n")


def _file(folder: RunFolder, name: str) -> Path:
    return folder.estimates_folder / f"{name}.json"
