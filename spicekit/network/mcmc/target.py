"""What is sampled: the posterior of a model over the conductances that hold its parameters.

A parameter is the difference of two conductances. Each conductance has a normal prior, cut to the range that can be
programmed, so that the parameter has nearly a normal prior of the standard deviation asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError

LogLikelihood = Callable[[np.ndarray], np.ndarray]
"""(chains, parameters) -> (chains,): ln of the probability of a chain's data."""


@dataclass(frozen=True)
class Coding:
    """How conductances hold parameters: w = prior_std (G+ - G-)/(sqrt(2) spread)."""

    centre: float  # S, of the prior of a conductance
    spread: float  # S, standard deviation of that prior before it is cut
    low: float  # S: outside low ... high a model is rejected, as no compliance has that mean
    high: float
    prior_std: float  # of a parameter

    @property
    def scale(self) -> float:
        """Parameter per conductance [1/S]."""
        return self.prior_std / (np.sqrt(2) * self.spread)

    def parameters(self, conductances: np.ndarray) -> np.ndarray:
        """Return (…, n) parameters of (…, 2 n) conductances [S]: first all G+, then all G-."""
        half = conductances.shape[-1] // 2
        return self.scale * (conductances[..., :half] - conductances[..., half:])

    def log_prior(self, conductances: np.ndarray) -> np.ndarray:
        """Return ln of the prior density of (…, 2 n) conductances, but for a constant; -inf outside the range."""
        inside = ((conductances >= self.low) & (conductances <= self.high)).all(axis=-1)
        found = -(((conductances - self.centre) / self.spread) ** 2).sum(axis=-1) / 2
        return np.where(inside, found, -np.inf)


def coding(low: float, high: float, prior_std: float, reach: float = 2.5) -> Coding:
    """Return the coding whose prior reaches `reach` standard deviations from its centre to both ends [S].

    Raises:
        InputError: no range.
    """
    if not 0 < low < high:
        raise InputError(
            f"the range of conductances is {low:g} to {high:g} S, expected a rising one above zero"
        )
    return Coding((low + high) / 2, (high - low) / 2 / reach, low, high, prior_std)
