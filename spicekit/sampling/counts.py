"""Counts of what was seen, and what may be said from them."""

from dataclasses import dataclass

from scipy.stats import beta

from spicekit.statistics import Probability


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
    tail = (1 - confidence) / 2
    n, worst = counts.samples, counts.errors + counts.discards
    low = 0.0 if counts.errors == 0 else float(beta.ppf(tail, counts.errors, n - counts.errors + 1))
    # with nothing wrong only the upper side is open: all of the error probability goes there
    upper_tail = 1 - confidence if worst == 0 else tail
    high = 1.0 if worst == n else float(beta.ppf(1 - upper_tail, worst + 1, n - worst))
    valid = n - counts.discards
    return Probability(
        low=low,
        best=counts.errors / valid if counts.errors else None,
        high=high,
        confidence=confidence,
        samples=n,
        errors=counts.errors,
        discards=counts.discards,
        method=method,
    )
