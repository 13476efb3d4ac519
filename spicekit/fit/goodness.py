"""How well distributions agree: with a normal law, and with the simulated card."""

from typing import cast

import numpy as np
from scipy.stats import goodness_of_fit, ks_2samp, norm

_LEAST = 8  # independent values; with fewer a test tells nothing
_FAR = 5.0  # robust standard deviations: a normal law has one in two million there
_TO_SIGMA = 1 / float(norm.ppf(0.75))  # median absolute deviation to standard deviation
_DRAWS = 999  # of the null distribution
_MOST = 2000  # values that are tested; more only find the smallest flaw


def switched(ln_resistance: np.ndarray) -> np.ndarray:
    """Return which values lie with the crowd; the others are taken for pulses that did not switch.

    The same rule is used on measured and on simulated values, so that it does not bias a fit.
    """
    centre = np.nanmedian(ln_resistance)
    off = np.abs(ln_resistance - centre)
    width = _TO_SIGMA * np.nanmedian(off)
    return off <= _FAR * width if width > 0 else np.isfinite(ln_resistance)


def normal_p_value(values: np.ndarray) -> float | None:
    """Return Anderson and Darling's p value of independent values against a normal law; None if too few."""
    if len(values) < _LEAST or np.ptp(values) == 0:
        return None
    rng = np.random.default_rng(0)
    scaled = (values - values.mean()) / values.std()
    if len(scaled) > _MOST:
        scaled = rng.choice(scaled, _MOST, replace=False)
    found: tuple = goodness_of_fit(norm, scaled, statistic="ad", n_mc_samples=_DRAWS, rng=rng)
    return float(found[2])  # of (fit, statistic, p value, null distribution)


def same_law_p_value(one: np.ndarray, other: np.ndarray) -> float | None:
    """Return Kolmogorov and Smirnov's p value of two independent samples; None if too few."""
    if min(len(one), len(other)) < _LEAST:
        return None
    _, p_value = ks_2samp(one, other)
    return float(cast(float, p_value))
