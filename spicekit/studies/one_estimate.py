"""One rare-event estimate as the one sample of a point: made in a worker, kept as JSON in the one row of the point."""

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from spicekit.block import Block, Probability
from spicekit.errors import SpicekitError
from spicekit.studies.study import Form, Point, StopRule

if TYPE_CHECKING:
    from spicekit.sampling.rare import Estimate


class Request(Protocol):
    """What is asked of an estimate: a limit function, and how good the estimate is to be."""

    @property
    def method(self) -> str: ...
    @property
    def relative_error(self) -> float: ...
    @property
    def max_runs(self) -> int: ...
    @property
    def confidence(self) -> float: ...
    @property
    def seed(self) -> int: ...
    @property
    def drawn(self) -> str:
        """What its points are drawn by, beside the seed."""
        ...

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return margins (n,) of points (n, coordinates): below 0 is a failure, NaN a discard."""
        ...


def facts_of(found: "Estimate") -> dict[str, Any]:
    """Return what every estimate says of itself, by field; what it cannot say is None."""
    return {
        "rate": found.as_probability(),
        "outcome": found.outcome.value,
        "reason": found.reason,
        "runs": found.runs,
        "discards": found.all_discards,
        "relative_error": finite(found.relative_error),
        "effective_samples": finite(found.effective_samples),
        "largest_weight": finite(found.largest_weight) if found.failures else None,
        "pareto_shape": finite(found.pareto_shape),
        "detection": finite(found.detection) if found.regions else None,  # of an audit, which needs regions
    }


def finite(number: float) -> float | None:
    """Return a number, or None in the place of one that is not finite."""
    return float(number) if math.isfinite(number) else None


def rule(table: Any, point: Point, form: Form) -> StopRule:
    """Return the rule of a point: one estimate."""
    del table, point, form
    return StopRule(1)


def estimate_row(
    request: Request, dimension: int, said: Callable[["Estimate"], Block], failed: Callable[[str], Block]
) -> pd.DataFrame:
    """Return the one row: ``estimate``, the JSON of what is `said` of it, and ``wall_time`` [s].

    An estimator that breaks down is an outcome, as the samples of the run must not be lost with it.

    Raises:
        SpicekitError: of decks and simulator, which concern the whole run.
    """
    from spicekit.sampling.rare import estimate  # here, as loading OpenTURNS takes time

    begun = time.monotonic()
    try:
        found = estimate(
            request,
            dimension,
            method=request.method,
            relative_error=request.relative_error,
            max_runs=request.max_runs,
            seed=request.seed,
            confidence=request.confidence,
            identity=request.drawn,
        )
    except SpicekitError:
        raise
    except Exception as error:
        return row_of(failed(f"{type(error).__name__}: {error}"), 0.0)
    return row_of(said(found), time.monotonic() - begun)


def row_of(block: Block, seconds: float) -> pd.DataFrame:
    """Return an estimate as a row."""
    row = {"sample": 0, "outcome": "ok", "reason": "", "estimate": block.model_dump_json()}
    return pd.DataFrame([row | {"wall_time": round(seconds, 3)}])


def nothing(method: str, confidence: float) -> Probability:
    """Return the rate of an estimate that broke down: nothing is known."""
    return Probability(
        low=0, high=1, confidence=confidence, samples=0, errors=0, discards=0,
        method=f"{method} (failed)",
    )  # fmt: skip
