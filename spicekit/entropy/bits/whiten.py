"""Whitening: fewer bits that are nearer to ideal ones."""

import numpy as np


def von_neumann(bits: np.ndarray) -> np.ndarray:
    """Return one bit of each pair of unequal bits, the first one; pairs of equal bits are left out.

    Without bias for any chain whose pairs 01 and 10 are as likely, as those of a two-state Markov chain are; free of
    correlation for independent bits alone (von Neumann 1951).
    """
    first, second = bits[: len(bits) // 2 * 2].reshape(-1, 2).T
    return first[first != second]


def xor(streams: np.ndarray) -> np.ndarray:
    """Return the exclusive or (bits,) of streams (streams, bits): n biases become 2^(n-1) times their product."""
    return np.bitwise_xor.reduce(streams, axis=0)
