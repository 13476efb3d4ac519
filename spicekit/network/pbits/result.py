"""What was found of networks of p-bits, as a table and as JSON."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spicekit.block import Share
from spicekit.network.pbits.asked import Asked
from spicekit.network.pbits.problem import Problem
from spicekit.network.shown import Shown
from spicekit.studies.pbit.result import Pbit

SCHEMA = "spicekit.pbits_result/1"
PUBLISHED = "eight p-bits factor integers up to 945 (Borders et al., Nature 573, 390, 2019)"
_SURE = 0.99


@dataclass(frozen=True)
class Curve:
    """Share of runs that visit the lowest energy, by their length in correlation times."""

    name: str
    by_time: tuple[tuple[float, Share], ...]

    @property
    def last(self) -> Share:
        """That of the longest runs."""
        return self.by_time[-1][1]

    def time_to_solution(self) -> tuple[float, float, float] | None:
        """Return best, low and high of the time in which repeated runs succeed with 99 %, in correlation times.

        It is that of the length that needs least, at which the interval is taken too; None where no run succeeded.
        """
        found = [
            (_repeated(t, s.best), _repeated(t, s.high), _repeated(t, s.low))
            for t, s in self.by_time
            if s.best
        ]
        return min(found) if found else None


def _repeated(time: float, share: float | None) -> float:
    if not share:
        return float("inf")
    return time if share >= _SURE else time * float(np.log1p(-_SURE) / np.log1p(-share))


@dataclass(frozen=True)
class Distance:
    """Total variation distances from Boltzmann's law."""

    name: str
    of_chips: tuple[float, ...]  # one for each chip; one alone of ideal p-bits and of the Gibbs sampler
    marginals: np.ndarray  # (n,), chance of +1; of the first chip
    worst_marginal: (
        float  # largest distance of a bit from the exact one, in standard errors; of the first chip
    )

    @property
    def mean(self) -> float:
        """Mean over chips."""
        return float(np.mean(self.of_chips))


@dataclass(frozen=True)
class LawFound:
    """How far the states seen are from Boltzmann's law."""

    beta: float
    exact: np.ndarray  # (n,), chance of +1
    samples: int
    floor: tuple[float, float]  # mean and 95 % quantile of the distance of so many samples of the law itself
    distances: tuple[Distance, ...]


@dataclass(frozen=True)
class Speed:
    """Updates of a bit per second of CPU time."""

    vectorized: float  # all copies at once, one bit after the other
    flips: float  # flips in continuous time
    loop: float  # one copy, plain Python


@dataclass(frozen=True)
class Solved:
    """One problem."""

    problem: Problem
    ground: float
    proven: bool  # all states were enumerated
    solutions: int | None  # states with the lowest energy
    solution: str  # one of them
    curves: tuple[Curve, ...]
    spreads: tuple[tuple[float, bool, Share], ...]  # factor, trimmed, at the longest time
    surroundings: tuple[tuple[str, Share, Share], ...]  # inputs made for the usual p-bit, and for this one
    law: LawFound | None
    speed: Speed
    trace: tuple[tuple[np.ndarray, np.ndarray], ...]  # of simulated p-bits, trimmed: times, energies
    path: np.ndarray  # (moments, n), states of one copy of them


@dataclass(frozen=True)
class Products:
    """Every integer that the p-bits of one factoring problem can hold a pair of factors of."""

    bits: int
    largest: int
    time: float  # of each run, in correlation times
    solved: dict[int, Share]  # by integer, simulated p-bits, trimmed


@dataclass(frozen=True, repr=False)
class Found(Shown):
    """All that was found."""

    asked: Asked
    solved: tuple[Solved, ...]
    products: Products | None

    @property
    def table(self) -> pd.DataFrame:
        """Return one row per problem, kind of p-bits and length of the runs; times in s, energies in J."""
        law, rows = self.asked.law, []
        for one in self.solved:
            for curve in one.curves:
                real = curve.name.startswith("simulated p-bits")
                for time, share in curve.by_time:
                    rows.append(
                        {
                            "problem": one.problem.name,
                            "bits": one.problem.bits,
                            "solver": curve.name,
                            "correlation_times": time,
                            "time": time * law.time.value if real else None,
                            "energy": time * law.energy * one.problem.bits if real else None,
                            "success": share.best,
                            "success_low": share.low,
                            "success_high": share.high,
                            "runs": share.samples,
                            "solved": share.events,
                            "lowest_energy": one.ground,
                            "proven": one.proven,
                        }
                    )
        return pd.DataFrame(rows)


def summary_of(found: Found, provenance: dict[str, str]) -> dict[str, Any]:
    """Return all numbers as plain data."""
    asked = found.asked
    return {
        "schema": SCHEMA,
        "provenance": provenance,
        "pbit": {"source": asked.source, "status": asked.pbit.status, **asked.law.model_dump(exclude_none=True)},
        "runs": asked.copies,
        "problems": [_problem(one, asked) for one in found.solved],
        "products": None if found.products is None else {
            "bits": found.products.bits, "largest": found.products.largest, "correlation_times": found.products.time,
            "integers": {str(k): _share(s) for k, s in found.products.solved.items()}, "published": PUBLISHED,
        },
    }  # fmt: skip


def _problem(one: Solved, asked: Asked) -> dict[str, Any]:
    return {
        "name": one.problem.name,
        "said": one.problem.said,
        "bits": one.problem.bits,
        "lowest_energy": one.ground,
        "proven_by_enumeration": one.proven,
        "states_with_it": one.solutions,
        "solution": one.solution,
        "success": {c.name: [{"correlation_times": t, **_share(s)} for t, s in c.by_time] for c in one.curves},
        "time_to_solution": {
            c.name: None if (t := c.time_to_solution()) is None
            else dict(zip(("best", "low", "high"), (x if np.isfinite(x) else None for x in t), strict=True))
            for c in one.curves
        },
        "spread": [{"factor": f, "trimmed": t, **_share(s)} for f, t, s in one.spreads],
        "surroundings": [
            {"name": name, **_setting(pbit), "inputs_of_usual": _share(usual), "inputs_of_its_own": _share(own)}
            for (name, usual, own), (_, pbit, _, _) in zip(one.surroundings, asked.surroundings, strict=True)
        ],
        "boltzmann": None if one.law is None else {
            "beta": one.law.beta, "samples": one.law.samples,
            "floor": {"mean": one.law.floor[0], "quantile_95": one.law.floor[1]},
            "exact_marginals": one.law.exact.tolist(),
            "total_variation": {
                d.name: {"of_chips": list(d.of_chips), "marginals_of_first": d.marginals.tolist(),
                         "worst_marginal_standard_errors": d.worst_marginal}
                for d in one.law.distances
            },
        },
        "updates_per_cpu_second": {"vectorized": one.speed.vectorized, "flips_in_continuous_time": one.speed.flips,
                                   "plain_loop": one.speed.loop},
    }  # fmt: skip


def _setting(pbit: Pbit) -> dict[str, float]:
    return {"supply": pbit.supply, "temperature": pbit.temperature}


def _share(share: Share) -> dict[str, Any]:
    return share.model_dump(include={"low", "best", "high", "confidence", "samples", "events", "method"})
