"""Error rates of log-normal resistances and an ideal comparator, in closed form, with bootstrap intervals.

An extrapolation: it reaches below what was counted on the word of two normal distributions.
"""

from collections.abc import Callable

import numpy as np
from scipy.stats import norm

from spicekit.statistics import Probability

_RESAMPLES = 2000


def ber_2t2r(ln_lrs: np.ndarray, ln_hrs: np.ndarray) -> np.ndarray:
    """Return Q(D / sqrt(sL² + sH²)) for ln R of shape (…, samples); D is the difference of the means."""
    spread = np.hypot(ln_lrs.std(axis=-1, ddof=1), ln_hrs.std(axis=-1, ddof=1))
    return norm.sf((ln_hrs.mean(axis=-1) - ln_lrs.mean(axis=-1)) / spread)


def ber_1t1r(ln_lrs: np.ndarray, ln_hrs: np.ndarray) -> np.ndarray:
    """Return Q(D / (sL + sH)), the two error rates being equal at this threshold; shapes as `ber_2t2r`."""
    spread = ln_lrs.std(axis=-1, ddof=1) + ln_hrs.std(axis=-1, ddof=1)
    return norm.sf((ln_hrs.mean(axis=-1) - ln_lrs.mean(axis=-1)) / spread)


def equal_error_threshold(ln_lrs: np.ndarray, ln_hrs: np.ndarray) -> float:
    """Return the ln R that lies equally many sigmas above the LRS mean and below the HRS mean."""
    s_low, s_high = ln_lrs.std(ddof=1), ln_hrs.std(ddof=1)
    return float((ln_lrs.mean() * s_high + ln_hrs.mean() * s_low) / (s_low + s_high))


def extrapolated(
    law: Callable[[np.ndarray, np.ndarray], np.ndarray],
    ln_lrs: np.ndarray,
    ln_hrs: np.ndarray,
    method: str,
    confidence: float = 0.95,
) -> Probability:
    """Return `law` of the samples with a percentile bootstrap interval (fixed seed).

    The interval covers the sampling of the means and sigmas alone, not whether the tails are log-normal.
    """
    resample = np.random.default_rng(0).integers(0, len(ln_lrs), (_RESAMPLES, len(ln_lrs)))
    low, high = np.quantile(
        law(ln_lrs[resample], ln_hrs[resample]), [(1 - confidence) / 2, (1 + confidence) / 2]
    )
    return Probability(
        low=float(low),
        best=float(law(ln_lrs, ln_hrs)),
        high=float(high),
        confidence=confidence,
        samples=len(ln_lrs),
        errors=0,
        discards=0,
        method=method,
    )
