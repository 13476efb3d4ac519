"""Binary digits of e, the sequence on which appendix B of NIST SP 800-22 rev. 1a has its reference values."""

from functools import cache

import numpy as np

_MORE = 64  # digits beyond, for rounding


@cache
def digits_of_e(count: int) -> np.ndarray:
    """Return the first `count` binary digits of e, those of its whole part included: 1, 0, 1, 0, 1, 1, …"""
    terms, bits = 10, 0.0
    while bits < count + _MORE:  # log2 of terms!, by Stirling
        terms = int(terms * 1.02) + 1
        bits = terms * np.log2(terms / np.e)
    p, q = _sum(0, terms)
    text = bin((p << (count + _MORE)) // q + (1 << (count + _MORE)))[2 : 2 + count]
    return np.frombuffer(text.encode(), np.uint8) - ord("0")


def _sum(a: int, b: int) -> tuple[int, int]:
    """Return p, q of the sum of a!/k! over k = a + 1 … b, as p/q with q = b!/a!."""
    if b - a == 1:
        return 1, b
    middle = (a + b) // 2
    (p, q), (r, s) = _sum(a, middle), _sum(middle, b)
    return p * s + r, q * s
