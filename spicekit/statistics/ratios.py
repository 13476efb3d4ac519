"""Do two probabilities agree? Their ratio, with the joint interval."""

import math
from dataclasses import dataclass

from spicekit.block import Probability


@dataclass(frozen=True)
class Ratio:
    """One probability over another."""

    low: float
    best: float
    high: float

    @property
    def agrees(self) -> bool:
        """Whether 1 lies within the interval: the two may be equal."""
        return self.low <= 1 <= self.high


def ratio(one: Probability, other: Probability) -> Ratio | None:
    """Return `one` over `other`, None where either saw no error.

    The two must be independent and of one confidence, which is then that of the ratio. The interval is
    MOVER's (Zou and Donner, Statistics in Medicine 27:1693, 2008) for the difference of the logarithms.
    """
    if not one.best or not other.best:
        return None
    best = math.log(one.best / other.best)
    low = math.hypot(_ln(one.best, one.low), _ln(other.high, other.best))
    high = math.hypot(_ln(one.high, one.best), _ln(other.best, other.low))
    return Ratio(math.exp(best - low), math.exp(best), math.exp(best + high))


def _ln(upper: float, lower: float) -> float:
    return math.log(upper / lower) if lower > 0 else math.inf
