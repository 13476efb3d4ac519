"""Measurements: small frozen objects that turn waveforms into one number.

A wave is an array over the simulator's own, non-uniform `time` (s). Between points waves are straight lines,
and edges of windows are interpolated. A measurement without an answer raises `MeasurementFailed`; the sample
is then a discard, never a silent NaN.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

Waves = Mapping[str, np.ndarray]


class MeasurementFailed(ValueError):
    """A measurement has no answer in these waveforms; the message says why."""


class Measurement(Protocol):
    """What a deck measures. Implementations are frozen dataclasses: their fields are part of its identity."""

    @property
    def name(self) -> str:
        """Column name, unique in a deck."""
        ...

    @property
    def vectors(self) -> tuple[str, ...]:
        """ngspice vectors read, beside `time`."""
        ...

    def __call__(self, waves: Waves) -> float:
        """Return the number, or raise MeasurementFailed."""
        ...


@lru_cache(maxsize=4096)
def vector_name(name: str) -> str:
    """Return ngspice's own name of a vector: `v(Q)` is `q`, `i(vdd)` is `vdd#branch`."""
    name = name.strip().lower()
    if name.endswith(")"):
        if name.startswith("v(") and "," not in name:
            return name[2:-1].strip()
        if name.startswith("i("):
            return f"{name[2:-1].strip()}#branch"
    return name


def _vectors(*names: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(vector_name(n) for n in names if n is not None))


def _difference(waves: Waves, plus: str, minus: str | None) -> np.ndarray:
    wave = waves[vector_name(plus)]
    return wave if minus is None else wave - waves[vector_name(minus)]


def _earliest(axis: np.ndarray) -> float:
    # With `uic` the first point is one short step after the start, the last may miss the stop by rounding.
    return float(axis[0] - 0.01 * (axis[-1] - axis[0]))


def _value_at(waves: Waves, wave: np.ndarray, time: float | None) -> float:
    if time is None:
        return float(wave[-1])
    axis = waves["time"]
    if not _earliest(axis) <= time <= axis[-1] * (1 + 1e-9):
        raise MeasurementFailed(f"time {time:g} s lies outside the run of {axis[-1]:g} s")
    return float(np.interp(time, axis, wave))


def _window(waves: Waves, start: float, stop: float | None, *parts: np.ndarray) -> list[np.ndarray]:
    """Return time and each of `parts` between start and stop, both edges interpolated."""
    axis = waves["time"]
    end = float(axis[-1]) if stop is None else stop
    if not (_earliest(axis) <= start < end <= axis[-1] * (1 + 1e-9)):
        raise MeasurementFailed(f"window {start:g} to {end:g} s lies outside the run of {axis[-1]:g} s")
    first, last = int(axis.searchsorted(start, "right")), int(axis.searchsorted(end, "left"))
    cut = []
    for part in (axis, *parts):
        piece = np.empty(last - first + 2)
        piece[1:-1] = part[first:last]
        piece[0], piece[-1] = (start, end) if part is axis else np.interp((start, end), axis, part)
        cut.append(piece)
    return cut


@dataclass(frozen=True)
class Final:
    """The vector's value at the end of the run (V or A)."""

    name: str
    vector: str

    @property
    def vectors(self) -> tuple[str, ...]:
        return _vectors(self.vector)

    def __call__(self, waves: Waves) -> float:
        return float(waves[vector_name(self.vector)][-1])


@dataclass(frozen=True)
class At:
    """The vector's value at `time` (s)."""

    name: str
    vector: str
    time: float

    @property
    def vectors(self) -> tuple[str, ...]:
        return _vectors(self.vector)

    def __call__(self, waves: Waves) -> float:
        return _value_at(waves, waves[vector_name(self.vector)], self.time)


@dataclass(frozen=True)
class Difference:
    """`a` minus `b` at `time` (s), or at the end of the run if None."""

    name: str
    a: str
    b: str
    time: float | None = None

    @property
    def vectors(self) -> tuple[str, ...]:
        return _vectors(self.a, self.b)

    def __call__(self, waves: Waves) -> float:
        return _value_at(waves, _difference(waves, self.a, self.b), self.time)


@dataclass(frozen=True)
class Energy:
    """Integral of (v(plus) - v(minus)) times a current, from `start` to `stop` (J).

    ngspice counts the branch current of a source as positive when it flows into its plus terminal from
    outside. So the plain integral is what is absorbed: by an element in series with an ammeter whose plus
    terminal faces the supply, or by a source itself. With `delivered` the sign is turned: what a source gives
    to the circuit.
    """

    name: str
    plus: str
    minus: str | None  # None is ground
    current: str
    start: float = 0.0
    stop: float | None = None  # None is the end of the run
    delivered: bool = False

    @property
    def vectors(self) -> tuple[str, ...]:
        return _vectors(self.plus, self.minus, self.current)

    def __call__(self, waves: Waves) -> float:
        # Voltage and current are each straight between points, so their product needs Simpson's rule, not
        # the trapezoid: exact for the interpolated waves.
        across, through = _difference(waves, self.plus, self.minus), waves[vector_name(self.current)]
        time, voltage, current = _window(waves, self.start, self.stop, across, through)
        v0, v1, i0, i1 = voltage[:-1], voltage[1:], current[:-1], current[1:]
        energy = float(np.sum(np.diff(time) * (2 * (v0 * i0 + v1 * i1) + v0 * i1 + v1 * i0)) / 6)
        return -energy if self.delivered else energy


@dataclass(frozen=True)
class Charge:
    """Integral of a current from `start` to `stop` (C); same sign as the current."""

    name: str
    current: str
    start: float = 0.0
    stop: float | None = None

    @property
    def vectors(self) -> tuple[str, ...]:
        return _vectors(self.current)

    def __call__(self, waves: Waves) -> float:
        time, wave = _window(waves, self.start, self.stop, waves[vector_name(self.current)])
        return float(np.sum(np.diff(time) * (wave[1:] + wave[:-1])) / 2)


@dataclass(frozen=True)
class Mean:
    """Time average of a vector from `start` to `stop`."""

    name: str
    vector: str
    start: float = 0.0
    stop: float | None = None

    @property
    def vectors(self) -> tuple[str, ...]:
        return _vectors(self.vector)

    def __call__(self, waves: Waves) -> float:
        time, wave = _window(waves, self.start, self.stop, waves[vector_name(self.vector)])
        return float(np.sum(np.diff(time) * (wave[1:] + wave[:-1])) / 2 / (time[-1] - time[0]))


@dataclass(frozen=True)
class Peak:
    """Largest value of a vector from `start` to `stop`; with `lowest`, the smallest."""

    name: str
    vector: str
    start: float = 0.0
    stop: float | None = None
    lowest: bool = False

    @property
    def vectors(self) -> tuple[str, ...]:
        return _vectors(self.vector)

    def __call__(self, waves: Waves) -> float:
        _, wave = _window(waves, self.start, self.stop, waves[vector_name(self.vector)])
        return float(wave.min() if self.lowest else wave.max())


@dataclass(frozen=True)
class Crossing:
    """Time from `start` until a - b first crosses `level` (s); `magnitude` looks at |a - b|.

    It counts as a crossing when the wave goes from below to at or above `level` (`rising`), or from above to
    at or below. `missing` is the answer when that never happens; NaN (the default) makes the sample a
    discard, infinity makes "never" an observation.
    """

    name: str
    a: str
    b: str | None
    level: float
    start: float = 0.0
    rising: bool = True
    magnitude: bool = False
    missing: float = math.nan

    @property
    def vectors(self) -> tuple[str, ...]:
        return _vectors(self.a, self.b)

    def __call__(self, waves: Waves) -> float:
        time, wave = _window(waves, self.start, None, _difference(waves, self.a, self.b))
        # |a - b| is taken after interpolation: a sign change between two points must not look like a plateau.
        height = (np.abs(wave) if self.magnitude else wave) - self.level
        if not self.rising:
            height = -height
        up = np.flatnonzero((height[:-1] < 0) & (height[1:] >= 0))
        if not up.size:
            if math.isnan(self.missing):
                raise MeasurementFailed(f"never crosses {self.level:g} after {self.start:g} s")
            return self.missing
        k = int(up[0])
        # The level on the signed line through the two points, so that |a - b| is interpolated where it is
        # straight.
        outside = wave[k + 1] if self.rising else wave[k]
        target = math.copysign(self.level, outside) if self.magnitude else self.level
        share = (target - wave[k]) / (wave[k + 1] - wave[k])
        return float(time[k] + share * (time[k + 1] - time[k]) - self.start)


@dataclass(frozen=True)
class Delay:
    """Time from one crossing to another (s), each the first of its wave after the same moment.

    Negative where the second comes first. The first must happen; `ends.missing` says what it means if the second does
    not.
    """

    name: str
    begins: Crossing
    ends: Crossing

    @property
    def vectors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.begins.vectors, *self.ends.vectors)))

    def __call__(self, waves: Waves) -> float:
        return self.ends.start + self.ends(waves) - self.begins.start - self.begins(waves)


@dataclass(frozen=True)
class Imbalance:
    """a - b of a latch, extrapolated back to `start` by its regeneration: sign of the end, smooth through zero.

    A latch that starts from a small imbalance v reaches `level` at t = `time_constant` * ln(level/v). Zero when the
    level is never reached: the latch is still undecided.
    """

    name: str
    a: str
    b: str
    level: float
    start: float
    time_constant: float  # s

    @property
    def vectors(self) -> tuple[str, ...]:
        return _vectors(self.a, self.b)

    def __call__(self, waves: Waves) -> float:
        reached = Crossing(
            self.name, self.a, self.b, self.level, self.start, magnitude=True, missing=math.inf
        )
        size = self.level * math.exp(-reached(waves) / self.time_constant)
        return math.copysign(size, float(_difference(waves, self.a, self.b)[-1]))
