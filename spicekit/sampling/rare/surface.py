"""A quadratic model of the boundary near one design point. It steers proposals; no estimate is made of it."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.linalg import null_space
from scipy.special import log_ndtr

from spicekit.sampling.rare.limit import Counted
from spicekit.sampling.rare.result import Region

_OFFSETS = np.array([-2, -1.4, -1, -0.7, -0.4, -0.2, -0.1, 0, 0.1, 0.2, 0.4, 0.7, 1, 1.4, 2])
_FLAT = 0.05  # of the steepest slope: flatter parts of a profile tell no distance
_NARROWEST = 0.1  # of the uncertainty, in standard deviations
_FEWEST = 20  # depths that make a fit
_SIGNS = (0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0)  # uncertainties to choose from if only signs are known


@dataclass(frozen=True)
class Profile:
    """The margin along the normal through the design point: turns margins into distances to the boundary."""

    margins: np.ndarray  # ascending
    depths: np.ndarray  # distance into the failure region, descending

    def depth(self, margins: np.ndarray) -> np.ndarray:
        """Return the distance (n,) into the failure region; NaN where the profile is flat or ends."""
        if len(self.margins) < 2:
            return np.full(len(margins), np.nan)
        return PchipInterpolator(self.margins, self.depths, extrapolate=False)(margins)


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
    across = null_space(region.normal[None])
    size = across.shape[1]
    distance = float(region.normal @ region.design_point)
    return Surface(region.normal, across, distance, np.zeros(size), np.zeros((size, size)), _SIGNS[-1])


def fit(region: Region, points: np.ndarray, margins: np.ndarray, along_normal: Profile) -> Surface:
    """Return the surface that points (n, dimension) and their margins (n,) tell, where these are not flat.

    Bayesian regression on constant, slopes, squares and products (as a Gaussian process), its prior chosen by marginal
    likelihood; the uncertainty is the leave-one-out error (Rasmussen and Williams, 2006, section 5.4).
    """
    first = plane(region)
    depths = along_normal.depth(margins)
    use = np.isfinite(depths)
    if use.sum() < _FEWEST:
        return _from_signs(first, points, margins)
    points, depths = points[use], depths[use]
    along = points @ region.normal
    v = points - np.outer(along, region.normal)
    rest = along - depths - first.distance
    scale = 1 / np.sqrt(1 + (2 * depths) ** 2)  # far from the boundary a depth is less certain
    scale = scale / scale.max()
    best: tuple[float, float, np.ndarray, float, float, np.ndarray] | None = None
    for squares, products, relevance in _priors(region):
        kernel = 1 + 0.1 * v @ v.T + squares * (v**2) @ (v**2).T + products * ((v * relevance) @ v.T) ** 2
        values, vectors = np.linalg.eigh(scale[:, None] * kernel * scale)
        turned = vectors.T @ (scale * rest)
        for noise in (0.003, 0.01, 0.03, 0.1, 0.2, 0.4):
            spectrum = np.maximum(values, 0) + noise**2
            evidence = -0.5 * (turned**2 / spectrum).sum() - 0.5 * np.log(spectrum).sum()
            if best is None or evidence > best[0]:
                inverse = (vectors / spectrum) @ vectors.T
                misses = (inverse @ (scale * rest)) / np.diag(inverse)
                best = (
                    evidence,
                    float(np.sqrt(np.mean(misses**2))),
                    scale * (inverse @ (scale * rest)),
                    squares,
                    products,
                    relevance,
                )
    assert best is not None
    _, miss, c, squares, products, relevance = best
    curvature = 2 * np.diag(squares * (c @ v**2))
    curvature += 2 * products * relevance[:, None] * ((v.T * c) @ v) * relevance
    across = first.across
    return Surface(
        region.normal,
        across,
        first.distance + float(c.sum()),
        across.T @ (0.1 * c @ v),
        across.T @ curvature @ across,
        float(np.clip(1.5 * miss, _NARROWEST, 1.0)),
    )


def _from_signs(surface: Surface, points: np.ndarray, margins: np.ndarray) -> Surface:
    """Return the surface with the uncertainty that makes failed or safe, (n,), most likely (a probit law)."""
    depth = points @ surface.normal - surface.start(points @ surface.across)
    sign = np.where(margins < 0, 1.0, -1.0)[~np.isnan(margins)]
    depth = depth[~np.isnan(margins)]
    likelihood = [log_ndtr(sign * depth / s).sum() for s in _SIGNS]
    return replace(surface, uncertainty=_SIGNS[int(np.argmax(likelihood))])


def _priors(region: Region) -> list[tuple[float, float, np.ndarray]]:
    """Return prior variances of squares and of products, and which coordinates the products favour."""
    every = np.ones_like(region.normal)
    relevant = np.abs(region.normal) / np.abs(region.normal).max()
    return [(squares, 0.0, every) for squares in (0.0, 1e-3, 1e-2)] + [
        (squares, products, relevance)
        for squares in (0.0, 1e-3)
        for products, relevance in ((3e-5, every), (1e-3, every), (1e-3, relevant), (1e-2, relevant))
    ]
