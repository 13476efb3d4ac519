"""Estimators that count: most common value, collision, Markov, compression (sections 6.3.1 to 6.3.4)."""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

Z = float(ndtri(0.995))
"""Of a one-sided bound: the upper end of an interval of 99 %."""
_BLOCK, _ASIDE = 6, 1000  # bits of a block, and blocks that fill the dictionary
_SHRINK = (
    0.5907  # of the standard deviation of the compression statistic: neighbouring terms are not independent
)


def upper(share: float, samples: int) -> float:
    """Return the upper end of a share that was counted."""
    return min(1.0, share + Z * math.sqrt(share * (1 - share) / (samples - 1)))


def estimates(bits: np.ndarray) -> dict[str, float]:
    """Return the four of them."""
    return {
        "most common value": _most_common(bits),
        "collision": _collision(bits),
        "Markov": _markov(bits),
        "compression": _compression(bits),
    }


def _most_common(bits: np.ndarray) -> float:
    share = float(bits.mean())
    return -math.log2(upper(max(share, 1 - share), len(bits)))


def _collision(bits: np.ndarray) -> float:
    """Of the waits until a value comes again: two bits if they are alike, else three.

    The equation of step 7 is -2p² + 2p + 2 = mean for two values.
    """
    waits = _waits(bits)
    mean = waits.mean() - Z * waits.std(ddof=1) / math.sqrt(len(waits))
    if mean >= 2.5:
        return 1.0
    return -math.log2(0.5 + math.sqrt(1.25 - 0.5 * max(float(mean), 2.0)))


def _waits(bits: np.ndarray) -> np.ndarray:
    alike = (bits[1:] == bits[:-1]).tolist()
    found, at, last = [], 0, len(alike)
    while at < last:
        wait = 2 if alike[at] else 3
        if at + wait > last + 1:
            break
        found.append(wait)
        at += wait
    return np.array(found)


def _markov(bits: np.ndarray) -> float:
    """Of the likeliest sequence of 128 bits."""
    first = np.array([1 - bits.mean(), bits.mean()])
    pairs = np.bincount(2 * bits[:-1].astype(int) + bits[1:], minlength=4).reshape(2, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        start = np.log2(first)
        (zero_zero, zero_one), (one_zero, one_one) = np.log2(pairs / pairs.sum(axis=1, keepdims=True))
        paths = [
            start[0] + 127 * zero_zero,
            start[0] + 64 * zero_one + 63 * one_zero,
            start[0] + zero_one + 126 * one_one,
            start[1] + one_zero + 126 * zero_zero,
            start[1] + 64 * one_zero + 63 * zero_one,
            start[1] + 127 * one_one,
        ]
    return min(-float(np.nanmax(paths)) / 128, 1.0)


def _compression(bits: np.ndarray) -> float:
    """Of how far back each block of six bits stood last (Maurer)."""
    count = len(bits) // _BLOCK
    blocks = bits[: count * _BLOCK].reshape(count, _BLOCK) @ (1 << np.arange(_BLOCK)[::-1])
    order = np.argsort(blocks, kind="stable")
    again = np.concatenate([[False], blocks[order][1:] == blocks[order][:-1]])
    before = np.full(count, -1)
    before[order[1:]] = np.where(again[1:], order[:-1], -1)
    logs = np.log2((np.arange(count) - before)[_ASIDE:])
    sigma = math.sqrt((logs**2).sum() / (len(logs) - 1) - logs.mean() ** 2)  # as step 5 has it
    mean = logs.mean() - Z * _SHRINK * sigma / math.sqrt(len(logs))
    values = 2**_BLOCK

    def expected(p: float) -> float:
        return _distance(p, count) + (values - 1) * _distance((1 - p) / (values - 1), count)

    if expected(1 / values) <= mean:
        return 1.0
    p: float = brentq(lambda p: expected(p) - mean, 1 / values, 1 - 1e-12)  # type: ignore[assignment]
    return -math.log2(p) / _BLOCK


def _distance(z: float, count: int) -> float:
    """Return the expected share of a value of probability z in the mean of log2 of distances."""
    u = np.arange(1, count + 1)
    terms = np.log2(u) * np.exp((u - 1) * math.log1p(-z))
    # a distance u ends inside at count - max(u, aside) places, and reaches the start at one place, the u-th
    inside = (count - np.maximum(u, _ASIDE)) * z**2
    return float(terms @ (inside + np.where(u > _ASIDE, z, 0.0)) / (count - _ASIDE))
