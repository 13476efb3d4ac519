"""What is asked of a source of random bits."""

from dataclasses import dataclass

from spicekit.entropy.sp800_22 import LEAST_BITS
from spicekit.errors import InputError
from spicekit.statistics import Statistics
from spicekit.studies.trng.result import Trng
from spicekit.units import quantity

MOST_BITS = 10_000_000


def seconds_of(text: str | None) -> float | None:
    """Return a time from text such as "50 ns"; None stays None.

    Raises:
        InputError: it is none.
    """
    if text is None:
        return None
    try:
        return quantity(text, "s")
    except ValueError as error:
        raise InputError(f"`--interval`: {error}") from None


@dataclass(frozen=True)
class Setting:
    """The cell of a junction at one corner, temperature and supply."""

    name: str
    found: Trng


@dataclass(frozen=True)
class Asked:
    """All that a study of random bits rests on.

    Raises:
        InputError: no `trng` in the statistics, or a number out of range.
    """

    statistics: Statistics
    source: str = "the statistics"
    bits: int = 1_000_000  # of each stream that is tested
    interval: float | None = None  # s between two reads; None: the shortest that leaves little correlation
    cells: int = 1000  # whose bias and correlation are looked at
    seed: int = 0

    def __post_init__(self) -> None:
        if not LEAST_BITS <= self.bits <= MOST_BITS:
            raise InputError(f"`--bits` is {self.bits}, expected {LEAST_BITS} to {MOST_BITS}")
        if not self.settings:
            raise InputError(
                f"{self.source}: has no `trng`: run an experiment with `[studies.trng]`, such as "
                "`spicekit run trng`, and give its folder"
            )
        least = max(s.found.precharge_time + s.found.read_time for s in self.settings)
        if self.interval is not None and not least <= self.interval <= 1:
            raise InputError(
                f"`--interval` is {self.interval:g} s, expected {least:g} s at least (pre-charge and read) and 1 s "
                f"at most"
            )

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The experiment's own one first, then those of its grid."""
        own = self.statistics.of(Trng)
        found = [] if own is None else [Setting("the experiment's own", own)]
        for point in self.statistics.grid:
            if block := point.studies.get("trng"):
                found.append(Setting(point.name, Trng.model_validate(block)))
        return tuple(found)
