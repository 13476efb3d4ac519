"""Standard normal coordinates: sample i is a function of (seed, identity, i) alone."""

import numpy as np


def standard_normals(seed: int, identity: str, start: int, stop: int, size: int) -> np.ndarray:
    """Return independent standard normals, shape (stop - start, size), for samples `start` … `stop` - 1.

    `identity` is the SHA-256 (hex) of what is sampled. Ten samples are a prefix of twenty, and any split over
    workers, order or resume gives the same numbers.
    """
    task = int(identity[:32], 16)
    rows = [
        np.random.default_rng(np.random.SeedSequence([seed, task, index])).standard_normal(size)
        for index in range(start, stop)
    ]
    return np.array(rows).reshape(stop - start, size)
