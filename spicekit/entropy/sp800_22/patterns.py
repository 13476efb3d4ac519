"""Tests of short patterns: templates, universal, approximate entropy, serial (sections 2.7 to 2.9, 2.11, 2.12)."""

from functools import cache

import numpy as np
from scipy.special import erfc, gammaincc

_PARTS = 8
_UNIVERSAL = (  # bits from which on, bits of a block, expected mean, variance
    (387_840, 6, 5.2177052, 2.954),
    (904_960, 7, 6.1962507, 3.125),
    (2_068_480, 8, 7.1836656, 3.238),
    (4_654_080, 9, 8.1764248, 3.311),
    (10_342_400, 10, 9.1723243, 3.356),
)
_OVERLAPS = (0.364091, 0.185659, 0.139381, 0.100571, 0.0704323, 0.139865)
"""Shares of blocks of 1,032 bits with 0 … 5 or more places of nine ones (section 3.8, as corrected in rev. 1a)."""


def _words(bits: np.ndarray, size: int, around: bool) -> np.ndarray:
    """Return the number that the `size` bits from each place on are; `around`: the end is followed by the start."""
    s = np.concatenate([bits, bits[: size - 1]]) if around else bits
    count = len(s) - size + 1
    found = np.zeros(count, np.int64)
    for k in range(size):
        found = 2 * found + s[k : k + count]
    return found


@cache
def templates(size: int = 9) -> tuple[int, ...]:
    """Return the words of `size` bits that cannot overlap themselves."""
    found = []
    for word in range(1 << size):
        # shifted by k, its high bits would be its low ones
        if all(word >> k != word & ((1 << (size - k)) - 1) for k in range(1, size)):
            found.append(word)
    return tuple(found)


def non_overlapping(bits: np.ndarray, size: int = 9) -> list[float]:
    """Is any word that cannot overlap itself too frequent or too rare? One p-value for each, eight parts."""
    length = len(bits) // _PARTS
    seen = np.array(
        [
            np.bincount(_words(bits[k * length : (k + 1) * length], size, False), minlength=1 << size)
            for k in range(_PARTS)
        ]
    )[:, list(templates(size))]
    mean = (length - size + 1) / 2**size
    variance = length * (2.0**-size - (2 * size - 1) * 2.0 ** (-2 * size))
    return gammaincc(_PARTS / 2, ((seen - mean) ** 2 / variance).sum(axis=0) / 2).tolist()


def overlapping(bits: np.ndarray, size: int = 9, block: int = 1032) -> list[float]:
    """Do nine ones in a row come as often as they should, overlaps counted?"""
    count = len(bits) // block
    s = bits[: count * block].reshape(count, block)
    ones = np.cumsum(np.pad(s, ((0, 0), (1, 0))), axis=1, dtype=np.int64)
    hits = ((ones[:, size:] - ones[:, :-size]) == size).sum(axis=1)
    seen = np.bincount(np.minimum(hits, len(_OVERLAPS) - 1), minlength=len(_OVERLAPS))
    expected = count * np.array(_OVERLAPS)
    return [float(gammaincc((len(_OVERLAPS) - 1) / 2, (((seen - expected) ** 2) / expected).sum() / 2))]


def universal(bits: np.ndarray) -> list[float]:
    """Can the sequence be compressed (Maurer)? Needs 387,840 bits."""
    known = [row for row in _UNIVERSAL if len(bits) >= row[0]]
    if not known:
        return []
    _, size, expected, variance = known[-1]
    aside = 10 * 2**size
    count = len(bits) // size
    blocks = _words(bits[: count * size], size, False)[::size]
    order = np.argsort(blocks, kind="stable")
    before = np.full(count, -1)
    same = blocks[order][1:] == blocks[order][:-1]
    before[order[1:]] = np.where(same, order[:-1], -1)
    measured = count - aside
    mean = np.log2((np.arange(count) - before)[aside:]).mean()
    c = 0.7 - 0.8 / size + (4 + 32 / size) * measured ** (-3 / size) / 15
    return [float(erfc(abs(mean - expected) / (np.sqrt(2) * c * np.sqrt(variance / measured))))]


def approximate_entropy(bits: np.ndarray, size: int = 10) -> list[float]:
    """Are words of m and of m + 1 bits as frequent as they should be to each other?"""

    def phi(m: int) -> float:
        shares = np.bincount(_words(bits, m, True)) / len(bits)
        shares = shares[shares > 0]
        return float((shares * np.log(shares)).sum())

    entropy = phi(size) - phi(size + 1)
    return [float(gammaincc(2 ** (size - 1), len(bits) * (np.log(2) - entropy)))]


def serial(bits: np.ndarray, size: int = 16) -> list[float]:
    """Are all words of m bits equally frequent? Two p-values."""

    def psi(m: int) -> float:
        if m < 1:
            return 0.0
        seen = np.bincount(_words(bits, m, True))
        return float(2**m / len(bits) * (seen.astype(float) ** 2).sum() - len(bits))

    whole, less, least = psi(size), psi(size - 1), psi(size - 2)
    return [
        float(gammaincc(2 ** (size - 2), (whole - less) / 2)),
        float(gammaincc(2 ** (size - 3), (whole - 2 * less + least) / 2)),
    ]
