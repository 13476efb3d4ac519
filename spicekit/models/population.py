"""Devices as a card draws them: every parameter a function of standard normal coordinates.

Each parameter has a device part, drawn once per device; a slow part, correlated over the cycles of a device; and a
fresh part, drawn anew at every cycle. With their standard deviations s, the latent coordinate of a parameter is

    y = (s_device z_device + s_slow z_slow + s_fresh size shape(z_fresh)) / s,   s² = s_device² + s_slow² + s_fresh²

and the parameter is ``nominal + s · marginal(y)``. `Shape` gives the fresh part skew and tails, its size may differ
from device to device (`uneven`), and `Marginal` gives the parameter any distribution. Maps are monotone; without them
all is normal. Device parts of two parameters may be correlated.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.interpolate import PchipInterpolator

_BEYOND = 1 / 42  # of the range: 0.1 nm of the bundled 4.2 nm
_NODES = np.linspace(-9, 9, 2001)  # of the quadrature that makes a shape's mean zero and its variance one
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.exp(-(_NODES**2) / 2).sum()


@dataclass(frozen=True)
class Shape:
    """A monotone map of a standard normal to mean 0 and variance 1: sinh-arcsinh.

    Jones and Pewsey, Biometrika 96, 761 (2009). Tails are heavier than normal with a `tail` below 1.
    """

    skew: float = 0.0  # above 0: the upper tail is the long one
    tail: float = 1.0

    def __call__(self, z: np.ndarray) -> np.ndarray:
        """Return the map of standard normals, of any form."""
        mean, scale = _moments(self.skew, self.tail)
        return (_sinh_arcsinh(z, self.skew, self.tail) - mean) / scale


def _sinh_arcsinh(z: np.ndarray, skew: float, tail: float) -> np.ndarray:
    return np.sinh((np.arcsinh(z) + skew) / tail)


@lru_cache(maxsize=256)
def _moments(skew: float, tail: float) -> tuple[float, float]:
    x = _sinh_arcsinh(_NODES, skew, tail)
    mean = float((_WEIGHTS * x).sum())
    return mean, float((_WEIGHTS * (x - mean) ** 2).sum()) ** 0.5


@dataclass(frozen=True)
class Marginal:
    """A monotone map of the latent coordinate through given points, smooth between them and straight beyond."""

    coordinate: tuple[float, ...]  # rising
    value: tuple[float, ...]  # rising, in standard deviations of the parameter

    def __call__(self, y: np.ndarray) -> np.ndarray:
        """Return the map of latent coordinates, of any form."""
        low, high = self.coordinate[0], self.coordinate[-1]
        below, above = (
            (self.value[k + 1] - self.value[k]) / (self.coordinate[k + 1] - self.coordinate[k])
            for k in (0, -2)
        )
        inside = self._curve(np.clip(y, low, high))
        return inside + below * np.minimum(y - low, 0) + above * np.maximum(y - high, 0)

    @cached_property
    def _curve(self) -> "PchipInterpolator":
        from scipy.interpolate import PchipInterpolator  # here, as loading it takes time

        return PchipInterpolator(self.coordinate, self.value)


def uneven_size(uneven: float, z: np.ndarray) -> np.ndarray:
    """Return the size of devices' fresh parts from standard normals, log-normal with a mean square of one."""
    return np.exp(uneven * z - uneven**2)


@dataclass(frozen=True)
class Drawn:
    """How one parameter is drawn: one standard deviation of each part, in the parameter's unit."""

    nominal: float
    device: float = 0.0
    slow: float = 0.0
    fresh: float = 0.0
    shape: Shape | None = None  # of the fresh part
    uneven: float = 0.0  # standard deviation between devices of ln(size of their fresh part)
    marginal: Marginal | None = None

    @property
    def sigma(self) -> float:
        """Standard deviation of all parts together, before `marginal`."""
        return math.hypot(self.device, self.slow, self.fresh)

    def __call__(
        self, device: np.ndarray, uneven: np.ndarray, slow: np.ndarray, fresh: np.ndarray
    ) -> np.ndarray:
        """Return the parameter from standard normals, all of one form."""
        deviation = self.device * device + self.slow * slow
        size = self.fresh * (uneven_size(self.uneven, uneven) if self.uneven else 1.0)
        deviation = deviation + size * (self.shape(fresh) if self.shape else fresh)
        if self.marginal and (sigma := self.sigma):
            return self.at(deviation / sigma)
        return self.nominal + deviation

    def at(self, latent: np.ndarray) -> np.ndarray:
        """Return the parameter at latent coordinates, of any form."""
        return self.nominal + self.sigma * (self.marginal(latent) if self.marginal else latent)


@dataclass(frozen=True)
class Correlation:
    """Of the device coordinates of two parameters."""

    first: str
    second: str
    value: float


@dataclass(frozen=True)
class Population:
    """Devices of one kind at one wear.

    Coordinates of devices are arrays (devices, 2 × parameters): of their device parts, then of how uneven they are;
    those of their cycles are alike: of the slow parts, then of the fresh ones.
    """

    parameters: Mapping[str, Drawn]
    slow_cycles: float  # after so many cycles the correlation of slow parts has fallen to 1/e
    gaps: Mapping[str, float]  # nm, in either state before the first pulse, and "pristine"
    gap_range: tuple[float, float]  # nm
    correlations: tuple[Correlation, ...] = ()

    @property
    def plausible(self) -> tuple[float, float]:
        """The end stops and a little beyond; further out a state has diverged, in whatever unit it is."""
        low, high = self.gap_range
        return low - _BEYOND * (high - low), high + _BEYOND * (high - low)

    @property
    def size(self) -> int:
        """Coordinates of a device, and of a cycle."""
        return 2 * len(self.parameters)

    @property
    def device_names(self) -> tuple[str, ...]:
        """Names of the coordinates of a device."""
        return tuple(f"{part}.{p}" for part in ("device", "uneven") for p in self.parameters)

    @property
    def cycle_names(self) -> tuple[str, ...]:
        """Names of the coordinates of a cycle."""
        return tuple(f"{part}.{p}" for part in ("slow", "fresh") for p in self.parameters)

    @property
    def conductance(self) -> str:
        """Name of the parameter that the conductance of a device is proportional to."""
        return CURRENT if CURRENT in self.parameters else "i0"

    @property
    def effective(self) -> frozenset[str]:
        """Names of the coordinates that any parameter depends on: those of parts that are not zero."""
        parts = (*PARTS, "uneven")
        drawn = {f"{part}.{p}" for p, d in self.parameters.items() for part in parts if getattr(d, part)}
        for c in self.correlations:
            drawn |= {f"device.{c.first}", f"device.{c.second}"}
        return frozenset(drawn)

    def values(self, device: np.ndarray, cycle: np.ndarray) -> dict[str, np.ndarray]:
        """Return the parameters, (devices,) each, from coordinates of devices and of one cycle of each."""
        own, uneven = np.hsplit(device, 2)
        slow, fresh = np.hsplit(cycle, 2)
        if self.correlations:
            # no matrix product: its last bits depend on how many devices are drawn side by side
            own = np.column_stack(
                [sum(m * own[:, j] for j, m in enumerate(row) if m) for row in self._mixing]
            )
        return {
            p: drawn(own[:, k], uneven[:, k], slow[:, k], fresh[:, k])
            for k, (p, drawn) in enumerate(self.parameters.items())
        }

    def next_cycle(self, before: np.ndarray, drawn: np.ndarray, cycles: float = 1) -> np.ndarray:
        """Return the coordinates so many `cycles` after `before`; `drawn` are new standard normals of the same form."""
        rho = math.exp(-cycles / self.slow_cycles)
        (past, _), (slow, fresh) = np.hsplit(before, 2), np.hsplit(drawn, 2)
        return np.hstack([rho * past + math.sqrt(1 - rho**2) * slow, fresh])

    @cached_property
    def _mixing(self) -> np.ndarray:
        return mixing(tuple(self.parameters), self.correlations)


PARTS = ("device", "slow", "fresh")
"""Of the spread of a parameter."""

CURRENT = "current"
"""Factor on the current of a device whose equations come from elsewhere."""


def mixing(names: tuple[str, ...], correlations: tuple[Correlation, ...]) -> np.ndarray:
    """Return the matrix that makes independent coordinates correlated.

    Raises:
        np.linalg.LinAlgError: no normal coordinates can have these correlations.
    """
    wanted = np.eye(len(names))
    for c in correlations:
        i, j = names.index(c.first), names.index(c.second)
        wanted[i, j] = wanted[j, i] = c.value
    return np.linalg.cholesky(wanted)
