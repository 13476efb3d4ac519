"""Intervals of means over splits, chips or people, and of shares of samples; none of them has no width."""

from collections.abc import Iterable

import numpy as np
from scipy.special import ndtri, stdtrit

_ROUNDING = 1e-12  # of shares, and of differences between them


def reach_of_mean(values: np.ndarray, confidence: float, overlap: float = 0.0) -> float:
    """Return how far Student's interval of the mean of values reaches; exactly 0 where all are alike.

    Args:
        values: (n,), such as accuracies of chips or of splits; a single one is alike.
        overlap: samples of a test over those of its training, where the values are of splits that share samples; the
            variance of the mean is then s² (1/n + overlap), after Nadeau and Bengio, Machine Learning 52, 239 (2003).
    """
    n = len(values)
    if np.ptp(values) < _ROUNDING:
        return 0.0
    return float(stdtrit(n - 1, (1 + confidence) / 2) * values.std(ddof=1) * np.sqrt(1 / n + overlap))


def reach_of_crossed(effects: Iterable[np.ndarray], confidence: float) -> float:
    """Return how far the interval of a mean reaches that has several effects, each given by the means of its levels.

    Student's reaches add up in squares, as of crossed random effects: a bad split is bad for all chips, and the other
    way round. What belongs to both is counted twice, which is on the safe side.
    """
    return float(np.sqrt(sum(reach_of_mean(means, confidence) ** 2 for means in effects)))


def wilson(share: float, samples: float, confidence: float) -> tuple[float, float]:
    """Return Wilson's interval of a share of samples; it holds the share, whatever rounding does."""
    z2 = float(ndtri((1 + confidence) / 2)) ** 2
    centre = (share + z2 / (2 * samples)) / (1 + z2 / samples)
    reach = float(np.sqrt(z2 * (share * (1 - share) / samples + z2 / (4 * samples**2)))) / (1 + z2 / samples)
    return max(min(centre - reach, share), 0.0), min(max(centre + reach, share), 1.0)


def share_interval(mean: float, reach: float, samples: int, confidence: float) -> tuple[float, float]:
    """Return the ends of a mean share that reaches so far to either side.

    Without a reach all values were equal, which does not say that others are: then Wilson's of the `samples` that were
    tested.
    """
    if not reach:
        return wilson(min(max(mean, 0.0), 1.0), samples, confidence)
    return max(mean - reach, 0.0), min(mean + reach, 1.0)


def none_changed(samples: int, confidence: float) -> float:
    """Return how large a share of samples may change where none of `samples` did: the end of Wilson's interval."""
    return wilson(0.0, samples, confidence)[1]
