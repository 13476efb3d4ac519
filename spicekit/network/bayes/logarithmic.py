"""The logarithmic machine: integers that stand for -ln of the likelihoods, added by adders that saturate."""

import numpy as np

from spicekit.network.bayes.tables import normalized
from spicekit.network.bayes.words import Words

MORE_BITS = 2
"""Bits of an adder beyond those of a word: a class so unlikely that it saturates cannot win."""


def add_up(words: Words, observed: np.ndarray, adder_bits: int | None = None) -> np.ndarray:
    """Return the sums over the features (samples, classes), int64, none above what the adder holds.

    Args:
        observed: (samples, features), the bins in which the features fell.
        adder_bits: of each adder; default: `MORE_BITS` more than a word.
    """
    top = (1 << (words.bits + MORE_BITS if adder_bits is None else adder_bits)) - 1
    total = np.zeros((len(observed), words.values.shape[2]), np.int64)
    for table, bins in zip(words.values, observed.T, strict=True):
        np.minimum(total + table[bins], top, out=total)
    return total


def posterior_of(sums: np.ndarray, step: float) -> np.ndarray:
    """Return the posterior that sums (samples, classes) stand for."""
    return np.exp(normalized(-step * sums))
