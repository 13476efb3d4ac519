"""How sure the length of a key is: the pairs that were simulated are drawn again and again from their law."""

from collections.abc import Iterator, Sequence

import numpy as np

from spicekit.block import clopper_pearson
from spicekit.entropy.puf.asked import Asked
from spicekit.entropy.puf.law import Law, chip, fitted, seen
from spicekit.entropy.puf.result import Key, KeyInterval, StateFound
from spicekit.sampling.normals import generator
from spicekit.sampling.rank_correlation import rank_correlations

_REPLICAS = 100
_CHIPS = 10  # of each
_TAIL = 0.025


def resampled(chosen: StateFound) -> Iterator[Law]:
    """Yield laws that are fitted to as many drawn pairs as were simulated; parametric bootstrap."""
    law, pairs = chosen.law, chosen.state.pairs - chosen.state.discards
    for number in range(_REPLICAS):
        margins, devices = seen(law, 1, pairs, generator(number, "puf doubt", 0))
        both = rank_correlations(np.column_stack([devices.reshape(-1), margins[:, 0].T]))
        ones = (margins[:, 0] > 0).sum(axis=1)
        ends = [clopper_pearson(pairs, int(events)) for events in ones]
        fair = [low <= 0.5 <= high for low, _, high in ends]
        yield fitted(law.names, both[1:, 1:], fair, ones, pairs, float(both[0, 1]))


def chips_of(law: Law, asked: Asked, rows: int, seed: int) -> np.ndarray:
    """Return bits (chips, reads, rows, columns) of a few chips of such a law."""
    return np.array([chip(law, rows, asked.bits // rows, seed, number) for number in range(_CHIPS)])


def interval_of(key: Key, again: Sequence[Key]) -> KeyInterval:
    """Return the interval of 95 % of the length of a key, and how many of the replicas leave none."""
    lengths = np.array([0 if one.scheme is None else one.scheme.key for one in again])
    best = 0 if key.scheme is None else key.scheme.key
    low, high = np.quantile(lengths, [_TAIL, 1 - _TAIL])
    return KeyInterval(int(min(low, best)), int(np.ceil(max(high, best))), float((lengths == 0).mean()))
