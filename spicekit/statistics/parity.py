"""Parity checks of error-correcting codes, and the decoder that they make, its mistakes included.

A linear code is given by one column of check bits for each stored bit, as a whole number. A word is valid if the
columns of its ones add up to zero (XOR); errors add the columns of the bits that are wrong, the syndrome. Whatever is
stored, the decoder does the same to the same errors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise
from math import comb
from operator import xor

import numpy as np

_EXACT = 16  # check bits up to which weights of all words are counted


@dataclass(frozen=True)
class Parity:
    """The columns of a code, data bits first, and how many errors in a word it corrects.

    Columns of the check bits are 1, 2, 4 ... in this order.
    """

    columns: tuple[int, ...]
    checks: int  # check bits
    corrects: int

    @property
    def length(self) -> int:
        """Bits of a word."""
        return len(self.columns)

    @property
    def data(self) -> int:
        """Data bits of a word."""
        return self.length - self.checks

    def check_bits(self, data: np.ndarray) -> np.ndarray:
        """Return the check bits (words, checks) of data bits (words, data), both boolean."""
        sums = self._added(data, self._columns[: self.data])
        return (sums[:, None] >> np.arange(self.checks) & 1).astype(bool)

    def decoded(self, errors: np.ndarray) -> np.ndarray:
        """Return which bits are wrong behind the decoder, (words, length), from those that are wrong before it.

        The decoder takes the likeliest pattern of at most `corrects` errors with the syndrome that it sees. If there
        is one, it flips those bits, right or wrong: more errors can look like fewer, and are then made worse. If there
        is none, the word stays as it was read (bounded-distance decoding).
        """
        found = self._added(errors, self._columns)
        syndromes, patterns = self._patterns
        at = np.minimum(np.searchsorted(syndromes, found), len(syndromes) - 1)
        (flipped,) = np.nonzero((syndromes[at] == found) & (found != 0))
        left = np.zeros(
            (len(errors), self.length + 1), bool
        )  # the last place takes what a pattern leaves empty
        left[:, :-1] = errors
        for place in patterns[at[flipped]].T:
            left[flipped, place] ^= True
        return left[:, :-1]

    @cached_property
    def words(self) -> np.ndarray:
        """How many valid words have 0, 1 ... `length` ones: (length + 1,), float.

        By MacWilliams' identity from the sums of checks, all of which are tried; beyond sixteen check bits binomial
        numbers over 2^checks stand for them, none up to twice what is corrected (within a tenth: a test).
        """
        n = self.length
        if self.checks > _EXACT:
            found = np.array([comb(n, w) for w in range(n + 1)], float) / 2.0**self.checks
            found[1 : 2 * self.corrects + 1] = 0
            found[0] = 1
            return found
        tried = np.arange(2**self.checks, dtype=np.uint32)
        odd = np.bitwise_count(tried[:, None] & self._columns.astype(np.uint32)) & 1
        dual = np.bincount(odd.sum(axis=1), minlength=n + 1)
        return np.array([float(dual @ sums) for sums in _krawtchouk(n)]) / 2.0**self.checks

    @cached_property
    def _columns(self) -> np.ndarray:
        return np.array(self.columns, np.int32)

    @cached_property
    def _patterns(self) -> tuple[np.ndarray, np.ndarray]:
        """Syndromes of all patterns of at most `corrects` errors, rising, and their places; none is `length`."""
        syndromes, places = [], []
        for errors in range(1, self.corrects + 1):
            axes = np.ogrid[(slice(self.length),) * errors]
            rising = np.ones((self.length,) * errors, bool)
            for one, next_one in pairwise(axes):
                rising &= one < next_one
            chosen = np.argwhere(rising)
            syndromes.append(np.bitwise_xor.reduce(self._columns[chosen], axis=1))
            places.append(np.pad(chosen, ((0, 0), (0, self.corrects - errors)), constant_values=self.length))
        every = np.concatenate(syndromes)
        order = np.argsort(every)
        return every[order], np.concatenate(places)[order]

    @staticmethod
    def _added(bits: np.ndarray, columns: np.ndarray) -> np.ndarray:
        return np.bitwise_xor.reduce(np.where(bits, columns, 0), axis=1)


def hamming(checks: int) -> Parity:
    """Return the Hamming code: every column that is not zero (Hamming, Bell Syst. Tech. J. 29, 147, 1950)."""
    every = range(1, 2**checks)
    return Parity((*(c for c in every if c.bit_count() > 1), *_units(checks)), checks, 1)


def odd_columns(data: int, checks: int) -> Parity:
    """Return a code that corrects one error and detects two: columns with an odd number of ones, as few as possible.

    Hsiao, IBM J. Res. Dev. 14, 395 (1970). Of the heaviest columns not all are needed: taken are those that follow from
    each other by rotation, so that every check adds up equally many bits. With 4 data bits it is the extended Hamming
    code.
    """
    chosen: list[int] = []
    for weight in range(3, checks + 1, 2):
        of_weight = [c for c in range(2**checks) if c.bit_count() == weight]
        if len(chosen) + len(of_weight) > data:
            first = (1 << weight) - 1
            of_weight = [_rotated(first, by, checks) for by in range(data - len(chosen))]
        chosen += of_weight
        if len(chosen) == data:
            break
    return Parity((*chosen, *_units(checks)), checks, 1)


def bch(data: int, minimal: tuple[int, ...], corrects: int) -> Parity:
    """Return a shortened BCH code: columns are the remainders of powers of x by the product of `minimal` polynomials.

    Args:
        minimal: polynomials over GF(2), bit i the coefficient of x^i, of which the generator is made.

    Bose and Ray-Chaudhuri, Inf. Control 3, 68 (1960).
    """
    generator = reduce(_product, minimal)
    checks = generator.bit_length() - 1
    columns, power = [], 1
    for _ in range(checks + data):
        columns.append(power)
        power <<= 1
        if power >> checks:
            power ^= generator
    return Parity((*columns[checks:], *columns[:checks]), checks, corrects)


def _units(checks: int) -> list[int]:
    return [1 << place for place in range(checks)]


def _rotated(value: int, by: int, width: int) -> int:
    return (value << by | value >> (width - by)) & (1 << width) - 1


def _product(left: int, right: int) -> int:
    """Return the product of two polynomials over GF(2)."""
    return reduce(xor, (left << place for place in range(right.bit_length()) if right >> place & 1), 0)


def _krawtchouk(n: int) -> Iterator[np.ndarray]:
    """Yield K_w(j; n) for j = 0 … n, exactly, as Python integers, for w = 0 … n.

    By (w + 1) K_{w+1} = (n - 2 j) K_w - (n - w + 1) K_{w-1} (MacWilliams and Sloane 1977, chapter 5, § 7).
    """
    slopes = np.array([n - 2 * j for j in range(n + 1)], object)
    before, found = 0 * slopes, 0 * slopes + 1
    for w in range(n + 1):
        yield found
        before, found = found, (slopes * found - (n - w + 1) * before) // (w + 1)
