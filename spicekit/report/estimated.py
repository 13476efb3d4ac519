"""Rates by rare-event sampling as a reader meets them: one that is not agreed on is never shown as a result."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from spicekit.page import numbers
from spicekit.statistics import Cell, Condition, Probability, known_rates, outcome_of

AGREED = "agreed"
CELLS: tuple[tuple[Cell, str], ...] = (("1t1r", "1T1R"), ("2t2r", "2T2R"))


@dataclass(frozen=True)
class Estimated:
    """The estimated error rate of a cell over both stored values; its gravest outcome, or what excludes it."""

    rate: Probability | None  # None if an estimate failed
    outcome: str

    @property
    def agreed(self) -> bool:
        """Whether the rate is a result."""
        return self.outcome == AGREED

    @property
    def excluded(self) -> bool:
        """Whether a count excludes it."""
        return self.outcome.startswith("excluded")

    @property
    def text(self) -> str:
        """The rate with its interval; in brackets behind the outcome if it is no result."""
        if self.agreed:
            return numbers.interval(self.rate)
        return self.outcome if self.rate is None else f"{self.outcome} ({numbers.probability(self.rate)})"


def estimated(condition: Condition, cell: Cell) -> Estimated | None:
    """Return what rare-event sampling says of `cell`, None if it was not asked."""
    known = next((known for known in known_rates(condition, cell) if known.how == "estimated"), None)
    if known:
        return Estimated(known.rate, known.doubt or AGREED)
    outcome = outcome_of(condition.estimates, cell, 1)
    return (
        Estimated(None, outcome) if outcome and outcome != AGREED else None
    )  # agreed: the other one is missing


def word(outcome: str) -> Markup:
    """Return an outcome in its colour; the word itself says it too."""
    kind = outcome.replace(" ", "-")
    return Markup('<span class="outcome {}">{}</span>').format(kind, escape(outcome))
