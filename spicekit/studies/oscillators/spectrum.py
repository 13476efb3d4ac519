"""Power spectra by Welch's method with a stated resolution."""

import math
from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError

_HANN = 1.5  # equivalent noise bandwidth of a Hann window in bins: Harris, Proc. IEEE 66, 51 (1978), table I
LEAST_SEGMENTS = 4  # whole segments in a record; half overlapped they make seven periodograms

_SLACK = 0.01  # of the shortest record: whole samples do not fill it to the last


@dataclass(frozen=True)
class Spectrum:
    """One-sided periodograms of half-overlapping segments; their mean is Welch's estimate."""

    frequency: np.ndarray  # Hz, (bins,)
    segments: np.ndarray  # signal²/Hz, (segments, bins)
    resolution: float  # Hz, equivalent noise bandwidth of the window
    length: float  # s, of a segment

    @property
    def density(self) -> np.ndarray:
        """Power spectral density [signal²/Hz], (bins,)."""
        return self.segments.mean(0)

    def near(self, frequency: float, reach: float) -> "Spectrum":
        """Return the bins within `reach` [Hz] of `frequency`."""
        kept = np.abs(self.frequency - frequency) <= reach
        return Spectrum(self.frequency[kept], self.segments[:, kept], self.resolution, self.length)


def least_record(resolution: float) -> float:
    """Return the shortest record [s] that gives a resolution [Hz]."""
    return LEAST_SEGMENTS * _HANN / resolution


def hann(samples: int) -> np.ndarray:
    """Return Welch's window, (samples,): periodic, so that halves which overlap add up to one."""
    return np.sin(np.pi * np.arange(samples) / samples) ** 2


def welch(signal: np.ndarray, step: float, resolution: float) -> Spectrum:
    """Return the spectrum of a real `signal`, (times,), sampled every `step` [s], at a `resolution` [Hz].

    Hann windows, half overlapped (Welch, IEEE Trans. Audio Electroacoust. 15, 70, 1967); the resolution is the
    window's equivalent noise bandwidth.

    Raises:
        InputError: the record is too short for the resolution.
    """
    from scipy.signal import ShortTimeFFT

    duration = len(signal) * step
    if duration < least_record(resolution) * (1 - _SLACK):
        raise InputError(
            f"a record of {duration:.3g} s is too short for a resolution of {resolution:.3g} Hz: it needs "
            f"{least_record(resolution):.3g} s, or take a resolution of {LEAST_SEGMENTS * _HANN / duration:.3g} Hz"
        )
    samples = math.floor(_HANN / resolution / step)
    window = hann(samples)
    transform = ShortTimeFFT(window, samples // 2, 1 / step, fft_mode="onesided2X", scale_to="psd")
    first, last = transform.lower_border_end[1], transform.upper_border_begin(len(signal))[1]
    segments = transform.spectrogram(signal - signal.mean())[:, first:last].T
    return Spectrum(transform.f, segments, _HANN / (samples * step), samples * step)
