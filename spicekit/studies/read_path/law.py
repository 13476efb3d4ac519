"""A normal law of offsets, and the error probability that follows from it at any ratio."""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from spicekit.block import Estimate, Probability

_RESAMPLES = 1000
_LEAST = 10  # offsets; fewer tell no spread
_RAREST = 1e-7  # below, the law is that of tails of which nothing is known
METHOD = "extrapolated: normal law of the offsets, bootstrap interval"


class Law(NamedTuple):
    """Mean and standard deviation of offsets, with their standard errors."""

    mean: Estimate
    sigma: Estimate


def law_of(offsets: np.ndarray) -> Law | None:
    """Return the law of offsets (n,) that are all finite; None if one is not, or there are fewer than ten.

    The standard error of the standard deviation comes from the fourth moment, so that tails count.
    """
    n = len(offsets)
    if n < _LEAST or not np.isfinite(offsets).all():
        return None
    mean, sigma = float(offsets.mean()), float(offsets.std(ddof=1))
    fourth = float(((offsets - mean) ** 4).mean())
    error = np.sqrt(max(fourth - sigma**4, 0.0) / n) / (2 * sigma)
    return Law(Estimate(value=mean, error=sigma / n**0.5), Estimate(value=sigma, error=float(error)))


def error_rate(place: float, mean: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """Return how often reads at u = +place and -place err, on average: beyond it lies the offset.

    P = (Q((place - mean)/sigma) + Q((place + mean)/sigma)) / 2; `mean` and `sigma` of one shape.
    """
    return (ndtr((mean - place) / sigma) + ndtr((-mean - place) / sigma)) / 2


def extrapolated(place: float, offsets: np.ndarray, confidence: float) -> Probability | None:
    """Return the error probability at |u| = place by the normal law of the offsets (amplifiers, inputs).

    The percentile bootstrap draws whole amplifiers, with a fixed seed. The interval covers the sampling of means and
    standard deviations alone, not whether the tails are normal. None where there is no law,
    and where it gives less than 1e-7.
    """
    n = len(offsets)
    if n < _LEAST or not np.isfinite(offsets).all():
        return None
    picked = np.random.default_rng(0).integers(0, n, (_RESAMPLES, n))
    drawn = offsets[picked]
    rates = error_rate(place, drawn.mean(axis=1), drawn.std(axis=1, ddof=1)).mean(axis=1)
    low, high = np.quantile(rates, [(1 - confidence) / 2, (1 + confidence) / 2])
    best = float(error_rate(place, offsets.mean(axis=0), offsets.std(axis=0, ddof=1)).mean())
    if best < _RAREST:
        return None
    return Probability(
        low=float(low),
        best=best,
        high=float(high),
        confidence=confidence,
        samples=n,
        errors=0,
        discards=0,
        method=METHOD,
    )
