"""Whether oscillators keep step: phase slips and frequency differences, and the locking range that follows."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from spicekit.characterize.oscillator.record import BLOCKS
from spicekit.errors import InputError
from spicekit.statistics import Estimate

_HYSTERESIS = 0.25  # turns beyond the half-way point before a slip counts: noise there is no slip
_LEAST_UNLOCKED = 3  # detunings, for a fit of the beat


@dataclass(frozen=True)
class Step:
    """How two phases went along each other."""

    slips: int  # turns of the difference, either way
    difference: Estimate  # Hz, of the frequencies
    phase: float  # rad, circular mean of the difference
    coherence: float  # |mean exp(iψ)|: 1 in step, 0 not

    @property
    def locked(self) -> bool:
        """No slip within the record."""
        return self.slips == 0


def keeps_step(difference: np.ndarray, step: float) -> Step:
    """Return how a phase `difference` ψ [rad], (times,), unwrapped, behaves; `step` [s] between times.

    For n:m locking ψ = m·φ - n·φ', such as 2·φ - φ_drive for a drive at twice the frequency.
    """
    mean = np.exp(1j * difference).mean()
    phase = float(np.angle(mean))
    turns = (difference - phase) / (2 * np.pi)
    at, slips = round(float(turns[0])), 0
    while len(far := np.flatnonzero(np.abs(turns - at) > 0.5 + _HYSTERESIS)):
        turns = turns[far[0] :]
        moved = round(float(turns[0])) - at
        at, slips = at + moved, slips + abs(moved)
    edges = np.linspace(0, len(difference) - 1, BLOCKS + 1).round().astype(int)
    blocks = np.diff(difference[edges]) / (np.diff(edges) * step * 2 * np.pi)
    error = float(blocks.std(ddof=1) / np.sqrt(BLOCKS))
    return Step(slips, Estimate(value=float(blocks.mean()), error=error), phase, float(abs(mean)))


@dataclass(frozen=True)
class Tongue:
    """Where an oscillator follows a drive, in frequency of the drive over the ratio."""

    centre: float  # Hz
    half_width: float  # Hz: locked within centre ± half_width
    counted: float  # Hz, half of what the locked detunings cover


def tongue(detuning: np.ndarray, beat: np.ndarray, locked: np.ndarray) -> Tongue:
    """Return the locking range from the frequency differences `beat` [Hz] at drives off by `detuning` [Hz], (n,).

    Adler's law (Proc. IRE 34, 351, 1946) on both sides: beat² = (detuning - centre)² - half_width², 0 within. It
    holds for weak drives of any nonlinearity, with the range itself widened by √(1 + ν²) (Slavin and Tiberkevich,
    IEEE Trans. Magn. 45, 1875, 2009, section VII); `counted` holds whatever the law.

    Raises:
        InputError: the range ends outside the detunings, or there are too few outside it.
    """
    order = np.argsort(detuning)
    offset, beat, inside = detuning[order], np.abs(beat[order]), locked[order]
    spacing = float(np.median(np.diff(offset)))
    if inside[0] or inside[-1] or (~inside).sum() < _LEAST_UNLOCKED:
        raise InputError(
            f"locked up to the edge of the detunings ({offset[0]:.3g} to {offset[-1]:.3g} Hz): take a wider span"
        )
    counted = float(inside.sum() * spacing / 2)
    centre = float(offset[inside].mean()) if inside.any() else float(offset[np.argmin(beat)])

    def misfit(place: np.ndarray) -> np.ndarray:
        return np.sqrt(np.maximum((offset - place[0]) ** 2 - place[1] ** 2, 0)) - beat

    # of least squares where the edge itself steps over points: several starts, the best counts
    starts = [max(counted, spacing / 4) * factor for factor in (0.6, 0.8, 1.0, 1.2, 1.5)]
    fits = [
        least_squares(misfit, (centre, start), x_scale=spacing, loss="soft_l1", f_scale=spacing / 10)
        for start in starts
    ]
    best = min(fits, key=lambda fit: fit.cost)
    return Tongue(float(best.x[0]), float(abs(best.x[1])), counted)
