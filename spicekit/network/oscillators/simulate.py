"""Coupled auto-oscillators under injected tones, many inputs and chips at once.

    dc/dt = -i ω(p) c - Γ+(p) c + Γ-(p) c + κ e^(iψ) I'(t) + κ_B e^(iψ_B) I_line(t) + noise,    p = |c|²

(laws: `spicekit.models.auto_oscillator`). The junctions stand in series with a load: what each emits drives one
current through all of them, I' = Σ emission I Re(c)/(load + Σ dV/dI), itself included. The field line carries the
sum of the tones. Only what turns with c is kept of both, as the rest is hundreds of linewidths away.

Steps are split (Strang, SIAM J. Numer. Anal. 5, 506, 1968): free motion by its exact solution, a logistic law for p
whose integral turns the phase; then forces and noise.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import exprel

from spicekit.network.oscillators.devices import TAU, Devices, Technology

_TURN = 0.03  # turns per step of the fastest beat: locking ranges are off by less than 0.2 %
_THIN = 6  # steps between values kept
_CHUNK = 512  # rows at once: stays in the cache


@dataclass(frozen=True)
class Wiring:
    """What couples the oscillators of a chip to each other and to the tones."""

    line: complex  # Hz/A
    junction: complex  # Hz/A
    resistance: float  # Ohm, all of the loop: load and dynamic resistances of the junctions
    drive: float  # A, peak, of each tone in the field line
    coupling: float = 1.0  # times what the loop gives

    @classmethod
    def series(
        cls, technology: Technology, currents: np.ndarray, load: float, drive: float, coupling: float = 1.0
    ) -> "Wiring":
        """Return the loop of junctions at bias `currents` (oscillators,) [A] in series with a `load` [Ohm]."""
        loop = load + float(technology.dynamic_resistance(currents).sum())
        return cls(technology.line, technology.junction, loop, drive, coupling)


@dataclass(frozen=True)
class Motion:
    """Amplitudes over time in a frame that turns with them."""

    amplitude: np.ndarray  # (rows, oscillators, times), complex: c exp(2πi frame t)
    step: float  # s, between times
    frame: float  # Hz


def simulate(
    devices: Devices,
    currents: np.ndarray,
    tones: np.ndarray,
    wiring: Wiring,
    *,
    settle: float,
    record: float,
    band: tuple[float, float],
    keys: np.ndarray | None = None,
) -> Motion:
    """Return how each row's oscillators move from `settle` to `settle` + `record` [s].

    Args:
        devices: one chip per row, (rows, oscillators) each.
        currents: (rows, oscillators), A.
        tones: (rows, tones), Hz; all start with phase zero at time zero.
        wiring: what couples them.
        band: Hz, that tones and free frequencies lie in, roughly: it sets frame and step.
        keys: (rows, n) non-negative integers; noise of a row depends on its key alone. None: no noise.
    """
    frame = (band[0] + band[1]) / 2
    step = 2 * _TURN / (band[1] - band[0])
    kept, settling = round(record / step / _THIN), round(settle / step)
    out = np.empty((*currents.shape, kept), np.complex64)
    for at in range(0, len(tones), _CHUNK):
        rows = slice(at, at + _CHUNK)
        some = None if keys is None else keys[rows]
        chosen = devices.chip(np.arange(len(tones))[rows])
        out[rows] = _move(chosen, currents[rows], tones[rows], wiring, frame, step, settling, kept, some)
    return Motion(out, _THIN * step, frame)


def _move(
    devices: Devices, currents: np.ndarray, tones: np.ndarray, wiring: Wiring, frame: float, step: float,
    settling: int, kept: int, keys: np.ndarray | None,
) -> np.ndarray:  # fmt: skip
    """Return amplitudes (rows, oscillators, kept). Inside, oscillators come first, and real and imaginary part apart.

    Single precision: rounding is a millionth of the thermal noise, and its functions are several times faster.
    """
    torque = devices.spin_torque * currents
    gain = TAU * (torque - devices.damping)
    loss = TAU * (torque + devices.damping_growth * devices.damping)

    def real(array: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(array.T, np.float32)

    fills = real(loss * 2 * step * exprel(2 * gain * step))
    grows, half = real(gain * step), np.float32(0.5)
    turns = real(TAU * (devices.frequency - frame) * step)
    bends = real(TAU * devices.frequency_shift / (2 * loss))
    emits = real(devices.emitted(currents) / wiring.resistance)
    loop = TAU * wiring.coupling * wiring.junction / 2 * step
    pull = np.float32(loop.real), np.float32(loop.imag)
    # sin(ωt) has the share i/2 that turns with c
    phasor = TAU * wiring.line * wiring.drive * 0.5j * step * np.ones(tones.shape)
    advance = np.exp(-1j * TAU * (tones - frame) * step)
    shakes = real(np.sqrt(devices.noise(currents) * step))
    u = real(np.sqrt(np.maximum(devices.power(currents), devices.thermal_power)))
    w = np.zeros_like(u)
    shake = None if keys is None else _Noise(keys, len(u))
    out = np.empty((kept, 2, *u.shape), np.float32)
    for k in range(settling + kept * _THIN):
        force = phasor.sum(1)
        phasor = phasor * advance
        s, t = (emits * u).sum(0), (emits * w).sum(0)
        u += pull[0] * s - pull[1] * t + force.real.astype(np.float32)
        w += pull[0] * t + pull[1] * s + force.imag.astype(np.float32)
        if shake is not None:
            n = shake.next()
            u += shakes * n[0]
            w += shakes * n[1]
        filled = np.log1p(fills * (u * u + w * w))
        size = np.exp(grows - half * filled)
        angle = turns + bends * filled
        c, s = size * np.cos(angle), size * np.sin(angle)
        u, w = c * u + s * w, c * w - s * u
        if k >= settling and (k - settling) % _THIN == 0:
            out[(k - settling) // _THIN] = u, w
    return (out[:, 0] + 1j * out[:, 1]).transpose(2, 1, 0)


class _Noise:
    """Standard normals (2, oscillators, rows) for one step after another; a row's come from its own generator."""

    _BLOCK = 64  # steps drawn at once

    def __init__(self, keys: np.ndarray, oscillators: int) -> None:
        self._generators = [np.random.default_rng(np.random.SeedSequence(key.tolist())) for key in keys]
        self._oscillators = oscillators
        self._drawn: np.ndarray = np.empty((0,))
        self._at = self._BLOCK

    def next(self) -> np.ndarray:
        if self._at == self._BLOCK:
            shape = self._BLOCK, 2, self._oscillators
            rows = [generator.standard_normal(shape, np.float32) for generator in self._generators]
            self._drawn, self._at = np.ascontiguousarray(np.stack(rows, -1)), 0
        self._at += 1
        return self._drawn[self._at - 1]
