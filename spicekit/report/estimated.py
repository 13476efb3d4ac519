"""Rates by rare-event sampling as a reader meets them: one that is not agreed on is never shown as a result."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from spicekit.report import numbers
from spicekit.statistics import Condition, Probability, outcome_of

AGREED = "agreed"
UNCHECKED = "not checked"  # a rate without the estimates behind it
CELLS = (("1t1r", "1T1R"), ("2t2r", "2T2R"))


@dataclass(frozen=True)
class Estimated:
    """The estimated error rate of a cell over both stored values, and the gravest outcome behind it."""

    rate: Probability | None  # None if an estimate failed
    outcome: str

    @property
    def agreed(self) -> bool:
        """Whether the rate is a result."""
        return self.outcome == AGREED

    @property
    def text(self) -> str:
        """The rate with its interval; in brackets behind the outcome if it is no result."""
        if self.agreed:
            return numbers.interval(self.rate)
        return self.outcome if self.rate is None else f"{self.outcome} ({numbers.probability(self.rate)})"


def estimated(condition: Condition, cell: str) -> Estimated | None:
    """Return what rare-event sampling says of `cell` ("1t1r" or "2t2r"), None if it was not asked."""
    rate: Probability | None = getattr(condition, f"ber_{cell}_estimated")
    outcome = outcome_of(condition.estimates, cell)
    if rate is None and outcome is None:
        return None
    return Estimated(rate, outcome or UNCHECKED)


def word(outcome: str) -> Markup:
    """Return an outcome in its colour; the word itself says it too."""
    kind = outcome.replace(" ", "-")
    return Markup('<span class="outcome {}">{}</span>').format(kind, escape(outcome))
