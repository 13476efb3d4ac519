"""The stochastic machine: comparators, AND gates over the features, a counter per class, and when it may stop."""

from dataclasses import dataclass

import numpy as np

from spicekit.network.bayes.random_numbers import Source
from spicekit.network.bayes.words import Words


@dataclass(frozen=True)
class Stopped:
    """Decisions of a machine that stops as soon as a counter has reached a number of ones."""

    decisions: np.ndarray  # (samples,)
    cycles: np.ndarray  # (samples,), used
    undecided: np.ndarray  # (samples,) bool: no counter came so far


def count_ones(
    words: Words, observed: np.ndarray, cycles: int, source: Source, generator: np.random.Generator
) -> np.ndarray:
    """Return the counters after each cycle, (samples, classes, cycles).

    Args:
        observed: (samples, features), the bins in which the features fell.
        generator: of the chip: draws the start of its registers, or ideal numbers.
    """
    samples, features = observed.shape
    classes = words.values.shape[2]
    numbers = source.numbers(words.bits, (samples, classes, features, cycles), generator)
    stored = words.values.astype(numbers.dtype)
    if len(numbers) == 1:  # the same for all samples: the stream of each word is made once
        ones = _from_streams(stored, observed, numbers[0])
    else:
        ones = np.ones((samples, classes, cycles), bool)
        for feature, bins in enumerate(observed.T):
            ones &= numbers[:, :, feature % numbers.shape[2]] <= stored[feature][bins][..., None]
    return np.cumsum(ones, axis=2, dtype=np.uint16 if cycles < 1 << 16 else np.int64)


def _from_streams(stored: np.ndarray, observed: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return bits out of the AND gates (samples, classes, cycles); numbers (classes or 1, features or 1, cycles)."""
    packed: np.ndarray | None = None
    for feature, bins in enumerate(observed.T):
        mine = numbers[:, feature % numbers.shape[1]]
        streams = np.packbits(mine <= stored[feature][..., None], axis=-1)  # (bins, classes, octets)
        packed = streams[bins] if packed is None else packed & streams[bins]
    assert packed is not None
    return np.unpackbits(packed, axis=-1, count=numbers.shape[-1])


def shares_of(counts: np.ndarray) -> np.ndarray:
    """Return the posterior that counters (samples, classes) stand for; without a single one, equal shares."""
    total = counts.sum(axis=1, keepdims=True, dtype=np.int64)
    return np.where(total > 0, counts / np.maximum(total, 1), 1 / counts.shape[1])


def stop_at(counts: np.ndarray, ones: int) -> Stopped:
    """Return what is decided when a counter first holds `ones`, else after all cycles, from `count_ones`.

    Of counters that are even the first class wins, as in a priority encoder.
    """
    leading = counts.max(axis=1)
    there = leading >= ones
    undecided = np.logical_not(there[:, -1])
    last = np.where(undecided, counts.shape[2] - 1, there.argmax(axis=1))
    ends = counts[np.arange(len(counts)), :, last]
    return Stopped(ends.argmax(axis=1), last + 1, undecided)


def products(words: Words, observed: np.ndarray, source: Source) -> np.ndarray:
    """Return the chance of a one per cycle of independent numbers, (samples, classes): the limit of the counters."""
    found = np.ones((len(observed), words.values.shape[2]))
    for table, bins in zip(source.share(words.values, words.bits), observed.T, strict=True):
        found *= table[bins]
    return found


def chance_of_decisions(chances: np.ndarray, cycles: int) -> np.ndarray:
    """Return the chance that each class wins, (samples, classes), of independent streams of `cycles` bits.

    In closed form: counters are binomial, and of even ones the first wins.

    Args:
        chances: (samples, classes), of a one per cycle.
    """
    from scipy.stats import binom

    k = np.arange(cycles + 1)
    exactly = binom.pmf(k, cycles, chances[..., None])  # (samples, classes, counts)
    at_most = np.cumsum(exactly, axis=-1)
    below = at_most - exactly
    found = np.empty_like(chances)
    for one in range(chances.shape[1]):
        lost = np.prod(below[:, :one], axis=1) * np.prod(at_most[:, one + 1 :], axis=1)
        found[:, one] = (exactly[:, one] * lost).sum(axis=-1)
    return found
