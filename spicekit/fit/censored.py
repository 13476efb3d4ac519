"""The mean of values of which some are only known to lie beyond a bound: likelihood of intervals, a normal law.

Values count with the density of the law, bounds with its probability beyond them (Tobin, Econometrica 26, 24, 1958).
Rows of one device are not independent: errors are from the pull of each whole device on the estimate (Huber).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr

_SMALL = 1e-4  # step of derivatives, in standard deviations
_ALONE = 0.1  # of a covariance is taken for each mean's own, so that few devices do not make it singular


@dataclass(frozen=True)
class Bounded:
    """Mean and standard deviation of a law, and how much each device pulls on the mean."""

    mean: float
    sigma: float
    pulls: dict[str, float]  # by device


def bounded_mean(
    values: np.ndarray, bounds: np.ndarray, above: np.ndarray, devices: Sequence[str]
) -> Bounded:
    """Return mean and standard deviation of values and bounds together.

    Args:
        values: (values,).
        bounds: (bounds,).
        above: (bounds,), which bounds the law lies above; below the others.
        devices: label of each value and then of each bound.
    """
    side = np.where(above, 1.0, -1.0)
    centre, scale = (
        float(np.median(np.concatenate([values, bounds]))),
        float(np.std(np.concatenate([values, bounds]))),
    )
    y, c = (values - centre) / scale, (bounds - centre) / scale

    def by_row(x: np.ndarray) -> np.ndarray:
        """Return the derivatives of the log likelihood of each row, (rows, 2)."""
        mean, sigma = x[0], np.exp(x[1])
        z, u = (y - mean) / sigma, (c - mean) / sigma
        beyond = np.exp(-0.5 * u**2 - 0.5 * np.log(2 * np.pi) - log_ndtr(-side * u)) * side
        return np.concatenate(
            [np.column_stack([z / sigma, z**2 - 1]), np.column_stack([beyond / sigma, u * beyond])]
        )

    def cost(x: np.ndarray) -> tuple[float, np.ndarray]:
        mean, sigma = x[0], np.exp(x[1])
        likelihood = (-0.5 * ((y - mean) / sigma) ** 2 - x[1]).sum() + log_ndtr(
            -side * (c - mean) / sigma
        ).sum()
        return -likelihood, -by_row(x).sum(axis=0)

    best = minimize(cost, [0.0, 0.0], jac=True, method="L-BFGS-B", bounds=[(-20, 20), (-7, 4)]).x
    steps = _SMALL * np.eye(2)
    curvature = np.array(
        [(by_row(best + s).sum(axis=0) - by_row(best - s).sum(axis=0)) / (2 * _SMALL) for s in steps]
    )
    pulls = -by_row(best) @ np.linalg.inv(curvature).T
    found: dict[str, float] = {}
    for device, pull in zip(devices, pulls[:, 0] * scale, strict=True):
        found[device] = found.get(device, 0.0) + float(pull)
    return Bounded(float(best[0] * scale + centre), float(np.exp(best[1]) * scale), found)


def covariance(means: Sequence[Bounded]) -> np.ndarray:
    """Return the covariance of such means of the same devices, (means, means)."""
    labels = list(dict.fromkeys(device for one in means for device in one.pulls))
    pulls = np.array([[one.pulls.get(label, 0.0) for label in labels] for one in means])
    found = pulls @ pulls.T * len(labels) / max(len(labels) - 1, 1)
    return (1 - _ALONE) * found + _ALONE * np.diag(np.diag(found))
