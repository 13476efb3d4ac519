"""A quadratic model of the boundary near one design point. It steers proposals; no estimate is made of it."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.linalg import null_space
from scipy.special import log_ndtr

from spicekit.sampling.rare.limit import Counted
from spicekit.sampling.rare.result import Region

_OFFSETS = np.array([-2, -1.4, -1, -0.7, -0.4, -0.2, -0.1, 0, 0.1, 0.2, 0.4, 0.7, 1, 1.4, 2])
_FLAT = 0.05  # of the steepest slope: flatter parts of a profile tell no distance
_FAR = 1.0  # from the boundary: signs beyond tell next to nothing of it
NARROWEST = 0.1  # of the uncertainty, in standard deviations
WIDEST = 1.0  # likewise


@dataclass(frozen=True)
class Profile:
    """The margin along the normal through the design point: turns margins into distances to the boundary."""

    margins: np.ndarray  # ascending
    depths: np.ndarray  # distance into the failure region, descending

    def depth(self, margins: np.ndarray) -> np.ndarray:
        """Return the distance (n,) into the failure region; NaN where the profile is flat or ends."""
        if len(self.margins) < 3:  # a mere jump
            return np.full(len(margins), np.nan)
        inside = (self.margins[0] < margins) & (margins < self.margins[-1])
        depths = PchipInterpolator(self.margins, self.depths)(np.where(inside, margins, self.margins[0]))
        return np.where(inside, depths, np.nan)

    def sign_tells(self, margins: np.ndarray) -> np.ndarray:
        """Return whether a margin (n,) beyond the profile can still be near the boundary."""
        ends = (0.0, 0.0) if len(self.margins) < 3 else (self.depths[0], self.depths[-1])
        return ((margins < 0) & (ends[0] < _FAR)) | ((margins >= 0) & (ends[1] > -_FAR))


def profile(limit: Counted, region: Region) -> Profile:
    """Return the profile through the design point; its flat parts are left out."""
    margins = limit.search(region.design_point + np.outer(_OFFSETS, region.normal))
    slope = -np.diff(margins) / np.diff(_OFFSETS)
    steep = slope > _FLAT * slope.max()
    middle = int(np.argmin(np.abs(_OFFSETS)))
    first, last = middle, middle
    while first > 0 and steep[first - 1]:
        first -= 1
    while last < len(steep) and steep[last]:
        last += 1
    return Profile(margins[first : last + 1][::-1], _OFFSETS[first : last + 1][::-1])


@dataclass(frozen=True)
class Surface:
    """Failure begins at t = b(y): t is the coordinate along `normal`, y = `across`ᵀ u."""

    normal: np.ndarray
    across: np.ndarray  # orthonormal, shape (dimension, dimension - 1)
    distance: float
    slope: np.ndarray  # of b, shape (dimension - 1,)
    curvature: np.ndarray  # second derivatives of b
    uncertainty: float  # standard deviation of what the model misses

    def start(self, y: np.ndarray) -> np.ndarray:
        """Return b (n,) for y (n, dimension - 1), kept near the design point's distance."""
        b = self.distance + y @ self.slope + 0.5 * ((y @ self.curvature) * y).sum(axis=1)
        return np.clip(b, self.distance - 4, self.distance + 4)

    def centre(self) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and lower root of the covariance of y given failure, by Laplace's approximation."""
        reach = np.sqrt(1 + self.uncertainty**2)
        y = np.zeros_like(self.slope)
        precision = np.eye(len(y))
        for _ in range(8):
            b = float(self.start(y[None])[0]) / reach
            rise = (self.slope + self.curvature @ y) / reach
            hazard = float(np.exp(-(b**2) / 2 - 0.5 * np.log(2 * np.pi) - log_ndtr(-b)))
            precision = np.eye(len(y)) + hazard * self.curvature / reach
            precision += max(hazard * (hazard - b), 0.0) * np.outer(rise, rise)
            values, vectors = np.linalg.eigh(precision)
            values = np.clip(
                values, 0.3, 4.0
            )  # never a proposal much narrower or wider than the space itself
            precision = (vectors * values) @ vectors.T
            step = np.linalg.solve(precision, y + hazard * rise)
            y = y - step * min(1.0, 1.0 / max(float(np.linalg.norm(step)), 1e-12))
        return y, np.linalg.cholesky(np.linalg.inv(precision))


def plane(region: Region) -> Surface:
    """Return the tangent plane at the design point."""
    across = np.asarray(null_space(region.normal[None]))
    size = across.shape[1]
    distance = float(region.normal @ region.design_point)
    return Surface(region.normal, across, distance, np.zeros(size), np.zeros((size, size)), WIDEST)
