"""How far ln R is from straight in the spreads: a quadratic law through simulated devices.

Variances of a hundred simulated devices are too noisy to compare with. A quadratic law through the same simulations
leaves little over, and its own variances follow from any number of draws.
"""

import math

import numpy as np

from spicekit.fit.response import Slopes
from spicekit.fit.spreads import LEVELS, Curvature
from spicekit.models.rram import ALTER, RramModel

_SMALL = 0.02  # of the whole standard deviation: such parameters are taken for straight, and fitted together
_TOLD = (
    0.03  # of the whole variance: the curvature of a level with less is lost in the noise, and taken for none
)
_LEAST_RATIO = 0.1  # a covariance of few devices may come out below zero
_DRAWS = 20_000


def curvature(ln: np.ndarray, normals: np.ndarray, slope: Slopes, rram: RramModel) -> Curvature:
    """Return shift and variance ratios of simulated devices against straight laws.

    Args:
        ln: (devices, 2), ln R less that of the nominal device; NaN is left out.
        normals: of `response.drawn`, which simulated them.
        slope: at the nominal device.
    """
    terms = _Terms(slope, rram)
    kept = np.isfinite(ln).ravel()
    law, *_ = np.linalg.lstsq(terms(normals)[kept], ln.ravel()[kept], rcond=None)
    left = (ln.ravel() - terms(normals) @ law).reshape(ln.shape)
    many = np.random.default_rng(0).standard_normal((_DRAWS, normals.shape[1]))
    smooth = (terms(many) @ law).reshape(_DRAWS, 2)
    both = np.isfinite(left).all(axis=1)
    device = _shared(smooth) + _shared(left[both])
    total = float(smooth.var() + np.nanvar(left))
    straight = {level: terms.straight(level) for level in LEVELS}
    seen = {"device": device, "cycle": total - device, "total": total}
    least = _TOLD * straight["total"]
    ratios = {
        level: max(seen[level] / v, _LEAST_RATIO) if v > least else 1.0 for level, v in straight.items()
    }
    return Curvature(float(smooth.mean()), ratios)


class _Terms:
    """Columns of the quadratic law, from the draws of devices and cycles."""

    def __init__(self, slope: Slopes, rram: RramModel) -> None:
        self._slope = slope
        self._sigma = {
            level: np.array(
                [
                    slope.parameters[p] * math.hypot(*(rram.sigma(p, of) for of in LEVELS[level]))
                    for p in ALTER
                ]
            )
            for level in ("device", "cycle")
        }
        size = np.sqrt(self.straight("total"))
        self._curved = np.flatnonzero(np.hypot(self._sigma["device"], self._sigma["cycle"]) > _SMALL * size)

    def __call__(self, normals: np.ndarray) -> np.ndarray:
        """Return (2 devices, terms): each device's first and second cycle in turn."""
        size = 2 * len(ALTER) + len(self._slope.access)
        points, cycles = (
            normals[:, :size],
            normals[:, size:].reshape(len(normals), 2, 2, -1)[:, :, 0, : len(ALTER)],
        )
        x = self._sigma["device"] * points[:, None, : len(ALTER)] + self._sigma["cycle"] * cycles
        access = np.repeat((points[:, 2 * len(ALTER) :] @ self._slope.access)[:, None], 2, axis=1)
        curved = x[:, :, self._curved]
        rest = x.sum(axis=2) - curved.sum(axis=2) + access
        first, second = np.triu_indices(len(self._curved))
        squares = curved[:, :, first] * curved[:, :, second]
        one = np.ones((*rest.shape, 1))
        return np.concatenate([one, rest[..., None], curved, squares], axis=2).reshape(2 * len(normals), -1)

    def straight(self, level: str) -> float:
        """Return the variance of ln R at a level if all laws were straight."""
        found = sum(
            float((self._sigma[at] ** 2).sum()) for at in ("device", "cycle") if level in (at, "total")
        )
        return found + ("device" in LEVELS[level]) * float((self._slope.access**2).sum())


def _shared(x: np.ndarray) -> float:
    """Return the covariance of two cycles of the same device."""
    return float(np.cov(x.T)[0, 1])
