"""Error rates of log-normal resistances in closed form, with bootstrap intervals.

An extrapolation: it reaches below what was counted on the word of two normal distributions.
"""

from collections.abc import Callable

import numpy as np
from scipy.stats import norm

from spicekit.statistics import Distribution, Probability, SenseOffset

_RESAMPLES = 2000
_MEMORY = 1_000_000  # numbers drawn at once


def ber_2t2r(ln_lrs: np.ndarray, ln_hrs: np.ndarray, offset: np.ndarray | float = 0.0) -> np.ndarray:
    """Return Q(D / sqrt(sL² + sH² + offset²)) for ln R of shape (…, samples); D is the difference of the means.

    `offset` is the standard deviation of the amplifier's offset in ln R; 0 is an ideal comparator.
    """
    spread = np.hypot(np.hypot(ln_lrs.std(axis=-1, ddof=1), ln_hrs.std(axis=-1, ddof=1)), offset)
    return norm.sf((ln_hrs.mean(axis=-1) - ln_lrs.mean(axis=-1)) / spread)


def ber_1t1r(ln_lrs: np.ndarray, ln_hrs: np.ndarray) -> np.ndarray:
    """Return Q(D / (sL + sH)), ideal comparator, both error rates equal at its threshold; shapes as `ber_2t2r`."""
    spread = ln_lrs.std(axis=-1, ddof=1) + ln_hrs.std(axis=-1, ddof=1)
    return norm.sf((ln_hrs.mean(axis=-1) - ln_lrs.mean(axis=-1)) / spread)


def ber_2t2r_of(single: np.ndarray | float) -> np.ndarray:
    """Return the 2T2R error rate that goes with the 1T1R rate `single`, any shape: equal spreads, ideal comparators.

    Q(D/2s) = p_1T1R gives p_2T2R = Q(D/(s sqrt 2)) = Q(sqrt 2 Qinv(p_1T1R)), whatever the spread s.
    """
    return norm.sf(np.sqrt(2) * norm.isf(single))


def ber_1t1r_with_offset(
    lrs: Distribution, hrs: Distribution, offset: SenseOffset, confidence: float = 0.95
) -> Probability | None:
    """Return the 1T1R error rate when an amplifier with an offset compares with the best reference.

    Q(D / (tL + tH)), t² = s² + offset², both error rates equal; the interval is that of D / (tL + tH) by the delta
    method, from the standard errors s/sqrt(n), s/sqrt(2n) and that of the offset. None if the laws do not say of how
    many devices they are.
    """
    if not lrs.samples or not hrs.samples:
        return None
    sigmas, n = np.array([lrs.sigma_ln, hrs.sigma_ln]), np.array([lrs.samples, hrs.samples])
    spreads = np.hypot(sigmas, offset.sigma_ln)
    distance, spread = np.log(hrs.median / lrs.median), spreads.sum()
    of_distance = (sigmas**2 / n).sum()
    of_spread = (sigmas**4 / (2 * n) / spreads**2).sum()
    of_spread += (offset.sigma_ln * offset.standard_error * (1 / spreads).sum()) ** 2
    index = distance / spread
    error = np.sqrt(of_distance / spread**2 + of_spread * index**2 / spread**2)
    low, best, high = norm.sf(index + np.array([1, 0, -1]) * norm.isf((1 - confidence) / 2) * error)
    return Probability(
        low=float(low),
        best=float(best),
        high=float(high),
        confidence=confidence,
        samples=min(lrs.samples, hrs.samples),
        errors=0,
        discards=0,
        method=f"extrapolated: log-normal laws of LRS and HRS, amplifier offset of {offset.sigma_ln:.2f} in ln R, best "
        "reference",
    )


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
