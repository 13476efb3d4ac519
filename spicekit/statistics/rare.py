"""Error rates by rare-event sampling, with everything needed to doubt them."""

from collections.abc import Iterable
from typing import Annotated, Literal

from spicekit.block import Block, Probability, quantity


class FailureRegion(Block):
    """One way to fail."""

    beta: Annotated[
        float, quantity("1", "distance of its most likely point from nominal, in standard deviations", ge=0)
    ]
    share: Annotated[float, quantity("1", "of the error rate", ge=0, le=1)]
    leading: Annotated[
        dict[str, float],
        quantity("1", "that point's four largest coordinates, by name, in standard deviations"),
    ]


class SecondRate(Block):
    """An independent estimate, only there to contradict the first."""

    probability: Annotated[float, quantity("1", "its result", ge=0)]
    relative_error: Annotated[
        float | None, quantity("1", "one standard error over it; absent where it saw no failure")
    ] = None
    samples: Annotated[int, quantity("1", "behind it")]
    method: Annotated[str, quantity("", "in words")]


class RareEstimate(Block):
    """The error rate of one cell that stores one value.

    Only an `outcome` of "agreed" is a result; `reason` says what is behind it, and why the method was taken. After
    "failed" (the simulator or the estimator broke down) nothing is known: the rate is 0 … 1. Figures that the method
    does not have are None.
    """

    cell: Annotated[Literal["1t1r", "2t2r"], quantity("", '`"2t2r"` or `"1t1r"`')]
    stored: Annotated[Literal[1, -1], quantity("1", "1 or -1. Of 1T1R, 1 is the low resistance state")]
    rate: Annotated[
        Probability,
        quantity("1", "low, best, high as above; `low` takes no discard for an error, `high` every one"),
    ]
    outcome: Annotated[
        Literal["agreed", "not converged", "bound only", "disagreed", "failed"],
        quantity(
            "",
            '`"agreed"`: a result. `"not converged"`, `"bound only"`, `"disagreed"`: none, and `reason` says why. '
            '`"failed"`: simulator or estimator broke down',
        ),
    ]
    reason: Annotated[str, quantity("", "choice of the method, and what is behind the outcome")]
    runs: Annotated[int, quantity("1", "full chains simulated, search included")]
    discards: Annotated[int, quantity("1", "among them")]
    relative_error: Annotated[float | None, quantity("1", "one standard error over the rate")] = None
    effective_samples: Annotated[float | None, quantity("1", "failures that count")] = None
    largest_weight: Annotated[float | None, quantity("1", "share of the heaviest")] = None
    pareto_shape: Annotated[
        float | None, quantity("1", "tail of the weights; above 0.7 the error itself is not to be trusted")
    ] = None
    detection: Annotated[
        float | None,
        quantity(
            "1", "chance that the last audit had seen a further failure region with a tenth of the rate"
        ),
    ] = None
    second: Annotated[
        SecondRate | None, quantity("", "an independent estimate, only there to contradict")
    ] = None
    regions: Annotated[tuple[FailureRegion, ...], quantity("", "ways to fail")] = ()


_GRAVITY = ("failed", "disagreed", "not converged", "bound only", "agreed")


def outcome_of(estimates: Iterable[RareEstimate], cell: str, least: int = 2) -> str | None:
    """Return the gravest outcome over the stored values of `cell`; None if fewer than `least` were estimated."""
    found = {estimate.stored: estimate.outcome for estimate in estimates if estimate.cell == cell}
    return min(found.values(), key=_GRAVITY.index) if len(found) >= least else None
