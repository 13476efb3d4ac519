"""What noise does to an oscillator tells its laws: amplitude relaxation, nonlinearity, diffusion, linewidth.

Slavin and Tiberkevich, IEEE Trans. Magn. 45, 1875 (2009), sections IV and VI, with noise <f f*> = 2 D δ(t): far above
threshold δp relaxes at 2Γp and has the variance D·p0/Γp; dφ/dt = 2π f + N·δp + noise of diffusion D/p0; so
<Δφ²> = D/p0 · [(1 + ν²)τ - ν²(1 - exp(-2Γp τ))/(2Γp)] and the linewidth is (1 + ν²)·D/(2π p0), with ν = N·p0/Γp.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from spicekit.block import Estimate
from spicekit.errors import InputError
from spicekit.studies.oscillators.record import BLOCKS, Record, jackknife

OSCILLATES = 0.5
"""Standard deviation over mean of p, below which it is an oscillation; thermal motion below threshold has 1."""
_SPAN = 2.0  # decay times of the autocorrelation that are fitted
_LAGS = 40  # points of it
_NEAR, _FAR = 4, 12  # decay times of p: the variance of the phase grows evenly there, and is still well known
_LEAST = 2  # of the longest of these times, in a block


@dataclass(frozen=True)
class Fluctuations:
    """What one record tells; rates in 1/s, p without unit."""

    power: Estimate  # mean p
    relaxation: Estimate  # Γp: the power p relaxes at 2Γp
    nonlinear_shift: Estimate  # N = dω/dp [rad/s], from how the frequency follows p
    nonlinearity: Estimate  # ν = N·p/Γp
    amplitude_diffusion: Estimate  # D [1/s] = variance of p · Γp/p
    phase_diffusion: Estimate  # D [1/s] = p · what diffuses of the phase beside N·δp
    linewidth: Estimate  # Hz, full width at half maximum, from the growth of the phase's variance


def combined(a: Estimate, b: Estimate) -> Estimate:
    """Return the mean of two estimates of one quantity, weighted by their errors."""
    weights = [1 / (e.error or 1.0) ** 2 for e in (a, b)]
    value = (a.value * weights[0] + b.value * weights[1]) / sum(weights)
    return Estimate(value=value, error=sum(weights) ** -0.5)


def oscillates(record: Record) -> bool:
    """Tell whether the record is an oscillation, and not thermal motion below threshold."""
    return bool(record.power.std() < OSCILLATES * record.power.mean())


def fluctuations(record: Record) -> Fluctuations:
    """Return what a record of an oscillator above threshold tells, with jackknife errors.

    Raises:
        InputError: the record is too short for the time in which the amplitude relaxes, or has no noise.
    """
    power, step = record.power, record.step
    decay = _decay(power) * step
    needed = _LEAST * _FAR * decay * BLOCKS
    if not needed < record.duration:
        raise InputError(
            f"a record of {record.duration:.3g} s is too short for an amplitude that relaxes within {decay:.2g} s: it "
            f"needs more than {needed:.3g} s"
        )
    edges = np.linspace(0, len(power), BLOCKS + 1).round().astype(int)
    frequency = (record.phase[-1] - record.phase[0]) / record.duration
    slow = record.phase - frequency * step * np.arange(len(power))
    area = np.r_[0.0, np.cumsum((power[1:] + power[:-1]) / 2 - power.mean())] * step
    blocks = [slice(a, b) for a, b in pairwise(edges)]
    moments = np.array([_moments(power[b] - power.mean(), slow[b], area[b], decay, step) for b in blocks])
    moments[:, -1] = [power[b].mean() for b in blocks]
    total = moments.sum(0)
    found = _laws(total / BLOCKS, decay, step)
    without = np.array([_laws((total - one) / (BLOCKS - 1), decay, step) for one in moments])
    return Fluctuations(
        *(
            Estimate(value=v, error=e)
            for v, e in zip(found.tolist(), jackknife(without).tolist(), strict=True)
        )
    )


def _decay(power: np.ndarray) -> float:
    """Return after how many steps the autocorrelation of p has fallen to 1/e."""
    deviation = power - power.mean()
    if not deviation.std() > 1e-9 * power.mean():
        raise InputError("the amplitude does not fluctuate: linewidth and relaxation need noise")
    spectrum = np.abs(np.fft.rfft(deviation, 2 * len(deviation))) ** 2
    correlation = np.fft.irfft(spectrum)[: len(deviation)]
    below = np.flatnonzero(correlation < np.exp(-1) * correlation[0])
    at = int(below[0])  # there is one: the autocorrelations of a deviation sum up to zero
    high, low = correlation[at - 1 : at + 1] / correlation[0]
    return at - 1 + float((high - np.exp(-1)) / (high - low))


def _lags(decay: float, step: float) -> np.ndarray:
    return np.unique(np.linspace(0, _SPAN * decay / step, _LAGS).round().astype(int))


def _moments(
    deviation: np.ndarray, slow: np.ndarray, area: np.ndarray, decay: float, step: float
) -> np.ndarray:
    """Return the averages over a block that all laws follow from."""
    products = [(deviation[lag:] * deviation[: len(deviation) - lag]).mean() for lag in _lags(decay, step)]
    near, far = (round(k * decay / step) for k in (_NEAR, _FAR))
    turned, drive, late = slow[near:] - slow[:-near], area[near:] - area[:-near], slow[far:] - slow[:-far]
    means = [(turned**2).mean(), (turned * drive).mean(), (drive**2).mean(), (late**2).mean(), np.nan]
    return np.array([*products, *means])


def _laws(moments: np.ndarray, decay: float, step: float) -> np.ndarray:
    """Return the values of `Fluctuations` in order."""
    from scipy.optimize import curve_fit

    correlation, (turned, both, drive, late, power) = moments[:-5], moments[-5:]
    lags = _lags(decay, step) * step / decay
    # the height is free: sampled noise makes the very first lags smoother than an exponential
    fitted = curve_fit(
        lambda t, height, falls: height * np.exp(-falls * t),
        lags,
        correlation / correlation[0],
        p0=(1.0, 1.0),
    )
    rate = fitted[0][1] / (2 * decay)
    near, far = (round(k * decay / step) * step for k in (_NEAR, _FAR))
    shift = both / drive
    own = (turned - shift * both) / near
    width = (late - turned) / (far - near) / (2 * np.pi)
    return np.array(
        [power, rate, shift, shift * power / rate, correlation[0] * rate / power, own * power, width]
    )
