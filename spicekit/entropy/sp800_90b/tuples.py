"""Estimators of repeated tuples: t-tuple and longest repeated substring (sections 6.3.5 and 6.3.6)."""

import math

import numpy as np

from spicekit.entropy.sp800_90b.counting import upper

_OFTEN = 35  # a tuple that is seen so often says how probable it is


def estimates(bits: np.ndarray) -> dict[str, float]:
    """Return both.

    Tuples get longer bit by bit; those that stand once are left, as no longer one repeats either.
    """
    length, places, names = 0, np.arange(len(bits)), np.zeros(len(bits), np.int64)
    frequent, repeated = 0.0, 0.0
    while len(places):
        length += 1
        inside = places + length <= len(bits)
        places, names = places[inside], 2 * names[inside] + bits[places[inside] + length - 1]
        counts = np.bincount(names)
        most, windows = counts.max(initial=0), len(bits) - length + 1
        if most >= _OFTEN:
            frequent = max(frequent, (most / windows) ** (1 / length))
        elif most > 1:
            pairs = (counts * (counts - 1) // 2).sum()
            repeated = max(repeated, (pairs / (windows * (windows - 1) // 2)) ** (1 / length))
        kept = counts[names] > 1
        again = np.cumsum(counts > 1) - 1
        places, names = places[kept], again[names[kept]]
    return {
        "t-tuple": -math.log2(upper(frequent, len(bits))),
        "longest repeated substring": -math.log2(upper(repeated, len(bits))),
    }
