"""What may be said: is the estimate agreed on, contradicted, unfinished, or only a bound?"""

from dataclasses import dataclass

import numpy as np

from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.rare.explore import Search
from spicekit.sampling.rare.limit import Counted
from spicekit.sampling.rare.result import Estimate, Outcome, SecondEstimate
from spicekit.sampling.rare.weighted import Weighted

CONTRADICTION = 3.0  # joint standard errors between two estimates, on the logarithm
_HEAVY = 0.7  # Pareto shape above which the mean of the weights is not to be trusted (Vehtari et al., 2024)
_LARGEST = 0.2  # share of one weight in the estimate
_FEW = 10  # effective failures behind an estimate


@dataclass(frozen=True)
class Request:
    """What is asked of an estimate."""

    relative_error: float  # one standard error over the probability
    confidence: float


def conclude(
    limit: Counted,
    request: Request,
    found: Weighted,
    method: str,
    second: SecondEstimate | None = None,
    search: Search | None = None,
    counted: bool = False,
) -> Estimate:
    """Return the estimate with its outcome and the reason for it; one that was `counted` needs no second."""
    if found.failures == 0:
        return bound(limit, request, method, "no sample of the estimate failed")
    outcome, reason = judge(found, second, request, counted)
    if outcome is Outcome.AGREED and search is not None and not search.finished:
        outcome, reason = (
            Outcome.NOT_CONVERGED,
            "the runs ended before every lead to a further region was followed",
        )
    return Estimate(
        probability=found.probability,
        low=found.low,
        high=found.high,
        confidence=request.confidence,
        relative_error=found.relative_error,
        runs=limit.runs,
        samples=found.samples,
        failures=found.failures,
        discards=found.discards,
        all_discards=limit.discards,
        effective_samples=found.effective_samples,
        largest_weight=found.largest_weight,
        pareto_shape=found.pareto_shape,
        regions=search.regions if search else (),
        detection=search.detection if search else 0.0,
        second=second,
        outcome=outcome,
        method=method,
        reason=reason,
    )


def judge(
    found: Weighted, second: SecondEstimate | None, request: Request, counted: bool = False
) -> tuple[Outcome, str]:
    """Return the outcome and the reason, the gravest first."""
    apart = contradicted(found, second)
    if second is not None and apart > CONTRADICTION:
        return Outcome.DISAGREED, (
            f"{second.method} gives {second.probability:.2g} ± {second.relative_error:.0%}: "
            f"{apart:.1f} joint standard errors away"
        )
    if found.relative_error > request.relative_error:
        return Outcome.NOT_CONVERGED, (
            f"the standard error is {found.relative_error:.0%}, asked for was {request.relative_error:.0%}"
        )
    if heavy(found):
        return Outcome.NOT_CONVERGED, f"the weights are heavy-tailed: Pareto shape {found.pareto_shape:.2f}"
    if found.effective_samples < _FEW or found.largest_weight > _LARGEST:
        return Outcome.NOT_CONVERGED, (
            f"few samples carry the estimate: {found.effective_samples:.0f} effective failures, "
            f"the largest weighs {found.largest_weight:.0%}"
        )
    if counted:
        return Outcome.AGREED, "counted: no region can be missed"
    if second is None or second.probability == 0:
        return Outcome.NOT_CONVERGED, "there is no second estimate to compare with"
    return Outcome.AGREED, f"{second.method} gives {second.probability:.2g} ± {second.relative_error:.0%}"


def joint_errors_apart(one: float, error: float, other: float, other_error: float) -> float:
    """Return how far two estimates with relative standard errors are apart on the logarithm, in joint errors.

    0 if either saw no failure: it can't contradict then.
    """
    if one == 0 or other == 0:
        return 0.0
    joint = np.sqrt(np.log1p(error**2) + np.log1p(other_error**2))  # of log-normal laws
    return float(abs(np.log(one / other)) / joint)


def contradicted(found: Weighted, second: SecondEstimate | None) -> float:
    """Return `joint_errors_apart` of an estimate and its second, if there is one."""
    if second is None:
        return 0.0
    return joint_errors_apart(
        found.probability, found.relative_error, second.probability, second.relative_error
    )


def heavy(found: Weighted) -> bool:
    """Return whether the weights have so heavy a tail that their mean is not to be trusted."""
    return found.pareto_shape > _HEAVY


def bound(limit: Counted, request: Request, method: str, reason: str) -> Estimate:
    """Return a bound and nothing else: no failure among samples of the true spread, as many as are left to spend."""
    runs = min(limit.left, 1000)
    margins = limit(limit.normals("bound", 0, runs)) if runs else np.empty(0)
    counts = Counts(runs, int((margins < 0).sum()), int(np.isnan(margins).sum()))
    counted = error_probability(counts, "counted", request.confidence) if runs else None
    return Estimate(
        probability=counted.best if counted else None,
        low=counted.low if counted else 0.0,
        high=counted.high if counted else 1.0,
        confidence=request.confidence,
        relative_error=float(1 / np.sqrt(counts.errors)) if counts.errors else np.inf,
        runs=limit.runs,
        samples=runs,
        failures=counts.errors,
        discards=counts.discards,
        all_discards=limit.discards,
        effective_samples=float(counts.errors),
        largest_weight=1 / counts.errors if counts.errors else 1.0,
        pareto_shape=float("nan"),
        regions=(),
        detection=0.0,
        second=None,
        outcome=Outcome.NOT_CONVERGED if counts.errors else Outcome.BOUND_ONLY,
        method=method,
        reason=reason,
    )
