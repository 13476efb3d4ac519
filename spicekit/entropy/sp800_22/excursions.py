"""Tests of a walk between its returns to zero (sections 2.14 and 2.15)."""

import numpy as np
from scipy.special import erfc, gammaincc

_STATES = (-4, -3, -2, -1, 1, 2, 3, 4)
_LEAST = 500  # cycles


def _walk(bits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the walk, and in which cycle each of its points lies."""
    walk = np.cumsum(2 * bits.astype(np.int64) - 1)
    cycle = np.concatenate([[0], np.cumsum(walk == 0)[:-1]])
    return walk, cycle


def excursions(bits: np.ndarray) -> list[float]:
    """How often are states visited in a cycle? One p-value for each of eight states, or none with few cycles."""
    walk, cycle = _walk(bits)
    count = int(cycle[-1]) + 1
    if count < max(_LEAST, 0.005 * np.sqrt(len(bits))):
        return []
    found = []
    for state in _STATES:
        visits = np.bincount(cycle[walk == state], minlength=count)
        seen = np.bincount(np.minimum(visits, 5), minlength=6)
        away = 1 / (2 * abs(state))  # chance of a visit to be the last one
        shares = [1 - away, *(away**2 * (1 - away) ** (k - 1) for k in range(1, 5)), away * (1 - away) ** 4]
        expected = count * np.array(shares)
        found.append(float(gammaincc(2.5, (((seen - expected) ** 2) / expected).sum() / 2)))
    return found


def variant(bits: np.ndarray) -> list[float]:
    """How often are states visited in all? One p-value for each of eighteen states, or none with few cycles."""
    walk, cycle = _walk(bits)
    count = int(cycle[-1]) + 1
    if count < max(_LEAST, 0.005 * np.sqrt(len(bits))):
        return []
    return [
        float(erfc(abs(int((walk == x).sum()) - count) / np.sqrt(2 * count * (4 * abs(x) - 2))))
        for x in (*range(-9, 0), *range(1, 10))
    ]
