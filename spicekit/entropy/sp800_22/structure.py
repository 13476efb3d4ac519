"""Tests of linear structure: rank of matrices, spectrum, linear complexity (sections 2.5, 2.6 and 2.10)."""

import numpy as np
from scipy.special import erfc, gammaincc

_SIDE = 32  # of a matrix
_CLASSES = (0.010417, 0.03125, 0.125, 0.5, 0.25, 0.0625, 0.020833)  # shares of the linear complexity


def matrix_rank(bits: np.ndarray) -> list[float]:
    """Have matrices of 32 × 32 bits the ranks that they should have? Needs 38 of them."""
    count = len(bits) // _SIDE**2
    if count < 38:
        return []
    rows = bits[: count * _SIDE**2].reshape(count, _SIDE, _SIDE) @ (1 << np.arange(_SIDE)[::-1])
    ranks, matrices = np.zeros(count, np.int64), np.arange(count)
    for column in range(_SIDE):
        has = (rows >> (_SIDE - 1 - column)) & 1
        free = has * (np.arange(_SIDE) >= ranks[:, None])
        pivot, found = free.argmax(axis=1), free.any(axis=1)
        m, at = matrices[found], ranks[found]
        chosen = rows[m, pivot[found]]
        rows[m, pivot[found]], rows[m, at] = rows[m, at], chosen
        below = ((rows[m] >> (_SIDE - 1 - column)) & 1) * (np.arange(_SIDE) > at[:, None])
        rows[m] ^= below * chosen[:, None]
        ranks[found] += 1
    k = np.arange(_SIDE)
    full = np.prod(1 - 2.0 ** (k - _SIDE))
    less = 0.5 * np.prod((1 - 2.0 ** (k[:-1] - _SIDE)) ** 2 / (1 - 2.0 ** (k[:-1] - _SIDE + 1)))
    expected = count * np.array([full, less, 1 - full - less])
    seen = np.array([(ranks == _SIDE).sum(), (ranks == _SIDE - 1).sum(), (ranks < _SIDE - 1).sum()])
    return [float(np.exp(-(((seen - expected) ** 2) / expected).sum() / 2))]


def spectral(bits: np.ndarray) -> list[float]:
    """Are as many peaks of the discrete Fourier transform low as should be?"""
    n = len(bits)
    heights = np.abs(np.fft.rfft(2.0 * bits - 1))[: n // 2]
    seen = (heights < np.sqrt(np.log(1 / 0.05) * n)).sum()
    return [float(erfc(abs(seen - 0.95 * n / 2) / np.sqrt(n * 0.95 * 0.05 / 4) / np.sqrt(2)))]


def linear_complexity(bits: np.ndarray, size: int = 500) -> list[float]:
    """Do blocks need shift registers as long as they should? Needs 200 blocks."""
    count = len(bits) // size
    if count < 200:
        return []
    lengths = shift_registers(bits[: count * size].reshape(count, size))
    sign = (-1) ** size
    mean = size / 2 + (9 - sign) / 36 - (size / 3 + 2 / 9) / 2.0**size
    away = sign * (lengths - mean) + 2 / 9
    seen = np.bincount(np.clip(np.ceil(away + 2.5), 0, 6).astype(int), minlength=7)
    expected = count * np.array(_CLASSES)
    return [float(gammaincc(3, (((seen - expected) ** 2) / expected).sum() / 2))]


def shift_registers(blocks: np.ndarray) -> np.ndarray:
    """Return how many bits the shortest shift register has that makes each block (Berlekamp and Massey), (blocks,).

    Args:
        blocks: (blocks, bits).
    """
    count, size = blocks.shape
    now, before = np.zeros((2, count, size + 1), np.uint8)
    now[:, 0] = before[:, 0] = 1
    lengths = np.zeros(count, np.int64)
    for n in range(size):
        before = np.pad(before[:, :-1], ((0, 0), (1, 0)))  # times x
        miss = (now[:, : n + 1] & blocks[:, n::-1]).sum(axis=1) & 1
        changes = (miss == 1) & (2 * lengths <= n)
        kept = now[changes]
        now ^= before * miss[:, None].astype(np.uint8)
        before[changes] = kept
        lengths[changes] = n + 1 - lengths[changes]
    return lengths
