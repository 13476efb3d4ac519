"""Whether oscillators keep step: phase slips and frequency differences, and the locking range that follows."""

from dataclasses import dataclass

import numpy as np

from spicekit.block import Estimate
from spicekit.errors import InputError
from spicekit.studies.oscillators.record import BLOCKS

_HYSTERESIS = 0.25  # turns beyond the half-way point before a slip counts: noise there is no slip
_MOMENTS = 200  # more than √(half_width/noise) · 10 for all that is fitted
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
    """Where an oscillator follows a drive; frequencies [Hz] are of ψ, such as of the drive for ψ = 2·φ - φ_drive."""

    centre: float  # detuning in the middle of the range
    half_width: float  # locked within centre ± half_width, were there no noise
    noise: float  # diffusion of ψ over 2π: half of the linewidth of exp(iψ)
    counted: float  # half of what the locked detunings cover
    error: float  # standard error of half_width


def beat_frequency(offset: np.ndarray, half_width: float, noise: float) -> np.ndarray:
    """Return the mean of dψ/dt/2π [Hz] of dψ/dt/2π = offset - half_width·sin ψ + noise, (n,), all in Hz.

    Stratonovich, Topics in the Theory of Random Noise, vol. 2, ch. 9 (1967); here by the continued fraction of the
    moments <exp(inψ)> (Risken, The Fokker-Planck Equation, ch. 11). Without noise it is Adler's law,
    √(offset² - half_width²).
    """
    ratio = np.zeros(len(offset), complex)
    for n in range(_MOMENTS, 0, -1):
        ratio = half_width / 2 / (n * noise - 1j * offset + half_width / 2 * ratio)
    return offset - half_width * np.imag(ratio)


def tongue(detuning: np.ndarray, beat: np.ndarray, locked: np.ndarray) -> Tongue:
    """Return the locking range from the frequency differences `beat` [Hz] at drives off by `detuning` [Hz], (n,).

    Noise rounds Adler's law (Proc. IRE 34, 351, 1946); the fit has both. It holds for weak drives of an oscillator of
    any nonlinearity, which but widens the range, by √(1 + ν²) (Slavin and Tiberkevich, IEEE Trans. Magn. 45, 1875,
    2009, section VII). `counted` holds whatever the law.

    Raises:
        InputError: the range ends outside the detunings, there are too few outside it, or the beat does not tell it, as
            where noise is much wider.
    """
    from scipy.optimize import least_squares

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
        return np.abs(beat_frequency(offset - place[0], place[1], place[2])) - beat

    # the edge may step over points: several starts, the best counts
    width, most = max(counted, spacing / 4), float(np.ptp(offset))
    bounds = ([offset[0], spacing / 100, spacing / 100], [offset[-1], most, most])
    fits = [
        least_squares(misfit, (centre, factor * width, spacing / 10), x_scale=spacing, bounds=bounds)
        for factor in (0.6, 0.8, 1.0, 1.2, 1.5)
    ]
    best = min(fits, key=lambda fit: fit.cost)
    covariance = np.linalg.pinv(best.jac.T @ best.jac) * 2 * best.cost / (len(offset) - 3)
    centre, half_width, noise = best.x.tolist()
    error = float(covariance[1, 1] ** 0.5)
    if not error < half_width:
        raise InputError(
            f"the beat does not tell the range: {half_width:.3g} ± {error:.3g} Hz: take a stronger drive"
        )
    return Tongue(centre, half_width, noise, counted, error)
