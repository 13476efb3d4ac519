"""Two-state Markov chains: their bias, correlation and entropy in closed form, and long streams of their bits."""

from dataclasses import dataclass

import numpy as np

from spicekit.sampling.normals import generator

_RUNS = 1 << 16  # that are drawn at once


@dataclass(frozen=True)
class Chains:
    """Sources as Markov chains of their bits: chances (sources,) of 1 after 0 and of 0 after 1."""

    up: np.ndarray
    down: np.ndarray

    @property
    def ones(self) -> np.ndarray:
        """Share of ones, (sources,)."""
        return self.up / (self.up + self.down)

    @property
    def correlation(self) -> np.ndarray:
        """Correlation of neighbouring bits, (sources,); that of bits k apart is its power k."""
        return 1 - self.up - self.down

    @property
    def min_entropy(self) -> np.ndarray:
        """Min-entropy per bit (sources,) of a long sequence: of the likeliest cycle of the chain."""
        paths = [1 - self.up, 1 - self.down, np.sqrt(self.up * self.down)]
        return -np.log2(np.max(paths, axis=0))


def bits(chain: Chains, source: int, count: int, seed: int, what: str) -> np.ndarray:
    """Return `count` bits (count,) of one of the sources: the chain in its equilibrium, run after run."""
    up, down = float(chain.up[source]), float(chain.down[source])
    random = generator(seed, f"bits of {what}", source)
    first = int(random.random() < up / (up + down))
    found, length = [], 0
    while length < count:
        runs = np.empty(2 * _RUNS, np.int64)
        runs[first::2] = random.geometric(up, _RUNS)  # zeros last until a one comes
        runs[1 - first :: 2] = random.geometric(down, _RUNS)
        values = np.tile(np.array([first, 1 - first], np.uint8), _RUNS)
        found.append(np.repeat(values, runs))
        length += len(found[-1])
    return np.concatenate(found)[:count]
