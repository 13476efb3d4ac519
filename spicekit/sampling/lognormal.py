"""Error rates of log-normal resistances in closed form, with bootstrap intervals.

An extrapolation: it reaches below what was counted on the word of two normal distributions.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr, ndtri

from spicekit.block import Probability

_RESAMPLES = 2000
_MEMORY = 1_000_000  # numbers drawn at once


def ber_2t2r(ln_lrs: np.ndarray, ln_hrs: np.ndarray, offset: np.ndarray | float = 0.0) -> np.ndarray:
    """Return Q(D / sqrt(sL² + sH² + offset²)) for ln R of shape (…, samples); D is the difference of the means.

    `offset` is the standard deviation of the amplifier's offset in ln R; 0 is an ideal comparator.
    """
    spread = np.hypot(np.hypot(ln_lrs.std(axis=-1, ddof=1), ln_hrs.std(axis=-1, ddof=1)), offset)
    return ndtr(-(ln_hrs.mean(axis=-1) - ln_lrs.mean(axis=-1)) / spread)


def ber_1t1r(ln_lrs: np.ndarray, ln_hrs: np.ndarray) -> np.ndarray:
    """Return Q(D / (sL + sH)), ideal comparator, both error rates equal at its threshold; shapes as `ber_2t2r`."""
    spread = ln_lrs.std(axis=-1, ddof=1) + ln_hrs.std(axis=-1, ddof=1)
    return ndtr(-(ln_hrs.mean(axis=-1) - ln_lrs.mean(axis=-1)) / spread)


def ber_2t2r_of(single: np.ndarray | float) -> np.ndarray:
    """Return the 2T2R error rate that goes with the 1T1R rate `single`, any shape: equal spreads, ideal comparators.

    Q(D/2s) = p_1T1R gives p_2T2R = Q(D/(s sqrt 2)) = Q(sqrt 2 Qinv(p_1T1R)), whatever the spread s.
    """
    return ndtr(np.sqrt(2) * ndtri(single))


def equal_error_threshold(ln_lrs: np.ndarray, ln_hrs: np.ndarray, offset: float = 0.0) -> float:
    """Return the ln R that lies equally many sigmas above the LRS mean and below the HRS mean.

    `offset` is the standard deviation of the comparator's own offset in ln R, which widens both.
    """
    s_low, s_high = np.hypot(ln_lrs.std(ddof=1), offset), np.hypot(ln_hrs.std(ddof=1), offset)
    return float((ln_lrs.mean() * s_high + ln_hrs.mean() * s_low) / (s_low + s_high))


def extrapolated(
    law: Callable[..., np.ndarray],
    ln_lrs: np.ndarray,
    ln_hrs: np.ndarray,
    method: str,
    confidence: float = 0.95,
    offset: tuple[float, float] | None = None,
) -> Probability:
    """Return `law` of the samples with a percentile bootstrap interval (fixed seed).

    The interval covers the sampling of means, sigmas and offset alone, not whether the tails are log-normal.

    Args:
        offset: standard deviation of the amplifier's offset in ln R and its standard error; None if `law` has none.
    """
    rng, n = np.random.default_rng(0), len(ln_lrs)
    block = max(1, _MEMORY // n)
    found = []
    for start in range(0, _RESAMPLES, block):
        count = min(block, _RESAMPLES - start)
        picked = rng.integers(0, n, (count, n))
        drawn = (
            ()
            if offset is None
            else (offset[0] * np.exp(offset[1] / offset[0] * rng.standard_normal(count)),)
        )
        found.append(law(ln_lrs[picked], ln_hrs[picked], *drawn))
    low, high = np.quantile(np.concatenate(found), [(1 - confidence) / 2, (1 + confidence) / 2])
    return Probability(
        low=float(low),
        best=float(law(ln_lrs, ln_hrs, *(() if offset is None else offset[:1]))),
        high=float(high),
        confidence=confidence,
        samples=n,
        errors=0,
        discards=0,
        method=method,
    )
