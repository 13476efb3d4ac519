"""Two-state telegraph signals: from a sampled trace to runs, to rates with errors, to a test of the dwell times.

A trace that is looked at every `interval` seconds is a two-state Markov chain. Its run lengths are geometric, and its
two transition probabilities give both rates, also where dwells shorter than the interval go unseen (Norris, Markov
Chains, 1997, example 2.1.1: P01 = r0/(r0 + r1) (1 - exp(-(r0 + r1) t))).
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

_LEAST_EXPECTED = 5  # runs in a class of the chi-squared test
_LEAST_CLASSES, _MOST_CLASSES = 3, 10


class Runs(NamedTuple):
    """Stretches of equal states in one trace; the first and the last are cut off by its ends."""

    states: np.ndarray  # (runs,), 0 or 1
    lengths: np.ndarray  # (runs,), in intervals

    @property
    def complete(self) -> np.ndarray:
        """Which runs have both ends in the trace, (runs,)."""
        place = np.arange(len(self.states))
        return (place > 0) & (place < len(place) - 1)


class Rates(NamedTuple):
    """Rates of leaving states 0 and 1 [1/s], (2,), and their standard errors, (2,)."""

    values: np.ndarray
    errors: np.ndarray


class DwellTest(NamedTuple):
    """Chi-squared test of run lengths against the geometric law."""

    statistic: float
    freedom: int
    p_value: float


def runs(trace: np.ndarray, reference: float) -> Runs:
    """Return the runs of a trace (points,): state 1 where its magnitude is above `reference`."""
    states = (np.abs(trace) > abs(reference)).astype(int)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(states)) + 1])
    return Runs(states[starts], np.diff(np.append(starts, len(states))))


def rates(found: list[Runs], interval: float) -> Rates | None:
    """Return the maximum-likelihood rates of traces of one device, or None if it never left one of the states.

    None as well if it changes at every other look or more often: then the interval is too long to tell rates.
    """
    stays = np.array([[r.lengths[r.states == s].sum() for s in (0, 1)] for r in found]).sum(axis=0)
    # the last point of a trace has no successor
    stays -= np.array([[r.states[-1] == s for s in (0, 1)] for r in found]).sum(axis=0)
    leaves = np.array([[(r.states[:-1] == s).sum() for s in (0, 1)] for r in found]).sum(axis=0)
    if min(leaves) == 0:
        return None
    p = leaves / stays
    total = p.sum()
    if total >= 1:
        return None
    sum_of_rates = -math.log1p(-total) / interval
    values = sum_of_rates * p / total
    # r_i = p_i g with g = sum_of_rates/total, a function of the total alone; the variance of p is p (1 - p)/stays
    slope = (1 / ((1 - total) * interval) - sum_of_rates / total) / total
    jacobian = np.diag(np.full(2, sum_of_rates / total)) + np.outer(p, [slope, slope])
    variance = p * (1 - p) / stays
    return Rates(values, np.sqrt((jacobian**2) @ variance))


def dwell_test(groups: list[tuple[np.ndarray, float]]) -> DwellTest | None:
    """Test run lengths against the geometric law; None if there are too few.

    Each group has its own probability of leaving, fitted to its classes: only then do the degrees of freedom hold
    (Chernoff and Lehmann, Ann. Math. Statist. 25, 579, 1954).

    Args:
        groups: (lengths (runs,) in intervals, first guess of the probability of leaving per interval) of each device
            and state; the statistics add up.
    """
    from scipy.stats import chi2

    statistic, freedom = 0.0, 0
    for lengths, guess in groups:
        for classes in range(min(len(lengths) // _LEAST_EXPECTED, _MOST_CLASSES), _LEAST_CLASSES - 1, -1):
            # edges at quantiles of the law, as far as whole intervals allow
            quantiles = np.arange(1, classes) / classes
            edges = np.unique(np.ceil(np.log1p(-quantiles) / math.log1p(-guess)))
            expected = _shares(edges, guess) * len(lengths)
            if len(expected) >= _LEAST_CLASSES and expected.min() >= _LEAST_EXPECTED / 2:
                seen = np.histogram(lengths, np.concatenate([[0], edges + 0.5, [np.inf]]))[0]
                expected = _fitted(edges, seen, guess) * len(lengths)
                statistic += float((((seen - expected) ** 2) / expected).sum())
                freedom += len(expected) - 2  # numbers add up, and the probability was fitted
                break
    return DwellTest(statistic, freedom, float(chi2.sf(statistic, freedom))) if freedom else None


def _shares(edges: np.ndarray, leave: float) -> np.ndarray:
    """Return the chance of a run in each class; a class ends with the length at its edge."""
    return -np.diff(np.concatenate([[1.0], np.exp(edges * math.log1p(-leave)), [0.0]]))


def _fitted(edges: np.ndarray, seen: np.ndarray, guess: float) -> np.ndarray:
    """Return the shares under the probability of leaving that makes the classes seen most likely."""

    from scipy.optimize import minimize_scalar

    def unlikely(at: float) -> float:
        return -float(seen @ np.log(_shares(edges, float(expit(at)))))

    middle = float(logit(guess))
    best = minimize_scalar(unlikely, bounds=(middle - 2, middle + 2), method="bounded")
    return _shares(edges, float(expit(best.x)))
