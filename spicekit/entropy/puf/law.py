"""The law of what amplifiers see in the reads of a pair, and chips drawn from it.

A normal law (Gaussian copula): number r of a read is mean + z, a bit is 1 where it is above zero; the correlations of
all reads are those that were simulated. A part of the variance is the amplifier's, which all pairs of a column share;
the rest is each pair's own. Both parts change alike from read to read, which is assumed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from spicekit.sampling.normals import generator
from spicekit.studies.puf.result import PufState

_LEAST = 1e-9  # of an eigenvalue


@dataclass(frozen=True)
class Law:
    """Of one state: names of reads, the first at enrolment; means (reads,), factor (reads, reads)."""

    names: tuple[str, ...]
    means: np.ndarray
    factor: np.ndarray
    shared: float  # share of the variance that pairs of a column have in common

    @property
    def correlations(self) -> np.ndarray:
        """Correlations of all reads, (reads, reads)."""
        return self.factor @ self.factor.T


def law_of(state: PufState) -> Law:
    """Return the law of what was simulated; the matrix of rank correlations is moved to the nearest that can be one."""
    shares = [state.ones, *(read.ones for read in state.reads)]
    return fitted(
        ("enrolment", *(read.name for read in state.reads)),
        np.array(state.correlations),
        [share.low <= 0.5 <= share.high for share in shares],
        np.array([share.events for share in shares]),
        state.pairs - state.discards,
        state.devices.value,
    )


def fitted(
    names: tuple[str, ...],
    matrix: np.ndarray,
    fair: Sequence[bool],
    ones: np.ndarray,
    pairs: int,
    devices: float,
) -> Law:
    """Return the law of `pairs` pairs with these correlations (reads, reads), ones (reads,) and that of devices.

    `fair` says of each read whether its ones may be one half.
    """
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    whole = (vectors * np.maximum(values, _LEAST)) @ vectors.T
    scale = np.sqrt(np.diag(whole))
    # the circuit is alike on both sides: other shares than one half are believed where their interval says so. Half a
    # pair is added on both sides, so that a state that always reads alike has a finite mean
    means = [
        0.0 if half else float(ndtri((events + 0.5) / (pairs + 1)))
        for half, events in zip(fair, ones, strict=True)
    ]
    return Law(
        names,
        np.array(means),
        np.linalg.cholesky(whole / np.outer(scale, scale)),
        float(np.clip(1 - devices**2, 0.0, 1.0)),
    )


def seen(law: Law, rows: int, columns: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return what amplifiers see in all reads, (reads, rows, columns), and the devices' part of that at enrolment."""
    reads = len(law.means)
    own = random.standard_normal((reads, rows * columns)).reshape(reads, rows, columns)
    amplifiers = random.standard_normal((reads, 1, columns))
    whole = np.sqrt(1 - law.shared) * own + np.sqrt(law.shared) * amplifiers
    return np.tensordot(law.factor, whole, axes=1) + law.means[:, None, None], own[0]


def chip(law: Law, rows: int, columns: int, seed: int, number: int) -> np.ndarray:
    """Return the bits of one chip in all reads, (reads, rows, columns): a function of (seed, number) alone."""
    return seen(law, rows, columns, generator(seed, "puf chip", number))[0] > 0


def flips_of(law: Law, read: int, draws: int = 400_000) -> float:
    """Return the chance that a read differs from enrolment by the law, from `draws` pairs."""
    random = generator(0, "puf law", read)
    rho = float(law.correlations[0, read])
    first, other = random.standard_normal((2, draws))
    second = rho * first + np.sqrt(max(1 - rho**2, 0.0)) * other
    return float(((first + law.means[0] > 0) != (second + law.means[read] > 0)).mean())
