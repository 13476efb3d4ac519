"""The error rate of a cell from the estimates of both values that it stores."""

from collections.abc import Iterable
from math import hypot

from spicekit.statistics import Probability, RareEstimate, outcome_of
from spicekit.studies.rare.limit import Cell


def mean_rate(
    estimates: Iterable[RareEstimate], cell: Cell, asked: tuple[int, ...] = (1, -1)
) -> Probability | None:
    """Return the mean over the stored values `asked`; None if one is missing or failed.

    The two estimates are independent: distances from the mean to the ends of its interval are the root of the sum of
    squares of the two intervals' own, which lie on the logarithm: Zou and Donner, Statistics in Medicine 27:1693
    (2008), eq. 1. Where a failure was seen for only one of the values, and above the mean where samples were
    discarded, that does not hold and the ends are averaged. The gravest outcome is part of `method`.
    """
    own = [estimate for estimate in estimates if estimate.cell == cell]
    outcome = outcome_of(own, cell, len(asked))
    if outcome in (None, "failed"):
        return None
    if len(asked) == 1:
        rate, said = own[0].rate, f"rare-event sampling of stored {asked[0]:+d}, as the other one fails alike"
        return rate.model_copy(update={"method": said if outcome == "agreed" else f"{said} ({outcome})"})
    one, other = (estimate.rate for estimate in own)
    low, high = (one.low + other.low) / 2, (one.high + other.high) / 2
    best, interval = None, "ends averaged"
    if one.best is not None and other.best is not None:
        best, interval = (one.best + other.best) / 2, "Zou-Donner interval"
        low = best - hypot(one.best - one.low, other.best - other.low) / 2
        if not one.discards + other.discards:  # both intervals take all discards for errors
            high = best + hypot(one.high - one.best, other.high - other.best) / 2
    method = f"rare-event sampling, mean of both stored values, {interval}"
    return Probability(
        low=max(low, 0.0),
        best=best,
        high=min(high, 1.0),
        confidence=one.confidence,
        samples=one.samples + other.samples,
        errors=one.errors + other.errors,
        discards=one.discards + other.discards,
        method=method if outcome == "agreed" else f"{method} ({outcome})",
    )
