"""Limit functions whose failure probability is a closed form or a one-dimensional integral."""

from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad
from scipy.stats import chi2, ncx2, norm

from spicekit.sampling.rare import LimitFunction

_WIDE = np.linspace(1, 0.3, 10) / np.linalg.norm(np.linspace(1, 0.3, 10))


@dataclass(frozen=True)
class Problem:
    """A limit function and its failure probability."""

    name: str
    limit: LimitFunction
    dimension: int
    truth: float
    max_runs: int


def runs_allowed(truth: float) -> int:
    """Return the bar: 1,000 runs down to 1e-7, 2,000 to 1e-12."""
    return 1000 if truth > 0.9e-7 else 2000


def linear(dimension: int, truth: float, relevant: int | None = None) -> Problem:
    """Return β - α·u with unequal α over `relevant` coordinates."""
    slope = np.zeros(dimension)
    slope[: relevant or dimension] = np.linspace(1, 0.3, relevant or dimension)
    slope /= np.linalg.norm(slope)
    beta = norm.isf(truth)
    return Problem(
        f"linear, d = {dimension}", lambda u: beta - u @ slope, dimension, truth, runs_allowed(truth)
    )


def curved(dimension: int, beta: float, curvature: float, bent: int) -> Problem:
    """Return β - u₁ + κ Σ uᵢ² over `bent` coordinates; the truth is an integral over χ²."""
    truth = quad(lambda x: norm.sf(beta + curvature * x) * chi2.pdf(x, bent), 0, 400, epsabs=0, limit=400)[0]
    return Problem(
        f"curved {curvature:+.2f}, d = {dimension}",
        lambda u: beta - u[:, 0] + curvature * (u[:, 1 : bent + 1] ** 2).sum(axis=1),
        dimension,
        truth,
        runs_allowed(truth),
    )


def two_regions(
    dimension: int, one: float, other: float, angle: float = np.pi / 2, flat: bool = False
) -> Problem:
    """Return two half-spaces of these probabilities, their normals `angle` apart; `flat` saturates the margin."""
    first, second = norm.isf(one), norm.isf(other)
    cosine, sine = np.cos(angle), np.sin(angle)
    both = 0.0
    if sine > 1e-9:
        both = quad(
            lambda t: norm.pdf(t) * norm.sf((second - cosine * t) / sine), first, first + 30, epsabs=0
        )[0]

    def limit(u: np.ndarray) -> np.ndarray:
        margin = np.minimum(first - u[:, 0], second - cosine * u[:, 0] - sine * u[:, 1])
        return np.tanh(3 * margin) if flat else margin

    truth = one + other - both
    name = f"two regions {one:.0e}, {other:.0e}, {np.degrees(angle):.0f}°, d = {dimension}"
    return Problem(name + (", flat" if flat else ""), limit, dimension, truth, runs_allowed(truth))


def saturated(dimension: int, steepness: float) -> Problem:
    """Return tanh of a linear margin: flat on both sides."""
    beta = norm.isf(1e-7)
    return Problem(
        f"tanh({steepness:g} x), d = {dimension}",
        lambda u: np.tanh(steepness * (beta - u[:, :10] @ _WIDE)),
        dimension,
        1e-7,
        1000,
    )


def jump(dimension: int, beta: float, curvature: float) -> Problem:
    """Return the mere sign of a bent margin: nothing tells how far the boundary is, or where."""
    smooth = curved(dimension, beta, curvature, 5)
    return Problem(
        f"sign only, {smooth.name}",
        lambda u: np.sign(smooth.limit(u)),
        dimension,
        smooth.truth,
        3000,
    )


def unfinished(dimension: int) -> Problem:
    """Return a margin that falls on its way to the boundary and jumps there, as that of a write that just fails."""
    beta = norm.isf(1e-12)

    def limit(u: np.ndarray) -> np.ndarray:
        depth = u[:, :10] @ _WIDE - beta
        return np.where(depth < 0, 0.01 - 0.02 * np.tanh(depth), -1e-9)

    return Problem(f"jump, d = {dimension}", limit, dimension, 1e-12, 2000)


def noisy(dimension: int) -> Problem:
    """Return a linear margin with numerical noise of 1e-6."""
    beta, mix = norm.isf(1e-7), 1e4 * np.arange(1, dimension + 1)
    return Problem(
        f"noise 1e-6, d = {dimension}",
        lambda u: beta - u[:, :10] @ _WIDE + 1e-6 * np.sin(u @ mix),
        dimension,
        1e-7,
        1000,
    )


def corner(dimension: int, max_runs: int = 2000) -> Problem:
    """Return a half-space and a corner (two coordinates must both be large) with 12 % of the probability; flat."""
    plane, edge = 4.5, 3.2

    def limit(u: np.ndarray) -> np.ndarray:
        return np.tanh(3 * np.minimum(plane - u[:, 0], np.maximum(edge - u[:, 1], edge - u[:, 2])))

    truth = norm.sf(plane) + norm.sf(edge) ** 2 * norm.cdf(plane)
    return Problem(f"half-space and corner, d = {dimension}", limit, dimension, float(truth), max_runs)


def ball(dimension: int, distance: float, radius: float, max_runs: int = 2000) -> Problem:
    """Return a half-space and a ball in three coordinates; flat. The truth is a non-central χ²."""

    def limit(u: np.ndarray) -> np.ndarray:
        apart = u[:, 1:4] - np.array([distance, 0, 0])
        return np.tanh(3 * np.minimum(5 - u[:, 0], np.linalg.norm(apart, axis=1) - radius))

    truth = norm.sf(5) + ncx2.cdf(radius**2, 3, distance**2) * norm.cdf(5)
    return Problem(
        f"half-space and ball of radius {radius:g}, d = {dimension}", limit, dimension, float(truth), max_runs
    )


def closed_forms() -> list[Problem]:
    """Return the problems that the bars are about."""
    return [
        linear(2, 1e-3),
        linear(6, 1e-5),
        linear(6, 1e-7),
        linear(20, 1e-7),
        linear(20, 1e-12),
        linear(40, 1e-7, 10),
        linear(40, 1e-12, 10),
        curved(10, 4.5, 0.05, 5),
        curved(10, 5.2, -0.04, 5),
        curved(40, 4.75, 0.03, 9),
        curved(40, 5.5, -0.03, 9),
        curved(40, 7.4, -0.02, 9),
        two_regions(6, 5e-4, 5e-4),
        two_regions(6, 5e-8, 5e-8),
        two_regions(40, 8e-8, 2e-8),
        two_regions(6, 8e-8, 2e-8, np.pi),
        two_regions(20, 8e-13, 2e-13),
    ]


def stress() -> list[Problem]:
    """Return problems made to mislead a search."""
    return [
        saturated(40, 3.0),
        saturated(20, 15.0),
        jump(20, 5.2, 0.0),
        jump(10, 5.2, -0.04),
        unfinished(40),
        noisy(40),
        two_regions(40, 9e-8, 1e-8, flat=True),
        two_regions(10, 3e-7, 3e-7, np.pi / 6, flat=True),
        corner(10),
        ball(12, 6.0, 2.0),
        ball(12, 5.2, 0.8),
    ]
