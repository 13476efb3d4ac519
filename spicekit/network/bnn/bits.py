"""Values of +1 and -1 as bits, 64 to a word, and the sums that XNOR and population count make of them."""

from dataclasses import dataclass

import numpy as np

_WORD = 64
_CACHE = 1 << 18  # words compared at once: they stay in the processor's cache


@dataclass(frozen=True)
class Bits:
    """An array (..., size) of bits, packed along its last axis; +1 is a one, and bits beyond `size` are zero."""

    words: np.ndarray  # (..., ceil(size / 64)), uint64
    size: int

    @classmethod
    def pack(cls, values: np.ndarray) -> "Bits":
        """Return the bits of a boolean array (..., size)."""
        values = np.asarray(values, bool)
        octets = np.packbits(values, axis=-1, bitorder="little")
        whole = np.zeros((*values.shape[:-1], -(-values.shape[-1] // _WORD) * 8), np.uint8)
        whole[..., : octets.shape[-1]] = octets
        return cls(whole.view("<u8").astype(np.uint64, copy=False), values.shape[-1])

    def unpack(self) -> np.ndarray:
        """Return them as booleans (..., size)."""
        octets = np.ascontiguousarray(self.words.astype("<u8", copy=False)).view(np.uint8)
        return np.unpackbits(octets, axis=-1, bitorder="little", count=self.size).astype(bool)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape in bits."""
        return (*self.words.shape[:-1], self.size)

    def rows(self) -> "Bits":
        """Return them as (rows, size)."""
        return Bits(self.words.reshape(-1, self.words.shape[-1]), self.size)


def mismatches(inputs: Bits, weights: Bits) -> np.ndarray:
    """Return how many bits of each input row differ from each weight row: (inputs, weights), int32."""
    return _count(inputs.words, weights.words, np.bitwise_xor)


def ones_against_zeros(inputs: Bits, weights: Bits) -> np.ndarray:
    """Return how many input zeros meet a weight of one: (inputs, weights), int32."""
    return _count(~inputs.words, weights.words, np.bitwise_and)


def sums(inputs: Bits, weights: Bits) -> np.ndarray:
    """Return the sums of products of +1 and -1: (inputs, weights), int32."""
    found = mismatches(inputs, weights)
    found *= -2  # in place: the array is as large as all that comes after it
    found += inputs.size
    return found


def corrected(found: np.ndarray, inputs: Bits, before: Bits, after: Bits) -> np.ndarray:
    """Return the sums with the weights `after`, from those with `before`; exact, and fast where few weights differ.

    Args:
        found: sums (inputs, weights) with the weights `before`.

    Of the weights of a word that differ, those that met unequal inputs now meet equal ones, and the reverse.
    """
    sums_of = np.array(found.T, np.int32, order="C")  # (weights, inputs)
    columns = np.ascontiguousarray(inputs.words.T)
    differ = before.words ^ after.words
    met, unequal = np.empty(columns.shape[1], np.uint64), np.empty(columns.shape[1], np.uint8)
    for row, word in zip(*np.nonzero(differ), strict=True):
        np.bitwise_xor(columns[word], before.words[row, word], out=met)
        np.bitwise_and(met, differ[row, word], out=met)
        np.bitwise_count(met, out=unequal)
        change = unequal.astype(np.int32)
        change *= 4
        change -= 2 * int(np.bitwise_count(differ[row, word]))
        sums_of[row] += change
    return sums_of.T


def _count(left: np.ndarray, right: np.ndarray, operation: np.ufunc) -> np.ndarray:
    found = np.empty((len(left), len(right)), np.int32)
    step = max(1, _CACHE // max(len(right), 1))
    columns = np.ascontiguousarray(right.T)  # (words, weights)
    small = np.uint8 if left.shape[1] * _WORD < 256 else np.uint16
    for start in range(0, len(left), step):
        part = left[start : start + step]
        total = np.zeros((len(part), len(right)), small)
        for word in range(left.shape[1]):
            total += np.bitwise_count(operation(part[:, word, None], columns[word]))
        found[start : start + step] = total
    return found
