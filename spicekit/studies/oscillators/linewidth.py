"""The line of an oscillator in its spectrum: frequency, linewidth and power by a Lorentzian fit.

A segment of finite length widens every line. The fit holds the spectrum against what a Lorentzian becomes under
the window, so that the linewidth is that of the oscillator down to the resolution; narrower ones are refused.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from threadpoolctl import threadpool_limits

from spicekit.block import Estimate
from spicekit.errors import InputError
from spicekit.studies.oscillators.record import BLOCKS, jackknife
from spicekit.studies.oscillators.spectrum import Spectrum, hann

_LAGS = 300  # of the autocorrelation: ten per turn at the reach of a fit
_REACH = 3.0  # linewidths (and resolutions) to either side of the line that are fitted


@dataclass(frozen=True)
class Line:
    """A Lorentzian: density = power · (linewidth/2π) / ((f - frequency)² + (linewidth/2)²)."""

    frequency: Estimate  # Hz
    linewidth: Estimate  # Hz, full width at half maximum
    power: Estimate  # signal², below the line
    resolution: float  # Hz, that it was found at


def find_line(spectrum: Spectrum) -> Line:
    """Fit the highest peak of `spectrum`; errors by jackknife over groups of its segments.

    Maximum likelihood of averaged periodograms (Whittle, J. R. Stat. Soc. B 15, 125, 1953), with a flat background
    and the asymmetry that a frequency which follows the amplitude gives to the line.

    Raises:
        InputError: the line is narrower than the resolution.
    """
    with threadpool_limits(1):  # two threads on busy cores are a hundred times slower
        return _find_line(spectrum)


def _find_line(spectrum: Spectrum) -> Line:
    density = spectrum.density
    peak = int(np.argmax(density))
    centre, width = float(spectrum.frequency[peak]), _half_maximum(spectrum.frequency, density, peak)
    begin = np.array([0.0, width, 0.0, density[peak] * width, 1e-3 * density[peak]])
    # the second pass centres the range on the line found, and fits it to its width
    near = spectrum.near(centre, _REACH * (width + spectrum.resolution))
    begin = _fit(near, centre, near.density, begin)
    near = spectrum.near(centre + begin[0], _REACH * (begin[1] + spectrum.resolution))
    found = _fit(near, centre, near.density, begin)
    width = float(found[1])
    if width < spectrum.resolution:
        raise InputError(
            f"a linewidth of {width:.2g} Hz is below the resolution of {spectrum.resolution:.2g} Hz: the record is "
            "too short; take a longer one and a finer resolution"
        )
    groups = min(BLOCKS, len(near.segments))
    owner = np.arange(len(near.segments)) * groups // len(near.segments)
    parts = (near.segments[owner != group].mean(0) for group in range(groups))
    errors = jackknife(np.array([_fit(near, centre, part, found) for part in parts]))
    return Line(
        Estimate(value=centre + float(found[0]), error=float(errors[0])),
        Estimate(value=width, error=float(errors[1])),
        Estimate(value=float(found[3]), error=float(errors[3])),
        spectrum.resolution,
    )


@cache
def _window_correlation() -> np.ndarray:
    """Return how much of Welch's window still overlaps itself after each of the lags, from zero to its length."""
    window = hann(8 * _LAGS)
    correlation = np.correlate(window, window, "full")[len(window) - 1 :] / (window**2).sum()
    return correlation[4::8]  # midpoints


def windowed_lorentzian(
    offset: np.ndarray, linewidth: float, length: float, asymmetry: float = 0.0
) -> np.ndarray:
    """Return what a Lorentzian of unit power becomes [1/Hz] at the `offset` [Hz] from it, (bins,).

    Transform of its autocorrelation exp(-π·linewidth·|τ|) times that of a Hann window of `length` [s] (Wiener and
    Khinchin); `asymmetry` [rad] turns its phase, and with it the line towards a dispersion.
    """
    turns, lags, weights = _transform(offset, length)
    return np.real(turns @ (weights * np.exp(-np.pi * linewidth * lags + 1j * asymmetry)))


def _transform(offset: np.ndarray, length: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    lags = (np.arange(_LAGS) + 0.5) * length / _LAGS
    return np.exp(2j * np.pi * np.outer(offset, lags)), lags, 2 * length / _LAGS * _window_correlation()


def _half_maximum(frequency: np.ndarray, density: np.ndarray, peak: int) -> float:
    below = density < density[peak] / 2
    left, right = np.flatnonzero(below[:peak]), np.flatnonzero(below[peak:])
    low = frequency[left[-1]] if len(left) else frequency[0]
    high = frequency[peak + right[0]] if len(right) else frequency[-1]
    return float(high - low)


def _fit(spectrum: Spectrum, centre: float, density: np.ndarray, begin: np.ndarray) -> np.ndarray:
    """Return (frequency from centre, linewidth, asymmetry, power, background)."""
    from scipy.optimize import minimize

    turns, lags, weights = _transform(spectrum.frequency - centre, spectrum.length)
    scale = max(begin[1], spectrum.resolution)

    unit = np.array([power := density.sum() * (spectrum.frequency[1] - spectrum.frequency[0]), power / scale])

    def natural(place: np.ndarray) -> np.ndarray:
        return np.array([place[0] * scale, scale * np.exp(place[1]), place[2], *unit * np.exp(place[3:])])

    def misfit(place: np.ndarray) -> tuple[float, np.ndarray]:
        shift, width, asymmetry, power, background = natural(place)
        lost = weights * np.exp(-(np.pi * width + 2j * np.pi * shift) * lags + 1j * asymmetry)
        line, bent = turns @ lost, turns @ (lags * lost)
        # a strong asymmetry would take the window's side lobes below zero
        total = np.maximum(power * line.real, 0) + background
        slopes = power * np.array([
            2 * np.pi * scale * bent.imag, -np.pi * width * bent.real, -line.imag, line.real,
            np.full(len(total), background / power),
        ])  # fmt: skip
        return float((np.log(total) + density / total).sum()), slopes @ (1 / total - density / total**2)

    start = np.r_[begin[0] / scale, np.log(begin[1] / scale), begin[2], np.log(begin[3:] / unit)]
    bounds = [(-2, 2), (-4, 3), (-0.5, 0.5), (-4, 4), (-12, 2)]
    return natural(minimize(misfit, np.clip(start, *np.transpose(bounds)), jac=True, bounds=bounds).x)
