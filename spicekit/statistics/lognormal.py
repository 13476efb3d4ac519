"""The error rate of 1T1R in closed form, from what is said about resistances and amplifier."""

import numpy as np
from scipy.special import ndtr, ndtri

from spicekit.block import Distribution, Probability
from spicekit.statistics.blocks import SenseOffset


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
    low, best, high = ndtr(np.array([-1, 0, 1]) * ndtri((1 + confidence) / 2) * error - index)
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
