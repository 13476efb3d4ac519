"""Standard normal coordinates: sample i is a function of (seed, what is drawn, i) alone.

What is drawn has a name, such as "left.device.e_set". Nothing of the circuit around it enters: another supply, pulse or
read sees the same devices, so that designs are compared on common random numbers.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

_BLOCK = 64  # numbers of a name that are drawn at once, as starting a generator takes longer than a draw


def standard_normals(seed: int, what: str, start: int, stop: int, size: int) -> np.ndarray:
    """Return independent standard normals, shape (stop - start, size), for samples `start` … `stop` - 1.

    For many numbers of one kind in each sample, such as thermal noise over time. Ten samples are a prefix of twenty,
    and any split over workers, order or resume gives the same numbers.
    """
    rows = [generator(seed, what, index).standard_normal(size) for index in range(start, stop)]
    return np.array(rows).reshape(stop - start, size)


def named_normals(seed: int, names: Sequence[str], start: int, stop: int) -> np.ndarray:
    """Return independent standard normals, shape (stop - start, names), for samples `start` … `stop` - 1.

    Number i of a name depends on (seed, name, i) alone: other names beside it do not change it.
    """
    found = np.empty((stop - start, len(names)))
    first = start // _BLOCK
    for column, name in enumerate(names):
        blocks = [
            generator(seed, name, block).standard_normal(_BLOCK) for block in range(first, -(-stop // _BLOCK))
        ]
        if blocks:
            found[:, column] = np.concatenate(blocks)[start - first * _BLOCK : stop - first * _BLOCK]
    return found


def generator(seed: int, what: str, index: int) -> np.random.Generator:
    """Return the generator of number `index` of what is drawn."""
    key = int.from_bytes(hashlib.sha256(what.encode()).digest()[:16])
    return np.random.default_rng(np.random.SeedSequence([seed, key, index]))
