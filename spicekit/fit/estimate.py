"""What a fit says: a value with its interval."""

from dataclasses import dataclass

CONFIDENCE = 0.95  # of all intervals of a fit


@dataclass(frozen=True)
class Interval:
    """A value and the ends of its interval; 0 or infinity is an end that the data do not bound."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Interval":
        """Return it in another unit."""
        return Interval(self.value * factor, self.low * factor, self.high * factor)


@dataclass(frozen=True)
class Estimate:
    """One fitted number of a card."""

    key: tuple[
        str, ...
    ]  # ("parameters", "e_set"), ("spread", "e_set", "device"), ("cycling", "correlation_cycles")
    before: float  # in the base card
    interval: Interval
    unit: str
    resistances: int  # that it rests on
    stated: str = ""  # what else must be said of it
