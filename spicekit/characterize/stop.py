"""When a condition has been sampled enough: a rule on samples in their order, whatever order they come back in."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

_CODES = {"ok": 1, "error": 2, "discard": 3}


@dataclass(frozen=True)
class StopRule:
    """Whichever comes first; None is no limit."""

    samples: int
    errors: int | None = None
    relative_error: float | None = None  # of the 2T2R error rate, one standard error

    def reached(self, samples: int, errors: int) -> str | None:
        """Return what stopped the sampling after `samples` with `errors`, or None."""
        if self.errors is not None and errors >= self.errors:
            return f"most errors ({self.errors})"
        # binomial: sqrt((1 - p) / (n p)); one error alone says nothing of the spread
        goal = self.relative_error
        if goal is not None and errors > 1 and np.sqrt((1 - errors / samples) / errors) <= goal:
            return f"target relative error ({goal:g})"
        return f"most samples ({self.samples})" if samples >= self.samples else None


@dataclass
class Progress:
    """Outcomes of one chain or point, counted in the order of the samples from `start` on.

    A sample counts when all before it have come back. So where the rule stops depends on the samples alone, not on
    workers or their speed; samples beyond are surplus.
    """

    rule: StopRule
    start: int = 0
    count: int = 0  # samples in the unbroken row from `start`
    errors: int = 0
    discards: int = 0
    stopped: str | None = None
    received: int = 0  # samples that have come back, in the row or not
    _codes: bytearray = field(default_factory=bytearray)

    @property
    def end(self) -> int:
        """The first sample that is not in the unbroken row."""
        return self.start + self.count

    def add(self, numbers: np.ndarray, outcomes: np.ndarray) -> None:
        """Take in samples by number, in any order; those before `start`, or beyond the most, are ignored."""
        for number, outcome in zip(numbers, outcomes, strict=True):
            place = int(number) - self.start
            if not 0 <= place < self.rule.samples:
                continue
            if place >= len(self._codes):
                self._codes.extend(bytes(place + 1 - len(self._codes)))
            self.received += self._codes[place] == 0
            self._codes[place] = _CODES[outcome]
        while self.stopped is None and self.count < len(self._codes) and self._codes[self.count]:
            self.errors += self._codes[self.count] == _CODES["error"]
            self.discards += self._codes[self.count] == _CODES["discard"]
            self.count += 1
            self.stopped = self.rule.reached(self.count, self.errors)

    def take_in(self, rows: pd.DataFrame) -> None:
        """Take in the rows of samples; one with several rows is as its worst."""
        worst = rows["outcome"].map(_CODES).groupby(rows["sample"]).max()
        self.add(worst.index.to_numpy(), worst.map({code: name for name, code in _CODES.items()}).to_numpy())

    def has(self, number: int) -> bool:
        """Tell whether this sample has come back."""
        place = number - self.start
        return 0 <= place < len(self._codes) and self._codes[place] != 0
