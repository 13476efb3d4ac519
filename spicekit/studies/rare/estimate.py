"""Makes an estimate in a worker, and says what there is to say of it in terms of statistics."""

import time

import numpy as np

from spicekit.errors import SpicekitError
from spicekit.sampling.rare import Estimate, Region, estimate
from spicekit.statistics import FailureRegion, RareEstimate, SecondRate
from spicekit.studies.one_estimate import facts_of, finite, nothing
from spicekit.studies.rare.limit import Limit
from spicekit.studies.rare.request import Request

_LEADING = 4  # coordinates of a design point that are named


def run_estimate(request: Request, limit: Limit) -> tuple[RareEstimate, float]:
    """Make the estimate in the process at hand; return it with the seconds that it took.

    An estimator that breaks down is an outcome, as the samples of the run must not be lost with it.

    Raises:
        SpicekitError: of decks and simulator, which concern the whole run.
    """
    begun = time.monotonic()
    try:
        found = estimate(
            limit,
            limit.dimension,
            method=request.method,
            relative_error=request.relative_error,
            max_runs=request.max_runs,
            seed=request.seed,
            confidence=request.confidence,
            identity=limit.drawn,
        )
    except SpicekitError:
        raise
    except Exception as error:
        return failed(request, f"{type(error).__name__}: {error}"), time.monotonic() - begun
    return to_statistics(limit, found), time.monotonic() - begun


def failed(request: Request, reason: str) -> RareEstimate:
    """Return an estimate that broke down: nothing is known."""
    return RareEstimate(
        cell=request.cell,
        stored=1 if request.stored > 0 else -1,
        rate=nothing(request.method, request.confidence),
        outcome="failed",
        reason=reason,
        runs=0,
        discards=0,
    )


def to_statistics(limit: Limit, found: Estimate) -> RareEstimate:
    """Return the estimate as a block of statistics; numbers that are not finite say nothing, and are None."""
    second = found.second and SecondRate(
        probability=float(found.second.probability),
        relative_error=finite(found.second.relative_error),
        samples=found.second.samples,
        method=found.second.method,
    )
    return RareEstimate(
        cell=limit.cell,
        stored=1 if limit.stored > 0 else -1,
        **facts_of(found),
        second=second,
        regions=tuple(_region(limit, region) for region in found.regions),
    )


def _region(limit: Limit, region: Region) -> FailureRegion:
    point = region.design_point
    largest = np.argsort(-np.abs(point), kind="stable")[:_LEADING]
    leading = {limit.coordinates[i]: float(point[i]) for i in largest}
    return FailureRegion(beta=region.beta, share=min(1.0, region.importance), leading=leading)
