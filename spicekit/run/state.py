"""How far a point is sampled: a rule on samples in their order, whatever order they come back in."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from spicekit.run.plan import PlannedStudy
from spicekit.run_folder import RunFolder, select
from spicekit.studies.study import StopRule

_CODES = {"ok": 1, "error": 2, "discard": 3}


@dataclass
class Progress:
    """Outcomes of one point, counted in the order of the samples from the first one of its rule on.

    A sample counts when all before it have come back. So where the rule stops depends on the samples alone, not on
    workers or their speed; samples beyond are surplus.
    """

    rule: StopRule
    counts: str = "samples"  # what one of them is called
    count: int = 0  # samples in the unbroken row from the first
    errors: int = 0
    discards: int = 0
    stopped: str | None = None
    received: int = 0  # samples that have come back, in the row or not
    _codes: bytearray = field(default_factory=bytearray)

    @property
    def end(self) -> int:
        """The first sample that is not in the unbroken row."""
        return self.rule.first + self.count

    @property
    def most(self) -> int:
        """Return how many samples there will be, as far as it is known: a stop rule makes the rest superfluous."""
        return self.rule.samples if self.stopped is None else self.received

    def add(self, numbers: np.ndarray, outcomes: np.ndarray) -> None:
        """Take in samples by number, in any order; those before the first, or beyond the most, are ignored."""
        for number, outcome in zip(numbers, outcomes, strict=True):
            place = int(number) - self.rule.first
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
        place = number - self.rule.first
        return 0 <= place < len(self._codes) and self._codes[place] != 0


State = dict[str, Progress]
"""Progress of each point, by its name in a run."""


def amounts(state: State) -> dict[str, tuple[int, int]]:
    """Return (done, most) by what is counted, such as samples, in the order of the work."""
    found: dict[str, tuple[int, int]] = {}
    for progress in state.values():
        done, most = found.get(progress.counts, (0, 0))
        found[progress.counts] = done + progress.received, most + progress.most
    return found or {"samples": (0, 0)}


def state_of(planned: PlannedStudy, folder: RunFolder) -> State:
    """Return the progress of all points of a study, with what is stored already."""
    rows = folder.stored(planned.study.name) if planned.wanted else None
    state = {}
    for point in planned.wanted:
        progress = Progress(planned.rules[point.name], planned.study.counts)
        if rows is not None:
            progress.take_in(rows[rows["point"] == point.name])
        state[planned.name_of(point)] = progress
    return state


def rows_of(planned: PlannedStudy, folder: RunFolder, state: State) -> pd.DataFrame | None:
    """Return the rows of a study that count, None if there are none."""
    rows = folder.stored(planned.study.name) if planned.wanted else None
    if rows is None:
        return None
    progress = {point.name: state[planned.name_of(point)] for point in planned.wanted}
    return select(rows, {name: [(p.rule.first, p.end)] for name, p in progress.items()})
