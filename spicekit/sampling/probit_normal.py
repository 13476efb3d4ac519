"""Error rates that differ from cell to cell, by one number: the latent normal model with an intraclass correlation.

A cell errs in a programming when a latent normal margin falls below zero. A share `correlation` of the margin's
variance stays with the cell, the rest is drawn anew each time. So cell i errs with the probability
Phi((Phi^-1(p) - sqrt(rho) z_i)/sqrt(1 - rho)), z_i standard normal; its mean over cells is p exactly (Vasicek, Risk
15:160, 2002; the probit-normal model of clustered binary data, Ochi and Prentice, Biometrika 71:531, 1984).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from scipy.special import gammaln, log_ndtr, ndtr, ndtri

_REACH, _PLACES = 9.0, 4001
NODES = np.linspace(-_REACH, _REACH, _PLACES)
"""z of cells over which is integrated. Even steps, and not Gauss-Hermite: near a correlation of 1 a cell's rate is a
step in z, which few nodes miss; of smooth functions the sum is exact to rounding as well."""
_WEIGHTS = np.exp(-(NODES**2) / 2)
WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def rate_of(z: np.ndarray, rate: float, correlation: float) -> np.ndarray:
    """Return the error rates of cells with these standard normal `z`, any shape; low z errs more often.

    At a `correlation` of 1 a cell errs always or never.
    """
    with _steps():
        return ndtr((ndtri(rate) - np.sqrt(correlation) * z) / np.sqrt(1 - correlation))


def without_error(rate: float, correlation: float, cycles: float) -> float:
    """Return the share of cells that do not err in any of `cycles` programmings."""
    return float(WEIGHTS @ (1 - rate_of(NODES, rate, correlation)) ** cycles)


def both(rate: float, correlation: float) -> float:
    """Return the chance that one cell errs in two given programmings; over `rate`: that it errs again."""
    return in_each(rate, correlation, 2)


def in_each(rate: float, correlation: float, cycles: int) -> float:
    """Return the chance that one cell errs in every one of `cycles` given programmings."""
    return float(WEIGHTS @ rate_of(NODES, rate, correlation) ** cycles)


def worst_share(rate: float, correlation: float, worst: float = 0.05, cycles: int | None = None) -> float:
    """Return the share of all errors that the worst cells have, of very many cells.

    Args:
        worst: share of the cells, those with most errors.
        cycles: programmings in which errors are counted, as luck has a part in who is worst then; None: the worst
            are those with the highest rates.
    """
    if cycles is None:
        own = rate_of(NODES, rate, correlation)
        return float(_of_the_worst(own, WEIGHTS, worst) / rate)
    errors = np.arange(cycles, -1, -1)
    return float(
        _of_the_worst(errors, number_of_errors(rate, correlation, cycles)[::-1], worst) / (rate * cycles)
    )


def number_of_errors(rate: float, correlation: float, cycles: int) -> np.ndarray:
    """Return the chances of 0, 1 ... `cycles` errors of a cell in `cycles` programmings."""
    return np.exp(log_chance(np.arange(cycles + 1), np.full(cycles + 1, cycles), rate, correlation))


def log_chance(errors: np.ndarray, cycles: np.ndarray, rate: float, correlation: float) -> np.ndarray:
    """Return ln of the chance that a cell has so many errors in so many cycles; both of one shape (n,)."""
    with _steps():
        at = (ndtri(rate) - np.sqrt(correlation) * NODES) / np.sqrt(1 - correlation)
    wrong, right = log_ndtr(at), log_ndtr(-at)
    each = errors[:, None] * wrong + (cycles - errors)[:, None] * right + np.log(WEIGHTS)
    top = each.max(axis=1, keepdims=True)
    ways = gammaln(cycles + 1) - gammaln(errors + 1) - gammaln(cycles - errors + 1)
    return ways + top[:, 0] + np.log(np.exp(each - top).sum(axis=1))


def _of_the_worst(each: np.ndarray, shares: np.ndarray, worst: float) -> float:
    """Return what the first `worst` of all cells have, of (value, share of the cells) with falling values."""
    before = np.concatenate([[0.0], np.cumsum(shares)[:-1]])
    return float((each * np.clip(worst - before, 0, shares)).sum())


@contextmanager
def _steps() -> Iterator[None]:
    """Let a correlation of 1 divide by zero: a step is meant."""
    with np.errstate(divide="ignore"):
        yield
