"""Bits of one pair: written anew for each, or read again and again while its traps change."""

from dataclasses import dataclass

import numpy as np

from spicekit.entropy.bits.chain import Chains
from spicekit.entropy.bits.chain import bits as chain_bits
from spicekit.sampling.normals import generator, named_normals
from spicekit.studies.random_writes.law import Law
from spicekit.studies.random_writes.result import ReadNoise

LITTLE = 1e-3
"""Correlation of neighbouring reads that the chosen interval leaves."""
_AT_ONCE = 1 << 20
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)


def constants(pairs: int, seed: int) -> np.ndarray:
    """Return what stays with pairs (pairs,), standard normal: number i is a function of (seed, i) alone."""
    return named_normals(seed, ["written pair"], 0, pairs)[:, 0]


def written(law: Law, c: float, count: int, seed: int, what: str, number: int = 0) -> np.ndarray:
    """Return bits (count,) of a pair with this `c` in successive writes."""
    from scipy.signal import lfilter

    random, rho = generator(seed, f"writes of {what}", number), float(np.exp(-1 / law.cycles))
    slow, found = float(random.standard_normal()), np.empty(count, np.uint8)
    level = law.mean + np.sqrt(law.constant) * c
    for start in range(0, count, _AT_ONCE):
        size = min(_AT_ONCE, count - start)
        seen = level + np.sqrt(law.fresh) * random.standard_normal(size)
        if law.slow > 0:
            part, _ = lfilter(
                [np.sqrt(1 - rho**2)], [1, -rho], random.standard_normal(size), zi=np.array([rho * slow])
            )
            slow = float(part[-1])
            seen += np.sqrt(law.slow) * part
        found[start : start + size] = seen > 0
    return found


def of_pair(law: Law, c: float) -> Law:
    """Return the law of one pair over its writes, in its own standard deviations: nothing is constant but its mean."""
    rest = np.sqrt(1 - law.constant)
    return Law((law.mean + np.sqrt(law.constant) * c) / rest, 0.0, law.slow / rest**2, law.cycles)


@dataclass(frozen=True)
class Reads:
    """Reads of one write: the bit depends on both traps, each a two-state Markov chain of its own."""

    table: np.ndarray  # (2, 2): bit by occupancy of the left and of the right trap
    occupancy: float

    @property
    def ones(self) -> float:
        """Share of ones over a long time."""
        weights = np.array([1 - self.occupancy, self.occupancy])
        return float(weights @ self.table @ weights)

    @property
    def parts(self) -> tuple[float, float, float]:
        """Variance of the bit due to the left trap, the right one, and both together."""
        q = self.occupancy
        weights = np.array([1 - q, q])
        left, right = self.table @ weights - self.ones, weights @ self.table - self.ones
        both = self.table - self.ones - left[:, None] - right
        return float(weights @ left**2), float(weights @ right**2), float(weights @ both**2 @ weights)

    def correlation(self, decay: np.ndarray) -> np.ndarray:
        """Return the correlation of two reads between which that of either trap falls to `decay`."""
        left, right, both = self.parts
        return ((left + right) * decay + both * decay**2) / (left + right + both)

    def bits(self, decay: float, count: int, seed: int, what: str) -> np.ndarray:
        """Return bits (count,) of reads between which the correlation of either trap falls to `decay`."""
        q = self.occupancy
        chain = Chains(np.array([q * (1 - decay)]), np.array([(1 - q) * (1 - decay)]))
        left, right = (
            chain_bits(chain, 0, count, seed, f"{side} trap of {what}") for side in ("left", "right")
        )
        return self.table.astype(np.uint8)[left, right]


def reads_of(noise: ReadNoise) -> tuple[tuple[Reads, int], ...]:
    """Return how bits depend on traps, with the number of pairs, most frequent first; pairs without traps left out."""
    return tuple(
        (Reads(np.array([[int(one.bits[0]), int(one.bits[2])], [int(one.bits[1]), int(one.bits[3])]]), noise.occupancy),
         one.pairs)
        for one in noise.patterns
        if len(set(one.bits)) > 1
    )  # fmt: skip


def pooled(noise: ReadNoise, intervals: np.ndarray) -> np.ndarray:
    """Return the correlation of two reads over all such pairs and traps, at `intervals` in median relaxation times."""
    weights = _WEIGHTS / _WEIGHTS.sum()
    decay = np.exp(-intervals[:, None] / np.exp(noise.relaxation_spread * _NODES)) @ weights
    found, whole = np.zeros_like(intervals), 0.0
    for reads, pairs in reads_of(noise):
        left, right, both = reads.parts
        found += pairs * ((left + right) * decay + both * decay**2)
        whole += pairs * (left + right + both)
    return found / whole


def quiet_interval(reads: Reads) -> float:
    """Return how many relaxation times leave a correlation of `LITTLE` between neighbouring reads; in two digits."""
    interval = 1.0
    while reads.correlation(np.exp(-np.array(interval))) > LITTLE:
        interval += 0.1
    return round(interval, 1)
