"""Counts of what was seen, and what may be said from them."""

from dataclasses import dataclass

from spicekit.block import Probability, Share, clopper_pearson


@dataclass(frozen=True)
class Counts:
    """Samples taken, errors among them, and discards, of which it is unknown whether they are errors."""

    samples: int = 0  # all: right, wrong and discarded
    errors: int = 0
    discards: int = 0

    def __post_init__(self) -> None:
        if min(self.samples, self.errors, self.discards) < 0 or self.errors + self.discards > self.samples:
            raise ValueError(f"{self} is not possible: `errors` + `discards` must be at most `samples`")

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.samples + other.samples, self.errors + other.errors, self.discards + other.discards
        )


def error_probability(counts: Counts, method: str, confidence: float = 0.95) -> Probability:
    """Return the error probability with its exact (Clopper–Pearson, 1934) interval.

    `high` takes every discard for an error and `low` takes none; `best` leaves discards out, and is None when no
    error was seen, since zero errors are a bound and not a value.

    Raises:
        ValueError: no samples at all.
    """
    if counts.samples == 0:
        raise ValueError("no samples: nothing can be said about the error probability")
    low, best, high = clopper_pearson(counts.samples, counts.errors, counts.discards, confidence)
    return Probability(
        low=low,
        best=best,
        high=high,
        confidence=confidence,
        samples=counts.samples,
        errors=counts.errors,
        discards=counts.discards,
        method=method,
    )


def event_share(samples: int, events: int, discards: int, method: str, confidence: float = 0.95) -> Share:
    """Return the share of samples with an event, with the same interval; `samples` are all, at least one."""
    low, best, high = clopper_pearson(samples, events, discards, confidence)
    return Share(
        low=low,
        best=best,
        high=high,
        confidence=confidence,
        samples=samples,
        events=events,
        discards=discards,
        method=method,
    )
