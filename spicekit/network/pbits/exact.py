"""Small problems exactly: all states, the ground state, Boltzmann's law."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import brentq

from spicekit.network.pbits.problem import Problem

MOST_STATES_BITS = 20
"""Bits up to which all states are enumerated."""
MOST_LAW_BITS = 12
"""Bits up to which what p-bits do is compared with Boltzmann's law, state by state."""
_AT_ONCE = 1 << 14
_WARM = 0.75  # share of the entropy that is left


@dataclass(frozen=True)
class Exact:
    """All states of a problem."""

    problem: Problem
    energies: np.ndarray  # (2^n,); bit k of the number of a state is its bit k, 1 for +1

    @property
    def ground(self) -> float:
        """The lowest energy."""
        return float(self.energies.min())

    @property
    def solutions(self) -> np.ndarray:
        """Numbers of the states with the lowest energy."""
        return np.flatnonzero(self.energies <= self.ground + tolerance(self.ground))

    def law(self, beta: float) -> np.ndarray:
        """Return Boltzmann's probabilities (2^n,) at the inverse temperature `beta`."""
        weights = np.exp(-beta * (self.energies - self.ground))
        return weights / weights.sum()

    def marginals(self, law: np.ndarray) -> np.ndarray:
        """Return the chance (n,) that each bit is +1."""
        return law @ (self._all + 1) / 2

    @cached_property
    def _all(self) -> np.ndarray:
        return states_of(np.arange(len(self.energies)), self.problem.bits)

    def warm(self) -> float:
        """Return the inverse temperature at which the entropy is a quarter of the way from n bits to the ground
        states'.

        There the law is neither flat nor frozen, and networks reach it.
        """
        wanted = _WARM * self.problem.bits * np.log(2) + (1 - _WARM) * np.log(len(self.solutions))
        scale = np.ptp(self.energies) or 1.0

        def excess(log_beta: float) -> float:
            law = self.law(float(np.exp(log_beta)) / scale)
            kept = law[law > 0]
            return float(-(kept * np.log(kept)).sum()) - wanted

        return float(np.exp(brentq(excess, -10, 25)) / scale)


def enumerate_states(problem: Problem) -> Exact:
    """Return all states; the problem has `MOST_STATES_BITS` bits at most."""
    count = 1 << problem.bits
    parts = [
        problem.energies(states_of(np.arange(first, min(first + _AT_ONCE, count)), problem.bits))
        for first in range(0, count, _AT_ONCE)
    ]
    return Exact(problem, np.concatenate(parts))


def states_of(numbers: np.ndarray, bits: int) -> np.ndarray:
    """Return the states (..., bits) of ±1 with these numbers (...)."""
    return 2.0 * (numbers[..., None] >> np.arange(bits) & 1) - 1


def numbers_of(states: np.ndarray) -> np.ndarray:
    """Return the numbers (...) of states (..., bits)."""
    return (states > 0) @ (1 << np.arange(states.shape[-1]))


def tolerance(energy: float) -> float:
    """Return how far two energies may be apart and still be the same."""
    return 1e-9 * max(1.0, abs(energy))


def total_variation(law: np.ndarray, numbers: np.ndarray) -> float:
    """Return the total variation distance of the states seen, by their numbers, from a law (2^n,)."""
    seen = np.bincount(numbers, minlength=len(law)) / len(numbers)
    return float(np.abs(seen - law).sum() / 2)


def floor_of(
    law: np.ndarray, samples: int, random: np.random.Generator, draws: int = 200
) -> tuple[float, float]:
    """Return mean and 95 % quantile of the total variation distance of so many samples of the law itself."""
    found = np.abs(random.multinomial(samples, law, draws) / samples - law).sum(axis=1) / 2
    return float(found.mean()), float(np.quantile(found, 0.95))
