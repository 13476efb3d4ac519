"""Error rates by rare-event sampling, with everything needed to doubt them."""

from collections.abc import Iterable
from typing import Literal

import pydantic

from spicekit.statistics.base import Block, Probability


class FailureRegion(Block):
    """One way to fail: its most likely point, at distance `beta` from nominal in standard deviations."""

    beta: float = pydantic.Field(ge=0)
    share: float = pydantic.Field(ge=0, le=1)  # of the error rate
    leading: dict[str, float]  # largest coordinates of that point, by name, in standard deviations


class SecondRate(Block):
    """An independent estimate, only there to contradict the first."""

    probability: float = pydantic.Field(ge=0)
    relative_error: float | None = None  # None: no failure seen
    samples: int
    method: str


class RareEstimate(Block):
    """The error rate of one cell that stores one value.

    Only an `outcome` of "agreed" is a result; `reason` says what is behind it, and why the method was taken. After
    "failed" (the simulator or the estimator broke down) nothing is known: the rate is 0 … 1. Figures that the method
    does not have are None.
    """

    cell: Literal["1t1r", "2t2r"]
    stored: Literal[1, -1]  # of 1T1R: +1 is the low resistance state
    rate: Probability
    outcome: Literal["agreed", "not converged", "bound only", "disagreed", "failed"]
    reason: str
    runs: int  # full chains simulated, search included
    discards: int  # among them
    relative_error: float | None = None  # one standard error over the rate
    effective_samples: float | None = None
    largest_weight: float | None = None  # share of the heaviest sample
    pareto_shape: float | None = None  # tail of the weights; above 0.7 the error itself is not to be trusted
    detection: float | None = (
        None  # chance that the audit had seen a further half-space with a tenth of the rate
    )
    second: SecondRate | None = None
    regions: tuple[FailureRegion, ...] = ()


_GRAVITY = ("failed", "disagreed", "not converged", "bound only", "agreed")


def outcome_of(estimates: Iterable[RareEstimate], cell: str, least: int = 2) -> str | None:
    """Return the gravest outcome over the stored values of `cell`; None if fewer than `least` were estimated."""
    found = {estimate.stored: estimate.outcome for estimate in estimates if estimate.cell == cell}
    return min(found.values(), key=_GRAVITY.index) if len(found) >= least else None
