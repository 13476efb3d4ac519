"""Shares of right tokens over splits and chips: means and their intervals."""

from dataclasses import dataclass

import numpy as np

from spicekit.network.intervals import reach_of_crossed, share_interval

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Rate:
    """A share of right tokens: mean with interval, and between which shares 90 % of splits and chips lie."""

    low: float
    mean: float
    high: float
    band: tuple[float, float]
    splits: int
    chips: int


def rate_of(rates: np.ndarray, tested: int) -> Rate:
    """Return mean and interval of `rates` (splits, chips), in which `tested` different tokens were tested.

    Splits share talkers, so the interval says how far these tokens go, not others: Student's, for other splits and
    chips (`reach_of_crossed`). Where all splits and chips are alike, or there is one of each, it is Wilson's of the
    tokens.
    """
    rates = np.asarray(rates, float).reshape(len(rates), -1)
    mean = float(rates.mean())
    low, high = share_interval(
        mean, reach_of_crossed((rates.mean(axis=1), rates.mean(axis=0)), CONFIDENCE), tested, CONFIDENCE
    )
    ends = np.quantile(rates, [0.05, 0.95])
    return Rate(low, mean, high, (float(ends[0]), float(ends[1])), *rates.shape)
