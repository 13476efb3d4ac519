"""Statistics of importance weights: estimate, interval, and whether the weights can be trusted."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

_FEW = 8  # samples of one proposal that tell nothing of its spread
_TAIL_SHARE = 0.2  # of the weights, as in PSIS


@dataclass(frozen=True)
class Weighted:
    """Mean of weighted failures, with its diagnostics."""

    probability: float  # discards left out
    relative_error: float  # one standard error over the probability; inf without failures
    low: float
    high: float
    samples: int
    failures: int
    discards: int
    effective_samples: float
    largest_weight: float
    pareto_shape: float


def weighted(log_weights: np.ndarray, margins: np.ndarray, part: np.ndarray, confidence: float) -> Weighted:
    """Return the failure probability of samples (n,) with weights density / proposal.

    `part` (n,) numbers the proposal that drew each sample. Proposals get fixed shares of the samples, so only the
    spread within each counts (stratified sampling).

    The interval is Student's, on the logarithm of the estimate; `low` takes no discard for a failure, `high` every one.
    """
    n, lost = len(margins), np.isnan(margins)
    valid = n - int(lost.sum())
    if valid == 0:
        return Weighted(0.0, np.inf, 0.0, 1.0, n, 0, n, 0.0, 1.0, np.nan)
    failed = margins < 0
    weights = np.exp(log_weights)
    best, relative = _mean(np.where(failed, weights, 0.0)[~lost], part[~lost])
    low_mean, low_error = _mean(np.where(failed, weights, 0.0), part)
    high_mean, high_error = _mean(np.where(failed | lost, weights, 0.0), part)
    quantile = student.ppf((1 + confidence) / 2, max(valid - 1, 1))
    seen = weights[failed]
    total = seen.sum()
    return Weighted(
        probability=best,
        relative_error=relative,
        low=low_mean * float(np.exp(-quantile * low_error)) if low_mean else 0.0,
        high=min(1.0, high_mean * float(np.exp(quantile * high_error))) if high_mean else 1.0,
        samples=n,
        failures=int(failed.sum()),
        discards=n - valid,
        effective_samples=float(total**2 / (seen**2).sum()) if total else 0.0,
        largest_weight=float(seen.max() / total) if total else 1.0,
        pareto_shape=pareto_shape(seen),
    )


def _mean(values: np.ndarray, part: np.ndarray) -> tuple[float, float]:
    """Return the mean and its relative standard error (inf if the mean is 0)."""
    mean = float(values.mean())
    if mean == 0 or len(values) < 2:
        return mean, np.inf
    size = np.bincount(part)[part]
    middle = (np.bincount(part, values) / np.maximum(np.bincount(part), 1))[part]
    # the spread within a part of few samples tells nothing: there, the distance from the mean of all counts
    few = size < _FEW
    squares = np.where(few, (values - mean) ** 2, (values - middle) ** 2 * size / np.maximum(size - 1, 1))
    return mean, float(np.sqrt(squares.sum()) / len(values) / mean)


def pareto_shape(weights: np.ndarray) -> float:
    """Return the shape k of a generalised Pareto law fitted to the largest weights, shape (n,).

    Zhang and Stephens (2009), with the weak prior of Vehtari et al. (PSIS, 2024): the variance of the weights is
    finite below 0.5, and their mean is of use below 0.7. NaN with fewer than 5 weights in the tail.
    """
    ordered = np.sort(weights)
    tail = int(min(_TAIL_SHARE * len(ordered), 3 * np.sqrt(len(ordered))))
    if tail < 5:
        return float("nan")
    excess = (ordered[-tail:] - ordered[-tail - 1]) / ordered[-1]
    excess = excess[excess > 0]
    n = len(excess)
    if n < 5:
        return -np.inf  # all equal: no tail at all
    candidates = 30 + int(np.sqrt(n))
    quarter = excess[int(n / 4 + 0.5) - 1]
    theta = 1 / excess[-1] + (1 - np.sqrt(candidates / (np.arange(1, candidates + 1) - 0.5))) / (3 * quarter)
    shape = np.log1p(-theta[:, None] * excess).mean(axis=1)
    likelihood = n * (np.log(-theta / shape) - shape - 1)
    share = 1 / np.exp(likelihood[None, :] - likelihood[:, None]).sum(axis=1)
    k = np.log1p(-(theta * share).sum() / share.sum() * excess).mean()
    return float((k * n + 0.5 * 10) / (n + 10))
