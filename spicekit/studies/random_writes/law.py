"""The law of bits of a pair that is written again and again: a latent normal number above or below zero.

What the amplifier sees in write t of pair i is, in its own standard deviations,

    x = mean + sqrt(constant) c_i + sqrt(slow) s_it + sqrt(fresh) f_it,   constant + slow + fresh = 1

and the bit is 1 where x > 0. c stays with the pair (its devices and its amplifier), f is drawn anew in each write, and
s is a first-order autoregression over writes, whose correlation falls to 1/e after `cycles` (the RRAM card says how
many).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, owens_t

_MOST = 1 - 1e-6  # of constant and slow: something is always fresh


@dataclass(frozen=True)
class Law:
    """Of pairs in one state; shares of the variance."""

    mean: float
    constant: float
    slow: float
    cycles: float

    @property
    def fresh(self) -> float:
        """Share of the variance that is drawn anew in each write."""
        return 1 - self.constant - self.slow

    def correlation(self, lag: float | np.ndarray) -> np.ndarray:
        """Return the correlation of what is seen `lag` writes apart, over pairs."""
        return self.constant + self.slow * np.exp(-np.asarray(lag) / self.cycles)

    def turns(self, lag: float | np.ndarray) -> np.ndarray:
        """Return the chance that two bits of a pair, `lag` writes apart, differ; over pairs.

        By Owen's T function (Owen, Ann. Math. Stat. 27, 1956); without a mean arccos(correlation)/pi (Sheppard 1899).
        """
        rho = self.correlation(lag)
        return 4 * owens_t(self.mean, np.sqrt((1 - rho) / (1 + rho)))

    def ones(self, c: np.ndarray) -> np.ndarray:
        """Return the share of ones over very many writes of pairs with these `c`, standard normal."""
        return ndtr((self.mean + np.sqrt(self.constant) * c) / np.sqrt(1 - self.constant))

    def balanced(self, bound: float) -> float:
        """Return the share of pairs whose share of ones is within `bound` of one half."""
        if self.constant <= 0:
            return float(abs(float(self.ones(np.zeros(1))[0]) - 0.5) <= bound)
        reach = ndtri(0.5 + bound) * np.sqrt(1 - self.constant)
        ends = (np.array([-reach, reach]) - self.mean) / np.sqrt(self.constant)
        low, high = ndtr(ends)
        return float(high - low)

    def bits(self, c: np.ndarray, writes: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """Return the bits (pairs, writes) of pairs with these `c` (pairs,) in the writes of these numbers, rising."""
        seen = self.mean + np.sqrt(self.constant) * c[:, None] + np.zeros(len(writes))
        seen += np.sqrt(self.fresh) * random.standard_normal(seen.shape)
        if self.slow > 0:
            part = random.standard_normal(len(c))
            for k in range(len(writes)):
                if k:
                    rho = np.exp(-(writes[k] - writes[k - 1]) / self.cycles)
                    part = rho * part + np.sqrt(1 - rho**2) * random.standard_normal(len(c))
                seen[:, k] += np.sqrt(self.slow) * part
        return (seen > 0).astype(np.uint8)


def shares(correlations: np.ndarray, writes: np.ndarray, cycles: float) -> tuple[float, float]:
    """Return (constant, slow) that fit correlations of writes with these numbers: least squares, none below zero."""
    from scipy.optimize import nnls  # here, as it takes long to load

    first, second = np.triu_indices(len(writes), 1)
    lags = writes[second] - writes[first]
    found, _ = nnls(
        np.column_stack([np.ones(len(lags)), np.exp(-lags / cycles)]), correlations[first, second]
    )
    whole = found.sum()
    constant, slow = found * min(1.0, _MOST / whole) if whole > 0 else found
    return float(constant), float(slow)
