"""One oscillator's amplitude over time, after its start-up."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from spicekit.block import Estimate

BLOCKS = 16
"""Blocks of a record for errors: enough to know an error to 20 %, each still long."""


@dataclass(frozen=True)
class Record:
    """The amplitude c = √p·exp(-iφ) of one oscillator on a uniform grid, in a frame that turns with it."""

    amplitude: np.ndarray  # (times,), complex: c·exp(2πi·frame·t)
    step: float  # s
    frame: float = 0.0  # Hz

    @cached_property
    def power(self) -> np.ndarray:
        """p = |c|², (times,)."""
        return np.abs(self.amplitude) ** 2

    @cached_property
    def phase(self) -> np.ndarray:
        """φ [rad] beside 2π·frame·t, unwrapped, (times,)."""
        return -np.unwrap(np.angle(self.amplitude))

    def phase_in(self, frame: float) -> np.ndarray:
        """Return φ beside 2π·`frame`·t, (times,), t counted from the first point; unwrapped."""
        return self.phase + 2 * np.pi * (self.frame - frame) * self.step * np.arange(len(self.phase))

    @property
    def duration(self) -> float:
        """Length [s]."""
        return (len(self.amplitude) - 1) * self.step

    def frequency(self) -> Estimate:
        """Return the mean frequency [Hz]; its error is that of phase diffusion, from blocks."""
        edges = np.linspace(0, len(self.phase) - 1, BLOCKS + 1).round().astype(int)
        blocks = np.diff(self.phase[edges]) / (np.diff(edges) * self.step * 2 * np.pi)
        mean = (self.phase[-1] - self.phase[0]) / (2 * np.pi * self.duration)
        return Estimate(value=float(self.frame + mean), error=float(blocks.std(ddof=1) / np.sqrt(BLOCKS)))


def jackknife(values: np.ndarray) -> np.ndarray:
    """Return the standard errors of estimates from their `values` with one block left out, (blocks, estimates).

    Efron and Stein, Ann. Stat. 9, 586 (1981): error² = (B - 1)/B · Σ (θ_b - mean θ)².
    """
    return np.sqrt((len(values) - 1) * values.var(0))
