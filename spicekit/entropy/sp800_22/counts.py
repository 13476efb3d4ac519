"""Tests of how many ones there are, overall and in parts, and of runs (sections 2.1 to 2.4 and 2.13)."""

import numpy as np
from scipy.special import erfc, gammaincc, ndtr

_LONGEST = (  # bits from which on, bits of a block, classes of the longest run, their shares
    (750_000, 10_000, (10, 16), (0.0882, 0.2092, 0.2483, 0.1933, 0.1208, 0.0675, 0.0727)),
    (6_272, 128, (4, 9), (0.1174, 0.2430, 0.2493, 0.1752, 0.1027, 0.1124)),
    (128, 8, (1, 4), (0.2148, 0.3672, 0.2305, 0.1875)),
)


def frequency(bits: np.ndarray) -> list[float]:
    """Monobit: are there as many ones as zeros?"""
    excess = abs(2 * int(bits.sum(dtype=np.int64)) - len(bits))
    return [float(erfc(excess / np.sqrt(2 * len(bits))))]


def block_frequency(bits: np.ndarray, size: int = 128) -> list[float]:
    """As many ones as zeros in each block?"""
    count = len(bits) // size
    shares = bits[: count * size].reshape(count, size).mean(axis=1)
    return [float(gammaincc(count / 2, 2 * size * ((shares - 0.5) ** 2).sum()))]


def runs(bits: np.ndarray) -> list[float]:
    """Do bits change as often as they should?"""
    share, n = float(bits.mean()), len(bits)
    if abs(share - 0.5) >= 2 / np.sqrt(n):
        return [0.0]  # as the standard says: the frequency has failed
    spread = share * (1 - share)
    seen = 1 + int((bits[1:] != bits[:-1]).sum())
    return [float(erfc(abs(seen - 2 * n * spread) / (2 * np.sqrt(2 * n) * spread)))]


def longest_run(bits: np.ndarray) -> list[float]:
    """How long is the longest run of ones in each block?"""
    for least, size, (low, high), shares in _LONGEST:  # noqa: B007
        if len(bits) >= least:
            break
    else:
        return []
    count = len(bits) // size
    blocks = bits[: count * size].reshape(count, size)
    longest, run = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for column in blocks.T:
        run = (run + 1) * column
        longest = np.maximum(longest, run)
    seen = np.bincount(np.clip(longest, low, high) - low, minlength=len(shares))
    expected = count * np.array(shares)
    return [float(gammaincc((len(shares) - 1) / 2, (((seen - expected) ** 2) / expected).sum() / 2))]


def cumulative_sums(bits: np.ndarray) -> list[float]:
    """How far does the walk of +1 and -1 get, forward and backward?"""
    walk = np.cumsum(2 * bits.astype(np.int64) - 1)
    backward = np.concatenate([walk[-1:], walk[-1] - walk[:-1]])
    return [_reach(int(np.abs(way).max()), len(bits)) for way in (walk, backward)]


def _reach(z: int, n: int) -> float:
    root = np.sqrt(n)
    first = np.arange(int((-n / z + 1) / 4), int((n / z - 1) / 4) + 1)
    second = np.arange(int((-n / z - 3) / 4), int((n / z - 1) / 4) + 1)
    inside = (ndtr((4 * first + 1) * z / root) - ndtr((4 * first - 1) * z / root)).sum()
    beyond = (ndtr((4 * second + 3) * z / root) - ndtr((4 * second + 1) * z / root)).sum()
    return float(np.clip(1 - inside + beyond, 0, 1))
