"""Which bit error rate counts: all that is known of a cell's rate, the surest first."""

from dataclasses import dataclass
from typing import Literal

from spicekit.block import Probability
from spicekit.statistics.blocks import Condition
from spicekit.statistics.lognormal import ber_1t1r_with_offset
from spicekit.statistics.rare import outcome_of

Cell = Literal["1t1r", "2t2r"]
How = Literal["counted", "estimated", "extrapolated"]

IDEAL = "ideal comparator"
"""Words in the `method` of a rate that no amplifier has a part in: it flatters the cell, and stands apart."""
UNCHECKED = "not checked"  # a rate without the estimates behind it
_AGREED = "agreed"


@dataclass(frozen=True)
class KnownRate:
    """One bit error rate of a cell, how it is known, and why it is no result if it is none."""

    rate: Probability
    how: How
    outcome: str = _AGREED  # of an estimate
    excluded_by: "KnownRate | None" = None  # surer, and its interval lies apart

    @property
    def bound(self) -> bool:
        """Whether no error was seen, so that only `rate.high` says something."""
        return not self.rate.best

    @property
    def ideal(self) -> bool:
        """Whether the comparator was ideal."""
        return IDEAL in self.rate.method

    @property
    def doubt(self) -> str:
        """Why it is no result, in a few words; empty for a count, and for an estimate that is agreed on."""
        if self.excluded_by:
            return "excluded by the " + ("count" if self.excluded_by.how == "counted" else "estimate")
        if self.how == "extrapolated":
            return self.how
        return "" if self.outcome == _AGREED else self.outcome

    @property
    def result(self) -> bool:
        """Whether it may be taken for the error rate."""
        return not self.doubt


def best_rate(condition: Condition, cell: Cell, ideal: bool = False) -> KnownRate | None:
    """Return the first of `known_rates`; None if nothing is known."""
    return next(iter(known_rates(condition, cell, ideal)), None)


def known_rates(condition: Condition, cell: Cell, ideal: bool = False) -> tuple[KnownRate, ...]:
    """Return what is known of a cell's bit error rate, the surest first.

    An estimate that is agreed on comes before a count, be it with errors or only a bound; then follow an estimate in
    doubt and the extrapolation, and last what the interval of a count or of an agreed estimate excludes.

    Args:
        ideal: rates with an ideal comparator, instead of those that the sense amplifier has a part in. The two kinds
            are never in one list, as they must not stand beside each other unnamed.
    """
    count = _known(condition, f"ber_{cell}", "counted", ideal)
    estimate = _estimate(condition, cell, count) if not ideal else None
    law = _law(condition, cell, count, estimate, ideal)
    return tuple(sorted((one for one in (estimate, count, law) if one), key=_place))


def _place(one: KnownRate) -> int:
    if one.excluded_by:
        return 4
    if one.how == "extrapolated":
        return 3
    return 2 if one.doubt else 0 if one.how == "estimated" else 1


def _known(condition: Condition, key: str, how: How, ideal: bool) -> KnownRate | None:
    rate: Probability | None = getattr(condition, key)
    if rate is None or (rate.low <= 0 and rate.high >= 1) or (IDEAL in rate.method) != ideal:
        return None
    return KnownRate(rate, how)


def _estimate(condition: Condition, cell: Cell, count: KnownRate | None) -> KnownRate | None:
    rate: Probability | None = getattr(condition, f"ber_{cell}_estimated")
    if rate is None:
        return None
    outcome = (
        outcome_of(condition.estimates, cell, 1) or UNCHECKED
    )  # of one value, where the other was not asked for
    return KnownRate(rate, "estimated", outcome, _excluding(rate, count))


def _law(
    condition: Condition, cell: Cell, count: KnownRate | None, estimate: KnownRate | None, ideal: bool
) -> KnownRate | None:
    known = _known(condition, f"ber_{cell}_lognormal", "extrapolated", ideal)
    rate = known.rate if known else None
    c = condition
    if rate is None and cell == "1t1r" and not ideal and c.lrs and c.hrs and c.sense_offset:
        confidence = c.ber_2t2r_lognormal.confidence if c.ber_2t2r_lognormal else 0.95
        rate = ber_1t1r_with_offset(c.lrs, c.hrs, c.sense_offset, confidence)
    if rate is None:
        return None
    surer = estimate if estimate and estimate.result else None
    return KnownRate(rate, "extrapolated", excluded_by=_excluding(rate, count) or _excluding(rate, surer))


def _excluding(rate: Probability, surer: KnownRate | None) -> KnownRate | None:
    """Return `surer` if its interval and that of `rate` have nothing in common."""
    if surer is None or (rate.low <= surer.rate.high and surer.rate.low <= rate.high):
        return None
    return surer
