"""Rare-event estimates on problems with known answers: are they right, are their intervals honest, what do they cost?

Each problem is solved with many seeds. `mean / truth` is over all seeds, whatever the outcome; `covered` is how often
the stated 95 % interval holds the truth; `scatter` is the standard deviation over seeds, to be compared with `said`,
the standard error that the estimates state. `silent` counts answers more than 4 of their own standard errors away from
the truth that claim agreement. Beside it: subset simulation and NAIS of OpenTURNS, 1,000 samples per level.

The problems are closed forms or one-dimensional integrals; margins are cheap, so nothing is said here about SPICE.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import openturns as ot
from scipy.integrate import quad
from scipy.stats import chi2, ncx2, norm

from spicekit.sampling.rare import LimitFunction, Outcome, estimate

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
        noisy(40),
        two_regions(40, 9e-8, 1e-8, flat=True),
        two_regions(10, 3e-7, 3e-7, np.pi / 6, flat=True),
        corner(10),
        ball(12, 6.0, 2.0),
        ball(12, 5.2, 0.8),
    ]


@dataclass(frozen=True)
class Row:
    """What many seeds gave."""

    ratio: float
    error: float  # standard error of the ratio
    covered: float
    scatter: float
    said: float
    runs: float
    most: int
    agreed: float
    silent: float

    def text(self) -> str:
        """Return the cells of a Markdown row."""
        return (
            f"{self.ratio:.3f} ± {self.error:.3f} | {self.covered:.1%} | {self.scatter:.1%} | {self.said:.1%} | "
            f"{self.runs:.0f} ({self.most}) | {self.agreed:.1%} | {self.silent:.1%}"
        )


def solve(problem: Problem, repeats: int, relative_error: float = 0.1) -> Row:
    """Return what `repeats` seeds of the default method give."""
    found = [
        estimate(
            problem.limit,
            problem.dimension,
            max_runs=problem.max_runs,
            seed=seed,
            identity=problem.name,
            relative_error=relative_error,
        )
        for seed in range(repeats)
    ]
    ratios = np.array([e.probability or 0.0 for e in found]) / problem.truth
    errors = np.array([e.relative_error for e in found])
    agreed = np.array([e.outcome is Outcome.AGREED for e in found])
    wrong = np.abs(np.log(np.maximum(ratios, 1e-300))) > 4 * errors
    return Row(
        ratio=float(ratios.mean()),
        error=float(ratios.std(ddof=1) / np.sqrt(repeats)),
        covered=float(np.mean([e.low <= problem.truth <= e.high for e in found])),
        scatter=float(ratios.std(ddof=1)),
        said=float(errors[np.isfinite(errors)].mean()) if np.isfinite(errors).any() else np.inf,
        runs=float(np.mean([e.runs for e in found])),
        most=max(e.runs for e in found),
        agreed=float(agreed.mean()),
        silent=float((wrong & agreed).mean()),
    )


def openturns(problem: Problem, method: Callable, repeats: int) -> tuple[float, float, float]:
    """Return mean / truth, scatter / truth and mean runs of an OpenTURNS algorithm on the same margin."""
    found, runs = [], 0

    def evaluate(sample: ot.Sample) -> np.ndarray:
        nonlocal runs
        runs += len(sample)
        return problem.limit(np.array(sample))[:, None]

    for seed in range(repeats):
        ot.RandomGenerator.SetSeed(seed)
        function = ot.PythonFunction(problem.dimension, 1, func_sample=evaluate)
        vector = ot.CompositeRandomVector(function, ot.RandomVector(ot.Normal(problem.dimension)))
        algorithm = method(ot.ThresholdEvent(vector, ot.Less(), 0.0))
        try:
            algorithm.run()
            found.append(algorithm.getResult().getProbabilityEstimate())
        except (RuntimeError, TypeError):  # as it says: no convergence, or a singular law
            found.append(0.0)
    ratios = np.array(found) / problem.truth
    return float(ratios.mean()), float(ratios.std(ddof=1)), runs / repeats


def subset_sampling(event: ot.ThresholdEvent) -> ot.SubsetSampling:
    """Return OpenTURNS subset simulation, 1,000 samples per level."""
    algorithm = ot.SubsetSampling(event)
    algorithm.setMaximumOuterSampling(100)
    algorithm.setBlockSize(10)
    return algorithm


def nais(event: ot.ThresholdEvent) -> ot.NAIS:
    """Return OpenTURNS non-parametric adaptive importance sampling, 1,000 samples per level."""
    algorithm = ot.NAIS(event, 0.1)
    algorithm.setMaximumOuterSampling(100)
    algorithm.setBlockSize(10)
    return algorithm


def main() -> int:
    """Print the tables; return 1 if a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument(
        "--compared", type=int, default=20, help="repeats of the OpenTURNS methods; 0: leave out"
    )
    parser.add_argument("--part", choices=["all", "closed", "stress", "cost"], default="all")
    options = parser.parse_args()
    ot.Log.Show(ot.Log.NONE)
    head = "mean / truth | covered | scatter | said | runs (most) | agreed | silent"
    missed = []
    for part, problems in (("closed", closed_forms()), ("stress", stress())):
        if options.part not in ("all", part):
            continue
        other = (
            " | OpenTURNS subset: mean, scatter, runs | NAIS: mean, scatter, runs" if options.compared else ""
        )
        print(
            f"\n| problem | truth | {head}{other} |\n|{' --- |' * (head.count('|') + other.count('|') + 3)}"
        )
        for problem in problems:
            row = solve(problem, options.repeats)
            beside = ""
            for method in (subset_sampling, nais) if options.compared else ():
                mean, scatter, runs = openturns(problem, method, options.compared)
                beside += f" | {mean:.2g}, {scatter:.0%}, {runs:.0f}"
            print(f"| {problem.name} | {problem.truth:.2g} | {row.text()}{beside} |", flush=True)
            if part == "closed" and (
                abs(row.ratio - 1) > 2 * row.error or not 0.90 <= row.covered <= 0.98 or row.scatter > 0.1
            ):
                missed.append(problem.name)
    if options.part in ("all", "cost"):
        print("\n| runs for 10 % | d = 4 | d = 10 | d = 20 | d = 40 |\n| --- | --- | --- | --- | --- |")
        for truth in (1e-3, 1e-5, 1e-7, 1e-9, 1e-12):
            few = max(options.repeats // 10, 2)
            rows = [solve(linear(d, truth, min(d, 10)), few) for d in (4, 10, 20, 40)]
            cells = " | ".join(f"{row.runs:.0f} (scatter {row.scatter:.0%})" for row in rows)
            print(f"| {truth:.0e} | {cells} |", flush=True)
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nno bar missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
