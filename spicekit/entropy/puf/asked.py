"""What is asked of a physically unclonable function."""

from dataclasses import dataclass

from spicekit.errors import InputError, did_you_mean
from spicekit.statistics import Statistics
from spicekit.studies.puf.result import Puf, PufState

UNDECIDED = 0.5
"""Share of reads that had not decided, from which on a state gives no bits."""


@dataclass(frozen=True)
class Asked:
    """All that a study of chips rests on.

    Raises:
        InputError: no `puf` in the statistics, no such state, or a number out of range.
    """

    statistics: Statistics
    source: str = "the statistics"
    state: str | None = None  # None: that with the fewest flips when it is read again
    chips: int = 1000
    rows: int = 32  # pairs behind one amplifier
    columns: int = 32
    failure: float = 1e-6  # chance that a key is not found again, at most
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.chosen

    @property
    def puf(self) -> Puf:
        """What was simulated."""
        found = self.statistics.of(Puf)
        if found is None:
            raise InputError(
                f"{self.source}: has no `puf`: run an experiment with `[studies.puf]`, such as `spicekit run puf`, and "
                "give its folder"
            )
        return found

    @property
    def usable(self) -> tuple[PufState, ...]:
        """States whose reads decide."""
        return tuple(s for s in self.puf.states if s.undecided < UNDECIDED * (s.pairs - s.discards))

    @property
    def chosen(self) -> PufState:
        """The state that chips are made of."""
        states = {one.state: one for one in self.puf.states}
        if self.state is not None and self.state not in states:
            raise InputError(
                f"`--state` is `{self.state}`{did_you_mean(self.state, states)}; {self.source} has {', '.join(states)}"
            )
        kept = [s for s in self.usable if self.state in (None, s.state)]
        if not kept:
            raise InputError(
                f"{self.source}: most reads of {self.state or 'every state'} had not decided within the sense time, so "
                "that they give no bits: expected a state that is read, such as `lrs`"
            )
        return max(kept, key=lambda one: one.devices.value)

    @property
    def bits(self) -> int:
        """Of a chip."""
        return self.rows * self.columns
