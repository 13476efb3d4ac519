"""Counting failures: plain Monte Carlo, and randomised Sobol points."""

from dataclasses import replace

import numpy as np
from scipy.stats import norm, qmc
from scipy.stats import t as student

from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.rare.limit import Counted
from spicekit.sampling.rare.result import Estimate
from spicekit.sampling.rare.verdict import Request, bound, conclude
from spicekit.sampling.rare.weighted import Weighted

_FIRST = 1000  # samples before the number needed is judged
_CHUNK = 10_000  # samples evaluated at once
_REPLICATES = 16  # independent scramblings; their scatter is the error
_FOR_A_BOUND = 0.1  # share of the runs kept back, in case that no Sobol point fails


def monte_carlo(limit: Counted, request: Request) -> Estimate:
    """Return the failure probability by counting, with its exact interval (Clopper–Pearson)."""
    counts, wanted = Counts(), _FIRST
    while counts.samples < wanted and limit.left:
        stop = min(wanted, counts.samples + _CHUNK, counts.samples + limit.left)
        margins = limit(limit.normals("monte carlo", counts.samples, stop))
        counts += Counts(len(margins), int((margins < 0).sum()), int(np.isnan(margins).sum()))
        wanted = _samples_for(counts, request.relative_error)
    counted = error_probability(counts, "counted", request.confidence)
    found = Weighted(
        probability=counted.best or 0.0,
        relative_error=_relative_error(counts),
        low=counted.low,
        high=counted.high,
        samples=counts.samples,
        failures=counts.errors,
        discards=counts.discards,
        effective_samples=counts.errors,
        largest_weight=1 / max(counts.errors, 1),
        pareto_shape=-np.inf,
    )
    method = "Monte Carlo"
    if counts.errors == 0:
        none = bound(limit, request, method, "no sample failed")
        return replace(none, high=counted.high, samples=counts.samples, discards=counts.discards)
    return conclude(limit, request, found, method, counted=True)


def sobol(limit: Counted, request: Request) -> Estimate:
    """Return the failure probability by scrambled Sobol points; the error is the scatter of 16 scramblings.

    Owen (1997) for the scrambling. It beats counting where failure is frequent and few coordinates matter.
    """
    sequences = [
        qmc.Sobol(limit.dimension, rng=limit.generator(f"sobol {number}")) for number in range(_REPLICATES)
    ]
    most = int(limit.left * (1 - _FOR_A_BOUND)) // _REPLICATES
    margins, size = np.empty((_REPLICATES, 0)), 32
    while size <= most:
        drawn = [sequence.random(size - margins.shape[1]) for sequence in sequences]
        points = norm.ppf(np.clip(np.concatenate(drawn), 1e-15, 1 - 1e-15))
        margins = np.hstack([margins, limit(points).reshape(_REPLICATES, -1)])
        found = _replicated(margins, request)
        if found.relative_error <= request.relative_error:
            break
        size *= 2
    method = "Sobol quasi-Monte Carlo"
    if not margins.size:
        return bound(limit, request, method, f"`max_runs` is below {32 * _REPLICATES} points")
    found = _replicated(margins, request)
    return conclude(limit, request, found, method, counted=True)


def _samples_for(counts: Counts, relative_error: float) -> int:
    """Return how many samples the error asked for takes, judged by the failures so far."""
    if counts.errors == 0:
        return max(10 * counts.samples, _FIRST)
    rate = counts.errors / max(counts.samples - counts.discards, 1)
    return max(_FIRST, int((1 - rate) / rate / relative_error**2) + 1)


def _relative_error(counts: Counts) -> float:
    """Return the binomial standard error over the rate; inf without failures."""
    valid = counts.samples - counts.discards
    return float(np.sqrt((1 - counts.errors / valid) / counts.errors)) if counts.errors else np.inf


def _replicated(margins: np.ndarray, request: Request) -> Weighted:
    """Return the estimate of independent replicates, margins of shape (replicates, points)."""
    failed, lost = margins < 0, np.isnan(margins)
    quantile = student.ppf((1 + request.confidence) / 2, len(margins) - 1)

    def mean(part: np.ndarray) -> tuple[float, float]:
        rates = part.mean(axis=1)
        rate = float(rates.mean())
        return rate, float(rates.std(ddof=1) / np.sqrt(len(rates)) / rate) if rate else np.inf

    (low, low_error), (high, high_error) = mean(failed), mean(failed | lost)
    failures, discards = int(failed.sum()), int(lost.sum())
    return Weighted(
        probability=failures / max(margins.size - discards, 1),
        relative_error=low_error,
        low=low * float(np.exp(-quantile * low_error)) if low else 0.0,
        high=min(1.0, high * float(np.exp(quantile * high_error))) if high else 1.0,
        samples=margins.size,
        failures=failures,
        discards=discards,
        effective_samples=failures,
        largest_weight=1 / max(failures, 1),
        pareto_shape=-np.inf,
    )
