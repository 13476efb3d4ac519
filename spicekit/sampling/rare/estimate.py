"""One call for all methods; `auto` looks first, chooses, says why, and falls back."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.limits import FEWEST_RUNS
from spicekit.sampling.rare.explore import ENOUGH, explore
from spicekit.sampling.rare.importance import importance
from spicekit.sampling.rare.limit import Counted, LimitFunction
from spicekit.sampling.rare.monte_carlo import monte_carlo, sobol
from spicekit.sampling.rare.result import Estimate, Outcome, SecondEstimate
from spicekit.sampling.rare.subset import subset
from spicekit.sampling.rare.verdict import CONTRADICTION, Request, joint_errors_apart

_WORTH_SUBSET = 5000  # runs left that make a fall-back to subset simulation worth trying


def auto(limit: Counted, request: Request) -> Estimate:
    """Explore; count if failure is frequent, otherwise sample by importance, and fall back to subset simulation."""
    exploration = explore(limit)
    if exploration.likely:
        seen = f"chosen since {len(exploration.failing)} of the first samples failed"
        return _because(seen, monte_carlo(limit, request))
    found = importance(limit, request, exploration)
    why = f"chosen since fewer than {ENOUGH} of the first samples failed"
    if found.outcome is Outcome.AGREED or limit.left < _WORTH_SUBSET:
        return _because(why, found)
    return _arbitrated(why, found, subset(limit, request), request)


def _arbitrated(why: str, found: Estimate, other: Estimate, request: Request) -> Estimate:
    """Return what importance sampling that was not agreed on and subset simulation say together."""
    runs = {"runs": other.runs, "all_discards": other.all_discards}  # the later one has counted all
    why = f"{why}; importance sampling: {found.reason}"
    if other.probability is None or found.probability is None:
        one = found if other.probability is None else other
        return _because(why, replace(one, **runs))
    apart = joint_errors_apart(
        found.probability, found.relative_error, other.probability, other.relative_error
    )
    better, worse = (found, other) if found.relative_error < other.relative_error else (other, found)
    if apart > CONTRADICTION:
        better, worse = other, found  # subset simulation can't be led astray by a search
        outcome = Outcome.DISAGREED
    else:
        reached = better.relative_error <= request.relative_error
        outcome = Outcome.AGREED if reached else Outcome.NOT_CONVERGED
    assert worse.probability is not None
    second = SecondEstimate(worse.probability, worse.relative_error, worse.samples, worse.method)
    reason = f"{second.method} gives {second.probability:.2g}: {apart:.1f} joint standard errors away"
    return _because(why, replace(better, **runs, second=second, outcome=outcome, reason=reason))


def _because(why: str, estimate: Estimate) -> Estimate:
    return replace(estimate, reason=f"{why}; {estimate.reason}")


METHODS: dict[str, Callable[[Counted, Request], Estimate]] = {
    "auto": auto,
    "monte_carlo": monte_carlo,
    "sobol": sobol,
    "importance": importance,
    "subset": subset,
}


def estimate(
    limit: LimitFunction,
    dimension: int,
    *,
    method: str = "auto",
    relative_error: float = 0.1,
    max_runs: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
    identity: str = "",
) -> Estimate:
    """Return the probability that `limit` is negative for independent standard normals.

    A function of (seed, identity) and of the limit function alone.

    Args:
        limit: points (n, dimension) to margins (n,): failure below 0, NaN is a discard; evaluated in batches.
        dimension: number of coordinates; those that do not matter cost one run each per gradient.
        method: a key of `METHODS`.
        relative_error: one standard error over the probability, at which sampling ends.
        max_runs: evaluations of `limit` allowed, search included.
        seed, identity: of the random numbers; `identity` is whatever names the thing simulated.
        confidence: of `low` … `high`.

    Raises:
        InputError: unknown method, or a number out of range.
        ValueError: if `limit` returns another shape than (n,).
    """
    if method not in METHODS:
        raise InputError(
            f"`method` is {method!r}, expected one of {', '.join(METHODS)}{did_you_mean(method, METHODS)}"
        )
    if not 0 < relative_error < 1:
        raise InputError(
            f"`relative_error` is {relative_error}, expected more than 0 and less than 1, such as 0.1"
        )
    if not 0 < confidence < 1:
        raise InputError(f"`confidence` is {confidence}, expected more than 0 and less than 1, such as 0.95")
    if max_runs < FEWEST_RUNS:
        raise InputError(f"`max_runs` is {max_runs}, expected at least {FEWEST_RUNS}")
    if dimension < 1:
        raise InputError(f"`dimension` is {dimension}, expected at least 1")

    def first_only(points: np.ndarray) -> np.ndarray:
        return limit(points[:, :1])

    # a region in one coordinate has no boundary to follow: a second one that does not matter gives it one
    counted = Counted(first_only if dimension == 1 else limit, max(dimension, 2), max_runs, seed, identity)
    return METHODS[method](counted, Request(relative_error, confidence))
