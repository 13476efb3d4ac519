"""What an estimate of a rare event says about itself."""

import enum
from dataclasses import dataclass

import numpy as np

from spicekit.block import Probability


class Outcome(enum.StrEnum):
    """How far an estimate can be trusted; anything but `AGREED` belongs in the report beside the number."""

    AGREED = "agreed"  # two independent estimates agree, and the error asked for is reached
    DISAGREED = "disagreed"  # two estimates differ by more than their errors allow
    NOT_CONVERGED = "not converged"  # the error asked for is not reached, or a diagnostic failed
    BOUND_ONLY = "bound only"  # no failure was seen: only `high` says something


@dataclass(frozen=True)
class Region:
    """One failure region: its point nearest to the origin, where most of its probability lies."""

    design_point: np.ndarray  # shape (dimension,)
    normal: np.ndarray  # unit vector into the failure region, shape (dimension,)
    importance: float = 0.0  # share of the probability that this region's proposals found

    @property
    def beta(self) -> float:
        """Distance of the design point from the origin: the reliability index of Hasofer and Lind (1974)."""
        return float(np.linalg.norm(self.design_point))


@dataclass(frozen=True)
class SecondEstimate:
    """An estimate from other samples and another proposal, only there to contradict the first."""

    probability: float
    relative_error: float  # one standard error over the estimate
    samples: int
    method: str


@dataclass(frozen=True)
class Estimate:
    """A failure probability with its interval and everything needed to doubt it."""

    probability: float | None  # None if no failure was seen
    low: float  # no discard counted as a failure
    high: float  # every discard counted as a failure
    confidence: float
    relative_error: float  # one standard error over the estimate; inf if there is no estimate
    runs: int  # all evaluations of the limit function: search, training, both estimates
    samples: int  # those that the estimate is made of
    failures: int  # failures among them
    discards: int  # discards among them
    all_discards: int  # discards among all runs
    effective_samples: float  # (sum of weights)² / sum of squared weights, failures only (Kish, 1965)
    largest_weight: float  # share of the largest weight in the estimate
    pareto_shape: float  # tail of the weights; above 0.7 the standard error itself is not to be trusted
    regions: tuple[Region, ...]
    detection: (
        float  # chance that the last audit would have seen a further half-space with a tenth of `probability`
    )
    second: SecondEstimate | None
    outcome: Outcome
    method: str
    reason: str  # why this method, and what is behind the outcome

    def as_probability(self) -> Probability:
        """Return low, best and high for `statistics.json`; a probability that was not agreed on says so."""
        said = "" if self.outcome is Outcome.AGREED else f" ({self.outcome})"
        return Probability(
            low=self.low,
            best=self.probability,
            high=self.high,
            confidence=self.confidence,
            samples=self.samples,
            errors=self.failures,
            discards=self.discards,
            method=self.method + said,
        )
