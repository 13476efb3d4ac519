"""What spoken digits are turned into before a network sees them: frames of a few dozen channels.

Each recording is taken by itself (its own loudness and mean), so nothing leaks between training and test.
"""

from collections.abc import Callable

import numpy as np
from scipy.fft import dct
from scipy.signal import gammatone, get_window, lfilter

from spicekit.network.data.spoken import Recordings

_FRAME, _HOP = 256, 128  # samples
_SHORT = (
    128  # samples of the spectrogram's window: 65 channels, as in Torrejon et al., Nature 547, 428 (2017)
)
_FILTERS, _COEFFICIENTS, _LIFTER = 26, 13, 22  # usual for speech
_FLOOR = 1e-6  # of the energy: silence
_EAR = 32  # channels of the cochleagram
_LOWEST = 100.0  # Hz
_GAP = 400  # zeros between recordings in one long signal: a channel of 100 Hz has died away


def spectrogram(recordings: Recordings) -> list[np.ndarray]:
    """Return magnitudes of short spectra, (frames, 65) each, over the recording's largest."""
    window = get_window("hann", _SHORT)
    return [_over_largest(np.abs(np.fft.rfft(_framed(s, _SHORT) * window))) for s in recordings.signals]


def mfcc(recordings: Recordings) -> list[np.ndarray]:
    """Return mel-frequency cepstral coefficients, (frames, 13) each.

    Means over a recording stay: a linear readout by votes sees nothing else.
    Triangular filters even on the mel scale 2595 log10(1 + f/700) (O'Shaughnessy 1987), logarithm of the energy over
    the recording's largest, cosine transform (Davis and Mermelstein, IEEE Trans. ASSP 28, 357, 1980), lifter
    1 + L/2 sin(πk/L) with L = 22 (Juang et al., IEEE Trans. ASSP 35, 947, 1987).
    """
    filters = _triangles(_mel_inverse, _mel, recordings.rate)
    window = get_window("hamming", _FRAME)
    lifter = 1 + _LIFTER / 2 * np.sin(np.pi * np.arange(_COEFFICIENTS) / _LIFTER)
    found = []
    for signal in recordings.signals:
        energy = np.abs(np.fft.rfft(_framed(signal, _FRAME) * window)) ** 2 @ filters
        cepstrum = np.asarray(dct(np.log(energy / energy.max() + _FLOOR), norm="ortho"))[:, :_COEFFICIENTS]
        found.append(cepstrum * lifter)
    return found


def cochleagram(recordings: Recordings) -> list[np.ndarray]:
    """Return loudness in the channels of a cochlea, (frames, 32) each, over the recording's largest.

    Gammatone filters (Slaney, Apple Technical Report 35, 1993; scipy), centres even on the scale of equivalent
    rectangular bandwidths 21.4 log10(1 + 0.00437 f) (Glasberg and Moore, Hear. Res. 47, 103, 1990), half-wave
    rectified, averaged over frames, cube root.
    """
    top = 0.45 * recordings.rate
    ends = 21.4 * np.log10(1 + 0.00437 * np.array([_LOWEST, top]))
    scale = np.linspace(ends[0], ends[1], _EAR)
    centres = (10 ** (scale / 21.4) - 1) / 0.00437
    gap = np.zeros(_GAP, np.float32)
    together = np.concatenate([part for signal in recordings.signals for part in (signal, gap)])
    starts = np.cumsum([0] + [len(signal) + _GAP for signal in recordings.signals])
    found = [np.empty((1 + max(len(s) - _FRAME, 0) // _HOP, _EAR)) for s in recordings.signals]
    for channel, centre in enumerate(centres):
        b, a = gammatone(float(centre), "iir", fs=recordings.rate)
        heard = np.maximum(np.asarray(lfilter(b, a, together)), 0)
        for k, frames in enumerate(found):
            own = heard[starts[k] : starts[k] + len(recordings.signals[k])]
            frames[:, channel] = _framed(own, _FRAME).mean(1)
    return [_over_largest(np.cbrt(frames)) for frames in found]


FRONT_ENDS: dict[str, Callable[[Recordings], list[np.ndarray]]] = {
    "spectrogram": spectrogram,
    "mfcc": mfcc,
    "cochleagram": cochleagram,
}


def _framed(signal: np.ndarray, length: int) -> np.ndarray:
    """Return overlapping frames (frames, length); a short recording is one frame, with zeros at its end."""
    if len(signal) < length:
        signal = np.pad(signal, (0, length - len(signal)))
    return np.lib.stride_tricks.sliding_window_view(signal, length)[::_HOP]


def _over_largest(frames: np.ndarray) -> np.ndarray:
    return frames / frames.max()


def _mel(f: np.ndarray) -> np.ndarray:
    return 2595 * np.log10(1 + f / 700)


def _mel_inverse(mel: np.ndarray) -> np.ndarray:
    return 700 * (10 ** (mel / 2595) - 1)


def _triangles(
    inverse: Callable[[np.ndarray], np.ndarray], scale: Callable[[np.ndarray], np.ndarray], rate: int
) -> np.ndarray:
    """Return filters (frequencies, filters), each rising from its lower neighbour's centre and falling to the upper."""
    ends = scale(np.array([_LOWEST, rate / 2]))
    edges = inverse(np.linspace(ends[0], ends[1], _FILTERS + 2))
    f = np.fft.rfftfreq(_FRAME, 1 / rate)[:, None]
    rising = (f - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - f) / (edges[2:] - edges[1:-1])
    return np.maximum(np.minimum(rising, falling), 0)
