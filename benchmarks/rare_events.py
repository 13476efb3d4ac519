"""Rare-event estimates on problems with known answers: are they right, are their intervals honest, what do they cost?

Each problem is solved with many seeds. `mean / truth` is over all seeds, whatever the outcome; `covered` is how often
the stated 95 % interval holds the truth; `scatter` is the standard deviation over seeds, to be compared with `said`,
the standard error that the estimates state. `silent` counts answers more than 4 of their own standard errors away from
the truth that claim agreement. Beside it: subset simulation and NAIS of OpenTURNS, 1,000 samples per level.

The problems are closed forms or one-dimensional integrals; margins are cheap, so nothing is said here about SPICE.
"""

import argparse
import sys
from dataclasses import dataclass

import numpy as np
import openturns as ot
from rare_openturns import openturns
from rare_problems import Problem, closed_forms, linear, stress

from spicekit.sampling.rare import Outcome, estimate


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


def solve(problem: Problem, repeats: int, first: int = 0, relative_error: float = 0.1) -> Row:
    """Return what `repeats` seeds of the default method give, from `first` on."""
    found = [
        estimate(
            problem.limit,
            problem.dimension,
            max_runs=problem.max_runs,
            seed=seed,
            identity=problem.name,
            relative_error=relative_error,
        )
        for seed in range(first, first + repeats)
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


def main() -> int:
    """Print the tables; return 1 if a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument(
        "--compared", type=int, default=20, help="repeats of the OpenTURNS methods; 0: leave out"
    )
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--only", default="", help="problems whose name has this in it")
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
            if options.only not in problem.name:
                continue
            row = solve(problem, options.repeats, options.first)
            beside = ""
            for method in ("subset", "nais") if options.compared else ():
                found = [
                    openturns(problem.limit, problem.dimension, method, s) for s in range(options.compared)
                ]
                ratios, _, runs = np.array(found).T
                ratios = ratios / problem.truth
                beside += f" | {ratios.mean():.2g}, {ratios.std(ddof=1):.0%}, {runs.mean():.0f}"
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
