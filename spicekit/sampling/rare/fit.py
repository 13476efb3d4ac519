"""The boundary near one design point, learnt from samples: from distances, or from signs where margins jump."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve, get_lapack_funcs
from scipy.special import log_ndtr

from spicekit.sampling.rare.result import Region
from spicekit.sampling.rare.surface import NARROWEST, WIDEST, Profile, Surface, plane

_FEWEST = 20  # points that make a fit
_CAUTION = 1.5  # times the uncertainty: a proposal too wide costs less than one too narrow
_UNCERTAINTIES = np.geomspace(NARROWEST, WIDEST, 15) / _CAUTION
_NOISES = (0.4, 0.2, 0.1, 0.03, 0.01, 0.003)  # what the surface may leave unexplained
_NEWTON = 3  # steps, from the surface of the noise before


def fit(region: Region, points: np.ndarray, margins: np.ndarray, along_normal: Profile) -> Surface:
    """Return the surface that points (n, dimension) and their margins (n,) tell: distances, or else signs alone.

    Bayesian regression on constant, slopes, squares and products (as a Gaussian process), its prior chosen by the
    leave-one-out likelihood, the uncertainty by the leave-one-out errors (Rasmussen and Williams, 2006, section 5.4).
    """
    depths = along_normal.depth(margins)
    tells = np.isfinite(depths) | along_normal.sign_tells(margins)
    points, margins, depths, first = points[tells], margins[tells], depths[tells], plane(region)
    if len(points) < _FEWEST:
        return first
    along = points @ region.normal
    v = points - np.outer(along, region.normal)
    seen = _Seen(
        rest=along - depths - first.distance,
        bound=along - first.distance,
        side=np.where(margins < 0, -1.0, 1.0),
        scale=np.where(np.isfinite(depths), 1 / np.sqrt(1 + (2 * depths) ** 2), 1.0),
    )
    best: tuple[float, np.ndarray, np.ndarray, float, float, np.ndarray] | None = None
    for squares, products, relevance in _priors(region):
        kernel = 1 + 0.1 * v @ v.T + squares * (v**2) @ (v**2).T + products * ((v * relevance) @ v.T) ** 2
        for likelihood, left_out, c in _solutions(kernel, seen):
            if best is None or likelihood > best[0]:
                best = (likelihood, left_out, c, squares, products, relevance)
    assert best is not None
    _, left_out, c, squares, products, relevance = best
    curvature = 2 * np.diag(squares * (c @ v**2))
    curvature += 2 * products * relevance[:, None] * ((v.T * c) @ v) * relevance
    across = first.across
    likelihood = [seen.log_likelihood(left_out, s) for s in _UNCERTAINTIES]
    return Surface(
        region.normal,
        across,
        first.distance + float(c.sum()),
        across.T @ (0.1 * c @ v),
        across.T @ curvature @ across,
        float(np.clip(_CAUTION * _UNCERTAINTIES[int(np.argmax(likelihood))], NARROWEST, WIDEST)),
    )


@dataclass(frozen=True)
class _Seen:
    """What points tell of the boundary, beyond the tangent plane; all of shape (n,)."""

    rest: np.ndarray  # of the boundary at the point; NaN where only the sign is known
    bound: np.ndarray  # of the point itself
    side: np.ndarray  # -1: it failed, the boundary is before it; +1: behind
    scale: np.ndarray  # far from the boundary a distance is less certain

    def log_likelihood(self, boundary: np.ndarray, spread: np.ndarray | float) -> float:
        """Return that of predictions (n,) with so much spread, up to a constant."""
        distances = -(((self.rest - boundary) * self.scale / spread) ** 2) / 2 - np.log(spread)
        signs = log_ndtr(self.side * (boundary - self.bound) / spread)
        return float(np.where(np.isfinite(self.rest), distances, signs).sum())


def _solutions(kernel: np.ndarray, seen: _Seen) -> Iterator[tuple[float, np.ndarray, np.ndarray]]:
    """Yield leave-one-out log-likelihood, leave-one-out predictions and coefficients, for several noises.

    Signs follow a probit law, whose most likely surface is found by Newton's method (section 3.4 of the same book).
    """
    known = np.isfinite(seen.rest)
    surface = np.zeros(len(kernel))
    (inverse,) = get_lapack_funcs(("potri",), (kernel,))
    for noise in _NOISES:
        soft = max(noise, NARROWEST)
        target, variance, factor, c = seen.rest, (noise / seen.scale) ** 2, (kernel, True), surface
        for _ in range(1 if known.all() else _NEWTON):
            z = seen.side * (surface - seen.bound) / soft
            hazard = np.exp(-(z**2) / 2 - 0.5 * np.log(2 * np.pi) - log_ndtr(z))
            weight = np.maximum(hazard * (hazard + z), 1e-6) / soft**2
            target = np.where(known, seen.rest, surface + seen.side * hazard / soft / weight)
            variance = np.where(known, variance, 1 / weight)
            factor = cho_factor(kernel + np.diag(variance), lower=True)
            c = np.asarray(cho_solve(factor, target))
            surface = target - variance * c
        spread = 1 / np.diag(inverse(factor[0], lower=1)[0])
        left_out = target - c * spread
        spread = np.sqrt(np.where(known, spread * seen.scale**2, spread - variance + soft**2))
        yield seen.log_likelihood(left_out, spread), left_out, c


def _priors(region: Region) -> list[tuple[float, float, np.ndarray]]:
    """Return prior variances of squares and of products, and which coordinates the products favour."""
    every = np.ones_like(region.normal)
    relevant = np.abs(region.normal) / np.abs(region.normal).max()
    return [(squares, 0.0, every) for squares in (0.0, 1e-3, 1e-2)] + [
        (squares, products, relevance)
        for squares in (0.0, 1e-3)
        for products, relevance in ((3e-5, every), (1e-3, every), (1e-3, relevant), (1e-2, relevant))
    ]
