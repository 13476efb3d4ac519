"""Shares of right tokens over splits and chips: means and their intervals."""

from dataclasses import dataclass
from functools import cache

import numpy as np

CONFIDENCE = 0.95
_DRAWS = 2000


@dataclass(frozen=True)
class Rate:
    """A share of right tokens: mean with interval, and between which shares 90 % of splits and chips lie."""

    low: float
    mean: float
    high: float
    band: tuple[float, float]
    splits: int
    chips: int


def rate_of(rates: np.ndarray) -> Rate:
    """Return mean and interval of `rates` (splits, chips).

    Splits and chips are drawn anew independently of each other, as a bad split is bad for all chips and the other way
    round (pigeonhole bootstrap; Owen, Ann. Appl. Stat. 1, 386, 2007); it errs on the wide side. Splits share talkers,
    so the interval says how far these tokens go, not others.
    """
    rates = np.asarray(rates, float).reshape(len(rates), -1)
    return _rate_of(rates.tobytes(), rates.shape)


@cache  # table, page and plots ask for the same ones
def _rate_of(content: bytes, shape: tuple[int, int]) -> Rate:
    rates = np.frombuffer(content).reshape(shape)
    rng = np.random.default_rng(0)
    rows = rng.integers(0, rates.shape[0], (_DRAWS, rates.shape[0]))
    columns = rng.integers(0, rates.shape[1], (_DRAWS, rates.shape[1]))
    means = [rates[np.ix_(a, b)].mean() for a, b in zip(rows, columns, strict=True)]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    ends = np.quantile(rates, [0.05, 0.95])
    return Rate(float(low), float(rates.mean()), float(high), (float(ends[0]), float(ends[1])), *rates.shape)
