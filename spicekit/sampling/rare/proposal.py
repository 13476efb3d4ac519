"""Proposal densities: Gaussians at design points, and boundary proposals that start where failure starts."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import log_ndtr, logsumexp, ndtr
from scipy.stats import norm, qmc

from spicekit.sampling.rare.limit import Counted
from spicekit.sampling.rare.surface import Surface

_ADAPTATIONS = 30  # of the shares, each brings them nearer


class Proposal(Protocol):
    """A density that can be sampled from standard normals."""

    def points(self, normals: np.ndarray) -> np.ndarray:
        """Return points (n, dimension) from standard normals (n, dimension + 1)."""
        ...

    def log_density(self, points: np.ndarray) -> np.ndarray:
        """Return the logarithm of the density over that of the standard normal, shape (n,)."""
        ...


@dataclass(frozen=True)
class Shifted:
    """A Gaussian of unit covariance at a design point."""

    centre: np.ndarray

    def points(self, normals: np.ndarray) -> np.ndarray:
        """Return points (n, dimension) from standard normals (n, dimension + 1)."""
        return normals[:, :-1] + self.centre

    def log_density(self, points: np.ndarray) -> np.ndarray:
        """Return the log density over the standard normal's, shape (n,)."""
        return points @ self.centre - self.centre @ self.centre / 2


@dataclass(frozen=True)
class Boundary:
    """The best proposal if failure begins at t = b(y) ± `uncertainty`: t along the normal, y across it.

    y is Gaussian. Given y, t has density φ(t) Φ((t - b) / s) / Φ(-b / √(1 + s²)): the normal density, switched on
    where the surface says that failure begins, as softly as the surface is uncertain.
    """

    surface: Surface
    mean: np.ndarray  # of y, shape (dimension - 1,)
    root: np.ndarray  # lower triangular root of the covariance of y

    def points(self, normals: np.ndarray) -> np.ndarray:
        """Return points (n, dimension) from standard normals (n, dimension + 1)."""
        across = self.mean + normals[:, :-2] @ self.root.T
        start, s = self.surface.start(across), self.surface.uncertainty
        reach = np.sqrt(1 + s**2)
        # t - s·ξ with ξ standard normal has variance 1 + s² and must exceed b; t given that is normal again
        total = reach * norm.isf(np.clip(ndtr(normals[:, -2]), 1e-15, 1) * norm.sf(start / reach))
        along = total / reach**2 + s / reach * normals[:, -1]
        return np.outer(along, self.surface.normal) + across @ self.surface.across.T

    def log_density(self, points: np.ndarray) -> np.ndarray:
        """Return the log density over the standard normal's, shape (n,)."""
        along, across = points @ self.surface.normal, points @ self.surface.across
        start, s = self.surface.start(across), self.surface.uncertainty
        whitened = np.linalg.solve(self.root, (across - self.mean).T)
        gaussian = ((across**2).sum(axis=1) - (whitened**2).sum(axis=0)) / 2
        switched = log_ndtr((along - start) / s) - log_ndtr(-start / np.sqrt(1 + s**2))
        return gaussian - np.log(np.diag(self.root)).sum() + switched


@dataclass(frozen=True)
class Mixture:
    """Several proposals with shares that add up to one; weights come from the mixture as a whole."""

    proposals: tuple[Proposal, ...]
    shares: np.ndarray

    def draw(self, limit: Counted, stage: str, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Return points (n, dimension) and which proposal each is from, (n,); sample i does not depend on the rest."""
        normals = limit.normals(stage, start, stop, limit.dimension + 1)
        # van der Corput's sequence keeps the shares at any number of samples; its random shift keeps rounding unbiased
        shift = limit.generator(stage).random()
        spread = (qmc.Halton(1, scramble=False).random(stop)[start:, 0] + shift) % 1
        which = np.minimum(np.searchsorted(np.cumsum(self.shares), spread, "right"), len(self.shares) - 1)
        points = np.empty((stop - start, limit.dimension))
        for index, proposal in enumerate(self.proposals):
            points[which == index] = proposal.points(normals[which == index])
        return points, which

    def log_weights(self, points: np.ndarray) -> np.ndarray:
        """Return the log of the standard normal density over the mixture's: the balance heuristic (Veach, 1995)."""
        parts = np.array([proposal.log_density(points) for proposal in self.proposals])
        return -logsumexp(parts + np.log(np.maximum(self.shares, 1e-300))[:, None], axis=0)

    def adapted(self, points: np.ndarray, log_weights: np.ndarray) -> "Mixture":
        """Return the mixture with the shares nearest to the law of weighted failures, points (n, dimension).

        Nearest in Kullback–Leibler divergence: the population Monte Carlo of Cappé et al. (2008), which finds out
        which proposals are worth their samples.
        """
        if not len(points):
            return self
        parts = np.array([proposal.log_density(points) for proposal in self.proposals])
        weights = np.exp(log_weights - logsumexp(log_weights))
        shares = self.shares
        for _ in range(_ADAPTATIONS):
            joint = parts + np.log(np.maximum(shares, 1e-300))[:, None]
            shares = np.exp(joint - logsumexp(joint, axis=0)) @ weights
        return Mixture(self.proposals, shares)
