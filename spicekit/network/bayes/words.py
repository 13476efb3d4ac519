"""Words of the memory: what integers stand for, and their bits."""

from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError

MOST_BITS = 16
_LEAST_LIKELY = 1e-6  # relative to the likeliest class: beyond, a logarithm is clipped


@dataclass(frozen=True)
class Words:
    """Integers of `bits` bits, (features, bins, classes); what they stand for is the machine's.

    Raises:
        InputError: at construction, for a number of bits that no word has, or integers beyond it.
    """

    values: np.ndarray
    bits: int
    step: float | None = None  # of logarithmic words: -ln of a likelihood per unit; None: linear words

    def __post_init__(self) -> None:
        check_bits(self.bits)
        if self.values.size and not 0 <= self.values.min() <= self.values.max() < 1 << self.bits:
            raise InputError(
                f"words run from {self.values.min()} to {self.values.max()}, expected 0 to {(1 << self.bits) - 1}: "
                f"words of {self.bits} bits hold no more"
            )

    @property
    def cells(self) -> int:
        """2T2R cells that hold them."""
        return self.values.size * self.bits

    def unpack(self) -> np.ndarray:
        """Return the bits as booleans, (features, bins, classes, bits), the least one first."""
        return (self.values[..., None] >> np.arange(self.bits) & 1).astype(bool)

    def with_wrong(self, wrong: np.ndarray) -> "Words":
        """Return the words that are read when bits of these are wrong, bool as `unpack`."""
        return Words(self.values ^ (wrong << np.arange(self.bits)).sum(axis=-1), self.bits, self.step)


def linear_words(scaled: np.ndarray, bits: int) -> Words:
    """Return words w that stand for (w + 1)/2^bits, as near as can be to `scaled` probabilities up to 1."""
    check_bits(bits)
    levels = 1 << bits
    return Words(np.clip(np.rint(scaled * levels) - 1, 0, levels - 1).astype(np.int64), bits)


def logarithmic_words(scaled: np.ndarray, bits: int) -> Words:
    """Return words w that stand for exp(-w step), the step such that the least likely entry is the largest word."""
    check_bits(bits)
    logs = -np.log(np.maximum(scaled, _LEAST_LIKELY))
    largest = (1 << bits) - 1
    step = float(max(logs.max(), 1e-9)) / largest
    return Words(np.rint(logs / step).astype(np.int64), bits, step)


def check_bits(bits: int) -> None:
    """Refuse a number of bits that no word has.

    Raises:
        InputError: below 1 or above 16.
    """
    if not 1 <= bits <= MOST_BITS:
        raise InputError(f"`--bits` is {bits}, expected 1 to {MOST_BITS}, the bits of a word")
